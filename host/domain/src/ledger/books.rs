//! The books: what is at hand of wallets, redemptions and purchases while the ledger decides.
//!
//! A decision checks everything first and then posts. Postings are applied by one function, so that what is kept
//! beside the entries is what the entries add up to. What is due by itself is posted before every decision and stays
//! posted when the decision is a refusal.

use super::{
    Account, Cause, Command, Draft, Entry, Movement, PartnerAccount, PartnerId, Redemption, Refused, Sale, Stage,
    Statement, TakenBack, Transaction, Wallet, WalletId,
};
use crate::{Points, PurchaseId, RedemptionId, Timestamp, TransactionId, program::Notice};
use std::collections::{BTreeMap, BTreeSet};

/// The rules' own version, for postings that the ledger makes by itself.
pub const LEDGER_RULES: &str = "stammgast.ledger@1";
/// Open reservations that one wallet may have.
pub const MAX_HOLDS: usize = 100;
/// The most points that a wallet may hold in all stages together.
pub const MAX_WALLET: i64 = 1_000_000_000_000_000;

/// Wallets and what belongs to them, as far as decisions need them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    /// Wallets; one that is not there has no entries.
    pub wallets: BTreeMap<WalletId, Wallet>,
    /// Redemptions.
    pub redemptions: BTreeMap<RedemptionId, Redemption>,
    /// What was taken back, by the transaction that did.
    pub taken_back: BTreeMap<TransactionId, TakenBack>,
    /// Purchases that earned points or came back.
    pub sales: BTreeMap<PurchaseId, Sale>,
    /// Partners' accounts; one that is not there has no entries.
    pub partners: BTreeMap<PartnerId, PartnerAccount>,
    /// Statements that were made.
    pub statements: Vec<Statement>,
    /// When it is to be told that points of a wallet expire.
    pub notices: BTreeSet<(WalletId, Notice)>,
    /// What was posted, in order.
    pub posted: Vec<Transaction>,
}

/// The two times of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// When it happens in the world.
    pub(super) occurred_at: Timestamp,
    /// When it is posted.
    pub(super) now: Timestamp,
}

impl Moment {
    pub(super) const fn at(now: Timestamp) -> Self {
        Self { occurred_at: now, now }
    }
}

/// A posting on its way, before it has a name.
pub(super) struct Posting {
    pub(super) movement: Movement,
    pub(super) cause: Cause,
    pub(super) entries: Vec<Entry>,
    /// What makes it unique; the wallet counts those that follow from others.
    pub(super) key: Option<String>,
}

impl Books {
    /// Posts what is due by itself in the wallets concerned, then decides and posts what follows. Gives the place in
    /// `posted` from which on the postings are those that were asked for.
    ///
    /// # Errors
    /// See [`Refused`]; then nothing but what was due anyway is posted.
    pub fn decide(&mut self, command: &Command, now: Timestamp) -> Result<usize, Refused> {
        let mut now = now;
        for id in self.concerned(command) {
            now = now.max(self.advance(&id, now)?);
        }
        let asked = self.posted.len();
        match command {
            Command::Earn(earn) => self.earn(earn, now),
            Command::Spend(spend) => self.spend(spend, now),
            Command::Capture(follow) => self.capture(follow, now),
            Command::Release(follow) => self.release(follow, now),
            Command::GiveBack(follow) => self.give_back(follow, now),
            Command::Return(order) => self.take_return(order, now),
            Command::CancelReturn(order) => self.cancel_return(order, now),
            Command::TakeBack(order) => self.take_back_earning(order, now),
            Command::Withdraw(order) => self.withdraw(order, now),
            Command::Settle(order) => self.settle(order, now),
            Command::Advance(_) => Ok(()),
        }?;
        Ok(asked)
    }

    /// The wallets that a command is about.
    #[must_use]
    pub fn concerned(&self, command: &Command) -> Vec<WalletId> {
        let of_sale = |purchase| self.sales.get(purchase).map(Sale::wallets).unwrap_or_default();
        match command {
            Command::Earn(earn) => vec![earn.wallet.clone()],
            Command::Spend(spend) => vec![spend.wallet.clone()],
            Command::Capture(follow) | Command::Release(follow) | Command::GiveBack(follow) => {
                vec![follow.wallet.clone()]
            }
            Command::Return(order) => of_sale(&order.sale.purchase),
            Command::CancelReturn(order) => of_sale(&order.purchase),
            Command::TakeBack(order) => vec![order.wallet.clone()],
            Command::Withdraw(order) => vec![order.wallet.clone()],
            Command::Advance(wallet) => vec![wallet.clone()],
            Command::Settle(_) => Vec::new(),
        }
    }

    pub(super) fn wallet(&mut self, id: &WalletId) -> &mut Wallet {
        self.wallets.entry(id.clone()).or_insert_with(|| Wallet::new(id.clone()))
    }

    /// Posts to a wallet.
    pub(super) fn post(&mut self, id: &WalletId, posting: Posting, at: Moment) -> Result<TransactionId, Refused> {
        let wallet = self.wallet(id);
        let Posting { movement, cause, entries, key } = posting;
        let idempotency_key = key.unwrap_or_else(|| format!("ledger/{}/{}", id.customer, wallet.postings + 1));
        let program = id.program.clone();
        let Moment { occurred_at, now: recorded_at } = at;
        let draft = Draft { program, idempotency_key, movement, cause, entries, occurred_at, recorded_at };
        let transaction = Transaction::new(draft)?;
        wallet.apply(&transaction);
        self.apply_to_partners(&transaction);
        let posted = transaction.id;
        self.posted.push(transaction);
        Ok(posted)
    }
}

/// The cause of what the ledger posts by itself.
pub(super) fn by_itself(reason: &str, text: String) -> Cause {
    Cause { reason: reason.to_owned(), text, rule_version: LEDGER_RULES.to_owned(), event: None }
}

/// An entry on a customer's account.
pub(super) fn entry(id: &WalletId, stage: Stage, points: i64, lot: Option<super::LotKey>) -> Entry {
    Entry { account: id.account(stage), points: Points(points), lot }
}

/// An entry on an account that no customer owns.
pub(super) const fn counter(account: Account, points: i64) -> Entry {
    Entry { account, points: Points(points), lot: None }
}
