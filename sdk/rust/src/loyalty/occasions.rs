//! Rules about days that matter: `occasion.reached`.

use super::Occasion;
use crate::{EventContext, PluginError, config, export};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Rules about days that matter: `occasion.reached`.
pub trait OccasionRules {
    /// The configuration, as `config_schema` in the manifest describes it; [`crate::NoConfig`] for none.
    type Config: DeserializeOwned;

    /// Called for every occasion, once, at the beginning of its day in the tenant's time zone, and later where the
    /// server was down. A call may be repeated after a fault, but its effects happen once. There will be more kinds of
    /// occasions: pass over what is not known.
    ///
    /// # Errors
    /// The plugin cannot answer: the host shows the text to the tenant's admin and tries again later.
    fn on_occasion(event: &EventContext, occasion: &Occasion, config: Self::Config) -> Result<(), PluginError>;
}

/// Calls a plugin as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the plugin's own error.
pub fn on_occasion<P: OccasionRules>(
    event: &EventContext,
    occasion: &Occasion,
    config: &str,
) -> Result<(), PluginError> {
    P::on_occasion(event, occasion, config::parse(config).map_err(PluginError::InvalidConfig)?)
}

/// What the host calls, in the plugin's place.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<P>(PhantomData<P>);

impl<P: OccasionRules> bindings::exports::stammgast::loyalty::occasion_rules::Guest for Adapter<P> {
    fn on_occasion(event: EventContext, occasion: Occasion, config: String) -> Result<(), PluginError> {
        export::report_panics();
        on_occasion::<P>(&event, &occasion, &config)
    }
}

/// The contract, as Rust.
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-occasions",
        with: {
            "stammgast:types/types@0.2.1": crate::bindings::stammgast::types::types,
            "stammgast:host/log@0.2.1": crate::bindings::stammgast::host::log,
            "stammgast:host/state@0.2.1": crate::bindings::stammgast::host::state,
            "stammgast:host/lookup@0.2.1": crate::bindings::stammgast::host::lookup,
            "stammgast:host/reminders@0.2.1": crate::bindings::stammgast::host::reminders,
            "stammgast:host/contacts@0.2.1": crate::bindings::stammgast::host::contacts,
            "stammgast:loyalty/loyalty-types@0.2.1": crate::loyalty::bindings::stammgast::loyalty::loyalty_types,
            "stammgast:loyalty/effects@0.2.1": crate::loyalty::bindings::stammgast::loyalty::effects,
        },
        additional_derives: [PartialEq, Eq],
        pub_export_macro: true,
        generate_all,
    });
}
