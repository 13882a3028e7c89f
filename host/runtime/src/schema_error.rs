//! What a JSON Schema finds wrong, in words.

use jsonschema::{ValidationError, error::ValidationErrorKind};

/// Characters that are told: an error quotes the wrong value, which may be long.
const MOST: usize = 400;

/// What is wrong, with every value that would do where there are but some.
pub(crate) fn told(error: &ValidationError<'_>) -> String {
    let text = match error.kind() {
        ValidationErrorKind::Enum { options } => {
            let values = options.as_array().into_iter().flatten().map(ToString::to_string).collect::<Vec<_>>();
            format!("{} is none of {}", error.instance(), values.join(", "))
        }
        _ => error.to_string(),
    };
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(schema: &Value, value: &Value) -> String {
        told(&jsonschema::validator_for(schema).unwrap().validate(value).unwrap_err())
    }

    #[test]
    fn all_values_that_would_do_are_told_and_long_ones_are_cut() {
        let schema = json!({"enum": ["a", "b", "c", "d", "e"]});
        assert_eq!(of(&schema, &json!("x")), "\"x\" is none of \"a\", \"b\", \"c\", \"d\", \"e\"");
        let cut = of(&json!({"type": "integer"}), &json!("ä".repeat(1_000_000)));
        assert!(cut.chars().count() == MOST + 1 && cut.ends_with('…'), "{cut}");
    }
}
