//! JSON, parsed strictly. What is wrong with it is told by the field's path and in words that name no types.

use super::problem::Problem;
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};

/// What is told of a text that is no id.
const NO_ID: &str = "this is no id; write one as this API gives them, such as 0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d";

/// Parses a whole body.
///
/// # Errors
/// It is not JSON, or a value in it is refused.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| match error.inner().classify() {
        Category::Data => wrong(&error),
        Category::Syntax => misread::<T>(bytes).unwrap_or_else(|| malformed(error.inner())),
        Category::Eof | Category::Io => malformed(error.inner()),
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// The wrong value of a body that is JSON all the same: where one of some names has to stand, a reader of text takes a
/// number or a list for no value at all, and a reader of values for one of the wrong sort.
fn misread<T: DeserializeOwned>(bytes: &[u8]) -> Option<Problem> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let error = serde_path_to_error::deserialize::<_, T>(value).err()?;
    (error.inner().classify() == Category::Data).then(|| wrong(&error))
}

/// The text of the error ends with its line and column.
fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-json", format!("the body is not JSON: {error}"))
}

/// A wrong value is named by its field: where it stands in the text helps nobody.
fn wrong(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let text = error.inner().to_string();
    let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
    Problem::invalid(field_of(&error.path().to_string(), problem), in_words(problem))
}

/// The field that a problem is about. The path may end before one that is missing, unknown or there twice.
fn field_of(path: &str, problem: &str) -> String {
    let named = |start: &str| problem.strip_prefix(start)?.split('`').next();
    let (missing, other) = (named("missing field `"), named("unknown field `").or_else(|| named("duplicate field `")));
    let is_told =
        |field: &str| path.strip_suffix(field).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    match missing.or_else(|| other.filter(|field| !is_told(field))) {
        Some(field) if path == "." => field.to_owned(),
        Some(field) => format!("{path}.{field}"),
        None if path == "." => "body".to_owned(),
        None => path.to_owned(),
    }
}

/// A problem without names of types, and with what to write.
fn in_words(problem: &str) -> String {
    if problem.starts_with("missing field ") {
        return "this is missing; give it".to_owned();
    }
    if problem.starts_with("UUID parsing failed") || problem.ends_with("expected a formatted UUID string") {
        return NO_ID.to_owned();
    }
    if problem.contains("failed to parse") {
        return format!("{problem}; write a date such as 2026-03-31");
    }
    let Some((given, expected)) = problem.rsplit_once(", expected ") else { return problem.to_owned() };
    if let Some(given) = given.strip_prefix("unknown variant ") {
        return format!("{given} is not known here; write {expected}");
    }
    match given {
        "invalid type: map" => format!("invalid type: object, expected {}", expected_in_words(expected)),
        "invalid type: sequence" => format!("invalid type: list, expected {}", expected_in_words(expected)),
        given if given.starts_with("invalid ") => format!("{given}, expected {}", expected_in_words(expected)),
        _ => problem.to_owned(),
    }
}

