//! Interactions: `/v1/interactions`.

use super::{
    auth::{Caller, InteractionsRead, InteractionsWrite, QualityRead},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    schema,
    view::{
        feedback::FindingView,
        interaction::{DocumentationView, InteractionView},
    },
};
use crate::app::{
    App, feedback,
    interactions::{self, NewInteraction, Which},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{
    CustomerId, InteractionId, Timestamp,
    interaction::{Direction, Interaction},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_interactions, record_interaction))
        .routes(routes!(read_interaction))
        .routes(routes!(assign_interaction))
        .routes(routes!(list_interaction_findings))
}

/// A new contact.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewInteraction)]
#[serde(deny_unknown_fields)]
struct NewInteractionBody {
    /// Whose contact it was; without a customer it waits for a person to say.
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// The channel, a code.
    #[schema(max_length = 64, examples("phone"))]
    channel: String,
    /// Which way it went.
    #[schema(value_type = schema::Direction)]
    direction: Direction,
    /// The contact's name in its channel. The same twice is one interaction.
    #[schema(max_length = 1000)]
    external_id: Option<String>,
    /// Subject line.
    #[schema(max_length = 2000)]
    subject: Option<String>,
    /// What was said, as plain text of at most 200,000 characters.
    #[schema(examples("She asks when the order will arrive."))]
    text: String,
    /// What the agent documented.
    #[serde(default)]
    documentation: DocumentationView,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
}

/// Whose contact it was.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Assignment)]
#[serde(deny_unknown_fields)]
struct AssignmentBody {
    /// The customer.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
}

impl From<NewInteractionBody> for NewInteraction {
    fn from(body: NewInteractionBody) -> Self {
        Self {
            customer: body.customer,
            channel: body.channel,
            direction: body.direction,
            external_id: body.external_id,
            subject: body.subject,
            text: body.text,
            documentation: body.documentation.into(),
            occurred_at: body.occurred_at,
        }
    }
}

/// All interactions, in the order of their ids; with `waiting=true`, those that wait for their customer, newest first.
#[utoipa::path(
    get,
    path = "/v1/interactions",
    tag = "interactions",
    params(PageParams, ("waiting" = Option<bool>, Query, description = "Only those that wait for their customer.")),
    responses((status = 200, description = "Interactions.", body = Listed<InteractionView>)),
    extensions(("x-scope" = json!("interactions:read")))
)]
async fn list_interactions(
    caller: Caller<InteractionsRead>,
    query: ListQuery,
) -> Result<Json<Listed<InteractionView>>, Problem> {
    let (page, [waiting]) = query.page_and(["waiting"])?;
    let which = match waiting.as_deref() {
        None | Some("false") => Which::All,
        Some("true") => Which::Waiting,
        Some(other) => return Err(Problem::invalid("waiting", format!("`{other}` is neither true nor false"))),
    };
    let page = interactions::list(&caller.ctx, which, &page).await?;
    Ok(Json(Listed::page(page, InteractionView::from)))
}

/// Records a contact.
///
/// The same `channel` and `external_id` again change nothing.
#[utoipa::path(
    post,
    path = "/v1/interactions",
    tag = "interactions",
    params(IdempotencyParams),
    request_body = NewInteractionBody,
    responses(
        (status = 201, description = "The new interaction.", body = InteractionView),
        (status = 200, description = "It was recorded before.", body = InteractionView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("interactions:write")))
)]
async fn record_interaction(
    caller: Caller<InteractionsWrite>,
    body: JsonBody<NewInteractionBody>,
) -> Result<impl IntoResponse, Problem> {
    let new = NewInteraction::from(body.value);
    let plan = || interactions::record(&caller.ctx, new.clone());
    let reply = Reply::CREATED.under("/v1/interactions");
    idempotent::run(&caller.ctx, &body.idempotency, reply, plan, shown).await
}

fn shown(contact: &Interaction) -> InteractionView {
    contact.clone().into()
}

/// One interaction.
#[utoipa::path(
    get,
    path = "/v1/interactions/{id}",
    tag = "interactions",
    params(("id" = Uuid, Path, description = "The interaction's id.")),
    responses((status = 200, description = "The interaction.", body = InteractionView)),
    extensions(("x-scope" = json!("interactions:read")))
)]
async fn read_interaction(
    caller: Caller<InteractionsRead>,
    id: Id<InteractionId>,
) -> Result<Json<InteractionView>, Problem> {
    Ok(Json(interactions::read(&caller.ctx, id.0).await?.into()))
}

/// Says whose contact it was that waited.
#[utoipa::path(
    post,
    path = "/v1/interactions/{id}/assign",
    tag = "interactions",
    params(("id" = Uuid, Path, description = "The interaction's id."), IdempotencyParams),
    request_body = AssignmentBody,
    responses(
        (status = 200, description = "The interaction on its timeline.", body = InteractionView),
        (status = 409, description = "`interaction-assigned` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("interactions:write")))
)]
async fn assign_interaction(
    caller: Caller<InteractionsWrite>,
    id: Id<InteractionId>,
    body: JsonBody<AssignmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let plan = || interactions::assign(&caller.ctx, id.0, body.value.customer);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// What checks found in one interaction.
#[utoipa::path(
    get,
    path = "/v1/interactions/{id}/findings",
    tag = "interactions",
    params(("id" = Uuid, Path, description = "The interaction's id.")),
    responses((status = 200, description = "The findings.", body = Listed<FindingView>)),
    extensions(("x-scope" = json!("quality:read")))
)]
async fn list_interaction_findings(
    caller: Caller<QualityRead>,
    id: Id<InteractionId>,
) -> Result<Json<Listed<FindingView>>, Problem> {
    let findings = feedback::findings_of(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(findings.into_iter().map(FindingView::from).collect())))
}
