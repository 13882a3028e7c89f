//! Reading the ledger: balances, statements, and all entries added up.

use super::{
    postings::TransactionRow,
    query::Query,
    rows::{Line, LotRow, WalletRow, account_prefix, spendable_after, wallet_record},
    save::RedemptionRow,
};
use crate::{
    Page, PageRequest, StoreError, TenantStore,
    database::{FIRST, bind, take_rows},
    newest::Before,
    value::{self, composite, int, record, text},
};
use serde::Deserialize;
use stammgast_domain::{
    CustomerId, Points, RedemptionId, Timestamp, TransactionId,
    ledger::{Account, Amounts, Cause, Lot, LotKey, Movement, Redemption, Stage, Transaction, WalletId},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
};
use surrealdb::types::Value;

/// Lots that are read at once where it is not known how many there are.
const LOTS_AT_ONCE: usize = 64;

/// An entry: its id is the account, the posting's place in the log, and its place in the posting.
#[derive(Deserialize)]
pub(super) struct EntryRow {
    pub(super) id: (String, String, String, u64, u64),
    pub(super) points: Points,
    pub(super) transaction: TransactionId,
    #[serde(default)]
    lot: Option<LotKey>,
    #[serde(default)]
    customer: Option<CustomerId>,
}

/// One entry of an account, with the transaction it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The transaction.
    pub transaction: TransactionId,
    /// Its place in the log.
    pub seq: u64,
    /// What it does.
    pub movement: Movement,
    /// The change.
    pub points: Points,
    /// The lot whose points they are.
    pub lot: Option<LotKey>,
    /// Whose points moved, on a partner's account.
    pub customer: Option<CustomerId>,
    /// What makes the transaction unique.
    pub key: String,
    /// Why.
    pub cause: Cause,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was posted.
    pub recorded_at: Timestamp,
}

/// All entries of a program added up, and beside them what is kept as balances.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrialBalance {
    /// Sum of the entries by sort of account: `issuance`, `partner` and the stages of customers' points.
    pub entries: BTreeMap<String, i64>,
    /// Sum of the balances by the same.
    pub balances: BTreeMap<String, i64>,
    /// Sum of the lots by stage.
    pub lots: BTreeMap<String, i64>,
    /// Number of entries.
    pub count: u64,
}

impl TrialBalance {
    /// Sorts of account whose balances or lots are not what their entries add up to. What customers owe lies in no lot.
    #[must_use]
    pub fn differences(&self) -> Vec<String> {
        let at = |sums: &BTreeMap<String, i64>, sort: &String| sums.get(sort).copied().unwrap_or_default();
        let sorts: BTreeSet<&String> = self.entries.keys().chain(self.balances.keys()).collect();
        let in_lots = ["pending", "reserved", "redeemed", "expired"];
        let differs = |sort: &&String| {
            let entries = at(&self.entries, sort);
            let of_lots = in_lots.contains(&sort.as_str()) && at(&self.lots, sort) != entries;
            at(&self.balances, sort) != entries || of_lots
        };
        sorts.into_iter().filter(differs).cloned().collect()
    }
}

