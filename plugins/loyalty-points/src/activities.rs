//! What customers earn beside buying.

use crate::{
    config::{Activity, Config},
    counts::Counts,
    rules::Earned,
};

/// What is configured for a kind of activity.
#[must_use]
pub fn rule<'a>(kind: &str, config: &'a Config) -> Option<&'a Activity> {
    config.activities.iter().find(|activity| activity.kind == kind)
}

/// Whether an activity is counted under a kind.
#[must_use]
pub fn is_counted(kind: &str, config: &Config) -> bool {
    rule(kind, config).is_some_and(|activity| activity.once_in_days.is_some())
}

/// What an activity earns on a day; `None` where the customer has earned by its kind so many days around it.
pub fn earned(activity: &Activity, day: i64, counts: &mut Counts) -> Option<Earned> {
    let Activity { kind, points, once_in_days } = activity;
    let word = if *points == 1 { "point" } else { "points" };
    let Some(days) = *once_in_days else {
        return Some(Earned { points: *points, text: format!("{points} {word} for {kind}") });
    };
    let count = counts.of(kind);
    if count.room(day, 1, days) < 1 {
        return None;
    }
    count.add(day, 1, days);
    let often = if days.get() == 1 { "once a day".to_owned() } else { format!("once in {days} days") };
    Some(Earned { points: *points, text: format!("{points} {word} for {kind}, {often}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use proptest::{collection::vec, prelude::*};

    fn config() -> Config {
        let json = r#"{ "activities": [
            { "kind": "survey-answered", "points": 50, "once_in_days": 30 },
            { "kind": "visit", "points": 1, "once_in_days": 1 },
            { "kind": "referral-made", "points": 500 }
        ] }"#;
        config::parse(json).unwrap()
    }

    /// What activities of a kind earn on these days, in their order.
    fn texts(kind: &str, days: &[i64]) -> Vec<Option<String>> {
        let (config, mut counts) = (config(), Counts::default());
        let activity = rule(kind, &config).unwrap();
        days.iter().map(|day| earned(activity, *day, &mut counts).map(|earned| earned.text)).collect()
    }

    #[test]
    fn an_activity_earns_every_time_and_counts_nothing() {
        let text = Some("500 points for referral-made".to_owned());
        assert_eq!(texts("referral-made", &[100, 100]), [text.clone(), text]);
        assert!(!is_counted("referral-made", &config()) && is_counted("visit", &config()));
    }

    #[test]
    fn an_activity_earns_once_in_so_many_days() {
        let text = Some("50 points for survey-answered, once in 30 days".to_owned());
        let earned = texts("survey-answered", &[100, 129, 130, 71, 70]);
        assert_eq!(earned, [text.clone(), None, text.clone(), None, text]);
        let text = Some("1 point for visit, once a day".to_owned());
        assert_eq!(texts("visit", &[100, 100, 101]), [text.clone(), None, text]);
    }

    #[test]
    fn other_kinds_earn_nothing() {
        assert_eq!(rule("survey-skipped", &config()), None);
        assert!(!is_counted("survey-skipped", &config()));
    }

    proptest! {
        #[test]
        fn no_two_earn_within_the_days_whatever_the_order(days in vec(0_i64..500, 0..200)) {
            let earned = texts("survey-answered", &days);
            let earning = days.iter().zip(&earned).filter(|(_, text)| text.is_some());
            let mut earning: Vec<i64> = earning.map(|(day, _)| *day).collect();
            earning.sort_unstable();
            prop_assert!(earning.is_sorted_by(|day, next| next - day >= 30));
        }
    }
}
