//! Redemptions: points are held and captured, or spent at once; released, or given back.

use super::{cause, order, rewards};
use crate::app::{
    AppError, Ctx, LedgerPlan, customers,
    plan::AnswerOf,
    purchases::{self, Buyer},
};
use stammgast_domain::{
    CustomerId, RedemptionId,
    access::Scope,
    ledger::{Cause, Claim, Command, Follow, PartnerQuota, Redemption, Sink, Spend, WalletId},
    program::{MAX_HOLD_MINUTES, Program, Spending, Unit, Zone},
    text,
    voucher::Voucher,
};
use stammgast_store::{AtTheTill, Change, Page, PageRequest, Settled};
use std::sync::Arc;

/// A redemption that somebody asks for.
#[derive(Debug, Clone)]
pub struct NewRedemption {
    /// Whose points.
    pub customer: Buyer,
    /// The program's code.
    pub program: String,
    /// How many points.
    pub points: i64,
    /// Whether they are spent at once, or how long they are held.
    pub capture: Capture,
    /// The caller's own name for it.
    pub reference: Option<String>,
    /// Why, in a sentence.
    pub text: Option<String>,
}

/// When points are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// At once.
    Now,
    /// Later: they are held for so many minutes, or as long as the program says.
    Later(Option<u32>),
}

/// What a redemption looks like after a step, and what the customer has left.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The redemption.
    pub redemption: Redemption,
    /// Points that can be spent now.
    pub available: i64,
    /// Vouchers that were issued for it.
    pub vouchers: Vec<Voucher>,
}

/// A step of a redemption that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Spend what is held, or a part of it; the rest is released.
    Capture,
    /// Release what is held.
    Release,
    /// Give back what is spent, or a part of it.
    Reverse,
}

/// A redemption whose customer and program are there.
pub(super) struct Asked<'a> {
    pub(super) customer: CustomerId,
    pub(super) program: &'a Program,
    pub(super) zone: &'a Zone,
    pub(super) points: i64,
    pub(super) capture: Capture,
    pub(super) reference: Option<String>,
    pub(super) claim: Option<Claim>,
    pub(super) sink: Sink,
    pub(super) quota: Option<PartnerQuota>,
    pub(super) cause: Cause,
}

/// Holds points, or spends them at once.
///
/// # Errors
/// No such customer or program, the program does not allow it, or there are not enough points.
pub async fn create(ctx: &Ctx, new: NewRedemption) -> Result<LedgerPlan<Redeemed>, AppError> {
    ctx.need(Scope::LoyaltyRedeem)?;
    let NewRedemption { customer, program, points, capture, reference, text } = new;
    let customer = purchases::customer_of(ctx, &customer).await?;
    let AtTheTill { is_customer, program: found, zone } = ctx.tenant.at_the_till(customer, &program).await?;
    if !is_customer {
        return Err(AppError::invalid("customer", "there is no such customer; record the customer first"));
    }
    let Some(found) = found else {
        let known: Vec<String> = ctx.tenant.programs().await?.into_keys().collect();
        let problem = format!("there is no program `{program}`; there are {}", known.join(", "));
        return Err(AppError::invalid("program", problem));
    };
    allowed(&found, points)?;
    let cause = cause("redemption", text, "Points were redeemed.")?;
    let (sink, quota, claim) = (Sink::Program, None, None);
    plan(ctx, Asked { customer, program: &found, zone: &zone, points, capture, reference, claim, sink, quota, cause })
}

/// Leaves a redemption to the ledger.
pub(super) fn plan(ctx: &Ctx, asked: Asked<'_>) -> Result<LedgerPlan<Redeemed>, AppError> {
    plan_as(ctx, RedemptionId::new(ctx.new_uuid()), asked)
}

