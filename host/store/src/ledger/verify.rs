//! Rebuilding what is kept beside the entries, and comparing: a part at a time, so that it can go on where it stopped.

use super::{
    postings::TransactionRow,
    rows::{LotRow, WalletRow, entry_key},
};
use crate::{
    Page, PageRequest, StoreError, TenantStore,
    database::{FIRST, bind, take_rows},
    events::events_between,
    value::{composite, key_range, record, text},
};
use serde::Deserialize;
use stammgast_domain::{
    CustomerId, Points, Timestamp, TransactionId,
    ledger::{Amounts, Entry, LotKey, Phase, Redemption, Stage},
};
use std::{collections::BTreeMap, ops::Bound};
use surrealdb::types::{RecordIdKey, Value};

/// What does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// Where: a wallet, a lot or a transaction.
    pub place: String,
    /// What is wrong, in a sentence.
    pub problem: String,
}

/// A part of the ledger that was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Wallets, accounts or transactions that were looked at.
    pub looked_at: u64,
    /// Entries that were added up.
    pub entries: u64,
    /// What does not add up.
    pub discrepancies: Vec<Discrepancy>,
}

#[derive(Deserialize)]
struct EntryRow {
    id: (String, String, String, u64, u64),
    points: Points,
    #[serde(default)]
    lot: Option<LotKey>,
}

/// A posting as the log tells of it; its text may have been erased.
#[derive(Deserialize)]
struct LoggedRow {
    id: u64,
    data: Logged,
}

#[derive(Deserialize)]
struct Logged {
    id: TransactionId,
    entries: Vec<Entry>,
}

/// An entry, and the transaction that its row names.
#[derive(Deserialize)]
struct StoredEntry {
    id: (String, String, String, u64, u64),
    points: Points,
    transaction: TransactionId,
}

