//! Contact pressure: how much is said to a customer, of what, and when.

use super::{Consent, ConsentStatus, Purpose, on_any_channel};
use crate::{
    Timestamp,
    program::{Zone, plus_days},
};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest window of a cap, in days.
pub const MAX_DAYS: u16 = 366;
/// The most caps.
const MAX_CAPS: usize = 20;

/// So many messages of these purposes within so many days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The purposes that are counted together.
    pub purposes: BTreeSet<Purpose>,
    /// The most messages.
    pub most: u16,
    /// Within so many days, today among them.
    pub days: u16,
}

/// Hours in which nothing is said, but what the customer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// When they begin.
    pub from: Time,
    /// When they end; on the next day where that is earlier.
    pub to: Time,
}

/// How selling and caring stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// So many selling messages for each that cares for the relationship, beyond the first so many.
    pub selling_per_relationship: u16,
    /// Within so many days.
    pub days: u16,
}

/// What a tenant decides about messages to customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactPolicy {
    /// Purposes that need the customer's consent.
    pub consent: BTreeSet<Purpose>,
    /// Caps; all of them count.
    pub caps: Vec<Cap>,
    /// Hours of rest.
    pub quiet: Option<Quiet>,
    /// How selling and caring stand to one another.
    pub balance: Option<Balance>,
}

impl Default for ContactPolicy {
    /// Selling needs consent; a selling message a week, and two of selling and caring.
    fn default() -> Self {
        let cap = |purposes: &[Purpose], most| Cap { purposes: purposes.iter().copied().collect(), most, days: 7 };
        Self {
            consent: BTreeSet::from([Purpose::Selling]),
            caps: vec![cap(&[Purpose::Selling], 1), cap(&[Purpose::Relationship, Purpose::Selling], 2)],
            quiet: Some(Quiet { from: Time::constant(20, 0, 0, 0), to: Time::constant(8, 0, 0, 0) }),
            balance: None,
        }
    }
}

/// Why a policy is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContactPolicy {
    /// Too many caps, or a number outside its range.
    #[error("{field} is {given}; it must lie between {least} and {most}")]
    Range {
        /// The field.
        field: &'static str,
        /// What was given.
        given: usize,
        /// The least that may be.
        least: usize,
        /// The most that may be.
        most: usize,
    },
    /// A cap for nothing.
    #[error("contact.caps.purposes is empty; name at least one purpose")]
    NoPurpose,
    /// Hours of rest without end.
    #[error("contact.quiet begins and ends at the same time; leave it out where there are no hours of rest")]
    NoRest,
}

impl InvalidContactPolicy {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Range { field, .. } => field,
            Self::NoPurpose => "contact.caps.purposes",
            Self::NoRest => "contact.quiet",
        }
    }
}

/// A message that was said, or will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about.
    pub topic: String,
    /// From when on it may be said.
    pub not_before: Timestamp,
}

/// What a message is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What the customer said.
    pub consents: &'a [Consent],
    /// What was said to the customer within the longest window, and what is planned.
    pub said: &'a [Said],
    /// Whether the customer belongs to those who get nothing, so that the effect can be measured.
    pub is_held_out: bool,
    /// Now.
    pub now: Timestamp,
    /// Where the tenant's days begin and end.
    pub zone: &'a Zone,
}

/// Why a message is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum HeldBack {
    /// The customer belongs to the group that is measured against.
    HoldOut,
    /// The customer has not agreed, or does not agree any more.
    NoConsent,
    /// The same topic was said that day.
    SaidToday,
    /// So much was said already.
    Cap {
        /// The most messages.
        most: u16,
        /// Within so many days.
        days: u16,
    },
    /// Too little care beside all the selling.
    Balance,
    /// No more vouchers of its offer are issued.
    OfferUsedUp,
    /// Its last day would be over before it may be said.
    TooLate,
}

/// Whether a message is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// From this time on.
    From(Timestamp),
    /// It is held back.
    Held(HeldBack),
}