fn expected_in_words(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number from 0 on",
        "i64" => "a whole number",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" | "map with a single key" => "an object",
        // One of some names.
        "string or map" | "unit" | "variant identifier" => "a name, as text",
        other if other.starts_with("struct ") || other.starts_with("internally tagged enum ") => "an object",
        other if other.starts_with("enum ") => "a name, as text",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        amount: Amount,
        #[serde(default)]
        when: When,
        gift: Option<Gift>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Amount {
        minor: i64,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum When {
        #[default]
        Later,
        Now,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
    enum Gift {
        Percent { percent: u8 },
    }

    fn shown(body: &str) -> String {
        format!("{:?}", parse::<Vec<Row>>(body.as_bytes()).unwrap_err())
    }

    /// A body is refused, with this field and this problem.
    fn must_be_refused(body: &str, field: &str, problem: &str) {
        let shown = shown(body);
        let expected = format!("field: {field:?}, problem: {problem:?}");
        assert!(shown.contains(&expected), "{body}: {shown} has no {expected}");
    }

    #[test]
    fn a_body_is_parsed_whole() {
        let rows: Vec<Row> = parse(br#"[{"amount": {"minor": 5}}]"#).unwrap();
        assert_eq!(rows, [Row { amount: Amount { minor: 5 }, when: When::Later, gift: None }]);
    }

    #[test]
    fn a_wrong_or_unknown_field_is_named_by_its_path() {
        assert!(shown(r#"[{"amount": {"minor": "5"}}]"#).contains(r#"field: "[0].amount.minor""#));
        assert!(shown(r#"[{"amount": {"minor": 5, "major": 1}}]"#).contains(r#"field: "[0].amount.major""#));
        // What a tag decides is read as a whole before its fields are.
        let gift = |fields: &str| format!(r#"[{{"amount": {{"minor": 5}}, "gift": {{{fields}}}}}]"#);
        let unknown = gift(r#""type": "percent", "percent": 5, "colour": 1"#);
        assert!(shown(&unknown).contains(r#"field: "[0].gift.colour""#));
        must_be_refused(&gift(r#""type": "percent""#), "[0].gift.percent", "this is missing; give it");
        must_be_refused(&gift(r#""percent": 5"#), "[0].gift.type", "this is missing; give it");
    }

    #[test]
    fn a_missing_field_is_named_by_its_own_name() {
        must_be_refused("[{}]", "[0].amount", "this is missing; give it");
        must_be_refused(r#"[{"amount": {}}]"#, "[0].amount.minor", "this is missing; give it");
        let alone = format!("{:?}", parse::<Amount>(b"{}").unwrap_err());
        assert!(alone.contains(r#"field: "minor""#), "{alone}");
        let no_object = format!("{:?}", parse::<Amount>(b"5").unwrap_err());
        assert!(no_object.contains(r#"field: "body", problem: "invalid type: integer `5`, expected an object""#));
        assert_eq!(field_of("a.minor", "missing field `minor`"), "a.minor.minor");
        assert_eq!(field_of("minor", "unknown field `minor`, expected `b`"), "minor");
        assert_eq!(field_of("a.cheque", "unknown field `que`, expected `b`"), "a.cheque.que");
    }

    #[test]
    fn what_is_expected_is_said_in_words() {
        let row = |amount: &str| format!(r#"[{{"amount": {amount}}}]"#);
        must_be_refused(&row("100"), "[0].amount", "invalid type: integer `100`, expected an object");
        must_be_refused(&row(r#"{"minor": {}}"#), "[0].amount.minor", "invalid type: object, expected a whole number");
        let shown = shown(&row(r#"{"minor": "5"}"#));
        assert!(shown.contains("expected a whole number") && !shown.contains("i64"), "{shown}");
        for (told, words) in [
            ("invalid type: string, expected u16", "invalid type: string, expected a whole number from 0 to 65535"),
            ("invalid type: sequence, expected a boolean", "invalid type: list, expected `true` or `false`"),
            ("unknown variant `x`, expected one of `a`, `b`, `c`", "`x` is not known here; write one of `a`, `b`, `c`"),
            ("`x` is no code, expected or not", "`x` is no code, expected or not"),
        ] {
            assert_eq!(in_words(told), words);
        }
        assert_eq!(in_words("UUID parsing failed: invalid length"), NO_ID);
        assert_eq!(in_words("invalid type: map, expected a formatted UUID string"), NO_ID);
    }

    #[test]
    fn a_name_of_the_wrong_sort_is_a_wrong_value_and_no_malformed_body() {
        let row = |when: &str| format!(r#"[{{"amount": {{"minor": 5}}, "when": {when}}}]"#);
        must_be_refused(&row(r#""soon""#), "[0].when", "`soon` is not known here; write `later` or `now`");
        must_be_refused(&row("5"), "[0].when", "invalid type: integer `5`, expected a name, as text");
        must_be_refused(&row(r#"["now"]"#), "[0].when", "invalid type: list, expected a name, as text");
    }

    #[test]
    fn what_is_not_json_is_malformed_and_says_where() {
        for body in ["[{", "[] []", "", "['a']"] {
            let shown = shown(body);
            assert!(shown.contains("malformed-json") && shown.contains("line 1 column"), "{shown}");
        }
    }
}
