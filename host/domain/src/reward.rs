//! Rewards: what points can be redeemed for, how many there are, and who may have them.

use crate::{
    CustomerId, Timestamp,
    eligibility::{Eligibility, OpenTo},
    ledger::MAX_ENTRY,
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most of one reward in one claim.
pub const MAX_QUANTITY: u32 = 1_000;

/// A tier that is needed for a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeededTier {
    /// The program's code.
    pub program: String,
    /// The tier's code; higher ones will do.
    pub tier: String,
}

/// Whether a reward can be claimed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RewardStatus {
    /// Yes.
    #[default]
    Active,
    /// No; what is held for it stays so.
    Paused,
}

/// What the tenant decides about a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardTerms {
    /// The name to show.
    pub name: String,
    /// The program whose points it costs.
    pub program: String,
    /// How many points one costs.
    pub points: i64,
    /// The offer whose voucher the customer gets, when the points are spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// How many there are in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// How many one customer can have; each time anew that the customer becomes eligible, where it is for eligible ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_customer: Option<u32>,
    /// Who may claim it.
    #[serde(default)]
    pub open_to: OpenTo,
    /// The tier that is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<NeededTier>,
    /// The first day on which it can be claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<Date>,
    /// The last day on which it can be claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Whether it can be claimed.
    #[serde(default)]
    pub status: RewardStatus,
}

/// A reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Short name; never changes.
    pub code: String,
    /// What the tenant decided.
    #[serde(flatten)]
    pub terms: RewardTerms,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// Why a reward is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReward {
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
    /// It ends before it begins.
    #[error("last_day lies before first_day; swap them, or leave one out")]
    Days,
}

impl InvalidReward {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Range { field, .. } => field,
            Self::Days => "last_day",
        }
    }
}

/// Why a reward cannot be claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotClaimable {
    /// It is paused.
    #[error("the reward `{0}` is paused; nobody can claim it until it is active again")]
    Paused(String),
    /// Too early or too late.
    #[error("the reward `{code}` can be claimed {}", days(*.first, *.last))]
    Day {
        /// The reward's code.
        code: String,
        /// The first day.
        first: Option<Date>,
        /// The last day.
        last: Option<Date>,
    },
    /// The customer lacks the tier.
    #[error("the reward `{code}` needs the tier `{}` of `{}`", needed.tier, needed.program)]
    Tier {
        /// The reward's code.
        code: String,
        /// What is needed.
        needed: NeededTier,
    },
    /// It is for eligible customers, and this is none today.
    #[error("the reward `{0}` is for eligible customers, and this customer is not eligible today")]
    NotEligible(String),
}

/// What is known of a customer who wants a reward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Claimant<'a> {
    /// The rank of the customer's tier, and of the one that is needed.
    pub ranks: Option<(usize, usize)>,
    /// What was said last about the customer's eligibility.
    pub eligibility: Option<&'a Eligibility>,
}

impl NotClaimable {
    /// The machine-readable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Paused(_) | Self::Day { .. } => "reward-closed",
            Self::Tier { .. } => "tier-needed",
            Self::NotEligible(_) => "not-eligible",
        }
    }
}

fn days(first: Option<Date>, last: Option<Date>) -> String {
    match (first, last) {
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        (Some(first), None) => format!("from {first} on"),
        (None, Some(last)) => format!("until {last}"),
        (None, None) => "at any time".to_owned(),
    }
}

impl RewardTerms {
    fn validate(&self) -> Result<(), InvalidReward> {
        let within = |field, given: i64, least: i64, most: i64| {
            let fits = (least..=most).contains(&given);
            if fits { Ok(()) } else { Err(InvalidReward::Range { field, given, least, most }) }
        };
        text::required("name", &self.name, 200)?;
        text::code("program", &self.program)?;
        within("points", self.points, 1, MAX_ENTRY)?;
        if let Some(offer) = &self.offer {
            text::code("offer", offer)?;
        }
        if let Some(stock) = self.stock {
            within("stock", i64::try_from(stock).unwrap_or(i64::MAX), 0, MAX_ENTRY)?;
        }
        if let Some(most) = self.per_customer {
            within("per_customer", i64::from(most), 1, 1_000_000)?;
        }
        let ends_first = self.first_day.zip(self.last_day).is_some_and(|(first, last)| last < first);
        if ends_first { Err(InvalidReward::Days) } else { Ok(()) }
    }
}

