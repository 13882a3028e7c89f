//! What calls of a plugin cost and how they ended.

use crate::app::usage::UsageReport;
use serde::Serialize;
use stammgast_domain::{
    Timestamp,
    usage::{Ending, Figures, Spread},
};
use std::{collections::BTreeMap, time::Duration};
use utoipa::ToSchema;

/// What calls of an installation cost and how they ended, in this server since its start.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub struct UsageView {
    /// Since when calls are counted: the server's start. Servers on one database count their own calls each.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Figures by version of the plugin, of the versions that were called last; the latest first.
    versions: Vec<VersionUsageView>,
}

/// Figures of one version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionUsage)]
pub struct VersionUsageView {
    /// The plugin's version.
    #[schema(examples("0.1.0"))]
    version: String,
    /// Calls, however they ended. Events that are tried again are called again.
    calls: u64,
    /// Calls whose effects were applied, or noted where it runs in shadow.
    effects: u64,
    /// Calls in which a connector said that the bytes are no message of its channel.
    malformed: u64,
    /// Calls during which the plugin's state changed, so that it was called again.
    state_changed: u64,
    /// Calls that ended in a fault, by sort.
    faults: BTreeMap<&'static str, u64>,
    /// CPU of all calls in units of fuel.
    fuel: u64,
    /// Memory of the call that held most, in bytes.
    most_memory_bytes: u64,
    /// How long calls took, in microseconds.
    duration_us: SpreadView,
    /// How long calls waited for their turn, because of limits on calls at the same time, in
    /// microseconds.
    queued_us: SpreadView,
}

/// Durations in microseconds. Percentiles are estimated from classes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Spread)]
pub struct SpreadView {
    /// Half of all were no longer.
    p50: u64,
    /// 95 of 100 were no longer.
    p95: u64,
    /// The longest.
    most: u64,
}

impl From<UsageReport> for UsageView {
    fn from(report: UsageReport) -> Self {
        let view = |(version, figures): (semver::Version, Figures)| VersionUsageView::of(version.to_string(), &figures);
        Self { since: report.since, versions: report.versions.into_iter().map(view).collect() }
    }
}

impl VersionUsageView {
    fn of(version: String, figures: &Figures) -> Self {
        Self {
            version,
            calls: figures.calls(),
            effects: figures.ended(Ending::Effects),
            malformed: figures.ended(Ending::Malformed),
            state_changed: figures.ended(Ending::StateChanged),
            faults: figures.faults().map(|(kind, count)| (kind.as_str(), count)).collect(),
            fuel: figures.fuel(),
            most_memory_bytes: figures.most_memory_bytes(),
            duration_us: figures.duration().into(),
            queued_us: figures.queued().into(),
        }
    }
}

impl From<&Spread> for SpreadView {
    fn from(spread: &Spread) -> Self {
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let [p50, p95, most] = [spread.percentile(50), spread.percentile(95), spread.most()].map(micros);
        Self { p50, p95, most }
    }
}
