//! The types of the functions that a component exports, compared with the contract before any of it runs. Generated
//! bindings look for names when a component is loaded, and at types only when it is called.

use crate::{
    bindings::{activities, channel, loyalty, occasions, points},
    inspect::{CONTRACT, Refusal},
};
use activities::stammgast::loyalty::loyalty_types::Activity;
use channel::stammgast::channel::channel_types::{
    ChannelError, HttpResponse, OutgoingMessage, RawMessage, SendOutcome, SendRequest,
};
use loyalty::stammgast::types::types::{EventContext, Interaction, PluginError, Purchase};
use occasions::stammgast::loyalty::loyalty_types::Occasion;
use points::stammgast::loyalty::loyalty_types::PointsChange;
use stammgast_domain::plugin::Family;
use std::collections::BTreeSet;
use wasmtime::component::{
    __internal::InstanceType,
    Component, ComponentNamedList, Lift, Lower,
    types::{ComponentFunc, ComponentItem},
};

/// A function of the contract that plugins export for a family of events.
struct Exported {
    family: Family,
    interface: &'static str,
    function: &'static str,
    fits: fn(&ComponentFunc, &InstanceType<'_>) -> wasmtime::Result<()>,
}

const fn exported<Params, Return>(family: Family, interface: &'static str, function: &'static str) -> Exported
where
    Params: ComponentNamedList + Lower,
    Return: ComponentNamedList + Lift,
{
    Exported { family, interface, function, fits: |function, types| function.typecheck::<Params, Return>(types) }
}

/// What a plugin is asked about an event, and what it answers.
type Asked<'a, T> = (&'a EventContext, &'a T, &'a str);
type Answered<E> = (Result<(), E>,);

const FUNCTIONS: [Exported; 9] = [
    exported::<Asked<'_, Purchase>, Answered<PluginError>>(
        Family::Purchases,
        "stammgast:loyalty/purchase-rules",
        "on-purchase",
    ),
    exported::<Asked<'_, Occasion>, Answered<PluginError>>(
        Family::Occasions,
        "stammgast:loyalty/occasion-rules",
        "on-occasion",
    ),
    exported::<Asked<'_, Activity>, Answered<PluginError>>(
        Family::Activities,
        "stammgast:loyalty/activity-rules",
        "on-activity",
    ),
    exported::<Asked<'_, PointsChange>, Answered<PluginError>>(
        Family::Points,
        "stammgast:loyalty/points-rules",
        "on-points",
    ),
    exported::<Asked<'_, Interaction>, Answered<PluginError>>(
        Family::Checks,
        "stammgast:quality/interaction-checks",
        "check-interaction",
    ),
    exported::<Asked<'_, Interaction>, Answered<PluginError>>(
        Family::Routes,
        "stammgast:feedback/interaction-routes",
        "route-interaction",
    ),
    exported::<Asked<'_, RawMessage>, Answered<ChannelError>>(
        Family::Messages,
        "stammgast:channel/inbound",
        "read-message",
    ),
    exported::<(&OutgoingMessage, &str), (Result<SendRequest, ChannelError>,)>(
        Family::Messages,
        "stammgast:channel/outbound",
        "build-send",
    ),
    exported::<(&OutgoingMessage, &HttpResponse, &str), (Result<SendOutcome, ChannelError>,)>(
        Family::Messages,
        "stammgast:channel/outbound",
        "read-response",
    ),
];

/// Makes sure that every function of these families has the type that the contract says.
///
/// # Errors
/// [`Refusal::ExportType`].
pub(crate) fn check(component: &Component, families: &BTreeSet<Family>) -> Result<(), Refusal> {
    let described = component.component_type();
    let types = described.instance_type();
    for exported in FUNCTIONS.iter().filter(|exported| families.contains(&exported.family)) {
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
