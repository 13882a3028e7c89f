use super::*;
use crate::{ConsentId, CustomerId};

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn berlin() -> Zone {
    "Europe/Berlin".parse().unwrap()
}

fn said(purpose: Purpose, topic: &str, time: &str) -> Said {
    Said { purpose, topic: topic.to_owned(), not_before: at(time) }
}

fn consent(purpose: Purpose, status: ConsentStatus, time: &str) -> Consent {
    Consent {
        id: ConsentId::derived(&[time]),
        customer: CustomerId::derived(&["anna"]),
        purpose,
        channel: None,
        status,
        source: "checkout".to_owned(),
        proof: None,
        occurred_at: at(time),
        recorded_at: at(time),
    }
}

fn judged(policy: &ContactPolicy, purpose: Purpose, consents: &[Consent], said: &[Said], now: &str) -> Verdict {
    let zone = berlin();
    policy.judge(purpose, "news", None, &Situation { consents, said, is_held_out: false, now: at(now), zone: &zone })
}

#[test]
fn selling_needs_consent_and_what_is_withdrawn_holds_for_every_purpose() {
    let policy = ContactPolicy { quiet: None, ..ContactPolicy::default() };
    let noon = "2026-03-10T12:00:00Z";
    let held = Verdict::Held(HeldBack::NoConsent);
    assert_eq!(judged(&policy, Purpose::Selling, &[], &[], noon), held);
    assert_eq!(judged(&policy, Purpose::Relationship, &[], &[], noon), Verdict::From(at(noon)));
    let given = consent(Purpose::Selling, ConsentStatus::Given, "2026-01-01T00:00:00Z");
    let withdrawn = consent(Purpose::Selling, ConsentStatus::Withdrawn, "2026-02-01T00:00:00Z");
    assert_eq!(judged(&policy, Purpose::Selling, std::slice::from_ref(&given), &[], noon), Verdict::From(at(noon)));
    assert_eq!(judged(&policy, Purpose::Selling, &[withdrawn, given], &[], noon), held);
    let no_care = consent(Purpose::Relationship, ConsentStatus::Withdrawn, "2026-02-01T00:00:00Z");
    assert_eq!(judged(&policy, Purpose::Relationship, &[no_care], &[], noon), held);
}

#[test]
fn what_was_said_counts_by_days_of_the_tenant() {
    let cap = Cap { purposes: BTreeSet::from([Purpose::Relationship]), most: 2, days: 7 };
    let policy = ContactPolicy { consent: BTreeSet::new(), caps: vec![cap], quiet: None, balance: None };
    // In Berlin the first is on the 4th of March, seven days with the 10th.
    let before = [
        said(Purpose::Relationship, "thanks", "2026-03-03T23:30:00Z"),
        said(Purpose::Relationship, "tips", "2026-03-09T10:00:00Z"),
    ];
    let capped = Verdict::Held(HeldBack::Cap { most: 2, days: 7 });
    assert_eq!(judged(&policy, Purpose::Relationship, &[], &before, "2026-03-10T22:59:00Z"), capped);
    let next = "2026-03-10T23:00:00Z";
    assert_eq!(judged(&policy, Purpose::Relationship, &[], &before, next), Verdict::From(at(next)));
    let today = [said(Purpose::Service, "news", "2026-03-10T08:00:00Z")];
    let noon = "2026-03-10T12:00:00Z";
    assert_eq!(judged(&policy, Purpose::Service, &[], &today, noon), Verdict::Held(HeldBack::SaidToday));
    // Whatever it is said for.
    assert_eq!(judged(&policy, Purpose::Relationship, &[], &today, noon), Verdict::Held(HeldBack::SaidToday));
}

#[test]
fn hours_of_rest_put_off_and_never_past_the_last_day() {
    let policy = ContactPolicy { consent: BTreeSet::new(), caps: vec![], ..ContactPolicy::default() };
    for (now, wanted) in [
        ("2026-03-10T18:59:59Z", "2026-03-10T18:59:59Z"),
        ("2026-03-10T19:00:00Z", "2026-03-11T07:00:00Z"),
        ("2026-03-11T06:59:59Z", "2026-03-11T07:00:00Z"),
        // In the night in which clocks go forward.
        ("2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z"),
    ] {
        assert_eq!(judged(&policy, Purpose::Relationship, &[], &[], now), Verdict::From(at(wanted)), "{now}");
        assert_eq!(judged(&policy, Purpose::Service, &[], &[], now), Verdict::From(at(now)));
    }
    let zone = berlin();
    let by = Situation { consents: &[], said: &[], is_held_out: false, now: at("2026-03-10T20:00:00Z"), zone: &zone };
    let last = Some("2026-03-10".parse().unwrap());
    assert_eq!(policy.judge(Purpose::Relationship, "news", last, &by), Verdict::Held(HeldBack::TooLate));
}

#[test]
fn selling_is_balanced_by_care_and_the_hold_out_hears_what_it_needs() {
    let balance = Some(Balance { selling_per_relationship: 2, days: 30 });
    let policy = ContactPolicy { consent: BTreeSet::new(), caps: vec![], quiet: None, balance };
    let noon = "2026-03-10T12:00:00Z";
    let mut before =
        vec![said(Purpose::Selling, "a", "2026-03-01T12:00:00Z"), said(Purpose::Selling, "b", "2026-03-02T12:00:00Z")];
    assert_eq!(judged(&policy, Purpose::Selling, &[], &before, noon), Verdict::Held(HeldBack::Balance));
    before.push(said(Purpose::Relationship, "thanks", "2026-03-03T12:00:00Z"));
    assert_eq!(judged(&policy, Purpose::Selling, &[], &before, noon), Verdict::From(at(noon)));
    let zone = berlin();
    let by = Situation { consents: &[], said: &[], is_held_out: true, now: at(noon), zone: &zone };
    assert_eq!(policy.judge(Purpose::Selling, "news", None, &by), Verdict::Held(HeldBack::HoldOut));
    assert_eq!(policy.judge(Purpose::Service, "news", None, &by), Verdict::From(at(noon)));
}
