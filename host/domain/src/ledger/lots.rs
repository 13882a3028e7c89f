//! Lots: each earning with what is left of it. Points are spent soonest-expiring first, then oldest.

use super::{Amounts, Stage};
use crate::{Timestamp, TransactionId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// A lot's place in the order in which points are spent. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotKey {
    /// From when on its points are past their time; [`Timestamp::MAX`] is never.
    pub expires_at: Timestamp,
    /// When it was earned in the world.
    pub earned_at: Timestamp,
    /// The transaction that earned it.
    pub id: TransactionId,
}

/// As it is written: without an expiry where there is none.
#[derive(Serialize, Deserialize)]
struct Written {
    id: TransactionId,
    earned_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl LotKey {
    /// From when on its points are past their time, if ever.
    #[must_use]
    pub fn expiry(&self) -> Option<Timestamp> {
        Some(self.expires_at).filter(|time| *time < Timestamp::MAX)
    }
}

impl Serialize for LotKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { id: self.id, earned_at: self.earned_at, expires_at: self.expiry() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LotKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { id, earned_at, expires_at } = Written::deserialize(deserializer)?;
        Ok(Self { expires_at: expires_at.unwrap_or(Timestamp::MAX), earned_at, id })
    }
}

/// Where a lot has to be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Points of it are pending: found by the time from which on they can be spent.
    Pending,
    /// Points of it can be spent: found by expiry.
    Spendable,
    /// Nothing of it can be spent now; it is there for what may come back.
    Resting,
}

/// One earning, and where its points stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// From when on its points can be spent.
    pub active_from: Timestamp,
    /// Where they stand.
    pub amounts: Amounts,
}

impl Lot {
    /// Where it has to be looked for.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        if self.amounts.pending > 0 {
            Phase::Pending
        } else if self.amounts.available > 0 {
            Phase::Spendable
        } else {
            Phase::Resting
        }
    }
}

/// Lots of one wallet, in the orders in which they are needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lots {
    all: BTreeMap<LotKey, Lot>,
    pending: BTreeSet<(Timestamp, LotKey)>,
    spendable: BTreeSet<LotKey>,
}

impl Lots {
    /// One lot.
    #[must_use]
    pub fn get(&self, key: &LotKey) -> Option<&Lot> {
        self.all.get(key)
    }

    /// All of them, soonest-expiring first.
    pub fn iter(&self) -> impl Iterator<Item = (&LotKey, &Lot)> {
        self.all.iter()
    }

    /// Lots whose points can be spent, soonest-expiring first, with how many there are.
    pub fn spendable(&self) -> impl Iterator<Item = (LotKey, i64)> + '_ {
        self.spendable.iter().filter_map(|key| Some((*key, self.all.get(key)?.amounts.available)))
    }

    /// The lot that can be spent next and expires soonest.
    #[must_use]
    pub fn first_spendable(&self) -> Option<LotKey> {
        self.spendable.first().copied()
    }

    /// The pending lot that becomes available next, and when.
    #[must_use]
    pub fn first_pending(&self) -> Option<(Timestamp, LotKey)> {
        self.pending.first().copied()
    }

    /// Puts a lot in place.
    pub fn put(&mut self, key: LotKey, lot: Lot) {
        if let Some(before) = self.all.insert(key, lot) {
            match before.phase() {
                Phase::Pending => drop(self.pending.remove(&(before.active_from, key))),
                Phase::Spendable => drop(self.spendable.remove(&key)),
                Phase::Resting => {}
            }
        }
        match lot.phase() {
            Phase::Pending => drop(self.pending.insert((lot.active_from, key))),
            Phase::Spendable => drop(self.spendable.insert(key)),
            Phase::Resting => {}
        }
    }

    /// Moves points into (positive) or out of (negative) a stage of a lot.
    pub fn add(&mut self, key: LotKey, stage: Stage, points: i64) {
        let mut lot =
            self.all.get(&key).copied().unwrap_or(Lot { active_from: key.earned_at, amounts: Amounts::default() });
        lot.amounts.add(stage, points);
        self.put(key, lot);
    }

    /// Lets go of a lot of which nothing is left to be spent, held or become available.
    pub fn forget(&mut self, key: &LotKey) {
        let is_done = |lot: &Lot| lot.phase() == Phase::Resting && lot.amounts.reserved == 0;
        if self.all.get(key).is_some_and(is_done) {
            self.all.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(expires: i64, earned: i64) -> LotKey {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        LotKey { expires_at: at(expires), earned_at: at(earned), id: TransactionId::derived(&[&earned.to_string()]) }
    }

    #[test]
    fn what_expires_soonest_comes_first_then_what_is_oldest() {
        let never = LotKey { expires_at: Timestamp::MAX, ..key(0, 1) };
        let mut lots = Lots::default();
        for lot in [never, key(30, 5), key(20, 9), key(20, 7)] {
            lots.add(lot, Stage::Available, 10);
        }
        let order: Vec<LotKey> = lots.spendable().map(|(key, _)| key).collect();
        assert_eq!(order, [key(20, 7), key(20, 9), key(30, 5), never]);
    }

    #[test]
    fn a_lot_is_where_its_points_stand() {
        let (mut lots, lot) = (Lots::default(), key(20, 1));
        lots.add(lot, Stage::Pending, 10);
        assert_eq!(lots.first_pending(), Some((lot.earned_at, lot)));
        lots.add(lot, Stage::Pending, -10);
        lots.add(lot, Stage::Available, 10);
        assert_eq!((lots.first_pending(), lots.first_spendable()), (None, Some(lot)));
        lots.add(lot, Stage::Available, -10);
        lots.add(lot, Stage::Reserved, 10);
        assert_eq!(lots.first_spendable(), None);
        assert_eq!(lots.get(&lot).unwrap().phase(), Phase::Resting);
    }

    #[test]
    fn a_lot_without_end_is_written_without_one() {
        let never = LotKey { expires_at: Timestamp::MAX, ..key(0, 1) };
        let json = serde_json::to_value(never).unwrap();
        assert!(json.get("expires_at").is_none(), "{json}");
        assert_eq!(serde_json::from_value::<LotKey>(json).unwrap(), never);
    }
}
