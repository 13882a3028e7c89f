//! What happens by itself when its time has come.

use crate::{
    StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, text},
};
use serde::Deserialize;
use stammgast_domain::{Timestamp, ledger::WalletId};
use std::ops::Bound;

/// Something whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// Since when.
    pub at: Timestamp,
    /// What.
    pub what: DueWhat,
}

/// What can be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueWhat {
    /// Points of a wallet become available or expire, or a reservation's time is up.
    Wallet(WalletId),
}

#[derive(Deserialize)]
struct Row {
    id: (Timestamp, String, String),
}

impl TenantStore {
    /// What is due by a time, earliest first; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<DueItem>, StoreError> {
        // No sort begins with this, so everything of that very time is in the range.
        let end = Bound::Excluded(composite([text(now.to_string()), text("~")]));
        let bindings = bind! {
            "range" => key_range("due", Bound::Unbounded, end), "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let rows: Vec<Row> =
            self.database.rows("due", "SELECT id FROM fn::rows($range) LIMIT $limit", bindings).await?;
        Ok(rows.into_iter().filter_map(Row::item).collect())
    }

    /// When something is due next, past or future; `None` where nothing is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<Row> = self.database.row("due", "SELECT id FROM due LIMIT 1", bind! {}).await?;
        Ok(row.map(|row| row.id.0))
    }
}

impl Row {
    fn item(self) -> Option<DueItem> {
        let (at, sort, key) = self.id;
        match sort.as_str() {
            "wallet" => {
                let (program, customer) = key.split_once('/')?;
                let wallet = WalletId { program: program.to_owned(), customer: customer.parse().ok()? };
                Some(DueItem { at, what: DueWhat::Wallet(wallet) })
            }
            _ => None,
        }
    }
}
