//! Origins: where a plugin's requests may go.

use super::super::output::plain;
use clap::Args;
use serde::Deserialize;
use stammgast_domain::plugin::{Origin, WantedOrigin};
use std::collections::BTreeSet;

/// Where the admin lets a plugin's requests go.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Origins {
    /// Let its requests go to one origin (scheme, host and port); give it several times for several
    #[arg(long, value_name = "URL")]
    origin: Vec<Origin>,
}

/// An origin that a plugin asks for.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Host {
    /// The origin, or `*` where the admin names it.
    pub origin: WantedOrigin,
    /// What for, in its author's words.
    #[serde(default)]
    pub why: String,
}

/// How much of what a plugin asks for is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What the admin gives one by one.
    Given,
    /// All of it.
    All,
}

impl Origins {
    /// Whether the admin names any.
    pub fn is_empty(&self) -> bool {
        self.origin.is_empty()
    }

    /// Where requests may go from now on: where they may go already as far as that is still asked for, and what is
    /// granted now. Where a plugin leaves the origin to the admin, new ones take the place of those before.
    pub fn beside(&self, present: &BTreeSet<Origin>, hosts: &[Host], extent: Extent) -> BTreeSet<Origin> {
        let named: BTreeSet<&Origin> = hosts.iter().filter_map(|host| named(&host.origin)).collect();
        let admin_names = hosts.iter().any(|host| host.origin == WantedOrigin::AdminNames);
        let stays = |origin: &&Origin| named.contains(origin) || (admin_names && self.origin.is_empty());
        let asked = named.iter().copied().filter(|_| extent == Extent::All);
        present.iter().filter(stays).chain(asked).chain(&self.origin).cloned().collect()
    }
}

/// What granting these origins means, a line each.
pub(super) fn in_words(origins: &BTreeSet<Origin>, hosts: &[Host]) -> Vec<String> {
    let line = |origin: &Origin| {
        let by_name = hosts.iter().find(|host| named(&host.origin) == Some(origin));
        let why = by_name.or_else(|| hosts.iter().find(|host| host.origin == WantedOrigin::AdminNames));
        let why = why.map(|host| format!("\n         Its author says: {}", plain(&host.why))).unwrap_or_default();
        format!("Granted: its requests may go to {origin}.{why}")
    };
    origins.iter().map(line).collect()
}

const fn named(wanted: &WantedOrigin) -> Option<&Origin> {
    match wanted {
        WantedOrigin::Named(origin) => Some(origin),
        WantedOrigin::AdminNames => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn origins(texts: &[&str]) -> BTreeSet<Origin> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn given(texts: &[&str]) -> Origins {
        Origins { origin: origins(texts).into_iter().collect() }
    }

    fn hosts(origins: &[&str]) -> Vec<Host> {
        let host = |origin: &&str| json!({ "origin": origin, "why": "Sends\u{7} mail." });
        serde_json::from_value(origins.iter().map(host).collect()).unwrap()
    }

    #[test]
    fn all_that_the_manifest_names_is_granted_and_a_star_is_not_an_origin() {
        let hosts = hosts(&["https://a.example", "*"]);
        let nothing = BTreeSet::new();
        assert_eq!(given(&[]).beside(&nothing, &hosts, Extent::All), origins(&["https://a.example"]));
        assert_eq!(given(&[]).beside(&nothing, &hosts, Extent::Given), nothing);
        let own = given(&["https://own.example"]).beside(&nothing, &hosts, Extent::All);
        assert_eq!(own, origins(&["https://a.example", "https://own.example"]));
        assert_eq!(
            in_words(&own, &hosts).first().map(String::as_str),
            Some("Granted: its requests may go to https://a.example.\n         Its author says: Sends  mail.")
        );
        assert_eq!(in_words(&own, &hosts).len(), 2);
    }

    #[test]
    fn what_is_granted_stays_while_it_is_asked_for() {
        let present = origins(&["https://a.example", "https://own.example"]);
        let kept = |hosts: &[Host], new: &[&str]| given(new).beside(&present, hosts, Extent::Given);
        assert_eq!(kept(&hosts(&["https://a.example", "*"]), &[]), present);
        assert_eq!(kept(&hosts(&["https://a.example"]), &[]), origins(&["https://a.example"]));
        assert_eq!(
            kept(&hosts(&["https://a.example", "*"]), &["https://new.example"]),
            origins(&["https://a.example", "https://new.example"]),
            "an origin of one's own takes the place of that before"
        );
    }
}
