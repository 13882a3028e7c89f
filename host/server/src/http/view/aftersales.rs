//! Warranties and referrals.

use super::{super::schema, purchase::MoneyView};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, PurchaseId, Timestamp, WarrantyId,
    referral::{Referral, ReferralPolicy, ReferralStatus},
    warranty::{Warranty, WarrantyStatus},
};
use utoipa::ToSchema;

/// A warranty on something that was bought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Warranty)]
pub struct WarrantyView {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: WarrantyId,
    /// Who bought.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The purchase.
    #[schema(value_type = Uuid)]
    purchase: PurchaseId,
    /// The line of it, from 0.
    line: u32,
    /// The product's code in the shop.
    product: String,
    /// The piece's own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    /// Its first day: that of the purchase.
    #[schema(value_type = String, format = Date)]
    first_day: Date,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    last_day: Date,
    /// Whether it counts: what came back has none.
    #[schema(value_type = schema::WarrantyStatus)]
    status: WarrantyStatus,
}

/// What a tenant decides about referrals.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ReferralPolicy)]
#[serde(default, deny_unknown_fields)]
pub struct ReferralPolicyView {
    /// The smallest purchase with which a referral counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<MoneyView>,
    /// Days that this purchase must stand before it counts.
    #[schema(maximum = 365)]
    hold_days: u16,
    /// Days within which it has to be made.
    #[schema(minimum = 1, maximum = 730)]
    window_days: u16,
    /// The most referrals of one customer that count in a calendar year.
    #[schema(maximum = 100_000)]
    per_year: u32,
}

/// Somebody was brought by a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Referral)]
pub struct ReferralView {
    /// Who was brought.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// Who brought them.
    #[schema(value_type = Uuid)]
    referrer: CustomerId,
    /// How far it has come.
    #[schema(value_type = schema::ReferralStatus)]
    status: ReferralStatus,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
}

impl Default for ReferralPolicyView {
    fn default() -> Self {
        ReferralPolicy::default().into()
    }
}

impl From<Warranty> for WarrantyView {
    fn from(warranty: Warranty) -> Self {
        let Warranty { id, customer, purchase, line, product, serial, first_day, last_day, status, .. } = warranty;
        Self { id, customer, purchase, line, product, serial, first_day, last_day, status }
    }
}

impl From<ReferralPolicyView> for ReferralPolicy {
    fn from(view: ReferralPolicyView) -> Self {
        let ReferralPolicyView { minimum, hold_days, window_days, per_year } = view;
        Self { minimum: minimum.map(Into::into), hold_days, window_days, per_year }
    }
}

impl From<ReferralPolicy> for ReferralPolicyView {
    fn from(policy: ReferralPolicy) -> Self {
        let ReferralPolicy { minimum, hold_days, window_days, per_year } = policy;
        Self { minimum: minimum.map(MoneyView::from), hold_days, window_days, per_year }
    }
}

impl From<Referral> for ReferralView {
    fn from(referral: Referral) -> Self {
        let Referral { customer, referrer, status, created_at, decided_at, .. } = referral;
        Self { customer, referrer, status, created_at, decided_at }
    }
}
