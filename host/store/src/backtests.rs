//! Back-tests: their rows. What a running one works with lies in a [`Scratch`](crate::Scratch) file.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key, value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::backtest::{Backtest, BacktestStatus};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
struct Row<T> {
    test: T,
    status: BacktestStatus,
    timeline_key: String,
    version: u64,
}

fn row(test: &Backtest) -> Row<&Backtest> {
    let timeline_key = timeline_key(test.created_at, test.id);
    Row { test, status: test.status, timeline_key, version: test.version }
}

impl Change {
    /// A new back-test.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_backtest(&mut self, test: &Backtest) -> Result<(), StoreError> {
        self.insert("backtest", test.id.to_string(), &row(test))
    }

    /// A back-test in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_backtest(&mut self, read: &Backtest, new: &Backtest) -> Result<(), StoreError> {
        self.replace("backtest", new.id.to_string(), read.version, &row(new))
    }

    /// Removes a back-test.
    pub fn remove_backtest(&mut self, id: Uuid) {
        self.delete("backtest", id.to_string());
    }
}

impl TenantStore {
    /// One back-test.
    ///
    /// # Errors
    /// The database failed.
    pub async fn backtest(&self, id: Uuid) -> Result<Option<Backtest>, StoreError> {
        let bindings = bind! { "id" => record("backtest", id.to_string()) };
        self.database.row("backtest", "SELECT VALUE test FROM $id", bindings).await
    }

    /// Back-tests, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn backtests(&self, page: &PageRequest) -> Result<Page<Backtest>, StoreError> {
        let rows: Vec<Row<Backtest>> = self.newest_rows("backtest", page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.test)).collect()))
    }

    /// Back-tests that are not over, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_backtests(&self) -> Result<Vec<Backtest>, StoreError> {
        let text = "SELECT VALUE test FROM backtest WHERE status IN ['queued', 'running']";
        let mut open: Vec<Backtest> = self.database.rows("backtest", text, bind! {}).await?;
        open.sort_by_key(|test| (test.created_at, test.id));
        Ok(open)
    }

    /// How many back-tests there are, those that are over included.
    ///
    /// # Errors
    /// The database failed.
    pub async fn kept_backtests(&self) -> Result<usize, StoreError> {
        self.database.count("backtest", "SELECT count() AS rows FROM backtest GROUP ALL", bind! {}).await
    }
}
