//! Rows of wallets and lots, and their keys.

use crate::value::{composite, int, record, text};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, RedemptionId, Timestamp, TransactionId,
    ledger::{Account, Amounts, Deficit, Lot, LotKey, PartnerId, Phase, Wallet, WalletId},
};
use surrealdb::types::{RecordId, RecordIdKey, Value};

/// An open reservation.
#[derive(Serialize, Deserialize)]
pub(super) struct HoldRow {
    pub(super) redemption: RedemptionId,
    until: Timestamp,
}

/// A wallet without its lots.
#[derive(Serialize, Deserialize)]
pub(super) struct WalletRow {
    #[serde(skip_serializing)]
    id: (String, CustomerId),
    #[serde(flatten)]
    pub(super) amounts: Amounts,
    postings: u64,
    pub(super) holds: Vec<HoldRow>,
    deficits: Vec<Deficit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lapses_at: Option<Timestamp>,
    clock: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
}

impl WalletRow {
    pub(super) fn of(wallet: &Wallet) -> Self {
        let Wallet { id, amounts, postings, holds, deficits, lapses_at, clock, .. } = wallet;
        let holds = holds.iter().map(|(redemption, until)| HoldRow { redemption: *redemption, until: *until });
        Self {
            id: (id.program.clone(), id.customer),
            amounts: *amounts,
            postings: *postings,
            holds: holds.collect(),
            deficits: deficits.clone(),
            lapses_at: *lapses_at,
            clock: *clock,
            due_at: wallet.due_at(),
        }
    }

    pub(super) fn wallet_id(&self) -> WalletId {
        WalletId { program: self.id.0.clone(), customer: self.id.1 }
    }

    /// A time before which nothing is due.
    pub(super) const fn due_at(&self) -> Option<Timestamp> {
        self.due_at
    }

    /// The wallet, with no lots at hand yet.
    pub(super) fn wallet(self) -> Wallet {
        let id = self.wallet_id();
        let Self { amounts, postings, holds, deficits, lapses_at, clock, due_at, .. } = self;
        let holds = holds.into_iter().map(|hold| (hold.redemption, hold.until)).collect();
        Wallet { amounts, postings, holds, deficits, lapses_at, clock, unseen_due: due_at, ..Wallet::new(id) }
    }
}

/// The key of a wallet's row.
pub(super) fn wallet_key(id: &WalletId) -> RecordIdKey {
    composite([text(id.program.clone()), text(id.customer.to_string())])
}

/// The record id of a wallet's row.
pub(super) fn wallet_record(id: &WalletId) -> RecordId {
    record("wallet", wallet_key(id))
}

/// The record id of a partner's account.
pub(super) fn partner_record(of: &PartnerId) -> RecordId {
    record("partner_account", partner_key(of))
}

/// The key of a partner's account.
pub(super) fn partner_key(of: &PartnerId) -> RecordIdKey {
    composite([text(of.program.clone()), text(of.partner.clone())])
}

/// The key of a partner's statement.
pub(super) fn statement_key(of: &PartnerId, number: u64) -> RecordIdKey {
    let number = int(i64::try_from(number).unwrap_or(i64::MAX));
    composite([text(of.program.clone()), text(of.partner.clone()), number])
}

/// A lot. Its key is [program, customer, id] and never changes. `line` and `place` say where it is found; one of which nothing
/// is pending or can be spent stands in no line.
#[derive(Serialize, Deserialize)]
pub(super) struct LotRow {
    #[serde(skip_serializing)]
    id: (String, CustomerId, TransactionId),
    earned_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    active_from: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(flatten)]
    amounts: Amounts,
}

impl LotRow {
    pub(super) fn of(id: &WalletId, key: &LotKey, lot: &Lot) -> Self {
        let (line, place) = match lot.phase() {
            Phase::Pending => (Some(Line::Pending.of(id)), Some(place(lot.active_from, key))),
            Phase::Spendable => (Some(Line::Spendable.of(id)), Some(place(key.expires_at, key))),
            Phase::Resting => (None, None),
        };
        Self {
            id: (id.program.clone(), id.customer, key.id),
            earned_at: key.earned_at,
            expires_at: key.expiry(),
            active_from: lot.active_from,
            line,
            place,
            amounts: lot.amounts,
        }
    }

