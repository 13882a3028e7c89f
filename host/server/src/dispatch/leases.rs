//! Partitions of the log and who reads them. A process that stops renewing loses its partitions to others.

use stammgast_domain::{InstallationId, Timestamp};
use stammgast_store::{StoreError, TenantStore};
use std::{collections::BTreeMap, hash::Hasher};

/// The partitions of an installation that this process holds, and how far each has got.
#[derive(Debug, Default)]
pub(super) struct Leases {
    positions: BTreeMap<u32, u64>,
    count: u32,
}

impl Leases {
    /// Takes every partition that is free.
    pub(super) async fn take(
        store: &TenantStore,
        installation: InstallationId,
        holder: &str,
        now: Timestamp,
        millis: i64,
    ) -> Result<Self, StoreError> {
        let cursors = store.cursors(installation).await?;
        let mut leases = Self { positions: BTreeMap::new(), count: u32::try_from(cursors.len()).unwrap_or(u32::MAX) };
        for cursor in cursors {
            let until = now.plus_millis(millis);
            if let Some(cursor) = store.lease_cursor(installation, cursor.id.1, holder, now, until).await? {
                leases.positions.insert(cursor.id.1, cursor.position);
            }
        }
        Ok(leases)
    }

    /// Renews what is held, and takes what has become free; `true` when something was lost or won. What was ended by
    /// somebody else is lost: its cursor may have been set anew.
    pub(super) async fn renew(
        &self,
        store: &TenantStore,
        installation: InstallationId,
        holder: &str,
        now: Timestamp,
        millis: i64,
    ) -> Result<bool, StoreError> {
        let mut changed = false;
        for cursor in store.cursors(installation).await? {
            let (partition, until) = (cursor.id.1, now.plus_millis(millis));
            changed |= if self.positions.contains_key(&partition) {
                !store.renew_cursor(installation, partition, holder, until).await?
            } else {
                store.lease_cursor(installation, partition, holder, now, until).await?.is_some()
            };
        }
        Ok(changed)
    }

    /// Whether this process holds the partition of a subject.
    pub(super) fn holds(&self, subject: &str) -> bool {
        self.positions.contains_key(&self.partition_of(subject))
    }

    /// Whether this process holds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The partitions held.
    pub(super) fn partitions(&self) -> impl Iterator<Item = u32> + '_ {
        self.positions.keys().copied()
    }

    /// Where reading has to start.
    pub(super) fn first_position(&self) -> u64 {
        self.positions.values().copied().min().unwrap_or_default()
    }

    /// The partition that a subject's events belong to.
    pub(super) fn partition_of(&self, subject: &str) -> u32 {
        let mut hasher = StableHasher::default();
        hasher.write(subject.as_bytes());
        u32::try_from(hasher.finish() % u64::from(self.count.max(1))).unwrap_or_default()
    }

    /// Whether an event is this process's to deliver.
    pub(super) fn wants(&self, subject: &str, seq: u64) -> bool {
        self.positions.get(&self.partition_of(subject)).is_some_and(|position| seq > *position)
    }

    /// Whether a position lies further than what was noted for a partition.
    pub(super) fn lags(&self, partition: u32, position: u64) -> bool {
        self.positions.get(&partition).is_some_and(|known| position > *known)
    }

    /// Notes how far a partition has got; `true` when that is further than before.
    pub(super) fn advance(&mut self, partition: u32, position: u64) -> bool {
        match self.positions.get_mut(&partition) {
            Some(known) if position > *known => {
                *known = position;
                true
            }
            _ => false,
        }
    }
}

/// FNV-1a (Fowler, Noll, Vo; 64 bits): partitions must be the same in every build and process.
struct StableHasher(u64);

impl Default for StableHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for StableHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
