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
    Judged { policy, points, occurred_at: at(time), zone }
}

fn gold_of_march(policy: &TierPolicy, zone: &Zone) -> Standing {
    let none = Standing::none("status".to_owned(), CustomerId::derived(&["anna"]), at("2026-01-01T00:00:00Z"));
    let by = judged(policy, zone, 600, "2026-03-10T12:00:00Z");
    let (standing, movement) = none.proposed("gold", &by).unwrap().unwrap();
    assert_eq!(movement, TierMovement::Raised);
    standing
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
        (Some("silver"), "2028-04-30".to_owned())
    );
}

#[test]
fn a_tier_that_is_earned_again_keeps_its_beginning_and_lasts_longer() {
    let (policy, zone) = (policy(Downgrade::Step), Zone::utc());
    let gold = gold_of_march(&policy, &zone);
    let (kept, movement) =
        gold.proposed("gold", &judged(&policy, &zone, 700, "2026-09-01T00:00:00Z")).unwrap().unwrap();
    assert_eq!((movement, kept.since), (TierMovement::Kept, gold.since));
    assert_eq!(kept.last_day.unwrap().to_string(), "2027-09-30");
    // In the same month nothing changes.
    assert_eq!(kept.proposed("gold", &judged(&policy, &zone, 700, "2026-09-02T00:00:00Z")).unwrap(), None);
}

#[test]
fn a_lower_tier_waits_for_the_review_and_comes_a_step_at_a_time() {
    let zone = Zone::utc();
    for (downgrade, wanted) in [(Downgrade::Step, "silver"), (Downgrade::Out, "bronze")] {
        let policy = policy(downgrade);
        let gold = gold_of_march(&policy, &zone);
        let within = judged(&policy, &zone, 10, "2027-03-31T23:00:00Z");
        assert_eq!(gold.proposed("bronze", &within).unwrap(), None);
        let in_review = judged(&policy, &zone, 10, "2027-04-01T00:00:00Z");
        let (lower, movement) = gold.proposed("bronze", &in_review).unwrap().unwrap();
        assert_eq!((movement, lower.tier.as_deref()), (TierMovement::Lowered, Some(wanted)));
    }
}

#[test]
fn nobody_gets_a_tier_without_the_points_that_the_policy_wants() {
    let (policy, zone) = (policy(Downgrade::Out), Zone::utc());
    let none = Standing::none("status".to_owned(), CustomerId::derived(&["anna"]), at("2026-01-01T00:00:00Z"));
    let by = judged(&policy, &zone, 499, "2026-03-10T12:00:00Z");
    assert_eq!(none.proposed("gold", &by), Ok(None));
    assert!(matches!(none.proposed("platinum", &by), Err(TierRefused::Unknown { .. })));
    // A person may decide otherwise.
    let (gold, movement) = none.decided(Some("gold"), &by).unwrap();
    assert_eq!((gold.tier.as_deref(), movement), (Some("gold"), TierMovement::Raised));
}

#[test]
fn a_tier_without_end_is_never_lost() {
    let mut policy = policy(Downgrade::Step);
    policy.validity = Expiry::Never;
    let gold = gold_of_march(&policy, &Zone::utc());
    assert_eq!((gold.last_day, gold.lost(&judged(&policy, &Zone::utc(), 0, "2999-01-01T00:00:00Z"))), (None, None));
}
