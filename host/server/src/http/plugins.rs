//! Installed components: `/v1/plugins`.

use super::{
    auth::{Operator, OperatorOr, PluginsRead},
    body::{ComponentBody, JsonBody},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::plugin::PluginView,
};
use crate::app::{App, plan::Outcome, plugins};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use stammgast_domain::{digest::Digest, signature::Signatures};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_plugins, install_plugin))
        .routes(routes!(read_plugin, remove_plugin))
        .routes(routes!(sign_plugin))
}

/// All installed components, by plugin and version.
#[utoipa::path(
    get,
    path = "/v1/plugins",
    tag = "plugins",
    responses((status = 200, description = "The components.", body = Listed<PluginView>)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn list_plugins(
    _caller: OperatorOr<PluginsRead>,
    State(app): State<App>,
) -> Result<Json<Listed<PluginView>>, Problem> {
    let plugins = plugins::list(&app).await?;
    Ok(Json(Listed::whole(plugins.into_iter().map(PluginView::from).collect())))
}

/// Installs a component for all tenants to enable.
///
/// It is inspected, not run. The same component again changes nothing.
#[utoipa::path(
    post,
    path = "/v1/plugins",
    tag = "plugins",
    request_body(content_type = "application/wasm", description = "The component with its manifest."),
    responses(
        (status = 201, description = "The new component.", body = PluginView,
            headers(("Location" = String, description = "Where it is found."))),
        (status = 200, description = "It was installed before.", body = PluginView)
    ),
    extensions(("x-scope" = json!("operator")))
)]
async fn install_plugin(
    _operator: Operator,
    State(app): State<App>,
    component: ComponentBody,
) -> Result<Response, Problem> {
    let (plugin, outcome) = plugins::install(&app, component.0).await?;
    let location = [(header::LOCATION, format!("/v1/plugins/{}", plugin.digest))];
    let body = Json(PluginView::from(plugin));
    Ok(match outcome {
        Outcome::Created => (StatusCode::CREATED, location, body).into_response(),
        Outcome::Done | Outcome::Existing => body.into_response(),
    })
}

/// One installed component.
#[utoipa::path(
    get,
    path = "/v1/plugins/{name}",
    tag = "plugins",
    params(("name" = String, Path,
        description = "Its digest, its id with `@` and a version, or its id alone for the highest version.")),
    responses((status = 200, description = "The component.", body = PluginView)),
    extensions(("x-scope" = json!("plugins:read")))
)]
async fn read_plugin(
    _caller: OperatorOr<PluginsRead>,
    State(app): State<App>,
    name: Id<String>,
) -> Result<Json<PluginView>, Problem> {
    Ok(Json(plugins::find(&app, &name.0).await?.into()))
}

/// Adds signatures to an installed component: the content of the `.sig` file that stands beside it.
///
/// Each is checked; one of the same key replaces that before.
#[utoipa::path(
    post,
    path = "/v1/plugins/{digest}/signatures",
    tag = "plugins",
    params(("digest" = String, Path, description = "The component's digest.")),
    request_body(content = Object, description = "The signature file, as `stammgast plugin sign` writes it."),
    responses((status = 200, description = "The component.", body = PluginView)),
    extensions(("x-scope" = json!("operator")))
)]
async fn sign_plugin(
    _operator: Operator,
    State(app): State<App>,
    digest: Id<Digest>,
    body: JsonBody<Signatures>,
) -> Result<Json<PluginView>, Problem> {
    Ok(Json(plugins::sign(&app, &digest.0, body.value.signatures).await?.into()))
}

/// Takes a component from the server, where no tenant's installation runs it and no back-test needs it.
#[utoipa::path(
    delete,
    path = "/v1/plugins/{name}",
    tag = "plugins",
    params(("name" = String, Path,
        description = "Its digest, its id with `@` and a version, or its id alone for the highest version.")),
    responses(
        (status = 200, description = "The component as it was.", body = PluginView),
        (status = 409, description = "`in-use`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("operator")))
)]
async fn remove_plugin(
    _operator: Operator,
    State(app): State<App>,
    name: Id<String>,
) -> Result<Json<PluginView>, Problem> {
    let plugin = plugins::find(&app, &name.0).await?;
    Ok(Json(plugins::remove(&app, &plugin.digest).await?.into()))
}
