//! Notices: what happened to a tenant's plugins that its admins should look at, in sentences that say what to do.
//!
//! A notice holds sorts, numbers and names. A plugin's own words stand with its dead letters and recorded calls.

use crate::{
    NoticeId, Timestamp,
    plugin::{Failing, FaultKind, Installation, Quarantine},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a notice tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// An installation kept failing and rests until it is tried again.
    BreakerOpened,
    /// An installation that rested works again.
    BreakerClosed,
    /// An installation kept failing and is stopped until an admin decides.
    Quarantined,
    /// An event was given up, the first of an installation since it last worked.
    DeadLetter,
}

/// Something that a tenant's admins should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// `UUIDv7`.
    pub id: NoticeId,
    /// When it happened.
    pub at: Timestamp,
    /// What it tells of.
    pub kind: NoticeKind,
    /// What it is about, such as `installation:<id>`.
    pub object: String,
    /// What happened and what to do, in sentences.
    pub text: String,
    /// The same for machines, with the installation's `name`.
    pub details: Value,
    /// Who was the first to say that it is seen; `None` until somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// An admin's word that a notice is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// Whose word: `key:<id>` or `operator`.
    pub by: String,
}

impl NoticeKind {
    /// Every value there is.
    pub const ALL: &[Self] = &[Self::BreakerOpened, Self::BreakerClosed, Self::Quarantined, Self::DeadLetter];

    /// The name in rows and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BreakerOpened => "breaker-opened",
            Self::BreakerClosed => "breaker-closed",
            Self::Quarantined => "quarantined",
            Self::DeadLetter => "dead-letter",
        }
    }
}

impl Notice {
    /// An installation kept failing, and rests until it is tried again at `trial`.
    #[must_use]
    pub fn breaker_opened(
        id: NoticeId,
        at: Timestamp,
        about: &Installation,
        failing: &Failing,
        trial: Timestamp,
    ) -> Self {
        let text = format!(
            "{} rests: {}. Its events wait, and none is lost. It is tried from {trial} on, with growing pauses; if that \
             keeps failing, it is stopped until an admin decides. Nothing has to be done yet; its recorded calls show \
             what it fails of.",
            named(about),
            failing.in_words()
        );
        let details = json!({
            "faults": failing.faults, "window_seconds": failing.window_seconds,
            "fault": failing.fault, "event": failing.event, "trial": trial,
        });
        Self::new(id, at, NoticeKind::BreakerOpened, about, text, details)
    }

    /// An installation that rested works again.
    #[must_use]
    pub fn breaker_closed(id: NoticeId, at: Timestamp, about: &Installation) -> Self {
        let text = format!(
            "{} works again: a call went through. What waited is run now. Nothing has to be done.",
            named(about)
        );
        Self::new(id, at, NoticeKind::BreakerClosed, about, text, json!({}))
    }

    /// An installation kept failing, and is stopped until an admin decides.
    #[must_use]
    pub fn quarantined(id: NoticeId, about: &Installation, quarantine: &Quarantine) -> Self {
        let failing = quarantine.failing;
        let text = quarantine.told_of(&named(about));
        Self::new(id, quarantine.since, NoticeKind::Quarantined, about, text, json!(failing))
    }

    /// An event was given up after so many attempts, the first of the installation since it last worked. Without an
    /// attempt, it was the server that could not do its part.
    #[must_use]
    pub fn dead_letter(
        id: NoticeId,
        at: Timestamp,
        about: &Installation,
        (event, attempts, fault): (u64, u32, FaultKind),
    ) -> Self {
        let (who, why) = (named(about), fault.in_words());
        let what = match attempts {
            0 => format!("{who} could not be given event {event}, because {why}"),
            1 => format!("{who} failed at event {event}, because {why}"),
            _ => format!("{who} failed {attempts} times at event {event}, the last time because {why}"),
        };
        let text = format!(
            "{what}. The event is set aside as a dead letter, and later ones go on. Look at what is wrong, put it \
             right, then retry the dead letters; further ones are not told of until this is seen and a call goes \
             through again."
        );
        let details = json!({ "event": event, "attempts": attempts, "fault": fault });
        Self::new(id, at, NoticeKind::DeadLetter, about, text, details)
    }

    /// The object under which notices about an installation are found.
    #[must_use]
    pub fn object_of(about: &Installation) -> String {
        format!("installation:{}", about.id)
    }

    /// The same notice, seen.
    #[must_use]
    pub fn seen_by(&self, by: &str, at: Timestamp) -> Self {
        Self { seen: Some(Seen { at, by: by.to_owned() }), version: self.version + 1, ..self.clone() }
    }

    /// This notice in place of one that it makes out of date.
    #[must_use]
    pub fn in_place_of(self, before: &Self) -> Self {
        Self { id: before.id, version: before.version + 1, ..self }
    }

    fn new(
        id: NoticeId,
        at: Timestamp,
        kind: NoticeKind,
        about: &Installation,
        text: String,
        mut details: Value,
    ) -> Self {
        if let Some(details) = details.as_object_mut() {
            details.insert("name".to_owned(), json!(about.name));
            details.insert("plugin".to_owned(), json!(about.plugin));
            details.insert("plugin_version".to_owned(), json!(about.release.plugin_version));
        }
        Self { id, at, kind, object: Self::object_of(about), text, details, seen: None, version: 1 }
    }
}

fn named(about: &Installation) -> String {
    format!("`{}` ({} {})", about.name, about.plugin, about.release.plugin_version)
}

#[cfg(test)]
mod tests;
