//! What is said and given on which day, and the sentences that say why.

use crate::config::{Config, Congratulation};

/// A day that is congratulated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// The customer's birthday.
    Birthday,
    /// So many years a customer.
    Anniversary,
}

impl Day {
    /// The message's topic, and the code of the reasons.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Birthday => "birthday",
            Self::Anniversary => "anniversary",
        }
    }
}

/// What is configured for an occasion, by its kind and the years that the customer completes; `None` for nothing.
#[must_use]
pub fn congratulation<'c>(config: &'c Config, kind: &str, years: Option<u32>) -> Option<(Day, &'c Congratulation)> {
    let (day, configured) = match kind {
        "birthday" => (Day::Birthday, config.birthday.as_ref()?),
        "anniversary" => (Day::Anniversary, config.anniversary.as_ref()?),
        _ => return None,
    };
    let counts = |chosen: &Vec<u32>| years.is_some_and(|years| chosen.contains(&years));
    configured.years.as_ref().is_none_or(counts).then_some((day, configured))
}

/// What for, in words for people. How old a customer is, it does not tell.
#[must_use]
pub fn cause(day: Day, years: Option<u32>) -> String {
    match (day, years) {
        (Day::Birthday, _) => "a birthday".to_owned(),
        (Day::Anniversary, None) => "an anniversary".to_owned(),
        (Day::Anniversary, Some(1)) => "1 year as a customer".to_owned(),
        (Day::Anniversary, Some(years)) => format!("{years} years as a customer"),
    }
}

/// Why points are given.
#[must_use]
pub fn why_points(points: i64, cause: &str) -> String {
    let word = if points == 1 { "point" } else { "points" };
    format!("{points} {word} for {cause}")
}

/// Why a reward can be claimed.
#[must_use]
pub fn why_reward(reward: &str, cause: &str) -> String {
    format!("The reward {reward} for {cause}")
}

/// Why something is said.
#[must_use]
pub fn why_message(offer: Option<&str>, cause: &str) -> String {
    match offer {
        Some(offer) => format!("A message with the offer {offer} for {cause}"),
        None => format!("A message for {cause}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn config(years: &str) -> Config {
        let day = |title: &str, more: &str| format!(r#"{{ "title": "{title}", "text": "x"{more} }}"#);
        let (birthday, anniversary) = (day("of birth", ""), day("of joining", years));
        serde_json::from_str(&format!(r#"{{ "birthday": {birthday}, "anniversary": {anniversary} }}"#)).unwrap()
    }

    fn chosen(config: &Config, kind: &str, years: Option<u32>) -> Option<Day> {
        congratulation(config, kind, years).map(|(day, _)| day)
    }

    #[test]
    fn each_day_has_its_own_and_other_occasions_have_none() {
        let config = config("");
        assert_eq!(chosen(&config, "birthday", None), Some(Day::Birthday));
        assert_eq!(chosen(&config, "birthday", Some(30)), Some(Day::Birthday));
        assert_eq!(chosen(&config, "anniversary", Some(3)), Some(Day::Anniversary));
        for other in ["tier-review", "reminder", "points-expiring", "a day of tomorrow", ""] {
            assert_eq!(chosen(&config, other, Some(3)), None);
        }
        let none = Config { birthday: None, ..config.clone() };
        assert_eq!(chosen(&none, "birthday", Some(30)), None);
        let none = Config { anniversary: None, ..config };
        assert_eq!(chosen(&none, "anniversary", Some(3)), None);
    }

    #[test]
    fn the_sentences_are_sentences() {
        assert_eq!(why_points(200, &cause(Day::Birthday, Some(30))), "200 points for a birthday");
        assert_eq!(why_points(1, &cause(Day::Anniversary, Some(1))), "1 point for 1 year as a customer");
        assert_eq!(why_message(None, &cause(Day::Anniversary, Some(5))), "A message for 5 years as a customer");
        assert_eq!(
            why_message(Some("cake"), &cause(Day::Anniversary, None)),
            "A message with the offer cake for an anniversary"
        );
    }

    proptest! {
        #[test]
        fn of_anniversaries_the_chosen_years_count_and_no_others(years in prop::option::of(0_u32..40)) {
            let config = config(r#", "years": [1, 5, 10]"#);
            let expected = years.filter(|years| [1, 5, 10].contains(years)).map(|_| Day::Anniversary);
            prop_assert_eq!(chosen(&config, "anniversary", years), expected);
            prop_assert_eq!(chosen(&config, "birthday", years), Some(Day::Birthday));
        }
    }
}
