//! Referrals: customers who bring others. Bounded, so that nobody lives on it.

use crate::{CustomerId, Money, Timestamp, text};
use serde::{Deserialize, Serialize};

/// What a tenant decides about referrals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReferralPolicy {
    /// The smallest purchase with which a referral counts.
    pub minimum: Option<Money>,
    /// Days that this purchase must stand before it counts.
    pub hold_days: u16,
    /// Days within which it has to be made.
    pub window_days: u16,
    /// The most referrals of one customer that count in a calendar year.
    pub per_year: u32,
}

impl Default for ReferralPolicy {
    fn default() -> Self {
        Self { minimum: None, hold_days: 14, window_days: 90, per_year: 10 }
    }
}

/// How far a referral has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferralStatus {
    /// Nothing that counts was bought yet.
    Pending,
    /// It counts.
    Completed,
    /// Nothing that counts was bought in time.
    Expired,
    /// The referrer has as many this year as count.
    OverLimit,
}

/// Somebody was brought by a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Who was brought; once at most.
    pub customer: CustomerId,
    /// Who brought them.
    pub referrer: CustomerId,
    /// How far it has come.
    pub status: ReferralStatus,
    /// The policy at the time.
    pub policy: ReferralPolicy,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What is known of two customers, one of whom brings the other.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Who brings.
    pub referrer: &'a crate::customer::Customer,
    /// Who is brought.
    pub referred: &'a crate::customer::Customer,
    /// Who brought the one who brings, if somebody did.
    pub brought_by: Option<CustomerId>,
    /// Whether the one who is brought has bought before.
    pub has_bought: bool,
}

/// What came of the referrals of a period, and how many of its new customers were brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReferralFigures {
    /// Referrals that were recorded in the period.
    pub recorded: u64,
    /// Those of them that count by now.
    pub completed: u64,
    /// Those that may still count.
    pub pending: u64,
    /// Those for which nothing that counts was bought in time.
    pub expired: u64,
    /// Those beyond what counts of one customer in a year.
    pub over_limit: u64,
    /// Customers since a day of the period.
    pub new_customers: u64,
    /// Those of them whom somebody brought.
    pub brought: u64,
}

/// Why a referral is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferralRefused {
    /// Nobody brings themselves.
    #[error("nobody brings themselves: referrer and customer are one person")]
    Oneself,
    /// Each would have brought the other.
    #[error("the customer brought the referrer; nobody is brought by whom they brought")]
    EachOther,
    /// Who has bought is no new customer.
    #[error("the customer has bought before, and is nobody's to bring")]
    NotNew,
}

/// Why a policy is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReferralPolicy {
    /// A number outside its range.
    #[error("{field} is {given}; it must lie between {least} and {most}")]
    Range {
        /// The field.
        field: &'static str,
        /// What was given.
        given: i64,
        /// The least that may be.
        least: i64,
        /// The most that may be.
        most: i64,
    },
}

impl InvalidReferralPolicy {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        let Self::Range { field, .. } = self;
        field
    }
}

impl ReferralPolicy {
    /// # Errors
    /// See [`InvalidReferralPolicy`].
    pub fn validate(&self) -> Result<(), InvalidReferralPolicy> {
        let within = |field, given: i64, least: i64, most: i64| {
            let fits = (least..=most).contains(&given);
            if fits { Ok(()) } else { Err(InvalidReferralPolicy::Range { field, given, least, most }) }
        };
        within("referral.hold_days", i64::from(self.hold_days), 0, 365)?;
        within("referral.window_days", i64::from(self.window_days), 1, 730)?;
        within("referral.per_year", i64::from(self.per_year), 0, 100_000)?;
        self.minimum.map_or(Ok(()), |money| within("referral.minimum.minor", money.minor, 1, 1_000_000_000_000))
    }
}

impl Referral {
    /// A referral of two customers.
    ///
    /// # Errors
    /// See [`ReferralRefused`].
    pub fn new(pair: Pair<'_>, policy: ReferralPolicy, now: Timestamp) -> Result<Self, ReferralRefused> {
        let Pair { referrer, referred, brought_by, has_bought } = pair;
        let same_name =
            |one: &str, other: &str| text::one_line(one.trim(), 300).to_lowercase() == other.trim().to_lowercase();
        let looks_alike = referrer.birthday.is_some()
            && referrer.birthday == referred.birthday
            && referrer.name.as_deref().zip(referred.name.as_deref()).is_some_and(|(one, other)| same_name(one, other));
        if referrer.id == referred.id || looks_alike {
            return Err(ReferralRefused::Oneself);
        }
        if brought_by == Some(referred.id) {
            return Err(ReferralRefused::EachOther);
        }
        if has_bought {
            return Err(ReferralRefused::NotNew);
        }
        let (customer, referrer) = (referred.id, referrer.id);
        let status = ReferralStatus::Pending;
        Ok(Self { customer, referrer, status, policy, created_at: now, decided_at: None, version: 1 })
    }

