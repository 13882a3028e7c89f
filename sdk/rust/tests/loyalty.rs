//! Loyalty beside purchases: occasions, activities, points that moved, and what rules may ask for there.
#![cfg(feature = "loyalty")]

use serde::Deserialize;
use stammgast_sdk::{
    Date, EventContext, NoConfig, PluginError, Purchase, Reason,
    contacts::{self, Message, Purpose},
    lookup::{self, Tier},
    loyalty::{self, Activity, ActivityRules, LoyaltyRules, Occasion, OccasionRules, PointsChange, PointsRules},
    reminders,
    testing::{self, Effect, Host, run},
};
use std::panic;

#[derive(Deserialize)]
struct Config {
    program: String,
}

/// One plugin of all families. Each has its own configuration.
struct Everything;

impl LoyaltyRules for Everything {
    type Config = Config;

    fn on_purchase(_: &EventContext, purchase: &Purchase, config: Self::Config) -> Result<(), PluginError> {
        loyalty::earn(&config.program, purchase.amount.minor, reason());
        Ok(())
    }
}

impl OccasionRules for Everything {
    type Config = Config;

    fn on_occasion(event: &EventContext, occasion: &Occasion, config: Self::Config) -> Result<(), PluginError> {
        assert_eq!(event.event_type, "occasion.reached");
        match (occasion.kind.as_str(), occasion.name.as_deref()) {
            ("birthday", _) => reminders::set("again", occasion.day),
            ("reminder", Some(name)) => loyalty::propose_tier(&config.program, name, reason()),
            _ => {}
        }
        Ok(())
    }
}

impl ActivityRules for Everything {
    type Config = NoConfig;

    fn on_activity(_: &EventContext, activity: &Activity, _: Self::Config) -> Result<(), PluginError> {
        let offer = activity.detail("offer").ok_or_else(|| PluginError::Other("nothing is offered".to_owned()))?;
        loyalty::issue_voucher(offer, reason());
        Ok(())
    }
}

impl PointsRules for Everything {
    type Config = NoConfig;

    fn on_points(_: &EventContext, change: &PointsChange, _: Self::Config) -> Result<(), PluginError> {
        if change.movement == "expired" {
            loyalty::earn_decimal(&change.program, &format!("{}.5", -change.available), reason());
        }
        Ok(())
    }
}

stammgast_sdk::export!(Everything: loyalty, occasions, activities, points);

/// A plugin without purchases.
struct Birthdays;

impl OccasionRules for Birthdays {
    type Config = NoConfig;

    fn on_occasion(_: &EventContext, _: &Occasion, _: NoConfig) -> Result<(), PluginError> {
        Ok(())
    }
}

stammgast_sdk::export!(Birthdays: occasions);

fn reason() -> Reason {
    Reason::new("a-code", "a text")
}

fn effects(call: impl FnOnce() -> Result<(), PluginError>) -> Vec<Effect> {
    let (result, recorded) = run(Host::new(), call);
    assert_eq!(result, Ok(()));
    recorded.effects
}

/// What a call is stopped for; empty where it is not.
fn stopped(host: Host, call: impl FnOnce()) -> String {
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| run(host, call)));
    result.err().and_then(|panic| panic.downcast_ref().cloned()).unwrap_or_default()
}

#[test]
fn every_family_is_called_with_its_record_and_its_configuration() {
    let config = r#"{ "program": "status" }"#;
    let occasions = |occasion: &Occasion| {
        let event = testing::event("occasion.reached");
        effects(|| loyalty::on_occasion::<Everything>(&event, occasion, config))
    };
    let day = Date::new(2028, 2, 29).unwrap();
    let set = Effect::SetReminder { name: "again".to_owned(), day };
    assert_eq!(occasions(&Occasion { day, years: Some(4), ..testing::occasion("birthday") }), [set]);
    let [program, tier, offer] = ["status", "gold", "coffee"].map(str::to_owned);
    let reminder = Occasion { name: Some(tier.clone()), ..testing::occasion("reminder") };
    assert_eq!(occasions(&reminder), [Effect::ProposeTier { program, tier, reason: reason() }]);
    assert_eq!(occasions(&testing::occasion("an unknown one")), []);

    let event = testing::event("activity.recorded");
    let details = vec![("stars".to_owned(), "5".to_owned()), ("offer".to_owned(), offer.clone())];
    let activity = Activity { details, ..testing::activity("survey-answered") };
    assert_eq!((activity.detail("stars"), activity.detail("other")), (Some("5"), None));
    let issued = effects(|| loyalty::on_activity::<Everything>(&event, &activity, "{}"));
    assert_eq!(issued, [Effect::IssueVoucher { offer, reason: reason() }]);

    let event = testing::event("loyalty.points-posted");
    let expired = PointsChange { movement: "expired".to_owned(), ..testing::points_change("points", -20) };
    let earned = effects(|| loyalty::on_points::<Everything>(&event, &expired, "{}"));
    let [program, points] = ["points", "20.5"].map(str::to_owned);
    assert_eq!(earned, [Effect::EarnDecimal { program, points, reason: reason() }]);
    let earning = testing::points_change("points", 20);
    assert_eq!(effects(|| loyalty::on_points::<Everything>(&event, &earning, "{}")), []);
}

