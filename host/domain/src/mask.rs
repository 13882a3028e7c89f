//! Masking: personal text made unreadable, with its shape kept, so that what fails on it often still fails.

use crate::{
    call::Read,
    case::{Case, CaseRead, Known},
    event::Event,
};
use serde_json::Value;

/// A text with every letter an `x` (capitals an `X`) and every digit a `0`; the rest, and its length, stays.
#[must_use]
pub fn text(text: &str) -> String {
    let mask = |letter: char| match letter {
        letter if letter.is_numeric() => '0',
        letter if letter.is_uppercase() => 'X',
        letter if letter.is_alphabetic() => 'x',
        letter => letter,
    };
    text.chars().map(mask).collect()
}

/// Bytes masked like text, where they are UTF-8; other bytes become zeros.
#[must_use]
pub fn bytes(bytes: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(readable) => text(readable).into_bytes(),
        Err(_) => bytes.iter().map(|byte| if byte.is_ascii_alphanumeric() { b'x' } else { *byte }).collect(),
    }
}

/// A case without personal text: that of its event, of what the host answered, and of the raw message. Codes, amounts,
/// times and ids stay, and so does the configuration. What is expected is left to be found out anew.
///
/// # Errors
/// The masked event does not have the form of its sort any more.
pub fn case(case: &Case) -> Result<Case, serde_json::Error> {
    let answer = |given: &CaseRead| match given {
        CaseRead::Exact(exact) => read(exact).map(CaseRead::Exact),
        CaseRead::Known(short) => known(short).map(CaseRead::Known),
    };
    let reads: Vec<CaseRead> = case.reads.iter().map(answer).collect::<Result<_, _>>()?;
    Ok(Case {
        event: event(&case.event)?,
        body: case.body.as_deref().map(bytes),
        body_text: case.body_text.as_deref().map(text),
        reads,
        expect: None,
        fuel: None,
        ..case.clone()
    })
}

fn event(event: &Event) -> Result<Event, serde_json::Error> {
    let mut json = serde_json::to_value(event)?;
    if let Some(data) = json.get_mut("data") {
        for field in event.event.fact.event_type().personal_fields() {
            field_of(data, field);
        }
    }
    serde_json::from_value(json)
}

fn read(read: &Read) -> Result<Read, serde_json::Error> {
    let mut json = serde_json::to_value(read)?;
    match read {
        Read::Points { .. } | Read::Tier { .. } | Read::Purchases { .. } | Read::StateKeys { .. } => {}
        Read::State { .. } => {
            // Whatever a plugin keeps may be personal; its form is the plugin's own.
            if let Some(value) = json.get_mut("value").and_then(|value| value.as_str().map(str::to_owned)) {
                let masked = crate::call::base64_option::masked(&value);
                json.as_object_mut().and_then(|read| read.insert("value".to_owned(), Value::String(masked)));
            }
        }
        Read::Customer { .. } => {
            for field in ["name", "reference"] {
                deep(&mut json, field);
            }
        }
        Read::Interactions { .. } => {
            for field in ["subject", "text", "documentation"] {
                deep(&mut json, field);
            }
        }
    }
    serde_json::from_value(json)
}

fn known(known: &Known) -> Result<Known, serde_json::Error> {
    let mut json = serde_json::to_value(known)?;
    for field in ["name", "value", "subject", "text", "documentation"] {
        deep(&mut json, field);
    }
    serde_json::from_value(json)
}

/// Masks a field; a dot leads into an object.
fn field_of(data: &mut Value, field: &str) {
    match field.split_once('.') {
        Some((outer, inner)) => {
            if let Some(inside) = data.get_mut(outer) {
                field_of(inside, inner);
            }
        }
        None => {
            if let Some(value) = data.get_mut(field) {
                whole(value);
            }
        }
    }
}

/// Masks every field of this name, wherever it stands.
fn deep(json: &mut Value, name: &str) {
    match json {
        Value::Object(fields) => {
            for (field, value) in fields {
                if field == name { whole(value) } else { deep(value, name) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| deep(item, name)),
        _ => {}
    }
}

/// Texts whose form is checked when they are read: a masked one must still be of that form.
const CODES: [&str; 6] = ["kind", "topic", "outcome", "source", "direction", "media_type"];

fn whole(value: &mut Value) {
    match value {
        Value::String(given) => *given = text(given),
        Value::Array(items) => items.iter_mut().for_each(whole),
        Value::Object(fields) => {
            let open = fields.iter_mut().filter(|(name, _)| !CODES.contains(&name.as_str()));
            open.for_each(|(_, value)| whole(value));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shape_stays_and_meaning_goes() {
        assert_eq!(text("Ada Löwe, 12b — ok?"), "Xxx Xxxx, 00x — xx?");
        assert_eq!(bytes(b"Hi 7"), b"Xx 0");
    }

    #[test]
    fn a_masked_case_holds_nothing_personal_and_is_still_a_case() {
        let given = json!({
            "name": "a failing call",
            "event": { "type": "interaction.recorded", "data": {
                "text": "Ada Lovelace, Ockham Park", "subject": "Late",
                "party": { "name": "Ada Lovelace", "kind": "email", "value": "ada@example.com" },
                "documentation": { "agent": "Jo", "topic": "delivery" }
            } },
            "reads": [
                { "read": "customer", "found": null },
                { "customer": { "name": "Ada Lovelace" } },
                { "interactions": [{ "subject": "Late", "text": "Ada again" }] },
                { "state": { "key": "words", "value": ["Ada"] } }
            ],
            "expect": { "effects": [] }
        });
        let given: Case = serde_json::from_value(given).unwrap();
        let masked = case(&given).unwrap();
        let shown = serde_json::to_string(&masked).unwrap();
        for personal in ["Ada", "Ockham", "Jo", "ada@", "Late"] {
            assert!(!shown.contains(personal), "{personal}: {shown}");
        }
        assert!(shown.contains("delivery") && shown.contains("Xxx Xxxxxxxx"), "{shown}");
    }
}
