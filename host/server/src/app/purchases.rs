//! Purchases, one at a time and in bulk.

use super::{
    AppError, Ctx, Plan,
    customers::{self, RowOutcome},
};
use stammgast_domain::{
    CustomerId, Money, PurchaseId, Timestamp,
    access::Scope,
    customer::Reference,
    event::Fact,
    purchase::{Purchase, PurchaseLine},
};
use stammgast_store::{Change, Page, PageRequest};
use std::collections::{HashMap, HashSet};

/// Which customer is meant: by id, or by the name that another system has for the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    /// The customer's id.
    Id(CustomerId),
    /// The customer's name in another system.
    Reference(Reference),
}

/// A purchase as a caller gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPurchase {
    /// Whose purchase it is.
    pub buyer: Buyer,
    /// The system that tells of it.
    pub source: String,
    /// Its name there.
    pub external_id: String,
    /// When it was bought.
    pub occurred_at: Timestamp,
    /// What was paid.
    pub amount: Money,
    /// What was bought.
    pub lines: Vec<PurchaseLine>,
}

struct Buyers {
    by_reference: HashMap<String, CustomerId>,
    by_id: HashSet<CustomerId>,
}

const DIFFERS: &str =
    "source and external_id name a purchase that was recorded with other values; give this one its own id";

/// Whether a purchase is the one that was recorded, told once more.
fn is_again(told: &Purchase, recorded: &Purchase) -> bool {
    *recorded == Purchase { recorded_at: recorded.recorded_at, ..told.clone() }
}

/// Records one purchase. The same source and external id again changes nothing, if it is the same purchase.
///
/// # Errors
/// A value is refused, there is no such customer, or the name belongs to a different purchase.
pub async fn record(ctx: &Ctx, new: NewPurchase) -> Result<Plan<Purchase>, AppError> {
    ctx.need(Scope::PurchasesWrite)?;
    let buyers = find_buyers(ctx, std::slice::from_ref(&new)).await?;
    let now = ctx.now();
    let purchase = checked(&buyers, new, now)?;
    if let Some(recorded) = ctx.tenant.purchase(purchase.id).await? {
        return if is_again(&purchase, &recorded) {
            Ok(Plan::existing(recorded))
        } else {
            Err(AppError::Conflict { code: "purchase-differs", problem: DIFFERS.to_owned() })
        };
    }
    let mut change = Change::new();
    add(ctx, &mut change, &purchase, now)?;
    Ok(Plan::created(change, purchase))
}

/// The purchase that would be recorded; nothing is.
///
/// # Errors
/// No such customer, or the purchase would be refused.
pub(super) async fn would_be(ctx: &Ctx, new: NewPurchase) -> Result<Purchase, AppError> {
    let buyers = find_buyers(ctx, std::slice::from_ref(&new)).await?;
    checked(&buyers, new, ctx.now())
}

/// Records many purchases in one transaction. A bad row is reported and the others go on.
///
/// # Errors
/// The store failed.
pub async fn record_many(ctx: &Ctx, rows: Vec<NewPurchase>) -> Result<Plan<Vec<RowOutcome<PurchaseId>>>, AppError> {
    ctx.need(Scope::PurchasesWrite)?;
    let buyers = find_buyers(ctx, &rows).await?;
    let ids: Vec<PurchaseId> = rows.iter().map(|row| Purchase::id_for(&row.source, &row.external_id)).collect();
    let mut known = ctx.tenant.purchases_among(&ids).await?;
    let now = ctx.now();
    let mut change = Change::new();
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        let purchase = match checked(&buyers, row, now) {
            Ok(purchase) => purchase,
            Err(AppError::Invalid { field, problem }) => {
                outcomes.push(RowOutcome::Refused { field, problem });
                continue;
            }
            Err(other) => return Err(other),
        };
        outcomes.push(match known.get(&purchase.id) {
            Some(recorded) if is_again(&purchase, recorded) => RowOutcome::Existing(purchase.id),
            Some(_) => RowOutcome::Refused { field: "external_id".to_owned(), problem: DIFFERS.to_owned() },
            None => {
                add(ctx, &mut change, &purchase, now)?;
                RowOutcome::Recorded(purchase.id)
            }
        });
        known.entry(purchase.id).or_insert(purchase);
    }
    Ok(Plan::done(change, outcomes))
}

fn add(ctx: &Ctx, change: &mut Change, purchase: &Purchase, now: Timestamp) -> Result<(), AppError> {
    change.record_purchase(purchase)?;
    change.event(ctx.event(Fact::PurchaseRecorded(purchase.clone()), now));
    Ok(())
}

async fn find_buyers(ctx: &Ctx, rows: &[NewPurchase]) -> Result<Buyers, AppError> {
    let mut references = HashMap::new();
    let mut ids = HashSet::new();
    for row in rows {
        match &row.buyer {
            Buyer::Reference(reference) => {
                references.insert(reference.key(), reference);
            }
            Buyer::Id(id) => {
                ids.insert(*id);
            }
        }
    }
    let by_reference = if references.is_empty() {
        HashMap::new()
    } else {
        ctx.tenant.customers_by_reference(references.into_values()).await?
    };
    let by_id = if ids.is_empty() { HashSet::new() } else { ctx.tenant.existing_customers(ids).await? };
    Ok(Buyers { by_reference, by_id })
}

/// The customer whom a till means. An id is taken as it is: whoever works with it finds out whether anybody has it.
///
/// # Errors
/// Nobody has the name.
pub(super) async fn customer_of(ctx: &Ctx, buyer: &Buyer) -> Result<CustomerId, AppError> {
    match buyer {
        Buyer::Id(id) => Ok(*id),
        Buyer::Reference(reference) => {
            let found = ctx.tenant.customers_by_reference([reference]).await?;
            found.into_values().next().ok_or_else(no_such_customer)
        }
    }
}

fn no_such_customer() -> AppError {
    AppError::invalid("customer", "there is no such customer; record the customer first")
}

fn checked(buyers: &Buyers, new: NewPurchase, now: Timestamp) -> Result<Purchase, AppError> {
    let customer = match &new.buyer {
        Buyer::Id(id) => buyers.by_id.get(id).copied(),
        Buyer::Reference(reference) => buyers.by_reference.get(&reference.key()).copied(),
    };
    let customer = customer.ok_or_else(no_such_customer)?;
    let NewPurchase { source, external_id, occurred_at, amount, lines, .. } = new;
    let id = Purchase::id_for(&source, &external_id);
    let purchase =
        Purchase { id, customer, source, external_id, occurred_at, recorded_at: now, amount, lines, version: 1 };
    purchase.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    Ok(purchase)
}

/// One purchase.
///
/// # Errors
/// No such purchase.
pub async fn read(ctx: &Ctx, id: PurchaseId) -> Result<Purchase, AppError> {
    ctx.need(Scope::PurchasesRead)?;
    ctx.tenant.purchase(id).await?.ok_or(AppError::NotFound("purchase"))
}

/// Purchases: a customer's, newest first, or all, in the order of their ids.
///
/// # Errors
/// No such customer.
pub async fn list(ctx: &Ctx, customer: Option<CustomerId>, page: &PageRequest) -> Result<Page<Purchase>, AppError> {
    ctx.need(Scope::PurchasesRead)?;
    match customer {
        None => Ok(ctx.tenant.purchases(page).await?),
        Some(id) => {
            customers::must_exist(ctx, id).await?;
            Ok(ctx.tenant.purchases_of(id, page).await?)
        }
    }
}
