//! Use cases: each authorises, loads, lets the domain decide and commits. Neither HTTP nor `SurrealDB` shows here.

pub mod activities;
pub mod aftersales;
pub mod audit;
pub mod backtests;
pub mod callee;
pub mod channels;
pub mod context;
pub mod customers;
pub mod deliveries;
pub mod effects;
pub mod error;
pub mod events;
pub mod explain;
pub mod facts;
pub mod feedback;
pub mod figures;
pub mod hooks;
pub mod identity;
pub mod installations;
pub mod interactions;
pub mod keys;
pub mod loyalty;
pub mod memberships;
pub mod meters;
pub mod notices;
pub mod outgoing;
pub mod outreach;
pub mod plan;
pub mod plugins;
pub mod purchases;
pub mod records;
pub mod returns;
pub mod secrets;
pub mod sending;
pub mod settings;
pub mod tenants;
pub mod trust;
pub mod turns;
pub mod usage;
pub mod vouchers;

pub use context::Ctx;
pub use error::AppError;
pub use plan::{LedgerPlan, Plan};

use crate::{clock::Clock, config::Settings, egress::Egress};
use stammgast_runtime::Runtime;
use stammgast_store::Store;
use std::sync::Arc;
use tokio::sync::broadcast;

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Where everything is kept.
    pub store: Arc<Store>,
    /// Runs plugins.
    pub runtime: Arc<Runtime>,
    /// Components that are ready to be called.
    pub registry: Arc<plugins::Registry>,
    /// Whose turn it is to call plugins.
    pub calls: Arc<turns::TenantTurns>,
    /// Whose turn it is to have all rows of a table read for figures.
    pub figures: Arc<turns::TenantTurns>,
    /// Room for deliveries to webhooks.
    pub deliveries: Arc<hooks::Room>,
    /// What calls of plugins cost and how they ended.
    pub meters: Arc<meters::Meters>,
    /// Sends requests that plugins built.
    pub egress: Arc<Egress>,
    /// Versions that are tried on the past.
    pub backtests: Arc<backtests::Backtests>,
    /// Which server this is; the same at every start on one data folder.
    pub node: String,
    /// Time and identifiers.
    pub clock: Clock,
    /// The configuration.
    pub settings: Arc<Settings>,
    /// Tells the dispatcher that installations or deliveries of a tenant changed.
    pub changes: broadcast::Sender<Notice>,
}

/// Something that the dispatcher has to know at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An installation was enabled, disabled, changed, or a delivery of it was put in line again.
    Installation {
        /// The tenant.
        tenant: stammgast_domain::TenantId,
        /// The installation.
        installation: stammgast_domain::InstallationId,
    },
}

impl App {
    /// Tells the dispatcher. Nobody listening is fine: a process may run without one.
    pub fn notify(&self, notice: Notice) {
        let _ = self.changes.send(notice);
    }
}