    /// When it is looked at last.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        let days = i64::from(self.policy.window_days) + i64::from(self.policy.hold_days);
        self.created_at.plus_millis(days * 86_400_000)
    }

    /// Whether a purchase makes it count by now: large enough, in time, standing long enough. What came back of it does
    /// not count.
    #[must_use]
    pub fn counts(&self, amount: Money, returned: i64, bought_at: Timestamp, now: Timestamp) -> bool {
        let left = amount.minor - returned;
        let large = match self.policy.minimum {
            Some(minimum) => minimum.currency == amount.currency && left >= minimum.minor,
            None => left > 0,
        };
        let day = 86_400_000;
        let end = self.created_at.plus_millis(i64::from(self.policy.window_days) * day);
        let in_time = (self.created_at..=end).contains(&bought_at);
        large && in_time && bought_at.plus_millis(i64::from(self.policy.hold_days) * day) <= now
    }

    /// The referral, decided.
    #[must_use]
    pub fn decided(&self, status: ReferralStatus, now: Timestamp) -> Self {
        Self { status, decided_at: Some(now), version: self.version + 1, ..self.clone() }
    }
}

impl ReferralFigures {
    /// Takes in a referral of the period, as it stands now.
    pub const fn add(&mut self, status: ReferralStatus) {
        self.recorded += 1;
        let count = match status {
            ReferralStatus::Pending => &mut self.pending,
            ReferralStatus::Completed => &mut self.completed,
            ReferralStatus::Expired => &mut self.expired,
            ReferralStatus::OverLimit => &mut self.over_limit,
        };
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        customer::{Customer, CustomerDetails},
        program::Zone,
    };

    fn customer(name: &str, birthday: &str) -> Customer {
        let details = CustomerDetails {
            name: Some(name.to_owned()),
            birthday: Some(birthday.parse().unwrap()),
            ..CustomerDetails::default()
        };
        let now = at("2026-01-01T00:00:00Z");
        Customer::new(CustomerId::derived(&[name, birthday]), details, (now, Zone::utc().date(now))).unwrap()
    }

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn euros(minor: i64) -> Money {
        Money { minor, currency: "EUR".parse().unwrap() }
    }

    #[test]
    fn nobody_brings_themselves_or_somebody_who_is_there() {
        let (ada, ben) = (customer("Ada", "1990-05-17"), customer("Ben", "1991-05-17"));
        let again = customer("  ADA ", "1990-05-17");
        let pair = |referred, has_bought| Pair { referrer: &ada, referred, brought_by: None, has_bought };
        let made = |pair| Referral::new(pair, ReferralPolicy::default(), at("2026-02-01T00:00:00Z"));
        let refer = |referred, has_bought| made(pair(referred, has_bought));
        assert_eq!(refer(&ada, false).unwrap_err(), ReferralRefused::Oneself);
        assert_eq!(refer(&again, false).unwrap_err(), ReferralRefused::Oneself);
        assert_eq!(refer(&ben, true).unwrap_err(), ReferralRefused::NotNew);
        assert_eq!(refer(&ben, false).unwrap().status, ReferralStatus::Pending);
        let by = |brought_by: &Customer| made(Pair { brought_by: Some(brought_by.id), ..pair(&ben, false) });
        assert_eq!(by(&ben).unwrap_err(), ReferralRefused::EachOther);
        assert_eq!(by(&customer("Cai", "1992-05-17")).unwrap().status, ReferralStatus::Pending);
    }

    #[test]
    fn a_referral_counts_once_a_purchase_has_stood_long_enough() {
        let (ada, ben) = (customer("Ada", "1990-05-17"), customer("Ben", "1991-05-17"));
        let policy = ReferralPolicy { minimum: Some(euros(50_00)), ..ReferralPolicy::default() };
        let pair = Pair { referrer: &ada, referred: &ben, brought_by: None, has_bought: false };
        let referral = Referral::new(pair, policy, at("2026-02-01T00:00:00Z")).unwrap();
        let bought = at("2026-02-10T12:00:00Z");
        let counts = |minor, returned, now| referral.counts(euros(minor), returned, bought, at(now));
        assert!(counts(50_00, 0, "2026-02-24T12:00:00Z"));
        assert!(!counts(50_00, 0, "2026-02-24T11:59:59Z"), "it has not stood long enough");
        assert!(!counts(49_99, 0, "2026-03-24T12:00:00Z") && !counts(60_00, 10_01, "2026-03-24T12:00:00Z"));
        let early = referral.counts(euros(60_00), 0, at("2026-01-31T23:00:00Z"), at("2026-07-01T00:00:00Z"));
        assert!(!early, "it was bought before, and told of later");
        let late = referral.counts(euros(60_00), 0, at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
        assert!(!late);
        assert_eq!(referral.over_at(), at("2026-05-16T00:00:00Z"));
    }
}
