//! Checks contacts against a company's standards: language, completeness and documentation.
//!
//! This file is glue between the host and [`checks`], which know nothing of the host and are tested natively.

pub mod checks;
pub mod completeness;
pub mod config;
pub mod contact;
pub mod documentation;
pub mod language;
pub mod pattern;

/// What the contract in `wit/` looks like in Rust.
#[allow(missing_docs, unsafe_code, clippy::pedantic, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/quality"],
        world: "stammgast:quality/quality-checks",
        generate_all,
    });

    // Natively there is no host to export to: tests call the rules.
    #[cfg(target_family = "wasm")]
    use super::QualityStandards;
    #[cfg(target_family = "wasm")]
    export!(QualityStandards);
}

use bindings::{
    exports::stammgast::quality::interaction_checks::{EventContext, Guest, Interaction, PluginError},
    stammgast::{
        quality::effects,
        types::types::{Direction, Evidence, Reason},
    },
};

/// The plugin, as the host calls it.
pub struct QualityStandards;

impl Guest for QualityStandards {
    fn check_interaction(_: EventContext, interaction: Interaction, config: String) -> Result<(), PluginError> {
        let config = config::parse(&config).map_err(|error| PluginError::InvalidConfig(error.to_string()))?;
        for finding in checks::findings(&contact(&interaction), &config) {
            let reason = Reason { code: finding.rule.to_owned(), text: finding.text };
            let evidence = Evidence { field: finding.field.to_owned(), quote: finding.quote };
            effects::raise_finding(severity(finding.severity), &reason, Some(&evidence));
        }
        Ok(())
    }
}

fn contact(interaction: &Interaction) -> contact::Contact<'_> {
    contact::Contact {
        channel: &interaction.channel,
        direction: match interaction.direction {
            Direction::Inbound => contact::Direction::Inbound,
            Direction::Outbound => contact::Direction::Outbound,
        },
        subject: interaction.subject.as_deref(),
        text: stammgast_words::without_quotes(&interaction.text),
        has_attachments: !interaction.attachments.is_empty(),
        agent: interaction.agent.as_deref(),
        topic: interaction.topic.as_deref(),
        outcome: interaction.outcome.as_deref(),
    }
}

fn severity(severity: contact::Severity) -> effects::Severity {
    match severity {
        contact::Severity::Minor => effects::Severity::Minor,
        contact::Severity::Major => effects::Severity::Major,
    }
}
