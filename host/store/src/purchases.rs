//! Purchases.

use crate::{Change, Page, PageRequest, StoreError, TenantStore, database::bind, value, value::record};
use serde::{Deserialize, Serialize};
use stammgast_domain::{CustomerId, PurchaseId, Timestamp, purchase::Purchase};
use std::{collections::HashMap, fmt::Display};
use surrealdb::types::Value;

/// Time and id in one text: a total order in which lists are paged.
#[must_use]
pub fn timeline_key(time: Timestamp, id: impl Display) -> String {
    format!("{time}/{id}")
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PurchaseRow<P> {
    pub(crate) timeline_key: String,
    #[serde(flatten)]
    pub(crate) purchase: P,
}

impl Change {
    /// A new purchase; the same source and external id a second time fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_purchase(&mut self, purchase: &Purchase) -> Result<(), StoreError> {
        let unwritable = |source| StoreError::Unwritable { table: "purchase", source };
        let mut content = value::to_content(purchase).map_err(unwritable)?;
        content.insert("timeline_key", timeline_key(purchase.occurred_at, purchase.id));
        self.insert_object("purchase", purchase.id.to_string(), content);
        Ok(())
    }
}

impl TenantStore {
    /// One purchase.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purchase(&self, id: PurchaseId) -> Result<Option<Purchase>, StoreError> {
        let bindings = bind! { "id" => record("purchase", id.to_string()) };
        self.database.row("purchase", "SELECT * FROM $id", bindings).await
    }

    /// Those of these purchases that are recorded.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purchases_among(&self, ids: &[PurchaseId]) -> Result<HashMap<PurchaseId, Purchase>, StoreError> {
        let ids: Vec<Value> = ids.iter().map(|id| Value::RecordId(record("purchase", id.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<Purchase> = self.database.rows("purchase", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().map(|purchase| (purchase.id, purchase)).collect())
    }

    /// Purchases in the order of their ids.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purchases(&self, page: &PageRequest) -> Result<Page<Purchase>, StoreError> {
        let rows: Vec<Purchase> = self.rows_by_id("purchase", page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.id.to_string(), row)).collect()))
    }

    /// A customer's purchases, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purchases_of(&self, customer: CustomerId, page: &PageRequest) -> Result<Page<Purchase>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<PurchaseRow<Purchase>> = self.timeline_rows("purchase", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.purchase)).collect()))
    }

    /// Rows of a table with one value in `field`, newest first by `timeline_key`.
    pub(crate) async fn timeline_rows<T: serde::de::DeserializeOwned>(
        &self,
        table: &'static str,
        field: &'static str,
        equals: &str,
        page: &PageRequest,
    ) -> Result<Vec<T>, StoreError> {
        let before = if page.after.is_some() { "AND timeline_key < $after" } else { "" };
        let text =
            format!("SELECT * FROM {table} WHERE {field} = $equals {before} ORDER BY timeline_key DESC LIMIT $limit");
        let after = page.after.clone().unwrap_or_default();
        self.database.rows(table, &text, bind! { "equals" => equals, "after" => after, "limit" => page.probe() }).await
    }

    /// All rows of a table, newest first by `timeline_key`.
    pub(crate) async fn newest_rows<T: serde::de::DeserializeOwned>(
        &self,
        table: &'static str,
        page: &PageRequest,
    ) -> Result<Vec<T>, StoreError> {
        let before = if page.after.is_some() { "WHERE timeline_key < $after" } else { "" };
        let text = format!("SELECT * FROM {table} {before} ORDER BY timeline_key DESC LIMIT $limit");
        let after = page.after.clone().unwrap_or_default();
        self.database.rows(table, &text, bind! { "after" => after, "limit" => page.probe() }).await
    }
}
