//! Rewards.

use super::super::schema;
use crate::app::loyalty::rewards::RewardFigures;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp,
    reward::{NeededTier, Reward, RewardStatus, RewardTerms},
};
use utoipa::ToSchema;

/// A tier that is needed for a reward.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = NeededTier)]
#[serde(deny_unknown_fields)]
pub struct NeededTierView {
    /// The program's code.
    #[schema(examples("status"))]
    program: String,
    /// The tier's code; higher ones will do.
    #[schema(examples("gold"))]
    tier: String,
}

/// What a tenant decides about a reward.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = RewardTerms)]
#[serde(deny_unknown_fields)]
pub struct RewardTermsView {
    /// The name to show.
    #[schema(max_length = 200, examples("A tent"))]
    name: String,
    /// The program whose points it costs.
    #[schema(examples("points"))]
    program: String,
    /// How many points one costs.
    #[schema(minimum = 1, examples(500))]
    points: i64,
    /// The offer whose voucher the customer gets, when the points are spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offer: Option<String>,
    /// How many there are in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stock: Option<u64>,
    /// How many one customer can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    per_customer: Option<u32>,
    /// The tier that is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tier: Option<NeededTierView>,
    /// The first day on which it can be claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    first_day: Option<Date>,
    /// The last day on which it can be claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
    /// Whether it can be claimed.
    #[serde(default)]
    #[schema(value_type = schema::RewardStatus, default = "active")]
    status: RewardStatus,
}

/// A reward, and how many of it are gone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reward)]
pub struct RewardView {
    /// Short name, a code.
    #[schema(examples("tent"))]
    code: String,
    /// What the tenant decided.
    #[serde(flatten)]
    terms: RewardTermsView,
    /// How many are held or given.
    claimed: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

impl From<RewardTermsView> for RewardTerms {
    fn from(view: RewardTermsView) -> Self {
        let RewardTermsView { name, program, points, offer, stock, per_customer, tier, .. } = view;
        let tier = tier.map(|needed| NeededTier { program: needed.program, tier: needed.tier });
        let (first_day, last_day, status) = (view.first_day, view.last_day, view.status);
        Self { name, program, points, offer, stock, per_customer, tier, first_day, last_day, status }
    }
}

impl From<RewardTerms> for RewardTermsView {
    fn from(terms: RewardTerms) -> Self {
        let RewardTerms { name, program, points, offer, stock, per_customer, tier, .. } = terms;
        let tier = tier.map(|needed| NeededTierView { program: needed.program, tier: needed.tier });
        let (first_day, last_day, status) = (terms.first_day, terms.last_day, terms.status);
        Self { name, program, points, offer, stock, per_customer, tier, first_day, last_day, status }
    }
}

impl From<RewardFigures> for RewardView {
    fn from(figures: RewardFigures) -> Self {
        let RewardFigures { reward, claimed } = figures;
        let Reward { code, terms, created_at, updated_at, version } = reward;
        Self { code, terms: terms.into(), claimed, created_at, updated_at, version }
    }
}
