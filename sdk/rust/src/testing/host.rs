//! The host of a test: what a plugin can read, and what it may ask for.

use super::{Recorded, json, stop};
use crate::{
    Points, Purchase,
    lookup::{Customer, PastInteraction, Tier},
    state::Scope,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a plugin finds. A new host has a customer of whom nothing more is known, no state, and grants everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub(super) customer: Option<Customer>,
    pub(super) points: BTreeMap<String, Points>,
    pub(super) tiers: BTreeMap<String, Tier>,
    pub(super) purchases: Vec<Purchase>,
    pub(super) interactions: Vec<PastInteraction>,
    pub(super) state: BTreeMap<(Scope, String), Vec<u8>>,
    granted: Option<BTreeSet<String>>,
}

impl Default for Host {
    fn default() -> Self {
        let [id, kind, status] = ["a-customer", "person", "active"].map(str::to_owned);
        Self {
            customer: Some(Customer { id, kind, status, name: None, language: None }),
            points: BTreeMap::new(),
            tiers: BTreeMap::new(),
            purchases: Vec::new(),
            interactions: Vec::new(),
            state: BTreeMap::new(),
            granted: None,
        }
    }
}

impl Host {
    /// A host with the customer `a-customer`, an active person, that grants everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With another customer.
    #[must_use]
    pub fn customer(self, customer: Customer) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// With an event of which nobody knows the customer.
    #[must_use]
    pub fn without_customer(self) -> Self {
        Self { customer: None, ..self }
    }

    /// With available points in a program.
    #[must_use]
    pub fn points(mut self, program: &str, points: Points) -> Self {
        self.points.insert(program.to_owned(), points);
        self
    }

    /// With a tier in a program, such as [`super::tier`]. In others, the customer never had one.
    #[must_use]
    pub fn tier(mut self, program: &str, tier: Tier) -> Self {
        self.tiers.insert(program.to_owned(), tier);
        self
    }

    /// With one purchase more. They are found newest first, whatever the order in which they are named.
    #[must_use]
    pub fn purchase(mut self, purchase: Purchase) -> Self {
        self.purchases.push(purchase);
        self.purchases.sort_by_key(|one| std::cmp::Reverse(one.occurred_at));
        self
    }

    /// With one contact more. They are found newest first, whatever the order in which they are named.
    #[must_use]
    pub fn interaction(mut self, interaction: PastInteraction) -> Self {
        self.interactions.push(interaction);
        self.interactions.sort_by_key(|one| std::cmp::Reverse(one.occurred_at));
        self
    }

    /// With state that is written as JSON, as `state::customer().set(key, &value)` does.
    ///
    /// # Panics
    /// The value cannot be written as JSON.
    #[must_use]
    pub fn state<T: Serialize + ?Sized>(self, scope: Scope, key: &str, value: &T) -> Self {
        self.state_bytes(scope, key, json(value))
    }

    /// With state.
    #[must_use]
    pub fn state_bytes(mut self, scope: Scope, key: &str, value: impl Into<Vec<u8>>) -> Self {
        self.state.insert((scope, key.to_owned()), value.into());
        self
    }

    /// Grants these capabilities and no others.
    #[must_use]
    pub fn granting<'c>(self, capabilities: impl IntoIterator<Item = &'c str>) -> Self {
        Self { granted: Some(capabilities.into_iter().map(str::to_owned).collect()), ..self }
    }

    /// Grants what a manifest asks for and nothing else: `Host::new().manifest(include_str!("../manifest.json"))`.
    ///
    /// # Panics
    /// The text is no manifest.
    #[must_use]
    pub fn manifest(self, json: &str) -> Self {
        let manifest: Manifest = serde_json::from_str(json)
            .unwrap_or_else(|error| stop(&format!("the manifest cannot be read: {error}; correct manifest.json")));
        self.granting(manifest.capabilities.iter().map(|capability| capability.name.as_str()))
    }

    /// The host after a call: with the state that the call asked for.
    #[must_use]
    pub fn after(mut self, recorded: &Recorded) -> Self {
        for change in &recorded.state {
            let place = (change.scope, change.key.clone());
            match &change.value {
                Some(value) => self.state.insert(place, value.clone()),
                None => self.state.remove(&place),
            };
        }
        self
    }

    /// Whether a capability is granted.
    pub(super) fn grants(&self, capability: &str) -> bool {
        self.granted.as_ref().is_none_or(|granted| granted.contains(capability))
    }

    /// Ends the call where a capability is not granted.
    pub(super) fn need(&self, capability: &str) {
        if !self.grants(capability) {
            stop(&format!("it used `{capability}`, which is not granted to it; ask for it in manifest.json"));
        }
    }
}

/// The part of a manifest that matters here.
#[derive(serde::Deserialize)]
struct Manifest {
    #[serde(default)]
    capabilities: Vec<CapabilityRequest>,
}

/// A capability that a manifest asks for.
#[derive(serde::Deserialize)]
struct CapabilityRequest {
    name: String,
}
