//! Resolving names to addresses that may be connected to.

use super::address::Allowed;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{error::Error, fmt, net::SocketAddr, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    /// The tenant's own turn, of whoever's request looks a name up.
    pub(super) static TURN: Arc<OwnedSemaphorePermit>;
}

/// Looks a name up; a name without addresses has an empty list.
pub(super) type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, Vec<SocketAddr>> + Send + Sync>;

/// The system's own.
pub(super) fn system() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await;
            found.map(Iterator::collect).unwrap_or_default()
        })
    })
}

/// Resolves names to addresses that may be connected to.
pub(super) struct Resolver {
    /// What is permitted; `None` where everything is.
    pub(super) permits: Option<Arc<Allowed>>,
    /// Lookups that run at once: one that is given up goes on in its thread.
    pub(super) lookups: Arc<Semaphore>,
    pub(super) lookup: Lookup,
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// To no address that may be connected to.
    Refused,
    /// To no address at all.
    NoAddress,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the name leads to no address that requests may go to",
            Self::NoAddress => "the name has no address",
        })
    }
}

impl Error for Unresolved {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { permits, lookups, lookup } = self;
        let (permits, lookups, lookup) = (permits.clone(), Arc::clone(lookups), Arc::clone(lookup));
        // Held until the lookup ends, however long its request is over: whoever's names answer slowly waits alone.
        let own = TURN.try_with(Arc::clone).ok();
        Box::pin(async move {
            let turn = lookups.acquire_owned().await?;
            let looked_up = tokio::spawn(async move {
                let _turns = (own, turn);
                lookup(name.as_str().to_owned()).await
            });
            let found = looked_up.await?;
            let permitted = |address: &SocketAddr| permits.as_ref().is_none_or(|allowed| allowed.permits(address.ip()));
            let usable: Vec<SocketAddr> = found.iter().copied().filter(permitted).collect();
            match (found.is_empty(), usable.is_empty()) {
                (true, _) => Err(Unresolved::NoAddress.into()),
                (false, true) => Err(Unresolved::Refused.into()),
                (false, false) => Ok(Box::new(usable.into_iter()) as Addrs),
            }
        })
    }
}
