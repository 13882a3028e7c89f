//! Memberships and subscriptions: plans that customers join for a period, which renew or lapse.

use crate::{
    CustomerId, Money, Timestamp,
    program::{Zone, plus_days, plus_months},
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest notice before a membership ends, in days.
pub const MAX_NOTICE_DAYS: u16 = 365;
/// How far a membership's first day may be away, in months: a hundred years.
const MAX_AWAY_MONTHS: i32 = 1_200;

/// What happens at the end of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// Another one begins by itself.
    #[default]
    Automatic,
    /// The membership ends, unless somebody renews it before.
    Lapses,
}

/// What the tenant decides about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTerms {
    /// The name to show.
    pub name: String,
    /// Months of one period.
    pub months: u16,
    /// What happens at its end.
    #[serde(default)]
    pub renewal: Renewal,
    /// So many days before the end rules are told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u16>,
    /// What a period costs, for people; nobody is charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipPlan {
    /// Short name; never changes.
    pub code: String,
    /// What the tenant decided.
    #[serde(flatten)]
    pub terms: PlanTerms,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// How a membership stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MembershipStatus {
    /// It runs.
    Active,
    /// Its time is over.
    Ended,
}

/// A customer's membership in a plan; there is one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Whose.
    pub customer: CustomerId,
    /// The plan's code.
    pub plan: String,
    /// Whether it runs.
    pub status: MembershipStatus,
    /// Its first day.
    pub first_day: Date,
    /// The last day of its period.
    pub last_day: Date,
    /// How many periods there were.
    pub periods: u32,
    /// Months of one period, as when it began.
    pub months: u16,
    /// What happens at the end of the period.
    pub renewal: Renewal,
    /// So many days before the end rules are told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u16>,
    /// When it last changed, in the world.
    pub occurred_at: Timestamp,
    /// When that was recorded.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// Why a plan or a membership is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMembership {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// A number outside its range.
    #[error("{field} is {given}; it must lie between {least} and {most}")]
    Range {
        /// The field.
        field: &'static str,
        /// What was given.
        given: u16,
        /// The least that may be.
        least: u16,
        /// The most that may be.
        most: u16,
    },
    /// A price below nothing.
    #[error("price is {0}; a plan costs nothing or more, so give 0 or more, or leave it out")]
    Price(Money),
    /// A first day that must be a mistake.
    #[error("first_day is {given}; it must lie between {first} and {last}")]
    FirstDay {
        /// What was given.
        given: Date,
        /// The first that may be.
        first: Date,
        /// The last that may be.
        last: Date,
    },
}

impl InvalidMembership {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Range { field, .. } => field,
            Self::Price(_) => "price",
            Self::FirstDay { .. } => "first_day",
        }
    }
}

impl PlanTerms {
    fn validate(&self) -> Result<(), InvalidMembership> {
        text::required("name", &self.name, 200)?;
        let within = |field, given: u16, least: u16, most: u16| {
            let fits = (least..=most).contains(&given);
            if fits { Ok(()) } else { Err(InvalidMembership::Range { field, given, least, most }) }
        };
        within("months", self.months, 1, 120)?;
        if let Some(price) = self.price.filter(|price| price.minor < 0) {
            return Err(InvalidMembership::Price(price));
        }
        self.notice_days.map_or(Ok(()), |days| within("notice_days", days, 1, MAX_NOTICE_DAYS))
    }
}

impl MembershipPlan {
    /// A new plan.
    ///
    /// # Errors
    /// See [`InvalidMembership`].
    pub fn new(code: String, terms: PlanTerms, now: Timestamp) -> Result<Self, InvalidMembership> {
        text::code("code", &code)?;
        terms.validate()?;
        Ok(Self { code, terms, created_at: now, updated_at: now, version: 1 })
    }

    /// This plan with other terms. Memberships that run keep theirs.
    ///
    /// # Errors
    /// See [`InvalidMembership`].
    pub fn changed(&self, terms: PlanTerms, now: Timestamp) -> Result<Self, InvalidMembership> {
        terms.validate()?;
        Ok(Self { terms, updated_at: now, version: self.version + 1, ..self.clone() })
    }
}

