//! Loyalty programs: the policy that the host keeps, whatever rules plugins have.

mod expiry;
mod tiers;
mod zone;

pub use expiry::{Expiry, LastDay};
pub use tiers::{Downgrade, MAX_GRACE_DAYS, MAX_LEVELS, TierLevel, TierPolicy};
pub use zone::{UnknownZone, Zone, plus_days, plus_months};

use crate::{
    Money, Timestamp,
    ledger::{MAX_ENTRY, Reversal, Rounding},
    text,
};
use serde::{Deserialize, Serialize};

/// The longest time before points count, in days.
pub const MAX_PENDING_DAYS: u16 = 365;
/// The longest reservation, in minutes: thirty days.
pub const MAX_HOLD_MINUTES: u32 = 43_200;
/// The longest notice before points expire, in days.
pub const MAX_NOTICE_DAYS: u16 = 365;

/// What a program counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Points that are spent.
    #[default]
    Points,
    /// Stamps on a card, which are spent as a full card.
    Stamps,
    /// Status points: they qualify for tiers and are never spent.
    Status,
}

/// How points are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spending {
    /// The fewest points of one redemption.
    pub minimum: i64,
    /// Redemptions are multiples of so many points.
    pub step: i64,
    /// How long points are held when nobody says otherwise, in minutes.
    pub hold_minutes: u32,
}

impl Default for Spending {
    fn default() -> Self {
        Self { minimum: 1, step: 1, hold_minutes: 30 }
    }
}

/// What points are worth, for the liability in money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointValue {
    /// So many points …
    pub points: i64,
    /// … are worth this much.
    pub money: Money,
}

impl PointValue {
    /// What so many points are worth, to the nearest minor unit; halves away from zero.
    #[must_use]
    pub fn of(&self, points: i64) -> Money {
        let minor = Rounding::HalfUp.share(points.saturating_abs(), self.money.minor, self.points);
        Money { minor: if points < 0 { -minor } else { minor }, currency: self.money.currency }
    }
}

/// What a program's owner decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it counts.
    #[serde(default)]
    pub unit: Unit,
    /// Days before earned points can be spent; 0 is at once.
    #[serde(default)]
    pub pending_days: u16,
    /// When points are past their time.
    #[serde(default)]
    pub expiry: Expiry,
    /// How points are taken back, and how shares of points are rounded.
    #[serde(default)]
    pub reversal: Reversal,
    /// How points are spent.
    #[serde(default)]
    pub spending: Spending,
    /// What points are worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<PointValue>,
    /// The most points that one effect or request may give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_earning: Option<i64>,
    /// So many days before points expire their owner's rules are told; never where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u16>,
    /// Tiers, where it counts status points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<TierPolicy>,
}

/// A loyalty program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Short name; never changes.
    pub code: String,
    /// The name to show.
    pub name: String,
    /// What its owner decided.
    #[serde(default)]
    pub policy: Policy,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// The times that a program gives to points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// From when on they can be spent.
    pub active_from: Timestamp,
    /// From when on they are past their time; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// When all of the customer's points lapse unless the customer is active again.
    pub lapses_at: Option<Timestamp>,
    /// When rules are told that they expire soon.
    pub notice: Option<Notice>,
}

/// When it is told that points expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// From when on they are past their time.
    pub expires_at: Timestamp,
}

/// Why a policy is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProgram {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
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
    /// Points would be past their time before they can be spent.
    #[error(
        "points would expire before they can be spent: pending_days is {pending_days}, and the expiry leaves as few as \
         {at_least_days} days; shorten pending_days or lengthen the expiry"
    )]
    ExpiresFirst {
        /// Days before points can be spent.
        pending_days: u16,
        /// The fewest days until they expire.
        at_least_days: u16,
    },
    /// A date that no year has.
    #[error("expiry.month and expiry.day are {month} and {day}, which is no date")]
    NoDate {
        /// The month that was given.
        month: i8,
        /// The day that was given.
        day: i8,
    },
    /// The smallest redemption is no multiple of the step.
    #[error("spending.minimum is {minimum}, which is no multiple of spending.step ({step})")]
    MinimumOffStep {
        /// The fewest points.
        minimum: i64,
        /// The step.
        step: i64,
    },
    /// A tier stands twice.
    #[error("tiers.levels has `{0}` twice; each code names one tier")]
    TierTwice(String),
    /// A higher tier needs fewer points than a lower one.
    #[error(
        "tiers.levels: `{0}` needs fewer points than the tier before it; list the tiers from the lowest to the highest"
    )]
    TierOrder(String),
    /// Tiers hold for a time that does not depend on what the customer does meanwhile.
    #[error("tiers.validity cannot be `inactivity`; choose `never`, `rolling` or `fixed`")]
    TierInactivity,
    /// Tiers belong to programs of status points.
    #[error("only a program whose unit is `status` has tiers; create one beside the points that are spent")]
    TiersNeedStatus,
    /// Status points are never spent.
    #[error("status points are never spent, so `{0}` makes no sense; leave it out, or choose another unit")]
    StatusSpends(&'static str),
}

