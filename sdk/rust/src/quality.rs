//! Quality checks: does this contact meet our standards?

use crate::{EventContext, Evidence, Interaction, PluginError, Reason, config, export};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

#[doc(inline)]
pub use bindings::stammgast::quality::effects::Severity;

/// Checks of contacts.
pub trait QualityChecks {
    /// The configuration, as `config_schema` in the manifest describes it; [`crate::NoConfig`] for none.
    type Config: DeserializeOwned;

    /// Called for every recorded contact, and once more when a waiting contact was assigned to its customer. A call
    /// may be repeated after a fault, but its effects happen once.
    ///
    /// # Errors
    /// The plugin cannot answer: the host shows the text to the tenant's admin and tries again later.
    fn check_interaction(
        event: &EventContext,
        interaction: &Interaction,
        config: Self::Config,
    ) -> Result<(), PluginError>;
}

/// The checked contact deviates from a standard. The reason's code names the broken rule. Needs the grant
/// `quality.raise-finding`.
pub fn raise_finding(severity: Severity, reason: Reason, evidence: Option<Evidence>) {
    #[cfg(target_family = "wasm")]
    bindings::stammgast::quality::effects::raise_finding(severity, &reason, evidence.as_ref());
    #[cfg(not(target_family = "wasm"))]
    crate::testing::ask(crate::testing::Effect::RaiseFinding { severity, reason, evidence });
}

/// Calls a plugin as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the plugin's own error.
pub fn check_interaction<P: QualityChecks>(
    event: &EventContext,
    interaction: &Interaction,
    config: &str,
) -> Result<(), PluginError> {
    P::check_interaction(event, interaction, config::parse(config).map_err(PluginError::InvalidConfig)?)
}

/// What the host calls, in the plugin's place.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<P>(PhantomData<P>);

impl<P: QualityChecks> bindings::exports::stammgast::quality::interaction_checks::Guest for Adapter<P> {
    fn check_interaction(event: EventContext, interaction: Interaction, config: String) -> Result<(), PluginError> {
        export::report_panics();
        check_interaction::<P>(&event, &interaction, &config)
    }
}

/// The contract, as Rust.
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/quality"],
        world: "stammgast:quality/quality-checks",
        with: {
            "stammgast:types/types@0.2.1": crate::bindings::stammgast::types::types,
            "stammgast:host/log@0.2.1": crate::bindings::stammgast::host::log,
            "stammgast:host/state@0.2.1": crate::bindings::stammgast::host::state,
            "stammgast:host/lookup@0.2.1": crate::bindings::stammgast::host::lookup,
        },
        additional_derives: [PartialEq, Eq],
        pub_export_macro: true,
        generate_all,
    });
}
