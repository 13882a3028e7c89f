//! A review in plain words.

use super::{
    super::super::{super::output::plain, grants::Capability, limits},
    answer::{ConfigChange, Destination, Plugin, Reviewed},
};

impl Reviewed {
    /// All of it, and the command that comes next.
    pub(super) fn page(&self) -> String {
        let blocks = [
            self.what(),
            self.signed(),
            self.grants(),
            self.origins(),
            self.secrets(),
            self.kept_secrets(),
            self.webhook(),
            self.settings(),
            self.misfits(),
            self.limits(),
            self.next(),
        ];
        let blocks = blocks.iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n"));
        blocks.collect::<Vec<_>>().join("\n\n")
    }

    fn what(&self) -> Vec<String> {
        let Plugin { id, version, digest, name, description, kinds, events, authors, license, .. } = &self.plugin;
        let list = |items: &[String]| plain(&items.join(", "));
        let mut lines = vec![
            format!("{} {}: {}", plain(id), plain(version), plain(name)),
            format!("  {}", plain(description)),
            format!("  Kinds: {}. Called for: {}.", list(kinds), list(events)),
            format!("  Authors: {}. Licence: {}.", list(authors), plain(license)),
            format!("  {}", plain(digest)),
        ];
        lines.extend(self.installation.as_ref().map(|one| {
            let name = plain(&one.name);
            if one.digest == *digest {
                return format!("{name} runs this version.");
            }
            format!("{name} would run it in place of version {}.", plain(&one.plugin_version))
        }));
        lines
    }

    fn signed(&self) -> Vec<String> {
        if let Some(key) = &self.signed_by {
            return vec![format!("It is signed by `{}`, a key that the tenant trusts.", plain(key))];
        }
        if self.plugin.signatures.is_empty() {
            return vec!["Nobody has signed it. To run it all the same, say why with --unsigned.".to_owned()];
        }
        let keys = self.plugin.signatures.iter().map(|signature| format!("  {}", plain(&signature.public_key)));
        let mut lines = vec!["It is signed, but by no key that the tenant trusts:".to_owned()];
        lines.extend(keys);
        lines.push("If its owner gave you one of these keys, `stammgast trust add NAME KEY` trusts it.".to_owned());
        lines.push("To run it all the same, say why with --unsigned.".to_owned());
        lines
    }

    fn grants(&self) -> Vec<String> {
        let mark = |one: &Capability| match self.installation {
            None => "",
            Some(_) if self.new_grants.iter().any(|new| new.name == one.name) => " (new)",
            Some(_) => " (granted)",
        };
        let asked = &self.plugin.capabilities;
        let head = if asked.is_empty() { "It asks to be allowed nothing." } else { "It asks to be allowed:" };
        let mut lines = vec![head.to_owned()];
        lines.extend(asked.iter().flat_map(|one| capability(one, mark(one))));
        lines.extend(self.dropped());
        lines
    }

    /// What it does not ask for any more.
    pub(super) fn dropped(&self) -> Option<String> {
        let dropped = plain(&self.dropped_grants.join(", "));
        (!dropped.is_empty()).then(|| format!("It no longer asks for: {dropped}."))
    }

    fn origins(&self) -> Vec<String> {
        if self.origins.is_empty() {
            return std::iter::once("It sends no requests.".to_owned()).chain(self.dropped_origins()).collect();
        }
        let mark = |one: &Destination| match (&self.installation, one.granted) {
            (None, _) => "",
            (Some(_), true) => " (granted)",
            (Some(_), false) => " (new)",
        };
        let lines = self.origins.iter().flat_map(|one| origin(one, mark(one)));
        std::iter::once("Its requests go to:".to_owned()).chain(lines).chain(self.dropped_origins()).collect()
    }

    /// Where its requests go no more. Where the admin names origins, those before stay until others take their place.
    pub(super) fn dropped_origins(&self) -> Option<String> {
        let asked: Option<Vec<&str>> = self.origins.iter().map(|one| one.origin.as_deref()).collect();
        let asked = asked?;
        let granted = self.installation.iter().flat_map(|one| &one.origins).map(String::as_str);
        let dropped: Vec<&str> = granted.filter(|origin| !asked.contains(origin)).collect();
        (!dropped.is_empty()).then(|| format!("Its requests no longer go to: {}.", plain(&dropped.join(", "))))
    }

    /// Settings that differ.
    pub(super) fn settings(&self) -> Vec<String> {
        let line = |change: &ConfigChange| match change {
            ConfigChange::Added { setting, required: true } => {
                format!("  added: {}; it has to be given", plain(setting))
            }
            ConfigChange::Added { setting, required: false } => format!("  added: {}", plain(setting)),
            ConfigChange::Removed { setting } => format!("  removed: {}", plain(setting)),
            ConfigChange::Changed { setting } => format!("  changed: {}", plain(setting)),
        };
        headed("Settings that differ:", self.config_changes.iter().map(line))
    }

    /// What is wrong with the present configuration.
    pub(super) fn misfits(&self) -> Vec<String> {
        headed(
            "The present configuration does not fit:",
            self.config_errors.iter().map(|error| format!("  {}", plain(error))),
        )
    }

