//! What happens by itself when its time has come.

use crate::{
    Change, StoreError, TenantStore,
    database::{FIRST, bind, take_rows},
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

/// A wallet, which says itself when it is due.
#[derive(Deserialize)]
struct WalletRow {
    id: (String, CustomerId),
    due_at: Timestamp,
}

impl DueItem {
    /// The key of its row; wallets need none.
    fn key(&self) -> Option<RecordIdKey> {
        let (sort, key) = match &self.what {
            DueWhat::Wallet(_) => return None,
            DueWhat::Expiring(wallet, end) => ("expiring", format!("{wallet}/{end}")),
            DueWhat::Tier(wallet) => ("tier", wallet.to_string()),
            DueWhat::Reminder(key) => ("reminder", key.clone()),
            DueWhat::Membership(key) => ("membership", key.clone()),
            DueWhat::Referral(customer) => ("referral", customer.to_string()),
        };
        Some(composite([text(self.at.to_string()), text(sort), text(key)]))
    }
}

impl Change {
    /// Somebody has to look after this when its time has come.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn wait_for(&mut self, item: &DueItem) -> Result<(), StoreError> {
        match item.key() {
            Some(key) => self.put("due", key, &At { at: item.at }),
            None => Ok(()),
        }
    }

    /// It was looked after.
    pub fn attended(&mut self, item: &DueItem) {
        if let Some(key) = item.key() {
            self.delete("due", key);
        }
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
            "range" => key_range("due", Bound::Unbounded, end), "now" => now.to_string(),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let query = "SELECT id FROM fn::rows($range) LIMIT $limit;\
                     SELECT id, due_at FROM wallet WHERE waits = true AND due_at <= $now ORDER BY due_at LIMIT $limit;";
        let mut results = self.database.read_together(query, bindings).await?;
        let rows: Vec<Row> = take_rows("due", &mut results, FIRST)?;
        let wallets: Vec<WalletRow> = take_rows("wallet", &mut results, FIRST + 1)?;
        let mut due: Vec<DueItem> = rows.into_iter().filter_map(Row::item).collect();
        due.extend(wallets.into_iter().map(WalletRow::item));
        due.sort_by_key(|item| item.at);
        due.truncate(limit);
        Ok(due)
    }

    /// When something is due next, past or future; `None` where nothing is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = "SELECT id FROM due LIMIT 1;\
                     SELECT id, due_at FROM wallet WHERE waits = true ORDER BY due_at LIMIT 1;";
        let mut results = self.database.read_together(query, bind! {}).await?;
        let row = take_rows::<Row>("due", &mut results, FIRST)?.into_iter().map(|row| row.id.0);
        let wallet = take_rows::<WalletRow>("wallet", &mut results, FIRST + 1)?.into_iter().map(|wallet| wallet.due_at);
        Ok(row.chain(wallet).min())
    }
}

impl WalletRow {
    fn item(self) -> DueItem {
        let (program, customer) = self.id;
        DueItem { at: self.due_at, what: DueWhat::Wallet(WalletId { program, customer }) }
    }
}

impl Row {
    fn item(self) -> Option<DueItem> {
        let (at, sort, key) = self.id;
        let what = match sort.as_str() {
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
