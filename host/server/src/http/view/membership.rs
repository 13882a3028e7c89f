//! Plans and memberships.

use super::{super::schema, purchase::MoneyView};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    membership::{Membership, MembershipPlan, MembershipStatus, PlanTerms, Renewal},
};
use utoipa::ToSchema;

/// What a tenant decides about a plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanTerms)]
#[serde(deny_unknown_fields)]
pub struct PlanTermsView {
    /// The name to show.
    #[schema(max_length = 200, examples("The club"))]
    name: String,
    /// Months of one period.
    #[schema(minimum = 1, maximum = 120, examples(12))]
    months: u16,
    /// What happens at its end.
    #[serde(default)]
    #[schema(value_type = schema::Renewal, default = "automatic")]
    renewal: Renewal,
    /// So many days before the end rules are told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 365)]
    notice_days: Option<u16>,
    /// What a period costs, for people; nobody is charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<MoneyView>,
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MembershipPlan)]
pub struct PlanView {
    /// Short name, a code.
    #[schema(examples("club"))]
    code: String,
    /// What the tenant decided.
    #[serde(flatten)]
    terms: PlanTermsView,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

/// A customer's membership in a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
pub struct MembershipView {
    /// Whose.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The plan's code.
    plan: String,
    /// Whether it runs.
    #[schema(value_type = schema::MembershipStatus)]
    status: MembershipStatus,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    first_day: Date,
    /// The last day of its period.
    #[schema(value_type = String, format = Date)]
    last_day: Date,
    /// How many periods there were.
    periods: u32,
    /// What happens at the end of the period.
    #[schema(value_type = schema::Renewal)]
    renewal: Renewal,
    /// Counts up with every change.
    version: u64,
}

impl From<PlanTermsView> for PlanTerms {
    fn from(view: PlanTermsView) -> Self {
        let PlanTermsView { name, months, renewal, notice_days, price } = view;
        Self { name, months, renewal, notice_days, price: price.map(Into::into) }
    }
}

impl From<MembershipPlan> for PlanView {
    fn from(plan: MembershipPlan) -> Self {
        let MembershipPlan { code, terms, created_at, updated_at, version } = plan;
        let PlanTerms { name, months, renewal, notice_days, price } = terms;
        let terms = PlanTermsView { name, months, renewal, notice_days, price: price.map(MoneyView::from) };
        Self { code, terms, created_at, updated_at, version }
    }
}

impl From<Membership> for MembershipView {
    fn from(membership: Membership) -> Self {
        let Membership { customer, plan, status, first_day, last_day, periods, renewal, version, .. } = membership;
        Self { customer, plan, status, first_day, last_day, periods, renewal, version }
    }
}
