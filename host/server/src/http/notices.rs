//! What a tenant's admins should look at: `/v1/notices`.

use super::{
    auth::{Caller, PluginsRead, PluginsWrite},
    body::{JsonBody, NoBody},
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::notice::NoticeView,
};
use crate::app::{App, notices};
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use stammgast_domain::{NoticeId, notice::Notice};
use stammgast_store::WhichNotices;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_notices)).routes(routes!(see_notice)).routes(routes!(see_notices))
}

/// Which notices are seen.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = SeeNotices)]
#[serde(default, deny_unknown_fields)]
struct SeeNoticesBody {
    /// The newest notice that is seen: this one and those before it. Left out, all there are.
    #[schema(value_type = Option<Uuid>)]
    up_to: Option<NoticeId>,
}

/// How many notices were marked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeenNotices)]
struct SeenNoticesView {
    /// Notices that nobody had seen before.
    seen: usize,
}

/// What happened that admins should look at, newest first; with `unseen=true`, what nobody has seen.
#[utoipa::path(
    get,
    path = "/v1/notices",
    tag = "plugins",
    params(PageParams, ("unseen" = Option<bool>, Query, description = "Only those that nobody has seen.")),
    responses((status = 200, description = "A page of notices.", body = Listed<NoticeView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_notices(caller: Caller<PluginsRead>, query: ListQuery) -> Result<Json<Listed<NoticeView>>, Problem> {
    let (page, [unseen]) = query.page_and(["unseen"])?;
    let which = match unseen.as_deref() {
        None | Some("false") => WhichNotices::All,
        Some("true") => WhichNotices::Unseen,
        Some(other) => return Err(Problem::invalid("unseen", format!("`{other}` is neither true nor false"))),
    };
    let page = notices::list(&caller.ctx, which, &page).await?;
    Ok(Json(Listed::page(page, NoticeView::from)))
}

/// Marks a notice as seen. Whoever was first stays on record.
#[utoipa::path(
    post,
    path = "/v1/notices/{id}/seen",
    tag = "plugins",
    params(("id" = Uuid, Path, description = "The notice's id."), IdempotencyParams),
    responses(
        (status = 200, description = "The notice as it is now.", body = NoticeView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn see_notice(
    caller: Caller<PluginsWrite>,
    id: Id<NoticeId>,
    body: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let plan = || notices::see(&caller.ctx, id.0);
    let view = |notice: &Notice| NoticeView::from(notice.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}

/// Marks every notice up to one of them as seen, or all there are.
///
/// Sending it twice changes nothing more.
#[utoipa::path(
    post,
    path = "/v1/notices/seen",
    tag = "plugins",
    request_body = SeeNoticesBody,
    responses(
        (status = 200, description = "How many are seen now and were not before.", body = SeenNoticesView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("plugins:write")))
)]
async fn see_notices(
    caller: Caller<PluginsWrite>,
    body: JsonBody<SeeNoticesBody>,
) -> Result<Json<SeenNoticesView>, Problem> {
    let seen = notices::see_all(&caller.ctx, body.value.up_to).await?;
    Ok(Json(SeenNoticesView { seen }))
}
