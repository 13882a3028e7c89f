//! Memberships and subscriptions: plans, and who joined them.

use super::{AppError, Ctx, Plan, audit, customers, loyalty};
use jiff::civil::Date;
use stammgast_domain::{
    CustomerId, Timestamp,
    access::Scope,
    activity::{Activity, HOST},
    event::Fact,
    membership::{InvalidMembership, Membership, MembershipPlan, MembershipStatus, PlanTerms, Renewal},
    program::Zone,
};
use stammgast_store::Change;
use std::collections::BTreeMap;

/// The activity of a membership that begins.
pub const STARTED: &str = "membership-started";
/// The activity of a membership that is renewed.
pub const RENEWED: &str = "membership-renewed";
/// The activity of a membership that ends.
pub const ENDED: &str = "membership-ended";

/// What is done with a membership that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipStep {
    /// One more period, at once.
    Renew,
    /// It ends with its period, unless it is renewed.
    Cancel,
    /// It renews by itself again.
    Resume,
    /// It ends at once.
    End,
}

/// What a change of a membership is to rules: something that the customer did.
#[must_use]
pub fn activity(membership: &Membership, kind: &str, (at, now): (Timestamp, Timestamp)) -> Activity {
    let Membership { customer, plan, periods, last_day, version, .. } = membership;
    let external_id = format!("membership/{customer}/{plan}/{version}");
    let details = [("plan", plan.clone()), ("periods", periods.to_string()), ("last_day", last_day.to_string())];
    Activity {
        id: Activity::id_for(HOST, &external_id),
        customer: *customer,
        kind: kind.to_owned(),
        source: HOST.to_owned(),
        external_id,
        details: details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        occurred_at: at,
        recorded_at: now,
        version: 1,
    }
}

fn refused(error: InvalidMembership) -> AppError {
    AppError::invalid(error.field(), error)
}

/// Creates a plan.
///
/// # Errors
/// The code is taken or no code, or the terms are refused.
pub async fn create_plan(ctx: &Ctx, code: String, terms: PlanTerms) -> Result<Plan<MembershipPlan>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let plan = MembershipPlan::new(code, terms, ctx.now()).map_err(refused)?;
    let plans = ctx.tenant.plans().await?;
    if plans.contains_key(&plan.code) {
        let problem = format!("there is a plan `{}` already; choose another code", plan.code);
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(plans.len(), ("plans", ctx.bounds.plans))?;
    let mut change = Change::new();
    change.create_plan(&plan)?;
    audit::note_setup(ctx, &mut change, ("membership-plan", &plan.code), None, &plan)?;
    Ok(Plan::created(change, plan))
}

/// Changes a plan's terms. Memberships that run keep theirs.
///
/// # Errors
/// No such plan, another version than expected, or the terms are refused.
pub async fn update_plan(
    ctx: &Ctx,
    code: &str,
    expected: Option<u64>,
    terms: PlanTerms,
) -> Result<Plan<MembershipPlan>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = plan(ctx, code).await?;
    if expected.is_some_and(|expected| expected != read.version) {
        return Err(AppError::Outdated("plan"));
    }
    let plan = read.changed(terms, ctx.now()).map_err(refused)?;
    let mut change = Change::new();
    change.replace_plan(&read, &plan)?;
    audit::note_setup(ctx, &mut change, ("membership-plan", &plan.code), Some(&read), &plan)?;
    Ok(Plan::done(change, plan))
}

/// All plans, by code.
///
/// # Errors
/// The store failed.
pub async fn plans(ctx: &Ctx) -> Result<Vec<MembershipPlan>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.plans().await?.into_values().collect())
}

/// One plan.
///
/// # Errors
/// No such plan.
pub async fn plan(ctx: &Ctx, code: &str) -> Result<MembershipPlan, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    ctx.tenant.plans().await?.remove(code).ok_or(AppError::NotFound("plan"))
}