impl InvalidProgram {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Range { field, .. } | Self::StatusSpends(field) => field,
            Self::TierTwice(_) | Self::TierOrder(_) => "tiers.levels",
            Self::TierInactivity => "tiers.validity",
            Self::TiersNeedStatus => "tiers",
            Self::ExpiresFirst { .. } => "pending_days",
            Self::NoDate { .. } => "expiry.day",
            Self::MinimumOffStep { .. } => "spending.minimum",
        }
    }
}

fn within(field: &'static str, given: i64, least: i64, most: i64) -> Result<(), InvalidProgram> {
    if (least..=most).contains(&given) { Ok(()) } else { Err(InvalidProgram::Range { field, given, least, most }) }
}

impl Policy {
    /// Checks the policy's own rules.
    ///
    /// # Errors
    /// See [`InvalidProgram`].
    pub fn validate(&self) -> Result<(), InvalidProgram> {
        within("pending_days", i64::from(self.pending_days), 0, i64::from(MAX_PENDING_DAYS))?;
        self.expiry.validate()?;
        let at_least_days =
            self.expiry.at_least_days().filter(|days| self.pending_days > 0 && *days <= self.pending_days);
        if let Some(at_least_days) = at_least_days {
            return Err(InvalidProgram::ExpiresFirst { pending_days: self.pending_days, at_least_days });
        }
        let Spending { minimum, step, hold_minutes } = self.spending;
        within("spending.minimum", minimum, 1, MAX_ENTRY)?;
        within("spending.step", step, 1, MAX_ENTRY)?;
        within("spending.hold_minutes", i64::from(hold_minutes), 1, i64::from(MAX_HOLD_MINUTES))?;
        if minimum % step != 0 {
            return Err(InvalidProgram::MinimumOffStep { minimum, step });
        }
        if let Some(PointValue { points, money }) = self.value {
            within("value.points", points, 1, MAX_ENTRY)?;
            within("value.money.minor", money.minor, 0, MAX_ENTRY)?;
        }
        if let Some(most) = self.max_earning {
            within("max_earning", most, 1, MAX_ENTRY)?;
        }
        if let Some(days) = self.notice_days {
            within("notice_days", i64::from(days), 1, i64::from(MAX_NOTICE_DAYS))?;
        }
        match &self.tiers {
            Some(_) if self.unit != Unit::Status => return Err(InvalidProgram::TiersNeedStatus),
            Some(tiers) => tiers.validate()?,
            None => {}
        }
        if self.unit == Unit::Status && self.value.is_some() {
            return Err(InvalidProgram::StatusSpends("value"));
        }
        Ok(())
    }

    /// The times of points that are earned at a time.
    #[must_use]
    pub fn terms(&self, earned_at: Timestamp, zone: &Zone) -> Terms {
        let date = zone.date(earned_at);
        let active_from = match self.pending_days {
            0 => earned_at,
            days => zone.start_of(plus_days(date, i64::from(days))),
        };
        let last_day = self.expiry.last_day(date);
        let end = last_day.map(|last| zone.end_of(last));
        let is_lapse = matches!(self.expiry, Expiry::Inactivity { .. });
        let notice = last_day.filter(|_| !is_lapse).zip(self.notice_days).map(|(last_day, days)| {
            // Who has little time is told when the points can be spent.
            let at = zone.start_of(plus_days(last_day, -i64::from(days))).max(active_from);
            Notice { at, expires_at: zone.end_of(last_day) }
        });
        let (expires_at, lapses_at) = (end.filter(|_| !is_lapse), end.filter(|_| is_lapse));
        Terms { active_from, expires_at, lapses_at, notice }
    }

    /// When all points lapse, if the customer is active for the last time at a time.
    #[must_use]
    pub fn lapses_at(&self, active_at: Timestamp, zone: &Zone) -> Option<Timestamp> {
        self.terms(active_at, zone).lapses_at
    }
}

impl Program {
    /// A new program.
    ///
    /// # Errors
    /// See [`InvalidProgram`].
    pub fn new(code: String, name: String, policy: Policy, now: Timestamp) -> Result<Self, InvalidProgram> {
        text::code("code", &code)?;
        text::required("name", &name, 200)?;
        policy.validate()?;
        Ok(Self { code, name, policy, created_at: now, updated_at: now, version: 1 })
    }

    /// This program with another name or policy. Lots keep the times that they were given.
    ///
    /// # Errors
    /// See [`InvalidProgram`].
    pub fn changed(&self, name: String, policy: Policy, now: Timestamp) -> Result<Self, InvalidProgram> {
        text::required("name", &name, 200)?;
        policy.validate()?;
        let Self { code, created_at, version, .. } = self.clone();
        Ok(Self { code, name, policy, created_at, updated_at: now, version: version + 1 })
    }
}
