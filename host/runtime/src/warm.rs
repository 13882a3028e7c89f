//! Instances that stay for further calls, where an admin opted in: of one installation only, one call at a time,
//! retired after a number of calls, and dropped on any fault, whoever finds it.

use crate::{Runtime, fresh::Circumstances, host::HostState, instance::Instance};
use stammgast_domain::plugin::Family;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::Store;

/// Instances of one installation, with one set of grants, that wait for their next call.
pub struct WarmInstances {
    idle: Mutex<Vec<Place>>,
    /// How many instances may wait in the whole process: each holds a place of the pool.
    places: Arc<Semaphore>,
}

/// Instances that have just served a call. They wait for the next one when it is known that nothing was wrong with this
/// one, and end otherwise.
#[derive(Default)]
#[must_use = "instances that are not kept end"]
pub struct Served(Vec<Place>);

/// An instance, and its place among those that wait.
type Place = (Warm, OwnedSemaphorePermit);

/// An instance in its store.
pub(crate) struct Warm {
    pub(crate) store: Store<HostState>,
    pub(crate) instance: Instance,
    pub(crate) family: Family,
    /// Calls that it has served.
    pub(crate) served: u32,
}

impl WarmInstances {
    pub(crate) const fn new(places: Arc<Semaphore>) -> Self {
        Self { idle: Mutex::new(Vec::new()), places }
    }

    /// An instance that serves a family, if one waits.
    pub(crate) fn take(&self, family: Family) -> Option<Warm> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let place = idle.iter().rposition(|(warm, _)| warm.family == family)?;
        Some(idle.swap_remove(place).0)
    }

    /// Holds a place for an instance whose call went well so far, if there is one and it may serve more than `calls`.
    pub(crate) fn hold(&self, warm: Warm, calls: u32, served: &mut Served) {
        if warm.served >= calls {
            return;
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        served.0.push((warm, place));
    }

    /// Keeps instances of a call with which nothing was wrong.
    pub fn keep(&self, served: Served) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(served.0);
    }
}

impl Runtime {
    /// A store for the next call: that of an instance that waits, or a fresh one.
    pub(crate) fn ready(&self, waiting: Option<Warm>, circumstances: Circumstances) -> wasmtime::Result<Ready> {
        match waiting {
            Some(Warm { mut store, instance, served, .. }) => {
                Self::make_ready(&mut store, circumstances)?;
                Ok(Ready { store, waiting: Some((instance, served)) })
            }
            None => Ok(Ready { store: self.fresh_store(circumstances)?, waiting: None }),
        }
    }
}

/// A store, and the instance in it that waited with the number of calls it has served.
pub(crate) struct Ready {
    pub(crate) store: Store<HostState>,
    pub(crate) waiting: Option<(Instance, u32)>,
}
