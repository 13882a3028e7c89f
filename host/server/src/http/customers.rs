//! Customers: `/v1/customers`.

use super::{
    auth::{Caller, CustomersRead, CustomersWrite},
    body::JsonBody,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    schema,
    view::customer::{CustomerDetailView, CustomerView, ReferenceView},
};
use crate::app::{
    App, Ctx,
    customers::{self, NewContactPoint},
};
use axum::{Json, response::IntoResponse};
use jiff::civil::Date;
use serde::Deserialize;
use stammgast_domain::{
    CustomerId,
    birthday::Birthday,
    contact_point::ContactPointKind,
    customer::{Customer, CustomerDetails, CustomerKind, LifecycleStatus, Reference},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_customers, create_customer))
        .routes(routes!(read_customer, update_customer))
}

/// What a caller tells of a customer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = CustomerDetails)]
#[serde(deny_unknown_fields)]
pub struct DetailsBody {
    /// Person or organisation.
    #[serde(default)]
    #[schema(value_type = schema::CustomerKind)]
    kind: CustomerKind,
    /// Lifecycle status.
    #[serde(default)]
    #[schema(value_type = schema::LifecycleStatus)]
    status: LifecycleStatus,
    /// The name to show and to address.
    #[schema(max_length = 300, examples("Ada Lovelace"))]
    name: Option<String>,
    /// Preferred language, a BCP 47 tag.
    #[schema(examples("de"))]
    language: Option<String>,
    /// Day of birth: `1990-05-17`, or `--05-17` where the year is not known.
    #[schema(value_type = Option<String>, examples("1990-05-17"))]
    birthday: Option<Birthday>,
    /// Since when somebody is a customer; the day of recording where nobody says so. It stays when a change names none.
    #[schema(value_type = Option<String>, format = Date, examples("2019-11-02"))]
    customer_since: Option<Date>,
    /// The customer's name in another system. It stays when a change names none.
    reference: Option<ReferenceView>,
}

/// A new customer, with the addresses under which it is reached.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewCustomer)]
#[serde(deny_unknown_fields)]
struct NewCustomerBody {
    /// Person or organisation.
    #[serde(default)]
    #[schema(value_type = schema::CustomerKind)]
    kind: CustomerKind,
    /// Lifecycle status.
    #[serde(default)]
    #[schema(value_type = schema::LifecycleStatus)]
    status: LifecycleStatus,
    /// The name to show and to address.
    #[schema(max_length = 300, examples("Ada Lovelace"))]
    name: Option<String>,
    /// Preferred language, a BCP 47 tag.
    #[schema(examples("de"))]
    language: Option<String>,
    /// Day of birth: `1990-05-17`, or `--05-17` where the year is not known.
    #[schema(value_type = Option<String>, examples("1990-05-17"))]
    birthday: Option<Birthday>,
    /// Since when somebody is a customer; the day of recording where nobody says so.
    #[schema(value_type = Option<String>, format = Date, examples("2019-11-02"))]
    customer_since: Option<Date>,
    /// The customer's name in another system.
    reference: Option<ReferenceView>,
    /// Addresses. Each may belong to one customer only.
    #[serde(default)]
    contact_points: Vec<ContactPointBody>,
}

/// An address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewContactPoint)]
#[serde(deny_unknown_fields)]
pub struct ContactPointBody {
    /// What sort of address.
    #[schema(value_type = schema::ContactPointKind)]
    kind: ContactPointKind,
    /// The address; telephone numbers with their country code.
    #[schema(max_length = 500, examples("ada@example.com"))]
    value: String,
}

impl From<DetailsBody> for CustomerDetails {
    fn from(body: DetailsBody) -> Self {
        let DetailsBody { kind, status, name, language, birthday, customer_since, reference } = body;
        Self { kind, status, name, language, birthday, customer_since, reference: reference.map(Reference::from) }
    }
}

impl From<NewCustomerBody> for (CustomerDetails, Vec<NewContactPoint>) {
    fn from(body: NewCustomerBody) -> Self {
        let NewCustomerBody { kind, status, name, language, birthday, customer_since, reference, contact_points } =
            body;
        let details = DetailsBody { kind, status, name, language, birthday, customer_since, reference };
        (details.into(), contact_points.into_iter().map(NewContactPoint::from).collect())
    }
}

