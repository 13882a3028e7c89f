//! What follows from a purchase, and from a reminder.

use crate::{
    config::{Config, Invitation, Second},
    rhythm::{Purchase, days, plan},
};
use stammgast_sdk::Date;

/// The reminder for the day on which a customer should have bought again.
pub const LAPSE: &str = "lapse";
/// The reminder for the second message.
pub const LAPSE_AGAIN: &str = "lapse-again";

/// What becomes of the reminders after a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The customer is waited for until this day, and no second message is due.
    Wait(Date),
    /// The customer is not waited for.
    Forget,
    /// They stay as they are.
    Leave,
}

/// What a reminder brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<'c> {
    /// A message is proposed.
    Invite {
        /// The message.
        invitation: &'c Invitation,
        /// Why, in a sentence for people.
        why: String,
        /// When the second message is due.
        again: Option<Date>,
    },
    /// The customer has bought meanwhile, and is waited for until this day.
    Wait(Date),
    /// Nothing.
    Nothing,
}

/// What becomes of the reminders after a purchase that was told at this time, beside the customer's other purchases.
///
/// The newest purchase counts, whichever was told last. One that is no newer than the others is no sign of life: once
/// the message may have been said, by whatever was known before, the messages go their way.
#[must_use]
pub fn after_purchase(others: &[Purchase<'_>], purchase: Purchase<'_>, told_at: i64, config: &Config) -> Next {
    let Some(now) = plan(&[others, &[purchase]].concat(), config) else { return Next::Forget };
    let newest = others.iter().filter_map(|one| Date::of(one.at)).max();
    let is_newer = newest.is_none_or(|newest| Date::of(purchase.at) > Some(newest));
    let was_waited_for = plan(others, config).is_some();
    let said_from = if was_waited_for { now.last.plus_days(config.shortest_wait()) } else { Some(now.due) };
    if !is_newer && said_from <= Date::of(told_at) { Next::Leave } else { Next::Wait(now.due) }
}

/// What a reminder brings on its day.
#[must_use]
pub fn reminded<'c>(name: &str, day: Date, purchases: &[Purchase<'_>], config: &'c Config) -> Answer<'c> {
    let Some(plan) = plan(purchases, config) else { return Answer::Nothing };
    match (name, &config.second) {
        (LAPSE, second) if plan.due <= day => {
            let again = second.as_ref().and_then(|second| day.plus_days(second.after_days));
            Answer::Invite { invitation: &config.first, why: plan.why(), again }
        }
        (LAPSE, _) => Answer::Wait(plan.due),
        (LAPSE_AGAIN, Some(second)) if is_why_first_was_said(plan.last, day, second, config) => {
            let why = format!("No purchase since {}; the first message was {} ago", plan.last, days(second.after_days));
            Answer::Invite { invitation: &second.invitation, why, again: None }
        }
        _ => Answer::Nothing,
    }
}