#[test]
fn errors_and_configurations_that_do_not_fit_are_told() {
    let event = testing::event("occasion.reached");
    let occasion = testing::occasion("birthday");
    let (result, recorded) = run(Host::new(), || loyalty::on_occasion::<Everything>(&event, &occasion, "{}"));
    assert_eq!(result, Err(PluginError::InvalidConfig("missing field `program` at line 1 column 2".to_owned())));
    assert_eq!(recorded.effects, []);
    let change = testing::points_change("points", 1);
    let (result, _) = run(Host::new(), || loyalty::on_points::<Everything>(&event, &change, "{ \"points\": 2 }"));
    assert!(matches!(result, Err(PluginError::InvalidConfig(_))), "{result:?}");
    let activity = testing::activity("survey-answered");
    let (result, _) = run(Host::new(), || loyalty::on_activity::<Everything>(&event, &activity, "{}"));
    assert_eq!(result, Err(PluginError::Other("nothing is offered".to_owned())));
    assert_eq!(effects(|| loyalty::on_occasion::<Birthdays>(&event, &occasion, "{}")), []);
}

#[test]
fn effects_are_recorded_in_the_order_in_which_they_were_asked_for() {
    let day = Date::new(2026, 3, 31).unwrap();
    let message = Message::new(Purpose::Relationship, "birthday", "Happy birthday!", "There is cake for you.");
    let proposed = message.offer("cake").until(day);
    let message = proposed.clone();
    let ((), recorded) = run(Host::new(), || {
        contacts::propose(message, reason());
        loyalty::earn_decimal("points", "12.5", reason());
        reminders::set("again", day);
        reminders::cancel("once");
        loyalty::issue_voucher("coffee", reason());
        loyalty::make_eligible("tent", Some(day), reason());
        loyalty::end_eligibility("sofa", reason());
        loyalty::propose_tier("status", "gold", reason());
        loyalty::propose_no_tier("status", reason());
        loyalty::earn("points", 1, reason());
    });
    let [points, status, gold, coffee] = ["points", "status", "gold", "coffee"].map(str::to_owned);
    let [again, once, decimal, tent, sofa] = ["again", "once", "12.5", "tent", "sofa"].map(str::to_owned);
    let expected = [
        Effect::ProposeContact { message: proposed, reason: reason() },
        Effect::EarnDecimal { program: points.clone(), points: decimal, reason: reason() },
        Effect::SetReminder { name: again, day },
        Effect::CancelReminder { name: once },
        Effect::IssueVoucher { offer: coffee, reason: reason() },
        Effect::MakeEligible { reward: tent, last_day: Some(day), reason: reason() },
        Effect::EndEligibility { reward: sofa, reason: reason() },
        Effect::ProposeTier { program: status.clone(), tier: gold, reason: reason() },
        Effect::ProposeNoTier { program: status, reason: reason() },
        Effect::Earn { program: points, points: 1, reason: reason() },
    ];
    assert_eq!(recorded.effects, expected);
}

#[test]
fn a_tier_is_what_the_test_says_and_none_otherwise() {
    let gold = Tier { last_day: Date::new(2026, 12, 31), in_review: true, ..testing::tier("gold") };
    let none = Tier { code: None, since: None, last_day: None, in_review: false };
    let host = Host::new().tier("status", gold.clone());
    let look = || (lookup::tier("status"), lookup::tier("points"));
    assert_eq!(run(host.clone(), look).0, (gold, none.clone()));
    assert_eq!(run(host.without_customer(), look).0, (none.clone(), none));
}

#[test]
fn each_effect_and_the_tier_need_their_grant() {
    let message = || Message::new(Purpose::Service, "delivery", "It is here", "Come and fetch it.");
    let needs: [(&str, &dyn Fn()); 10] = [
        ("loyalty.earn", &|| loyalty::earn_decimal("points", "1", reason())),
        ("loyalty.propose-tier", &|| loyalty::propose_tier("status", "gold", reason())),
        ("loyalty.propose-tier", &|| loyalty::propose_no_tier("status", reason())),
        ("loyalty.issue-voucher", &|| loyalty::issue_voucher("coffee", reason())),
        ("loyalty.make-eligible", &|| loyalty::make_eligible("tent", None, reason())),
        ("loyalty.make-eligible", &|| loyalty::end_eligibility("tent", reason())),
        ("reminders", &|| reminders::set("again", Date { year: 2026, month: 1, day: 1 })),
        ("reminders", &|| reminders::cancel("again")),
        ("contacts.propose", &|| contacts::propose(message(), reason())),
        ("lookup.tier", &|| drop(lookup::tier("status"))),
    ];
    for (grant, act) in needs {
        assert_eq!(stopped(Host::new().granting([grant]), act), "");
        let others = needs.iter().map(|(other, _)| *other).filter(|other| *other != grant);
        assert!(stopped(Host::new().granting(others), act).contains(&format!("`{grant}`, which is not granted")));
    }
}
