//! The plugin, tried natively: what the host would hear.

use super::LoyaltyBirthday;
use stammgast_sdk::{
    Date, PluginError, Reason,
    contacts::{Message, Purpose},
    lookup::Customer,
    loyalty::{self, Occasion},
    testing::{self, Effect, Host},
};

const CONFIG: &str = r#"{
    "birthday": {
        "title": "Happy birthday, {name}!", "title_if_unknown": "Happy birthday!",
        "text": "{years} years: well done.", "text_if_unknown": "Have a nice day.",
        "program": "points", "points": 200, "offer": "cake"
    },
    "anniversary": { "years": [5], "title": "Thank you", "text": "For all of it.", "valid_days": 0 }
}"#;

fn host(name: Option<&str>) -> Host {
    let [id, kind, status] = ["a-customer", "person", "active"].map(str::to_owned);
    let customer = Customer { id, kind, status, name: name.map(str::to_owned), language: None };
    Host::new().manifest(include_str!("../manifest.json")).customer(customer)
}

fn call(host: Host, occasion: &Occasion, config: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    let event = testing::event("occasion.reached");
    let (result, recorded) = testing::run(host, || loyalty::on_occasion::<LoyaltyBirthday>(&event, occasion, config));
    (result, recorded.effects)
}

fn birthday(years: Option<u32>) -> Occasion {
    Occasion { years, ..testing::occasion("birthday") }
}

fn anniversary(years: u32) -> Occasion {
    Occasion { years: Some(years), ..testing::occasion("anniversary") }
}

/// What a birthday brings, with this title and text.
fn congratulated(title: &str, text: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    let message = Message::new(Purpose::Relationship, "birthday", title, text).offer("cake");
    let message = message.until(Date::new(2026, 1, 15).unwrap());
    let points = Reason::new("birthday", "200 points for a birthday");
    let reason = Reason::new("birthday", "A message with the offer cake for a birthday");
    let earn = Effect::Earn { program: "points".to_owned(), points: 200, reason: points };
    (Ok(()), vec![earn, Effect::ProposeContact { message, reason }])
}

#[test]
fn a_birthday_brings_points_and_a_message_with_a_voucher() {
    let expected = congratulated("Happy birthday, Ada!", "30 years: well done.");
    assert_eq!(call(host(Some("Ada")), &birthday(Some(30)), CONFIG), expected);
}

#[test]
fn what_is_not_known_is_not_said() {
    let expected = congratulated("Happy birthday, Ada!", "Have a nice day.");
    assert_eq!(call(host(Some("Ada")), &birthday(None), CONFIG), expected);
    let expected = congratulated("Happy birthday!", "30 years: well done.");
    assert_eq!(call(host(None), &birthday(Some(30)), CONFIG), expected);
}

#[test]
fn the_anniversaries_of_the_chosen_years_bring_a_message() {
    let message = Message::new(Purpose::Relationship, "anniversary", "Thank you", "For all of it.");
    let message = message.until(Date::new(2026, 1, 1).unwrap());
    let reason = Reason::new("anniversary", "A message for 5 years as a customer");
    let expected = vec![Effect::ProposeContact { message, reason }];
    assert_eq!(call(host(None), &anniversary(5), CONFIG), (Ok(()), expected));
    assert_eq!(call(host(None), &anniversary(6), CONFIG), (Ok(()), vec![]));
}

#[test]
fn without_a_name_in_the_texts_nothing_is_looked_up() {
    let config = r#"{ "birthday": { "title": "Happy birthday!", "text": "Have a nice day." } }"#;
    let blind = host(None).granting(["contacts.propose"]);
    let (result, effects) = call(blind, &birthday(Some(30)), config);
    assert_eq!((result, effects.len()), (Ok(()), 1));
    assert_eq!(call(host(None), &anniversary(5), config), (Ok(()), vec![]));
}

#[test]
fn a_reward_can_be_claimed_until_the_message_makes_no_sense_any_more() {
    let config = r#"{ "birthday": { "title": "Hello", "text": "Come by.", "reward": "breakfast", "valid_days": 7 } }"#;
    let (result, effects) = call(host(None), &birthday(None), config);
    let reason = Reason::new("birthday", "The reward breakfast for a birthday");
    let expected = Effect::MakeEligible { reward: "breakfast".to_owned(), last_day: Date::new(2026, 1, 8), reason };
    assert_eq!((result, effects.first(), effects.len()), (Ok(()), Some(&expected), 2));
}

#[test]
fn other_occasions_bring_nothing() {
    for kind in ["tier-review", "reminder", "points-expiring", "a-day-of-tomorrow"] {
        assert_eq!(call(host(Some("Ada")), &testing::occasion(kind), CONFIG), (Ok(()), vec![]));
    }
}

#[test]
fn a_configuration_that_cannot_work_is_told_in_a_sentence() {
    let config = r#"{ "birthday": { "title": "For {name}", "text": "x" } }"#;
    let (result, effects) = call(host(None), &birthday(None), config);
    assert!(matches!(&result, Err(PluginError::InvalidConfig(text)) if text.contains("birthday.title")), "{result:?}");
    assert_eq!(effects, []);
}
