//! Webhooks of channels: `/v1/hooks/{tenant}/{channel}`. Nobody needs a key for them; deliveries prove themselves.

use super::{
    body::{check_told_length, discard_delivery, read_delivery},
    path::Ids,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
};
use crate::app::{
    App, AppError,
    hooks::{self, Delivery},
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(receive_delivery))
}

/// Takes a delivery to a channel's webhook, without an API key.
///
/// It has to prove who sent it, as the manifest of the channel's plugin says. Then its bytes are stored durably before
/// they are answered and before the connector reads them; the same delivery again changes nothing. Wherever a secret of the
/// installation stands in them, `[secret]` is stored instead. A delivery that is not proven learns nothing from its answer:
/// neither whether the tenant or the channel is there nor what is wrong.
#[utoipa::path(
    post,
    path = "/v1/hooks/{tenant}/{channel}",
    tag = "messages",
    params(
        ("tenant" = String, Path, description = "The tenant."),
        ("channel" = String, Path, description = "The channel: the connector's installation.")
    ),
    request_body(content_type = "application/octet-stream", description = "The delivery, in any media type."),
    responses(
        (status = 200, description = "The delivery is stored."),
        (status = 401, description = "`webhook-unproven`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 413, description = "`too-large`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 503, description = "`not-ready`.", body = ProblemBody, content_type = PROBLEM_JSON)
    )
)]
async fn receive_delivery(
    State(app): State<App>,
    names: Result<Ids<String, String>, Problem>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let unproven = || Problem::from(AppError::Unproven);
    let (parts, body) = request.into_parts();
    // Refused for everybody alike, before anything is looked for.
    check_told_length(&parts.headers, &app.settings)?;
    let Ids(tenant, channel) = names.map_err(|_| unproven())?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let delivery = Delivery { tenant: &tenant, channel: &channel, headers: &parts.headers, target };
    let expected = match hooks::expect(&app, &delivery).await {
        Ok(expected) => expected,
        Err(error) => {
            discard_delivery(body, &app.settings).await;
            return Err(match error {
                AppError::Unproven => unproven(),
                // One answer for everything that fails before a delivery is proven: another would tell what is there.
                failed => Problem::unready("deliveries cannot be taken just now; send it again", &failed),
            });
        }
    };
    let _place = app.deliveries.place(expected.tenant()).await?;
    // That a body is too large or too slow is known for channels alone that are there: not told either.
    let body = read_delivery(&parts.headers, body, &app.settings).await.map_err(|_| unproven())?;
    expected.receive(&app, &delivery, body).await?;
    Ok(StatusCode::OK)
}
