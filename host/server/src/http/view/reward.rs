//! Rewards.

use super::{super::schema, loyalty::EntryCauseView};
use crate::app::loyalty::{claiming::Refusal, eligibility::RewardForCustomer, rewards::RewardFigures};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    eligibility::{Eligibility, EligibilityStatus, OpenTo},
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
    /// How many one customer can have; each time anew that the customer becomes eligible, where `open_to` is `eligible`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    per_customer: Option<u32>,
    /// Who may claim it.
    #[serde(default)]
    #[schema(value_type = schema::OpenTo, default = "everyone")]
    open_to: OpenTo,
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
        let RewardTermsView { name, program, points, offer, stock, per_customer, open_to, tier, .. } = view;
        let tier = tier.map(|needed| NeededTier { program: needed.program, tier: needed.tier });
        let (first_day, last_day, status) = (view.first_day, view.last_day, view.status);
        Self { name, program, points, offer, stock, per_customer, open_to, tier, first_day, last_day, status }
    }
}

impl From<RewardTerms> for RewardTermsView {
    fn from(terms: RewardTerms) -> Self {
        let RewardTerms { name, program, points, offer, stock, per_customer, open_to, tier, .. } = terms;
        let tier = tier.map(|needed| NeededTierView { program: needed.program, tier: needed.tier });
        let (first_day, last_day, status) = (terms.first_day, terms.last_day, terms.status);
        Self { name, program, points, offer, stock, per_customer, open_to, tier, first_day, last_day, status }
    }
}

impl From<RewardFigures> for RewardView {
    fn from(figures: RewardFigures) -> Self {
        let RewardFigures { reward, claimed } = figures;
        let Reward { code, terms, created_at, updated_at, version } = reward;
        Self { code, terms: terms.into(), claimed, created_at, updated_at, version }
    }
}

/// Why a customer cannot claim a reward now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimRefusal)]
pub struct RefusalView {
    /// The code that a claim would be refused with.
    #[schema(examples("not-enough-points"))]
    code: &'static str,
    /// What is wrong, in a sentence.
    detail: String,
}

/// What was said last about a customer and a reward.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Eligibility)]
pub struct EligibilityView {
    /// The reward's code.
    reward: String,
    /// The customer's id.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// What was said.
    #[schema(value_type = schema::EligibilityStatus)]
    status: EligibilityStatus,
    /// The last day on which the customer may claim it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
    /// Why.
    cause: EntryCauseView,
    /// When what led there happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// A reward for one customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RewardForCustomer)]
pub struct RewardForCustomerView {
    /// The reward.
    #[serde(flatten)]
    reward: RewardView,
    /// Whether the customer can claim one now.
    claimable: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalView>,
    /// What was said last about the customer's eligibility.
    #[serde(skip_serializing_if = "Option::is_none")]
    eligibility: Option<EligibilityView>,
}

impl From<Eligibility> for EligibilityView {
    fn from(said: Eligibility) -> Self {
        let Eligibility { reward, customer, status, last_day, cause, occurred_at, recorded_at, .. } = said;
        Self { reward, customer, status, last_day, cause: cause.into(), occurred_at, recorded_at }
    }
}

impl From<RewardForCustomer> for RewardForCustomerView {
    fn from(one: RewardForCustomer) -> Self {
        let RewardForCustomer { figures, refusal, eligibility } = one;
        let claimable = refusal.is_none();
        let refusal = refusal.map(|Refusal { code, problem: detail }| RefusalView { code, detail });
        Self { reward: figures.into(), claimable, refusal, eligibility: eligibility.map(EligibilityView::from) }
    }
}
