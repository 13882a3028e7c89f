//! What customers do beside buying.

use serde::Serialize;
use stammgast_domain::{ActivityId, CustomerId, Timestamp, activity::Activity};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Something that a customer did, and that is no purchase.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activity)]
pub struct ActivityView {
    /// Derived from `source` and `external_id`.
    #[schema(value_type = Uuid)]
    id: ActivityId,
    /// Who did it.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// What it is, a code.
    #[schema(examples("survey-answered"))]
    kind: String,
    /// The system that told of it, a code.
    #[schema(examples("app"))]
    source: String,
    /// Its name in that system.
    external_id: String,
    /// Details, by name.
    details: BTreeMap<String, String>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        let Activity { id, customer, kind, source, external_id, details, occurred_at, recorded_at, .. } = activity;
        Self { id, customer, kind, source, external_id, details, occurred_at, recorded_at }
    }
}