impl Reward {
    /// A new reward.
    ///
    /// # Errors
    /// See [`InvalidReward`].
    pub fn new(code: String, terms: RewardTerms, now: Timestamp) -> Result<Self, InvalidReward> {
        text::code("code", &code)?;
        terms.validate()?;
        Ok(Self { code, terms, created_at: now, updated_at: now, version: 1 })
    }

    /// This reward with other terms. What is held for it stays so.
    ///
    /// # Errors
    /// See [`InvalidReward`].
    pub fn changed(&self, terms: RewardTerms, now: Timestamp) -> Result<Self, InvalidReward> {
        terms.validate()?;
        Ok(Self { terms, updated_at: now, version: self.version + 1, ..self.clone() })
    }

    /// The time for which a customer is eligible, if it is for eligible customers.
    #[must_use]
    pub fn round_of(&self, eligibility: Option<&Eligibility>) -> Option<u64> {
        (self.terms.open_to == OpenTo::Eligible).then(|| eligibility.map_or(0, |eligibility| eligibility.round))
    }

    /// Whether a customer can claim it on a day.
    ///
    /// # Errors
    /// See [`NotClaimable`].
    pub fn claimable(&self, today: Date, by: &Claimant<'_>) -> Result<(), NotClaimable> {
        let RewardTerms { status, first_day, last_day, tier, open_to, .. } = &self.terms;
        let code = self.code.clone();
        if *status == RewardStatus::Paused {
            return Err(NotClaimable::Paused(code));
        }
        if first_day.is_some_and(|first| today < first) || last_day.is_some_and(|last| today > last) {
            return Err(NotClaimable::Day { code, first: *first_day, last: *last_day });
        }
        if let Some(needed) = tier.as_ref().filter(|_| by.ranks.is_none_or(|(has, needs)| has < needs)) {
            return Err(NotClaimable::Tier { code, needed: needed.clone() });
        }
        let is_eligible = by.eligibility.is_some_and(|eligibility| eligibility.holds_on(today));
        if *open_to == OpenTo::Eligible && !is_eligible {
            return Err(NotClaimable::NotEligible(code));
        }
        Ok(())
    }
}

/// What a reward is counted under.
#[must_use]
pub fn claimed_key(reward: &str) -> String {
    format!("reward/{reward}")
}

/// What a customer's share of a reward is counted under; anew for each time that the customer was made eligible, where the
/// reward is for eligible customers.
#[must_use]
pub fn claimed_by_key(reward: &str, customer: CustomerId, round: Option<u64>) -> String {
    let round = round.map_or_else(String::new, |round| format!("/{round}"));
    format!("reward/{reward}/{customer}{round}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reward_is_claimed_on_its_days_by_whoever_has_the_tier() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let needed = NeededTier { program: "status".to_owned(), tier: "gold".to_owned() };
        let terms = RewardTerms {
            name: "Tent".to_owned(),
            program: "points".to_owned(),
            points: 500,
            offer: None,
            stock: Some(3),
            per_customer: None,
            open_to: OpenTo::Everyone,
            tier: Some(needed),
            first_day: Some(day("2026-03-01")),
            last_day: Some(day("2026-03-31")),
            status: RewardStatus::Active,
        };
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let reward = Reward::new("tent".to_owned(), terms.clone(), now).unwrap();
        let with = |has, needs| Claimant { ranks: Some((has, needs)), eligibility: None };
        assert_eq!(reward.claimable(day("2026-03-01"), &with(3, 3)), Ok(()));
        let early = reward.claimable(day("2026-02-28"), &with(3, 3)).unwrap_err();
        assert_eq!(early.to_string(), "the reward `tent` can be claimed from 2026-03-01 to 2026-03-31");
        let low = reward.claimable(day("2026-03-31"), &with(2, 3)).unwrap_err();
        assert_eq!(
            (low.code(), low.to_string().as_str()),
            ("tier-needed", "the reward `tent` needs the tier `gold` of `status`")
        );
        let paused = reward.changed(RewardTerms { status: RewardStatus::Paused, ..terms.clone() }, now).unwrap();
        assert_eq!(paused.claimable(day("2026-03-01"), &with(3, 3)).unwrap_err().code(), "reward-closed");
        let chosen = RewardTerms { open_to: OpenTo::Eligible, tier: None, ..terms.clone() };
        let chosen = reward.changed(chosen, now).unwrap();
        let nobody = chosen.claimable(day("2026-03-01"), &Claimant::default()).unwrap_err();
        assert_eq!(nobody.code(), "not-eligible");
        let backwards = RewardTerms { last_day: Some(day("2026-02-01")), ..terms };
        assert_eq!(reward.changed(backwards, now), Err(InvalidReward::Days));
    }
}
