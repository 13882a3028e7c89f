//! Where customers stand in programs that have tiers. Rules propose, and the program's policy decides.

use crate::{
    CustomerId, Timestamp,
    ledger::Cause,
    program::{Downgrade, TierPolicy, Zone},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A customer's tier in one program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The program's code.
    pub program: String,
    /// Whose.
    pub customer: CustomerId,
    /// The tier's code; `None` where there is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// The last day on which it holds without being earned again; `None` is for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// The last day of the grace after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_until: Option<Date>,
    /// The lower tier that comes when the grace is over: the last one that rules proposed within the tier's time, or a higher
    /// one that they proposed in the grace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falls_to: Option<String>,
    /// The last day on which rules change nothing, by a person's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<Date>,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// How a tier moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierMovement {
    /// To a higher one.
    Raised,
    /// Not at all: it was earned again and holds longer.
    Kept,
    /// To a lower one, or to none.
    Lowered,
}

/// A tier that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierChange {
    /// How.
    pub movement: TierMovement,
    /// The tier before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where the customer stands now.
    #[serde(flatten)]
    pub standing: Standing,
    /// Why.
    pub cause: Cause,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// What becomes of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// Nothing.
    Nothing,
    /// A lower tier is noted, and comes when the grace is over.
    Noted(Standing),
    /// The tier moves, or is earned again.
    Moved(Standing, TierMovement),
}

/// Why a proposal is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TierRefused {
    /// The program has no tiers.
    #[error("the program `{0}` has no tiers; add them to the program's policy or name another program")]
    None(String),
    /// The program has not this tier.
    #[error(
        "the program `{program}` has no tier `{tier}`; add it to the program's policy or correct the configuration"
    )]
    Unknown {
        /// The program.
        program: String,
        /// The tier.
        tier: String,
    },
}

/// What a tier is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The program's policy.
    pub policy: &'a TierPolicy,
    /// The customer's status points.
    pub points: i64,
    /// Whether what leads there can earn the tier again; what comes back or expires cannot.
    pub earns: bool,
    /// When what leads there happened in the world.
    pub occurred_at: Timestamp,
    /// When that is decided, with the points of then.
    pub decided_at: Timestamp,
    /// Where the tenant's days begin and end.
    pub zone: &'a Zone,
}

impl Standing {
    /// A customer who never had a tier in a program.
    #[must_use]
    pub const fn none(program: String, customer: CustomerId, at: Timestamp) -> Self {
        Self {
            program,
            customer,
            tier: None,
            since: at,
            last_day: None,
            grace_until: None,
            falls_to: None,
            kept_until: None,
            version: 0,
        }
    }

    /// Whether the tier's time is over at a time, so that it is lost unless it is earned again.
    #[must_use]
    pub fn is_in_review(&self, at: Timestamp, zone: &Zone) -> bool {
        self.tier.is_some() && self.last_day.is_some_and(|last| zone.date(at) > last)
    }

    /// When somebody has to look at the tier: the moment after its last day.
    #[must_use]
    pub fn review_at(&self, zone: &Zone) -> Option<Timestamp> {
        self.last_day.map(|last| zone.end_of(last))
    }

    /// When the tier is lost unless it is earned again.
    #[must_use]
    pub fn lost_at(&self, zone: &Zone) -> Option<Timestamp> {
        self.grace_until.map(|last| zone.end_of(last))
    }

    /// Where the customer stands when a rule proposes a tier, or none. A higher one holds at once. The same one is earned
    /// again. A lower one, or none, is noted, and holds when the time of the one before and its grace are over, a step at a time
    /// where the policy says so. While a person's decision is kept, none is raised. With fewer points than the policy wants for
    /// it, the next lower tier counts as proposed for which they are enough, or none.
    ///
    /// # Errors
    /// See [`TierRefused`].
    pub fn proposed(&self, tier: Option<&str>, by: &Judged<'_>) -> Result<Proposed, TierRefused> {
        let unknown =
            || TierRefused::Unknown { program: self.program.clone(), tier: tier.unwrap_or_default().to_owned() };
        let policy = by.policy;
        let wanted = policy.rank(tier).ok_or_else(unknown)?;
        let is_kept = self.kept_until.is_some_and(|until| by.zone.date(by.occurred_at) <= until);
        let affords = |rank: &usize| policy.level(*rank).is_some_and(|level| level.at_least <= by.points);
        let rank = (1..=wanted).rev().find(affords).unwrap_or(0);
        // A tier that the policy does not know any more is as good as none.
        let before = policy.rank(self.tier.as_deref()).unwrap_or(0);
        if rank > before {
            if is_kept {
                return Ok(Proposed::Nothing);
            }
            return Ok(Proposed::Moved(self.with(rank, by, by.zone.date(by.occurred_at)), TierMovement::Raised));
        }
        if rank == before && rank > 0 {
            let again = self.with(rank, by, by.zone.date(by.occurred_at));
            let longer = match (self.last_day, again.last_day) {
                (Some(old), Some(new)) => new > old,
                (Some(_), None) => true,
                (None, _) => false,
            };
            let kept_until = self.kept_until.filter(|_| is_kept);
            let kept = || Proposed::Moved(Self { since: self.since, kept_until, ..again }, TierMovement::Kept);
            if longer && by.earns {
                return Ok(kept());
            }
            // What is told after the time is over takes nothing away that was noted within it.
            let is_over = self.is_in_review(by.occurred_at.max(by.decided_at), by.zone);
            return Ok(if is_over { Proposed::Nothing } else { self.noting(None) });
        }
        if self.last_day.is_none() {
            return Ok(Proposed::Nothing);
        }
        let noted = self.falls_to.as_deref().and_then(|tier| policy.rank(Some(tier))).unwrap_or(0);
        // What is told, or looked at, after the time is over can only be better than what was noted within it.
        let is_over = self.is_in_review(by.occurred_at.max(by.decided_at), by.zone);
        let falls_to = if is_over { rank.max(noted) } else { rank };
        let noting = self.noting(policy.level(falls_to).map(|level| level.code.as_str()));
        let standing = if let Proposed::Noted(noted) = &noting { noted } else { self };
        Ok(match standing.lost(by) {
            Some(lower) => Proposed::Moved(Self { version: self.version + 1, ..lower }, TierMovement::Lowered),
            None => noting,
        })
    }

