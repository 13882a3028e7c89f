//! A change: everything that one use case wants to happen, all of it or nothing.

use crate::{
    StoreError,
    ledger::{LedgerOrder, Rest, Settled},
    value,
};
use serde::Serialize;
use stammgast_domain::event::NewEvent;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use surrealdb::types::{Object, RecordId, RecordIdKey, Value};

/// Rows that an order of the ledger leads to, about.
const ROWS_OF_AN_ORDER: usize = 8;

/// Writes and events of one atomic change. Build it with the methods of the rooms, then commit it.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub(crate) inserts: BTreeMap<&'static str, Vec<Value>>,
    pub(crate) replaces: Vec<Value>,
    /// Rows that must stand as they were read, although nothing is written there.
    pub(crate) expectations: Vec<Value>,
    pub(crate) puts: BTreeMap<&'static str, Vec<Value>>,
    /// Rows that are there for sure.
    pub(crate) updates: Vec<Value>,
    pub(crate) additions: BTreeMap<String, Addition>,
    pub(crate) deletes: Vec<RecordId>,
    pub(crate) advances: Vec<Value>,
    /// Numbers that are counted, up to a bound.
    pub(crate) counts: Vec<Value>,
    pub(crate) events: Vec<NewEvent>,
    pub(crate) sealed: Vec<SealedRow>,
    /// What the ledger decides in its turn; a refusal refuses the whole change.
    pub(crate) orders: Vec<LedgerOrder>,
    /// Rows that depend on what it decides.
    pub(crate) rest: Option<Rest>,
    /// Bytes of large values, raw messages above all.
    pub(crate) bytes: usize,
}

/// A row with a personal part, which the writer seals under the subject's key.
#[derive(Debug, Clone)]
pub(crate) struct SealedRow {
    pub(crate) table: &'static str,
    pub(crate) id: RecordId,
    pub(crate) subject: String,
    pub(crate) content: Object,
    pub(crate) personal: Vec<u8>,
}

/// A number that grows: `field += amount` on a row that is made when it is missing.
#[derive(Debug, Clone)]
pub(crate) struct Addition {
    pub(crate) id: RecordId,
    pub(crate) points: i64,
}

impl Change {
    /// An empty change.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// How many rows it touches, events included.
    #[must_use]
    pub fn rows(&self) -> usize {
        let lists = |lists: &BTreeMap<&'static str, Vec<Value>>| lists.values().map(Vec::len).sum::<usize>();
        lists(&self.inserts)
            + lists(&self.puts)
            + self.updates.len()
            + self.replaces.len()
            + self.expectations.len()
            + self.additions.len()
            + self.deletes.len()
            + self.advances.len()
            + self.counts.len()
            + self.events.len()
            + self.sealed.len()
            + self.orders.len() * ROWS_OF_AN_ORDER
    }

    /// Asks the ledger for something. It decides when the change is committed, in the order of commits.
    pub fn order(&mut self, order: LedgerOrder) {
        self.orders.push(order);
    }

    /// Adds what depends on the ledger's decision, beside what was added so before. It may be called several times, and must
    /// do the same each time.
    pub fn and_then(&mut self, rest: impl Fn(&Settled) -> Result<Self, StoreError> + Send + Sync + 'static) {
        self.add_rest(Some(Rest(Arc::new(rest))));
    }

    fn add_rest(&mut self, more: Option<Rest>) {
        self.rest = match (self.rest.take(), more) {
            (Some(Rest(before)), Some(Rest(more))) => Some(Rest(Arc::new(move |settled: &Settled| {
                let mut change = before(settled)?;
                change.extend(more(settled)?);
                Ok(change)
            }))),
            (before, more) => before.or(more),
        };
    }

