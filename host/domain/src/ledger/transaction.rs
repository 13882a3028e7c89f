//! Transactions: entries that sum to zero, with their cause. Nothing is ever changed or deleted.

use super::{Account, LotKey, MAX_ENTRY, Stage};
use crate::{Points, PurchaseId, RedemptionId, ReturnId, Timestamp, TransactionId, figures::Flow, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Points into (positive) or out of (negative) one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The account that changes.
    pub account: Account,
    /// The change; never zero.
    pub points: Points,
    /// The lot whose points these are, on customers' accounts. What a customer owes belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotKey>,
}

/// Why a transaction was posted and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Machine-readable reason, such as `purchase`.
    pub reason: String,
    /// The reason in a sentence for people.
    pub text: String,
    /// The rule that decided: plugin and version, such as `stammgast.loyalty-points@0.1.0`, or the ledger's own.
    pub rule_version: String,
    /// Sequence number of the event that caused it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
}

/// Why points that were held are available again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// Somebody released them.
    Asked,
    /// Less was captured than was held.
    Rest,
    /// The reservation's time was up.
    TimedOut,
}

/// What a transaction does, with what its entries cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Movement {
    /// A customer earned points: a new lot, which has the transaction's id.
    Earned {
        /// From when on they can be spent.
        active_from: Timestamp,
        /// The purchase that earned them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purchase: Option<PurchaseId>,
        /// The line of that purchase, from 0, where they were earned by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// Pending points became available.
    Activated,
    /// Points are held for a redemption.
    Reserved {
        /// The redemption.
        redemption: RedemptionId,
        /// When they are released, unless they are captured first.
        until: Timestamp,
    },
    /// Points that were held are spent.
    Captured {
        /// The redemption.
        redemption: RedemptionId,
    },
    /// Points that were held are available again.
    Released {
        /// The redemption.
        redemption: RedemptionId,
        /// Why.
        why: Release,
    },
    /// Points are spent at once.
    Redeemed {
        /// The redemption.
        redemption: RedemptionId,
    },
    /// Spent points came back into their lots.
    GivenBack {
        /// The redemption.
        redemption: RedemptionId,
    },
    /// Points are past their time.
    Expired,
    /// Earned points were undone.
    TakenBack {
        /// The earning that was undone, in whole or in part.
        earning: TransactionId,
        /// The return that undid it.
        #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
        return_id: Option<ReturnId>,
    },
    /// What was taken back is there again, because the return was cancelled.
    Reinstated {
        /// The transaction that took it.
        taken_back: TransactionId,
    },
    /// Points paid for what the customer owed.
    Offset {
        /// The transaction that left the debt.
        taken_back: TransactionId,
    },
    /// Points were taken away by a person's decision.
    Withdrawn,
    /// A partner's account was settled.
    Settled {
        /// The partner.
        partner: String,
        /// Number of the partner's statement in this program, from 1.
        statement: u64,
    },
}

impl Movement {
    /// The name as it stands in answers.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Earned { .. } => "earned",
            Self::Activated => "activated",
            Self::Reserved { .. } => "reserved",
            Self::Captured { .. } => "captured",
            Self::Released { .. } => "released",
            Self::Redeemed { .. } => "redeemed",
            Self::GivenBack { .. } => "given-back",
            Self::Expired => "expired",
            Self::TakenBack { .. } => "taken-back",
            Self::Reinstated { .. } => "reinstated",
            Self::Offset { .. } => "offset",
            Self::Withdrawn => "withdrawn",
            Self::Settled { .. } => "settled",
        }
    }

    /// The redemption that it is about.
    #[must_use]
    pub const fn redemption(&self) -> Option<RedemptionId> {
        match self {
            Self::Reserved { redemption, .. }
            | Self::Captured { redemption }
            | Self::Released { redemption, .. }
            | Self::Redeemed { redemption }
            | Self::GivenBack { redemption } => Some(*redemption),
            _ => None,
        }
    }

    /// The purchase that earned the points.
    #[must_use]
    pub const fn purchase(&self) -> Option<PurchaseId> {
        match self {
            Self::Earned { purchase, .. } => *purchase,
            _ => None,
        }
    }
}

/// One posting: entries that sum to zero, once per idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Derived from program and idempotency key.
    pub id: TransactionId,
    /// The program whose points move.
    pub program: String,
    /// What makes the posting unique.
    pub idempotency_key: String,
    /// What it does.
    pub movement: Movement,
    /// Why.
    pub cause: Cause,
    /// What moves; at least two entries.
    pub entries: Vec<Entry>,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it was posted.
    pub recorded_at: Timestamp,
}

/// A transaction before it is checked and named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The program's code.
    pub program: String,
    /// What makes the posting unique.
    pub idempotency_key: String,
    /// What it does.
    pub movement: Movement,
    /// Why.
    pub cause: Cause,
    /// What moves.
    pub entries: Vec<Entry>,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it is posted.
    pub recorded_at: Timestamp,
}

/// Why a posting is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransaction {
    /// The entries do not balance.
    #[error("the entries sum to {0}, not to zero")]
    Unbalanced(i128),
    /// Fewer than two entries.
    #[error("a transaction needs at least two entries")]
    TooFewEntries,
    /// An entry of zero or of an absurd size.
    #[error("{account} would change by {points} points; an entry moves 1 to {MAX_ENTRY} points")]
    Entry {
        /// The account of the entry.
        account: Account,
        /// The change asked for.
        points: Points,
    },
    /// One lot of one account twice.
    #[error("{0} appears twice with the same lot; add its entries up")]
    AccountTwice(Account),
    /// An account of another program.
    #[error("{0} belongs to another program than the transaction")]
    OtherProgram(Account),
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
}

