//! Whether a customer can claim rewards. What a customer is shown and what a claim is told come from here.

use crate::app::{
    AppError, Ctx,
    vouchers::{Counted, room_beside},
};
use stammgast_domain::{
    CustomerId, Timestamp,
    eligibility::Eligibility,
    ledger::{Amounts, Refused, WalletId},
    program::{Program, Zone},
    reward::{Claimant, NeededTier, Reward, claimed_by_key, claimed_key},
    tier::Standing,
    voucher::Offer,
};
use std::collections::{BTreeMap, BTreeSet};

/// Why a customer cannot claim a reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A code for machines.
    pub code: &'static str,
    /// What stands in the way.
    pub problem: String,
}

impl Refusal {
    /// An offer of which no voucher is issued.
    pub(super) fn used_up(offer: &Offer) -> Self {
        Self { code: "offer-used-up", problem: offer.why_none() }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, problem } = refusal;
        Self::Conflict { code, problem }
    }
}

/// What is known of a customer beside some rewards.
pub(super) struct Claiming {
    customer: CustomerId,
    programs: BTreeMap<String, Program>,
    standings: Vec<Standing>,
    pub(super) eligibilities: BTreeMap<String, Eligibility>,
    offers: BTreeMap<String, Offer>,
    tallies: BTreeMap<String, i64>,
    amounts: BTreeMap<WalletId, Amounts>,
}

impl Claiming {
    /// Reads what matters for these rewards.
    pub(super) async fn read(ctx: &Ctx, customer: CustomerId, rewards: &[&Reward]) -> Result<Self, AppError> {
        let programs = ctx.tenant.programs().await?;
        let needed: BTreeSet<String> =
            rewards.iter().filter_map(|reward| Some(reward.terms.tier.as_ref()?.program.clone())).collect();
        let standings = ctx.tenant.tier_standings(customer, &needed.into_iter().collect::<Vec<_>>()).await?;
        let codes = rewards.iter().map(|reward| reward.code.as_str());
        let eligibilities = ctx.tenant.eligibilities(customer, codes).await?;
        let keys = |reward: &&Reward| {
            let round = reward.round_of(eligibilities.get(&reward.code));
            [claimed_key(&reward.code), claimed_by_key(&reward.code, customer, round)]
        };
        let offers = ctx.tenant.offers().await?;
        let named = rewards.iter().filter_map(|reward| offers.get(reward.terms.offer.as_deref()?));
        let of_offers = named.flat_map(|offer| [offer.issued_key(), offer.issued_to_key(customer)]);
        let keys: Vec<String> = rewards.iter().flat_map(keys).chain(of_offers).collect();
        let tallies = ctx.tenant.tallies(&keys).await?;
        let wallets: BTreeSet<WalletId> =
            rewards.iter().map(|reward| WalletId { program: reward.terms.program.clone(), customer }).collect();
        let amounts = ctx.tenant.wallet_amounts(&wallets.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self { customer, programs, standings, eligibilities, offers, tallies, amounts })
    }

    /// How many of a reward are held or given.
    pub(super) fn claimed(&self, reward: &Reward) -> u64 {
        self.counted(&claimed_key(&reward.code))
    }

    /// The time for which the customer is eligible, if the reward is for eligible customers.
    pub(super) fn round(&self, reward: &Reward) -> Option<u64> {
        reward.round_of(self.eligibilities.get(&reward.code))
    }

    fn counted(&self, key: &str) -> u64 {
        u64::try_from(self.tallies.get(key).copied().unwrap_or_default()).unwrap_or_default()
    }

    /// Whether a reward is open to the customer now.
    pub(super) fn is_open(&self, reward: &Reward, now: Timestamp, zone: &Zone) -> Result<(), Refusal> {
        let claimant = Claimant { ranks: self.ranks(reward), eligibility: self.eligibilities.get(&reward.code) };
        reward
            .claimable(zone.date(now), &claimant)
            .map_err(|error| Refusal { code: error.code(), problem: error.to_string() })
    }

    /// The rank of the customer's tier and of the one that a reward needs.
    fn ranks(&self, reward: &Reward) -> Option<(usize, usize)> {
        let NeededTier { program, tier } = reward.terms.tier.as_ref()?;
        let policy = self.programs.get(program)?.policy.tiers.as_ref()?;
        let standing = self.standings.iter().find(|standing| standing.program == *program)?;
        policy.rank(standing.tier.as_deref()).zip(policy.rank(Some(tier)))
    }

    /// Whether so many are left, for anybody and for the customer.
    pub(super) fn has_room(&self, reward: &Reward, quantity: u32) -> Result<(), Refusal> {
        let left = |key: &str, most: Option<u64>| most.map_or(u64::MAX, |most| most.saturating_sub(self.counted(key)));
        let of_all = left(&claimed_key(&reward.code), reward.terms.stock);
        let own = claimed_by_key(&reward.code, self.customer, self.round(reward));
        let of_own = left(&own, reward.terms.per_customer.map(u64::from));
        if of_all < u64::from(quantity) {
            let problem = format!("there are {of_all} left of the reward `{}`, and {quantity} are wanted", reward.code);
            return Err(Refusal { code: "reward-sold-out", problem });
        }
        if of_own < u64::from(quantity) {
            let problem = format!(
                "the customer can have {of_own} more of the reward `{}`, and {quantity} are wanted",
                reward.code
            );
            return Err(Refusal { code: "reward-limit", problem });
        }
        self.offer_has_room(reward, quantity)
    }

    /// Whether the reward's offer has so many vouchers left.
    fn offer_has_room(&self, reward: &Reward, quantity: u32) -> Result<(), Refusal> {
        let Some(offer) = reward.terms.offer.as_ref().and_then(|offer| self.offers.get(offer)) else { return Ok(()) };
        match room_beside(offer, self.customer, u64::from(quantity).saturating_sub(1), &self.tallies) {
            Counted::Room => Ok(()),
            Counted::Full => Err(Refusal::used_up(offer)),
        }
    }

    /// Whether the customer has the points for one, as far as they are counted by now. The ledger decides at the claim.
    pub(super) fn affords(&self, reward: &Reward) -> Result<(), Refusal> {
        let wallet = WalletId { program: reward.terms.program.clone(), customer: self.customer };
        let available = self.amounts.get(&wallet).map_or(0, |amounts| amounts.available);
        let asked = reward.terms.points;
        if available >= asked {
            return Ok(());
        }
        Err(Refusal { code: "not-enough-points", problem: Refused::NotEnough { available, asked }.to_string() })
    }
}