impl ContactPolicy {
    /// Checks the policy's own rules.
    ///
    /// # Errors
    /// See [`InvalidContactPolicy`].
    pub fn validate(&self) -> Result<(), InvalidContactPolicy> {
        let within = |field, given: usize, least: usize, most: usize| {
            let fits = (least..=most).contains(&given);
            if fits { Ok(()) } else { Err(InvalidContactPolicy::Range { field, given, least, most }) }
        };
        within("contact.caps", self.caps.len(), 0, MAX_CAPS)?;
        for cap in &self.caps {
            within("contact.caps.days", usize::from(cap.days), 1, usize::from(MAX_DAYS))?;
            if cap.purposes.is_empty() {
                return Err(InvalidContactPolicy::NoPurpose);
            }
        }
        if let Some(balance) = self.balance {
            within("contact.balance.days", usize::from(balance.days), 1, usize::from(MAX_DAYS))?;
            let each = usize::from(balance.selling_per_relationship);
            within("contact.balance.selling_per_relationship", each, 1, 1_000)?;
        }
        if self.quiet.is_some_and(|quiet| quiet.from == quiet.to) { Err(InvalidContactPolicy::NoRest) } else { Ok(()) }
    }

    /// The first day on which what was said still counts today.
    #[must_use]
    pub fn first_day(&self, today: Date) -> Date {
        let of_caps = self.caps.iter().map(|cap| cap.days);
        let days = of_caps.chain(self.balance.map(|balance| balance.days)).max().unwrap_or(1).max(1);
        plus_days(today, 1 - i64::from(days))
    }

    /// Whether a message is said, and from when on.
    #[must_use]
    pub fn judge(&self, purpose: Purpose, topic: &str, last_day: Option<Date>, by: &Situation<'_>) -> Verdict {
        if by.is_held_out && purpose != Purpose::Service {
            return Verdict::Held(HeldBack::HoldOut);
        }
        let consent = on_any_channel(by.consents, purpose);
        let refused = consent == Some(ConsentStatus::Withdrawn);
        if refused || self.consent.contains(&purpose) && consent != Some(ConsentStatus::Given) {
            return Verdict::Held(HeldBack::NoConsent);
        }
        let at = self.awake(purpose, by.now, by.zone);
        let day = by.zone.date(at);
        if last_day.is_some_and(|last| last < day) {
            return Verdict::Held(HeldBack::TooLate);
        }
        let on = |said: &Said| by.zone.date(said.not_before);
        if by.said.iter().any(|said| said.topic == topic && on(said) == day) {
            return Verdict::Held(HeldBack::SaidToday);
        }
        let count = |purposes: &BTreeSet<Purpose>, days: u16| {
            let first = plus_days(day, 1 - i64::from(days));
            let counted = by.said.iter().filter(|said| purposes.contains(&said.purpose) && on(said) >= first);
            counted.count()
        };
        for Cap { purposes, most, days } in self.caps.iter().filter(|cap| cap.purposes.contains(&purpose)) {
            if count(purposes, *days) >= usize::from(*most) {
                return Verdict::Held(HeldBack::Cap { most: *most, days: *days });
            }
        }
        if let Some(Balance { selling_per_relationship, days }) = self.balance.filter(|_| purpose == Purpose::Selling) {
            let selling = count(&BTreeSet::from([Purpose::Selling]), days);
            let caring = count(&BTreeSet::from([Purpose::Relationship]), days);
            if selling >= usize::from(selling_per_relationship) * (caring + 1) {
                return Verdict::Held(HeldBack::Balance);
            }
        }
        Verdict::From(at)
    }

    /// Now, or the end of the hours of rest. What the customer needs is said at any time.
    fn awake(&self, purpose: Purpose, now: Timestamp, zone: &Zone) -> Timestamp {
        let Some(Quiet { from, to }) = self.quiet.filter(|_| purpose != Purpose::Service) else { return now };
        let (day, time) = (zone.date(now), zone.time(now));
        let (is_quiet, ends_on) = if from < to {
            ((from..to).contains(&time), day)
        } else if time >= from {
            (true, plus_days(day, 1))
        } else {
            (time < to, day)
        };
        if is_quiet { zone.at(ends_on, to).max(now) } else { now }
    }
}

#[cfg(test)]
mod tests;
