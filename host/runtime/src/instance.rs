//! An instance of a component in its store, and the questions put to it.

use crate::{
    LoadedPlugin,
    bindings::{activities, channel, feedback, loyalty, occasions, points, quality},
    call::{Call, Question},
    convert,
    host::HostState,
    moments,
};
use channel::{exports::stammgast::channel::inbound::RawMessage, stammgast::channel::channel_types::ChannelError};
use loyalty::stammgast::types::types::PluginError;
use stammgast_domain::plugin::Family;
use wasmtime::Store;

/// What a plugin answered: nothing more than it asked the host for, or an error of its own.
pub(crate) type Outcome = wasmtime::Result<Result<(), Refused>>;

/// An error of the plugin's own.
pub(crate) enum Refused {
    /// The bytes are no message of its channel.
    Malformed(String),
    /// Anything else.
    Plugin(String),
}

/// An instance that serves one family of events.
pub(crate) enum Instance {
    Purchases(loyalty::LoyaltyRules),
    Occasions(occasions::LoyaltyOccasions),
    Activities(activities::LoyaltyActivities),
    Points(points::LoyaltyPoints),
    Quality(quality::QualityChecks),
    Channel(channel::ChannelConnector),
    Feedback(feedback::FeedbackRoutes),
}

/// The family that a question belongs to.
pub(crate) const fn family_of(question: &Question<'_>) -> Family {
    match question {
        Question::Purchase(_) => Family::Purchases,
        Question::Occasion(_) => Family::Occasions,
        Question::Activity(_) => Family::Activities,
        Question::Points(_) => Family::Points,
        Question::Check(_) => Family::Checks,
        Question::Route(_) => Family::Routes,
        Question::Read { .. } => Family::Messages,
    }
}

impl Instance {
    /// Makes an instance in a store.
    pub(crate) async fn make(
        plugin: &LoadedPlugin,
        family: Family,
        store: &mut Store<HostState>,
    ) -> wasmtime::Result<Self> {
        let absent = || wasmtime::Error::msg("the component does not serve this family of events");
        Ok(match family {
            Family::Purchases => {
                Self::Purchases(plugin.purchases.as_ref().ok_or_else(absent)?.instantiate_async(store).await?)
            }
            Family::Occasions => {
                Self::Occasions(plugin.occasions.as_ref().ok_or_else(absent)?.instantiate_async(store).await?)
            }
            Family::Activities => {
                Self::Activities(plugin.activities.as_ref().ok_or_else(absent)?.instantiate_async(store).await?)
            }
            Family::Points => Self::Points(plugin.points.as_ref().ok_or_else(absent)?.instantiate_async(store).await?),
            Family::Checks => {
                Self::Quality(plugin.quality.as_ref().ok_or_else(absent)?.instantiate_async(store).await?)
            }
            Family::Messages => {
                Self::Channel(plugin.channel.as_ref().ok_or_else(absent)?.instantiate_async(store).await?)
            }
            Family::Routes => {
                Self::Feedback(plugin.feedback.as_ref().ok_or_else(absent)?.instantiate_async(store).await?)
            }
        })
    }

    /// Puts a call's question to it.
    pub(crate) async fn ask(&self, store: &mut Store<HostState>, call: &Call<'_>) -> Outcome {
        let context = convert::event_context(call.event);
        let config = call.config;
        match (self, &call.question) {
            (Self::Occasions(rules), Question::Occasion(occasion)) => {
                let occasion = moments::occasion(occasion);
                let rules = rules.stammgast_loyalty_occasion_rules();
                Ok(rules.call_on_occasion(store, &context, &occasion, config).await?.map_err(plugin_refusal))
            }
            (Self::Activities(rules), Question::Activity(activity)) => {
                let activity = moments::activity(activity);
                let rules = rules.stammgast_loyalty_activity_rules();
                Ok(rules.call_on_activity(store, &context, &activity, config).await?.map_err(plugin_refusal))
            }
            (Self::Points(rules), Question::Points(transaction)) => {
                let change = moments::points_change(transaction);
                let rules = rules.stammgast_loyalty_points_rules();
                Ok(rules.call_on_points(store, &context, &change, config).await?.map_err(plugin_refusal))
            }
            (Self::Purchases(rules), Question::Purchase(purchase)) => {
                let purchase = convert::purchase(purchase);
                let rules = rules.stammgast_loyalty_purchase_rules();
                Ok(rules.call_on_purchase(store, &context, &purchase, config).await?.map_err(plugin_refusal))
            }
            (Self::Quality(checks), Question::Check(contact)) => {
                let contact = convert::interaction(contact);
                let checks = checks.stammgast_quality_interaction_checks();
                Ok(checks.call_check_interaction(store, &context, &contact, config).await?.map_err(plugin_refusal))
            }
            (Self::Feedback(routes), Question::Route(contact)) => {
                let contact = convert::interaction(contact);
                let routes = routes.stammgast_feedback_interaction_routes();
                Ok(routes.call_route_interaction(store, &context, &contact, config).await?.map_err(plugin_refusal))
            }
            (Self::Channel(connector), Question::Read { body, media_type, received_at }) => {
                let raw = RawMessage {
                    body: body.to_vec(),
                    media_type: (*media_type).to_owned(),
                    received_at: received_at.millis(),
                };
                let inbound = connector.stammgast_channel_inbound();
                Ok(inbound.call_read_message(store, &context, &raw, config).await?.map_err(|error| match error {
                    ChannelError::Malformed(text) => Refused::Malformed(text),
                    other => Refused::Plugin(channel_text(other)),
                }))
            }
            _ => Err(wasmtime::Error::msg("the instance serves another family of events")),
        }
    }
}

fn plugin_refusal(error: PluginError) -> Refused {
    Refused::Plugin(match error {
        PluginError::InvalidConfig(text) => format!("its configuration cannot be used: {text}"),
        PluginError::UnsupportedEvent(text) => format!("it cannot handle the event: {text}"),
        PluginError::Other(text) => text,
    })
}

/// A connector's error in words.
pub(crate) fn channel_text(error: ChannelError) -> String {
    match error {
        ChannelError::Malformed(text) => format!("malformed: {text}"),
        ChannelError::InvalidConfig(text) => format!("its configuration cannot be used: {text}"),
        ChannelError::Unsupported(text) => format!("the channel cannot carry it: {text}"),
        ChannelError::Other(text) => text,
    }
}
