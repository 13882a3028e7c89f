//! Writing what came into a file of cases. Everything else in it stays as its author wrote it.

use serde::Deserialize;
use serde_json::value::RawValue;
use stammgast_domain::case::Expectation;
use std::{collections::BTreeMap, ops::Range};

/// What a case says from now on; `None` where it says what it said.
#[derive(Debug, Default)]
pub(super) struct News {
    /// What shall come of it.
    pub expect: Option<Expectation>,
    /// The CPU that it takes.
    pub fuel: Option<u64>,
}

/// A file of cases, as far as places in its text are looked for.
#[derive(Deserialize)]
struct Places<'a> {
    #[serde(borrow)]
    cases: Vec<BTreeMap<String, &'a RawValue>>,
}

/// The text with the news of each case in it.
///
/// # Errors
/// The text is no file of cases.
pub(super) fn updated(text: &str, news: &[News]) -> Result<String, serde_json::Error> {
    let places: Places<'_> = serde_json::from_str(text)?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (case, news) in places.cases.iter().zip(news) {
        let expect = news.expect.as_ref().map(serde_json::to_string_pretty).transpose()?;
        let news = [("expect", expect), ("fuel", news.fuel.map(|fuel| fuel.to_string()))];
        for (name, value) in news.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            edits.extend(edit(text, case, name, &value));
        }
    }
    // From the end on, so that the places before stay true.
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, new) in edits {
        text.replace_range(range, &new);
    }
    Ok(text)
}

/// A member of a case with another value, or one more member behind the last.
fn edit(text: &str, case: &BTreeMap<String, &RawValue>, name: &str, value: &str) -> Option<(Range<usize>, String)> {
    if let Some(old) = case.get(name) {
        let range = place(text, old);
        let (indent, _) = margin(text, range.start);
        return Some((range, value.replace('\n', &format!("\n{indent}"))));
    }
    let last = case.values().map(|value| place(text, value)).max_by_key(|range| range.end)?;
    let (indent, first) = margin(text, last.start);
    let between = if first.starts_with('"') { format!(",\n{indent}") } else { ", ".to_owned() };
    let value = value.replace('\n', &format!("\n{indent}"));
    Some((last.end..last.end, format!("{between}\"{name}\": {value}")))
}

/// Where a value stands in the text that it was read from.
fn place(text: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + value.get().len()
}

/// The spaces that the line of a place begins with, and what stands between them and the place.
fn margin(text: &str, place: usize) -> (&str, &str) {
    let before = text.get(..place).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let first = line.trim_start();
    (line.strip_suffix(first).unwrap_or_default(), first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::plugin::FaultKind;

    fn fault() -> News {
        let expect = Some(Expectation::Fault { kind: FaultKind::Trap, message: None });
        News { expect, fuel: None }
    }

    #[test]
    fn nothing_moves_but_what_shall_come() {
        let text = r#"{
  "format": 1, "about": "ours",
  "cases": [
    {
      "name": "no expectation",
      "event": { "type": "purchase.recorded",   "data": {} }
    },
    { "name": "another", "expect": { "effects": [] }, "event": { "type": "x", "data": {} }, "fuel": 7 },
    { "name": "as it is", "expect": { "malformed": "no" } }
  ]
}
"#;
        let news = [fault(), News { fuel: Some(12), ..fault() }, News::default()];
        let expected = r#"{
  "format": 1, "about": "ours",
  "cases": [
    {
      "name": "no expectation",
      "event": { "type": "purchase.recorded",   "data": {} },
      "expect": {
        "fault": {
          "kind": "trap"
        }
      }
    },
    { "name": "another", "expect": {
      "fault": {
        "kind": "trap"
      }
    }, "event": { "type": "x", "data": {} }, "fuel": 12 },
    { "name": "as it is", "expect": { "malformed": "no" } }
  ]
}
"#;
        assert_eq!(updated(text, &news).unwrap(), expected);
    }

    #[test]
    fn a_case_on_one_line_is_continued_there() {
        let text = r#"{"format":1,"cases":[{"name":"x","event":{"n":"ü"}}]}"#;
        let came = updated(text, &[fault()]).unwrap();
        assert!(came.starts_with(r#"{"format":1,"cases":[{"name":"x","event":{"n":"ü"}, "expect": {"#), "{came}");
        let read: serde_json::Value = serde_json::from_str(&came).unwrap();
        assert_eq!(read["cases"][0]["expect"]["fault"]["kind"], "trap");
    }
}
