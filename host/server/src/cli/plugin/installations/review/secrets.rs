//! What a version could do with secrets, in plain words.

use super::{
    super::super::super::output::plain,
    answer::{KeptSecret, Reviewed, WebhookChange},
    words::{because, headed},
};
use serde_json::Value;

impl Reviewed {
    /// Secrets that have to be given.
    pub(super) fn secrets(&self) -> Vec<String> {
        let lines = self.missing_secrets.iter().flat_map(|name| {
            let asked = self.plugin.secrets.iter().find(|secret| secret.name == *name);
            [format!("  {}", plain(name)), because(asked.map(|secret| secret.why.as_str()).unwrap_or_default())]
        });
        headed("Secrets that it still lacks; give them with `stammgast secret set`:", lines)
    }

    /// Secrets that are set: a version by the same name is not by that the same plugin.
    pub(super) fn kept_secrets(&self) -> Vec<String> {
        headed("Secrets that are set, which this version could use at once:", self.kept_secrets.iter().flat_map(kept))
    }

    /// Those that it wants for something else than the version that runs.
    pub(super) fn changed_secrets(&self) -> Vec<String> {
        let changed = self.kept_secrets.iter().filter(|one| one.why_before.as_ref() != Some(&one.why));
        headed("Secrets that are set, and that it wants for something else:", changed.flat_map(kept))
    }

    /// How its webhook's deliveries prove themselves otherwise.
    pub(super) fn webhook(&self) -> Vec<String> {
        let Some(WebhookChange { before, after }) = &self.webhook_change else { return Vec::new() };
        let shown = |proof: Option<&Value>| proof.map_or_else(|| "none".to_owned(), |it| plain(&it.to_string()));
        vec![
            "The proof of its webhook is another; whoever sends deliveries may have to be told:".to_owned(),
            format!("  before: {}", shown(before.as_ref())),
            format!("  now: {}", shown(after.as_ref())),
        ]
    }
}

fn kept(one: &KeptSecret) -> Vec<String> {
    let KeptSecret { name, why, why_before, origins } = one;
    let places = if origins.is_empty() { "nowhere".to_owned() } else { format!("to {}", origins.join(", ")) };
    let mut lines = vec![format!("  {}; it may go {}", plain(name), plain(&places)), because(why)];
    match why_before {
        Some(before) if before == why => {}
        Some(before) => lines.push(format!("    The version that runs says: {}", plain(before))),
        None => lines.push("    The version that runs does not ask for it.".to_owned()),
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{super::answer::samples::upgrade, *};

    #[test]
    fn what_a_version_takes_over_is_told_with_what_was_said_before() {
        let reviewed: Reviewed = serde_json::from_value(upgrade()).unwrap();
        let kept = reviewed.kept_secrets();
        assert_eq!(
            kept,
            [
                "Secrets that are set, which this version could use at once:",
                "  password; it may go to https://old.example.com",
                "    Its author says: Something else.",
                "    The version that runs says: The account's.",
                "  key; it may go nowhere",
                "    Its author says: The same.",
            ]
        );
        let changed = reviewed.changed_secrets();
        assert_eq!(changed[1..], kept[1..4], "the other is wanted for the same");
        let webhook = reviewed.webhook().join("\n");
        assert!(webhook.contains("hmac-sha256") && webhook.contains("bearer"), "{webhook}");
        let mut answer = upgrade();
        answer.as_object_mut().unwrap().remove("webhook_change");
        assert!(serde_json::from_value::<Reviewed>(answer).unwrap().webhook().is_empty());
    }
}
