//! The ledger's rows: transactions, entries side by side per account, and balances as a projection.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore,
    database::{bind, take_rows},
    value::{self, composite, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Points, Timestamp, TransactionId,
    ledger::{Account, Cause, Transaction},
};
use std::{
    collections::{BTreeSet, HashMap},
    ops::Bound,
};
use surrealdb::types::{RecordIdKey, Value};

#[derive(Serialize, Deserialize)]
struct ProgramRow {
    #[serde(default, skip_serializing)]
    id: String,
    name: String,
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct TransactionRow {
    #[serde(default, skip_serializing)]
    id: Option<TransactionId>,
    program: String,
    idempotency_key: String,
    cause: Cause,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
}

#[derive(Deserialize)]
struct EntryRow {
    id: (Account, Timestamp, TransactionId),
    points: Points,
}

#[derive(Deserialize)]
struct BalanceRow {
    id: Account,
    points: Points,
}

#[derive(Deserialize)]
struct Sum {
    points: i64,
    entries: u64,
}

/// One entry of an account, with the transaction it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The transaction.
    pub transaction: TransactionId,
    /// The account.
    pub account: Account,
    /// The change.
    pub points: Points,
    /// Why.
    pub cause: Cause,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was posted.
    pub recorded_at: Timestamp,
}

/// An account's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountBalance {
    /// The account.
    pub account: Account,
    /// Its balance.
    pub points: Points,
}

/// All entries of a program added up: issued and available points, which cancel out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialBalance {
    /// Sum of the issuance account's entries; minus all points in circulation.
    pub issuance: i64,
    /// Sum of the customers' available entries.
    pub available: i64,
    /// Number of entries.
    pub entries: u64,
    /// Sum of all balances of the projection; zero, like the entries.
    pub balances: i64,
}

impl Change {
    /// A new loyalty program.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_program(&mut self, code: &str, name: &str, now: Timestamp) -> Result<(), StoreError> {
        let row = ProgramRow { id: String::new(), name: name.to_owned(), created_at: now };
        self.insert("program", code, &row)
    }

    /// Posts a transaction: its row, its entries and the balances they change.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn post(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        let row = TransactionRow {
            id: None,
            program: transaction.program.clone(),
            idempotency_key: transaction.idempotency_key.clone(),
            cause: transaction.cause.clone(),
            occurred_at: transaction.occurred_at,
            recorded_at: transaction.recorded_at,
        };
        self.insert("ledger_transaction", transaction.id.to_string(), &row)?;
        for entry in &transaction.entries {
            let account = entry.account.to_string();
            let key = composite([
                text(account.clone()),
                text(transaction.recorded_at.to_string()),
                text(transaction.id.to_string()),
            ]);
            let mut content = surrealdb::types::Object::new();
            content.insert("points", entry.points.0);
            self.insert_object("ledger_entry", key, content);
            self.add_points("ledger_balance", &account, entry.points.0);
        }
        Ok(())
    }
}

impl TenantStore {
    /// The programs' codes and names, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn programs(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows: Vec<ProgramRow> = self.database.rows("program", "SELECT * FROM program", bind! {}).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    /// The programs' codes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn program_codes(&self) -> Result<BTreeSet<String>, StoreError> {
        Ok(self.programs().await?.into_iter().map(|(code, _)| code).collect())
    }

    /// Balances of these accounts; an account without entries has none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn balances(&self, accounts: &[Account]) -> Result<Vec<AccountBalance>, StoreError> {
        let ids: Vec<Value> =
            accounts.iter().map(|account| Value::RecordId(record("ledger_balance", account.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<BalanceRow> = self.database.rows("ledger_balance", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().map(|row| AccountBalance { account: row.id, points: row.points }).collect())
    }

    /// A customer's entries in one program, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ledger_lines(
        &self,
        program: &str,
        customer: CustomerId,
        page: &PageRequest,
    ) -> Result<Page<LedgerLine>, StoreError> {
        let account = Account::Available { program: program.to_owned(), customer }.to_string();
        let start = Bound::Included(composite([text(account.clone())]));
        let end = match page.after.as_deref().and_then(|after| after.split_once('/')) {
            Some((time, id)) => Bound::Excluded(composite([text(account), text(time), text(id)])),
            None => Bound::Excluded(composite([text(format!("{account}\u{1}"))])),
        };
        let bindings = bind! { "range" => value::key_range("ledger_entry", start, end), "limit" => page.probe() };
        let query = "SELECT * FROM $range ORDER BY id DESC LIMIT $limit";
        let entries: Vec<EntryRow> = self.database.rows("ledger_entry", query, bindings).await?;
        let transactions = self.transactions(entries.iter().map(|entry| entry.id.2)).await?;
        let lines = entries.into_iter().filter_map(|entry| {
            let (account, recorded_at, transaction) = entry.id;
            let row = transactions.get(&transaction)?;
            let (cause, occurred_at) = (row.cause.clone(), row.occurred_at);
            let line = LedgerLine { transaction, account, points: entry.points, cause, occurred_at, recorded_at };
            Some((format!("{recorded_at}/{transaction}"), line))
        });
        Ok(page.cut(lines.collect()))
    }

    async fn transactions(
        &self,
        ids: impl Iterator<Item = TransactionId>,
    ) -> Result<HashMap<TransactionId, TransactionRow>, StoreError> {
        let ids: Vec<Value> = ids.map(|id| Value::RecordId(record("ledger_transaction", id.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<TransactionRow> =
            self.database.rows("ledger_transaction", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.id?, row))).collect())
    }

    /// Adds up every entry of a program, and every balance of the projection. Reads the whole program.
    ///
    /// # Errors
    /// The database failed.
    pub async fn trial_balance(&self, program: &str) -> Result<TrialBalance, StoreError> {
        let between = |start: String, end: String| {
            let entries = value::key_range(
                "ledger_entry",
                Bound::Included(composite([text(start.clone())])),
                Bound::Excluded(composite([text(end.clone())])),
            );
            let key = RecordIdKey::String;
            let balances = value::key_range("ledger_balance", Bound::Included(key(start)), Bound::Excluded(key(end)));
            (entries, balances)
        };
        let (issuance, issuance_balance) = between(format!("{program}/issuance"), format!("{program}/issuance\u{1}"));
        let (available, available_balance) = between(format!("{program}/available/"), format!("{program}/available0"));
        let query = "\
            SELECT math::sum(points) AS points, count() AS entries FROM $issuance GROUP ALL;\
            SELECT math::sum(points) AS points, count() AS entries FROM $available GROUP ALL;\
            SELECT math::sum(points) AS points, count() AS entries FROM $issuance_balance GROUP ALL;\
            SELECT math::sum(points) AS points, count() AS entries FROM $available_balance GROUP ALL;";
        let bindings = bind! {
            "issuance" => issuance, "available" => available,
            "issuance_balance" => issuance_balance, "available_balance" => available_balance,
        };
        let mut results = self.database.query(query, bindings).await?;
        let mut sums = Vec::new();
        for index in 0..4 {
            let rows: Vec<Sum> = take_rows("ledger_entry", &mut results, index)?;
            sums.push(rows.into_iter().next().map_or((0, 0), |sum| (sum.points, sum.entries)));
        }
        let at = |index: usize| sums.get(index).copied().unwrap_or_default();
        Ok(TrialBalance {
            issuance: at(0).0,
            available: at(1).0,
            entries: at(0).1 + at(1).1,
            balances: at(2).0 + at(3).0,
        })
    }
}
