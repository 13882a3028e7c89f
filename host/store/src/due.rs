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
pub enum Due {
    /// Since then, points of a wallet become available or expire, or a reservation's time is up. The wallet's row says so.
    Wallet(Timestamp, WalletId),
    /// What was waited for.
    Item(DueItem),
}

/// Something that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// When its time comes.
    pub at: Timestamp,
    /// What.
    pub what: DueWhat,
}

/// What can be waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueWhat {
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

const DUE_WALLETS: &str =
    "SELECT id, due_at FROM wallet WHERE waits = true AND due_at <= $now ORDER BY due_at LIMIT $limit";
const NEXT_WALLET: &str = "SELECT id, due_at FROM wallet WHERE waits = true ORDER BY due_at LIMIT 1";

#[derive(Deserialize)]
struct Row {
    id: (Timestamp, String, String),
}

#[derive(Serialize)]
struct At {
    at: Timestamp,
}

#[derive(Deserialize)]
struct DueWallet {
    id: (String, CustomerId),
    due_at: Timestamp,
}

impl Due {
    /// Since when.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Wallet(at, _) => *at,
            Self::Item(item) => item.at,
        }
    }
}

impl DueItem {
    fn key(&self) -> RecordIdKey {
        let (sort, key) = match &self.what {
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
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        // No sort begins with this, so everything of that very time is in the range.
        let end = Bound::Excluded(composite([text(now.to_string()), text("~")]));
        let bindings = bind! {
            "range" => key_range("due", Bound::Unbounded, end), "now" => now.to_string(),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let query = format!("SELECT id FROM fn::rows($range) LIMIT $limit;{DUE_WALLETS};");
        let mut results = self.database.read_together(&query, bindings).await?;
        let rows: Vec<Row> = take_rows("due", &mut results, FIRST)?;
        let wallets: Vec<DueWallet> = take_rows("wallet", &mut results, FIRST + 1)?;
        let mut due: Vec<Due> = rows.into_iter().filter_map(Row::item).map(Due::Item).collect();
        due.extend(wallets.into_iter().map(DueWallet::due));
        due.sort_by_key(Due::at);
        due.truncate(limit);
        Ok(due)
    }

    /// When something is due next, past or future; `None` where nothing is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = format!("SELECT id FROM due LIMIT 1;{NEXT_WALLET};");
        let mut results = self.database.read_together(&query, bind! {}).await?;
        let row = take_rows::<Row>("due", &mut results, FIRST)?.into_iter().map(|row| row.id.0);
        let wallet = take_rows::<DueWallet>("wallet", &mut results, FIRST + 1)?.into_iter().map(|wallet| wallet.due_at);
        Ok(row.chain(wallet).min())
    }
}

impl DueWallet {
    fn due(self) -> Due {
        let (program, customer) = self.id;
        Due::Wallet(self.due_at, WalletId { program, customer })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::scans_for;

    #[tokio::test]
    async fn wallets_are_read_only_as_far_as_a_limit_needs() {
        for text in [DUE_WALLETS, NEXT_WALLET] {
            scans_for(text, bind! { "now" => "2026", "limit" => 1 }, "wallet_due").await;
        }
    }
}