    /// Adds an event to the tenant's log.
    pub fn event(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Adds everything of another change, to be committed with it.
    pub fn extend(&mut self, other: Self) {
        for (table, rows) in other.inserts {
            self.inserts.entry(table).or_default().extend(rows);
        }
        let written = other.puts.values().flatten().filter_map(id_of).chain(other.sealed.iter().map(|row| &row.id));
        self.deletes = without(std::mem::take(&mut self.deletes), written);
        for (table, rows) in other.puts {
            self.puts.entry(table).or_default().extend(rows);
        }
        for (key, addition) in other.additions {
            self.additions
                .entry(key)
                .and_modify(|sum| sum.points = sum.points.saturating_add(addition.points))
                .or_insert(addition);
        }
        self.updates.extend(other.updates);
        self.replaces.extend(other.replaces);
        self.expectations.extend(other.expectations);
        self.deletes.extend(other.deletes);
        self.advances.extend(other.advances);
        self.counts.extend(other.counts);
        self.events.extend(other.events);
        self.sealed.extend(other.sealed);
        self.orders.extend(other.orders);
        self.add_rest(other.rest);
        self.bytes += other.bytes;
    }

    /// A new row; a second one with the same key makes the whole change fail.
    pub(crate) fn insert<T: Serialize>(
        &mut self,
        table: &'static str,
        key: impl Into<RecordIdKey>,
        row: &T,
    ) -> Result<(), StoreError> {
        let content = content(table, row)?;
        self.insert_object(table, key, content);
        Ok(())
    }

    /// A new row whose content is at hand as an object.
    pub(crate) fn insert_object(&mut self, table: &'static str, key: impl Into<RecordIdKey>, mut content: Object) {
        content.insert("id", Value::RecordId(value::record(table, key)));
        self.inserts.entry(table).or_default().push(Value::Object(content));
    }

    /// A row in place of the one that was read in version `expected`; otherwise the whole change fails.
    pub(crate) fn replace<T: Serialize>(
        &mut self,
        table: &'static str,
        key: impl Into<RecordIdKey>,
        expected: u64,
        row: &T,
    ) -> Result<(), StoreError> {
        let mut replace = Object::new();
        replace.insert("id", Value::RecordId(value::record(table, key)));
        replace.insert("expected", i64::try_from(expected).unwrap_or(i64::MAX));
        replace.insert("content", Value::Object(content(table, row)?));
        self.replaces.push(Value::Object(replace));
        Ok(())
    }

    /// A row that must still be in the version that was read when this is committed; otherwise the whole change fails.
    pub(crate) fn expect(&mut self, table: &'static str, key: impl Into<RecordIdKey>, version: u64) {
        let mut expectation = Object::new();
        expectation.insert("id", Value::RecordId(value::record(table, key)));
        expectation.insert("version", i64::try_from(version).unwrap_or(i64::MAX));
        self.expectations.push(Value::Object(expectation));
    }

    /// Whether the change makes a row, or puts it in place of one that was read.
    pub(crate) fn writes(&self, table: &'static str, key: &str) -> bool {
        let id = Value::RecordId(value::record(table, key));
        let is_it = |row: &Value| matches!(row, Value::Object(row) if row.get("id") == Some(&id));
        self.replaces.iter().chain(self.inserts.get(table).into_iter().flatten()).any(is_it)
    }

    /// A row, whether or not there was one before.
    pub(crate) fn put<T: Serialize>(
        &mut self,
        table: &'static str,
        key: impl Into<RecordIdKey>,
        row: &T,
    ) -> Result<(), StoreError> {
        self.put_object(table, value::record(table, key), content(table, row)?);
        Ok(())
    }

    /// A row with a personal part, whether or not there was one before.
    pub(crate) fn put_sealed<T: Serialize>(
        &mut self,
        table: &'static str,
        key: impl Into<RecordIdKey>,
        subject: &str,
        row: &T,
        personal: Vec<u8>,
    ) -> Result<(), StoreError> {
        let (id, content) = (value::record(table, key), content(table, row)?);
        self.bytes += personal.len();
        self.deletes.retain(|gone| *gone != id);
        self.sealed.push(SealedRow { table, id, subject: subject.to_owned(), content, personal });
        Ok(())
    }

    /// A row whose content is at hand, whether or not there was one before. It stays, although an earlier part of the
    /// change takes it away.
    pub(crate) fn put_object(&mut self, table: &'static str, id: RecordId, content: Object) {
        self.deletes.retain(|gone| *gone != id);
        self.puts.entry(table).or_default().push(written(id, content));
    }

    /// A row that the writing task itself has read for this very commit, in place of what was read. Nothing is written
    /// where there is none; where it is there for sure, this takes half the time of [`Change::put`].
    pub(crate) fn update<T: Serialize>(
        &mut self,
        table: &'static str,
        key: impl Into<RecordIdKey>,
        row: &T,
    ) -> Result<(), StoreError> {
        self.update_object(value::record(table, key), content(table, row)?);
        Ok(())
    }

    /// [`Change::update`], with the content at hand.
    pub(crate) fn update_object(&mut self, id: RecordId, content: Object) {
        self.updates.push(written(id, content));
    }

    /// Adds to the `points` of a row.
    pub(crate) fn add_points(&mut self, table: &'static str, key: &str, points: i64) {
        let addition = Addition { id: value::record(table, key), points };
        self.additions
            .entry(format!("{table}:{key}"))
            .and_modify(|sum| sum.points = sum.points.saturating_add(points))
            .or_insert(addition);
    }

    /// Moves a cursor that `holder` holds; nothing happens where somebody else holds it.
    pub(crate) fn advance(&mut self, id: RecordId, position: u64, holder: &str) {
        let mut advance = Object::new();
        advance.insert("id", Value::RecordId(id));
        advance.insert("position", i64::try_from(position).unwrap_or(i64::MAX));
        advance.insert("holder", holder);
        self.advances.push(Value::Object(advance));
    }

    /// Removes a row; nothing happens where there is none.
    pub(crate) fn delete(&mut self, table: &'static str, key: impl Into<RecordIdKey>) {
        self.deletes.push(value::record(table, key));
    }
}

fn id_of(row: &Value) -> Option<&RecordId> {
    match row {
        Value::Object(row) => row.get("id").and_then(|id| if let Value::RecordId(id) = id { Some(id) } else { None }),
        _ => None,
    }
}

/// Rows that are taken away, without those that are written later.
fn without<'a>(deletes: Vec<RecordId>, written: impl Iterator<Item = &'a RecordId>) -> Vec<RecordId> {
    if deletes.is_empty() {
        return deletes;
    }
    let written: BTreeSet<String> = written.map(|id| format!("{id:?}")).collect();
    deletes.into_iter().filter(|gone| !written.contains(&format!("{gone:?}"))).collect()
}

fn written(id: RecordId, content: Object) -> Value {
    let mut row = Object::new();
    row.insert("id", Value::RecordId(id));
    row.insert("content", Value::Object(content));
    Value::Object(row)
}

fn content<T: Serialize>(table: &'static str, row: &T) -> Result<Object, StoreError> {
    value::to_content(row).map_err(|source| StoreError::Unwritable { table, source })
}
