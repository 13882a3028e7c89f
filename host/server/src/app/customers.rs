//! Customers and their contact points.

use super::{AppError, Ctx, Plan, loyalty};
use jiff::civil::Date;
use stammgast_domain::{
    CustomerId, Timestamp,
    access::Scope,
    contact_point::{ContactPoint, ContactPointKind},
    customer::{Customer, CustomerDetails, Reference},
    event::Fact,
};
use stammgast_store::{Change, Page, PageRequest};
use std::collections::{HashMap, HashSet};

/// A contact point as a caller gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContactPoint {
    /// What sort of address.
    pub kind: ContactPointKind,
    /// The address.
    pub value: String,
}

/// What became of one row of a bulk request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome<T> {
    /// Recorded.
    Recorded(T),
    /// It was there already; nothing changed.
    Existing(T),
    /// Refused; the others went on.
    Refused {
        /// The field.
        field: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// Records a customer with contact points.
///
/// # Errors
/// A detail is refused, or an address has another owner or is given twice.
pub async fn create(
    ctx: &Ctx,
    details: CustomerDetails,
    points: &[NewContactPoint],
) -> Result<Plan<Customer>, AppError> {
    ctx.need(Scope::CustomersWrite)?;
    let (now, today) = now_and_today(ctx).await?;
    let mut change = Change::new();
    let mut given = HashSet::new();
    let customer = add_customer(ctx, &mut change, details, (now, today))?;
    for (index, point) in points.iter().enumerate() {
        ctx.room_for_one(index, ("contact_points", ctx.bounds.contact_points))?;
        let point = ContactPoint::new(customer.id, point.kind, &point.value, now)
            .map_err(|error| AppError::invalid(format!("contact_points[{index}].value"), error))?;
        if !given.insert(point.address.clone()) {
            let problem = "this address is given twice; give it once";
            return Err(AppError::invalid(format!("contact_points[{index}].value"), problem));
        }
        if let Some(owner) = ctx.tenant.owner_of(&point.address).await? {
            let kind = point.address.kind.as_str();
            let problem = format!("contact_points[{index}]: this {kind} belongs to customer {owner}; leave it out");
            return Err(AppError::Conflict { code: "contact-point-taken", problem });
        }
        add_point(ctx, &mut change, point, now)?;
    }
    Ok(Plan::created(change, customer))
}

/// Records customers by their references; one that is known already stays as it is.
///
/// # Errors
/// The store failed. A refused row is reported in its place.
pub async fn create_many(ctx: &Ctx, rows: Vec<CustomerDetails>) -> Result<Plan<Vec<RowOutcome<CustomerId>>>, AppError> {
    ctx.need(Scope::CustomersWrite)?;
    let references = rows.iter().filter_map(|row| row.reference.as_ref());
    let mut known = ctx.tenant.customers_by_reference(references).await?;
    let at = now_and_today(ctx).await?;
    let mut change = Change::new();
    let outcomes = rows.into_iter().map(|row| add_row(ctx, &mut change, &mut known, row, at)).collect();
    Ok(Plan::done(change, outcomes))
}

/// Now, and the tenant's day.
async fn now_and_today(ctx: &Ctx) -> Result<(Timestamp, Date), AppError> {
    let now = ctx.now();
    Ok((now, loyalty::zone(ctx).await?.date(now)))
}

fn add_row(
    ctx: &Ctx,
    change: &mut Change,
    known: &mut HashMap<String, CustomerId>,
    row: CustomerDetails,
    at: (Timestamp, Date),
) -> RowOutcome<CustomerId> {
    let Some(reference) = row.reference.clone() else {
        let problem = "a bulk row needs a reference, so that sending it twice makes one customer".to_owned();
        return RowOutcome::Refused { field: "reference".to_owned(), problem };
    };
    if let Some(id) = known.get(&reference.key()) {
        return RowOutcome::Existing(*id);
    }
    match add_customer(ctx, change, row, at) {
        Ok(customer) => {
            known.insert(reference.key(), customer.id);
            RowOutcome::Recorded(customer.id)
        }
        Err(AppError::Invalid { field, problem }) => RowOutcome::Refused { field, problem },
        Err(other) => RowOutcome::Refused { field: String::new(), problem: other.to_string() },
    }
}

fn add_customer(
    ctx: &Ctx,
    change: &mut Change,
    details: CustomerDetails,
    (now, today): (Timestamp, Date),
) -> Result<Customer, AppError> {
    let customer = Customer::new(CustomerId::new(ctx.new_uuid()), details, (now, today))
        .map_err(|error| AppError::invalid(error.field(), error))?;
    change.create_customer(&customer)?;
    change.event(ctx.event(Fact::CustomerCreated(customer.clone()), now));
    Ok(customer)
}

fn add_point(ctx: &Ctx, change: &mut Change, point: ContactPoint, now: Timestamp) -> Result<(), AppError> {
    change.add_contact_point(&point)?;
    change.event(ctx.event(Fact::ContactPointAdded(point), now));
    Ok(())
}

/// Changes a customer's details.
///
/// # Errors
/// No such customer, another version than expected, or a detail is refused.
pub async fn update(
    ctx: &Ctx,
    id: CustomerId,
    expected: Option<u64>,
    details: CustomerDetails,
) -> Result<Plan<Customer>, AppError> {
    ctx.need(Scope::CustomersWrite)?;
    let read = ctx.tenant.customer(id).await?.ok_or(AppError::NotFound("customer"))?;
    if expected.is_some_and(|expected| expected != read.version) {
        return Err(AppError::Outdated("customer"));
    }
    let (now, today) = now_and_today(ctx).await?;
    let customer = read.changed(details, (now, today)).map_err(|error| AppError::invalid(error.field(), error))?;
    let mut change = Change::new();
    change.replace_customer(&read, &customer)?;
    change.event(ctx.event(Fact::CustomerUpdated(customer.clone()), now));
    Ok(Plan::done(change, customer))
}

/// Adds a contact point to a customer.
///
/// # Errors
/// No such customer, no address of its kind, or the address has another owner.
pub async fn add_contact_point(
    ctx: &Ctx,
    id: CustomerId,
    point: NewContactPoint,
) -> Result<Plan<ContactPoint>, AppError> {
    ctx.need(Scope::CustomersWrite)?;
    get(ctx, id, Scope::CustomersWrite).await?;
    let now = ctx.now();
    let point =
        ContactPoint::new(id, point.kind, &point.value, now).map_err(|error| AppError::invalid("value", error))?;
    let points = ctx.tenant.contact_points(id).await?;
    if let Some(known) = points.iter().find(|known| known.address == point.address) {
        return Ok(Plan::existing(known.clone()));
    }
    if let Some(owner) = ctx.tenant.owner_of(&point.address).await? {
        let problem = format!("this {} belongs to customer {owner}", point.address.kind.as_str());
        return Err(AppError::Conflict { code: "contact-point-taken", problem });
    }
    ctx.room_for_one(points.len(), ("contact_points", ctx.bounds.contact_points))?;
    let mut change = Change::new();
    add_point(ctx, &mut change, point.clone(), now)?;
    Ok(Plan::created(change, point))
}

async fn get(ctx: &Ctx, id: CustomerId, scope: Scope) -> Result<Customer, AppError> {
    ctx.need(scope)?;
    ctx.tenant.customer(id).await?.ok_or(AppError::NotFound("customer"))
}

/// One customer and its contact points.
///
/// # Errors
/// No such customer.
pub async fn read(ctx: &Ctx, id: CustomerId) -> Result<(Customer, Vec<ContactPoint>), AppError> {
    let customer = get(ctx, id, Scope::CustomersRead).await?;
    Ok((customer, ctx.tenant.contact_points(id).await?))
}

/// The customer whom another system calls so.
///
/// # Errors
/// The store failed.
pub async fn named(ctx: &Ctx, reference: &Reference) -> Result<Option<Customer>, AppError> {
    ctx.need(Scope::CustomersRead)?;
    match ctx.tenant.customers_by_reference([reference]).await?.get(&reference.key()) {
        Some(id) => Ok(ctx.tenant.customer(*id).await?),
        None => Ok(None),
    }
}

/// Customers, oldest first.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx, page: &PageRequest) -> Result<Page<Customer>, AppError> {
    ctx.need(Scope::CustomersRead)?;
    Ok(ctx.tenant.customers(page).await?)
}

/// Makes sure that a customer exists whom a field of the request names.
///
/// # Errors
/// No such customer; the field is named.
pub async fn must_exist_as(ctx: &Ctx, field: &'static str, id: CustomerId) -> Result<(), AppError> {
    must_exist(ctx, id).await.map_err(|error| match error {
        AppError::NotFound(_) => AppError::invalid(field, "there is no such customer; record the customer first"),
        other => other,
    })
}

/// Makes sure that a customer exists.
///
/// # Errors
/// No such customer.
pub async fn must_exist(ctx: &Ctx, id: CustomerId) -> Result<(), AppError> {
    ctx.tenant.customer(id).await?.map(|_| ()).ok_or(AppError::NotFound("customer"))
}
