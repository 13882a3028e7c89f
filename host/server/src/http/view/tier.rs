//! Tiers: a program's, and where customers stand.

use super::{super::schema, program::ExpiryView};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    program::{Downgrade, TierLevel, TierPolicy},
    tier::Standing,
};
use utoipa::ToSchema;

/// One tier.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = TierLevel)]
#[serde(deny_unknown_fields)]
pub struct TierLevelView {
    /// Short name, a code.
    #[schema(max_length = 64, examples("gold"))]
    code: String,
    /// The name to show.
    #[schema(max_length = 100, examples("Gold"))]
    name: String,
    /// Status points without which nobody gets it by a rule.
    #[serde(default)]
    #[schema(minimum = 0)]
    at_least: i64,
}

/// The tiers of a program of status points.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = TierPolicy)]
#[serde(deny_unknown_fields)]
pub struct TierPolicyView {
    /// The tiers, lowest first; 1 to 20.
    #[schema(min_items = 1, max_items = 20)]
    levels: Vec<TierLevelView>,
    /// How long a tier holds after the day on which it was earned; `inactivity` is not possible.
    #[serde(default)]
    validity: ExpiryView,
    /// Days after that in which it still holds and can be earned again.
    #[serde(default)]
    #[schema(maximum = 365)]
    grace_days: u16,
    /// What becomes of it then.
    #[serde(default)]
    #[schema(value_type = schema::Downgrade, default = "step")]
    downgrade: Downgrade,
}

/// Where a customer stands in a program with tiers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TierStanding)]
pub struct StandingView {
    /// The program's code.
    program: String,
    /// The customer's id.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The tier's code; `null` where there is none.
    tier: Option<String>,
    /// Since when; left out where the customer never had a tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// The last day on which it holds without being earned again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
    /// The last day of the grace after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    grace_until: Option<Date>,
    /// The lower tier that rules proposed, and that comes when the grace is over; where tiers go down step by step, the next
    /// lower one comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    falls_to: Option<String>,
    /// The last day on which rules change nothing, by a person's decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    kept_until: Option<Date>,
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        let Standing { program, customer, tier, since, last_day, grace_until, falls_to, kept_until, version } =
            standing;
        let since = (version > 0).then_some(since);
        Self { program, customer, tier, since, last_day, grace_until, falls_to, kept_until }
    }
}

impl From<TierPolicyView> for TierPolicy {
    fn from(view: TierPolicyView) -> Self {
        let TierPolicyView { levels, validity, grace_days, downgrade } = view;
        let level = |view: TierLevelView| TierLevel { code: view.code, name: view.name, at_least: view.at_least };
        Self { levels: levels.into_iter().map(level).collect(), validity: validity.into(), grace_days, downgrade }
    }
}

impl From<TierPolicy> for TierPolicyView {
    fn from(policy: TierPolicy) -> Self {
        let TierPolicy { levels, validity, grace_days, downgrade } = policy;
        let level = |level: TierLevel| TierLevelView { code: level.code, name: level.name, at_least: level.at_least };
        Self { levels: levels.into_iter().map(level).collect(), validity: validity.into(), grace_days, downgrade }
    }
}