/// Whether the first message may have been said for want of a purchase after this one. Older purchases that were told
/// since may have moved the plan, and do not count.
fn is_why_first_was_said(last: Date, day: Date, second: &Second, config: &Config) -> bool {
    let soonest = config.shortest_wait().saturating_add(second.after_days);
    last.plus_days(soonest).is_some_and(|soonest| soonest <= day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;
    /// 2026-01-01, as a number of days.
    const NEW_YEAR: i64 = 20_454;

    fn config(more: &str) -> Config {
        let second = r#""second_after_days": 30, "second": { "title": "Again", "text": "y" }"#;
        serde_json::from_str(&format!(r#"{{ "title": "First", "text": "y", {second}{more} }}"#)).unwrap()
    }

    fn at(day: i64) -> i64 {
        (NEW_YEAR + day) * DAY + DAY / 2
    }

    fn on(days: &[i64]) -> Vec<Purchase<'static>> {
        days.iter().map(|day| Purchase { at: at(*day), minor: 10_00, currency: "EUR" }).collect()
    }

    fn date(day: i64) -> Date {
        Date::of(at(day)).unwrap()
    }

    /// What follows from a purchase of a day, beside those of others.
    fn after(others: &[i64], bought: i64, told: i64) -> Next {
        after_with(&config(""), others, bought, told)
    }

    fn after_with(config: &Config, others: &[i64], bought: i64, told: i64) -> Next {
        let purchase = Purchase { at: at(bought), minor: 10_00, currency: "EUR" };
        after_purchase(&on(others), purchase, at(told), config)
    }

    /// The title of the message, and the day of the second one.
    fn said(name: &str, day: i64, days: &[i64]) -> Option<(String, Option<Date>)> {
        match reminded(name, date(day), &on(days), &config("")) {
            Answer::Invite { invitation, again, .. } => Some((invitation.title.clone(), again)),
            Answer::Wait(_) | Answer::Nothing => None,
        }
    }

    #[test]
    fn a_purchase_begins_the_wait_anew() {
        assert_eq!(after(&[0, 20], 40, 40), Next::Wait(date(80)));
        assert_eq!(after(&[0, 20, 40], 55, 55), Next::Wait(date(95)));
    }

    #[test]
    fn a_purchase_that_comes_late_counts_from_the_newest_one() {
        assert_eq!(after(&[0, 20, 40], 30, 41), Next::Wait(date(70)));
        // The customer's day is past, and the one message was said: an older purchase brings no other.
        assert_eq!(after(&[0, 20, 40], 30, 70), Next::Leave);
        assert_eq!(after(&[0, 20, 40], 30, 69), Next::Wait(date(70)));
        // The newest one comes late: the customer was there, and may have stayed away again.
        assert_eq!(after(&[0, 20], 40, 200), Next::Wait(date(80)));
        // Another one of the newest day tells nothing new.
        assert_eq!(after(&[0, 20, 40], 40, 200), Next::Leave);
    }

    #[test]
    fn old_purchases_that_slow_the_rhythm_do_not_say_the_message_twice() {
        // The message was said on day 80, and all of this is told on day 90; with -80, the wait would end on day 140.
        let mut known = vec![0, 20, 40];
        for late in [-200, -80, -300, -400] {
            assert_eq!(after(&known, late, 90), Next::Leave, "{late}");
            known.push(late);
        }
        // On day 69, nothing can have been said.
        assert_eq!(after(&[-200, 0, 20, 40], -80, 69), Next::Wait(date(140)));
    }

    #[test]
    fn an_old_purchase_may_be_the_first_for_which_a_customer_is_waited_for() {
        let new = config(r#", "new_customer_days": 0"#);
        assert_eq!(after_with(&new, &[20, 40], 0, 75), Next::Wait(date(80)));
        assert_eq!(after_with(&new, &[20, 40], 0, 80), Next::Leave);
        let spent = config(r#", "min_spent": { "minor": 3000, "currency": "EUR" }"#);
        assert_eq!(after_with(&spent, &[20, 40], 0, 75), Next::Wait(date(80)));
    }

    #[test]
    fn who_is_not_waited_for_is_forgotten() {
        let config = config(r#", "new_customer_days": 0"#);
        assert_eq!(after_with(&config, &[], 0, 0), Next::Forget);
        assert_eq!(reminded(LAPSE, date(90), &on(&[0]), &config), Answer::Nothing);
    }

    #[test]
    fn on_its_day_the_first_message_is_said_and_the_second_later() {
        let first = Some(("First".to_owned(), Some(date(110))));
        assert_eq!(said(LAPSE, 80, &[0, 20, 40]), first);
        assert_eq!(said(LAPSE_AGAIN, 110, &[0, 20, 40]), Some(("Again".to_owned(), None)));
        let config = Config { second: None, ..config("") };
        let answer = reminded(LAPSE, date(80), &on(&[0, 20, 40]), &config);
        assert!(matches!(answer, Answer::Invite { again: None, .. }), "{answer:?}");
        assert_eq!(reminded(LAPSE_AGAIN, date(110), &on(&[0, 20, 40]), &config), Answer::Nothing);
    }

    #[test]
    fn old_purchases_that_slow_the_rhythm_do_not_hold_the_second_message_back() {
        let config = config("");
        let known = on(&[-200, -80, 0, 20, 40]);
        let expected = Answer::Invite {
            invitation: &config.second.as_ref().unwrap().invitation,
            why: "No purchase since 2026-02-10; the first message was 30 days ago".to_owned(),
            again: None,
        };
        assert_eq!(reminded(LAPSE_AGAIN, date(110), &known, &config), expected);
    }

    #[test]
    fn who_has_bought_meanwhile_is_waited_for_again() {
        let config = config("");
        let bought = on(&[0, 20, 40, 70]);
        assert_eq!(reminded(LAPSE, date(80), &bought, &config), Answer::Wait(date(110)));
        assert_eq!(reminded(LAPSE_AGAIN, date(109), &bought, &config), Answer::Nothing);
    }

    #[test]
    fn other_reminders_bring_nothing() {
        assert_eq!(said("lapsed", 80, &[0, 20, 40]), None);
        assert_eq!(said("", 80, &[0, 20, 40]), None);
    }

    proptest! {
        #[test]
        fn an_older_purchase_never_brings_a_reminder_of_the_past(
            days in prop::collection::vec(0_i64..1_000, 1..30), late in -500_i64..1_000, told in 0_i64..2_000
        ) {
            let newest = days.iter().copied().max().unwrap();
            let next = after(&days, late, told);
            if let Next::Wait(due) = next && late < newest {
                prop_assert!(due > date(told));
                prop_assert!(due > date(newest));
            }
        }

        #[test]
        fn once_a_message_may_have_been_said_older_purchases_change_nothing(
            days in prop::collection::vec(0_i64..1_000, 1..30), late in prop::collection::vec(-500_i64..0, 1..10),
            later in 0_i64..1_000
        ) {
            let due = plan(&on(&days), &config("")).unwrap().due;
            let told = (0..2_000).find(|day| date(*day) == due).unwrap() + later;
            let mut known = days;
            for one in late {
                prop_assert_eq!(after(&known, one, told), Next::Leave);
                known.push(one);
            }
        }

        #[test]
        fn a_reminder_that_was_set_leads_to_its_message(days in prop::collection::vec(0_i64..1_000, 1..30)) {
            let newest = days.iter().copied().max().unwrap();
            let (bought, config) = (on(&days), config(""));
            let Next::Wait(due) = after_with(&config, &days, newest, newest) else {
                return Err(TestCaseError::fail("nobody is waited for"));
            };
            let answer = reminded(LAPSE, due, &bought, &config);
            prop_assert!(matches!(answer, Answer::Invite { .. }), "{answer:?}");
            let before = due.plus_days(-1).unwrap();
            prop_assert_eq!(reminded(LAPSE, before, &bought, &config), Answer::Wait(due));
        }
    }
}
