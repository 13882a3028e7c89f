//! Feedback routing: which department has to hear this, and what should they do?

use crate::{EventContext, Interaction, PluginError, config, export};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

#[doc(inline)]
pub use bindings::stammgast::feedback::effects::{Item, Kind};

/// Rules that route contacts.
pub trait FeedbackRoutes {
    /// The configuration, as `config_schema` in the manifest describes it; [`crate::NoConfig`] for none.
    type Config: DeserializeOwned;

    /// Called for every recorded contact, and once more when a waiting contact was assigned to its customer. A call
    /// may be repeated after a fault, but its effects happen once.
    ///
    /// # Errors
    /// The plugin cannot answer: the host shows the text to the tenant's admin and tries again later.
    fn route_interaction(
        event: &EventContext,
        interaction: &Interaction,
        config: Self::Config,
    ) -> Result<(), PluginError>;
}

/// A department has to hear this. It must exist in the tenant. Needs the grant `feedback.open-item`.
pub fn open_item(item: Item) {
    #[cfg(target_family = "wasm")]
    bindings::stammgast::feedback::effects::open_item(&item);
    #[cfg(not(target_family = "wasm"))]
    crate::testing::ask(crate::testing::Effect::OpenItem(item));
}

/// Calls a plugin as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the plugin's own error.
pub fn route_interaction<P: FeedbackRoutes>(
    event: &EventContext,
    interaction: &Interaction,
    config: &str,
) -> Result<(), PluginError> {
    P::route_interaction(event, interaction, config::parse(config).map_err(PluginError::InvalidConfig)?)
}

/// What the host calls, in the plugin's place.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<P>(PhantomData<P>);

impl<P: FeedbackRoutes> bindings::exports::stammgast::feedback::interaction_routes::Guest for Adapter<P> {
    fn route_interaction(event: EventContext, interaction: Interaction, config: String) -> Result<(), PluginError> {
        export::report_panics();
        route_interaction::<P>(&event, &interaction, &config)
    }
}

/// The contract, as Rust.
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/feedback"],
        world: "stammgast:feedback/feedback-routes",
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
