//! The plugin, tried natively: what the host would hear.

use super::LoyaltyNotices;
use stammgast_sdk::{
    PluginError, Reason,
    contacts::{Message, Purpose},
    loyalty::{self, Occasion},
    testing::{self, Effect, Host},
};

const CONFIG: &str =
    r#"{ "points_expiring": { "title": "{points} points", "text": "Until {day}.", "offer": "coffee" } }"#;

fn call(occasion: &Occasion, config: &str) -> (Result<(), PluginError>, Vec<Effect>) {
    let event = testing::event("occasion.reached");
    let host = Host::new().manifest(include_str!("../manifest.json"));
    let (result, recorded) = testing::run(host, || loyalty::on_occasion::<LoyaltyNotices>(&event, occasion, config));
    (result, recorded.effects)
}

#[test]
fn points_that_expire_are_told_of_with_a_voucher() {
    let expiring =
        Occasion { program: Some("points".to_owned()), points: Some(120), ..testing::occasion("points-expiring") };
    let message = Message::new(Purpose::Relationship, "points-expiring.points", "120 points", "Until 2026-01-01.");
    let message = message.offer("coffee").until(expiring.day);
    let reason = Reason::new("points-expiring", "120 points of points expire after 2026-01-01");
    assert_eq!(call(&expiring, CONFIG), (Ok(()), vec![Effect::ProposeContact { message, reason }]));
    assert_eq!(call(&testing::occasion("birthday"), CONFIG), (Ok(()), vec![]));
}

#[test]
fn a_configuration_that_cannot_work_is_told_in_a_sentence() {
    let (result, effects) = call(&testing::occasion("birthday"), "{}");
    assert!(matches!(&result, Err(PluginError::InvalidConfig(text)) if text.contains("none of")), "{result:?}");
    assert_eq!(effects, []);
}
