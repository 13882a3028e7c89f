//! Wallets: one customer's points in one program, a projection of the entries.

use super::{Account, Amounts, Entry, Lot, LotKey, Lots, Movement, Stage, Transaction};
use crate::{CustomerId, RedemptionId, Timestamp, TransactionId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// One customer in one program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WalletId {
    /// The program's code.
    pub program: String,
    /// The owner.
    pub customer: CustomerId,
}

impl fmt::Display for WalletId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.program, self.customer)
    }
}

impl WalletId {
    /// The wallet's account of a stage.
    #[must_use]
    pub fn account(&self, stage: Stage) -> Account {
        Account::of(&self.program, self.customer, stage)
    }
}

/// Points that a customer had spent before they were taken back, and still owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deficit {
    /// The transaction that took them back.
    pub taken_back: TransactionId,
    /// Where they are missing: [`Stage::Available`] below zero, or [`Stage::Owed`].
    pub stage: Stage,
    /// How many are still missing.
    pub points: i64,
    /// Since when.
    pub since: Timestamp,
}

/// A customer's points in a program, with the lots that a decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// Whose, and of which program.
    pub id: WalletId,
    /// Points by stage: the sums of the entries.
    pub amounts: Amounts,
    /// Transactions that were posted so far.
    pub postings: u64,
    /// Open reservations, and when each is released by itself.
    pub holds: BTreeMap<RedemptionId, Timestamp>,
    /// What the customer owes, oldest first.
    pub deficits: Vec<Deficit>,
    /// When all points are past their time unless the customer is active again, where the program has it so.
    pub lapses_at: Option<Timestamp>,
    /// The time of the latest decision; no later one is dated before it, whatever the machine's clock says.
    pub clock: Timestamp,
    /// The lots that a decision needs, or all of them.
    pub lots: Lots,
    /// Nothing of the lots that are not at hand is due before this time; `None` where all are at hand, or nothing is due.
    pub unseen_due: Option<Timestamp>,
}

/// What is due by itself in a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// A pending lot becomes available.
    Activation(LotKey),
    /// A reservation's time is up.
    TimeOut(RedemptionId),
    /// Lots are past their time.
    Expiry,
    /// The customer was not active for too long.
    Lapse,
}

impl Wallet {
    /// A wallet without any points.
    #[must_use]
    pub fn new(id: WalletId) -> Self {
        Self {
            id,
            amounts: Amounts::default(),
            postings: 0,
            holds: BTreeMap::new(),
            deficits: Vec::new(),
            lapses_at: None,
            clock: Timestamp::MIN,
            lots: Lots::default(),
            unseen_due: None,
        }
    }

    /// Points that can be spent now; never below zero.
    #[must_use]
    pub fn spendable(&self) -> i64 {
        self.amounts.available.max(0)
    }

    /// What is due first, and when; `None` where nothing is due by itself. It knows the lots at hand only.
    #[must_use]
    pub fn next_due(&self) -> Option<(Timestamp, Due)> {
        let activation = self.lots.first_pending().map(|(at, key)| (at, Due::Activation(key)));
        let hold = self.holds.iter().min_by_key(|(_, until)| **until);
        let time_out = hold.map(|(redemption, until)| (*until, Due::TimeOut(*redemption)));
        let first = self.lots.first_spendable();
        let expiry = first.and_then(|key| key.expiry()).map(|at| (at, Due::Expiry));
        let lapse = first.and(self.lapses_at).map(|at| (at, Due::Lapse));
        // Of equal times the first in this order wins: what becomes available can still expire in the same moment.
        [activation, time_out, expiry, lapse].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// A time before which nothing is due by itself; `None` where nothing is.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let at_hand = self.next_due().map(|(at, _)| at);
        at_hand.into_iter().chain(self.unseen_due).min().filter(|at| *at < Timestamp::MAX)
    }

    /// Notes that the customer is active, and when all points lapse if that was the last time: never, where the program has
    /// no such rule any more.
    pub fn active(&mut self, lapses_at: Option<Timestamp>) {
        self.lapses_at = lapses_at.map(|at| self.lapses_at.map_or(at, |before| before.max(at)));
    }

    /// Takes a transaction's entries into account.
    pub fn apply(&mut self, transaction: &Transaction) {
        self.postings += 1;
        if let Movement::Earned { active_from, .. } = &transaction.movement
            && let Some(key) = transaction.entries.iter().find_map(|entry| entry.lot)
        {
            self.lots.put(key, Lot { active_from: *active_from, amounts: Amounts::default() });
        }
        for Entry { account, points, lot } in &transaction.entries {
            let Account::Customer { customer, stage, .. } = account else { continue };
            if *customer != self.id.customer {
                continue;
            }
            self.amounts.add(*stage, points.0);
            if let Some(key) = lot {
                self.lots.add(*key, *stage, points.0);
            }
        }
    }
}
