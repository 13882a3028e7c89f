//! Rewards: what points can be redeemed for. Their number is counted in the transaction that takes the points.

use super::{
    claiming::{Claiming, Refusal},
    must_be_program, order,
    redemptions::{self, Asked, Capture, Redeemed, Step, with_vouchers},
    refusal::error_of,
};
use crate::app::{
    AppError, Ctx, LedgerPlan, Plan, audit, customers,
    purchases::{self, Buyer},
    vouchers::{Counted, room_for_voucher},
};
use stammgast_domain::{
    CustomerId, RedemptionId,
    access::Scope,
    event::Fact,
    ledger::{Cause, Claim, Command, LEDGER_RULES, MAX_ENTRY, Redemption, RedemptionStatus, Refused, Sink, WalletId},
    program::Unit,
    reward::{InvalidReward, MAX_QUANTITY, NeededTier, Reward, RewardTerms, claimed_by_key, claimed_key},
    tenant::Setup,
    voucher::{Offer, Voucher, VoucherCode, VoucherStatus},
};
use stammgast_store::Change;

/// A reward, and how many of it are gone.
#[derive(Debug, Clone)]
pub struct RewardFigures {
    /// The reward.
    pub reward: Reward,
    /// How many are held or given.
    pub claimed: u64,
}

/// A reward that somebody wants.
#[derive(Debug, Clone)]
pub struct NewClaim {
    /// Whose points.
    pub customer: Buyer,
    /// How many.
    pub quantity: u32,
    /// When the points are spent.
    pub capture: Capture,
    /// The caller's own name for it.
    pub reference: Option<String>,
}

/// What becomes of a reward's vouchers.
pub(super) struct Vouchers {
    /// Their rows and events.
    pub(super) change: Change,
    /// Those that are issued.
    pub(super) issued: Vec<Voucher>,
}

fn refused(error: InvalidReward) -> AppError {
    AppError::invalid(error.field(), error)
}

/// Creates a reward.
///
/// # Errors
/// The code is taken or no code, or the terms are refused.
pub async fn create(ctx: &Ctx, code: String, terms: RewardTerms) -> Result<Plan<RewardFigures>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let reward = Reward::new(code, terms, ctx.now()).map_err(refused)?;
    fits(ctx, &reward.terms).await?;
    let rewards = ctx.tenant.rewards().await?;
    if rewards.contains_key(&reward.code) {
        let problem = format!("there is a reward `{}` already; choose another code", reward.code);
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(rewards.len(), ("rewards", ctx.bounds.rewards))?;
    let mut change = Change::new();
    change.create_reward(&reward)?;
    audit::note_setup(ctx, &mut change, ("reward", &reward.code), None, &reward)?;
    Ok(Plan::created(change, RewardFigures { reward, claimed: 0 }))
}

/// Changes a reward's terms. What is held for it stays so.
///
/// # Errors
/// No such reward, another version than expected, or the terms are refused.
pub async fn update(
    ctx: &Ctx,
    code: &str,
    expected: Option<u64>,
    terms: RewardTerms,
) -> Result<Plan<RewardFigures>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = must_be_reward(ctx, code).await?;
    if expected.is_some_and(|expected| expected != read.version) {
        return Err(AppError::Outdated("reward"));
    }
    let reward = read.changed(terms, ctx.now()).map_err(refused)?;
    fits(ctx, &reward.terms).await?;
    let mut change = Change::new();
    change.replace_reward(&read, &reward)?;
    audit::note_setup(ctx, &mut change, ("reward", &reward.code), Some(&read), &reward)?;
    let key = claimed_key(&reward.code);
    let claimed = ctx.tenant.tallies(std::slice::from_ref(&key)).await?.remove(&key).unwrap_or_default();
    Ok(Plan::done(change, RewardFigures { reward, claimed: u64::try_from(claimed).unwrap_or_default() }))
}

/// Whether what a reward names is there.
async fn fits(ctx: &Ctx, terms: &RewardTerms) -> Result<(), AppError> {
    let Setup { programs, offers, .. } = ctx.tenant.setup().await?;
    let program = programs.get(&terms.program);
    let program = program.ok_or_else(|| AppError::invalid("program", "there is no such program; create it first"))?;
    if program.policy.unit == Unit::Status {
        return Err(AppError::invalid("program", "status points are never spent; name a program whose points are"));
    }
    if terms.offer.as_ref().is_some_and(|offer| !offers.contains_key(offer)) {
        return Err(AppError::invalid("offer", "there is no such offer; create it first"));
    }
    if let Some(NeededTier { program, tier }) = &terms.tier {
        let tiers = programs.get(program).and_then(|program| program.policy.tiers.as_ref());
        if tiers.and_then(|tiers| tiers.rank(Some(tier))).is_none() {
            return Err(AppError::invalid("tier", "there is no such tier; add it to the program's policy first"));
        }
    }
    Ok(())
}