/// A customer joins a plan, today or since an earlier day.
///
/// # Errors
/// No such customer or plan, or the customer is in it already.
pub async fn join(
    ctx: &Ctx,
    customer: CustomerId,
    code: &str,
    first_day: Option<Date>,
) -> Result<Plan<Membership>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    customers::must_exist(ctx, customer).await?;
    let plan = ctx.tenant.plans().await?.remove(code).ok_or(AppError::NotFound("plan"))?;
    let (now, zone) = (ctx.now(), loyalty::zone(ctx).await?);
    let read = ctx.tenant.membership(customer, code).await?;
    if read.as_ref().is_some_and(|read| read.status == MembershipStatus::Active) {
        let problem = "the customer is in this plan already; renew the membership, or end it first";
        return Err(AppError::Conflict { code: "membership-active", problem: problem.to_owned() });
    }
    let today = zone.date(now);
    if let Some(day) = first_day.filter(|day| *day > today) {
        let problem =
            format!("{day} is still to come; let the customer join on that day, or leave it out for today, {today}");
        return Err(AppError::invalid("first_day", problem));
    }
    let days = (first_day.unwrap_or(today), today);
    let membership = Membership::begun(&plan, customer, days, read.as_ref(), now).map_err(refused)?;
    let change = changed(ctx, read.as_ref(), &membership, Some(STARTED), &zone)?;
    Ok(Plan::created(change, membership))
}

/// Renews, cancels, resumes or ends a membership.
///
/// # Errors
/// No such membership, it has ended, or its plan's memberships do not renew by themselves.
pub async fn step(
    ctx: &Ctx,
    customer: CustomerId,
    code: &str,
    step: MembershipStep,
) -> Result<Plan<Membership>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = ctx.tenant.membership(customer, code).await?.ok_or(AppError::NotFound("membership"))?;
    if read.status == MembershipStatus::Ended {
        let problem = "the membership has ended; let the customer join the plan again";
        return Err(AppError::Conflict { code: "membership-ended", problem: problem.to_owned() });
    }
    let (now, zone) = (ctx.now(), loyalty::zone(ctx).await?);
    let lapses = ctx.tenant.plans().await?.remove(code).is_some_and(|plan| plan.terms.renewal == Renewal::Lapses);
    if step == MembershipStep::Resume && lapses {
        return Err(AppError::invalid("step", "memberships of this plan do not renew by themselves; renew this one"));
    }
    let (membership, kind) = match step {
        MembershipStep::Renew => (read.renewed(now, now), Some(RENEWED)),
        MembershipStep::Cancel => (read.with_renewal(Renewal::Lapses, now), None),
        MembershipStep::Resume => (read.with_renewal(Renewal::Automatic, now), None),
        MembershipStep::End => (read.cut_short(zone.date(now), now), Some(ENDED)),
    };
    let change = changed(ctx, Some(&read), &membership, kind, &zone)?;
    Ok(Plan::done(change, membership))
}

fn changed(
    ctx: &Ctx,
    read: Option<&Membership>,
    membership: &Membership,
    kind: Option<&str>,
    zone: &Zone,
) -> Result<Change, AppError> {
    let (mut change, now) = (Change::new(), ctx.now());
    change.put_membership(read, membership, zone)?;
    change.event(ctx.event(Fact::MembershipChanged(membership.clone()), now));
    if let Some(kind) = kind {
        let activity = activity(membership, kind, (now, now));
        change.record_activity(&activity)?;
        change.event(ctx.event(Fact::ActivityRecorded(activity), now));
    }
    Ok(change)
}

/// A customer's memberships, by plan, those that have ended among them.
///
/// # Errors
/// No such customer.
pub async fn of_customer(ctx: &Ctx, customer: CustomerId) -> Result<Vec<Membership>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    let by_plan = |one: Membership| (one.plan.clone(), one);
    let all: BTreeMap<String, Membership> =
        ctx.tenant.memberships_of(customer).await?.into_iter().map(by_plan).collect();
    Ok(all.into_values().collect())
}
