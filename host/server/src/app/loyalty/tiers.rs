//! Tiers of customers: read, and decided by people.

use super::{cause, must_be_program, zone};
use crate::app::{AppError, Ctx, Plan, customers};
use jiff::civil::Date;
use stammgast_domain::{
    CustomerId, Timestamp,
    access::Scope,
    event::Fact,
    program::{Program, TierPolicy},
    tier::{Judged, Standing, TierChange},
};
use stammgast_store::{Change, Page, PageRequest};

/// What a person decides about a tier.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The tier's code; `None` takes the tier.
    pub tier: Option<String>,
    /// The last day on which no rule changes it.
    pub until: Option<Date>,
    /// Why, as a code.
    pub reason: String,
    /// Why, in a sentence.
    pub text: String,
}

/// A customer's tiers, in all programs that have some; where the customer never had one, there is none.
///
/// # Errors
/// No such customer.
pub async fn of_customer(ctx: &Ctx, customer: CustomerId) -> Result<Vec<Standing>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    let programs = ctx.tenant.programs().await?;
    let with_tiers = programs.into_values().filter(|program| program.policy.tiers.is_some());
    let codes: Vec<String> = with_tiers.map(|program| program.code).collect();
    let there = ctx.tenant.tier_standings(customer, &codes).await?;
    let none = |code: String| Standing::none(code, customer, Timestamp::MIN);
    let standing = |code: String| there.iter().find(|one| one.program == code).cloned().unwrap_or_else(|| none(code));
    Ok(codes.into_iter().map(standing).collect())
}

/// Everybody who has, or had, a tier in a program, in the order of the customers' ids.
///
/// # Errors
/// No such program.
pub async fn in_program(ctx: &Ctx, program: &str, page: &PageRequest) -> Result<Page<Standing>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.tier_standings_in(program, page).await?)
}

/// Gives a customer a tier, or takes it, by a person's decision.
///
/// # Errors
/// No such customer, program or tier, a day that is over, or no reason.
pub async fn decide(
    ctx: &Ctx,
    customer: CustomerId,
    program: &str,
    decision: Decision,
) -> Result<Plan<Standing>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    customers::must_exist(ctx, customer).await?;
    let program = must_be_program(ctx, program).await?;
    let policy = tiers_of(&program)?;
    let Decision { tier, until, reason, text } = decision;
    let cause = cause(&reason, Some(text), "")?;
    let (now, zone) = (ctx.now(), zone(ctx).await?);
    let today = zone.date(now);
    if let Some(over) = until.filter(|until| *until < today) {
        return Err(AppError::invalid("until", format!("{over} is over; give today, {today}, or a later day")));
    }
    let read = ctx.tenant.tier_standing(&program.code, customer).await?;
    let before = read.clone().unwrap_or_else(|| Standing::none(program.code.clone(), customer, now));
    let by = Judged { policy, points: 0, earns: false, occurred_at: now, decided_at: now, zone: &zone };
    let (standing, movement) =
        before.decided(tier.as_deref(), until, &by).map_err(|error| AppError::invalid("tier", error))?;
    let mut change = Change::new();
    change.put_standing(read.as_ref(), &standing, &zone)?;
    change.event(ctx.event(
        Fact::TierChanged(TierChange {
            movement,
            from: before.tier,
            standing: standing.clone(),
            cause,
            occurred_at: now,
            recorded_at: now,
        }),
        now,
    ));
    Ok(Plan::done(change, standing))
}

fn tiers_of(program: &Program) -> Result<&TierPolicy, AppError> {
    let problem = "the program has no tiers; add some to its policy";
    program.policy.tiers.as_ref().ok_or_else(|| AppError::Conflict { code: "no-tiers", problem: problem.to_owned() })
}
