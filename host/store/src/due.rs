//! What happens by itself when its time has come.

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{CustomerId, Timestamp, ledger::WalletId};
use std::ops::Bound;
use surrealdb::types::RecordIdKey;

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
    /// It is to be told that points can be spent until this time only.
    Expiring(WalletId, Timestamp),
    /// A tier's time, or its grace, may be over.
    Tier(WalletId),
    /// An installation wants to be called again; the reminder's key.
    Reminder(String),
    /// A membership's period is over, or will be soon; the membership's key.
    Membership(String),
    /// A referral may count by now; who was brought.
    Referral(CustomerId),
}

#[derive(Deserialize)]
struct Row {
    id: (Timestamp, String, String),
}

#[derive(Serialize)]
struct At {
    at: Timestamp,
}

impl DueItem {
    fn key(&self) -> RecordIdKey {
        let (sort, key) = match &self.what {
            DueWhat::Wallet(wallet) => ("wallet", wallet.to_string()),
            DueWhat::Expiring(wallet, end) => ("expiring", format!("{wallet}/{end}")),
            DueWhat::Tier(wallet) => ("tier", wallet.to_string()),
            DueWhat::Reminder(key) => ("reminder", key.clone()),
            DueWhat::Membership(key) => ("membership", key.clone()),
            DueWhat::Referral(customer) => ("referral", customer.to_string()),
        };
        composite([text(self.at.to_string()), text(sort), text(key)])
    }
}

impl Change {
    /// Somebody has to look after this when its time has come.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn wait_for(&mut self, item: &DueItem) -> Result<(), StoreError> {
        self.put("due", item.key(), &At { at: item.at })
    }

    /// It was looked after.
    pub fn attended(&mut self, item: &DueItem) {
        self.delete("due", item.key());
    }
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
        let what = match sort.as_str() {
            "wallet" => DueWhat::Wallet(wallet(&key)?),
            "expiring" => {
                let (of, end) = key.rsplit_once('/')?;
                DueWhat::Expiring(wallet(of)?, end.parse().ok()?)
            }
            "tier" => DueWhat::Tier(wallet(&key)?),
            "reminder" => DueWhat::Reminder(key),
            "membership" => DueWhat::Membership(key),
            "referral" => DueWhat::Referral(key.parse().ok()?),
            _ => return None,
        };
        Some(DueItem { at, what })
    }
}

fn wallet(key: &str) -> Option<WalletId> {
    let (program, customer) = key.split_once('/')?;
    Some(WalletId { program: program.to_owned(), customer: customer.parse().ok()? })
}
