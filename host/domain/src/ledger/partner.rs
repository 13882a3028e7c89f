//! Partners' accounts: what they gave and accepted since the last statement, and the statement itself.

use super::{
    Account, Books, Entry, Movement, Refused, Transaction,
    books::{LEDGER_RULES, Moment},
    command::{Dealing, PartnerQuota, Settle},
    transaction::{Cause, Draft},
};
use crate::{Points, Timestamp, TransactionId, program::PointValue};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A partner in a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartnerId {
    /// The program's code.
    pub program: String,
    /// The partner's code.
    pub partner: String,
}

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.program, self.partner)
    }
}

impl PartnerId {
    /// The partner's account.
    #[must_use]
    pub fn account(&self) -> Account {
        Account::Partner { program: self.program.clone(), partner: self.partner.clone() }
    }
}

/// Points that a partner moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerSums {
    /// Points that it gave.
    pub issued: i64,
    /// Points of these that were taken back.
    pub issued_back: i64,
    /// Points that it accepted.
    pub accepted: i64,
    /// Points of these that it gave back.
    pub accepted_back: i64,
}

impl PartnerSums {
    /// The account's balance: what it accepted less what it gave.
    #[must_use]
    pub const fn balance(&self) -> i64 {
        (self.accepted - self.accepted_back) - (self.issued - self.issued_back)
    }
}

/// What a partner did on one day, for its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerDay {
    /// The day, in the tenant's zone.
    pub date: Date,
    /// Points that it gave.
    pub issued: i64,
    /// Points that it accepted.
    pub accepted: i64,
}

/// A partner's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerAccount {
    /// Whose, and of which program.
    pub of: PartnerId,
    /// What moved since the last statement.
    pub open: PartnerSums,
    /// Statements so far.
    pub statements: u64,
    /// The latest day on which it gave or accepted points.
    pub day: Option<PartnerDay>,
}

/// What moved between one settlement and the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whose, and of which program.
    pub of: PartnerId,
    /// Its number, from 1.
    pub number: u64,
    /// What moved.
    pub sums: PartnerSums,
    /// What points were worth in the program when it was settled, where they were worth something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<PointValue>,
    /// The transaction that settled it.
    pub transaction: TransactionId,
    /// When it was settled.
    pub settled_at: Timestamp,
}

impl PartnerAccount {
    /// An account that nothing moved on.
    #[must_use]
    pub fn new(of: PartnerId) -> Self {
        Self { of, open: PartnerSums::default(), statements: 0, day: None }
    }

    /// What it gave and accepted on a day.
    fn on(&self, date: Date) -> PartnerDay {
        self.day.filter(|day| day.date == date).unwrap_or(PartnerDay { date, issued: 0, accepted: 0 })
    }

    /// Takes an entry of a transaction into account.
    pub fn apply(&mut self, movement: &Movement, points: i64) {
        let sums = &mut self.open;
        match movement {
            Movement::Earned { .. } => sums.issued -= points,
            Movement::TakenBack { .. } | Movement::Reinstated { .. } => sums.issued_back += points,
            Movement::GivenBack { .. } => sums.accepted_back -= points,
            Movement::Settled { statement, .. } => {
                *sums = PartnerSums::default();
                self.statements = *statement;
            }
            _ => sums.accepted += points,
        }
    }
}

impl Books {
    pub(super) fn partner(&mut self, of: &PartnerId) -> &mut PartnerAccount {
        self.partners.entry(of.clone()).or_insert_with(|| PartnerAccount::new(of.clone()))
    }

    /// Whether a partner may move so many more points today.
    pub(super) fn within_quota(&mut self, quota: Option<&PartnerQuota>, points: i64) -> Result<(), Refused> {
        let Some(quota) = quota else { return Ok(()) };
        let day = self.partner(&quota.of).on(quota.date);
        let so_far = match quota.dealing {
            Dealing::Issue => day.issued,
            Dealing::Accept => day.accepted,
        };
        if points > quota.per_posting {
            return Err(Refused::OverPosting { points, most: quota.per_posting });
        }
        if so_far.saturating_add(points) > quota.per_day {
            return Err(Refused::OverDay { points, so_far, most: quota.per_day });
        }
        Ok(())
    }

    /// Counts points for a partner's day.
    pub(super) fn count_for_day(&mut self, quota: Option<&PartnerQuota>, points: i64) {
        let Some(quota) = quota else { return };
        let account = self.partner(&quota.of);
        let mut day = account.on(quota.date);
        let place = match quota.dealing {
            Dealing::Issue => &mut day.issued,
            Dealing::Accept => &mut day.accepted,
        };
        *place = place.saturating_add(points);
        account.day = Some(day);
    }

    /// Closes a partner's account: what it gave goes to issuance, what it accepted to what is settled.
    pub(super) fn settle(&mut self, order: &Settle, now: Timestamp) -> Result<(), Refused> {
        let Settle { of, value, cause } = order;
        let account = self.partner(of).clone();
        let (sums, number) = (account.open, account.statements + 1);
        let (issued, accepted) = (sums.issued - sums.issued_back, sums.accepted - sums.accepted_back);
        let program = of.program.clone();
        let parts = [
            (of.account(), -sums.balance()),
            (Account::Issuance { program: program.clone() }, -issued),
            (Account::Settled { program: program.clone() }, accepted),
        ];
        let entries: Vec<Entry> = parts
            .into_iter()
            .filter(|(_, points)| *points != 0)
            .map(|(account, points)| Entry { account, points: Points(points), lot: None })
            .collect();
        if entries.is_empty() {
            return Err(Refused::NothingToSettle);
        }
        let movement = Movement::Settled { partner: of.partner.clone(), statement: number };
        let cause = Cause { rule_version: LEDGER_RULES.to_owned(), ..cause.clone() };
        let Moment { occurred_at, now: recorded_at } = Moment::at(now);
        let idempotency_key = format!("statement/{}/{number}", of.partner);
        let draft = Draft { program, idempotency_key, movement, cause, entries, occurred_at, recorded_at };
        let transaction = Transaction::new(draft)?;
        let (transaction_id, value) = (transaction.id, *value);
        let statement =
            Statement { of: of.clone(), number, sums, value, transaction: transaction_id, settled_at: recorded_at };
        self.apply_to_partners(&transaction);
        // Where giving and accepting cancel out, no entry touches the partner's account.
        let account = self.partner(of);
        account.open = PartnerSums::default();
        account.statements = number;
        self.statements.push(statement);
        self.posted.push(transaction);
        Ok(())
    }

    /// Takes a transaction's entries on partners' accounts into account.
    pub(super) fn apply_to_partners(&mut self, transaction: &Transaction) {
        for Entry { account, points, .. } in &transaction.entries {
            if let Account::Partner { program, partner } = account {
                let of = PartnerId { program: program.clone(), partner: partner.clone() };
                self.partner(&of).apply(&transaction.movement, points.0);
            }
        }
    }
}
