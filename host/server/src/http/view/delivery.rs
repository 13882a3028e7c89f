//! Deliveries that failed.

use super::super::schema;
use serde::Serialize;
use stammgast_domain::{InstallationId, Timestamp, call::Fault, plugin::FaultKind};
use stammgast_store::{Delivery, DeliveryStatus};
use utoipa::ToSchema;

/// An event that did not get through to an installation at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// The installation.
    #[schema(value_type = Uuid)]
    installation: InstallationId,
    /// Sequence number of the event.
    event: u64,
    /// Whom or what the event is about.
    #[schema(examples("customer:0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"))]
    subject: String,
    /// Where it stands.
    #[schema(value_type = schema::DeliveryStatus)]
    status: DeliveryStatus,
    /// How often it was tried.
    attempts: u32,
    /// How often the host put it off, because it could not do its part.
    postponed: u32,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultView>,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// When it first went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    first_failed_at: Option<Timestamp>,
    /// When the event was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// What went wrong in a call. Nothing of it was applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultView {
    /// The sort of fault.
    #[schema(value_type = schema::FaultKind)]
    kind: FaultKind,
    /// What happened, for people.
    message: String,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let Delivery { id: (installation, event), subject, status, attempts, postponed, .. } = delivery;
        let Delivery { next_at, first_failed_at, recorded_at, .. } = delivery;
        let fault = delivery.fault.map(FaultView::from);
        Self { installation, event, subject, status, attempts, postponed, fault, next_at, first_failed_at, recorded_at }
    }
}

impl From<Fault> for FaultView {
    fn from(fault: Fault) -> Self {
        Self { kind: fault.kind, message: fault.message }
    }
}
