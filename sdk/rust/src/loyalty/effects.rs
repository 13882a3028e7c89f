//! What loyalty rules may ask for. Nothing happens before the call has ended well.

#[cfg(target_family = "wasm")]
use super::bindings::stammgast::loyalty::effects;
#[cfg(not(target_family = "wasm"))]
use crate::testing::{Effect, ask};
use crate::{Date, Points, Reason};

/// The event's customer earns points: 1 to 1,000,000,000,000. Needs the grant `loyalty.earn`.
pub fn earn(program: &str, points: Points, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::earn(program, points, &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::Earn { program: program.to_owned(), points, reason });
}

/// The same with a number that need not be whole, such as `12.5`: digits, and after a point at most 9 more. The
/// program's policy rounds it; what is less than a point after that earns nothing. Needs the grant `loyalty.earn`.
pub fn earn_decimal(program: &str, points: &str, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::earn_decimal(program, points, &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::EarnDecimal { program: program.to_owned(), points: points.to_owned(), reason });
}

/// The event's customer should have this tier of a program. The program's policy decides: a higher tier holds at once,
/// the same tier holds longer (where points moved, only if some were earned), and a lower one holds when the tier's
/// time and its grace are over. With too few points for it by the policy, the next lower tier counts as proposed
/// for which they are enough, or none where they are enough for no tier. A program that has no tiers, or not this one, is
/// a fault. Needs the grant `loyalty.propose-tier`.
pub fn propose_tier(program: &str, tier: &str, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::propose_tier(program, tier, &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::ProposeTier { program: program.to_owned(), tier: tier.to_owned(), reason });
}

/// The event's customer should have no tier of a program any more. The tier holds until its time and its grace are over, and
/// then none, or the next lower one where the policy goes down by steps. Said after the tier's time it changes nothing. A
/// program that has no tiers is a fault. Needs the grant `loyalty.propose-tier`.
pub fn propose_no_tier(program: &str, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::propose_no_tier(program, &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::ProposeNoTier { program: program.to_owned(), reason });
}

/// The event's customer gets a voucher of one of the tenant's offers. Needs the grant `loyalty.issue-voucher`.
pub fn issue_voucher(offer: &str, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::issue_voucher(offer, &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::IssueVoucher { offer: offer.to_owned(), reason });
}

/// The event's customer may claim a reward that is open to eligible customers: to the end of `last_day` in the tenant's
/// time zone, or until [`end_eligibility`]. One word holds for a customer and a reward, whoever says it: the last one, by
/// the time of the events. Needs the grant `loyalty.make-eligible`.
pub fn make_eligible(reward: &str, last_day: Option<Date>, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::make_eligible(reward, last_day.map(Into::into), &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::MakeEligible { reward: reward.to_owned(), last_day, reason });
}

/// The event's customer may not claim that reward any more; what is claimed stays. Needs the grant
/// `loyalty.make-eligible`.
pub fn end_eligibility(reward: &str, reason: Reason) {
    #[cfg(target_family = "wasm")]
    effects::end_eligibility(reward, &reason);
    #[cfg(not(target_family = "wasm"))]
    ask(Effect::EndEligibility { reward: reward.to_owned(), reason });
}
