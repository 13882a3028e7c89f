//! How much of everything a tenant has.

use crate::{
    StoreError, TenantStore,
    database::{FIRST, bind, take_rows},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Counts and sums over a whole tenant. Reads every purchase: meant for people, not for polling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Customers, active and former.
    pub customers: u64,
    /// Prospects: known, and not recorded as customers.
    pub prospects: u64,
    /// Purchases.
    pub purchases: u64,
    /// Minor units sold, by currency.
    pub sales_minor: BTreeMap<String, i64>,
    /// Interactions.
    pub interactions: u64,
    /// Interactions that wait for a person to say whose they are.
    pub waiting_interactions: u64,
    /// Raw messages that could not be read.
    pub unreadable_messages: u64,
    /// Findings.
    pub findings: u64,
    /// Feedback items.
    pub feedback_items: u64,
    /// Events in the log.
    pub events: u64,
    /// Plugin calls whose effects were applied.
    pub completed_calls: u64,
    /// Deliveries that failed for good.
    pub dead_letters: u64,
    /// Notices that nobody has seen.
    pub unseen_notices: u64,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

#[derive(Deserialize)]
struct Sales {
    currency: String,
    minor: i64,
}

const COUNTS: &str = "\
    SELECT count() FROM customer WHERE status != 'prospect' GROUP ALL;\
    SELECT count() FROM customer WHERE status = 'prospect' GROUP ALL;\
    SELECT count() FROM purchase GROUP ALL;\
    SELECT count() FROM interaction GROUP ALL;\
    SELECT count() FROM interaction WHERE owner = 'waiting' GROUP ALL;\
    SELECT count() FROM message WHERE status = 'unreadable' GROUP ALL;\
    SELECT count() FROM finding GROUP ALL;\
    SELECT count() FROM feedback_item GROUP ALL;\
    SELECT count() FROM event GROUP ALL;\
    SELECT count() FROM completion GROUP ALL;\
    SELECT count() FROM delivery WHERE status = 'dead' GROUP ALL;\
    SELECT count() FROM notice WHERE status = 'unseen' GROUP ALL;\
    SELECT amount.currency AS currency, math::sum(amount.minor) AS minor FROM purchase GROUP BY currency;";

impl TenantStore {
    /// Counts and sums over the whole tenant.
    ///
    /// # Errors
    /// The database failed.
    pub async fn overview(&self) -> Result<Overview, StoreError> {
        let mut results = self.database.read_together(COUNTS, bind! {}).await?;
        let mut counts = [0_u64; 12];
        for (index, count) in counts.iter_mut().enumerate() {
            let rows: Vec<Count> = take_rows("overview", &mut results, FIRST + index)?;
            *count = rows.into_iter().next().map_or(0, |row| row.count);
        }
        let sales: Vec<Sales> = take_rows("purchase", &mut results, FIRST + counts.len())?;
        let [customers, prospects, purchases, interactions, waiting_interactions, unreadable_messages, rest @ ..] =
            counts;
        let [findings, feedback_items, events, completed_calls, dead_letters, unseen_notices] = rest;
        Ok(Overview {
            customers,
            prospects,
            purchases,
            sales_minor: sales.into_iter().map(|row| (row.currency, row.minor)).collect(),
            interactions,
            waiting_interactions,
            unreadable_messages,
            findings,
            feedback_items,
            events,
            completed_calls,
            dead_letters,
            unseen_notices,
        })
    }
}