/// All rewards, by code.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx) -> Result<Vec<RewardFigures>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    let rewards = ctx.tenant.rewards().await?;
    let keys: Vec<String> = rewards.keys().map(|code| claimed_key(code)).collect();
    let tallies = ctx.tenant.tallies(&keys).await?;
    let figures = |reward: Reward| {
        let claimed = tallies.get(&claimed_key(&reward.code)).copied().unwrap_or_default();
        RewardFigures { reward, claimed: u64::try_from(claimed).unwrap_or_default() }
    };
    Ok(rewards.into_values().map(figures).collect())
}

/// One reward.
///
/// # Errors
/// No such reward.
pub async fn read(ctx: &Ctx, code: &str) -> Result<RewardFigures, AppError> {
    let all = list(ctx).await?;
    all.into_iter().find(|one| one.reward.code == code).ok_or(AppError::NotFound("reward"))
}

pub(super) async fn must_be_reward(ctx: &Ctx, code: &str) -> Result<Reward, AppError> {
    ctx.tenant.rewards().await?.remove(code).ok_or(AppError::NotFound("reward"))
}

/// Holds points for a reward, or spends them on it at once.
///
/// # Errors
/// No such reward or customer, it cannot be claimed, it is sold out, or there are not enough points.
pub async fn claim(ctx: &Ctx, code: &str, new: NewClaim) -> Result<LedgerPlan<Redeemed>, AppError> {
    ctx.need(Scope::LoyaltyRedeem)?;
    let NewClaim { customer, quantity, capture, reference } = new;
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(AppError::invalid("quantity", format!("{quantity} is outside 1 to {MAX_QUANTITY}")));
    }
    let reward = must_be_reward(ctx, code).await?;
    let customer = purchases::customer_of(ctx, &customer).await?;
    customers::must_exist_as(ctx, "customer", customer).await?;
    let program = must_be_program(ctx, &reward.terms.program).await?;
    let zone = super::zone(ctx).await?;
    let mut claiming = Claiming::read(ctx, customer, &[&reward]).await?;
    claiming.is_open(&reward, ctx.now(), &zone)?;
    let points = reward.terms.points.saturating_mul(i64::from(quantity));
    if points > MAX_ENTRY {
        return Err(AppError::invalid("quantity", format!("{quantity} of it cost more than {MAX_ENTRY} points")));
    }
    if let Err(full) = claiming.has_room(&reward, quantity) {
        // A hold of the customer's own may be over, and nobody has looked yet.
        advance(ctx, &program.code, customer).await?;
        claiming = Claiming::read(ctx, customer, &[&reward]).await?;
        claiming.is_open(&reward, ctx.now(), &zone)?;
        claiming.has_room(&reward, quantity).map_err(|_| full)?;
    }
    let round = claiming.round(&reward);
    let asked = Asked {
        customer,
        program: &program,
        zone: &zone,
        points,
        capture,
        reference,
        claim: Some(Claim { reward: reward.code.clone(), quantity, offer: reward.terms.offer.clone(), round }),
        sink: Sink::Program,
        quota: None,
        cause: cause(&format!("For the reward `{}`.", reward.terms.name)),
    };
    let id = RedemptionId::new(ctx.new_uuid());
    let mut plan = redemptions::plan_as(ctx, id, asked)?;
    let per_customer = reward.terms.per_customer.map(u64::from);
    if let Some(read) = round.and_then(|_| claiming.eligibilities.get(&reward.code)) {
        // Whoever ends it meanwhile comes before or after this claim, and not in between.
        plan.change.count_on(read);
    }
    plan.change.count(&claimed_key(&reward.code), i64::from(quantity), reward.terms.stock);
    plan.change.count(&claimed_by_key(&reward.code, customer, round), i64::from(quantity), per_customer);
    let Some(offer) = &reward.terms.offer else { return Ok(plan) };
    // Its vouchers are kept for the customer like the piece, and made when the points are spent.
    let offer = must_have_room(ctx, offer, customer, quantity).await?;
    plan.change.count_vouchers(&offer, customer, quantity);
    if capture == Capture::Now {
        let Vouchers { change, issued } = issue(ctx, id, customer, &offer, quantity).await?;
        plan.change.extend(change);
        plan.answer = with_vouchers(issued);
    }
    Ok(plan)
}

