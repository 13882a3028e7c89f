//! A customer's past as it was known at a time: what running plugins may look up.

use crate::{
    StoreError, TenantStore, database::bind, events::events_between, interactions::InteractionRow,
    purchases::PurchaseRow,
};
use serde::{Deserialize, de::DeserializeOwned};
use stammgast_domain::{
    CustomerId, Timestamp,
    call::{Past, PastPage},
    interaction::Interaction,
    purchase::Purchase,
};
use std::collections::HashSet;
use uuid::Uuid;

/// Events that are looked through at once.
const AT_ONCE: u64 = 100;

impl TenantStore {
    /// A customer's purchases that were recorded until a time, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn past_purchases(
        &self,
        customer: CustomerId,
        until: Timestamp,
        page: &PastPage,
    ) -> Result<Past<Purchase>, StoreError> {
        let rows: Vec<PurchaseRow<Purchase>> =
            self.known_rows("purchase", ("customer", "recorded_at"), customer, until, page).await?;
        Ok(cut(rows.into_iter().map(|row| (row.timeline_key, row.purchase)).collect(), page.limit))
    }

    /// A customer's contacts that were recorded until a time, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn past_interactions(
        &self,
        customer: CustomerId,
        until: Timestamp,
        page: &PastPage,
    ) -> Result<Past<Interaction>, StoreError> {
        let rows: Vec<InteractionRow<Interaction>> =
            self.known_rows("interaction", ("owner", "contact.recorded_at"), customer, until, page).await?;
        Ok(cut(rows.into_iter().map(|row| (row.timeline_key, row.contact)).collect(), page.limit))
    }

    /// What later events tell of that were recorded in the same moment as this one: ids of purchases and contacts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn recorded_later(&self, event: u64, moment: Timestamp) -> Result<HashSet<Uuid>, StoreError> {
        #[derive(Deserialize)]
        struct Told {
            row: Option<Uuid>,
            at: Timestamp,
        }
        let (mut later, mut after) = (HashSet::new(), event);
        loop {
            let end = after.saturating_add(AT_ONCE);
            let bindings = bind! { "range" => events_between(after, end) };
            let text = "SELECT data.id AS row, recorded_at AS at FROM $range";
            let told: Vec<Told> = self.database.rows("event", text, bindings).await?;
            let (count, before) = (told.len(), later.len());
            later.extend(told.into_iter().filter(|told| told.at == moment).filter_map(|told| told.row));
            // A moment's events lie side by side, but for those of others that are recorded at the same time.
            if later.len() == before || (count as u64) < AT_ONCE {
                return Ok(later);
            }
            after = end;
        }
    }

    async fn known_rows<T: DeserializeOwned>(
        &self,
        table: &'static str,
        (owner, recorded): (&str, &str),
        customer: CustomerId,
        until: Timestamp,
        page: &PastPage,
    ) -> Result<Vec<T>, StoreError> {
        let before = if page.before.is_some() { "AND timeline_key < $before" } else { "" };
        let text = format!(
            "SELECT * FROM {table} WHERE {owner} = $customer {before} AND {recorded} <= $until \
             ORDER BY timeline_key DESC LIMIT $limit"
        );
        let bindings = bind! {
            "customer" => customer.to_string(), "before" => page.before.clone().unwrap_or_default(),
            "until" => until.to_string(), "limit" => i64::try_from(page.limit.saturating_add(1)).unwrap_or(i64::MAX),
        };
        self.database.rows(table, &text, bindings).await
    }
}

/// One row more than asked for shows whether there is a next page.
fn cut<T>(mut keyed: Vec<(String, T)>, limit: usize) -> Past<T> {
    let more = keyed.len() > limit;
    keyed.truncate(limit);
    let next = if more { keyed.last().map(|(key, _)| key.clone()) } else { None };
    Past { rows: keyed.into_iter().map(|(_, row)| row).collect(), next }
}
