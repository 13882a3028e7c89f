//! Kinds of plugins and the events that they are called for.

use crate::event::EventType;

super::names! {
    /// What sort of question a plugin answers.
    PluginKind {
        /// What has this customer earned?
        Loyalty = "loyalty",
        /// Does this contact meet our standards?
        Quality = "quality",
        /// What did this channel just tell us?
        Channel = "channel",
        /// Which department has to hear this?
        Feedback = "feedback",
    }
}

impl PluginKind {
    /// The events that plugins of this kind can be called for.
    #[must_use]
    pub const fn events(self) -> &'static [EventType] {
        match self {
            Self::Loyalty => &[EventType::PurchaseRecorded],
            Self::Quality | Self::Feedback => &[EventType::InteractionRecorded, EventType::InteractionAssigned],
            Self::Channel => &[EventType::MessageReceived],
        }
    }
}
