//! The loyalty ledger: double entry, append only, in whole points.
//!
//! A transaction moves points between accounts and sums to zero. Nothing is ever changed or deleted: a
//! correction is a new transaction with its own cause. Balances are projections that can be rebuilt.

use crate::{CustomerId, Points, Timestamp, TransactionId, text};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// The largest number of points that one entry moves.
pub const MAX_ENTRY: i64 = 1_000_000_000_000;
/// The program that every new tenant has.
pub const DEFAULT_PROGRAM: &str = "points";

/// Whose points an account holds, of which program and for what; further ones (pending, reserved, redeemed, expired,
/// partner) join this list. As text: `points/available/<customer>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// The program's issuance account.
    Issuance {
        /// The program's code.
        program: String,
    },
    /// A customer's available points.
    Available {
        /// The program's code.
        program: String,
        /// The owner.
        customer: CustomerId,
    },
}

impl Account {
    /// The program that the account belongs to.
    #[must_use]
    pub fn program(&self) -> &str {
        match self {
            Self::Issuance { program } | Self::Available { program, .. } => program,
        }
    }

    /// The owner, unless the program itself owns the account.
    #[must_use]
    pub const fn customer(&self) -> Option<CustomerId> {
        match self {
            Self::Issuance { .. } => None,
            Self::Available { customer, .. } => Some(*customer),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuance { program } => write!(f, "{program}/issuance"),
            Self::Available { program, customer } => write!(f, "{program}/available/{customer}"),
        }
    }
}

/// The text given names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no account; write `points/issuance` or `points/available/<customer>`")]
pub struct InvalidAccount(pub String);

impl FromStr for Account {
    type Err = InvalidAccount;

    fn from_str(given: &str) -> Result<Self, InvalidAccount> {
        let invalid = || InvalidAccount(given.chars().take(120).collect());
        let (program, rest) = given.split_once('/').ok_or_else(invalid)?;
        let program = program.to_owned();
        match rest.split_once('/') {
            None if rest == "issuance" => Ok(Self::Issuance { program }),
            Some(("available", customer)) => {
                Ok(Self::Available { program, customer: customer.parse().map_err(|_| invalid())? })
            }
            _ => Err(invalid()),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Points into (positive) or out of (negative) one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The account that changes.
    pub account: Account,
    /// The change; never zero.
    pub points: Points,
}

/// Why a transaction was posted and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Machine-readable reason, such as `purchase`.
    pub reason: String,
    /// The reason in a sentence for people.
    pub text: String,
    /// The rule that decided: plugin and version, such as `stammgast.loyalty-points@0.1.0`.
    pub rule_version: String,
    /// Sequence number of the event that caused it.
    pub event: u64,
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
    /// Why.
    pub cause: Cause,
    /// What moves; at least two entries.
    pub entries: Vec<Entry>,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it was posted.
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
    /// One account twice.
    #[error("{0} appears twice; add its entries up")]
    AccountTwice(Account),
    /// An account of another program.
    #[error("{0} belongs to another program than the transaction")]
    OtherProgram(Account),
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// Zero or fewer points to earn.
    #[error("{0} points cannot be earned; earn between 1 and {MAX_ENTRY}")]
    NothingEarned(Points),
}

/// The two times of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostingTimes {
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it is posted.
    pub recorded_at: Timestamp,
}

impl Transaction {
    /// A checked transaction.
    ///
    /// # Errors
    /// See [`InvalidTransaction`].
    pub fn new(
        program: &str,
        idempotency_key: String,
        cause: Cause,
        entries: Vec<Entry>,
        times: PostingTimes,
    ) -> Result<Self, InvalidTransaction> {
        text::code("program", program)?;
        text::required("idempotency_key", &idempotency_key, 300)?;
        text::code("reason", &cause.reason)?;
        text::required("text", &cause.text, 1_000)?;
        check_entries(program, &entries)?;
        let id = TransactionId::derived(&[program, &idempotency_key]);
        let PostingTimes { occurred_at, recorded_at } = times;
        let program = program.to_owned();
        Ok(Self { id, program, idempotency_key, cause, entries, occurred_at, recorded_at })
    }

