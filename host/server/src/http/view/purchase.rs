//! Purchases and money.

use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Currency, CustomerId, Money, PurchaseId, Timestamp,
    purchase::{Purchase, PurchaseLine},
};
use utoipa::ToSchema;

/// An amount of money in integer minor units.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = Money)]
#[serde(deny_unknown_fields, expecting = "an object with `minor` and `currency`")]
pub struct MoneyView {
    /// Minor units, such as cents.
    #[schema(examples(1250))]
    minor: i64,
    /// ISO 4217 code.
    #[schema(value_type = String, examples("EUR"))]
    currency: Currency,
}

/// One line of a purchase.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PurchaseLine)]
#[serde(deny_unknown_fields, expecting = "an object with `product`, `quantity` and `amount_minor`")]
pub struct LineView {
    /// The product's code in the shop.
    #[schema(examples("CD-4711"))]
    product: String,
    /// The product's category, a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(examples("music"))]
    category: Option<String>,
    /// How many pieces; 1 to 1,000,000.
    #[schema(minimum = 1)]
    quantity: u32,
    /// The amount of the whole line in minor units of the purchase's currency.
    #[schema(examples(1250))]
    amount_minor: i64,
}

/// One purchase.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Purchase)]
pub struct PurchaseView {
    /// Derived from `source` and `external_id`.
    #[schema(value_type = Uuid)]
    id: PurchaseId,
    /// Who bought.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The system that told of the purchase, a code.
    #[schema(examples("webshop"))]
    source: String,
    /// The purchase's name in that system.
    #[schema(examples("O-2026-000017"))]
    external_id: String,
    /// When it was bought.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// What was paid in all.
    amount: MoneyView,
    /// What was bought; empty where the source does not tell.
    lines: Vec<LineView>,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self { minor: money.minor, currency: money.currency }
    }
}

impl From<MoneyView> for Money {
    fn from(money: MoneyView) -> Self {
        Self { minor: money.minor, currency: money.currency }
    }
}

impl From<PurchaseLine> for LineView {
    fn from(line: PurchaseLine) -> Self {
        let PurchaseLine { product, category, quantity, amount_minor } = line;
        Self { product, category, quantity, amount_minor }
    }
}

impl From<LineView> for PurchaseLine {
    fn from(line: LineView) -> Self {
        let LineView { product, category, quantity, amount_minor } = line;
        Self { product, category, quantity, amount_minor }
    }
}

impl From<Purchase> for PurchaseView {
    fn from(purchase: Purchase) -> Self {
        let Purchase { id, customer, source, external_id, occurred_at, recorded_at, amount, lines, .. } = purchase;
        let lines = lines.into_iter().map(LineView::from).collect();
        Self { id, customer, source, external_id, occurred_at, recorded_at, amount: amount.into(), lines }
    }
}
