//! Rows of wallets and lots, and their keys.

use crate::{
    StoreError,
    value::{self, composite, int, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, RedemptionId, Timestamp, TransactionId,
    ledger::{Account, Amounts, Deficit, Lot, LotKey, PartnerId, Phase, Wallet, WalletId},
};
use std::ops::Bound;
use surrealdb::types::{Object, RecordId, RecordIdKey, Value};

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

/// A lot. Its key is [program, customer, phase, time in that phase, time of earning, id], so that what can be spent next
/// and what becomes available next come first in ranges of their own.
#[derive(Serialize, Deserialize)]
pub(super) struct LotRow {
    #[serde(skip_serializing)]
    id: (String, CustomerId, u8, Timestamp, Timestamp, TransactionId),
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    active_from: Timestamp,
    #[serde(flatten)]
    amounts: Amounts,
}

const fn number(phase: Phase) -> u8 {
    match phase {
        Phase::Pending => 0,
        Phase::Spendable => 1,
        Phase::Resting => 2,
    }
}

/// The time by which a lot is found in a phase.
const fn time_in(phase: Phase, key: &LotKey, active_from: Timestamp) -> Timestamp {
    match phase {
        Phase::Pending => active_from,
        Phase::Spendable | Phase::Resting => key.expires_at,
    }
}

fn prefix(id: &WalletId, phase: Phase) -> [Value; 3] {
    [text(id.program.clone()), text(id.customer.to_string()), int(i64::from(number(phase)))]
}

impl LotRow {
    pub(super) fn wallet_id(&self) -> WalletId {
        WalletId { program: self.id.0.clone(), customer: self.id.1 }
    }

    pub(super) fn lot(&self) -> (LotKey, Lot) {
        let key = LotKey { expires_at: self.expires_at.unwrap_or(Timestamp::MAX), earned_at: self.id.4, id: self.id.5 };
        (key, Lot { active_from: self.active_from, amounts: self.amounts })
    }
}

/// The content of a lot's row.
pub(super) fn lot_content(key: &LotKey, lot: &Lot) -> Result<Object, StoreError> {
    #[derive(Serialize)]
    struct Content<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
        active_from: Timestamp,
        #[serde(flatten)]
        amounts: &'a Amounts,
    }
    let content = Content { expires_at: key.expiry(), active_from: lot.active_from, amounts: &lot.amounts };
    value::to_content(&content).map_err(|source| StoreError::Unwritable { table: "lot", source })
}

/// The record id of a lot that is in a phase.
pub(super) fn lot_record(id: &WalletId, key: &LotKey, lot: &Lot) -> RecordId {
    lot_in(id, key, lot.phase(), lot.active_from)
}

fn lot_in(id: &WalletId, key: &LotKey, phase: Phase, active_from: Timestamp) -> RecordId {
    let [program, customer, number] = prefix(id, phase);
    let time = text(time_in(phase, key, active_from).to_string());
    let parts = [program, customer, number, time, text(key.earned_at.to_string()), text(key.id.to_string())];
    record("lot", composite(parts))
}

/// Where a lot may be that is spendable or rests. A pending one is found by its time alone.
pub(super) fn lot_places(id: &WalletId, key: &LotKey) -> [RecordId; 2] {
    [Phase::Spendable, Phase::Resting].map(|phase| lot_in(id, key, phase, key.expires_at))
}

/// Lots of a phase whose time lies after `after` and up to `until`.
pub(super) fn lots_between(
    id: &WalletId,
    phase: Phase,
    after: Option<Timestamp>,
    until: Option<Timestamp>,
) -> RecordId {
    let at = |time: Timestamp| {
        let [program, customer, number] = prefix(id, phase);
        // No time of earning begins with this, so the key stands after all lots of that time.
        composite([program, customer, number, text(time.to_string()), text("~")])
    };
    let first = composite(prefix(id, phase));
    let last = {
        let [program, customer, _] = prefix(id, phase);
        composite([program, customer, int(i64::from(number(phase)) + 1)])
    };
    let start = after.map_or(Bound::Included(first), |time| Bound::Excluded(at(time)));
    let end = until.map_or(Bound::Excluded(last), |time| Bound::Excluded(at(time)));
    value::key_range("lot", start, end)
}

/// Spendable lots after one of them.
pub(super) fn lots_after(id: &WalletId, key: &LotKey) -> RecordId {
    let spendable = lot_in(id, key, Phase::Spendable, key.expires_at);
    let [program, customer, _] = prefix(id, Phase::Spendable);
    let end = composite([program, customer, int(i64::from(number(Phase::Spendable)) + 1)]);
    value::key_range("lot", Bound::Excluded(spendable.key), Bound::Excluded(end))
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
