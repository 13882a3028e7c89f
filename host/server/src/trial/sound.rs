//! Whether effects are of a form that a host applies. Pure.

use stammgast_domain::{
    InstallationId,
    digest::Digest,
    effect::{Effect, Surroundings, first_refused},
    event::Event,
    finding::Provenance,
    program::{Policy, Program},
    tenant::Setup,
};
use std::collections::BTreeSet;

/// The first effect that no host would apply, and why. Programs and departments are taken to exist: they are the
/// tenant's.
pub(super) fn unsound(event: &Event, effects: &[Effect]) -> Option<String> {
    let programs = effects.iter().filter_map(|effect| match effect {
        Effect::Earn { program, .. } => {
            let made = Program::new(program.clone(), program.clone(), Policy::default(), event.event.recorded_at);
            made.ok().map(|made| (made.code.clone(), made))
        }
        _ => None,
    });
    let departments: BTreeSet<String> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OpenFeedback { department, .. } => Some(department.clone()),
            _ => None,
        })
        .collect();
    let setup = Setup { programs: programs.collect(), departments, ..Setup::default() };
    let around = Surroundings::of(event, &setup, event.event.recorded_at);
    let (index, refused) = first_refused(effects, &origin(), &around)?;
    Some(format!("effect {index} would be refused: {refused}"))
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