/// [`plan`], with an id that is at hand.
pub(super) fn plan_as(ctx: &Ctx, id: RedemptionId, asked: Asked<'_>) -> Result<LedgerPlan<Redeemed>, AppError> {
    let Asked { customer, program, zone, points, capture, reference, claim, sink, quota, cause } = asked;
    if let Some(reference) = &reference {
        text::required("reference", reference, 200).map_err(|error| AppError::invalid("reference", error))?;
    }
    let now = ctx.now();
    let hold_millis = match capture {
        Capture::Now => None,
        Capture::Later(minutes) => {
            let minutes = minutes.unwrap_or(program.policy.spending.hold_minutes);
            if !(1..=MAX_HOLD_MINUTES).contains(&minutes) {
                let problem = format!("{minutes} minutes are outside 1 to {MAX_HOLD_MINUTES}");
                return Err(AppError::invalid("hold_minutes", problem));
            }
            Some(i64::from(minutes) * 60_000)
        }
    };
    let spend = Spend {
        wallet: WalletId { program: program.code.clone(), customer },
        redemption: id,
        points,
        sink,
        hold_millis,
        lapses_at: program.policy.lapses_at(now, zone),
        reference,
        claim,
        quota,
        cause,
    };
    let mut change = Change::new();
    change.order(order(ctx, Command::Spend(Box::new(spend))));
    Ok(LedgerPlan::created(change, answer))
}

/// What the program's policy says to a redemption of so many points.
pub(super) fn allowed(program: &Program, points: i64) -> Result<(), AppError> {
    let Spending { minimum, step, .. } = program.policy.spending;
    if program.policy.unit == Unit::Status {
        let code = &program.code;
        let problem = format!("the points of `{code}` are status points, which are never spent; name another program");
        return Err(AppError::invalid("program", problem));
    }
    let problem = if points < minimum {
        format!("{points} points are fewer than the program's smallest redemption, {minimum}")
    } else if points % step != 0 {
        format!("{points} points are no multiple of {step}, the program's step")
    } else {
        return Ok(());
    };
    Err(AppError::invalid("points", problem))
}

/// Takes a redemption a step further, with all of its points or some.
///
/// # Errors
/// No such redemption, it is not in the status for that, or it has fewer points.
pub async fn follow(
    ctx: &Ctx,
    id: RedemptionId,
    step: Step,
    points: Option<i64>,
    text: Option<String>,
) -> Result<LedgerPlan<Redeemed>, AppError> {
    ctx.need(Scope::LoyaltyRedeem)?;
    let redemption = ctx.tenant.redemption(id).await?.ok_or(AppError::NotFound("redemption"))?;
    let vouchers = rewards::vouchers_at(ctx, &redemption, step).await?;
    let mut plan = self::step(ctx, redemption, step, points, text)?;
    if let Some(rewards::Vouchers { change, issued }) = vouchers {
        plan.change.extend(change);
        plan.answer = with_vouchers(issued);
    }
    Ok(plan)
}

/// The answer to a redemption, with vouchers that were issued for it.
pub(super) fn with_vouchers(vouchers: Vec<Voucher>) -> AnswerOf<Redeemed> {
    Arc::new(move |settled| Some(Redeemed { vouchers: vouchers.clone(), ..answer(settled)? }))
}

/// Leaves a step of a redemption to the ledger.
pub(super) fn step(
    ctx: &Ctx,
    redemption: Redemption,
    step: Step,
    points: Option<i64>,
    text: Option<String>,
) -> Result<LedgerPlan<Redeemed>, AppError> {
    let id = redemption.id;
    let (reason, otherwise) = match step {
        Step::Capture => ("captured", "The reserved points were spent."),
        Step::Release => ("released", "The reserved points were not needed."),
        Step::Reverse => ("redemption-reversed", "The redemption was taken back."),
    };
    let follow = Follow { wallet: redemption.wallet, redemption: id, points, cause: cause(reason, text, otherwise)? };
    let command = match step {
        Step::Capture => Command::Capture(follow),
        Step::Release => Command::Release(follow),
        Step::Reverse => Command::GiveBack(follow),
    };
    let mut change = Change::new();
    change.order(order(ctx, command));
    Ok(LedgerPlan::done(change, answer))
}

fn answer(settled: &Settled) -> Option<Redeemed> {
    let redemption = settled.redemption.clone()?;
    let available = settled.amounts.get(&redemption.wallet).map_or(0, |amounts| amounts.available.max(0));
    Some(Redeemed { redemption, available, vouchers: Vec::new() })
}

/// One redemption.
///
/// # Errors
/// No such redemption.
pub async fn read(ctx: &Ctx, id: RedemptionId) -> Result<Redemption, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    ctx.tenant.redemption(id).await?.ok_or(AppError::NotFound("redemption"))
}

/// A customer's redemptions, newest first.
///
/// # Errors
/// No such customer.
pub async fn list(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Redemption>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.redemptions_of(customer, page).await?)
}