    fn limits(&self) -> Vec<String> {
        let wishes = limits::in_words(&self.plugin.limits);
        let mut lines = vec![if wishes.is_empty() {
            "It wishes for no limits of its own.".to_owned()
        } else {
            format!("It wishes for these limits of one call: {}.", wishes.join(", "))
        }];
        if let Some(installation) = &self.installation {
            let differences = limits::differences(&self.limits_before, &self.plugin.limits);
            lines.extend(differences.iter().map(|line| format!("  {line}")));
            let set = limits::in_words(&installation.limits).join(", ");
            lines.extend((!set.is_empty()).then(|| format!("What you have set comes first: {set}.")));
        }
        lines
    }
}

/// A capability in the host's words and the author's.
pub(super) fn capability(one: &Capability, mark: &str) -> [String; 2] {
    [format!("  {}{mark}: it {}", plain(&one.name), plain(&one.meaning)), because(&one.why)]
}

/// An origin, and what for.
pub(super) fn origin(one: &Destination, mark: &str) -> [String; 2] {
    let place = one.origin.as_deref().map_or_else(|| "an origin that you name with --origin".to_owned(), plain);
    let is_open = one.origin.as_deref().is_some_and(|origin| origin.starts_with("http://"));
    let warning = if is_open { ", unencrypted: everybody on the way can read it" } else { "" };
    [format!("  {place}{mark}{warning}"), because(&one.why)]
}

pub(super) fn because(why: &str) -> String {
    format!("    Its author says: {}", plain(why))
}

/// Lines below a head; nothing where there are none.
pub(super) fn headed(head: &str, lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        lines.insert(0, head.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{super::answer::samples::upgrade, *};
    use serde_json::json;

    #[test]
    fn a_plugin_that_nobody_runs_yet_is_described_with_what_it_asks_for() {
        let mut answer = upgrade();
        let fields = answer.as_object_mut().unwrap();
        fields.remove("installation");
        fields.insert("config_errors".to_owned(), json!([]));
        let page = serde_json::from_value::<Reviewed>(answer).unwrap().page();
        for part in [
            "acme.sms 0.2.0: Text messages\n  Sends  text messages.\n  Kinds: channel. Called for: message.received.",
            "Nobody has signed it.",
            "  channel.send-http: it may send requests\n    Its author says: Sends.",
            "Its requests go to:\n  https://sms.example.com\n    Its author says: The gateway.",
            "  an origin that you name with --origin\n    Its author says: Yours.",
            "Secrets that it still lacks; give them with `stammgast secret set`:\n  token\n    Its author says: The gateway's.",
            "It wishes for these limits of one call: memory 64 MiB.",
        ] {
            assert!(page.contains(part), "{part}\n\nis missing in\n\n{page}");
        }
        assert!(!page.contains("(new)") && !page.contains("(granted)"), "{page}");
        assert!(page.ends_with("'WHY'"), "{page}");
    }

    #[test]
    fn for_an_installation_new_kept_and_dropped_are_told_apart() {
        let page = serde_json::from_value::<Reviewed>(upgrade()).unwrap().page();
        for part in [
            "sms would run it in place of version 0.1.0.",
            "  channel.receive-message (granted): it may put",
            "  channel.send-http (new): it may send",
            "It no longer asks for: state.shared.",
            "  https://sms.example.com (new)",
            "Settings that differ:\n  added: sender; it has to be given\n  removed: old\n  changed: language",
            "The present configuration does not fit:\n  config: \"sender\" is a required property",
            "  memory: none before, 64 MiB now",
            "What you have set comes first: time 900 ms.",
            "Secrets that are set, which this version could use at once:\n  password; it may go to https://old.example.com",
            "The proof of its webhook is another",
        ] {
            assert!(page.contains(part), "{part}\n\nis missing in\n\n{page}");
        }
    }

    #[test]
    fn an_origin_that_is_not_asked_for_any_more_is_named() {
        let mut answer = upgrade();
        let dropped =
            |answer: &serde_json::Value| serde_json::from_value::<Reviewed>(answer.clone()).unwrap().dropped_origins();
        assert_eq!(dropped(&answer), None, "the admin may have named it");
        answer["origins"] = json!([{ "origin": "https://sms.example.com", "why": "x", "granted": false }]);
        assert_eq!(dropped(&answer).unwrap(), "Its requests no longer go to: https://old.example.com.");
        answer["origins"] = json!([{ "origin": "https://old.example.com", "why": "x", "granted": true }]);
        assert_eq!(dropped(&answer), None);
    }

    #[test]
    fn a_signature_counts_when_the_tenant_trusts_its_key() {
        let mut answer = upgrade();
        answer["plugin"]["signatures"] = json!([{ "public_key": "ed25519:abc" }]);
        let untrusted = serde_json::from_value::<Reviewed>(answer.clone()).unwrap().signed().join("\n");
        assert!(untrusted.contains("  ed25519:abc\n") && untrusted.contains("trust add"), "{untrusted}");
        answer["signed_by"] = json!("acme");
        let trusted = serde_json::from_value::<Reviewed>(answer).unwrap().signed();
        assert_eq!(trusted, ["It is signed by `acme`, a key that the tenant trusts."]);
    }
}
