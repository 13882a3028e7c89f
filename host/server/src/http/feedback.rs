//! Departments and the feedback they receive: `/v1/departments` and `/v1/feedback-items`.

use super::{
    auth::{Caller, FeedbackRead, FeedbackWrite},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply, Written},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::feedback::{DepartmentView, FeedbackItemView},
};
use crate::app::{App, feedback};
use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{
    FeedbackItemId,
    feedback::{Department, FeedbackDecision, FeedbackItem},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_departments, create_department))
        .routes(routes!(set_default_department, unset_default_department))
        .routes(routes!(list_feedback_items))
        .routes(routes!(read_feedback_item))
        .routes(routes!(decide_feedback_item))
}

/// A new department.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDepartment)]
#[serde(deny_unknown_fields)]
struct NewDepartmentBody {
    /// Short name, a code; never changes.
    #[schema(max_length = 64, examples("production"))]
    code: String,
    /// The name to show.
    #[schema(max_length = 200, examples("Production"))]
    name: String,
}

/// What a department does with an item.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = FeedbackDecision)]
#[serde(tag = "decision", rename_all = "kebab-case", deny_unknown_fields)]
enum DecisionBody {
    /// Take it on.
    Accept,
    /// Send it back.
    Reject {
        /// Why.
        #[schema(max_length = 2000)]
        reason: String,
    },
    /// Close it.
    Close {
        /// What caused the trouble.
        #[schema(max_length = 2000)]
        root_cause: String,
        /// What was done about it.
        #[schema(max_length = 2000)]
        action: String,
    },
}

impl From<DecisionBody> for FeedbackDecision {
    fn from(body: DecisionBody) -> Self {
        match body {
            DecisionBody::Accept => Self::Accept,
            DecisionBody::Reject { reason } => Self::Reject { reason },
            DecisionBody::Close { root_cause, action } => Self::Close { root_cause, action },
        }
    }
}

/// All departments, by code.
#[utoipa::path(
    get,
    path = "/v1/departments",
    tag = "feedback",
    responses((status = 200, description = "The departments.", body = Listed<DepartmentView>)),
    extensions(("x-scope" = json!("feedback:read")))
)]
async fn list_departments(caller: Caller<FeedbackRead>) -> Result<Json<Listed<DepartmentView>>, Problem> {
    let departments = feedback::departments(&caller.ctx).await?;
    Ok(Json(Listed::whole(departments.into_iter().map(DepartmentView::from).collect())))
}

/// Creates a department.
#[utoipa::path(
    post,
    path = "/v1/departments",
    tag = "feedback",
    params(IdempotencyParams),
    request_body = NewDepartmentBody,
    responses(
        (status = 201, description = "The new department.", body = DepartmentView),
        (status = 409, description = "`code-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("feedback:write")))
)]
async fn create_department(
    caller: Caller<FeedbackWrite>,
    body: JsonBody<NewDepartmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewDepartmentBody { code, name } = body.value;
    let plan = || feedback::create_department(&caller.ctx, code.clone(), name.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// Makes a department the default: contacts of customers go there while the plugin that sorts them is out of order.
#[utoipa::path(
    put,
    path = "/v1/departments/{code}/default",
    tag = "feedback",
    params(("code" = String, Path, description = "The department's code."), IdempotencyParams),
    responses(
        (status = 200, description = "The department as it is now.", body = DepartmentView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("feedback:write")))
)]
async fn set_default_department(
    caller: Caller<FeedbackWrite>,
    State(app): State<App>,
    code: Id<String>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    change_default(&app, &caller, &code.0, &body, feedback::Default::Yes).await
}

/// Takes the default from a department: contacts that nobody can sort wait.
#[utoipa::path(
    delete,
    path = "/v1/departments/{code}/default",
    tag = "feedback",
    params(("code" = String, Path, description = "The department's code."), IdempotencyParams),
    responses(
        (status = 200, description = "The department as it is now.", body = DepartmentView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("feedback:write")))
)]
async fn unset_default_department(
    caller: Caller<FeedbackWrite>,
    State(app): State<App>,
    code: Id<String>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    change_default(&app, &caller, &code.0, &body, feedback::Default::No).await
}

async fn change_default(
    app: &App,
    caller: &Caller<FeedbackWrite>,
    code: &str,
    body: &NoBody,
    default: feedback::Default,
) -> Result<Written<Department>, Problem> {
    let plan = || feedback::set_default(&caller.ctx, code, default);
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    feedback::tell_default(app, &caller.ctx).await?;
    Ok(written)
}

fn shown(department: &Department) -> DepartmentView {
    department.clone().into()
}

/// Feedback items, newest first, of one department or of all.
#[utoipa::path(
    get,
    path = "/v1/feedback-items",
    tag = "feedback",
    params(PageParams, ("department" = Option<String>, Query, description = "A department's code.")),
    responses((status = 200, description = "Feedback items.", body = Listed<FeedbackItemView>)),
    extensions(("x-scope" = json!("feedback:read")))
)]
async fn list_feedback_items(
    caller: Caller<FeedbackRead>,
    query: ListQuery,
) -> Result<Json<Listed<FeedbackItemView>>, Problem> {
    let (page, [department]) = query.page_and(["department"])?;
    let page = feedback::items(&caller.ctx, department.as_deref(), &page).await?;
    Ok(Json(Listed::page(page, FeedbackItemView::from)))
}

/// One feedback item.
#[utoipa::path(
    get,
    path = "/v1/feedback-items/{id}",
    tag = "feedback",
    params(("id" = Uuid, Path, description = "The item's id.")),
    responses((status = 200, description = "The item.", body = FeedbackItemView)),
    extensions(("x-scope" = json!("feedback:read")))
)]
async fn read_feedback_item(
    caller: Caller<FeedbackRead>,
    id: Id<FeedbackItemId>,
) -> Result<Json<FeedbackItemView>, Problem> {
    Ok(Json(feedback::read_item(&caller.ctx, id.0).await?.into()))
}

/// A department's decision on an item.
#[utoipa::path(
    post,
    path = "/v1/feedback-items/{id}/decision",
    tag = "feedback",
    params(("id" = Uuid, Path, description = "The item's id."), IdempotencyParams),
    request_body = DecisionBody,
    responses(
        (status = 200, description = "The item as it is now.", body = FeedbackItemView),
        (status = 409, description = "`feedback-status` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("feedback:write")))
)]
async fn decide_feedback_item(
    caller: Caller<FeedbackWrite>,
    id: Id<FeedbackItemId>,
    body: JsonBody<DecisionBody>,
) -> Result<impl IntoResponse, Problem> {
    let decision = FeedbackDecision::from(body.value);
    let plan = || feedback::decide(&caller.ctx, id.0, decision.clone());
    let view = |item: &FeedbackItem| FeedbackItemView::from(item.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
