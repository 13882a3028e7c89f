//! What an upgrade changes, in plain words.

use super::{
    super::super::{super::output::plain, limits},
    answer::{Destination, Installation, Plugin, Reviewed},
    words::{capability, origin},
};

/// What an upgrade does to the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Config {
    /// It stays as it is, and has to fit.
    AsItIs,
    /// Another takes its place.
    New,
}

impl Reviewed {
    /// What an upgrade changes.
    pub(in super::super) fn changes(&self, config: Config) -> String {
        let Plugin { id, version, .. } = &self.plugin;
        let mut lines = Vec::new();
        if !self.new_grants.is_empty() {
            lines.push("It asks to be allowed more:".to_owned());
            lines.extend(self.new_grants.iter().flat_map(|one| capability(one, "")));
        }
        lines.extend(self.dropped());
        let new: Vec<&Destination> = self.origins.iter().filter(|origin| !origin.granted).collect();
        if !new.is_empty() {
            lines.push("Its requests go to more places:".to_owned());
            lines.extend(new.into_iter().flat_map(|one| origin(one, "")));
        }
        lines.extend(self.dropped_origins());
        lines.extend(self.secrets());
        lines.extend(self.changed_secrets());
        lines.extend(self.webhook());
        lines.extend(self.settings());
        if config == Config::AsItIs {
            lines.extend(self.misfits());
        }
        let limits = limits::differences(&self.limits_before, &self.plugin.limits);
        if !limits.is_empty() {
            lines.push("It wishes for other limits of one call:".to_owned());
            lines.extend(limits.iter().map(|line| format!("  {line}")));
        }
        let head = match &self.installation {
            Some(Installation { name, plugin_version, .. }) => {
                format!("{}: {id} {} to {version}", plain(name), plain(plugin_version))
            }
            None => format!("{id} {version}"),
        };
        if lines.is_empty() {
            return format!("{head}: it asks for nothing more, and settings and limits are the same.");
        }
        format!("{head}\n{}", lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::answer::samples::upgrade, *};
    use serde_json::json;

    #[test]
    fn what_differs_is_told_and_the_rest_is_not() {
        let reviewed: Reviewed = serde_json::from_value(upgrade()).unwrap();
        let text = reviewed.changes(Config::AsItIs);
        assert!(text.starts_with("sms: acme.sms 0.1.0 to 0.2.0\nIt asks to be allowed more:\n  channel.send-http: it"));
        for part in [
            "https://sms.example.com",
            "state.shared",
            "token",
            "password",
            "The proof of its webhook",
            "sender",
            "does not fit",
            "64 MiB now",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(!text.contains("channel.receive-message"), "{text}");
        assert!(!reviewed.changes(Config::New).contains("does not fit"));
    }

    #[test]
    fn a_version_that_asks_for_nothing_more_says_so() {
        let mut answer = upgrade();
        for list in [
            "new_grants",
            "dropped_grants",
            "origins",
            "missing_secrets",
            "kept_secrets",
            "config_changes",
            "config_errors",
        ] {
            answer[list] = json!([]);
        }
        answer["installation"]["origins"] = json!([]);
        answer["webhook_change"] = json!(null);
        answer["limits_before"] = answer["plugin"]["limits"].clone();
        let text = serde_json::from_value::<Reviewed>(answer).unwrap().changes(Config::AsItIs);
        assert!(text.ends_with("0.1.0 to 0.2.0: it asks for nothing more, and settings and limits are the same."));
    }
}
