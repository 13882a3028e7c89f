//! Figures: `/v1/figures`.

use super::{
    auth::{Caller, LoyaltyRead},
    page::{ListQuery, parsed},
    path::Id,
    problem::Problem,
    view::figures::{PointFiguresView, ReferralFiguresView, RetentionView},
};
use crate::app::{
    App,
    figures::{self, Period},
};
use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(read_point_figures))
        .routes(routes!(read_retention))
        .routes(routes!(read_referral_figures))
}

/// Days, both included, in the tenant's zone.
fn period(query: ListQuery) -> Result<Period, Problem> {
    let [from, to] = query.only(["from", "to"])?;
    let day = |name, text: Option<String>| match text {
        Some(text) => parsed(name, &text),
        None => Err(Problem::invalid(name, "name the period's days, such as `?from=2026-01-01&to=2026-03-31`")),
    };
    Ok(Period { from: day("from", from)?, to: day("to", to)? })
}

/// What became of a program's points in a period: given, redeemed, expired, taken back; and what is outstanding now.
///
/// Reads the points of every customer, so a tenant's calls wait for one another.
#[utoipa::path(
    get,
    path = "/v1/programs/{program}/figures",
    tag = "figures",
    params(
        ("program" = String, Path, description = "The program's code."),
        ("from" = String, Query, format = Date, description = "The first day, in the tenant's zone."),
        ("to" = String, Query, format = Date, description = "The last day.")
    ),
    responses((status = 200, description = "The figures.", body = PointFiguresView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_point_figures(
    State(app): State<App>,
    caller: Caller<LoyaltyRead>,
    program: Id<String>,
    query: ListQuery,
) -> Result<Json<PointFiguresView>, Problem> {
    Ok(Json(figures::points(&app, &caller.ctx, &program.0, period(query)?).await?.into()))
}

/// Who came back: customers by the month of their first purchase, with rules and in the hold-out group.
///
/// Reads every purchase of the tenant, so it takes a while where there are many, and a tenant's
/// calls wait for one another. Needs `purchases:read` as well.
#[utoipa::path(
    get,
    path = "/v1/figures/retention",
    tag = "figures",
    params(
        ("from" = String, Query, format = Date, description = "A day of the first month."),
        ("to" = String, Query, format = Date, description = "A day of the last month.")
    ),
    responses((status = 200, description = "The cohorts.", body = RetentionView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_retention(
    State(app): State<App>,
    caller: Caller<LoyaltyRead>,
    query: ListQuery,
) -> Result<Json<RetentionView>, Problem> {
    Ok(Json(figures::retention(&app, &caller.ctx, period(query)?).await?.into()))
}

/// What came of the referrals that were recorded in a period, and which share of its new customers was brought.
///
/// New are those who are customers since a day of the period (`customer_since`). Reads every customer and every referral
/// of the tenant, so a tenant's calls wait for one another.
#[utoipa::path(
    get,
    path = "/v1/figures/referrals",
    tag = "figures",
    params(
        ("from" = String, Query, format = Date, description = "The first day, in the tenant's zone."),
        ("to" = String, Query, format = Date, description = "The last day.")
    ),
    responses((status = 200, description = "The figures.", body = ReferralFiguresView)),
    extensions(("x-scope" = json!("loyalty:read customers:read")))
)]
async fn read_referral_figures(
    State(app): State<App>,
    caller: Caller<LoyaltyRead>,
    query: ListQuery,
) -> Result<Json<ReferralFiguresView>, Problem> {
    Ok(Json(figures::referrals(&app, &caller.ctx, period(query)?).await?.into()))
}
