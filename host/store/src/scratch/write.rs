//! Writing batches: all of one or nothing.

use super::{BALANCES, DIFFERENCES, FACTS, FactSort, PLACE, POINTS, RANKS, STATE, Scratch, failed};
use crate::StoreError;
use redb::{Durability, ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId,
    backtest::{Both, EventDifference, Totals},
    call::StateValue,
};
use std::collections::BTreeMap;

/// Where a value of simulated state lies: side, customer (or none for what is shared), key.
pub type StatePlace = (u8, Option<CustomerId>, String);

/// What one step of a back-test found.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Values of simulated state.
    pub states: BTreeMap<StatePlace, StateValue>,
    /// Events that tell of facts: sort, owner, order.
    pub facts: BTreeMap<(FactSort, CustomerId, String), u64>,
    /// Points to be added: side, customer, program.
    pub balances: BTreeMap<(u8, CustomerId, String), i64>,
    /// Points to be added to the report, by customer and program.
    pub points: BTreeMap<CustomerId, BTreeMap<String, Both>>,
    /// Events with which the sides dealt differently.
    pub differences: Vec<EventDifference>,
    /// Counts to be added.
    pub totals: Totals,
}

/// How far a file has got.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) position: u64,
    pub(super) differences: u64,
    pub(super) totals: Totals,
}

impl Batch {
    /// Adds another part of the same step. Parts share no customer.
    pub fn add(&mut self, other: Self) {
        self.states.extend(other.states);
        self.facts.extend(other.facts);
        self.balances.extend(other.balances);
        self.points.extend(other.points);
        self.differences.extend(other.differences);
        self.totals.add(&other.totals);
    }
}

impl Scratch {
    pub(super) fn make_tables(&self) -> Result<(), StoreError> {
        let write = self.database.begin_write().map_err(failed)?;
        write.open_table(STATE).map_err(failed)?;
        write.open_table(FACTS).map_err(failed)?;
        write.open_table(BALANCES).map_err(failed)?;
        write.open_table(POINTS).map_err(failed)?;
        write.open_table(RANKS).map_err(failed)?;
        write.open_table(DIFFERENCES).map_err(failed)?;
        write.open_table(PLACE).map_err(failed)?;
        write.commit().map_err(failed)
    }

    /// Writes a step and how far it leads; `most` bounds the listed differences. Steps are on disk for good only when
    /// they are `synced`; a kill goes back to the last that was.
    ///
    /// # Errors
    /// The file failed; then nothing of the step is written.
    pub fn write(&self, batch: &Batch, position: u64, most: u64, synced: Synced) -> Result<Totals, StoreError> {
        let mut write = self.database.begin_write().map_err(failed)?;
        if synced == Synced::Later {
            write.set_durability(Durability::None).map_err(failed)?;
        }
        self.write_state(&write, batch)?;
        write_facts(&write, batch)?;
        write_points(&write, batch)?;
        let mut place = read_place(&write)?;
        place.position = position;
        place.totals.add(&batch.totals);
        {
            let mut table = write.open_table(DIFFERENCES).map_err(failed)?;
            for difference in &batch.differences {
                if place.differences >= most {
                    break;
                }
                table.insert(difference.event, json(difference)?.as_slice()).map_err(failed)?;
                place.differences += 1;
            }
            let mut table = write.open_table(PLACE).map_err(failed)?;
            table.insert("place", json(&place)?.as_slice()).map_err(failed)?;
        }
        write.commit().map_err(failed)?;
        Ok(place.totals)
    }

    /// Orders customers by how much their points differ; gives how many differ at all.
    ///
    /// # Errors
    /// The file failed.
    pub fn rank(&self) -> Result<u64, StoreError> {
        let write = self.database.begin_write().map_err(failed)?;
        let mut differing = 0;
        {
            let points = write.open_table(POINTS).map_err(failed)?;
            let mut ranks = write.open_table(RANKS).map_err(failed)?;
            for row in points.iter().map_err(failed)? {
                let (customer, value) = row.map_err(failed)?;
                let programs: BTreeMap<String, Both> = read_json(value.value())?;
                let by: u64 = programs.values().map(|both| both.candidate.abs_diff(both.baseline)).sum();
                differing += u64::from(by > 0);
                ranks.insert((u64::MAX - by, customer.value()), ()).map_err(failed)?;
            }
        }
        write.commit().map_err(failed)?;
        Ok(differing)
    }

    fn write_state(&self, write: &WriteTransaction, batch: &Batch) -> Result<(), StoreError> {
        let mut table = write.open_table(STATE).map_err(failed)?;
        for ((side, customer, key), value) in &batch.states {
            let owner = customer.map(|customer| customer.to_string()).unwrap_or_default();
            let sealed = self.seal.seal(&owner, &json(value)?).unwrap_or_default();
            table.insert((*side, owner.as_str(), key.as_str()), sealed.as_slice()).map_err(failed)?;
        }
        Ok(())
    }
}

/// When a step is on disk for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// When the call returns.
    Now,
    /// With a later step that is synced.
    Later,
}

fn write_facts(write: &WriteTransaction, batch: &Batch) -> Result<(), StoreError> {
    let mut table = write.open_table(FACTS).map_err(failed)?;
    for ((sort, owner, order), event) in &batch.facts {
        table.insert((*sort as u8, owner.to_string().as_str(), order.as_str()), event).map_err(failed)?;
    }
    let mut table = write.open_table(BALANCES).map_err(failed)?;
    for ((side, customer, program), points) in &batch.balances {
        let customer = customer.to_string();
        let key = (*side, customer.as_str(), program.as_str());
        let before = table.get(key).map_err(failed)?.map_or(0, |balance| balance.value());
        table.insert(key, before.saturating_add(*points)).map_err(failed)?;
    }
    Ok(())
}

fn write_points(write: &WriteTransaction, batch: &Batch) -> Result<(), StoreError> {
    let mut table = write.open_table(POINTS).map_err(failed)?;
    for (customer, programs) in &batch.points {
        let customer = customer.to_string();
        let before = table.get(customer.as_str()).map_err(failed)?;
        let mut sums: BTreeMap<String, Both> =
            before.map(|value| read_json(value.value())).transpose()?.unwrap_or_default();
        for (program, both) in programs {
            let sum = sums.entry(program.clone()).or_default();
            sum.candidate = sum.candidate.saturating_add(both.candidate);
            sum.baseline = sum.baseline.saturating_add(both.baseline);
        }
        table.insert(customer.as_str(), json(&sums)?.as_slice()).map_err(failed)?;
    }
    Ok(())
}

fn read_place(write: &WriteTransaction) -> Result<Place, StoreError> {
    let table = write.open_table(PLACE).map_err(failed)?;
    let place = table.get("place").map_err(failed)?;
    Ok(place.map(|value| read_json(value.value())).transpose()?.unwrap_or_default())
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::ScratchForm(error.to_string()))
}

pub(super) fn read_json<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::ScratchForm(error.to_string()))
}
