//! Customers by the thousand: `/v1/customers/bulk`.

use super::{
    auth::{Caller, CustomersWrite},
    body::BulkBody,
    customers::DetailsBody,
    idempotent::{self, IdempotencyParams, Reply},
    problem::Problem,
    view::bulk::BulkView,
};
use crate::app::{
    App,
    customers::{self, RowOutcome},
};
use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::{CustomerId, customer::CustomerDetails};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(create_customers))
}

/// Many customers.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewCustomers)]
#[serde(deny_unknown_fields)]
struct NewCustomersBody {
    /// The customers. Each needs a reference; the setting `http.bulk_rows` bounds their number.
    rows: Vec<DetailsBody>,
}

/// Refuses more rows than one request may have.
///
/// # Errors
/// There are more.
pub fn check_rows(app: &App, rows: usize) -> Result<(), Problem> {
    let most = app.settings.http.bulk_rows;
    if rows <= most {
        return Ok(());
    }
    let problem = format!("there are {rows} rows; at most {most} fit (setting http.bulk_rows); send several requests");
    Err(Problem::invalid("rows", problem))
}

/// Records many customers by their references.
///
/// One whose reference is known already stays as it is. A refused row is reported and the others go on.
#[utoipa::path(
    post,
    path = "/v1/customers/bulk",
    tag = "customers",
    params(IdempotencyParams),
    request_body = NewCustomersBody,
    responses((status = 200, description = "What became of each row.", body = BulkView)),
    extensions(("x-scope" = json!("customers:write")))
)]
async fn create_customers(
    caller: Caller<CustomersWrite>,
    State(app): State<App>,
    body: BulkBody<NewCustomersBody>,
) -> Result<impl IntoResponse, Problem> {
    check_rows(&app, body.value.rows.len())?;
    let rows: Vec<CustomerDetails> = body.value.rows.into_iter().map(CustomerDetails::from).collect();
    let plan = || customers::create_many(&caller.ctx, rows.clone());
    let view = |outcomes: &Vec<RowOutcome<CustomerId>>| BulkView::of(outcomes);
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
