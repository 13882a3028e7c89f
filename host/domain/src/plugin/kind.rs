//! Kinds of plugins and the events that they are called for.

use super::Family;
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
    pub fn events(self) -> Vec<EventType> {
        Family::ALL.iter().filter(|family| family.kind() == self).flat_map(|family| family.events()).copied().collect()
    }
}
