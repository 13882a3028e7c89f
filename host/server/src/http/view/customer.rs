//! Customers and their contact points.

use super::super::schema;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    birthday::Birthday,
    contact_point::{ContactPoint, ContactPointKind},
    customer::{Customer, CustomerKind, LifecycleStatus, Reference},
};
use utoipa::ToSchema;

/// A person, an organisation or a prospect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerView {
    /// The customer's id.
    #[schema(value_type = Uuid)]
    id: CustomerId,
    /// Person or organisation.
    #[schema(value_type = schema::CustomerKind)]
    kind: CustomerKind,
    /// Lifecycle status.
    #[schema(value_type = schema::LifecycleStatus)]
    status: LifecycleStatus,
    /// The name to show and to address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("Ada Lovelace"))]
    name: Option<String>,
    /// Preferred language, a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("de"))]
    language: Option<String>,
    /// Day of birth, with the year where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, examples("1990-05-17"))]
    birthday: Option<Birthday>,
    /// Since when somebody is a customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, examples("2019-11-02"))]
    customer_since: Option<Date>,
    /// The customer's name in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<ReferenceView>,
    /// When the customer was recorded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When the customer last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change; the entity tag.
    version: u64,
}

/// A customer with its contact points.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerWithContactPoints)]
pub struct CustomerDetailView {
    #[serde(flatten)]
    customer: CustomerView,
    /// The addresses under which the customer is reached and recognised.
    contact_points: Vec<ContactPointView>,
}

/// A customer's name in another system. Unique in a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Reference)]
#[serde(deny_unknown_fields, expecting = "an object with `source` and `id`")]
pub struct ReferenceView {
    /// The other system, a code.
    #[schema(examples("webshop"))]
    pub source: String,
    /// The customer's name there.
    #[schema(examples("C-10042"))]
    pub id: String,
}

/// An address that belongs to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactPoint)]
pub struct ContactPointView {
    /// What sort of address.
    #[schema(value_type = schema::ContactPointKind)]
    kind: ContactPointKind,
    /// The value in normal form.
    #[schema(examples("ada@example.com"))]
    value: String,
    /// The value as it was given.
    #[schema(examples("Ada@Example.com"))]
    given: String,
    /// The owner.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        let Customer {
            id,
            kind,
            status,
            name,
            language,
            birthday,
            customer_since,
            reference,
            created_at,
            updated_at,
            version,
        } = customer;
        let reference = reference.map(ReferenceView::from);
        Self { id, kind, status, name, language, birthday, customer_since, reference, created_at, updated_at, version }
    }
}

impl From<(Customer, Vec<ContactPoint>)> for CustomerDetailView {
    fn from((customer, points): (Customer, Vec<ContactPoint>)) -> Self {
        Self { customer: customer.into(), contact_points: points.into_iter().map(ContactPointView::from).collect() }
    }
}

impl From<Reference> for ReferenceView {
    fn from(reference: Reference) -> Self {
        Self { source: reference.source, id: reference.id }
    }
}

impl From<ReferenceView> for Reference {
    fn from(reference: ReferenceView) -> Self {
        Self { source: reference.source, id: reference.id }
    }
}

impl From<ContactPoint> for ContactPointView {
    fn from(point: ContactPoint) -> Self {
        let ContactPoint { address, given, customer, created_at, .. } = point;
        Self { kind: address.kind, value: address.value, given, customer, created_at }
    }
}
