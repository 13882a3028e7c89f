//! What follows a purchase: warranties on it, and referrals that it makes count.

use super::{AppError, Ctx, Plan, customers, loyalty};
use stammgast_domain::{
    CustomerId, PurchaseId, Timestamp, WarrantyId,
    access::Scope,
    activity::{Activity, HOST},
    event::Fact,
    program::plus_days,
    purchase::Purchase,
    purchase_return::PurchaseReturn,
    referral::{Pair, Referral},
    warranty::{InvalidWarranty, NewWarranty, Warranty},
};
use stammgast_store::{Change, Page, PageRequest};
use std::collections::BTreeMap;

/// Records a warranty on a line of a purchase; the same piece twice is one. What has come back already has none that counts.
///
/// # Errors
/// No such purchase or line, the piece has another warranty, or each piece of the line has one.
pub async fn record_warranty(ctx: &Ctx, purchase: PurchaseId, new: NewWarranty) -> Result<Plan<Warranty>, AppError> {
    ctx.need(Scope::PurchasesWrite)?;
    let refused = |error: InvalidWarranty| AppError::invalid(error.field(), error);
    let purchase = ctx.tenant.purchase(purchase).await?;
    let purchase =
        purchase.ok_or_else(|| AppError::invalid("purchase", "there is no such purchase; record it first"))?;
    let (now, zone) = (ctx.now(), loyalty::zone(ctx).await?);
    let warranty = Warranty::new(&purchase, new, zone.date(purchase.occurred_at), now).map_err(refused)?;
    let followed = ctx.tenant.followed(purchase.id).await?;
    let there = ctx.tenant.warranties_on(purchase.id).await?;
    if let Some(known) = there.iter().find(|known| known.id == warranty.id) {
        if known.last_day == warranty.last_day {
            return Ok(Plan::existing(known.clone()));
        }
        let problem = format!("this piece has a warranty up to {}; it is not changed", known.last_day);
        return Err(AppError::Conflict { code: "warranty-recorded", problem });
    }
    let of_line = there.iter().filter(|known| known.line == warranty.line).count();
    let bought = usize::try_from(warranty.line).ok().and_then(|line| purchase.lines.get(line));
    if let Some(bought) = bought.filter(|bought| u32::try_from(of_line).unwrap_or(u32::MAX) >= bought.quantity) {
        return Err(refused(InvalidWarranty::EachHasOne(bought.quantity)));
    }
    let returns = ctx.tenant.returns_of(purchase.id).await?;
    let warranty = Warranty { status: warranty.status_beside(&purchase, &returns), ..warranty };
    let mut change = Change::new();
    change.follow(purchase.id, followed);
    change.record_warranty(&warranty)?;
    change.event(ctx.event(Fact::WarrantyChanged(warranty.clone()), now));
    Ok(Plan::created(change, warranty))
}

/// One warranty.
///
/// # Errors
/// No such warranty.
pub async fn warranty(ctx: &Ctx, id: WarrantyId) -> Result<Warranty, AppError> {
    ctx.need(Scope::PurchasesRead)?;
    ctx.tenant.warranty(id).await?.ok_or(AppError::NotFound("warranty"))
}

/// A customer's warranties, newest first.
///
/// # Errors
/// No such customer.
pub async fn warranties(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Warranty>, AppError> {
    ctx.need(Scope::PurchasesRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.warranties_of(customer, page).await?)
}

/// Warranties go with what comes back, and stand again with a return that was a mistake: they follow from the purchase's
/// returns, as they will be. `followed` is how many were before them, read first.
///
/// # Errors
/// The store failed.
pub(super) async fn follow_returns(
    ctx: &Ctx,
    change: &mut Change,
    purchase: &Purchase,
    (returns, followed): (&[PurchaseReturn], u64),
) -> Result<(), AppError> {
    change.follow(purchase.id, followed);
    for read in ctx.tenant.warranties_on(purchase.id).await? {
        let status = read.status_beside(purchase, returns);
        if status != read.status {
            let warranty = read.with(status);
            change.replace_warranty(&read, &warranty)?;
            change.event(ctx.event(Fact::WarrantyChanged(warranty), ctx.now()));
        }
    }
    Ok(())
}

/// Records that a customer brought another one. It counts once that one has bought, and the purchase stands.
///
/// # Errors
/// No such customers, they are one person, the one who was brought was there before, or brought the other.
pub async fn refer(ctx: &Ctx, referrer: CustomerId, brought: CustomerId) -> Result<Plan<Referral>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let missing = |field| AppError::invalid(field, "there is no such customer; record the customer first");
    let by = ctx.tenant.customer(referrer).await?.ok_or_else(|| missing("referrer"))?;
    let of = ctx.tenant.customer(brought).await?.ok_or_else(|| missing("customer"))?;
    if let Some(known) = ctx.tenant.referral(brought).await? {
        if known.referrer == referrer {
            return Ok(Plan::existing(known));
        }
        let problem = "the customer was brought by somebody else before; nobody is brought twice";
        return Err(AppError::Conflict { code: "referred-before", problem: problem.to_owned() });
    }
    let now = ctx.now();
    let settings = ctx.tenant.settings().await?.unwrap_or_default();
    let brought_by = ctx.tenant.referral(referrer).await?.map(|known| known.referrer);
    let has_bought = ctx.tenant.has_bought(brought).await?;
    let pair = Pair { referrer: &by, referred: &of, brought_by, has_bought };
    let referral = Referral::new(pair, settings.referral, now)
        .map_err(|error| AppError::Conflict { code: "not-referable", problem: error.to_string() })?;
    let tomorrow = settings.zone.start_of(plus_days(settings.zone.date(now), 1));
    let mut change = Change::new();
    change.put_referral(None, &referral, Some(tomorrow))?;
    change.event(ctx.event(Fact::ReferralChanged(referral.clone()), now));
    Ok(Plan::created(change, referral))
}

/// Whom a customer brought, newest first.
///
/// # Errors
/// No such customer.
pub async fn referrals(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Referral>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.referrals_of(customer, page).await?)
}

/// What a customer's referrals of a year are counted under, and the most that count.
#[must_use]
pub fn counted_key(referral: &Referral, year: i16) -> (String, u64) {
    (format!("referrals/{}/{year}", referral.referrer), u64::from(referral.policy.per_year))
}

/// What a referral that counts is to rules: something that both did.
#[must_use]
pub fn activities(referral: &Referral, (at, now): (Timestamp, Timestamp)) -> [Activity; 2] {
    let Referral { customer, referrer, .. } = referral;
    let one = |whose: CustomerId, kind: &str, other: (&str, CustomerId)| {
        let external_id = format!("{kind}/{customer}");
        Activity {
            id: Activity::id_for(HOST, &external_id),
            customer: whose,
            kind: kind.to_owned(),
            source: HOST.to_owned(),
            external_id,
            details: BTreeMap::from([(other.0.to_owned(), other.1.to_string())]),
            occurred_at: at,
            recorded_at: now,
            version: 1,
        }
    };
    [
        one(*referrer, "referral-made", ("customer", *customer)),
        one(*customer, "referral-accepted", ("referrer", *referrer)),
    ]
}
