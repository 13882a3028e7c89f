//! Tiers that rules propose: the program's policy decides.

use super::{
    NotApplied,
    planning::{Planning, invalid},
};
use stammgast_domain::{
    Timestamp,
    effect::Reason,
    event::Fact,
    finding::Provenance,
    ledger::{Cause, WalletId},
    tier::{Judged, Proposed, Standing, TierChange},
};
use stammgast_store::TenantStore;

impl Planning<'_> {
    /// Moves the customer's tier, lets it be earned again, or notes what comes after it; a proposal that changes nothing does
    /// nothing.
    pub(super) async fn propose_tier(
        &mut self,
        store: &TenantStore,
        program: &str,
        tier: Option<&str>,
        reason: &Reason,
        origin: &Provenance,
    ) -> Result<(), NotApplied> {
        let customer = self.customer()?;
        let setup = self.setup;
        let policy = setup.programs.get(program).and_then(|program| program.policy.tiers.as_ref());
        let Some(policy) = policy else { return Ok(()) };
        let wallet = WalletId { program: program.to_owned(), customer };
        let amounts = store.wallet_amounts(std::slice::from_ref(&wallet)).await?;
        let points = amounts.get(&wallet).map_or(0, |amounts| amounts.available);
        // What an earlier effect of the same call made goes before what is stored.
        let made = self.made.standings.get(program).cloned();
        let stored = if made.is_none() { store.tier_standing(program, customer).await? } else { None };
        let is_new = stored.is_none() && made.is_none();
        let occurred_at = self.call.event.event.occurred_at;
        let before = made.clone().or(stored);
        let standing = before.clone().unwrap_or_else(|| Standing::none(program.to_owned(), customer, Timestamp::MIN));
        // What follows from points follows from those that came; anything else can earn a tier too.
        let earns = match &self.call.event.event.fact {
            Fact::PointsPosted(transaction) => transaction.earns(),
            _ => true,
        };
        let by = Judged { policy, points, earns, occurred_at, decided_at: self.now, zone: &setup.zone };
        let (after, movement) = match standing.proposed(tier, &by).map_err(invalid)? {
            Proposed::Nothing => return Ok(()),
            Proposed::Noted(after) => (after, None),
            Proposed::Moved(after, movement) => (after, Some(movement)),
        };
        if made.is_some() {
            return Err(invalid(format!("it proposes more than one tier of `{program}` in one call")));
        }
        let read = before.filter(|_| !is_new);
        self.change.put_standing(read.as_ref(), &after, &setup.zone)?;
        self.made.standings.insert(program.to_owned(), after.clone());
        let Some(movement) = movement else { return Ok(()) };
        let Reason { code: reason, text } = reason.clone();
        let cause = Cause { reason, text, rule_version: origin.rule_version(), event: Some(origin.event) };
        self.tell(Fact::TierChanged(TierChange {
            movement,
            from: standing.tier,
            standing: after,
            cause,
            occurred_at,
            recorded_at: self.now,
        }))
    }
}
