//! A customer's contact points: `/v1/customers/{id}/contact-points`.

use super::{
    auth::{Caller, CustomersRead, CustomersWrite},
    body::JsonBody,
    customers::ContactPointBody,
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::customer::ContactPointView,
};
use crate::app::{
    App,
    customers::{self, NewContactPoint},
};
use axum::{Json, response::IntoResponse};
use stammgast_domain::{CustomerId, contact_point::ContactPoint};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_contact_points, add_contact_point))
}

/// A customer's contact points, by address.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}/contact-points",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The contact points.", body = Listed<ContactPointView>)),
    extensions(("x-scope" = json!("customers:read")))
)]
async fn list_contact_points(
    caller: Caller<CustomersRead>,
    id: Id<CustomerId>,
) -> Result<Json<Listed<ContactPointView>>, Problem> {
    let (_, points) = customers::read(&caller.ctx, id.0).await?;
    Ok(Json(Listed::whole(points.into_iter().map(ContactPointView::from).collect())))
}

/// Adds a contact point to a customer.
///
/// An address that the customer has already changes nothing.
#[utoipa::path(
    post,
    path = "/v1/customers/{id}/contact-points",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id."), IdempotencyParams),
    request_body = ContactPointBody,
    responses(
        (status = 201, description = "The new contact point.", body = ContactPointView),
        (status = 200, description = "The customer had it already.", body = ContactPointView),
        (status = 409, description = "`contact-point-taken` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("customers:write")))
)]
async fn add_contact_point(
    caller: Caller<CustomersWrite>,
    id: Id<CustomerId>,
    body: JsonBody<ContactPointBody>,
) -> Result<impl IntoResponse, Problem> {
    let point = NewContactPoint::from(body.value);
    let plan = || customers::add_contact_point(&caller.ctx, id.0, point.clone());
    let view = |point: &ContactPoint| ContactPointView::from(point.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await
}
