//! What customers agreed to, and messages that are proposed to them: `/v1/customers/{id}/consents` and `…/outreach`.

use super::{
    auth::{Caller, CustomersRead, CustomersWrite, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::Problem,
    schema,
    view::contact::{ConsentView, OutreachView},
};
use crate::app::{
    App,
    outreach::{self, NewConsent},
};
use axum::{Json, response::IntoResponse};
use jiff::civil::Date;
use serde::Deserialize;
use stammgast_domain::{
    CustomerId, Timestamp,
    contact_point::ContactPointKind,
    effect::Reason,
    outreach::{Consent, ConsentStatus, Outreach, ProposedContact, Purpose},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_consents, record_consent))
        .routes(routes!(list_outreach, propose_outreach))
}

/// What a customer says about messages.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewConsent)]
#[serde(deny_unknown_fields)]
struct NewConsentBody {
    /// For what.
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    /// On which sort of address; all where it is left out.
    #[schema(value_type = Option<schema::ContactPointKind>)]
    channel: Option<ContactPointKind>,
    /// Yes, or not (any more).
    #[schema(value_type = schema::ConsentStatus)]
    status: ConsentStatus,
    /// Where it was said, a code.
    #[schema(max_length = 64, examples("checkout"))]
    source: String,
    /// The proof: what was shown or said, or where it is filed.
    #[schema(max_length = 2000)]
    proof: Option<String>,
    /// When it was said; now where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
}

/// A message that a person proposes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewOutreach)]
#[serde(deny_unknown_fields)]
struct NewOutreachBody {
    /// What it is for.
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    /// What it is about, a code. The same is said once a day at most.
    #[schema(max_length = 64, examples("news"))]
    topic: String,
    /// A line that says what it is.
    #[schema(max_length = 300)]
    title: String,
    /// What is said.
    #[schema(max_length = 10000)]
    text: String,
    /// The last day on which it makes sense.
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
}

/// What a customer said about messages, newest first by when it was said.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/consents",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The consents.", body = Listed<ConsentView>)),
    extensions(("x-scope" = json!("customers:read")))
)]
async fn list_consents(
    caller: Caller<CustomersRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<ConsentView>>, Problem> {
    let page = outreach::consents(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, ConsentView::from)))
}

/// Records what a customer says about messages. Nothing is ever changed or deleted: the newest counts.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/consents",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), IdempotencyParams),
    request_body = NewConsentBody,
    responses((status = 201, description = "The consent.", body = ConsentView)),
    extensions(("x-scope" = json!("customers:write")))
)]
async fn record_consent(
    caller: Caller<CustomersWrite>,
    id: Id<CustomerId>,
    body: JsonBody<NewConsentBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewConsentBody { purpose, channel, status, source, proof, occurred_at } = body.value;
    let new = NewConsent { purpose, channel, status, source, proof, occurred_at };
    let plan = || outreach::record_consent(&caller.ctx, id.0, new.clone());
    let view = |consent: &Consent| ConsentView::from(consent.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}

/// Messages that were proposed to a customer, newest first, those that are held back among them.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/outreach",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The messages.", body = Listed<OutreachView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_outreach(
    caller: Caller<LoyaltyRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<OutreachView>>, Problem> {
    let page = outreach::of_customer(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, OutreachView::from)))
}

/// Proposes a message to a customer. The tenant's rules of contact decide, as they do for rules of plugins.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/outreach",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), IdempotencyParams),
    request_body = NewOutreachBody,
    responses((status = 201, description = "The message, planned or held back.", body = OutreachView)),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn propose_outreach(
    caller: Caller<LoyaltyWrite>,
    id: Id<CustomerId>,
    body: JsonBody<NewOutreachBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewOutreachBody { purpose, topic, title, text, last_day } = body.value;
    let reason = Reason { code: "person".to_owned(), text: "A person proposed it.".to_owned() };
    let contact = ProposedContact { purpose, topic, title, text, offer: None, last_day, reason };
    let plan = || outreach::propose(&caller.ctx, id.0, contact.clone());
    let view = |outreach: &Outreach| OutreachView::from(outreach.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
