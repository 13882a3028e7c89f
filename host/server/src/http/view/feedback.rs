//! Findings, departments and the feedback they receive.

use super::{
    super::schema,
    provenance::{EvidenceView, ProvenanceView},
};
use serde::Serialize;
use stammgast_domain::{
    CustomerId, FeedbackItemId, FindingId, InteractionId, Timestamp,
    feedback::{Department, FeedbackItem, FeedbackKind, FeedbackStatus},
    finding::{Finding, Severity},
};
use utoipa::ToSchema;

/// One deviation from the tenant's standards.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    /// The finding's id.
    #[schema(value_type = Uuid)]
    id: FindingId,
    /// The interaction that was checked.
    #[schema(value_type = Uuid)]
    interaction: InteractionId,
    /// The customer it was with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// The rule that was broken, a code.
    #[schema(examples("language.not-served"))]
    rule: String,
    /// How much it matters.
    #[schema(value_type = schema::Severity)]
    severity: Severity,
    /// What is wrong, in a sentence for people.
    text: String,
    /// Where it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceView>,
    /// Which call found it.
    provenance: ProvenanceView,
    /// When the checked contact happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was found.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// A part of the company that receives feedback.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Department)]
pub struct DepartmentView {
    /// Short name, a code.
    #[schema(examples("production"))]
    code: String,
    /// The name to show.
    #[schema(examples("Production"))]
    name: String,
    /// Whether contacts go there that no plugin can sort, because it is out of order.
    default: bool,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// One piece of feedback for one department.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedbackItem)]
pub struct FeedbackItemView {
    /// The item's id.
    #[schema(value_type = Uuid)]
    id: FeedbackItemId,
    /// The department that has to hear it.
    #[schema(examples("production"))]
    department: String,
    /// What sort of feedback.
    #[schema(value_type = schema::FeedbackKind)]
    kind: FeedbackKind,
    /// What it is about, a code.
    #[schema(examples("delivery"))]
    topic: String,
    /// A line that says what it is.
    title: String,
    /// Why it was sent here, in a sentence for people.
    text: String,
    /// The words that led here.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceView>,
    /// The interaction it came from.
    #[schema(value_type = Uuid)]
    interaction: InteractionId,
    /// The customer who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// How far it has got.
    #[schema(value_type = schema::FeedbackStatus)]
    status: FeedbackStatus,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejection: Option<String>,
    /// What caused the trouble.
    #[serde(skip_serializing_if = "Option::is_none")]
    root_cause: Option<String>,
    /// What was done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// Which call sent it.
    provenance: ProvenanceView,
    /// When the contact happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            id: finding.id,
            interaction: finding.interaction,
            customer: finding.customer,
            rule: finding.rule,
            severity: finding.severity,
            text: finding.text,
            evidence: finding.evidence.map(EvidenceView::from),
            provenance: finding.provenance.into(),
            occurred_at: finding.occurred_at,
            recorded_at: finding.recorded_at,
        }
    }
}

impl From<Department> for DepartmentView {
    fn from(department: Department) -> Self {
        let Department { code, name, is_default, created_at, .. } = department;
        Self { code, name, default: is_default, created_at }
    }
}

impl From<FeedbackItem> for FeedbackItemView {
    fn from(item: FeedbackItem) -> Self {
        Self {
            id: item.id,
            department: item.department,
            kind: item.kind,
            topic: item.topic,
            title: item.title,
            text: item.text,
            evidence: item.evidence.map(EvidenceView::from),
            interaction: item.interaction,
            customer: item.customer,
            status: item.status,
            rejection: item.rejection,
            root_cause: item.root_cause,
            action: item.action,
            provenance: item.provenance.into(),
            occurred_at: item.occurred_at,
            recorded_at: item.recorded_at,
            version: item.version,
        }
    }
}
