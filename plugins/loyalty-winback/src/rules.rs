//! What follows from a purchase, and from a reminder.

use crate::{
    config::{Config, Invitation},
    rhythm::{Purchase, day_of, plan},
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

/// What becomes of the reminders after a purchase that was bought and told at these times. It stands among the
/// customer's purchases.
///
/// The newest purchase counts, whichever was told last. One that is older and comes late is no sign of life: where the
/// customer's day has passed, the messages go their way.
#[must_use]
pub fn after_purchase(purchases: &[Purchase<'_>], bought_at: i64, told_at: i64, config: &Config) -> Next {
    let Some(plan) = plan(purchases, config) else { return Next::Forget };
    let is_older = day_of(bought_at).is_none_or(|day| day < plan.last);
    let is_past = day_of(told_at).is_some_and(|today| plan.due <= today);
    if is_older && is_past { Next::Leave } else { Next::Wait(plan.due) }
}

/// What a reminder brings on its day.
#[must_use]
pub fn reminded<'c>(name: &str, day: Date, purchases: &[Purchase<'_>], config: &'c Config) -> Answer<'c> {
    let Some(plan) = plan(purchases, config) else { return Answer::Nothing };
    let has_lapsed = plan.due <= day;
    match (name, &config.second) {
        (LAPSE, second) if has_lapsed => {
            let again = second.as_ref().and_then(|second| day.plus_days(second.after_days));
            Answer::Invite { invitation: &config.first, why: plan.why(), again }
        }
        (LAPSE, _) => Answer::Wait(plan.due),
        (LAPSE_AGAIN, Some(second)) if has_lapsed => {
            Answer::Invite { invitation: &second.invitation, why: plan.why(), again: None }
        }
        _ => Answer::Nothing,
    }
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
        day_of(at(day)).unwrap()
    }

    fn after(days: &[i64], bought: i64, told: i64) -> Next {
        after_purchase(&on(days), at(bought), at(told), &config(""))
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
        assert_eq!(after(&[0, 20, 40], 40, 40), Next::Wait(date(80)));
        assert_eq!(after(&[0, 20, 40, 55], 55, 55), Next::Wait(date(95)));
    }

    #[test]
    fn a_purchase_that_comes_late_counts_from_the_newest_one() {
        assert_eq!(after(&[0, 20, 30, 40], 30, 41), Next::Wait(date(70)));
        // The customer's day is past, and the one message was said: an older purchase brings no other.
        assert_eq!(after(&[0, 20, 30, 40], 30, 70), Next::Leave);
        assert_eq!(after(&[0, 20, 30, 40], 30, 69), Next::Wait(date(70)));
        // The newest one comes late: the customer was there, and may have stayed away again.
        assert_eq!(after(&[0, 20, 40], 40, 200), Next::Wait(date(80)));
    }

    #[test]
    fn who_is_not_waited_for_is_forgotten() {
        let config = config(r#", "new_customer_days": 0"#);
        assert_eq!(after_purchase(&on(&[0]), at(0), at(0), &config), Next::Forget);
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
            let next = after(&[days, vec![late]].concat(), late, told);
            if let Next::Wait(due) = next && late < newest {
                prop_assert!(due > date(told));
                prop_assert!(due > date(newest));
            }
        }

        #[test]
        fn a_reminder_that_was_set_leads_to_its_message(days in prop::collection::vec(0_i64..1_000, 1..30)) {
            let newest = days.iter().copied().max().unwrap();
            let (bought, config) = (on(&days), config(""));
            let Next::Wait(due) = after_purchase(&bought, at(newest), at(newest), &config) else {
                return Err(TestCaseError::fail("nobody is waited for"));
            };
            let answer = reminded(LAPSE, due, &bought, &config);
            prop_assert!(matches!(answer, Answer::Invite { .. }), "{answer:?}");
            let before = due.plus_days(-1).unwrap();
            prop_assert_eq!(reminded(LAPSE, before, &bought, &config), Answer::Wait(due));
        }
    }
}