fn cause(text: &str) -> Cause {
    let (reason, rule_version) = ("reward".to_owned(), LEDGER_RULES.to_owned());
    Cause { reason, text: text.to_owned(), rule_version, event: None }
}

/// Posts what is due in a customer's wallet by now.
async fn advance(ctx: &Ctx, program: &str, customer: CustomerId) -> Result<(), AppError> {
    let wallet = WalletId { program: program.to_owned(), customer };
    let mut change = Change::new();
    change.order(order(ctx, Command::Advance(wallet)));
    Ok(ctx.tenant.commit(change).await?)
}

/// What becomes of a reward's vouchers when its redemption takes a step: they come when the points are spent, and go when
/// they are given back.
///
/// # Errors
/// The redemption is not in the status for that; then what is read of its vouchers may not be all.
pub(super) async fn vouchers_at(ctx: &Ctx, redemption: &Redemption, step: Step) -> Result<Option<Vouchers>, AppError> {
    let Some(Claim { offer: Some(offer), quantity, .. }) = &redemption.claim else { return Ok(None) };
    let (needed, verb) = match step {
        Step::Capture => (RedemptionStatus::Reserved, "captured"),
        Step::Reverse => (RedemptionStatus::Captured, "reversed"),
        Step::Release => return Ok(None),
    };
    if redemption.status != needed {
        return Err(error_of(Refused::WrongStatus { verb, status: redemption.status }));
    }
    match step {
        Step::Capture => {
            let offer = must_be_offer(ctx, offer).await?;
            issue(ctx, redemption.id, redemption.wallet.customer, &offer, *quantity).await.map(Some)
        }
        Step::Reverse => take_back(ctx, redemption.id).await.map(Some),
        Step::Release => Ok(None),
    }
}

async fn must_be_offer(ctx: &Ctx, offer: &str) -> Result<Offer, AppError> {
    let offer = ctx.tenant.offers().await?.remove(offer);
    offer.ok_or_else(|| AppError::invalid("offer", "the reward's offer is not there"))
}

/// An offer that has room for so many vouchers of a customer.
async fn must_have_room(ctx: &Ctx, offer: &str, customer: CustomerId, quantity: u32) -> Result<Offer, AppError> {
    let offer = must_be_offer(ctx, offer).await?;
    let last = u64::from(quantity).saturating_sub(1);
    if room_for_voucher(&ctx.tenant, &offer, customer, last).await? == Counted::Full {
        return Err(Refusal::used_up(&offer).into());
    }
    Ok(offer)
}

/// Makes vouchers that are counted already.
async fn issue(
    ctx: &Ctx,
    redemption: RedemptionId,
    customer: CustomerId,
    offer: &Offer,
    quantity: u32,
) -> Result<Vouchers, AppError> {
    let zone = super::zone(ctx).await?;
    let (mut change, mut issued, now) = (Change::new(), Vec::new(), ctx.now());
    for _ in 0..quantity {
        let code = VoucherCode::of(ctx.clock.random());
        let made = Voucher::issued(offer, code, customer, cause("Points were spent on it."), (now, now), &zone);
        let voucher = Voucher { redemption: Some(redemption), ..made };
        change.issue_voucher(&voucher)?;
        change.event(ctx.event(Fact::VoucherIssued(voucher.clone()), now));
        issued.push(voucher);
    }
    Ok(Vouchers { change, issued })
}

/// Takes vouchers back whose points are given back. One that was used keeps the points from coming back; what a person took
/// back already is gone.
async fn take_back(ctx: &Ctx, redemption: RedemptionId) -> Result<Vouchers, AppError> {
    let mut change = Change::new();
    for read in ctx.tenant.vouchers_for(redemption).await? {
        // All of the redemption's are counted back with it, and this one was already.
        if read.status == VoucherStatus::Cancelled {
            change.recount_vouchers(&read.offer, read.customer, 1);
            continue;
        }
        let voucher = read.cancelled().map_err(|error| {
            let problem = format!(
                "{error}; the points come back once it is given back (`POST /v1/vouchers/{}/give-back`)",
                read.id
            );
            AppError::Conflict { code: error.code(), problem }
        })?;
        change.replace_voucher(&read, &voucher)?;
        change.event(ctx.event(Fact::VoucherChanged(voucher), ctx.now()));
    }
    Ok(Vouchers { change, issued: Vec::new() })
}