    /// The same with another tier to come; nothing where it is the one that is noted.
    fn noting(&self, falls_to: Option<&str>) -> Proposed {
        if self.falls_to.as_deref() == falls_to {
            return Proposed::Nothing;
        }
        let falls_to = falls_to.map(str::to_owned);
        Proposed::Noted(Self { falls_to, version: self.version + 1, ..self.clone() })
    }

    /// Where the customer stands once the grace is over and the tier was not earned again: where rules proposed meanwhile,
    /// otherwise nowhere, or a step lower where the policy says so. The lower tier's time is counted from the last day of the one
    /// before, or from the day after where it would end on that very day.
    /// `None` where it is not over.
    #[must_use]
    pub fn lost(&self, by: &Judged<'_>) -> Option<Self> {
        self.lost_at(by.zone).filter(|at| self.tier.is_some() && *at <= by.occurred_at)?;
        let last_day = self.last_day?;
        let before = by.policy.rank(self.tier.as_deref()).unwrap_or(0);
        let noted = self.falls_to.as_deref().and_then(|tier| by.policy.rank(Some(tier))).unwrap_or(0);
        let rank = match by.policy.downgrade {
            Downgrade::Step => before.saturating_sub(1),
            Downgrade::Out => noted.min(before.saturating_sub(1)),
        };
        let lower = self.with(rank, by, last_day);
        if lower.last_day.is_some_and(|last| last <= last_day) {
            return Some(self.with(rank, by, last_day.tomorrow().unwrap_or(last_day)));
        }
        Some(lower)
    }

    /// Where the customer stands by a person's decision, which goes before points and periods. To the end of the day `until`
    /// it holds, and no rule changes it.
    ///
    /// # Errors
    /// There is no such tier.
    pub fn decided(
        &self,
        tier: Option<&str>,
        until: Option<Date>,
        by: &Judged<'_>,
    ) -> Result<(Self, TierMovement), TierRefused> {
        let unknown =
            || TierRefused::Unknown { program: self.program.clone(), tier: tier.unwrap_or_default().to_owned() };
        let rank = by.policy.rank(tier).ok_or_else(unknown)?;
        let before = by.policy.rank(self.tier.as_deref()).unwrap_or(0);
        let movement = match rank.cmp(&before) {
            std::cmp::Ordering::Greater => TierMovement::Raised,
            std::cmp::Ordering::Equal => TierMovement::Kept,
            std::cmp::Ordering::Less => TierMovement::Lowered,
        };
        let mut standing = self.with(rank, by, by.zone.date(by.occurred_at));
        standing.last_day = standing.last_day.map(|last| until.map_or(last, |until| last.max(until)));
        standing.grace_until = standing.last_day.map(|last| by.policy.grace_until(last));
        Ok((Self { kept_until: until, ..standing }, movement))
    }

    /// With another tier, whose time is counted from a day.
    fn with(&self, rank: usize, by: &Judged<'_>, from: Date) -> Self {
        let tier = by.policy.level(rank).map(|level| level.code.clone());
        let last_day = tier.as_ref().and_then(|_| by.policy.last_day(from));
        Self {
            program: self.program.clone(),
            customer: self.customer,
            since: by.occurred_at,
            grace_until: last_day.map(|last| by.policy.grace_until(last)),
            tier,
            last_day,
            falls_to: None,
            kept_until: None,
            version: self.version + 1,
        }
    }
}

#[cfg(test)]
mod tests;
