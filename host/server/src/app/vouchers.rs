//! Offers, and vouchers of them: issued, shown at a till, used, given back.

use super::{
    AppError, Ctx, Plan, audit, customers, loyalty,
    purchases::{self, Buyer},
};
use stammgast_domain::{
    CustomerId, Money, VoucherId,
    access::Scope,
    event::Fact,
    voucher::{InvalidOffer, Offer, OfferStatus, OfferTerms, Shown, Use, Voucher, VoucherCode, VoucherRefused},
};
use stammgast_store::{Change, Page, PageRequest, TenantStore};
use std::collections::BTreeMap;

/// An offer, and how many vouchers of it there are.
#[derive(Debug, Clone)]
pub struct OfferFigures {
    /// The offer.
    pub offer: Offer,
    /// Vouchers that were issued.
    pub issued: u64,
    /// Times that none was issued, because there were as many as the offer allows.
    pub refused: u64,
}

/// A voucher as it is presented at a till.
#[derive(Debug, Clone)]
pub struct Presented {
    /// The code, however it is typed.
    pub code: String,
    /// Who shows it, where that is known.
    pub customer: Option<Buyer>,
    /// What is to be paid.
    pub basket: Option<Money>,
    /// The caller's own name for it.
    pub reference: Option<String>,
}

/// Whether one more voucher may be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Yes.
    Room,
    /// No: the offer rests, or as many were issued as it allows.
    Full,
}

fn refused(error: InvalidOffer) -> AppError {
    AppError::invalid(error.field(), error)
}

fn unusable(error: VoucherRefused) -> AppError {
    AppError::Conflict { code: error.code(), problem: error.to_string() }
}

/// Whether an offer has room for one more voucher of a customer, beside `more` that are about to be issued.
///
/// # Errors
/// The store failed.
pub async fn room_for_voucher(
    store: &TenantStore,
    offer: &Offer,
    customer: CustomerId,
    more: u64,
) -> Result<Counted, AppError> {
    let tallies = store.tallies(&[offer.issued_key(), offer.issued_to_key(customer)]).await?;
    Ok(room_beside(offer, customer, more, &tallies))
}

/// The same with what was counted.
#[must_use]
pub fn room_beside(offer: &Offer, customer: CustomerId, more: u64, tallies: &BTreeMap<String, i64>) -> Counted {
    let OfferTerms { status, stock, per_customer, .. } = &offer.terms;
    if *status == OfferStatus::Paused {
        return Counted::Full;
    }
    let (issued, issued_to) = (offer.issued_key(), offer.issued_to_key(customer));
    let there = |key: &String| u64::try_from(tallies.get(key).copied().unwrap_or_default()).unwrap_or_default() + more;
    let is_full = |most: Option<u64>, key: &String| most.is_some_and(|most| there(key) >= most);
    let full = is_full(*stock, &issued) || is_full(per_customer.map(u64::from), &issued_to);
    if full { Counted::Full } else { Counted::Room }
}

/// Creates an offer.
///
/// # Errors
/// The code is taken or no code, or the terms are refused.
pub async fn create_offer(ctx: &Ctx, code: String, terms: OfferTerms) -> Result<Plan<OfferFigures>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let offer = Offer::new(code, terms, ctx.now()).map_err(refused)?;
    let offers = ctx.tenant.offers().await?;
    if offers.contains_key(&offer.code) {
        let problem = format!("there is an offer `{}` already; choose another code", offer.code);
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(offers.len(), ("offers", ctx.bounds.offers))?;
    let mut change = Change::new();
    change.create_offer(&offer)?;
    audit::note_setup(ctx, &mut change, ("offer", &offer.code), None, &offer)?;
    Ok(Plan::created(change, figures(ctx, offer).await?))
}

