//! Reading a scratch file as it was at one moment.

use super::{
    BALANCES, DIFFERENCES, FACTS, FactSort, PLACE, POINTS, RANKS, STATE, failed,
    write::{Place, read_json},
};
use crate::{StoreError, vault::SealingKey};
use redb::ReadTransaction;
use stammgast_domain::{
    CustomerId,
    backtest::{Both, EventDifference, Totals},
    call::StateValue,
};
use std::collections::{BTreeMap, BTreeSet};

/// A scratch file as it was at one moment.
pub struct Snapshot {
    read: ReadTransaction,
    seal: SealingKey,
}

/// A customer's place in the order of differences.
pub type Rank = (u64, CustomerId);

/// A customer's points on both sides, by program.
pub type CustomerPoints = (CustomerId, BTreeMap<String, Both>);

impl Snapshot {
    pub(super) const fn new(read: ReadTransaction, seal: SealingKey) -> Self {
        Self { read, seal }
    }

    /// How far the file has got, and what came so far.
    ///
    /// # Errors
    /// The file failed.
    pub fn place(&self) -> Result<(u64, Totals), StoreError> {
        let table = self.read.open_table(PLACE).map_err(failed)?;
        let place: Place =
            table.get("place").map_err(failed)?.map(|value| read_json(value.value())).transpose()?.unwrap_or_default();
        Ok((place.position, place.totals))
    }

    /// A value of simulated state.
    ///
    /// # Errors
    /// The file failed.
    pub fn state(&self, side: u8, customer: Option<CustomerId>, key: &str) -> Result<Option<StateValue>, StoreError> {
        let table = self.read.open_table(STATE).map_err(failed)?;
        let owner = customer.map(|customer| customer.to_string()).unwrap_or_default();
        let Some(sealed) = table.get((side, owner.as_str(), key)).map_err(failed)? else { return Ok(None) };
        self.opened_state(&owner, sealed.value()).map(Some)
    }

    /// The keys of simulated state that have a value, of a customer or shared.
    ///
    /// # Errors
    /// The file failed.
    pub fn state_keys(&self, side: u8, customer: Option<CustomerId>) -> Result<BTreeSet<String>, StoreError> {
        let table = self.read.open_table(STATE).map_err(failed)?;
        let owner = customer.map(|customer| customer.to_string()).unwrap_or_default();
        let mut live = BTreeSet::new();
        for row in table.range((side, owner.as_str(), "")..).map_err(failed)? {
            let (place, sealed) = row.map_err(failed)?;
            let (of, whose, key) = place.value();
            if of != side || whose != owner {
                break;
            }
            if self.opened_state(&owner, sealed.value())?.value.is_some() {
                live.insert(key.to_owned());
            }
        }
        Ok(live)
    }

    fn opened_state(&self, owner: &str, sealed: &[u8]) -> Result<StateValue, StoreError> {
        let opened = self.seal.open(owner, sealed);
        read_json(&opened.ok_or_else(|| StoreError::ScratchForm("a value was sealed otherwise".to_owned()))?)
    }

    /// The events that tell of facts of one owner, highest order first, below `before`; at most `limit`.
    ///
    /// # Errors
    /// The file failed.
    pub fn facts(
        &self,
        sort: FactSort,
        owner: CustomerId,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let table = self.read.open_table(FACTS).map_err(failed)?;
        let owner = owner.to_string();
        let sort = sort as u8;
        // Past every order, which is a time and an id, or nothing.
        let end = before.unwrap_or("~");
        let range = table.range((sort, owner.as_str(), "")..(sort, owner.as_str(), end)).map_err(failed)?;
        range
            .rev()
            .take(limit)
            .map(|row| {
                let (key, event) = row.map_err(failed)?;
                Ok((key.value().2.to_owned(), event.value()))
            })
            .collect()
    }

    /// A customer's points in a program, by then.
    ///
    /// # Errors
    /// The file failed.
    pub fn balance(&self, side: u8, customer: CustomerId, program: &str) -> Result<i64, StoreError> {
        let table = self.read.open_table(BALANCES).map_err(failed)?;
        let balance = table.get((side, customer.to_string().as_str(), program)).map_err(failed)?;
        Ok(balance.map_or(0, |balance| balance.value()))
    }

    /// Events with which the sides dealt differently, after one; at most `limit`.
    ///
    /// # Errors
    /// The file failed.
    pub fn differences(&self, after: u64, limit: usize) -> Result<Vec<EventDifference>, StoreError> {
        let table = self.read.open_table(DIFFERENCES).map_err(failed)?;
        let range = table.range(after.saturating_add(1)..).map_err(failed)?;
        range.take(limit).map(|row| read_json(row.map_err(failed)?.1.value())).collect()
    }

    /// Customers by how much their points differ, largest first, after the one with this place; each with its place.
    ///
    /// # Errors
    /// The file failed.
    pub fn customers(&self, after: Option<Rank>, limit: usize) -> Result<Vec<(Rank, CustomerPoints)>, StoreError> {
        let ranks = self.read.open_table(RANKS).map_err(failed)?;
        let points = self.read.open_table(POINTS).map_err(failed)?;
        let (rank, last) = after.map_or((0, String::new()), |(rank, customer)| (rank, customer.to_string()));
        // One past the last: a text that ends with the lowest character.
        let start = if last.is_empty() { last } else { format!("{last}\0") };
        let range = ranks.range((rank, start.as_str())..).map_err(failed)?;
        let mut found = Vec::new();
        for row in range.take(limit) {
            let (key, _) = row.map_err(failed)?;
            let (rank, customer) = key.value();
            let Ok(id) = customer.parse::<CustomerId>() else { continue };
            let programs = points.get(customer).map_err(failed)?.map(|value| read_json(value.value())).transpose()?;
            found.push(((rank, id), (id, programs.unwrap_or_default())));
        }
        Ok(found)
    }
}
