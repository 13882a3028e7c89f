use super::*;
use crate::program::{Expiry, LastDay, TierLevel};

fn policy(downgrade: Downgrade) -> TierPolicy {
    let level = |code: &str, at_least| TierLevel { code: code.to_owned(), name: code.to_owned(), at_least };
    TierPolicy {
        levels: vec![level("bronze", 0), level("silver", 100), level("gold", 500)],
        validity: Expiry::Rolling { months: 12, until: LastDay::Month },
        grace_days: 14,
        downgrade,
    }
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn judged<'a>(policy: &'a TierPolicy, zone: &'a Zone, points: i64, time: &str) -> Judged<'a> {
    Judged { policy, points, earns: true, occurred_at: at(time), decided_at: at(time), zone }
}

fn gold_of_march(policy: &TierPolicy, zone: &Zone) -> Standing {
    let none = Standing::none("status".to_owned(), CustomerId::derived(&["anna"]), at("2026-01-01T00:00:00Z"));
    let by = judged(policy, zone, 600, "2026-03-10T12:00:00Z");
    let (standing, movement) = moved(none.proposed(Some("gold"), &by));
    assert_eq!(movement, TierMovement::Raised);
    standing
}

fn moved(proposed: Result<Proposed, TierRefused>) -> (Standing, TierMovement) {
    match proposed.unwrap() {
        Proposed::Moved(standing, movement) => (standing, movement),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tier_holds_to_the_end_of_its_period_and_through_its_grace() {
    let (policy, zone) = (policy(Downgrade::Step), "Europe/Berlin".parse().unwrap());
    let gold = gold_of_march(&policy, &zone);
    assert_eq!(gold.last_day.unwrap().to_string(), "2027-03-31");
    assert_eq!(gold.review_at(&zone).unwrap(), at("2027-03-31T22:00:00Z"));
    assert_eq!(gold.lost_at(&zone).unwrap(), at("2027-04-14T22:00:00Z"));
    assert!(!gold.is_in_review(at("2027-03-31T21:59:59Z"), &zone));
    assert!(gold.is_in_review(at("2027-03-31T22:00:00Z"), &zone));
    assert_eq!(gold.lost(&judged(&policy, &zone, 0, "2027-04-14T21:59:59Z")), None);
    let silver = gold.lost(&judged(&policy, &zone, 0, "2027-04-14T22:00:00Z")).unwrap();
    assert_eq!(
        (silver.tier.as_deref(), silver.last_day.unwrap().to_string()),
        (Some("silver"), "2028-03-31".to_owned())
    );
}

#[test]
fn a_tier_that_is_earned_again_keeps_its_beginning_and_lasts_longer() {
    let (policy, zone) = (policy(Downgrade::Step), Zone::utc());
    let gold = gold_of_march(&policy, &zone);
    let (kept, movement) = moved(gold.proposed(Some("gold"), &judged(&policy, &zone, 700, "2026-09-01T00:00:00Z")));
    assert_eq!((movement, kept.since), (TierMovement::Kept, gold.since));
    assert_eq!(kept.last_day.unwrap().to_string(), "2027-09-30");
    // In the same month nothing changes.
    assert_eq!(
        kept.proposed(Some("gold"), &judged(&policy, &zone, 700, "2026-09-02T00:00:00Z")),
        Ok(Proposed::Nothing)
    );
}

#[test]
fn a_lower_tier_waits_for_the_end_of_the_grace_and_comes_a_step_at_a_time() {
    let zone = Zone::utc();
    for (downgrade, wanted) in [(Downgrade::Step, "silver"), (Downgrade::Out, "bronze")] {
        let policy = policy(downgrade);
        let gold = gold_of_march(&policy, &zone);
        let at = |time| judged(&policy, &zone, 10, time);
        // It is only noted, and forgotten where gold is earned again.
        let Ok(Proposed::Noted(noted)) = gold.proposed(Some("bronze"), &at("2027-04-01T00:00:00Z")) else {
            panic!("noted")
        };
        assert_eq!((noted.tier.as_deref(), noted.falls_to.as_deref()), (Some("gold"), Some("bronze")));
        assert_eq!(noted.proposed(Some("bronze"), &at("2027-04-02T00:00:00Z")), Ok(Proposed::Nothing));
        let again = judged(&policy, &zone, 700, "2027-04-03T00:00:00Z");
        assert_eq!(moved(noted.proposed(Some("gold"), &again)).0.falls_to, None);
        assert_eq!(noted.lost(&at("2027-04-14T23:59:59Z")), None);
        assert_eq!(noted.lost(&at("2027-04-15T00:00:00Z")).unwrap().tier.as_deref(), Some(wanted));
        let (lower, movement) = moved(gold.proposed(Some("bronze"), &at("2027-04-15T00:00:00Z")));
        assert_eq!((movement, lower.tier.as_deref()), (TierMovement::Lowered, Some(wanted)));
        assert_eq!(lower.version, gold.version + 1);
    }
}

#[test]
fn nobody_gets_a_tier_without_the_points_that_the_policy_wants() {
    let (policy, zone) = (policy(Downgrade::Out), Zone::utc());
    let none = Standing::none("status".to_owned(), CustomerId::derived(&["anna"]), at("2026-01-01T00:00:00Z"));
    let by = judged(&policy, &zone, 499, "2026-03-10T12:00:00Z");
    assert_eq!(moved(none.proposed(Some("gold"), &by)).0.tier.as_deref(), Some("silver"));
    let mut without_bronze = policy.clone();
    without_bronze.levels.remove(0);
    let few = judged(&without_bronze, &zone, 99, "2026-03-10T12:00:00Z");
    assert_eq!(none.proposed(Some("gold"), &few), Ok(Proposed::Nothing));
    assert!(matches!(none.proposed(Some("platinum"), &by), Err(TierRefused::Unknown { .. })));
    // A person may decide otherwise.
    let (gold, movement) = none.decided(Some("gold"), None, &by).unwrap();
    assert_eq!((gold.tier.as_deref(), movement), (Some("gold"), TierMovement::Raised));
}

fn noted(proposed: Result<Proposed, TierRefused>) -> Standing {
    match proposed.unwrap() {
        Proposed::Noted(standing) => standing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_earned_within_the_time_counts_when_it_is_over_although_its_points_expire_then() {
    let zone = Zone::utc();
    let validity = Expiry::Fixed { month: 12, day: 31, at_least_months: 12 };
    let policy = TierPolicy { validity, grace_days: 30, ..policy(Downgrade::Out) };
    let none = Standing::none("status".to_owned(), CustomerId::derived(&["anna"]), at("2026-01-01T00:00:00Z"));
    let (gold, _) = moved(none.proposed(Some("gold"), &judged(&policy, &zone, 600, "2027-06-10T12:00:00Z")));
    assert_eq!(gold.last_day.unwrap().to_string(), "2028-12-31");
    // The points of 2027 expire, and 2028 is good for silver.
    let low = noted(gold.proposed(Some("bronze"), &judged(&policy, &zone, 0, "2028-01-01T00:00:00Z")));
    let silver = noted(low.proposed(Some("silver"), &judged(&policy, &zone, 499, "2028-11-02T12:00:00Z")));
    assert_eq!(silver.falls_to.as_deref(), Some("silver"));
    // The points of 2028 expire as the review begins: that lowers nothing any more, and more is welcome.
    let expired = judged(&policy, &zone, 0, "2029-01-01T00:00:00Z");
    assert_eq!(silver.proposed(Some("bronze"), &expired), Ok(Proposed::Nothing));
    let after = silver.lost(&judged(&policy, &zone, 0, "2029-01-31T00:00:00Z")).unwrap();
    assert_eq!((after.tier.as_deref(), after.last_day.unwrap().to_string()), (Some("silver"), "2029-12-31".to_owned()));
    // So does a purchase of the time before that is told after it, when its points are gone already.
    let told_late = Judged { occurred_at: at("2028-12-20T12:00:00Z"), ..expired };
    assert_eq!(silver.proposed(Some("bronze"), &told_late), Ok(Proposed::Nothing));
    // Within the time the last word counts: who comes down before its end falls further.
    let down = noted(silver.proposed(Some("bronze"), &judged(&policy, &zone, 20, "2028-12-30T12:00:00Z")));
    assert_eq!(down.falls_to.as_deref(), Some("bronze"));
    assert_eq!(
        noted(down.proposed(Some("silver"), &judged(&policy, &zone, 120, "2029-01-03T12:00:00Z"))).falls_to,
        silver.falls_to
    );
}

#[test]
fn none_is_proposed_like_a_lower_tier() {
    let zone = Zone::utc();
    for (downgrade, wanted) in [(Downgrade::Step, Some("silver")), (Downgrade::Out, None)] {
        let policy = policy(downgrade);
        let gold = gold_of_march(&policy, &zone);
        let at = |time| judged(&policy, &zone, 300, time);
        // Silver is noted, and forgotten where the points for it are gone: the last word within the time counts.
        let silver = noted(gold.proposed(Some("silver"), &at("2027-02-01T00:00:00Z")));
        let none = noted(silver.proposed(None, &at("2027-02-02T00:00:00Z")));
        assert_eq!((none.tier.as_deref(), none.falls_to.as_deref()), (Some("gold"), None));
        assert_eq!(none.proposed(None, &at("2027-02-03T00:00:00Z")), Ok(Proposed::Nothing));
        assert_eq!(noted(none.proposed(Some("silver"), &at("2027-02-04T00:00:00Z"))).falls_to, silver.falls_to);
        // After the time it takes nothing away that was noted within it.
        assert_eq!(silver.proposed(None, &at("2027-04-01T00:00:00Z")), Ok(Proposed::Nothing));
        let (lower, movement) = moved(none.proposed(None, &at("2027-04-15T00:00:00Z")));
        assert_eq!((movement, lower.tier.as_deref()), (TierMovement::Lowered, wanted));
    }
    let policy = policy(Downgrade::Out);
    let nobody = Standing::none("status".to_owned(), CustomerId::derived(&["anna"]), at("2026-01-01T00:00:00Z"));
    let by = judged(&policy, &zone, 300, "2026-03-10T12:00:00Z");
    assert_eq!(nobody.proposed(None, &by), Ok(Proposed::Nothing));
    // A tier that the policy does not know any more stays until its time is over, like any other.
    let platinum = Standing { tier: Some("platinum".to_owned()), ..gold_of_march(&policy, &zone) };
    assert_eq!(platinum.proposed(None, &by), Ok(Proposed::Nothing));
}

#[test]
fn too_few_points_for_any_tier_are_as_good_as_none_proposed() {
    let (zone, mut policy) = (Zone::utc(), policy(Downgrade::Out));
    policy.levels.remove(0);
    let gold = gold_of_march(&policy, &zone);
    let silver = noted(gold.proposed(Some("silver"), &judged(&policy, &zone, 300, "2027-02-01T00:00:00Z")));
    let gone = noted(silver.proposed(Some("silver"), &judged(&policy, &zone, 99, "2027-02-02T00:00:00Z")));
    assert_eq!((gone.tier.as_deref(), gone.falls_to), (Some("gold"), None));
}

#[test]
fn what_comes_back_or_expires_lengthens_nothing() {
    let (policy, zone) = (policy(Downgrade::Out), Zone::utc());
    let gold = gold_of_march(&policy, &zone);
    let less = Judged { earns: false, ..judged(&policy, &zone, 600, "2026-09-01T00:00:00Z") };
    assert_eq!(gold.proposed(Some("gold"), &less), Ok(Proposed::Nothing));
    // A lower tier that was noted before is forgotten all the same.
    let silver = noted(gold.proposed(Some("silver"), &judged(&policy, &zone, 300, "2026-08-01T00:00:00Z")));
    assert_eq!(noted(silver.proposed(Some("gold"), &less)).falls_to, None);
    assert_eq!(moved(gold.proposed(Some("gold"), &Judged { earns: true, ..less })).1, TierMovement::Kept);
}

#[test]
fn a_lower_tier_has_a_time_of_its_own_where_all_end_on_the_same_day() {
    let zone = Zone::utc();
    let validity = Expiry::Fixed { month: 12, day: 31, at_least_months: 0 };
    let policy = TierPolicy { validity, grace_days: 0, ..policy(Downgrade::Step) };
    let gold = gold_of_march(&policy, &zone);
    assert_eq!(gold.last_day.unwrap().to_string(), "2026-12-31");
    let silver = gold.lost(&judged(&policy, &zone, 0, "2027-01-01T00:00:00Z")).unwrap();
    assert_eq!(
        (silver.tier.as_deref(), silver.last_day.unwrap().to_string()),
        (Some("silver"), "2027-12-31".to_owned())
    );
}

#[test]
fn the_same_tier_that_is_told_late_takes_nothing_away_that_was_noted_in_time() {
    let (policy, zone) = (policy(Downgrade::Out), Zone::utc());
    let gold = gold_of_march(&policy, &zone);
    let silver = noted(gold.proposed(Some("silver"), &judged(&policy, &zone, 300, "2027-03-01T00:00:00Z")));
    let late = Judged { decided_at: at("2027-04-05T00:00:00Z"), ..judged(&policy, &zone, 500, "2026-03-20T00:00:00Z") };
    assert_eq!(silver.proposed(Some("gold"), &late), Ok(Proposed::Nothing));
}

#[test]
fn a_decision_of_a_person_is_kept_for_as_long_as_it_says() {
    let (policy, zone) = (policy(Downgrade::Step), Zone::utc());
    let gold = gold_of_march(&policy, &zone);
    let until = Some("2026-12-31".parse().unwrap());
    let (none, movement) = gold.decided(None, until, &judged(&policy, &zone, 0, "2026-04-01T12:00:00Z")).unwrap();
    assert_eq!((none.tier.as_deref(), movement, none.kept_until), (None, TierMovement::Lowered, until));
    let rich = |time| judged(&policy, &zone, 900, time);
    assert_eq!(none.proposed(Some("gold"), &rich("2026-12-31T23:59:59Z")), Ok(Proposed::Nothing));
    let (again, _) = moved(none.proposed(Some("gold"), &rich("2027-01-01T00:00:00Z")));
    assert_eq!((again.tier.as_deref(), again.kept_until), (Some("gold"), None));
    // A tier that is given for longer than the policy says holds for as long.
    let long = Some("2030-05-05".parse().unwrap());
    let (given, _) = none.decided(Some("silver"), long, &rich("2026-04-02T12:00:00Z")).unwrap();
    assert_eq!((given.last_day, given.grace_until.unwrap().to_string()), (long, "2030-05-19".to_owned()));
    // What is kept can be earned again, and stays kept.
    let earned = judged(&policy, &zone, 150, "2030-05-04T12:00:00Z");
    let (longer, movement) = moved(given.proposed(Some("silver"), &earned));
    assert_eq!(
        (movement, longer.last_day.unwrap().to_string(), longer.kept_until),
        (TierMovement::Kept, "2031-05-31".to_owned(), long)
    );
    // Without a day the next proposal may change it.
    let (free, _) = gold.decided(None, None, &rich("2026-04-01T12:00:00Z")).unwrap();
    assert_eq!(moved(free.proposed(Some("gold"), &rich("2026-04-02T12:00:00Z"))).1, TierMovement::Raised);
}

#[test]
fn a_tier_without_end_is_never_lost() {
    let mut policy = policy(Downgrade::Step);
    policy.validity = Expiry::Never;
    let gold = gold_of_march(&policy, &Zone::utc());
    assert_eq!((gold.last_day, gold.lost(&judged(&policy, &Zone::utc(), 0, "2999-01-01T00:00:00Z"))), (None, None));
}
