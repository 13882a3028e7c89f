//! Families of events: each is an interface of its own, so that there can be more without a change of those before.

use super::PluginKind;
use crate::event::EventType;
use std::collections::BTreeSet;

super::names! {
    /// Events that a plugin is asked about in one way.
    Family {
        /// What has this purchase earned?
        Purchases = "purchases",
        /// What does this day bring?
        Occasions = "occasions",
        /// What has this activity earned?
        Activities = "activities",
        /// What follows from points that moved?
        Points = "points",
        /// Does this contact meet our standards?
        Checks = "checks",
        /// What do these bytes say?
        Messages = "messages",
        /// Which department has to hear this?
        Routes = "routes",
    }
}

impl Family {
    /// The kind of plugins that it belongs to.
    #[must_use]
    pub const fn kind(self) -> PluginKind {
        match self {
            Self::Purchases | Self::Occasions | Self::Activities | Self::Points => PluginKind::Loyalty,
            Self::Checks => PluginKind::Quality,
            Self::Messages => PluginKind::Channel,
            Self::Routes => PluginKind::Feedback,
        }
    }

    /// Its events.
    #[must_use]
    pub const fn events(self) -> &'static [EventType] {
        match self {
            Self::Purchases => &[EventType::PurchaseRecorded],
            Self::Occasions => &[EventType::OccasionReached],
            Self::Activities => &[EventType::ActivityRecorded],
            Self::Points => &[EventType::PointsPosted],
            Self::Checks | Self::Routes => &[EventType::InteractionRecorded, EventType::InteractionAssigned],
            Self::Messages => &[EventType::MessageReceived],
        }
    }

    /// The interfaces of the contract that a plugin exports to be asked, without their version.
    #[must_use]
    pub const fn exports(self) -> &'static [&'static str] {
        match self {
            Self::Purchases => &["stammgast:loyalty/purchase-rules"],
            Self::Occasions => &["stammgast:loyalty/occasion-rules"],
            Self::Activities => &["stammgast:loyalty/activity-rules"],
            Self::Points => &["stammgast:loyalty/points-rules"],
            Self::Checks => &["stammgast:quality/interaction-checks"],
            Self::Messages => &["stammgast:channel/inbound", "stammgast:channel/outbound"],
            Self::Routes => &["stammgast:feedback/interaction-routes"],
        }
    }

    /// The world of the contract that holds just this family.
    #[must_use]
    pub const fn world(self) -> &'static str {
        match self {
            Self::Purchases => "loyalty-rules",
            Self::Occasions => "loyalty-occasions",
            Self::Activities => "loyalty-activities",
            Self::Points => "loyalty-points",
            Self::Checks => "quality-checks",
            Self::Messages => "channel-connector",
            Self::Routes => "feedback-routes",
        }
    }

    /// The families that a plugin of some kinds is asked about, when it wants to be called for some events.
    #[must_use]
    pub fn of(kinds: &BTreeSet<PluginKind>, events: &BTreeSet<EventType>) -> BTreeSet<Self> {
        let wanted = |family: &Self| {
            kinds.contains(&family.kind()) && family.events().iter().any(|event| events.contains(event))
        };
        Self::ALL.iter().copied().filter(wanted).collect()
    }
}
