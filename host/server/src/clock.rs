//! The one place where time and new identifiers come from.

use stammgast_domain::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::watch;
use uuid::Uuid;

/// Gives the time and makes `UUIDv7s`.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<TestClock>>);

/// A clock that runs like the machine's, some time ahead of it or behind, and can be set.
pub struct TestClock {
    ahead: AtomicI64,
    moved: watch::Sender<u64>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock for tests, which shows `start` now.
    #[must_use]
    pub fn test(start: Timestamp) -> Self {
        let ahead = AtomicI64::new(start.millis().saturating_sub(machine_millis()));
        Self(Some(Arc::new(TestClock { ahead, moved: watch::channel(0).0 })))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let ahead = self.0.as_ref().map_or(0, |test| test.ahead.load(Ordering::Relaxed));
        Timestamp::from_millis(machine_millis().saturating_add(ahead)).unwrap_or(Timestamp::MAX)
    }

    /// The clock for tests, where this is one.
    #[must_use]
    pub fn as_test(&self) -> Option<&TestClock> {
        self.0.as_deref()
    }

    /// Ends when the clock is set after this call; the machine's never is.
    pub fn was_set(&self) -> impl Future<Output = ()> + use<> {
        let moved = self.0.as_ref().map(|test| test.moved.subscribe());
        async move {
            match moved {
                // The sender lives as long as the clock.
                Some(mut moved) => drop(moved.changed().await),
                None => std::future::pending().await,
            }
        }
    }

    /// Bytes that nobody can guess.
    #[must_use]
    pub fn random(&self) -> [u8; 10] {
        rand::random()
    }

    /// A new `UUIDv7` (RFC 9562) of this moment.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
    }
}

impl TestClock {
    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.ahead.store(now.millis().saturating_sub(machine_millis()), Ordering::Relaxed);
        self.moved.send_modify(|times| *times += 1);
    }
}

fn machine_millis() -> i64 {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    i64::try_from(millis).unwrap_or(i64::MAX)
}
