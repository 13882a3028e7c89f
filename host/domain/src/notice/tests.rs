//! The sentences, and what stands behind them for machines.

use super::*;
use crate::{
    InstallationId,
    digest::Digest,
    plugin::{InstallationStatus, Release, StateLineage, WantedLimits},
};
use std::collections::BTreeSet;

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn id() -> NoticeId {
    NoticeId::derived(&["n"])
}

fn points() -> Installation {
    Installation {
        id: InstallationId::derived(&["points"]),
        name: "points".into(),
        plugin: "acme.points".into(),
        release: Release {
            plugin_version: "1.2.0".parse().unwrap(),
            digest: Digest::of(b"points"),
            kinds: BTreeSet::new(),
            events: BTreeSet::new(),
            grants: BTreeSet::new(),
            origins: BTreeSet::new(),
            config: json!({}),
            config_version: 1,
            limits: WantedLimits::default(),
            state: StateLineage::default(),
            trust: None,
        },
        status: InstallationStatus::Enabled,
        quarantine: None,
        shadow_of: None,
        limits_set: WantedLimits::default(),
        created_at: at("2026-03-01T09:00:00Z"),
        updated_at: at("2026-03-01T09:00:00Z"),
        version: 3,
    }
}

const FAILING: Failing = Failing { faults: 5, window_seconds: 60, fault: FaultKind::WallClock, event: 4711 };

#[test]
fn a_plugin_that_rests_is_told_with_its_trial() {
    let trial = at("2026-03-01T10:05:00Z");
    let notice = Notice::breaker_opened(id(), at("2026-03-01T10:00:00Z"), &points(), &FAILING, trial);
    assert_eq!(
        notice.text,
        "`points` (acme.points 1.2.0) rests: 5 calls failed within 60 seconds, the last at event 4711, because it took \
         too long. Its events wait, and none is lost. It is tried from 2026-03-01T10:05:00.000Z on, with growing \
         pauses; if that keeps failing, it is stopped until an admin decides. Nothing has to be done yet; its recorded \
         calls show what it fails of."
    );
    let details = json!({
        "name": "points", "plugin": "acme.points", "plugin_version": "1.2.0", "faults": 5, "window_seconds": 60,
        "fault": "wall-clock", "event": 4711, "trial": "2026-03-01T10:05:00.000Z",
    });
    assert_eq!((notice.kind, notice.details), (NoticeKind::BreakerOpened, details));
}

#[test]
fn a_quarantine_names_the_installation_and_is_as_old_as_its_notice() {
    let quarantine = Quarantine { since: at("2026-03-01T10:05:00Z"), failing: FAILING };
    let notice = Notice::quarantined(id(), &points(), &quarantine);
    assert_eq!(notice.at, quarantine.since);
    assert_eq!(notice.text, quarantine.told_of("`points` (acme.points 1.2.0)"));
    assert_eq!(notice.object, format!("installation:{}", points().id));
    assert_eq!((&notice.details["faults"], &notice.details["name"]), (&json!(5), &json!("points")));
}

#[test]
fn a_plugin_that_works_again_needs_nobody() {
    let notice = Notice::breaker_closed(id(), at("2026-03-01T10:05:00Z"), &points());
    assert!(notice.text.starts_with("`points` (acme.points 1.2.0) works again"), "{}", notice.text);
    assert!(notice.text.ends_with("Nothing has to be done."), "{}", notice.text);
}

#[test]
fn a_dead_letter_says_how_often_it_was_tried_and_whose_failure_it_was() {
    let told =
        |attempts, fault| Notice::dead_letter(id(), at("2026-03-01T10:05:00Z"), &points(), (7, attempts, fault)).text;
    let begins = |text: String, start: &str| assert!(text.starts_with(start), "{text}");
    begins(
        told(5, FaultKind::Trap),
        "`points` (acme.points 1.2.0) failed 5 times at event 7, the last time because it trapped. The event is set aside",
    );
    begins(told(1, FaultKind::Cpu), "`points` (acme.points 1.2.0) failed at event 7, because it spent its CPU budget.");
    begins(
        told(0, FaultKind::Host),
        "`points` (acme.points 1.2.0) could not be given event 7, because the server could not do its part.",
    );
}

#[test]
fn what_is_seen_is_the_same_notice_in_its_next_version() {
    let notice = Notice::breaker_closed(id(), at("2026-03-01T10:05:00Z"), &points());
    let seen = notice.seen_by("key:1", at("2026-03-01T11:00:00Z"));
    assert_eq!(seen.seen, Some(Seen { at: at("2026-03-01T11:00:00Z"), by: "key:1".into() }));
    assert_eq!(Notice { seen: None, version: 1, ..seen }, notice);
}

#[test]
fn one_takes_the_place_of_another_as_its_next_version() {
    let (opened, closed) = (at("2026-03-01T10:00:00Z"), at("2026-03-01T10:05:00Z"));
    let before = Notice::breaker_opened(id(), opened, &points(), &FAILING, closed);
    let other = NoticeId::derived(&["other"]);
    let after = Notice::breaker_closed(other, closed, &points()).in_place_of(&before);
    assert_eq!((after.id, after.version, after.kind, after.at), (before.id, 2, NoticeKind::BreakerClosed, closed));
}

#[test]
fn every_kind_is_written_under_its_name() {
    for kind in NoticeKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}