impl Membership {
    /// A membership that begins on a day, in place of one that has ended, if there was one. One that began in the past is
    /// in its period of today.
    ///
    /// # Errors
    /// The first day is too far away.
    pub fn begun(
        plan: &MembershipPlan,
        customer: CustomerId,
        (first_day, today): (Date, Date),
        before: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, InvalidMembership> {
        let PlanTerms { months, renewal, notice_days, .. } = plan.terms.clone();
        let (first, last) = (plus_months(today, -MAX_AWAY_MONTHS), plus_months(today, MAX_AWAY_MONTHS));
        if first_day < first || first_day > last {
            return Err(InvalidMembership::FirstDay { given: first_day, first, last });
        }
        let over = (1..=2 * MAX_AWAY_MONTHS.unsigned_abs())
            .take_while(|periods| end_of_period(first_day, months, *periods) < today)
            .count();
        let periods = u32::try_from(over).unwrap_or(u32::MAX).saturating_add(1);
        Ok(Self {
            customer,
            plan: plan.code.clone(),
            status: MembershipStatus::Active,
            first_day,
            last_day: end_of_period(first_day, months, periods),
            periods,
            months,
            renewal,
            notice_days,
            occurred_at: now,
            recorded_at: now,
            version: before.map_or(1, |before| before.version + 1),
        })
    }

    /// When its period is over.
    #[must_use]
    pub fn ends_at(&self, zone: &Zone) -> Timestamp {
        zone.end_of(self.last_day)
    }

    /// When rules are told that it ends; `None` where they are not, or it renews by itself.
    #[must_use]
    pub fn notice_at(&self, zone: &Zone) -> Option<Timestamp> {
        let ends = self.status == MembershipStatus::Active && self.renewal == Renewal::Lapses;
        let days = self.notice_days.filter(|_| ends)?;
        let begun = self.periods.checked_sub(1).filter(|before| *before > 0);
        let begun = begun.map(|before| plus_days(end_of_period(self.first_day, self.months, before), 1));
        Some(zone.start_of(plus_days(self.last_day, -i64::from(days)).max(begun.unwrap_or(self.first_day))))
    }

    /// One more period.
    #[must_use]
    pub fn renewed(&self, occurred_at: Timestamp, now: Timestamp) -> Self {
        let periods = self.periods.saturating_add(1);
        let last_day = end_of_period(self.first_day, self.months, periods);
        Self { periods, last_day, occurred_at, recorded_at: now, version: self.version + 1, ..self.clone() }
    }

    /// Its end.
    #[must_use]
    pub fn ended(&self, occurred_at: Timestamp, now: Timestamp) -> Self {
        let status = MembershipStatus::Ended;
        Self { status, occurred_at, recorded_at: now, version: self.version + 1, ..self.clone() }
    }

    /// Its end today, in the midst of its period.
    #[must_use]
    pub fn cut_short(&self, today: Date, now: Timestamp) -> Self {
        Self { last_day: self.last_day.min(today), ..self.ended(now, now) }
    }

    /// The same, with another renewal from now on.
    #[must_use]
    pub fn with_renewal(&self, renewal: Renewal, now: Timestamp) -> Self {
        Self { renewal, occurred_at: now, recorded_at: now, version: self.version + 1, ..self.clone() }
    }
}

/// The last day of so many periods. Periods are counted from the first day, so that the 31st stays the 31st.
fn end_of_period(first_day: Date, months: u16, periods: u32) -> Date {
    let months = i32::try_from(u64::from(months) * u64::from(periods)).unwrap_or(i32::MAX);
    plus_days(plus_months(first_day, months), -1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_counted_from_the_first_day() {
        let now = "2026-01-31T10:00:00Z".parse().unwrap();
        let terms = PlanTerms {
            name: "Club".to_owned(),
            months: 1,
            renewal: Renewal::Automatic,
            notice_days: Some(10),
            price: None,
        };
        let plan = MembershipPlan::new("club".to_owned(), terms, now).unwrap();
        let zone = "Europe/Berlin".parse().unwrap();
        let day = |day: &str| day.parse::<Date>().unwrap();
        let days = (day("2026-01-31"), day("2026-01-31"));
        let ada = CustomerId::derived(&["a"]);
        let first = Membership::begun(&plan, ada, days, None, now).unwrap();
        assert_eq!(first.last_day.to_string(), "2026-02-27");
        assert_eq!(first.ends_at(&zone), "2026-02-27T23:00:00Z".parse().unwrap());
        // What renews by itself needs no notice.
        assert_eq!(first.notice_at(&zone), None);
        let lapsing = first.with_renewal(Renewal::Lapses, now);
        assert_eq!(lapsing.notice_at(&zone), Some("2026-02-16T23:00:00Z".parse().unwrap()));
        let second = first.renewed(first.ends_at(&zone), now);
        assert_eq!((second.last_day.to_string(), second.periods), ("2026-03-30".to_owned(), 2));
        assert_eq!(second.renewed(now, now).last_day.to_string(), "2026-04-29");
        assert_eq!(second.ended(now, now).notice_at(&zone), None);
        // No notice before its period has begun.
        let notice = Membership { notice_days: Some(60), ..second.with_renewal(Renewal::Lapses, now) }.notice_at(&zone);
        assert_eq!(notice, Some(zone.start_of(day("2026-02-28"))));
        // One that began in the past is in its period of today, not renewed one by one.
        let old = Membership::begun(&plan, ada, (day("2016-01-31"), day("2026-03-30")), None, now).unwrap();
        assert_eq!((old.last_day.to_string(), old.periods), ("2026-03-30".to_owned(), 122));
        let typo = Membership::begun(&plan, ada, (day("0216-01-31"), day("2026-03-30")), None, now);
        assert_eq!(typo.unwrap_err().field(), "first_day");
    }

    #[test]
    fn a_plan_has_bounds() {
        let now = "2026-01-31T10:00:00Z".parse().unwrap();
        let terms = |months, notice_days| PlanTerms {
            name: "Club".to_owned(),
            months,
            renewal: Renewal::Lapses,
            notice_days,
            price: None,
        };
        for (terms, field) in
            [(terms(0, None), "months"), (terms(121, None), "months"), (terms(1, Some(0)), "notice_days")]
        {
            assert_eq!(MembershipPlan::new("club".to_owned(), terms, now).unwrap_err().field(), field);
        }
        let paid_for =
            PlanTerms { price: Some(Money { minor: -1, currency: "EUR".parse().unwrap() }), ..terms(1, None) };
        assert_eq!(MembershipPlan::new("club".to_owned(), paid_for, now).unwrap_err().field(), "price");
    }
}
