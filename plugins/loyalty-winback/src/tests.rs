//! The plugin, tried natively: what the host would hear.

use super::LoyaltyWinback;
use stammgast_sdk::{
    Date, EventContext, PluginError, Purchase, Reason,
    contacts::{Message, Purpose},
    loyalty::{self, Occasion},
    testing::{self, Effect, Host},
};

const DAY: i64 = 86_400_000;
const CONFIG: &str = r#"{
    "title": "Long time no see", "text": "Come by.", "offer": "come-back",
    "second_after_days": 30, "second": { "title": "We miss you", "text": "Come." }
}"#;

/// A purchase so many days after New Year of 2026.
fn bought(day: i64) -> Purchase {
    let purchase = testing::purchase(12_50, "EUR", 2);
    let occurred_at = purchase.occurred_at + day * DAY;
    Purchase { id: format!("of-day-{day}"), occurred_at, ..purchase }
}

fn host(days: &[i64]) -> Host {
    let host = Host::new().manifest(include_str!("../manifest.json"));
    days.iter().fold(host, |host, day| host.purchase(bought(*day)))
}

/// What comes of a purchase of a day, told on another.
fn after_purchase(host: Host, purchase: &Purchase, told: i64, config: &str) -> Vec<Effect> {
    let event = testing::event("purchase.recorded");
    let event =
        EventContext { occurred_at: purchase.occurred_at, recorded_at: event.recorded_at + told * DAY, ..event };
    let (result, recorded) = testing::run(host, || loyalty::on_purchase::<LoyaltyWinback>(&event, purchase, config));
    assert_eq!(result, Ok(()));
    recorded.effects
}

fn after_reminder(host: Host, name: &str, day: Date) -> Vec<Effect> {
    let event = testing::event("occasion.reached");
    let occasion = Occasion { day, name: Some(name.to_owned()), ..testing::occasion("reminder") };
    let (result, recorded) = testing::run(host, || loyalty::on_occasion::<LoyaltyWinback>(&event, &occasion, CONFIG));
    assert_eq!(result, Ok(()));
    recorded.effects
}

fn day(month: u8, day: u8) -> Date {
    Date::new(2026, month, day).unwrap()
}

fn set(name: &str, day: Date) -> Effect {
    Effect::SetReminder { name: name.to_owned(), day }
}

fn cancel(name: &str) -> Effect {
    Effect::CancelReminder { name: name.to_owned() }
}

/// The message that is proposed with this last day.
fn said(message: Message, last_day: Date, text: &str) -> Effect {
    Effect::ProposeContact { message: message.until(last_day), reason: Reason::new("win-back", text) }
}

#[test]
fn every_purchase_sets_the_reminder_anew() {
    let expected = [set("lapse", day(3, 22)), cancel("lapse-again")];
    assert_eq!(after_purchase(host(&[0, 20, 40]), &bought(40), 40, CONFIG), expected);
    // It counts, whether or not it stands among those that are found.
    assert_eq!(after_purchase(host(&[0, 20]), &bought(40), 40, CONFIG), expected);
    let expected = [set("lapse", day(4, 1)), cancel("lapse-again")];
    assert_eq!(after_purchase(host(&[]), &bought(0), 0, CONFIG), expected);
}

#[test]
fn an_older_purchase_that_comes_late_does_not_turn_back_the_clock() {
    let expected = [set("lapse", day(3, 22)), cancel("lapse-again")];
    assert_eq!(after_purchase(host(&[0, 20, 40]), &bought(20), 45, CONFIG), expected);
    assert_eq!(after_purchase(host(&[0, 20, 40]), &bought(20), 200, CONFIG), []);
}

#[test]
fn old_purchases_that_are_told_late_neither_repeat_the_first_message_nor_drop_the_second() {
    let first = after_reminder(host(&[0, 20, 40]), "lapse", day(3, 22));
    assert_eq!(first.last(), Some(&set("lapse-again", day(4, 21))));
    assert_eq!(after_purchase(host(&[-200, 0, 20, 40]), &bought(-200), 90, CONFIG), []);
    // The plan that includes both would wait until day 140.
    let both = host(&[-200, -80, 0, 20, 40]);
    assert_eq!(after_purchase(both.clone(), &bought(-80), 90, CONFIG), []);
    let second = Message::new(Purpose::Selling, "win-back", "We miss you", "Come.");
    let text = "No purchase since 2026-02-10; the first message was 30 days ago";
    assert_eq!(after_reminder(both, "lapse-again", day(4, 21)), [said(second, day(5, 5), text)]);
}

#[test]
fn customers_who_are_left_in_peace_have_no_reminders() {
    let config = r#"{ "title": "x", "text": "y", "new_customer_days": 0 }"#;
    let expected = [cancel("lapse"), cancel("lapse-again")];
    assert_eq!(after_purchase(host(&[]), &bought(0), 0, config), expected);
    let config = r#"{ "title": "x", "text": "y", "min_spent": { "minor": 5000, "currency": "EUR" } }"#;
    assert_eq!(after_purchase(host(&[0, 20, 40]), &bought(40), 40, config), expected);
}

#[test]
fn who_stays_away_is_written_to_twice() {
    let first = Message::new(Purpose::Selling, "win-back", "Long time no see", "Come by.").offer("come-back");
    let text = "No purchase since 2026-02-10 for 40 days or more; the usual gap is 20 days";
    let expected = [said(first, day(4, 5), text), set("lapse-again", day(4, 21))];
    assert_eq!(after_reminder(host(&[0, 20, 40]), "lapse", day(3, 22)), expected);
    let second = Message::new(Purpose::Selling, "win-back", "We miss you", "Come.");
    let text = "No purchase since 2026-02-10; the first message was 30 days ago";
    let expected = [said(second, day(5, 5), text)];
    assert_eq!(after_reminder(host(&[0, 20, 40]), "lapse-again", day(4, 21)), expected);
}

#[test]
fn who_came_back_is_not_written_to() {
    let host = host(&[0, 20, 40, 60]);
    assert_eq!(after_reminder(host.clone(), "lapse", day(3, 22)), [set("lapse", day(4, 11))]);
    assert_eq!(after_reminder(host, "lapse-again", day(3, 22)), []);
}

#[test]
fn other_occasions_bring_nothing() {
    let event = testing::event("occasion.reached");
    let birthday = Occasion { name: Some("lapse".to_owned()), ..testing::occasion("birthday") };
    for occasion in [birthday, testing::occasion("reminder")] {
        let call = || loyalty::on_occasion::<LoyaltyWinback>(&event, &occasion, CONFIG);
        let (result, recorded) = testing::run(host(&[0, 20, 40]), call);
        assert_eq!((result, recorded.effects), (Ok(()), vec![]));
    }
}

#[test]
fn a_configuration_that_cannot_work_is_told_in_a_sentence() {
    let event = testing::event("purchase.recorded");
    let config = r#"{ "title": "x", "text": "y", "at_least_days": 30, "at_most_days": 7 }"#;
    let call = || loyalty::on_purchase::<LoyaltyWinback>(&event, &bought(0), config);
    let (result, recorded) = testing::run(host(&[]), call);
    assert!(matches!(&result, Err(PluginError::InvalidConfig(text)) if text.contains("at_least_days is 30")));
    assert_eq!(recorded.effects, []);
}
