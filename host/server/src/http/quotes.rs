//! What would a purchase earn: `/v1/quotes`.

use super::{
    auth::{Caller, LoyaltyRead},
    body::JsonBody,
    buyer::BuyerBody,
    problem::Problem,
    view::purchase::{LineView, MoneyView},
};
use crate::app::{
    App,
    loyalty::quotes::{self, Quote, QuotedEarning, QuotedFault},
    purchases::NewPurchase,
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use stammgast_domain::{Timestamp, purchase::PurchaseLine};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(quote_purchase))
}

fn usual_source() -> String {
    "quote".to_owned()
}

/// A purchase that may be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewQuote)]
#[serde(deny_unknown_fields)]
struct NewQuoteBody {
    /// Who would buy.
    customer: BuyerBody,
    /// The system that would tell of the purchase, a code; rules may go by it.
    #[serde(default = "usual_source")]
    #[schema(max_length = 64, default = "quote", examples("webshop"))]
    source: String,
    /// When it would be bought; now where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// What would be paid in all.
    amount: MoneyView,
    /// What would be bought; the lines add up to the amount.
    #[serde(default)]
    #[schema(max_items = 500)]
    lines: Vec<LineView>,
}

/// What the purchase would earn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
struct QuoteView {
    /// Points in all, by program.
    points: BTreeMap<String, i64>,
    /// One earning after another.
    earnings: Vec<EarningView>,
    /// Rules that could not say; what they would give is not in the sum.
    faults: Vec<FaultView>,
}

/// Points that a rule would give.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuotedEarning)]
struct EarningView {
    /// The installation's name.
    installation: String,
    /// Plugin and version.
    rule_version: String,
    /// The program's code.
    program: String,
    /// How many.
    points: i64,
    /// Why, a code.
    reason: String,
    /// Why, in a sentence.
    text: String,
    /// From when on they could be spent.
    #[schema(value_type = String, format = DateTime)]
    active_from: Timestamp,
    /// From when on they would be past their time; left out where that is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A rule that could not say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuotedFault)]
struct FaultView {
    /// The installation's name.
    installation: String,
    /// The sort of fault.
    fault: String,
    /// What went wrong.
    message: String,
}

impl From<QuotedEarning> for EarningView {
    fn from(earning: QuotedEarning) -> Self {
        let QuotedEarning { installation, rule_version, program, points, reason, text, active_from, expires_at } =
            earning;
        Self { installation, rule_version, program, points, reason, text, active_from, expires_at }
    }
}

impl From<QuotedFault> for FaultView {
    fn from(quoted: QuotedFault) -> Self {
        let QuotedFault { installation, fault } = quoted;
        Self { installation, fault: fault.kind.as_str().to_owned(), message: fault.message }
    }
}

impl From<Quote> for QuoteView {
    fn from(quote: Quote) -> Self {
        let mut points = BTreeMap::<String, i64>::new();
        for earning in &quote.earnings {
            let sum = points.entry(earning.program.clone()).or_default();
            *sum = sum.saturating_add(earning.points);
        }
        Self {
            points,
            earnings: quote.earnings.into_iter().map(EarningView::from).collect(),
            faults: quote.faults.into_iter().map(FaultView::from).collect(),
        }
    }
}

/// Says what a purchase would earn, and writes nothing.
///
/// Every enabled rule is asked as it will be when the purchase is recorded, with the customer's past, points and state as they
/// are now.
#[utoipa::path(
    post,
    path = "/v1/quotes",
    tag = "loyalty",
    request_body = NewQuoteBody,
    responses((status = 200, description = "The quote.", body = QuoteView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn quote_purchase(
    caller: Caller<LoyaltyRead>,
    State(app): State<App>,
    body: JsonBody<NewQuoteBody>,
) -> Result<Json<QuoteView>, Problem> {
    body.idempotency.refuse("a quote writes nothing and is safe to repeat as it is; leave the key out")?;
    let NewQuoteBody { customer, source, occurred_at, amount, lines } = body.value;
    let new = NewPurchase {
        buyer: customer.into(),
        source,
        external_id: caller.ctx.new_uuid().to_string(),
        occurred_at: occurred_at.unwrap_or_else(|| caller.ctx.now()),
        amount: amount.into(),
        lines: lines.into_iter().map(PurchaseLine::from).collect(),
    };
    Ok(Json(quotes::quote(&app, &caller.ctx, new).await?.into()))
}