impl Transaction {
    /// The id of the transaction with this key.
    #[must_use]
    pub fn id_for(program: &str, idempotency_key: &str) -> TransactionId {
        TransactionId::derived(&[program, idempotency_key])
    }

    /// A checked transaction.
    ///
    /// # Errors
    /// See [`InvalidTransaction`].
    pub fn new(draft: Draft) -> Result<Self, InvalidTransaction> {
        let Draft { program, idempotency_key, movement, cause, entries, occurred_at, recorded_at } = draft;
        text::code("program", &program)?;
        text::required("idempotency_key", &idempotency_key, 300)?;
        text::code("reason", &cause.reason)?;
        text::required("text", &cause.text, 1_000)?;
        // What is settled is the sum of many postings.
        let most = if matches!(movement, Movement::Settled { .. }) { i64::MAX } else { MAX_ENTRY };
        check_entries(&program, &entries, most)?;
        let id = Self::id_for(&program, &idempotency_key);
        Ok(Self { id, program, idempotency_key, movement, cause, entries, occurred_at, recorded_at })
    }
}

impl Transaction {
    /// What it means for the program: which flows, and how many points.
    #[must_use]
    pub fn flows(&self) -> Vec<(Flow, i64)> {
        let outside = |account: &Account| !matches!(account, Account::Customer { .. });
        let from_outside: i64 =
            self.entries.iter().filter(|entry| outside(&entry.account)).map(|entry| entry.points.0).sum();
        let mut flows = vec![(Flow::Expired, self.moved(Stage::Expired))];
        match self.movement {
            Movement::Earned { .. } => flows.push((Flow::Given, -from_outside)),
            Movement::Captured { .. } | Movement::Redeemed { .. } | Movement::GivenBack { .. } => {
                flows.push((Flow::Redeemed, self.moved(Stage::Redeemed) + from_outside));
            }
            Movement::TakenBack { .. } | Movement::Reinstated { .. } | Movement::Withdrawn => {
                flows.push((Flow::TakenBack, from_outside));
            }
            Movement::Activated
            | Movement::Reserved { .. }
            | Movement::Released { .. }
            | Movement::Expired
            | Movement::Offset { .. }
            | Movement::Settled { .. } => {}
        }
        flows.retain(|(_, points)| *points != 0);
        flows
    }

    /// Whether the customer earned points that count from now on.
    #[must_use]
    pub fn earns(&self) -> bool {
        matches!(self.movement, Movement::Earned { .. } | Movement::Activated) && self.moved(Stage::Available) > 0
    }

    /// How many points came to the customer's account of a stage; below zero where they left.
    #[must_use]
    pub fn moved(&self, stage: Stage) -> i64 {
        let of_stage = |account: &Account| matches!(account, Account::Customer { stage: of, .. } if *of == stage);
        self.entries.iter().filter(|entry| of_stage(&entry.account)).map(|entry| entry.points.0).sum()
    }
}

fn check_entries(program: &str, entries: &[Entry], most: i64) -> Result<(), InvalidTransaction> {
    if entries.len() < 2 {
        return Err(InvalidTransaction::TooFewEntries);
    }
    let mut seen = BTreeSet::new();
    for Entry { account, points, lot } in entries {
        if points.0 == 0 || points.0.unsigned_abs() > most.unsigned_abs() {
            return Err(InvalidTransaction::Entry { account: account.clone(), points: *points });
        }
        if account.program() != program {
            return Err(InvalidTransaction::OtherProgram(account.clone()));
        }
        if !seen.insert((account, lot)) {
            return Err(InvalidTransaction::AccountTwice(account.clone()));
        }
    }
    match entries.iter().map(|entry| i128::from(entry.points.0)).sum() {
        0 => Ok(()),
        sum => Err(InvalidTransaction::Unbalanced(sum)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomerId;

    fn posted(entries: Vec<Entry>) -> Result<Transaction, InvalidTransaction> {
        let time = Timestamp::from_millis(0).unwrap();
        let cause = Cause { reason: "test".into(), text: "A test.".into(), rule_version: "p@1".into(), event: None };
        Transaction::new(Draft {
            program: "points".into(),
            idempotency_key: "k".into(),
            movement: Movement::Withdrawn,
            cause,
            entries,
            occurred_at: time,
            recorded_at: time,
        })
    }

    #[test]
    fn what_does_not_balance_is_refused() {
        let entry = |number: u8, points| Entry {
            account: Account::of("points", CustomerId::derived(&[&number.to_string()]), Stage::Available),
            points: Points(points),
            lot: None,
        };
        assert_eq!(posted(vec![entry(1, 5), entry(2, -4)]), Err(InvalidTransaction::Unbalanced(1)));
        assert_eq!(posted(vec![]), Err(InvalidTransaction::TooFewEntries));
        assert!(matches!(posted(vec![entry(1, 0), entry(2, 0)]), Err(InvalidTransaction::Entry { .. })));
        assert!(matches!(posted(vec![entry(1, 5), entry(1, -5)]), Err(InvalidTransaction::AccountTwice(_))));
        assert!(matches!(posted(vec![entry(1, i64::MAX), entry(2, -1)]), Err(InvalidTransaction::Entry { .. })));
        let foreign = Account::Issuance { program: "stamps".into() };
        let foreign = Entry { account: foreign, points: Points(-5), lot: None };
        assert!(matches!(posted(vec![entry(1, 5), foreign]), Err(InvalidTransaction::OtherProgram(_))));
    }
}