    /// Whether it stands where it is looked for.
    pub(super) fn is_in_place(&self) -> bool {
        let (key, lot) = self.lot();
        let should = Self::of(&self.wallet_id(), &key, &lot);
        (&self.line, &self.place) == (&should.line, &should.place)
    }

    pub(super) fn wallet_id(&self) -> WalletId {
        WalletId { program: self.id.0.clone(), customer: self.id.1 }
    }

    pub(super) fn lot(&self) -> (LotKey, Lot) {
        let expires_at = self.expires_at.unwrap_or(Timestamp::MAX);
        let key = LotKey { expires_at, earned_at: self.earned_at, id: self.id.2 };
        (key, Lot { active_from: self.active_from, amounts: self.amounts })
    }
}

/// The key of a lot's row.
pub(super) fn lot_key(id: &WalletId, key: &LotKey) -> RecordIdKey {
    composite([text(id.program.clone()), text(id.customer.to_string()), text(key.id.to_string())])
}

/// The record id of a lot's row.
pub(super) fn lot_record(id: &WalletId, key: &LotKey) -> RecordId {
    record("lot", lot_key(id, key))
}

/// What lots stand in line for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line {
    /// To become available, by the time from which on they can be spent.
    Pending,
    /// To be spent, soonest-expiring first.
    Spendable,
}

/// A part of a wallet's line. It has one end at most: the database looks at both ends of a part only by reading from the one
/// to the end of the line.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub(super) line: String,
    pub(super) part: Part,
}

/// Which part of a line.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// What stands before a place.
    Before(String),
    /// What stands after a place.
    After(String),
}

impl Line {
    /// Its name, which is a wallet's own.
    fn of(self, id: &WalletId) -> String {
        let line = match self {
            Self::Pending => "pending",
            Self::Spendable => "spendable",
        };
        format!("{}/{}/{line}", id.program, id.customer)
    }

    /// All of it.
    pub(super) fn whole(self, id: &WalletId) -> Stretch {
        Stretch { line: self.of(id), part: Part::Whole }
    }

    /// Lots whose time comes by then.
    pub(super) fn until(self, id: &WalletId, time: Timestamp) -> Stretch {
        Stretch { line: self.of(id), part: Part::Before(end_of(time)) }
    }

    /// Lots whose time comes later.
    pub(super) fn after(self, id: &WalletId, time: Timestamp) -> Stretch {
        Stretch { line: self.of(id), part: Part::After(end_of(time)) }
    }
}

/// What can be spent after a lot.
pub(super) fn spendable_after(id: &WalletId, key: &LotKey) -> Stretch {
    Stretch { line: Line::Spendable.of(id), part: Part::After(place(key.expires_at, key)) }
}

/// A lot's place in a line: by the line's time, then by when it was earned.
fn place(time: Timestamp, key: &LotKey) -> String {
    format!("{time}/{}/{}", key.earned_at, key.id)
}

/// After all places of a time, as no time of earning begins with this.
fn end_of(time: Timestamp) -> String {
    format!("{time}/~")
}

/// The first three parts of an entry's key: program, owner and stage. The owner is empty for the program's own account.
pub(super) fn account_prefix(account: &Account) -> [Value; 3] {
    let (owner, stage) = match account {
        Account::Issuance { .. } => (String::new(), "issuance"),
        Account::Settled { .. } => (String::new(), "settled"),
        Account::Partner { partner, .. } => (format!("partner/{partner}"), "partner"),
        Account::Customer { customer, stage, .. } => (customer.to_string(), stage.as_str()),
    };
    [text(account.program()), text(owner), text(stage)]
}

/// The key of an entry: its account, the posting's place in the log, and its place in the posting.
pub(super) fn entry_key(account: &Account, seq: u64, index: usize) -> RecordIdKey {
    let [program, owner, stage] = account_prefix(account);
    let number = |number: u64| int(i64::try_from(number).unwrap_or(i64::MAX));
    composite([program, owner, stage, number(seq), number(index as u64)])
}