impl From<ContactPointBody> for NewContactPoint {
    fn from(body: ContactPointBody) -> Self {
        Self { kind: body.kind, value: body.value }
    }
}

/// Customers, oldest first; with `reference`, only the one that another system calls so.
#[utoipa::path(
    get,
    path = "/v1/customers",
    tag = "customers",
    params(
        PageParams,
        ("reference" = Option<String>, Query, description = "A customer's name in another system: `source:id`.")
    ),
    responses((status = 200, description = "Customers.", body = Listed<CustomerView>)),
    extensions(("x-scope" = json!("customers:read")))
)]
async fn list_customers(
    caller: Caller<CustomersRead>,
    query: ListQuery,
) -> Result<Json<Listed<CustomerView>>, Problem> {
    let (page, [reference]) = query.page_and(["reference"])?;
    let listed = match reference {
        None => Listed::page(customers::list(&caller.ctx, &page).await?, CustomerView::from),
        Some(text) => Listed::whole(named(&caller.ctx, &text).await?.into_iter().map(CustomerView::from).collect()),
    };
    Ok(Json(listed))
}

async fn named(ctx: &Ctx, text: &str) -> Result<Option<Customer>, Problem> {
    let wrong = |problem: String| Problem::invalid("reference", problem);
    let (source, id) = text.split_once(':').ok_or_else(|| wrong("write `source:id`".to_owned()))?;
    let reference = Reference { source: source.to_owned(), id: id.to_owned() };
    reference.validate().map_err(|error| wrong(error.to_string()))?;
    Ok(customers::named(ctx, &reference).await?)
}

/// Records a customer with its contact points.
#[utoipa::path(
    post,
    path = "/v1/customers",
    tag = "customers",
    params(IdempotencyParams),
    request_body = NewCustomerBody,
    responses(
        (status = 201, description = "The new customer.", body = CustomerView),
        (status = 409, description = "`contact-point-taken`, `reference-taken` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("customers:write")))
)]
async fn create_customer(
    caller: Caller<CustomersWrite>,
    body: JsonBody<NewCustomerBody>,
) -> Result<impl IntoResponse, Problem> {
    let (details, points): (CustomerDetails, Vec<NewContactPoint>) = body.value.into();
    let plan = || customers::create(&caller.ctx, details.clone(), &points);
    let reply = Reply::CREATED.under("/v1/customers");
    let view = |customer: &Customer| CustomerView::from(customer.clone());
    idempotent::run(&caller.ctx, &body.idempotency, reply, plan, view).await
}

/// One customer with its contact points.
#[utoipa::path(
    get,
    path = "/v1/customers/{id}",
    tag = "customers",
    params(("id" = Uuid, Path, description = "The customer's id.")),
    responses((status = 200, description = "The customer.", body = CustomerDetailView,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("customers:read")))
)]
async fn read_customer(caller: Caller<CustomersRead>, id: Id<CustomerId>) -> Result<impl IntoResponse, Problem> {
    let (customer, points) = customers::read(&caller.ctx, id.0).await?;
    let tag = etag(customer.version);
    Ok((tag, Json(CustomerDetailView::from((customer, points)))))
}

/// Changes a customer's details.
///
/// What is left out is cleared, apart from the reference. Contact points stay as they are.
#[utoipa::path(
    put,
    path = "/v1/customers/{id}",
    tag = "customers",
    params(
        ("id" = Uuid, Path, description = "The customer's id."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = DetailsBody,
    responses(
        (status = 200, description = "The customer as it is now.", body = CustomerView,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`reference-taken` or `conflict`.",
            body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: the customer has changed since it was read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("customers:write")))
)]
async fn update_customer(
    caller: Caller<CustomersWrite>,
    id: Id<CustomerId>,
    expected: IfMatch,
    body: JsonBody<DetailsBody>,
) -> Result<impl IntoResponse, Problem> {
    let details = CustomerDetails::from(body.value);
    let plan = || customers::update(&caller.ctx, id.0, expected.0, details.clone());
    let view = |customer: &Customer| CustomerView::from(customer.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, view).await?;
    let tag = written.answer.as_ref().map(|customer| etag(customer.version));
    Ok((tag, written))
}
