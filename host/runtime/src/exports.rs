//! The types of the functions that a component exports, compared with the contract before any of it runs. Generated
//! bindings look for names when a component is loaded, and at types only when it is called.

use crate::{
    bindings::{channel, loyalty},
    inspect::{CONTRACT, Refusal},
};
use channel::stammgast::channel::channel_types::{
    ChannelError, HttpResponse, OutgoingMessage, RawMessage, SendOutcome, SendRequest,
};
use loyalty::stammgast::types::types::{EventContext, Interaction, PluginError, Purchase};
use stammgast_domain::plugin::PluginKind;
use wasmtime::component::{
    __internal::InstanceType,
    Component, ComponentNamedList, Lift, Lower,
    types::{ComponentFunc, ComponentItem},
};

/// A function of the contract that plugins of a kind export.
struct Exported {
    kind: PluginKind,
    interface: &'static str,
    function: &'static str,
    fits: fn(&ComponentFunc, &InstanceType<'_>) -> wasmtime::Result<()>,
}

const fn exported<Params, Return>(kind: PluginKind, interface: &'static str, function: &'static str) -> Exported
where
    Params: ComponentNamedList + Lower,
    Return: ComponentNamedList + Lift,
{
    Exported { kind, interface, function, fits: |function, types| function.typecheck::<Params, Return>(types) }
}

/// What a plugin is asked about an event, and what it answers.
type Asked<'a, T> = (&'a EventContext, &'a T, &'a str);
type Answered<E> = (Result<(), E>,);

const FUNCTIONS: [Exported; 6] = [
    exported::<Asked<'_, Purchase>, Answered<PluginError>>(
        PluginKind::Loyalty,
        "stammgast:loyalty/purchase-rules",
        "on-purchase",
    ),
    exported::<Asked<'_, Interaction>, Answered<PluginError>>(
        PluginKind::Quality,
        "stammgast:quality/interaction-checks",
        "check-interaction",
    ),
    exported::<Asked<'_, Interaction>, Answered<PluginError>>(
        PluginKind::Feedback,
        "stammgast:feedback/interaction-routes",
        "route-interaction",
    ),
    exported::<Asked<'_, RawMessage>, Answered<ChannelError>>(
        PluginKind::Channel,
        "stammgast:channel/inbound",
        "read-message",
    ),
    exported::<(&OutgoingMessage, &str), (Result<SendRequest, ChannelError>,)>(
        PluginKind::Channel,
        "stammgast:channel/outbound",
        "build-send",
    ),
    exported::<(&OutgoingMessage, &HttpResponse, &str), (Result<SendOutcome, ChannelError>,)>(
        PluginKind::Channel,
        "stammgast:channel/outbound",
        "read-response",
    ),
];

/// Makes sure that every function of these kinds has the type that the contract says.
///
/// # Errors
/// [`Refusal::ExportType`].
pub(crate) fn check(component: &Component, serves: impl Fn(PluginKind) -> bool) -> Result<(), Refusal> {
    let described = component.component_type();
    let types = described.instance_type();
    for exported in FUNCTIONS.iter().filter(|exported| serves(exported.kind)) {
        let (interface, function) = (format!("{}@{CONTRACT}", exported.interface), exported.function);
        let refused = |problem: String| Refusal::ExportType { interface: interface.clone(), function, problem };
        let item = component
            .get_export_index(None, &interface)
            .and_then(|instance| component.get_export(Some(&instance), function))
            .map(|(item, _)| item);
        match item {
            Some(ComponentItem::ComponentFunc(found)) => {
                (exported.fits)(&found, &types).map_err(|error| refused(format!("{error:#}")))?;
            }
            Some(_) => return Err(refused("it is no function".to_owned())),
            None => return Err(refused("it is missing".to_owned())),
        }
    }
    Ok(())
}
