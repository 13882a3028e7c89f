//! Manifests: what a component says about itself.

use super::{
    Capability, HostRequest, PluginKind, ProofScheme, SecretRequest, SignedPart, WantedLimits, WantedOrigin,
    WebhookProof,
};
use crate::{event::EventType, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A capability that a manifest asks for, and what the plugin needs it for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapabilityRequest {
    /// The capability.
    pub name: Capability,
    /// What for, in the author's words.
    pub why: String,
}

/// What a component says about itself, in its custom section `stammgast:manifest`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Form of the manifest itself; 1.
    pub manifest_version: u32,
    /// Who and what, such as `stammgast.loyalty-points`.
    pub id: String,
    /// Semantic version.
    pub version: semver::Version,
    /// Name to show.
    pub name: String,
    /// What it does, in a sentence or two.
    pub description: String,
    /// Kinds whose interfaces it exports.
    pub kinds: BTreeSet<PluginKind>,
    /// Events that it wants to be called for.
    pub events: BTreeSet<EventType>,
    /// What it asks to be allowed.
    #[serde(default)]
    pub capabilities: Vec<CapabilityRequest>,
    /// Hosts that its requests go to.
    #[serde(default)]
    pub hosts: Vec<HostRequest>,
    /// Secrets that the admin has to give.
    #[serde(default)]
    pub secrets: Vec<SecretRequest>,
    /// How deliveries to the channel's webhook prove who sent them; without it the channel has no webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookProof>,
    /// JSON Schema (2020-12) of its configuration.
    pub config_schema: serde_json::Value,
    /// Limits it wishes for.
    #[serde(default)]
    pub limits: WantedLimits,
    /// Who made it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// SPDX licence expression.
    pub license: String,
}

