//! What customers do beside buying: `/v1/activities`.

use super::{
    auth::{ActivitiesRead, ActivitiesWrite, Caller},
    body::JsonBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::activity::ActivityView,
};
use crate::app::{
    App,
    activities::{self, NewActivity},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{ActivityId, CustomerId, Timestamp, activity::Activity};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(record_activity))
        .routes(routes!(read_activity))
        .routes(routes!(list_activities))
}

/// Something that a customer did.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewActivity)]
#[serde(deny_unknown_fields)]
struct NewActivityBody {
    /// Who did it.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// What it is, a code.
    #[schema(max_length = 64, examples("survey-answered"))]
    kind: String,
    /// The system that tells of it, a code.
    #[schema(max_length = 64, examples("app"))]
    source: String,
    /// Its name in that system. The same twice is one activity.
    #[schema(max_length = 200, examples("S-2026-000041"))]
    external_id: String,
    /// Details: at most 50, named by codes, of at most 1,000 characters each.
    #[serde(default)]
    details: BTreeMap<String, String>,
    /// When it happened; now where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
}

/// Records something that a customer did, and that is no purchase.
///
/// Rules that ask for it are called. The same `source` and `external_id` again change nothing, if it is the same.
#[utoipa::path(
    post,
    path = "/v1/activities",
    tag = "activities",
    params(IdempotencyParams),
    request_body = NewActivityBody,
    responses(
        (status = 201, description = "The new activity.", body = ActivityView),
        (status = 200, description = "It was recorded before.", body = ActivityView),
        (status = 409, description = "`activity-recorded` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("activities:write")))
)]
async fn record_activity(
    caller: Caller<ActivitiesWrite>,
    body: JsonBody<NewActivityBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewActivityBody { customer, kind, source, external_id, details, occurred_at } = body.value;
    let new = NewActivity { customer, kind, source, external_id, details, occurred_at };
    let plan = || activities::record(&caller.ctx, new.clone());
    let view = |activity: &Activity| ActivityView::from(activity.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED.under("/v1/activities"), plan, view).await
}

/// One activity.
#[utoipa::path(
    get,
    path = "/v1/activities/{id}",
    tag = "activities",
    params(("id" = Uuid, Path, description = "The activity's id.")),
    responses((status = 200, description = "The activity.", body = ActivityView)),
    extensions(("x-scope" = json!("activities:read")))
)]
async fn read_activity(caller: Caller<ActivitiesRead>, id: Id<ActivityId>) -> Result<Json<ActivityView>, Problem> {
    Ok(Json(activities::read(&caller.ctx, id.0).await?.into()))
}

/// A customer's activities, newest first.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/activities",
    tag = "activities",
    params(("id" = Uuid, Path, description = "The customer's id."), PageParams),
    responses((status = 200, description = "The activities.", body = Listed<ActivityView>)),
    extensions(("x-scope" = json!("activities:read")))
)]
async fn list_activities(
    caller: Caller<ActivitiesRead>,
    id: Id<CustomerId>,
    query: ListQuery,
) -> Result<Json<Listed<ActivityView>>, Problem> {
    let page = activities::of_customer(&caller.ctx, id.0, &query.page()?).await?;
    Ok(Json(Listed::page(page, ActivityView::from)))
}