    /// A customer earns points: issuance gives, available receives.
    ///
    /// # Errors
    /// See [`InvalidTransaction`].
    pub fn earn(
        program: &str,
        customer: CustomerId,
        points: Points,
        idempotency_key: String,
        cause: Cause,
        times: PostingTimes,
    ) -> Result<Self, InvalidTransaction> {
        if !(1..=MAX_ENTRY).contains(&points.0) {
            return Err(InvalidTransaction::NothingEarned(points));
        }
        let program_code = program.to_owned();
        let entries = vec![
            Entry { account: Account::Issuance { program: program_code.clone() }, points: Points(-points.0) },
            Entry { account: Account::Available { program: program_code, customer }, points },
        ];
        Self::new(program, idempotency_key, cause, entries, times)
    }
}

fn check_entries(program: &str, entries: &[Entry]) -> Result<(), InvalidTransaction> {
    if entries.len() < 2 {
        return Err(InvalidTransaction::TooFewEntries);
    }
    let mut seen = BTreeSet::new();
    for Entry { account, points } in entries {
        if points.0 == 0 || points.0.unsigned_abs() > MAX_ENTRY.unsigned_abs() {
            return Err(InvalidTransaction::Entry { account: account.clone(), points: *points });
        }
        if account.program() != program {
            return Err(InvalidTransaction::OtherProgram(account.clone()));
        }
        if !seen.insert(account) {
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
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn cause() -> Cause {
        Cause { reason: "purchase".into(), text: "12 full euros".into(), rule_version: "p@1.0.0".into(), event: 7 }
    }

    fn times() -> PostingTimes {
        let time = Timestamp::from_millis(0).unwrap();
        PostingTimes { occurred_at: time, recorded_at: time }
    }

    fn customer(number: u8) -> CustomerId {
        CustomerId::derived(&[&number.to_string()])
    }

    fn earn(number: u8, points: i64, key: &str) -> Result<Transaction, InvalidTransaction> {
        Transaction::earn("points", customer(number), Points(points), key.into(), cause(), times())
    }

    #[test]
    fn one_key_is_one_transaction() {
        assert_eq!(earn(1, 5, "k").unwrap().id, earn(1, 5, "k").unwrap().id);
        assert_ne!(earn(1, 5, "k").unwrap().id, earn(1, 5, "l").unwrap().id);
    }

    #[test]
    fn what_does_not_balance_is_refused() {
        let entry = |number, points| Entry {
            account: Account::Available { program: "points".into(), customer: customer(number) },
            points: Points(points),
        };
        let posted = |entries| Transaction::new("points", "k".into(), cause(), entries, times());
        assert_eq!(posted(vec![entry(1, 5), entry(2, -4)]), Err(InvalidTransaction::Unbalanced(1)));
        assert_eq!(posted(vec![]), Err(InvalidTransaction::TooFewEntries));
        assert!(matches!(posted(vec![entry(1, 0), entry(2, 0)]), Err(InvalidTransaction::Entry { .. })));
        assert!(matches!(posted(vec![entry(1, 5), entry(1, -5)]), Err(InvalidTransaction::AccountTwice(_))));
        assert!(matches!(posted(vec![entry(1, i64::MAX), entry(2, -1)]), Err(InvalidTransaction::Entry { .. })));
        for points in [0, -1, i64::MIN, i64::MAX] {
            assert!(matches!(earn(1, points, "k"), Err(InvalidTransaction::NothingEarned(_))), "{points}");
        }
    }

    #[test]
    fn an_account_reads_back_from_its_text() {
        for account in [
            Account::Issuance { program: "points".into() },
            Account::Available { program: "points".into(), customer: customer(3) },
        ] {
            assert_eq!(account.to_string().parse::<Account>().unwrap(), account);
        }
        assert!("points/pocket/x".parse::<Account>().is_err());
    }

    proptest! {
        #[test]
        fn any_history_of_earnings_sums_to_zero(earnings in prop::collection::vec((0_u8..5, 1_i64..10_000), 0..200)) {
            let mut balances = BTreeMap::<Account, i64>::new();
            for (index, (number, points)) in earnings.iter().enumerate() {
                for entry in earn(*number, *points, &index.to_string()).unwrap().entries {
                    *balances.entry(entry.account).or_default() += entry.points.0;
                }
            }
            prop_assert_eq!(balances.values().sum::<i64>(), 0);
            let issued: i64 = earnings.iter().map(|(_, points)| points).sum();
            let issuance = Account::Issuance { program: "points".into() };
            prop_assert_eq!(-balances.get(&issuance).copied().unwrap_or_default(), issued);
        }
    }
}