impl TenantStore {
    /// Points by stage in these wallets; one without entries has none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn wallet_amounts(&self, ids: &[WalletId]) -> Result<BTreeMap<WalletId, Amounts>, StoreError> {
        let records: Vec<Value> = ids.iter().map(wallet_record).map(Value::RecordId).collect();
        let bindings = bind! { "ids" => Value::Array(records.into()) };
        let rows: Vec<WalletRow> = self.database.rows("wallet", "SELECT * FROM $ids", bindings).await?;
        let mut found: BTreeMap<_, _> = rows.into_iter().map(|row| (row.wallet_id(), row.amounts)).collect();
        for id in ids {
            found.entry(id.clone()).or_default();
        }
        Ok(found)
    }

    /// When all points of these wallets are past their time unless their customer is active again, where that is so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lapses(&self, ids: &[WalletId]) -> Result<BTreeMap<WalletId, Timestamp>, StoreError> {
        let records: Vec<Value> = ids.iter().map(wallet_record).map(Value::RecordId).collect();
        let bindings = bind! { "ids" => Value::Array(records.into()) };
        let rows: Vec<WalletRow> = self.database.rows("wallet", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.wallet_id(), row.lapses_at?))).collect())
    }

    /// All wallets of a program, in the order of their customers' ids.
    ///
    /// # Errors
    /// The database failed.
    pub async fn wallets(&self, program: &str, page: &PageRequest) -> Result<Page<(WalletId, Amounts)>, StoreError> {
        let start = match &page.after {
            Some(customer) => Bound::Excluded(composite([text(program), text(customer.clone())])),
            None => first(program),
        };
        let bindings = bind! { "range" => value::key_range("wallet", start, last(program)), "limit" => page.probe() };
        let query = "SELECT * FROM fn::rows($range) LIMIT $limit";
        let rows: Vec<WalletRow> = self.database.rows("wallet", query, bindings).await?;
        let keyed = rows.into_iter().map(|row| (row.wallet_id(), row.amounts));
        Ok(page.cut(keyed.map(|(id, amounts)| (id.customer.to_string(), (id, amounts))).collect()))
    }

    /// Lots of a wallet that can be spent, soonest-expiring first, after those that are pending; some of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_lots(&self, id: &WalletId, limit: usize) -> Result<Vec<(LotKey, Lot)>, StoreError> {
        let mut query = Query::default();
        let lines = [Line::Pending, Line::Spendable];
        let lines = lines.map(|line| query.lots(line.whole(id), Some(limit)));
        let mut results = query.run(&self.database).await?;
        let mut lots: Vec<LotRow> = Vec::new();
        for line in lines {
            lots.extend(results.rows("lot", Some(line))?);
        }
        Ok(lots.iter().map(LotRow::lot).collect())
    }

    /// Points of a customer that can be spent and expire at this very time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn points_expiring(&self, id: &WalletId, at: Timestamp) -> Result<i64, StoreError> {
        let (mut rest, mut points) = (Line::Spendable.after(id, at.plus_millis(-1)), 0);
        loop {
            let mut query = Query::default();
            let place = query.lots(rest, Some(LOTS_AT_ONCE));
            let rows: Vec<LotRow> = query.run(&self.database).await?.rows("lot", Some(place))?;
            let lots: Vec<(LotKey, Lot)> = rows.iter().map(LotRow::lot).collect();
            let then = lots.iter().filter(|(key, _)| key.expires_at == at);
            points += then.map(|(_, lot)| lot.amounts.available).sum::<i64>();
            match lots.last() {
                Some((last, _)) if last.expires_at == at && lots.len() == LOTS_AT_ONCE => {
                    rest = spendable_after(id, last);
                }
                _ => return Ok(points),
            }
        }
    }

    /// One redemption.
    ///
    /// # Errors
    /// The database failed.
    pub async fn redemption(&self, id: RedemptionId) -> Result<Option<Redemption>, StoreError> {
        let bindings = bind! { "id" => record("redemption", id.to_string()) };
        self.database.row("redemption", "SELECT * FROM $id", bindings).await
    }

    /// The names that callers gave these redemptions, where they gave one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn redemption_references(
        &self,
        ids: impl IntoIterator<Item = RedemptionId>,
    ) -> Result<BTreeMap<RedemptionId, String>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            id: RedemptionId,
            #[serde(default)]
            reference: Option<String>,
        }
        let ids: Vec<Value> = ids.into_iter().map(|id| Value::RecordId(record("redemption", id.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<Row> = self.database.rows("redemption", "SELECT id, reference FROM $ids", bindings).await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.id, row.reference?))).collect())
    }

    /// A customer's redemptions, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn redemptions_of(
        &self,
        customer: CustomerId,
        page: &PageRequest,
    ) -> Result<Page<Redemption>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<RedemptionRow<Redemption>> = self.timeline_rows("redemption", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.redemption)).collect()))
    }

    /// An account's entries, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ledger_lines(&self, account: &Account, page: &PageRequest) -> Result<Page<LedgerLine>, StoreError> {
        let [program, owner, stage] = account_prefix(account);
        let key = |seq: u64, index| {
            let seq = int(i64::try_from(seq).unwrap_or(i64::MAX));
            composite([program.clone(), owner.clone(), stage.clone(), seq, int(index)])
        };
        let place = page.after.as_deref().and_then(|after| after.split_once('/'));
        let place = place.and_then(|(seq, index)| Some((seq.parse().ok()?, index.parse().ok()?)));
        let before = place.map(|(event, index)| Before { event, key: key(event, index) });
        let (all, limit) = (("", bind! {}), page.limit.saturating_add(1));
        let entries: Vec<EntryRow> =
            self.newest_of_log("ledger_entry", all, |event| key(event, 0), before, limit).await?;
        let transactions = self.transactions(entries.iter().map(|entry| entry.transaction)).await?;
        let lines = entries.into_iter().filter_map(|entry| {
            let EntryRow { id: (_, _, _, seq, index), points, transaction, lot, customer } = entry;
            let row = transactions.get(&transaction)?;
            let line = LedgerLine {
                transaction,
                seq,
                movement: row.movement.clone(),
                points,
                lot,
                customer,
                key: row.idempotency_key.clone(),
                cause: row.cause.clone(),
                occurred_at: row.occurred_at,
                recorded_at: row.recorded_at,
            };
            Some((format!("{seq}/{index}"), line))
        });
        Ok(page.cut(lines.collect()))
    }

    pub(super) async fn transactions(
        &self,
        ids: impl Iterator<Item = TransactionId>,
    ) -> Result<HashMap<TransactionId, TransactionRow>, StoreError> {
        let ids: Vec<Value> = ids.map(|id| Value::RecordId(record("ledger_transaction", id.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<TransactionRow> =
            self.database.rows("ledger_transaction", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.id?, row))).collect())
    }

    /// One transaction with its entries, as the log tells of it.
    ///
    /// # Errors
    /// The database failed, or the personal part of it was erased.
    pub async fn transaction(&self, id: TransactionId) -> Result<Option<Transaction>, StoreError> {
        let Some(row) = self.transactions(std::iter::once(id)).await?.remove(&id) else { return Ok(None) };
        let event = self.event(row.seq).await?;
        Ok(event.and_then(|event| match event.event.fact {
            stammgast_domain::event::Fact::PointsPosted(transaction) => Some(transaction),
            _ => None,
        }))
    }

    /// Adds up every entry of a program, and every balance and lot beside them. Reads the whole program.
    ///
    /// # Errors
    /// The database failed.
    pub async fn trial_balance(&self, program: &str) -> Result<TrialBalance, StoreError> {
        #[derive(Deserialize)]
        struct OfStage {
            stage: String,
            points: i64,
            entries: u64,
        }
        #[derive(Deserialize)]
        struct Balance {
            id: Account,
            points: i64,
        }
        let sums = "math::sum(pending) AS pending, math::sum(available) AS available, math::sum(reserved) AS reserved, \
                    math::sum(redeemed) AS redeemed, math::sum(expired) AS expired, math::sum(owed) AS owed";
        let query = format!(
            "SELECT record::id(id)[2] AS stage, math::sum(points) AS points, count() AS entries \
             FROM $entries GROUP BY stage;\
             SELECT {sums} FROM $wallets GROUP ALL;\
             SELECT {sums} FROM $lots GROUP ALL;\
             SELECT id, points FROM $balances;"
        );
        let of_program = |table| value::key_range(table, first(program), last(program));
        let balances = value::keys_between("ledger_balance", &format!("{program}/"), &format!("{program}0"));
        let bindings = bind! {
            "entries" => of_program("ledger_entry"), "wallets" => of_program("wallet"), "lots" => of_program("lot"),
            "balances" => balances,
        };
        let mut results = self.database.read_together(&query, bindings).await?;
        let mut trial = TrialBalance::default();
        for OfStage { stage, points, entries } in take_rows::<OfStage>("ledger_entry", &mut results, FIRST)? {
            trial.count += entries;
            trial.entries.insert(stage, points);
        }
        for (place, sums) in [(FIRST + 1, &mut trial.balances), (FIRST + 2, &mut trial.lots)] {
            for amounts in take_rows::<Amounts>("wallet", &mut results, place)? {
                for stage in Stage::ALL {
                    sums.insert(stage.as_str().to_owned(), amounts.at(stage));
                }
            }
        }
        for Balance { id, points } in take_rows::<Balance>("ledger_balance", &mut results, FIRST + 3)? {
            let sort = match id {
                Account::Issuance { .. } => "issuance",
                Account::Settled { .. } => "settled",
                Account::Partner { .. } | Account::Customer { .. } => "partner",
            };
            *trial.balances.entry(sort.to_owned()).or_default() += points;
        }
        Ok(trial)
    }
}

fn first(program: &str) -> Bound<surrealdb::types::RecordIdKey> {
    Bound::Included(composite([text(program)]))
}

fn last(program: &str) -> Bound<surrealdb::types::RecordIdKey> {
    Bound::Excluded(composite([text(format!("{program}\u{1}"))]))
}
