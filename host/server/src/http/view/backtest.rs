//! Back-tests and what they found.

use super::super::schema;
use serde::Serialize;
use serde_json::Value;
use stammgast_domain::{
    CustomerId, InstallationId, Timestamp,
    backtest::{
        self, Against, Backtest, BacktestStatus, Both, Candidate, Dealt, EventDifference, Period, Side, Totals,
    },
    digest::Digest,
};
use stammgast_store::CustomerPoints;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A version run over the past without writing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Backtest)]
pub struct BacktestView {
    /// The back-test's id.
    id: Uuid,
    /// What is tried.
    candidate: CandidateView,
    /// What it is compared with.
    against: AgainstView,
    /// Events that happened at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Events that happened before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Who wanted it.
    actor: String,
    /// Where it stands.
    #[schema(value_type = schema::BacktestStatus)]
    status: BacktestStatus,
    /// Every event up to this one was looked at.
    position: u64,
    /// The last event that is looked at.
    until: u64,
    /// What came so far.
    totals: TotalsView,
    /// How it has to be read: what is simulated, what is historical, and what cannot be known.
    notes: Vec<String>,
    /// Why it could not go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Milliseconds that it worked.
    worked_ms: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last moved.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A version with a configuration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Candidate)]
pub struct CandidateView {
    /// The plugin's id.
    plugin: String,
    /// The plugin's version.
    version: String,
    /// The component.
    #[schema(value_type = String)]
    digest: Digest,
    /// Its configuration.
    config: Value,
}

/// What a version is compared with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Against)]
#[serde(tag = "against", rename_all = "kebab-case")]
pub enum AgainstView {
    /// Nothing.
    Nothing,
    /// What an installation did.
    Happened {
        /// The installation.
        #[schema(value_type = Uuid)]
        installation: InstallationId,
        /// Its name then.
        name: String,
    },
    /// Another version, or another configuration.
    Version(CandidateView),
}

/// What came, added up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestTotals)]
pub struct TotalsView {
    /// Events that it was called for.
    events: u64,
    /// Events with which the two sides dealt differently.
    differing: u64,
    /// Events where what they asked for differs in its texts alone; known where two versions are compared.
    differing_texts: u64,
    /// Events for which it is not known what happened.
    unknown: u64,
    /// Events that were left out because the personal data of their customer was erased.
    erased: u64,
    /// Customers whose points differ.
    customers_differing: u64,
    /// What is tried.
    candidate: SideView,
    /// What it is compared with.
    baseline: SideView,
}

/// What one side asked for, added up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestSide)]
pub struct SideView {
    /// Calls.
    calls: u64,
    /// Calls that ended in a fault, by sort.
    faults: BTreeMap<String, u64>,
    /// Points, by program.
    points: BTreeMap<String, i64>,
    /// Postings, by program.
    postings: BTreeMap<String, u64>,
    /// Findings, by rule and severity.
    findings: BTreeMap<String, u64>,
    /// Feedback items, by department, kind and topic.
    routes: BTreeMap<String, u64>,
    /// Messages that were read, by direction.
    messages: BTreeMap<String, u64>,
    /// Messages that could not be read.
    malformed: u64,
    /// CPU of all calls in units of fuel.
    fuel: u64,
    /// CPU of the call that took most.
    most_fuel: u64,
    /// Memory of the call that held most, in bytes.
    most_memory_bytes: u64,
    /// Time of all calls in microseconds.
    duration_us: u64,
    /// Time of the call that took longest.
    most_duration_us: u64,
}

/// One event with which the two sides dealt differently.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventDifference)]
pub struct EventDifferenceView {
    /// Sequence number of the event.
    event: u64,
    /// The customer it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// What the tried version asked for.
    #[schema(value_type = Object)]
    candidate: Dealt,
    /// What it is compared with.
    #[schema(value_type = Object)]
    baseline: Dealt,
}

/// A customer's points on both sides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BacktestCustomer)]
pub struct BacktestCustomerView {
    /// The customer.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// Points by program.
    programs: BTreeMap<String, BothView>,
}

/// Points on both sides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BothPoints)]
pub struct BothView {
    /// What the tried version gave.
    candidate: i64,
    /// What it is compared with.
    baseline: i64,
}

impl From<Backtest> for BacktestView {
    fn from(test: Backtest) -> Self {
        let notes = backtest::notes(&test);
        let Backtest { id, candidate, against, period: Period { from, to }, actor, status, position, until, .. } = test;
        let Backtest { totals, error, worked_ms, created_at, updated_at, .. } = test;
        Self {
            id,
            candidate: candidate.into(),
            against: match against {
                Against::Nothing => AgainstView::Nothing,
                Against::Happened { installation, name } => AgainstView::Happened { installation, name },
                Against::Version(other) => AgainstView::Version((*other).into()),
            },
            from,
            to,
            actor,
            status,
            position,
            until,
            totals: totals.into(),
            notes,
            error,
            worked_ms,
            created_at,
            updated_at,
        }
    }
}

impl From<Candidate> for CandidateView {
    fn from(candidate: Candidate) -> Self {
        let Candidate { plugin, version, digest, config, .. } = candidate;
        Self { plugin, version, digest, config }
    }
}

impl From<Totals> for TotalsView {
    fn from(totals: Totals) -> Self {
        let Totals { events, differing, differing_texts, unknown, erased, customers_differing, .. } = totals;
        let (candidate, baseline) = (totals.candidate.into(), totals.baseline.into());
        Self { events, differing, differing_texts, unknown, erased, customers_differing, candidate, baseline }
    }
}

impl From<Side> for SideView {
    fn from(side: Side) -> Self {
        Self {
            calls: side.calls,
            faults: side.faults,
            points: side.earned.iter().map(|(program, earned)| (program.clone(), earned.points)).collect(),
            postings: side.earned.into_iter().map(|(program, earned)| (program, earned.postings)).collect(),
            findings: side.findings,
            routes: side.routes,
            messages: side.messages,
            malformed: side.malformed,
            fuel: side.fuel,
            most_fuel: side.most_fuel,
            most_memory_bytes: side.most_memory_bytes,
            duration_us: side.duration_us,
            most_duration_us: side.most_duration_us,
        }
    }
}

impl From<EventDifference> for EventDifferenceView {
    fn from(difference: EventDifference) -> Self {
        let EventDifference { event, customer, candidate, baseline } = difference;
        Self { event, customer, candidate, baseline }
    }
}

impl From<CustomerPoints> for BacktestCustomerView {
    fn from((customer, programs): CustomerPoints) -> Self {
        let both = |Both { candidate, baseline }: Both| BothView { candidate, baseline };
        Self { customer, programs: programs.into_iter().map(|(program, points)| (program, both(points))).collect() }
    }
}