/// Changes an offer's terms. Vouchers that are there keep theirs.
///
/// # Errors
/// No such offer, another version than expected, or the terms are refused.
pub async fn update_offer(
    ctx: &Ctx,
    code: &str,
    expected: Option<u64>,
    terms: OfferTerms,
) -> Result<Plan<OfferFigures>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = must_be_offer(ctx, code).await?;
    if expected.is_some_and(|expected| expected != read.version) {
        return Err(AppError::Outdated("offer"));
    }
    let offer = read.changed(terms, ctx.now()).map_err(refused)?;
    let mut change = Change::new();
    change.replace_offer(&read, &offer)?;
    audit::note_setup(ctx, &mut change, ("offer", &offer.code), Some(&read), &offer)?;
    Ok(Plan::done(change, figures(ctx, offer).await?))
}

/// All offers, by code.
///
/// # Errors
/// The store failed.
pub async fn offers(ctx: &Ctx) -> Result<Vec<OfferFigures>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    let offers: Vec<Offer> = ctx.tenant.offers().await?.into_values().collect();
    let keys: Vec<String> = offers.iter().flat_map(|offer| [offer.issued_key(), offer.refused_key()]).collect();
    let tallies = ctx.tenant.tallies(&keys).await?;
    Ok(offers.into_iter().map(|offer| counted(offer, &tallies)).collect())
}

/// One offer.
///
/// # Errors
/// No such offer.
pub async fn offer(ctx: &Ctx, code: &str) -> Result<OfferFigures, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    figures(ctx, must_be_offer(ctx, code).await?).await
}

async fn figures(ctx: &Ctx, offer: Offer) -> Result<OfferFigures, AppError> {
    let tallies = ctx.tenant.tallies(&[offer.issued_key(), offer.refused_key()]).await?;
    Ok(counted(offer, &tallies))
}

fn counted(offer: Offer, tallies: &BTreeMap<String, i64>) -> OfferFigures {
    let [issued, refused] = [offer.issued_key(), offer.refused_key()]
        .map(|key| u64::try_from(tallies.get(&key).copied().unwrap_or_default()).unwrap_or_default());
    OfferFigures { offer, issued, refused }
}

async fn must_be_offer(ctx: &Ctx, code: &str) -> Result<Offer, AppError> {
    ctx.tenant.offers().await?.remove(code).ok_or(AppError::NotFound("offer"))
}

/// Gives a customer a voucher.
///
/// # Errors
/// No such customer or offer, or the offer has no room for one more.
pub async fn issue(
    ctx: &Ctx,
    customer: CustomerId,
    offer: &str,
    reason: &str,
    text: Option<String>,
) -> Result<Plan<Voucher>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    customers::must_exist_as(ctx, "customer", customer).await?;
    let offer = ctx.tenant.offers().await?.remove(offer);
    let offer = offer.ok_or_else(|| AppError::invalid("offer", "there is no such offer; create it first"))?;
    if room_for_voucher(&ctx.tenant, &offer, customer, 0).await? == Counted::Full {
        return Err(AppError::Conflict { code: "offer-used-up", problem: offer.why_none() });
    }
    let cause = loyalty::cause(reason, text, "Given by a person.")?;
    let now = ctx.now();
    let zone = loyalty::zone(ctx).await?;
    let voucher = Voucher::issued(&offer, VoucherCode::of(ctx.clock.random()), customer, cause, (now, now), &zone);
    let mut change = Change::new();
    change.count_vouchers(&offer, customer, 1);
    change.issue_voucher(&voucher)?;
    change.event(ctx.event(Fact::VoucherIssued(voucher.clone()), now));
    Ok(Plan::created(change, voucher))
}

/// A voucher that is shown, and what using it now would come to.
///
/// # Errors
/// There is no such voucher or customer, or the basket costs less than nothing.
pub async fn check(ctx: &Ctx, presented: &Presented) -> Result<(Voucher, Result<Use, VoucherRefused>), AppError> {
    ctx.need(Scope::LoyaltyRedeem)?;
    let (voucher, shown) = found(ctx, presented).await?;
    let usable = voucher.usable(&shown, ctx.now());
    Ok((voucher, usable))
}

