//! All entries of a program added up.

use serde::Serialize;
use stammgast_store::TrialBalance;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// All entries of a program added up: together they are zero. Beside them what is kept as balances, which has to be the
/// same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrialBalance)]
pub struct TrialBalanceView {
    /// Entries of the issuance account: minus the points that came into being.
    issuance: i64,
    /// Entries of partners' accounts: what they accepted less what they gave since their last statements.
    partner: i64,
    /// Entries of what partners accepted and were settled for.
    settled: i64,
    /// Entries of customers' pending points.
    pending: i64,
    /// Entries of customers' available points.
    available: i64,
    /// Entries of customers' reserved points.
    reserved: i64,
    /// Entries of customers' redeemed points.
    redeemed: i64,
    /// Entries of customers' expired points.
    expired: i64,
    /// Entries of what customers owe.
    owed: i64,
    /// All entries together; zero.
    sum: i64,
    /// Number of entries.
    entries: u64,
    /// All balances together, as they are shown; zero.
    balances: i64,
    /// Accounts whose balances, or whose lots, are not what their entries add up to; empty where the books are right.
    differences: Vec<DifferenceView>,
}

/// A sort of account where the sums differ.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerDifference)]
pub struct DifferenceView {
    /// The sort of account.
    account: String,
    /// What its entries add up to.
    entries: i64,
    /// What its balances add up to.
    balances: i64,
    /// What lots add up to, where points lie in lots.
    #[serde(skip_serializing_if = "Option::is_none")]
    lots: Option<i64>,
}

impl From<TrialBalance> for TrialBalanceView {
    fn from(trial: TrialBalance) -> Self {
        let of = |sums: &BTreeMap<String, i64>, account: &str| sums.get(account).copied().unwrap_or_default();
        let entries = |account| of(&trial.entries, account);
        let differences = trial.differences().into_iter().map(|account| DifferenceView {
            entries: of(&trial.entries, &account),
            balances: of(&trial.balances, &account),
            lots: trial.lots.get(&account).copied(),
            account,
        });
        Self {
            issuance: entries("issuance"),
            partner: entries("partner"),
            settled: entries("settled"),
            pending: entries("pending"),
            available: entries("available"),
            reserved: entries("reserved"),
            redeemed: entries("redeemed"),
            expired: entries("expired"),
            owed: entries("owed"),
            sum: trial.entries.values().sum(),
            entries: trial.count,
            balances: trial.balances.values().sum(),
            differences: differences.collect(),
        }
    }
}