/// Why a manifest is refused although it has the right form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidManifest {
    /// Another form of manifest.
    #[error("manifest_version is {0}; this host reads version 1")]
    Version(u32),
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// No kinds or no events.
    #[error("`{0}` is empty; name at least one")]
    Nothing(&'static str),
    /// An event that none of its kinds is called for.
    #[error("event `{0}` is not one that plugins of its kinds are called for")]
    ForeignEvent(EventType),
    /// A capability that none of its kinds may ask for.
    #[error("capability `{0}` belongs to a kind that the manifest does not name")]
    ForeignCapability(Capability),
    /// A capability twice.
    #[error("capability `{0}` is asked for twice")]
    CapabilityTwice(Capability),
    /// A field without the record that it belongs to.
    #[error("capability `{0}` makes sense beside `{1}` only; ask for that, too")]
    FieldWithoutRecord(Capability, Capability),
    /// Reminders without the event as which they come.
    #[error(
        "capabilities names `{}`, and events lacks `{}`, as which reminders come; name both or neither",
        Capability::Reminders,
        EventType::OccasionReached
    )]
    RemindersWithoutOccasions,
    /// Hosts, secrets or a webhook of a plugin that is no channel connector.
    #[error("`{0}` belongs to channel connectors; leave it out")]
    NoChannel(&'static str),
    /// Hosts without the capability to send, or the other way round.
    #[error("`hosts` and the capability `channel.send-http` belong together; name both or neither")]
    HostsAndSending,
    /// A secret or an origin twice.
    #[error("`{0}` stands twice in `{1}`")]
    Twice(String, &'static str),
    /// The webhook's secret is not among the secrets.
    #[error("webhook.secret names `{0}`, which is not among `secrets`; list it there")]
    UnknownSecret(String),
    /// The webhook's description lacks something, or has something that does not belong there.
    #[error("webhook: {0}")]
    Webhook(&'static str),
}

impl Manifest {
    /// Checks what a JSON Schema cannot say.
    ///
    /// # Errors
    /// See [`InvalidManifest`].
    pub fn validate(&self) -> Result<(), InvalidManifest> {
        if self.manifest_version != 1 {
            return Err(InvalidManifest::Version(self.manifest_version));
        }
        text::code("id", &self.id)?;
        text::required("name", &self.name, 100)?;
        text::required("description", &self.description, 2_000)?;
        text::required("license", &self.license, 100)?;
        if self.kinds.is_empty() {
            return Err(InvalidManifest::Nothing("kinds"));
        }
        if self.events.is_empty() {
            return Err(InvalidManifest::Nothing("events"));
        }
        for event in &self.events {
            if !self.kinds.iter().any(|kind| kind.events().contains(event)) {
                return Err(InvalidManifest::ForeignEvent(*event));
            }
        }
        let mut seen = BTreeSet::new();
        for request in &self.capabilities {
            text::required("capabilities.why", &request.why, 500)?;
            if request.name.kind().is_some_and(|kind| !self.kinds.contains(&kind)) {
                return Err(InvalidManifest::ForeignCapability(request.name));
            }
            if !seen.insert(request.name) {
                return Err(InvalidManifest::CapabilityTwice(request.name));
            }
        }
        let alone = |field: &&Capability| field.record().is_some_and(|record| !seen.contains(&record));
        if let Some((field, record)) = seen.iter().find(alone).and_then(|field| Some((*field, field.record()?))) {
            return Err(InvalidManifest::FieldWithoutRecord(field, record));
        }
        if seen.contains(&Capability::Reminders) && !self.events.contains(&EventType::OccasionReached) {
            return Err(InvalidManifest::RemindersWithoutOccasions);
        }
        self.validate_reach(seen.contains(&Capability::ChannelSendHttp))
    }

    fn validate_reach(&self, sends: bool) -> Result<(), InvalidManifest> {
        if !self.kinds.contains(&PluginKind::Channel) {
            let there = [("hosts", !self.hosts.is_empty()), ("secrets", !self.secrets.is_empty())];
            let there = there.into_iter().chain([("webhook", self.webhook.is_some())]);
            return there
                .filter(|(_, is_there)| *is_there)
                .try_for_each(|(what, _)| Err(InvalidManifest::NoChannel(what)));
        }
        if sends == self.hosts.is_empty() {
            return Err(InvalidManifest::HostsAndSending);
        }
        let mut origins = BTreeSet::new();
        for request in &self.hosts {
            text::required("hosts.why", &request.why, 500)?;
            if !origins.insert(&request.origin) {
                let origin = match &request.origin {
                    WantedOrigin::Named(origin) => origin.to_string(),
                    WantedOrigin::AdminNames => "*".to_owned(),
                };
                return Err(InvalidManifest::Twice(origin, "hosts"));
            }
        }
        let mut secrets = BTreeSet::new();
        for request in &self.secrets {
            text::code("secrets.name", &request.name)?;
            text::required("secrets.why", &request.why, 500)?;
            if !secrets.insert(request.name.as_str()) {
                return Err(InvalidManifest::Twice(request.name.clone(), "secrets"));
            }
        }
        match &self.webhook {
            Some(proof) if !secrets.contains(proof.secret.as_str()) => {
                Err(InvalidManifest::UnknownSecret(proof.secret.clone()))
            }
            Some(proof) => proof.validate(),
            None => Ok(()),
        }
    }

    /// What the manifest asks for.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<Capability> {
        self.capabilities.iter().map(|request| request.name).collect()
    }
}

impl WebhookProof {
    /// Checks that everything is there that its scheme needs.
    fn validate(&self) -> Result<(), InvalidManifest> {
        let signs = matches!(self.scheme, ProofScheme::HmacSha256 | ProofScheme::Ed25519);
        if signs && self.header.is_none() {
            return Err(InvalidManifest::Webhook("a signature stands in a header; name it as `header`"));
        }
        if !signs && (!self.signed.is_empty() || self.timestamp.is_some()) {
            return Err(InvalidManifest::Webhook("`signed` and `timestamp` belong to hmac-sha256 and ed25519"));
        }
        let is_signed = |header: &String| self.signed.contains(&SignedPart::Header(header.clone()));
        match &self.timestamp {
            Some(time) if !is_signed(&time.header) => {
                Err(InvalidManifest::Webhook("the header of `timestamp` must be among what is `signed`"))
            }
            _ if !self.signed.is_empty() && !self.signed.contains(&SignedPart::Body) => {
                Err(InvalidManifest::Webhook("`signed` must hold `body`"))
            }
            _ if self.signed.windows(2).any(|pair| self.runs_together(pair)) => Err(InvalidManifest::Webhook(
                "`signed` has two parts right beside each other, so that bytes could pass from one to the other; name the \
                 `text` that the sender puts between them, or the header under `timestamp`",
            )),
            _ => Ok(()),
        }
    }

    /// Whether bytes could pass from one of two neighbours to the other without a change of the signature. A time of
    /// signing holds digits alone and is near now, so nothing passes for a part of it.
    fn runs_together(&self, pair: &[SignedPart]) -> bool {
        let is_text = |part: &SignedPart| matches!(part, SignedPart::Text(text) if !text.is_empty());
        let is_time = |part: &SignedPart| {
            self.timestamp.as_ref().is_some_and(|time| *part == SignedPart::Header(time.header.clone()))
        };
        !pair.iter().any(|part| is_text(part) || is_time(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn refused(webhook: Value) -> Option<String> {
        let proof: WebhookProof = serde_json::from_value(webhook).unwrap();
        proof.validate().err().map(|error| error.to_string())
    }

    #[test]
    fn reminders_need_the_event_as_which_they_come() {
        let validated = |events: Value| {
            let manifest = serde_json::from_value::<Manifest>(json!({
                "manifest_version": 1, "id": "test.reminders", "version": "0.1.0", "name": "Reminders",
                "description": "Reminds.", "kinds": ["loyalty"], "events": events,
                "capabilities": [{ "name": "reminders", "why": "It asks again." }],
                "config_schema": { "type": "object" }, "license": "Apache-2.0",
            }));
            manifest.unwrap().validate()
        };
        let refused = validated(json!(["purchase.recorded"])).unwrap_err();
        assert_eq!(refused, InvalidManifest::RemindersWithoutOccasions);
        let text = refused.to_string();
        for word in ["capabilities", "`reminders`", "events", "`occasion.reached`", "name both or neither"] {
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(validated(json!(["purchase.recorded", "occasion.reached"])), Ok(()));
    }

    #[test]
    fn nothing_that_is_signed_passes_for_its_neighbour() {
        let signed = |signed: Value| {
            refused(json!({
                "scheme": "hmac-sha256", "secret": "key", "header": "x-signature", "signed": signed,
                "timestamp": { "header": "x-time", "tolerance_seconds": 300 },
            }))
        };
        for sound in [
            json!([{"header": "x-time"}, "body"]),
            json!([{"text": "v0:"}, {"header": "x-time"}, {"text": ":"}, "body"]),
            json!([{"header": "x-id"}, {"text": "."}, {"header": "x-time"}, {"text": "."}, "body"]),
        ] {
            assert_eq!(signed(sound.clone()), None, "{sound}");
        }
        for unsound in [
            json!([{"header": "x-time"}, {"text": "."}, {"header": "x-id"}, "body"]),
            json!([{"header": "x-time"}, {"text": "."}, "body", {"header": "x-id"}]),
            json!([{"header": "x-id"}, {"text": ""}, "body", {"header": "x-time"}]),
            json!([{"header": "x-id"}, {"header": "x-kind"}, {"text": "."}, "body", {"header": "x-time"}]),
        ] {
            assert!(signed(unsound.clone()).is_some_and(|why| why.contains("right beside")), "{unsound}");
        }
    }
}