/// Uses a voucher, once.
///
/// # Errors
/// There is no such voucher or customer, the basket costs less than nothing, or the voucher cannot be used.
pub async fn redeem(ctx: &Ctx, presented: &Presented) -> Result<Plan<Voucher>, AppError> {
    ctx.need(Scope::LoyaltyRedeem)?;
    stammgast_domain::voucher::check_reference(presented.reference.as_deref())
        .map_err(|error| AppError::invalid("reference", error))?;
    let (read, shown) = found(ctx, presented).await?;
    let voucher = read.used(&shown, ctx.now()).map_err(unusable)?;
    changed(ctx, &read, voucher)
}

/// The voucher that is presented, and by whom and for what.
async fn found(ctx: &Ctx, presented: &Presented) -> Result<(Voucher, Shown), AppError> {
    let Presented { code, customer: buyer, basket, reference } = presented;
    if let Some(basket) = basket.filter(|basket| basket.minor < 0) {
        let problem = format!("{} is less than nothing; tell what is to be paid, 0 or more", basket.minor);
        return Err(AppError::invalid("basket.minor", problem));
    }
    let voucher = by_code(ctx, code).await?;
    let mut customer = None;
    if let Some(buyer) = buyer {
        let named = purchases::customer_of(ctx, buyer).await?;
        customers::must_exist_as(ctx, "customer", named).await?;
        customer = Some(named);
    }
    Ok((voucher, Shown { customer, basket: *basket, reference: reference.clone() }))
}

/// Gives a used voucher back, as when the purchase is cancelled. It can be used up to its last day.
///
/// # Errors
/// No such voucher, or it was not used.
pub async fn give_back(ctx: &Ctx, id: VoucherId) -> Result<Plan<Voucher>, AppError> {
    ctx.need(Scope::LoyaltyRedeem)?;
    let read = ctx.tenant.voucher(id).await?.ok_or(AppError::NotFound("voucher"))?;
    let voucher = read.given_back().map_err(unusable)?;
    changed(ctx, &read, voucher)
}

/// Takes a voucher back that was not used. Another one can be issued in its place.
///
/// # Errors
/// No such voucher, or it was used or taken back before.
pub async fn cancel(ctx: &Ctx, id: VoucherId) -> Result<Plan<Voucher>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = ctx.tenant.voucher(id).await?.ok_or(AppError::NotFound("voucher"))?;
    let voucher = read.cancelled().map_err(unusable)?;
    let mut plan = changed(ctx, &read, voucher)?;
    plan.change.recount_vouchers(&read.offer, read.customer, -1);
    Ok(plan)
}

fn changed(ctx: &Ctx, read: &Voucher, voucher: Voucher) -> Result<Plan<Voucher>, AppError> {
    let mut change = Change::new();
    change.replace_voucher(read, &voucher)?;
    change.event(ctx.event(Fact::VoucherChanged(voucher.clone()), ctx.now()));
    Ok(Plan::done(change, voucher))
}

async fn by_code(ctx: &Ctx, code: &str) -> Result<Voucher, AppError> {
    let code: VoucherCode = code.parse().map_err(|error| AppError::invalid("code", error))?;
    ctx.tenant.voucher(code.id()).await?.ok_or(AppError::NotFound("voucher"))
}

/// One voucher.
///
/// # Errors
/// No such voucher.
pub async fn read(ctx: &Ctx, id: VoucherId) -> Result<Voucher, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    ctx.tenant.voucher(id).await?.ok_or(AppError::NotFound("voucher"))
}

/// A customer's vouchers, newest first.
///
/// # Errors
/// No such customer.
pub async fn of_customer(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Voucher>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.vouchers_of(customer, page).await?)
}
