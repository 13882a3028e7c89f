//! Rewards as one customer meets them: what can be claimed, what cannot and why, and who is eligible by a person's decision.

use super::{
    cause,
    claiming::{Claiming, Refusal},
    rewards::{RewardFigures, must_be_reward},
    zone,
};
use crate::app::{AppError, Ctx, Plan, customers};
use jiff::civil::Date;
use stammgast_domain::{
    CustomerId,
    access::Scope,
    eligibility::{Eligibility, EligibilityStatus, OpenTo},
    event::Fact,
    reward::Reward,
};
use stammgast_store::Change;

/// A reward for one customer.
#[derive(Debug)]
pub struct RewardForCustomer {
    /// The reward, and how many of it are gone.
    pub figures: RewardFigures,
    /// Why the customer cannot claim one now; `None` where the customer can.
    pub refusal: Option<Refusal>,
    /// What was said last about the customer's eligibility.
    pub eligibility: Option<Eligibility>,
}

/// What a person decides about a customer and a reward.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Whether the customer may claim it.
    pub status: EligibilityStatus,
    /// The last day on which the customer may.
    pub last_day: Option<Date>,
    /// Why, as a code.
    pub reason: String,
    /// Why, in a sentence.
    pub text: String,
}

/// All rewards for one customer, by code.
///
/// # Errors
/// No such customer.
pub async fn of_customer(ctx: &Ctx, customer: CustomerId) -> Result<Vec<RewardForCustomer>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    let rewards: Vec<Reward> = ctx.tenant.rewards().await?.into_values().collect();
    let (now, zone) = (ctx.now(), zone(ctx).await?);
    let mut claiming = Claiming::read(ctx, customer, &rewards.iter().collect::<Vec<_>>()).await?;
    let for_customer = |reward: Reward| {
        let open = claiming.is_open(&reward, now, &zone);
        let refusal = open.and_then(|()| claiming.has_room(&reward, 1)).and_then(|()| claiming.affords(&reward)).err();
        let eligibility = claiming.eligibilities.remove(&reward.code);
        RewardForCustomer {
            figures: RewardFigures { claimed: claiming.claimed(&reward), reward },
            refusal,
            eligibility,
        }
    };
    Ok(rewards.into_iter().map(for_customer).collect())
}

/// Says whether a customer may claim a reward that is for eligible customers, by a person's decision.
///
/// # Errors
/// No such customer or reward, the reward is for everyone, no reason, or a last day that does not fit.
pub async fn decide(
    ctx: &Ctx,
    customer: CustomerId,
    reward: &str,
    decision: Decision,
) -> Result<Plan<Eligibility>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    customers::must_exist(ctx, customer).await?;
    let Reward { code: reward, terms, .. } = must_be_reward(ctx, reward).await?;
    if terms.open_to == OpenTo::Everyone {
        let problem = format!("the reward `{reward}` is open to everyone; set its open_to to `eligible` first");
        return Err(AppError::Conflict { code: "open-to-everyone", problem });
    }
    let Decision { status, last_day, reason, text } = decision;
    let (now, cause) = (ctx.now(), cause(&reason, Some(text), "")?);
    let today = zone(ctx).await?.date(now);
    match (status, last_day) {
        (EligibilityStatus::Ended, Some(_)) => {
            return Err(AppError::invalid("last_day", "what has ended has no last day; leave it out"));
        }
        (EligibilityStatus::Eligible, Some(last)) if last < today => {
            return Err(AppError::invalid("last_day", format!("{last} is over; give today, {today}, or a later day")));
        }
        _ => {}
    }
    let read = ctx.tenant.eligibilities(customer, [reward.as_str()]).await?.remove(&reward);
    let said = Eligibility {
        reward,
        customer,
        status,
        last_day,
        cause,
        occurred_at: now,
        recorded_at: now,
        round: 0,
        version: 0,
    }
    .following(read.as_ref(), today);
    let mut change = Change::new();
    change.put_eligibility(read.as_ref(), &said)?;
    change.event(ctx.event(Fact::EligibilityChanged(said.clone()), now));
    Ok(Plan::done(change, said))
}
