//! What calls of plugins cost, how they ended, and where workers stand: kept in memory by this process.

use semver::Version;
use stammgast_domain::{
    InstallationId, TenantId, Timestamp,
    plugin::{Installation, InstallationStatus},
    usage::{CallCost, Figures},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Versions of an installation's plugin whose figures are kept: those that were called last.
const VERSIONS: usize = 4;

/// Figures of every installation that there is. Those that are removed go.
pub struct Meters {
    since: Timestamp,
    meters: Mutex<BTreeMap<(TenantId, InstallationId), Arc<Meter>>>,
}

/// Figures of one installation. Counting takes a lock for less than a microsecond.
pub struct Meter(Mutex<Sight>);

/// What is to be seen of one installation.
#[derive(Debug, Clone)]
pub struct Sight {
    /// Its name in the tenant.
    pub name: String,
    /// Its plugin's id.
    pub plugin: String,
    /// Whether it takes events.
    pub status: InstallationStatus,
    /// Where its worker stands, or stood when it ended; `None` where this process has had none.
    pub standing: Option<Standing>,
    /// Figures by version of the plugin; the one that was called last stands last.
    pub versions: Vec<(Version, Figures)>,
}

/// Where the worker of an installation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Every event up to this one is done, held or dead.
    pub position: u64,
    /// What the breaker lets through.
    pub breaker: BreakerState,
}

/// What the breaker of an installation lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Every call.
    Closed,
    /// No call, or one to see whether the plugin works again.
    Open,
}

impl Meters {
    /// No figures yet.
    #[must_use]
    pub const fn new(since: Timestamp) -> Self {
        Self { since, meters: Mutex::new(BTreeMap::new()) }
    }

    /// Since when calls are counted.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    /// Takes in what installations a tenant has, all of them; figures of others are forgotten.
    pub fn keep(&self, tenant: &TenantId, installations: &[Installation]) {
        let mut meters = locked(&self.meters);
        meters.retain(|(owner, id), _| owner != tenant || installations.iter().any(|one| one.id == *id));
        for installation in installations {
            let meter = meters.entry((tenant.clone(), installation.id)).or_default();
            let mut sight = locked(&meter.0);
            sight.name.clone_from(&installation.name);
            sight.plugin.clone_from(&installation.plugin);
            sight.status = installation.status;
        }
    }

    /// The meter of an installation, where [`Meters::keep`] knows that.
    #[must_use]
    pub fn of(&self, tenant: &TenantId, installation: InstallationId) -> Option<Arc<Meter>> {
        locked(&self.meters).get(&(tenant.clone(), installation)).cloned()
    }

    /// Every meter, or those of one tenant.
    #[must_use]
    pub fn all(&self, tenant: Option<&TenantId>) -> Vec<(TenantId, Arc<Meter>)> {
        let meters = locked(&self.meters);
        let wanted = meters.iter().filter(|((owner, _), _)| tenant.is_none_or(|tenant| owner == tenant));
        wanted.map(|((owner, _), meter)| (owner.clone(), Arc::clone(meter))).collect()
    }
}

impl Default for Meter {
    fn default() -> Self {
        Self(Mutex::new(Sight {
            name: String::new(),
            plugin: String::new(),
            status: InstallationStatus::Draft,
            standing: None,
            versions: Vec::new(),
        }))
    }
}

impl Meter {
    /// Counts a call of a version.
    pub fn count(&self, version: &Version, call: CallCost) {
        let mut sight = locked(&self.0);
        let versions = &mut sight.versions;
        if let Some((_, figures)) = versions.last_mut().filter(|(last, _)| last == version) {
            figures.count(call);
            return;
        }
        let known = versions.iter().position(|(known, _)| known == version).map(|place| versions.remove(place));
        let (_, mut figures) = known.unwrap_or_else(|| (version.clone(), Figures::default()));
        figures.count(call);
        if versions.len() >= VERSIONS {
            versions.remove(0);
        }
        versions.push((version.clone(), figures));
    }

    /// Notes where the worker stands; `None` where this process has no part in the log.
    pub fn stand(&self, standing: Option<Standing>) {
        locked(&self.0).standing = standing;
    }

    /// What is to be seen now.
    #[must_use]
    pub fn sight(&self) -> Sight {
        locked(&self.0).clone()
    }
}

impl Sight {
    /// What the breaker lets through; `None` for installations that are not called in any case.
    #[must_use]
    pub fn breaker(&self) -> Option<BreakerState> {
        match self.status {
            InstallationStatus::Quarantined => Some(BreakerState::Open),
            InstallationStatus::Enabled => self.standing.map(|standing| standing.breaker),
            InstallationStatus::Draft | InstallationStatus::Disabled => None,
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::usage::Ending;
    use std::time::Duration;

    fn call() -> CallCost {
        let duration = Duration::from_micros(50);
        CallCost { ending: Ending::Effects, fuel: 7, memory_bytes: 1, duration, queued: Duration::ZERO }
    }

    fn versions(meter: &Meter) -> Vec<(String, u64)> {
        let sight = meter.sight();
        sight.versions.iter().map(|(version, figures)| (version.to_string(), figures.calls())).collect()
    }

    #[test]
    fn a_version_that_comes_back_counts_on_and_of_many_the_longest_unused_goes() {
        let meter = Meter::default();
        for minor in [1, 2, 2, 1, 3, 4, 5] {
            meter.count(&Version::new(0, minor, 0), call());
        }
        let kept = [("0.1.0", 2), ("0.3.0", 1), ("0.4.0", 1), ("0.5.0", 1)];
        assert_eq!(versions(&meter), kept.map(|(version, calls)| (version.to_owned(), calls)));
    }

    #[test]
    fn a_breaker_is_shown_where_calls_are_wanted() {
        let mut sight = Meter::default().sight();
        assert_eq!(sight.breaker(), None, "a draft");
        sight.status = InstallationStatus::Enabled;
        assert_eq!(sight.breaker(), None, "no worker here");
        sight.standing = Some(Standing { position: 3, breaker: BreakerState::Closed });
        assert_eq!(sight.breaker(), Some(BreakerState::Closed));
        sight.status = InstallationStatus::Quarantined;
        assert_eq!(sight.breaker(), Some(BreakerState::Open), "its worker has ended");
    }
}
