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
use std::collections::BTreeSet;

/// The first effect that no host would apply, and why. Programs, tiers, offers and departments are taken to exist: they are the
/// tenant's.
pub(super) fn unsound(event: &Event, effects: &[Effect]) -> Option<String> {
    let programs = effects.iter().filter_map(|effect| match effect {
        Effect::Earn { program, .. } | Effect::EarnDecimal { program, .. } => Some((program, Policy::default())),
        Effect::ProposeTier { program, tier, .. } => Some((program, with_tier(tier))),
        _ => None,
    });
    let at = event.event.recorded_at;
    let programs = programs
        .filter_map(|(code, policy)| Program::new(code.clone(), code.clone(), policy, at).ok())
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
    let setup = Setup { programs: programs.collect(), offers: offers.collect(), departments, ..Setup::default() };
    let around = Surroundings::of(event, &setup, event.event.recorded_at);
    let (index, refused) = first_refused(effects, &origin(), &around)?;
    Some(format!("effect {index} would be refused: {refused}"))
}

/// A policy that has this tier.
fn with_tier(tier: &str) -> Policy {
    let level = TierLevel { code: tier.to_owned(), name: tier.to_owned(), at_least: 0 };
    let tiers = TierPolicy { levels: vec![level], validity: Expiry::Never, grace_days: 0, downgrade: Downgrade::Step };
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
