//! The HTTP edge, the only layer that knows status codes.
//!
//! A handler's extractors check the key and read the request; the handler calls one use case and shows its answer.
//! Nothing here decides: whatever a caller may do or not, a use case in `app` says so.

mod activities;
mod aftersales;
mod auth;
mod backtests;
mod body;
mod buyer;
mod calls;
mod coded;
mod codes;
mod contact_points;
mod customers;
mod customers_bulk;
mod dead_letters;
mod description;
mod eligibility;
mod etag;
mod events;
mod feedback;
mod figures;
mod findings;
mod flattened;
mod health;
mod hooks;
mod idempotent;
mod installation_past;
mod installation_steps;
mod installations;
mod interactions;
mod keys;
mod ledger;
mod limits;
mod loyalty;
mod memberships;
mod messages;
mod metrics;
mod notices;
mod offers;
mod outreach;
mod page;
mod parsing;
mod partners;
mod path;
mod plugins;
mod problem;
mod problems;
mod programs;
mod purchases;
mod quotes;
mod redemptions;
mod returns;
mod rewards;
mod schema;
mod secrets;
mod secrets_keys;
mod settings;
mod shadow;
mod telemetry;
mod tenants;
mod test_clock;
mod tiers;
mod timeline;
mod trade;
mod trusted_keys;
mod usage;
mod view;
mod vouchers;

use crate::{app::App, runtime_settings};
use axum::{Router, middleware, response::Redirect, routing::get};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Every route of the server, ready to be served.
pub fn router(app: App) -> Router {
    let http = &app.settings.http;
    let door = limits::Door::new(&app.settings);
    let usual = Duration::from_secs(http.request_seconds);
    let compiling = usual.saturating_add(runtime_settings::compile_wall(&app.settings.runtime));
    let patience = limits::Patience { usual, compiling };
    let clock = app.clock.clone();
    let Described { resources, health, document } = described();
    // Layers wrap what is above them. Health and metrics answer also when there is no room left.
    resources
        .layer(middleware::from_fn_with_state(door, limits::wait_for_room))
        .merge(health)
        .merge(SwaggerUi::new("/docs").url("/v1/openapi.json", document).config(docs()))
        .route("/", get(|| async { Redirect::to("/docs/") }))
        .route("/problems/{code}", get(problems::read_problem))
        .fallback(limits::no_such_path)
        .method_not_allowed_fallback(limits::no_such_method)
        .layer(middleware::from_fn_with_state(patience, limits::give_up))
        .layer(CatchPanicLayer::custom(limits::answer_panic))
        .layer(middleware::from_fn_with_state(clock, telemetry::observe))
        .with_state(app)
}

/// The browsable page shows the scopes that operations need, which stand in an extension.
fn docs() -> Config<'static> {
    Config::new(["/v1/openapi.json"]).show_extensions(true).try_it_out_enabled(true)
}

/// The API description (`OpenAPI` 3.1), as it is served at `/v1/openapi.json`.
#[must_use]
pub fn openapi() -> OpenApi {
    described().document
}

struct Described {
    resources: Router<App>,
    health: Router<App>,
    document: OpenApi,
}

fn described() -> Described {
    let (resources, mut document) = OpenApiRouter::with_openapi(description::base())
        .merge(customers::routes())
        .merge(customers_bulk::routes())
        .merge(contact_points::routes())
        .merge(timeline::routes())
        .merge(programs::routes())
        .merge(loyalty::routes())
        .merge(redemptions::routes())
        .merge(quotes::routes())
        .merge(tiers::routes())
        .merge(rewards::routes())
        .merge(eligibility::routes())
        .merge(offers::routes())
        .merge(vouchers::routes())
        .merge(partners::routes())
        .merge(trade::routes())
        .merge(ledger::routes())
        .merge(purchases::routes())
        .merge(returns::routes())
        .merge(activities::routes())
        .merge(outreach::routes())
        .merge(memberships::routes())
        .merge(aftersales::routes())
        .merge(figures::routes())
        .merge(interactions::routes())
        .merge(messages::routes())
        .merge(hooks::routes())
        .merge(findings::routes())
        .merge(feedback::routes())
        .merge(plugins::routes())
        .merge(installations::routes())
        .merge(installation_steps::routes())
        .merge(installation_past::routes())
        .merge(usage::routes())
        .merge(shadow::routes())
        .merge(secrets::routes())
        .merge(secrets_keys::routes())
        .merge(trusted_keys::routes())
        .merge(backtests::routes())
        .merge(calls::routes())
        .merge(dead_letters::routes())
        .merge(notices::routes())
        .merge(events::routes())
        .merge(tenants::routes())
        .merge(keys::routes())
        .merge(settings::routes())
        .merge(test_clock::routes())
        .split_for_parts();
    let (health, of_health) = health::routes().merge(metrics::routes()).split_for_parts();
    document.merge(of_health);
    description::complete(&mut document);
    Described { resources, health, document }
}
