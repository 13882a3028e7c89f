//! Rules about what customers do beside buying: `activity.recorded`.

use super::Activity;
use crate::{EventContext, PluginError, config, export};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Rules about what customers do beside buying: `activity.recorded`.
pub trait ActivityRules {
    /// The configuration, as `config_schema` in the manifest describes it; [`crate::NoConfig`] for none.
    type Config: DeserializeOwned;

    /// Called for every activity. A call may be repeated after a fault, but its effects happen once.
    ///
    /// # Errors
    /// The plugin cannot answer: the host shows the text to the tenant's admin and tries again later.
    fn on_activity(event: &EventContext, activity: &Activity, config: Self::Config) -> Result<(), PluginError>;
}

impl Activity {
    /// The first detail of a name; `None` where there is none.
    #[must_use]
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }
}

/// Calls a plugin as the host does, with the configuration as JSON. For tests.
///
/// # Errors
/// The configuration does not fit, or the plugin's own error.
pub fn on_activity<P: ActivityRules>(
    event: &EventContext,
    activity: &Activity,
    config: &str,
) -> Result<(), PluginError> {
    P::on_activity(event, activity, config::parse(config).map_err(PluginError::InvalidConfig)?)
}

/// What the host calls, in the plugin's place.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<P>(PhantomData<P>);

impl<P: ActivityRules> bindings::exports::stammgast::loyalty::activity_rules::Guest for Adapter<P> {
    fn on_activity(event: EventContext, activity: Activity, config: String) -> Result<(), PluginError> {
        export::report_panics();
        on_activity::<P>(&event, &activity, &config)
    }
}

/// The contract, as Rust.
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, reason = "generated code")]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loyalty"],
        world: "stammgast:loyalty/loyalty-activities",
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
