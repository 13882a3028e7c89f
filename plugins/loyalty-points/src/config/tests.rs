//! What can be configured, and what is refused.

use super::*;
use stammgast_sdk::Date;

fn refusal(json: &str) -> String {
    parse(json).unwrap_err().to_string()
}

/// The only campaign of a configuration, with a name and points unless the fields say otherwise.
fn campaign(fields: &str) -> serde_json::Result<Campaign> {
    let config = parse(&format!(r#"{{ "campaigns": [{{ "name": "c", {fields} }}] }}"#))?;
    Ok(config.campaigns.iter().next().unwrap().clone())
}

#[test]
fn an_empty_configuration_gives_one_point_a_unit() {
    assert_eq!(parse("{}").unwrap(), Config::default());
}

#[test]
fn the_schema_promises_what_the_defaults_are_and_its_examples_can_be_read() {
    let manifest: serde_json::Value = serde_json::from_str(include_str!("../../manifest.json")).unwrap();
    let schema = &manifest["config_schema"];
    let defaults: serde_json::Map<_, _> = schema["properties"]
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect();
    assert_eq!(parse(&serde_json::Value::Object(defaults).to_string()).unwrap(), Config::default());
    for example in schema["examples"].as_array().unwrap() {
        parse(&example.to_string()).unwrap();
    }
    for (name, property) in schema["properties"].as_object().unwrap() {
        for example in property["examples"].as_array().unwrap() {
            parse(&serde_json::json!({ name: example }).to_string()).unwrap();
        }
    }
}

#[test]
fn what_is_named_twice_is_refused_by_name() {
    let lists = [
        ("bonus_categories", r#"{ "category": "x", "multiplier_percent": 200 }"#),
        ("bonus_products", r#"{ "product": "x", "points": 5 }"#),
        ("campaigns", r#"{ "name": "x", "points": 5 }"#),
        ("activities", r#"{ "kind": "x", "points": 5 }"#),
    ];
    for (list, item) in lists {
        parse(&format!(r#"{{ "{list}": [{item}] }}"#)).unwrap();
        let error = refusal(&format!(r#"{{ "{list}": [{item}, {item}] }}"#));
        assert!(error.contains(&format!("{list} names `x` twice")), "{error}");
    }
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    assert!(refusal(r#"{ "points": 2 }"#).contains("points"));
    assert!(campaign(r#""points": 5, "percent": 200"#).unwrap_err().to_string().contains("percent"));
}

#[test]
fn a_campaign_gives_either_a_share_or_points() {
    assert_eq!(campaign(r#""multiplier_percent": 200"#).unwrap().gives, Gives::Multiplier { percent: 200 });
    assert_eq!(campaign(r#""points": 5"#).unwrap().gives, Gives::Points(5));
    let neither = campaign(r#""minimum_amount": 5"#).unwrap_err().to_string();
    assert!(neither.contains("`c` gives nothing; write multiplier_percent or points"), "{neither}");
    let both = campaign(r#""points": 5, "multiplier_percent": 200"#).unwrap_err().to_string();
    assert!(both.contains("`c` has multiplier_percent and points; keep one"), "{both}");
}

#[test]
fn a_campaign_ends_on_its_first_day_or_later() {
    campaign(r#""points": 5, "from": "2026-03-01", "to": "2026-03-01""#).unwrap();
    let error = campaign(r#""points": 5, "from": "2026-03-02", "to": "2026-03-01""#).unwrap_err().to_string();
    assert!(error.contains("`c` has to 2026-03-01, which is before from 2026-03-02"), "{error}");
}

#[test]
fn a_day_is_one_that_the_calendar_has() {
    for (text, year, month, day) in [("2000-02-29", 2000, 2, 29), ("2026-01-31", 2026, 1, 31), ("0001-12-01", 1, 12, 1)]
    {
        let read = Day::try_from(text.to_owned()).unwrap();
        assert_eq!((Some(read.0), read.to_string()), (Date::new(year, month, day), text.to_owned()));
    }
    for text in ["2026-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-3-1", "01.03.2026", "2026-03-01-", ""] {
        let error = campaign(&format!(r#""points": 5, "from": "{text}""#)).unwrap_err().to_string();
        assert!(error.contains(&format!("`{text}`, which is no day")), "{error}");
    }
}

#[test]
fn weekdays_go_round() {
    // 2026-03-02.
    let first = 20_514;
    let week = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
        Weekday::Monday,
    ];
    for (later, weekday) in (0..).zip(week) {
        assert_eq!(Weekday::of(first + later), weekday);
    }
    assert_eq!((Weekday::of(0), Weekday::of(-1)), (Weekday::Thursday, Weekday::Wednesday));
}

#[test]
fn hours_are_within_a_day() {
    let hours = |from: &str, to: &str| {
        campaign(&format!(r#""points": 5, "hours": {{ "from": "{from}", "to": "{to}" }}"#))
            .map(|campaign| campaign.hours.unwrap())
    };
    let evening = hours("17:30", "24:00").unwrap();
    assert_eq!([1_049, 1_050, 1_439].map(|minute| evening.hold(minute)), [false, true, true]);
    let until_midnight = hours("17:30", "00:00").unwrap();
    assert_eq!([0, 1_049, 1_050, 1_439].map(|minute| until_midnight.hold(minute)), [false, false, true, true]);
    let all_day = hours("00:00", "00:00").unwrap();
    assert_eq!([0, 1_439].map(|minute| all_day.hold(minute)), [true, true]);
    let first = hours("00:00", "00:01").unwrap();
    assert_eq!([0, 1].map(|minute| first.hold(minute)), [true, false]);
    for (from, to) in [("22:00", "02:00"), ("10:00", "10:00")] {
        let error = hours(from, to).unwrap_err().to_string();
        assert!(error.contains(&format!("end at {to}, which is not after {from}")), "{error}");
    }
    for text in ["25:00", "24:01", "10:60", "9:30", "0930", "09:30:00", "+9:30", ""] {
        let error = hours(text, "24:00").unwrap_err().to_string();
        assert!(error.contains(&format!("`{text}`, which is no time")), "{error}");
    }
}

#[test]
fn nothing_is_counted_within_no_days() {
    assert!(campaign(r#""points": 5, "cap": { "points": 5, "days": 0 }"#).is_err());
    assert!(parse(r#"{ "activities": [{ "kind": "x", "points": 5, "once_in_days": 0 }] }"#).is_err());
}
