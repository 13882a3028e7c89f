//! The plugin, tried natively: what the host would hear.

use super::LoyaltyTiers;
use stammgast_sdk::{
    Date, EventContext, PluginError, Purchase, Reason,
    loyalty::{self, Occasion, PointsChange},
    testing::{self, Effect, Host},
};

const DAY: i64 = 86_400_000;
const CONFIG: &str = include_str!("../config.json");
const WITH_DAYS: &str = r#"{ "program": "miles", "tiers": [
    { "tier": "silver", "points": 100 },
    { "tier": "gold", "points": 500, "purchase_days": { "count": 2, "months": 1 } }
] }"#;

fn host() -> Host {
    Host::new().manifest(include_str!("../manifest.json"))
}

fn after_points(host: Host, change: &PointsChange, config: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    after_points_of(0, host, change, config)
}

/// The same for points of a purchase so many days ago, which was told late.
fn after_points_of(
    days_ago: i64,
    host: Host,
    change: &PointsChange,
    config: &str,
) -> (Result<(), PluginError>, Vec<Effect>) {
    let event = testing::event("loyalty.points-posted");
    let event = EventContext { occurred_at: event.occurred_at - days_ago * DAY, ..event };
    let (result, recorded) = testing::run(host, || loyalty::on_points::<LoyaltyTiers>(&event, change, config));
    (result, recorded.effects)
}

fn bought(days_ago: i64) -> Purchase {
    let purchase = testing::purchase(12_50, "EUR", 2);
    Purchase { occurred_at: purchase.occurred_at - days_ago * DAY, ..purchase }
}

fn after_occasion(host: Host, occasion: &Occasion) -> (Result<(), PluginError>, Vec<Effect>) {
    let event = testing::event("occasion.reached");
    let (result, recorded) = testing::run(host, || loyalty::on_occasion::<LoyaltyTiers>(&event, occasion, CONFIG));
    (result, recorded.effects)
}

fn proposed(program: &str, tier: &str, text: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    let [program, tier] = [program, tier].map(str::to_owned);
    (Ok(()), vec![Effect::ProposeTier { program, tier, reason: Reason::new("tier", text) }])
}

#[test]
fn points_that_moved_propose_the_highest_tier_they_are_enough_for() {
    let change = testing::points_change("status", 20);
    let gold = proposed("status", "gold", "620 status points; gold needs 500");
    assert_eq!(after_points(host().points("status", 620), &change, CONFIG), gold);
}

#[test]
fn points_that_are_enough_for_no_tier_propose_none() {
    let reason = Reason::new("no-tier", "99 status points; silver needs 100");
    let none = (Ok(()), vec![Effect::ProposeNoTier { program: "status".to_owned(), reason }]);
    let taken_back = testing::points_change("status", -20);
    assert_eq!(after_points(host().points("status", 99), &taken_back, CONFIG), none);
    let review = Occasion { program: Some("status".to_owned()), ..testing::occasion("tier-review") };
    assert_eq!(after_occasion(host().points("status", 99), &review), none);
}

#[test]
fn points_of_other_programs_and_of_nobody_propose_nothing() {
    let host = host().points("status", 620);
    let change = testing::points_change("points", 20);
    assert_eq!(after_points(host.clone(), &change, CONFIG), (Ok(()), vec![]));
    let event = EventContext { customer: None, ..testing::event("loyalty.points-posted") };
    let change = testing::points_change("status", 20);
    let (result, recorded) = testing::run(host, || loyalty::on_points::<LoyaltyTiers>(&event, &change, CONFIG));
    assert_eq!((result, recorded.effects), (Ok(()), vec![]));
}

#[test]
fn a_tier_whose_time_is_over_is_looked_at_again_and_other_occasions_are_not() {
    let host = host().points("status", 130);
    let day = Date::new(2025, 12, 31).unwrap();
    let review = Occasion { day, program: Some("status".to_owned()), ..testing::occasion("tier-review") };
    let silver = proposed("status", "silver", "130 status points; silver needs 100");
    assert_eq!(after_occasion(host.clone(), &review), silver);
    let other = Occasion { program: Some("points".to_owned()), ..review.clone() };
    assert_eq!(after_occasion(host.clone(), &other), (Ok(()), vec![]));
    let expiring = Occasion { kind: "points-expiring".to_owned(), ..review };
    assert_eq!(after_occasion(host, &expiring), (Ok(()), vec![]));
}

#[test]
fn days_with_a_purchase_are_looked_up_where_a_tier_asks_for_them() {
    let host = host().points("miles", 500).purchase(bought(0)).purchase(bought(0));
    let change = testing::points_change("miles", 20);
    let silver = proposed("miles", "silver", "500 status points; silver needs 100");
    assert_eq!(after_points(host.clone(), &change, WITH_DAYS), silver);
    let gold = proposed("miles", "gold", "500 status points; gold needs 500, and purchases on 2 days within 1 month");
    assert_eq!(after_points(host.purchase(bought(30)), &change, WITH_DAYS), gold);
}

#[test]
fn a_purchase_that_is_told_late_completes_the_days_of_newer_ones() {
    let change = testing::points_change("miles", 20);
    let gold = proposed("miles", "gold", "500 status points; gold needs 500, and purchases on 2 days within 1 month");
    let told_late = |days_ago| host().points("miles", 500).purchase(bought(0)).purchase(bought(days_ago));
    assert_eq!(after_points_of(20, told_late(20), &change, WITH_DAYS), gold);
    // Its months are those before the newest purchase.
    let silver = proposed("miles", "silver", "500 status points; silver needs 100");
    assert_eq!(after_points_of(40, told_late(40), &change, WITH_DAYS), silver);
    // Without a newer purchase, the day of the points counts.
    let older = host().points("miles", 500).purchase(bought(40)).purchase(bought(41));
    assert_eq!(after_points(older, &change, WITH_DAYS), silver);
}

#[test]
fn a_configuration_that_cannot_work_is_told_in_a_sentence() {
    let change = testing::points_change("status", 20);
    let twice = r#"{ "tiers": [{ "tier": "gold", "points": 1 }, { "tier": "gold", "points": 2 }] }"#;
    let (result, effects) = after_points(host(), &change, twice);
    assert!(matches!(&result, Err(PluginError::InvalidConfig(text)) if text.contains("`gold` twice")), "{result:?}");
    assert_eq!(effects, []);
}
