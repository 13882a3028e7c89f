//! Rules about points that moved: `loyalty.points-posted`.

use super::PointsChange;
use crate::{EventContext, PluginError, config, export};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Rules about points that moved: `loyalty.points-posted`.
pub trait PointsRules {
    /// The configuration, as `config_schema` in the manifest describes it; [`crate::NoConfig`] for none.
    type Config: DeserializeOwned;

    /// Called whenever a customer's points moved, those among them that the plugin itself asked for: make sure that it
    /// comes to an end. A call may be repeated after a fault, but its effects happen once.
    ///
    /// # Errors
    /// The plugin cannot answer: the host shows the text to the tenant's admin and tries again later.
    fn on_points(event: &EventContext, change: &PointsChange, config: Self::Config) -> Result<(), PluginError>;
}

/// Calls a plugin as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the plugin's own error.
pub fn on_points<P: PointsRules>(event: &EventContext, change: &PointsChange, config: &str) -> Result<(), PluginError> {
    P::on_points(event, change, config::parse(config).map_err(PluginError::InvalidConfig)?)
}

/// What the host calls, in the plugin's place.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<P>(PhantomData<P>);

impl<P: PointsRules> bindings::exports::stammgast::loyalty::points_rules::Guest for Adapter<P> {
    fn on_points(event: EventContext, change: PointsChange, config: String) -> Result<(), PluginError> {
        export::report_panics();
        on_points::<P>(&event, &change, &config)
    }
}

/// The contract, as Rust.
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-points",
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
