//! Notices to a tenant's admins.

use super::super::schema;
use serde::Serialize;
use serde_json::Value;
use stammgast_domain::{
    NoticeId, Timestamp,
    notice::{Notice, NoticeKind, Seen},
};
use utoipa::ToSchema;

/// Something that a tenant's admins should look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView {
    /// The notice's id.
    #[schema(value_type = Uuid)]
    id: NoticeId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What it tells of.
    #[schema(value_type = schema::NoticeKind)]
    kind: NoticeKind,
    /// What it is about.
    #[schema(examples("installation:0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"))]
    object: String,
    /// What happened and what to do, in sentences.
    text: String,
    /// The same for machines: the installation's `name`, `plugin` and `plugin_version`, and what belongs to the kind.
    #[schema(value_type = Object)]
    details: Value,
    /// When somebody first said that it is seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    seen_at: Option<Timestamp>,
    /// Who said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("key:8f2c1d0a9b7e6f55"))]
    seen_by: Option<String>,
}

impl From<Notice> for NoticeView {
    fn from(notice: Notice) -> Self {
        let Notice { id, at, kind, object, text, details, seen, .. } = notice;
        let (seen_at, seen_by) = seen.map(|Seen { at, by }| (at, by)).unzip();
        Self { id, at, kind, object, text, details, seen_at, seen_by }
    }
}
