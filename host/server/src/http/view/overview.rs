//! How much of everything a tenant has.

use serde::Serialize;
use stammgast_store::Overview;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Counts and sums over a whole tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewView {
    /// Customers that have bought or are members.
    customers: u64,
    /// Customers that have not bought yet.
    prospects: u64,
    /// Purchases.
    purchases: u64,
    /// Minor units sold, by currency.
    sales_minor: BTreeMap<String, i64>,
    /// Interactions.
    interactions: u64,
    /// Interactions that wait for a person to say whose they are.
    waiting_interactions: u64,
    /// Raw messages that could not be read.
    unreadable_messages: u64,
    /// Findings.
    findings: u64,
    /// Feedback items.
    feedback_items: u64,
    /// Events in the log.
    events: u64,
    /// Plugin calls whose effects were applied.
    completed_calls: u64,
    /// Deliveries that failed for good.
    dead_letters: u64,
    /// Notices to admins that nobody has seen.
    unseen_notices: u64,
}

impl From<Overview> for OverviewView {
    fn from(overview: Overview) -> Self {
        Self {
            customers: overview.customers,
            prospects: overview.prospects,
            purchases: overview.purchases,
            sales_minor: overview.sales_minor,
            interactions: overview.interactions,
            waiting_interactions: overview.waiting_interactions,
            unreadable_messages: overview.unreadable_messages,
            findings: overview.findings,
            feedback_items: overview.feedback_items,
            events: overview.events,
            completed_calls: overview.completed_calls,
            dead_letters: overview.dead_letters,
            unseen_notices: overview.unseen_notices,
        }
    }
}
