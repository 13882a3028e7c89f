//! What a back-test found, for people. Pure.

use super::super::output::plain;
use serde_json::{Map, Value, json};

/// The report.
pub(super) fn text(test: &Value) -> String {
    let word = |pointer: &str| plain(test.pointer(pointer).and_then(Value::as_str).unwrap_or_default());
    let number = |pointer: &str| test.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
    let mut lines =
        vec![format!("{} {} on the past: {}", word("/candidate/plugin"), word("/candidate/version"), word("/status"))];
    if let Some(error) = test.get("error").and_then(Value::as_str) {
        lines.push(format!("It could not go on: {}", plain(error)));
    }
    let seconds = number("/worked_ms") / 1_000;
    lines.push(format!(
        "{} events of {} in the log up to {}, in {seconds} s",
        number("/totals/events"),
        number("/until"),
        number("/position")
    ));
    lines.push(String::new());
    lines.push(sides(test));
    lines.push(String::new());
    lines.push("How to read this:".to_owned());
    let notes = test.get("notes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    lines.extend(notes.map(|note| format!("- {}", plain(note))));
    let id = word("/id");
    lines.push(format!("More: `stammgast backtest customers {id}`, `stammgast backtest differences {id}`."));
    lines.join("\n")
}

/// Both sides beside each other, and how many events they dealt with differently.
pub(in crate::cli) fn sides(test: &Value) -> String {
    let word = |pointer: &str| plain(test.pointer(pointer).and_then(Value::as_str).unwrap_or_default());
    let number = |pointer: &str| test.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
    let compared = match word("/against/against").as_str() {
        "happened" => format!("what `{}` did", word("/against/name")),
        "version" => format!("{} {}", word("/against/plugin"), word("/against/version")),
        _ => String::new(),
    };
    let mut lines = Vec::new();
    lines.push(row("", "tried", if compared.is_empty() { "" } else { &compared }, ""));
    for (name, tried, other) in figures(test) {
        let difference = i128::from(tried) - i128::from(other);
        let other_shown = if compared.is_empty() { String::new() } else { other.to_string() };
        let shown = if compared.is_empty() || difference == 0 { String::new() } else { format!("{difference:+}") };
        lines.push(row(&name, &tried.to_string(), &other_shown, &shown));
    }
    if !compared.is_empty() {
        lines.push(String::new());
        lines.push(format!("Events dealt with differently: {}", number("/totals/differing")));
        if number("/totals/differing_texts") > 0 {
            lines.push(format!("Events where only the texts differ: {}", number("/totals/differing_texts")));
        }
        if word("/status") == "done" {
            lines.push(format!("Customers whose points differ: {}", number("/totals/customers_differing")));
        }
    }
    lines.join("\n")
}

fn row(name: &str, tried: &str, other: &str, difference: &str) -> String {
    format!("{name:<44} {tried:>16} {other:>24} {difference:>14}").trim_end().to_owned()
}

/// Name, what the tried version has, what it is compared with has.
fn figures(test: &Value) -> Vec<(String, i64, i64)> {
    let sides =
        ["candidate", "baseline"].map(|side| test.pointer(&format!("/totals/{side}")).cloned().unwrap_or_default());
    let [tried, other] = &sides;
    let number = |side: &Value, field: &str| side.get(field).and_then(Value::as_i64).unwrap_or_default();
    let mut figures = vec![("calls".to_owned(), number(tried, "calls"), number(other, "calls"))];
    let groups = [
        ("points in ", "points"),
        ("postings in ", "postings"),
        ("findings ", "findings"),
        ("feedback ", "routes"),
        ("messages ", "messages"),
        ("faults ", "faults"),
    ];
    for (words, field) in groups {
        let map = |side: &Value| side.get(field).and_then(Value::as_object).cloned().unwrap_or_default();
        let (tried, other): (Map<String, Value>, Map<String, Value>) = (map(tried), map(other));
        let names = tried.keys().chain(other.keys().filter(|name| !tried.contains_key(*name)));
        for name in names {
            let of = |map: &Map<String, Value>| map.get(name).and_then(Value::as_i64).unwrap_or_default();
            figures.push((format!("{words}{}", plain(name)), of(&tried), of(&other)));
        }
    }
    let malformed = (number(tried, "malformed"), number(other, "malformed"));
    if malformed != (0, 0) {
        figures.push(("messages that could not be read".to_owned(), malformed.0, malformed.1));
    }
    let mean = |side: &Value, field: &str| number(side, field).checked_div(number(side, "calls")).unwrap_or_default();
    figures.push(("CPU of a call, mean (fuel)".to_owned(), mean(tried, "fuel"), mean(other, "fuel")));
    figures.push(("CPU of a call, most (fuel)".to_owned(), number(tried, "most_fuel"), number(other, "most_fuel")));
    let kib = |side: &Value| number(side, "most_memory_bytes") >> 10;
    figures.push(("memory of a call, most (KiB)".to_owned(), kib(tried), kib(other)));
    figures.push(("time of a call, mean (µs)".to_owned(), mean(tried, "duration_us"), mean(other, "duration_us")));
    figures
}

/// A customer's points, one row a program.
pub(super) fn programs(customer: &Value) -> Vec<Value> {
    let programs = customer.get("programs").and_then(Value::as_object).into_iter().flatten();
    programs
        .map(|(program, both)| {
            let of = |side: &str| both.get(side).and_then(Value::as_i64).unwrap_or_default();
            let (tried, compared) = (of("candidate"), of("baseline"));
            let difference = tried.saturating_sub(compared);
            json!({ "customer": customer.get("customer"), "program": program,
                    "tried": tried, "compared": compared, "difference": difference })
        })
        .collect()
}

/// An event's difference, in a row.
pub(in crate::cli) fn difference(one: &Value) -> Value {
    let words = |side: &str| one.get(side).map(dealt).unwrap_or_default();
    json!({ "event": one.get("event"), "customer": one.get("customer"),
            "tried": words("candidate"), "compared": words("baseline") })
}

fn dealt(value: &Value) -> String {
    if let Some(outcomes) = value.get("outcomes").and_then(Value::as_array) {
        let texts: Vec<String> = outcomes.iter().map(outcome).collect();
        return if texts.is_empty() { "nothing".to_owned() } else { texts.join(", ") };
    }
    match value.get("fault").and_then(Value::as_str) {
        Some(kind) => format!("fault {kind}"),
        None => value.as_str().unwrap_or("?").to_owned(),
    }
}

fn outcome(value: &Value) -> String {
    let field =
        |name: &str| value.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let word = |name: &str| field(name).unwrap_or_default();
    match word("effect").as_str() {
        "earn" => format!("{} {}", word("points"), word("program")),
        "raise-finding" => format!("{} {}", word("severity"), word("rule")),
        "open-feedback" => format!("{} {} {}", word("department"), word("kind"), word("topic")),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_both_sides_stand_beside_each_other() {
        let side = |points: i64| json!({ "calls": 2, "points": { "points": points }, "fuel": 10 });
        let test = json!({
            "candidate": { "plugin": "acme.points", "version": "2.0.0" }, "against": { "against": "happened", "name": "p" },
            "status": "done", "totals": { "events": 2, "differing": 1, "candidate": side(30), "baseline": side(20) },
            "notes": ["It is so."],
        });
        let shown = text(&test);
        let points = shown.lines().find(|line| line.starts_with("points in points")).unwrap();
        assert_eq!(points.split_whitespace().collect::<Vec<_>>(), ["points", "in", "points", "30", "20", "+10"]);
        assert!(shown.contains("what `p` did") && shown.contains("- It is so."), "{shown}");
    }

    #[test]
    fn what_was_asked_for_is_told_in_a_few_words() {
        let one = json!({ "event": 7, "candidate": { "outcomes": [{ "effect": "earn", "program": "points", "points": 3 }] },
                          "baseline": { "fault": "trap" } });
        assert_eq!(difference(&one)["tried"], "3 points");
        assert_eq!(difference(&one)["compared"], "fault trap");
    }
}
