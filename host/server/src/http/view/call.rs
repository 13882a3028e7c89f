//! Recorded calls.

use crate::{app::records::Replayed, trial::compare::Difference};
use serde::Serialize;
use stammgast_domain::{
    InstallationId, Timestamp,
    call::{CallStory, Fault, RecordedCall},
    digest::Digest,
};
use stammgast_store::StoredCall;
use utoipa::ToSchema;

/// A call that was recorded: who was asked what, with which means, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedCall)]
pub struct CallView {
    /// The call's name: event and try.
    #[schema(examples("42.1"))]
    id: String,
    /// The installation.
    #[schema(value_type = Uuid)]
    installation: InstallationId,
    /// Sequence number of the event.
    event: u64,
    /// Which try it was, from 1.
    attempt: u32,
    /// The plugin's id.
    plugin: String,
    /// The plugin's version.
    version: String,
    /// SHA-256 of the component that ran.
    #[schema(value_type = String)]
    digest: Digest,
    /// Version of the installation then; its history holds grants and configuration.
    installation_version: u64,
    /// Version of the configuration.
    config_version: u64,
    /// Seed of its random numbers.
    seed: u64,
    /// CPU that it used, in units of fuel.
    fuel: u64,
    /// CPU that it could use.
    fuel_limit: u64,
    /// Memory that it held, in bytes.
    memory_bytes: u64,
    /// Time that it took, in microseconds.
    duration_us: u64,
    /// How it ended: `effects`, `malformed`, or the fault's sort.
    #[schema(examples("trap"))]
    ended: String,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Whether all that it was told is kept, so that it can be repeated.
    is_whole: bool,
    /// What it was told and what it answered; left out once the customer's data was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<StoryView>,
}

/// What a call was told and what it answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallStory)]
pub struct StoryView {
    /// What the host answered it, in order.
    #[schema(value_type = Vec<Object>)]
    reads: serde_json::Value,
    /// What it answered.
    #[schema(value_type = Object)]
    answer: serde_json::Value,
    /// Why the host did not apply what it asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// Lines that it logged.
    log: Vec<String>,
}

/// What came of repeating a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replayed)]
pub struct ReplayedView {
    /// The call's name.
    #[schema(examples("42.1"))]
    id: String,
    /// How it ended when it was recorded.
    ended: String,
    /// What came now.
    #[serde(flatten)]
    came: CameView,
}

/// What came of repeating a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplayResult)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum CameView {
    /// The same, to the last unit of CPU; where a fault was a matter of real time, its sort.
    Same,
    /// Something else.
    Different {
        /// Where.
        differences: Vec<DifferenceView>,
    },
    /// It cannot be repeated.
    Impossible {
        /// Why.
        why: String,
    },
}

/// One place where something else came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
pub struct DifferenceView {
    /// Where, such as `effects[0].points`.
    place: String,
    /// What was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    /// What came.
    #[serde(skip_serializing_if = "Option::is_none")]
    came: Option<String>,
}

impl From<StoredCall> for CallView {
    fn from(StoredCall { record, story }: StoredCall) -> Self {
        Self {
            id: name(&record),
            installation: record.installation,
            event: record.event,
            attempt: record.attempt,
            plugin: record.plugin,
            version: record.version,
            digest: record.digest,
            installation_version: record.installation_version,
            config_version: record.config_version,
            seed: record.seed,
            fuel: record.fuel,
            fuel_limit: record.limits.fuel,
            memory_bytes: record.memory_bytes,
            duration_us: record.duration_us,
            ended: record.ended,
            recorded_at: record.recorded_at,
            is_whole: record.is_whole,
            story: story.map(StoryView::from),
        }
    }
}

fn name(record: &RecordedCall) -> String {
    format!("{}.{}", record.event, record.attempt)
}

impl From<CallStory> for StoryView {
    fn from(story: CallStory) -> Self {
        let CallStory { reads, answer, refused, log } = story;
        let json = |value: Result<serde_json::Value, serde_json::Error>| value.unwrap_or_default();
        Self {
            reads: json(serde_json::to_value(reads)),
            answer: json(serde_json::to_value(answer)),
            refused: refused.map(|fault: Fault| fault.to_string()),
            log,
        }
    }
}

impl From<(RecordedCall, Replayed)> for ReplayedView {
    fn from((record, replayed): (RecordedCall, Replayed)) -> Self {
        let came = match replayed {
            Replayed::Same => CameView::Same,
            Replayed::Different(differences) => {
                CameView::Different { differences: differences.into_iter().map(DifferenceView::from).collect() }
            }
            Replayed::Impossible(why) => CameView::Impossible { why },
        };
        Self { id: name(&record), ended: record.ended, came }
    }
}

impl From<Difference> for DifferenceView {
    fn from(Difference { place, expected, came }: Difference) -> Self {
        Self { place, expected, came }
    }
}
