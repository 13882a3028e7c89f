//! Events of a tenant's log, after the manner of `CloudEvents`.

use super::super::schema;
use serde::Serialize;
use stammgast_domain::{
    InstallationId, TenantId, Timestamp,
    event::{Cause, Event, EventType, Fact},
};
use utoipa::ToSchema;

/// Events of a tenant's log, in order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub struct EventsView {
    /// The events.
    pub items: Vec<EventView>,
    /// Give this as `after` to go on: the place of the last event, or what was asked for where there is none.
    pub last: u64,
}

/// One immutable fact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// Unique over all tenants of this server.
    #[schema(examples("acme-42"))]
    id: String,
    /// Place in the tenant's log, from 1.
    seq: u64,
    /// What happened.
    #[schema(value_type = schema::EventType)]
    r#type: EventType,
    /// Whom or what it is about.
    #[schema(examples("customer:0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"))]
    subject: String,
    /// When it happened in the world.
    #[schema(value_type = String, format = DateTime)]
    time: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recordedtime: Timestamp,
    /// Who did it.
    #[schema(examples("key:8f2c1d0a9b7e6f55"))]
    actor: String,
    /// What it followed from, when a plugin's effect made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<EventCauseView>,
    /// The complete new values.
    #[schema(value_type = Object)]
    data: Fact,
}

/// What an event followed from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventCause)]
pub struct EventCauseView {
    /// Sequence number of the event that the plugin was called for.
    event: u64,
    /// The installation that was called.
    #[schema(value_type = Uuid)]
    installation: InstallationId,
}

impl EventView {
    /// An event of this tenant.
    pub fn of(tenant: &TenantId, event: Event) -> Self {
        let Event { seq, event } = event;
        Self {
            id: format!("{tenant}-{seq}"),
            seq,
            r#type: event.fact.event_type(),
            subject: event.subject.to_string(),
            time: event.occurred_at,
            recordedtime: event.recorded_at,
            actor: event.actor,
            cause: event.cause.map(EventCauseView::from),
            data: event.fact,
        }
    }

    /// Its place in the log.
    pub const fn seq(&self) -> u64 {
        self.seq
    }
}

impl From<Cause> for EventCauseView {
    fn from(cause: Cause) -> Self {
        Self { event: cause.event, installation: cause.installation }
    }
}
