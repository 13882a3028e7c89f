//! What an admin has to know before a version runs.

use super::{
    super::schema,
    installation::InstallationView,
    limits::LimitsView,
    plugin::{CapabilityView, PluginView},
};
use crate::app::installations::{ConfigChange, KeptSecret, Review, ReviewedOrigin, WebhookChange};
use serde::Serialize;
use stammgast_domain::plugin::{Capability, Origin, WebhookProof};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A version as an admin should look at it: what it asks for, in words, and what would change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewView {
    /// The version.
    plugin: PluginView,
    /// The installation that would run it, as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    installation: Option<InstallationView>,
    /// The tenant's trusted key that signed it; without one, running it needs a decision with a reason (`unsigned`).
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_by: Option<String>,
    /// Capabilities that have to be granted anew.
    new_grants: Vec<CapabilityView>,
    /// Capabilities that it asks for, and has.
    #[schema(value_type = Vec<schema::Capability>)]
    kept_grants: BTreeSet<Capability>,
    /// Capabilities that it does not ask for any more.
    #[schema(value_type = Vec<schema::Capability>)]
    dropped_grants: BTreeSet<Capability>,
    /// Where its requests go.
    origins: Vec<ReviewedOriginView>,
    /// Secrets that have to be given.
    missing_secrets: Vec<String>,
    /// Secrets that are set already, which this version could use from the start.
    kept_secrets: Vec<KeptSecretView>,
    /// How its webhook's deliveries prove themselves otherwise than those of the version that runs; left out where they
    /// do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_change: Option<WebhookChangeView>,
    /// How its settings differ from those of the version that runs.
    config_changes: Vec<ConfigChangeView>,
    /// Why the present configuration does not fit; empty where it fits.
    config_errors: Vec<String>,
    /// Limits that the version that runs wishes for.
    #[serde(skip_serializing_if = "Option::is_none")]
    limits_before: Option<LimitsView>,
}

/// A secret that is set already.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptSecret)]
pub struct KeptSecretView {
    /// Its name.
    name: String,
    /// What for, in its author's words.
    why: String,
    /// What the version that runs says; left out where it does not ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_before: Option<String>,
    /// Where it may go.
    #[schema(value_type = Vec<String>)]
    origins: BTreeSet<Origin>,
}

/// The proof of a webhook in two versions, each left out where there is no webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookChange)]
pub struct WebhookChangeView {
    /// That of the version that runs, as its manifest describes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    before: Option<WebhookProof>,
    /// That of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    after: Option<WebhookProof>,
}

/// An origin that a version asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewedOrigin)]
pub struct ReviewedOriginView {
    /// The origin; left out where the admin names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    origin: Option<Origin>,
    /// What for, in its author's words.
    why: String,
    /// Whether it is granted already.
    granted: bool,
}

/// A setting that differs between two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConfigChange)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum ConfigChangeView {
    /// It is new.
    Added {
        /// Its name.
        setting: String,
        /// Whether it has to be given.
        required: bool,
    },
    /// It is gone.
    Removed {
        /// Its name.
        setting: String,
    },
    /// It means or allows something else.
    Changed {
        /// Its name.
        setting: String,
    },
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> Self {
        Self {
            plugin: review.plugin.into(),
            installation: review.installation.map(InstallationView::from),
            signed_by: review.signed_by,
            new_grants: review.new_grants.into_iter().map(CapabilityView::from).collect(),
            kept_grants: review.kept_grants,
            dropped_grants: review.dropped_grants,
            origins: review.origins.into_iter().map(ReviewedOriginView::from).collect(),
            missing_secrets: review.missing_secrets,
            kept_secrets: review.kept_secrets.into_iter().map(KeptSecretView::from).collect(),
            webhook_change: review.webhook_change.map(WebhookChangeView::from),
            config_changes: review.config_changes.into_iter().map(ConfigChangeView::from).collect(),
            config_errors: review.config_errors,
            limits_before: review.limits_before.map(LimitsView::from),
        }
    }
}

impl From<KeptSecret> for KeptSecretView {
    fn from(KeptSecret { name, why, why_before, origins }: KeptSecret) -> Self {
        Self { name, why, why_before, origins }
    }
}

impl From<WebhookChange> for WebhookChangeView {
    fn from(WebhookChange { before, after }: WebhookChange) -> Self {
        Self { before, after }
    }
}

impl From<ReviewedOrigin> for ReviewedOriginView {
    fn from(ReviewedOrigin { origin, why, granted }: ReviewedOrigin) -> Self {
        Self { origin, why, granted }
    }
}

impl From<ConfigChange> for ConfigChangeView {
    fn from(change: ConfigChange) -> Self {
        match change {
            ConfigChange::Added { setting, required } => Self::Added { setting, required },
            ConfigChange::Removed { setting } => Self::Removed { setting },
            ConfigChange::Changed { setting } => Self::Changed { setting },
        }
    }
}
