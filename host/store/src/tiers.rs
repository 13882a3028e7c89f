//! Where customers stand in programs with tiers.

use crate::{
    Change, DueItem, DueWhat, Page, PageRequest, StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, record, text},
};
use stammgast_domain::{CustomerId, Timestamp, ledger::WalletId, program::Zone, tier::Standing};
use std::ops::Bound;
use surrealdb::types::{RecordIdKey, Value};

fn key(program: &str, customer: CustomerId) -> RecordIdKey {
    composite([text(program), text(customer.to_string())])
}

impl Change {
    /// A customer's standing in place of the one that was read, if there was one, and when to look at it again.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn put_standing(
        &mut self,
        read: Option<&Standing>,
        standing: &Standing,
        zone: &Zone,
    ) -> Result<(), StoreError> {
        let key = key(&standing.program, standing.customer);
        match read {
            Some(read) => self.replace("standing", key, read.version, standing)?,
            None => self.insert("standing", key, standing)?,
        }
        self.review_standing(standing, zone, Timestamp::MIN)
    }

    /// Somebody has to look at a tier at all times after this one that matter to it.
    ///
    /// # Errors
    /// The rows cannot be written.
    pub fn review_standing(&mut self, standing: &Standing, zone: &Zone, after: Timestamp) -> Result<(), StoreError> {
        let wallet = WalletId { program: standing.program.clone(), customer: standing.customer };
        let times = [standing.review_at(zone), standing.lost_at(zone)].into_iter().flatten();
        for at in times.filter(|at| *at > after) {
            self.wait_for(&DueItem { at, what: DueWhat::Tier(wallet.clone()) })?;
        }
        Ok(())
    }
}

impl TenantStore {
    /// A customer's standing in a program, if the customer ever had a tier there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tier_standing(&self, program: &str, customer: CustomerId) -> Result<Option<Standing>, StoreError> {
        let bindings = bind! { "id" => record("standing", key(program, customer)) };
        self.database.row("standing", "SELECT * FROM $id", bindings).await
    }

    /// A customer's standings in these programs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tier_standings(&self, customer: CustomerId, programs: &[String]) -> Result<Vec<Standing>, StoreError> {
        let ids = programs.iter().map(|program| Value::RecordId(record("standing", key(program, customer))));
        let bindings = bind! { "ids" => Value::Array(ids.collect::<Vec<_>>().into()) };
        self.database.rows("standing", "SELECT * FROM $ids", bindings).await
    }

    /// Everybody's standing in a program, in the order of the customers' ids.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tier_standings_in(&self, program: &str, page: &PageRequest) -> Result<Page<Standing>, StoreError> {
        let start = match &page.after {
            Some(after) => Bound::Excluded(composite([text(program), text(after.as_str())])),
            None => Bound::Included(composite([text(program)])),
        };
        // No customer's id begins with this.
        let range = key_range("standing", start, Bound::Excluded(composite([text(program), text("~")])));
        let query = "SELECT * FROM fn::rows($range) LIMIT $limit";
        let bindings = bind! { "range" => range, "limit" => page.probe() };
        let rows: Vec<Standing> = self.database.rows("standing", query, bindings).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.customer.to_string(), row)).collect()))
    }
}