impl TenantStore {
    /// Adds up the entries of some wallets, in the order of program and customer, and compares them with the balances
    /// and lots that are kept beside them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_wallets(&self, page: &PageRequest) -> Result<(Verified, Option<String>), StoreError> {
        let after = page.after.as_deref().and_then(|after| after.split_once('/'));
        let start = after.map_or(Bound::Unbounded, |(program, customer)| {
            Bound::Excluded(composite([text(program), text(customer)]))
        });
        let bindings = bind! { "range" => key_range("wallet", start, Bound::Unbounded), "limit" => page.probe() };
        let query = "SELECT VALUE id FROM fn::rows($range) LIMIT $limit";
        let ids: Vec<(String, CustomerId)> = self.database.rows("wallet", query, bindings).await?;
        let keyed = ids.into_iter().map(|(program, customer)| (format!("{program}/{customer}"), (program, customer)));
        let Page { rows: ids, next } = page.cut(keyed.collect());
        let mut verified = Verified::default();
        // Programs one after another: a range lies within one.
        let mut rest = ids.as_slice();
        while let Some((program, first)) = rest.first() {
            let of_program = rest.iter().take_while(|(other, _)| other == program).count();
            let (these, others) = rest.split_at(of_program);
            let last = these.last().map_or(*first, |(_, customer)| *customer);
            self.verify_between(program, *first, last, &mut verified).await?;
            rest = others;
        }
        Ok((verified, next))
    }

    async fn verify_between(
        &self,
        program: &str,
        first: CustomerId,
        last: CustomerId,
        verified: &mut Verified,
    ) -> Result<(), StoreError> {
        let between = |table| {
            let start = Bound::Included(composite([text(program), text(first.to_string())]));
            let end = Bound::Excluded(composite([text(program), text(format!("{last}\u{1}"))]));
            key_range(table, start, end)
        };
        let query = "SELECT * FROM $wallets; SELECT * FROM $entries; SELECT * FROM $lots;";
        let bindings = bind! {
            "wallets" => between("wallet"), "entries" => between("ledger_entry"), "lots" => between("lot"),
        };
        let mut results = self.database.read_together(query, bindings).await?;
        let wallets: Vec<WalletRow> = take_rows("wallet", &mut results, FIRST)?;
        let entries: Vec<EntryRow> = take_rows("ledger_entry", &mut results, FIRST + 1)?;
        let lots: Vec<LotRow> = take_rows("lot", &mut results, FIRST + 2)?;
        verified.looked_at += wallets.len() as u64;
        verified.entries += entries.len() as u64;
        let (mut sums, mut lot_sums) = (BTreeMap::<String, Amounts>::new(), BTreeMap::<String, Amounts>::new());
        for EntryRow { id: (program, owner, stage, ..), points, lot } in entries {
            let Some(stage) = Stage::ALL.into_iter().find(|known| known.as_str() == stage) else { continue };
            let wallet = format!("{program}/{owner}");
            if let Some(lot) = lot {
                lot_sums.entry(format!("{wallet}/{}", lot.id)).or_default().add(stage, points.0);
            }
            sums.entry(wallet).or_default().add(stage, points.0);
        }
        let mut held = self.held_by(&wallets).await?;
        let mut earliest = BTreeMap::<String, Timestamp>::new();
        for row in &lots {
            let (key, lot) = row.lot();
            let due = match lot.phase() {
                Phase::Pending => Some(lot.active_from),
                Phase::Spendable => key.expiry(),
                Phase::Resting => None,
            };
            if let Some(due) = due {
                earliest.entry(row.wallet_id().to_string()).and_modify(|at| *at = due.min(*at)).or_insert(due);
            }
        }
        for wallet in wallets {
            let place = wallet.wallet_id().to_string();
            if earliest.get(&place).is_some_and(|at| wallet.due_at().is_none_or(|due| due > *at)) {
                let problem = "nobody will look after it when its next lot is due".to_owned();
                verified.note(place.clone(), problem);
            }
            let sum = sums.remove(&place).unwrap_or_default();
            let (held, reserved) = (held.remove(&place).unwrap_or_default(), wallet.amounts.reserved);
            if held != reserved {
                let problem = format!("open redemptions hold {held} points, but the wallet says {reserved} reserved");
                verified.note(place.clone(), problem);
            }
            verified.compare("wallet", place, sum, wallet.amounts);
        }
        for row in lots {
            let (key, lot) = row.lot();
            let place = format!("{}/{}", row.wallet_id(), key.id);
            if !row.is_in_place() {
                let problem =
                    "it stands in another line than its points belong to, where nobody looks for it".to_owned();
                verified.note(place.clone(), problem);
            }
            let sum = lot_sums.remove(&place).unwrap_or_default();
            verified.compare("lot", place, sum, lot.amounts);
        }
        for (place, sum) in sums {
            verified.compare("wallet", place, sum, Amounts::default());
        }
        for (place, sum) in lot_sums {
            verified.compare("lot", place, sum, Amounts::default());
        }
        Ok(())
    }

    /// Points that are held by the open redemptions of some wallets.
    async fn held_by(&self, wallets: &[WalletRow]) -> Result<BTreeMap<String, i64>, StoreError> {
        let ids = wallets.iter().flat_map(|wallet| wallet.holds.iter().map(|hold| hold.redemption));
        let ids: Vec<Value> = ids.map(|id| Value::RecordId(record("redemption", id.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let open: Vec<Redemption> = self.database.rows("redemption", "SELECT * FROM $ids", bindings).await?;
        let mut held = BTreeMap::<String, i64>::new();
        for redemption in open {
            let points: i64 = redemption.held.iter().map(|part| part.points).sum();
            *held.entry(redemption.wallet.to_string()).or_default() += points;
        }
        Ok(held)
    }

    /// Compares some postings of the log, after an event and in order, with the rows of transactions and entries. Gives
    /// the event after which the next part starts; `None` at the end of the log.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_log(&self, after: u64, limit: usize) -> Result<(Verified, Option<u64>), StoreError> {
        let head = *self.log_head().borrow();
        let query = "SELECT id, data FROM fn::rows($range) WHERE type = 'loyalty.points-posted' LIMIT $limit";
        let bindings = bind! {
            "range" => events_between(after, head), "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let logged: Vec<LoggedRow> = self.database.rows("event", query, bindings).await?;
        let next = logged.last().filter(|_| logged.len() >= limit).map(|row| row.id);
        let transactions = logged.iter().map(|row| record("ledger_transaction", row.data.id.to_string()));
        let transactions: Vec<Value> = transactions.map(Value::RecordId).collect();
        let entries =
            logged.iter().flat_map(|row| keys_of(row).map(|key| Value::RecordId(record("ledger_entry", key))));
        let entries: Vec<Value> = entries.collect();
        let query = "SELECT * FROM $transactions; SELECT * FROM $entries;";
        let bindings = bind! {
            "transactions" => Value::Array(transactions.into()), "entries" => Value::Array(entries.into()),
        };
        let mut results = self.database.read_together(query, bindings).await?;
        let rows: Vec<TransactionRow> = take_rows("ledger_transaction", &mut results, FIRST)?;
        let rows: BTreeMap<TransactionId, u64> = rows.into_iter().filter_map(|row| Some((row.id?, row.seq))).collect();
        let mut by_event = BTreeMap::<u64, Vec<StoredEntry>>::new();
        for entry in take_rows::<StoredEntry>("ledger_entry", &mut results, FIRST + 1)? {
            by_event.entry(entry.id.3).or_default().push(entry);
        }
        let mut verified = Verified { looked_at: logged.len() as u64, ..Verified::default() };
        for row in logged {
            let mut there = by_event.remove(&row.id).unwrap_or_default();
            there.sort_by_key(|entry| entry.id.4);
            verified.entries += there.len() as u64;
            verified.posting(&row, rows.get(&row.data.id).copied(), &there);
        }
        Ok((verified, next))
    }
}

fn keys_of(row: &LoggedRow) -> impl Iterator<Item = RecordIdKey> + '_ {
    row.data.entries.iter().enumerate().map(|(index, entry)| entry_key(&entry.account, row.id, index))
}

impl Verified {
    pub(super) fn note(&mut self, place: String, problem: String) {
        self.discrepancies.push(Discrepancy { place, problem });
    }

    fn compare(&mut self, what: &str, place: String, entries: Amounts, kept: Amounts) {
        for stage in Stage::ALL {
            let (sum, kept) = (entries.at(stage), kept.at(stage));
            if sum != kept {
                let stage = stage.as_str();
                self.note(
                    place.clone(),
                    format!("the entries add up to {sum} {stage} points, but the {what} says {kept}"),
                );
            }
        }
    }

    fn posting(&mut self, row: &LoggedRow, seq: Option<u64>, there: &[StoredEntry]) {
        let place = format!("event {}", row.id);
        let sum: i128 = row.data.entries.iter().map(|entry| i128::from(entry.points.0)).sum();
        if sum != 0 {
            self.note(place.clone(), format!("the transaction's entries sum to {sum}, not to zero"));
        }
        if seq != Some(row.id) {
            self.note(place.clone(), format!("the transaction {} has no row of this event", row.data.id));
        }
        let expected = row.data.entries.iter().map(|entry| (entry.points, row.data.id));
        let found = there.iter().map(|entry| (entry.points, entry.transaction));
        if !expected.eq(found) {
            let problem = "the stored entries are not those that the log tells of".to_owned();
            self.note(place, problem);
        }
    }
}
