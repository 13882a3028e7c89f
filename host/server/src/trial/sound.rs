//! Whether effects are of a form that a host applies. Pure.

use stammgast_domain::{
    InstallationId, Timestamp,
    digest::Digest,
    effect::{Effect, Surroundings, first_refused},
    event::Event,
    finding::Provenance,
    program::{Downgrade, Expiry, Policy, Program, TierLevel, TierPolicy, Unit},
    tenant::Setup,
    voucher::{Benefit, Binding, Offer, OfferStatus, OfferTerms},
};
use std::collections::{BTreeMap, BTreeSet};

/// The first effect that no host would apply, and why. Programs, tiers, offers, rewards and departments are taken to exist: they are the
/// tenant's.
pub(super) fn unsound(event: &Event, effects: &[Effect]) -> Option<String> {
    let at = event.event.recorded_at;
    let programs = tiers_by_program(effects)
        .into_iter()
        .filter_map(|(code, tiers)| Program::new(code.to_owned(), code.to_owned(), with_tiers(&tiers), at).ok())
        .map(|program| (program.code.clone(), program));
    let offers = effects.iter().filter_map(|effect| match effect {
        Effect::IssueVoucher { offer, .. } => Some(offer),
        Effect::ProposeContact(contact) => contact.offer.as_ref(),
        _ => None,
    });
    let offers = offers.filter_map(|code| offer(code, at)).map(|offer| (offer.code.clone(), offer));
    let departments: BTreeSet<String> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OpenFeedback { department, .. } => Some(department.clone()),
            _ => None,
        })
        .collect();
    let rewards = effects.iter().filter_map(|effect| match effect {
        Effect::MakeEligible { reward, .. } | Effect::EndEligibility { reward, .. } => Some(reward.clone()),
        _ => None,
    });
    let rewards = rewards.collect();
    let setup =
        Setup { programs: programs.collect(), offers: offers.collect(), rewards, departments, ..Setup::default() };
    let around = Surroundings::of(event, &setup, event.event.recorded_at);
    let (index, refused) = first_refused(effects, &origin(), &around)?;
    Some(format!("effect {index} would be refused: {refused}"))
}

/// The programs that are named, each with all tiers that are proposed of it.
fn tiers_by_program(effects: &[Effect]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut programs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for effect in effects {
        match effect {
            Effect::Earn { program, .. } | Effect::EarnDecimal { program, .. } => {
                programs.entry(program).or_default();
            }
            // A program in which nobody shall have a tier has some.
            Effect::ProposeNoTier { program, .. } => {
                programs.entry(program).or_default().insert("some");
            }
            Effect::ProposeTier { program, tier, .. } => {
                programs.entry(program).or_default().insert(tier);
            }
            _ => {}
        }
    }
    programs
}

/// A policy that has these tiers; of points that are spent where there are none.
fn with_tiers(tiers: &BTreeSet<&str>) -> Policy {
    if tiers.is_empty() {
        return Policy::default();
    }
    let level = |tier: &&str| TierLevel { code: (*tier).to_owned(), name: (*tier).to_owned(), at_least: 0 };
    let levels = tiers.iter().map(level).collect();
    let tiers = TierPolicy { levels, validity: Expiry::Never, grace_days: 0, downgrade: Downgrade::Step };
    Policy { unit: Unit::Status, tiers: Some(tiers), ..Policy::default() }
}

fn offer(code: &str, at: Timestamp) -> Option<Offer> {
    let terms = OfferTerms {
        name: code.to_owned(),
        benefit: Benefit::Percent { percent: 1 },
        binding: Binding::Customer,
        valid_days: 1,
        minimum: None,
        stock: None,
        per_customer: None,
        status: OfferStatus::Active,
    };
    Offer::new(code.to_owned(), terms, at).ok()
}

fn origin() -> Provenance {
    Provenance {
        installation: InstallationId::derived(&["conformance"]),
        plugin: "conformance".to_owned(),
        version: "0.0.0".to_owned(),
        digest: Digest::of(b"conformance"),
        config_version: 1,
        event: 1,
        effect: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stammgast_domain::{Points, case::Case, effect::Reason};

    #[test]
    fn one_program_may_give_points_and_several_tiers_in_one_call() {
        let event = json!({ "type": "loyalty.points-posted", "data": { "program": "status", "available": 500 } });
        let case: Case = serde_json::from_value(json!({ "name": "x", "event": event })).unwrap();
        let program = "status".to_owned();
        let reason = Reason { code: "tier".to_owned(), text: "500 points".to_owned() };
        let tier = |tier: &str| Effect::ProposeTier {
            program: program.clone(),
            tier: tier.to_owned(),
            reason: reason.clone(),
        };
        let earn = Effect::Earn { program: program.clone(), points: Points(5), reason: reason.clone() };
        for effects in [[tier("gold"), earn.clone()], [earn, tier("gold")], [tier("gold"), tier("silver")]] {
            assert_eq!(unsound(&case.event, &effects), None, "{effects:?}");
        }
    }
}
