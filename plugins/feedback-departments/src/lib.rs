//! Sends complaints, praise, suggestions and questions to the departments that they are about.
//!
//! This file is glue between the host and [`routing`], which knows nothing of the host and is tested natively.

pub mod config;
pub mod reading;
pub mod routing;

/// What the contract in `wit/` looks like in Rust.
#[allow(missing_docs, unsafe_code, clippy::pedantic, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/feedback"],
        world: "stammgast:feedback/feedback-routes",
        generate_all,
    });

    // Natively there is no host to export to: tests call the rules.
    #[cfg(target_family = "wasm")]
    use super::FeedbackDepartments;
    #[cfg(target_family = "wasm")]
    export!(FeedbackDepartments);
}

use bindings::{
    exports::stammgast::feedback::interaction_routes::{EventContext, Guest, Interaction, PluginError},
    stammgast::{
        feedback::effects,
        types::types::{Direction, Evidence, Reason},
    },
};
use config::Kind;

/// The plugin, as the host calls it.
pub struct FeedbackDepartments;

impl Guest for FeedbackDepartments {
    fn route_interaction(_: EventContext, interaction: Interaction, config: String) -> Result<(), PluginError> {
        let config = config::parse(&config).map_err(|error| PluginError::InvalidConfig(error.to_string()))?;
        if interaction.direction == Direction::Outbound {
            return Ok(());
        }
        let text = stammgast_words::without_quotes(&interaction.text);
        let contact = routing::Contact {
            subject: interaction.subject.as_deref().unwrap_or_default(),
            text: &text,
            topic: interaction.topic.as_deref(),
        };
        for item in routing::items(&contact, &config) {
            effects::open_item(&effects::Item {
                department: item.department,
                kind: kind(item.kind),
                topic: item.topic,
                title: item.title,
                reason: Reason { code: "route".to_owned(), text: item.text },
                evidence: Some(Evidence { field: item.field.to_owned(), quote: item.quote }),
            });
        }
        Ok(())
    }
}

fn kind(kind: Kind) -> effects::Kind {
    match kind {
        Kind::Complaint => effects::Kind::Complaint,
        Kind::Praise => effects::Kind::Praise,
        Kind::Suggestion => effects::Kind::Suggestion,
        Kind::Question => effects::Kind::Question,
    }
}
