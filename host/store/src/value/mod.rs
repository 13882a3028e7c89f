//! Rows between Rust and `SurrealDB`: any serde type becomes a database value and back, without JSON in between.
//!
//! A record id reads back as its key, so a row's `id` field can be a plain string or number. A missing option is
//! left out, which is what `option<…>` fields expect.

mod de;
mod ser;

use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, ops::Bound};
use surrealdb::types::{Number, Object, RecordId, RecordIdKey, RecordIdKeyRange, Value};

/// A value that does not fit the Rust type, or the other way round.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ValueError(String);

impl serde::ser::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Any serde type as a database value.
pub fn to_value<T: Serialize + ?Sized>(data: &T) -> Result<Value, ValueError> {
    data.serialize(ser::ValueSerializer)
}

/// A database value as any serde type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, ValueError> {
    T::deserialize(de::ValueDeserializer(value))
}

/// A struct as the content of a row, its own `id` taken out because the row's id is the record id.
pub fn to_content<T: Serialize + ?Sized>(data: &T) -> Result<Object, ValueError> {
    match to_value(data)? {
        Value::Object(mut object) => {
            object.remove("id");
            Ok(object)
        }
        _ => Err(ValueError("a row must be a struct".to_owned())),
    }
}

/// A record id of a table.
pub fn record(table: &'static str, key: impl Into<RecordIdKey>) -> RecordId {
    RecordId::new(table, key.into())
}

/// A composite record key.
pub fn composite<const N: usize>(parts: [Value; N]) -> RecordIdKey {
    RecordIdKey::Array(parts.into_iter().collect::<Vec<_>>().into())
}

/// All record ids of a table with a string key, or those after one.
pub fn keys_after(table: &'static str, after: Option<&str>) -> RecordId {
    let start = after.map_or(Bound::Unbounded, |key| Bound::Excluded(RecordIdKey::String(key.to_owned())));
    key_range(table, start, Bound::Unbounded)
}

/// The record ids of a table with a string key from `start` on and before `end`.
pub fn keys_between(table: &'static str, start: &str, end: &str) -> RecordId {
    let key = |key: &str| RecordIdKey::String(key.to_owned());
    key_range(table, Bound::Included(key(start)), Bound::Excluded(key(end)))
}

/// The record ids of a table between two keys.
pub fn key_range(table: &'static str, start: Bound<RecordIdKey>, end: Bound<RecordIdKey>) -> RecordId {
    RecordId::new(table, RecordIdKey::Range(Box::new(RecordIdKeyRange { start, end })))
}

/// A number.
pub const fn int(number: i64) -> Value {
    Value::Number(Number::Int(number))
}

/// A string value.
pub fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Shape {
        Point,
        Circle { radius: u32 },
        Pair(i64, i64),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        shapes: Vec<Shape>,
        #[serde(flatten)]
        rest: BTreeMap<String, i64>,
        json: serde_json::Value,
        uuid: uuid::Uuid,
    }

    #[test]
    fn rows_round_trip() {
        let row = Row {
            name: "Käthe".into(),
            note: None,
            shapes: vec![Shape::Point, Shape::Circle { radius: 2 }, Shape::Pair(-1, i64::MAX)],
            rest: BTreeMap::from([("a".into(), 1)]),
            json: serde_json::json!({"a": [1, null, "x", true, 1.5]}),
            uuid: uuid::Uuid::nil(),
        };
        assert_eq!(from_value::<Row>(to_value(&row).unwrap()).unwrap(), row);
    }

    #[test]
    fn a_record_id_reads_back_as_its_key() {
        let id = Value::RecordId(record("event", 7));
        assert_eq!(from_value::<u64>(id).unwrap(), 7);
        let id = Value::RecordId(record("customer", "ab"));
        assert_eq!(from_value::<String>(id).unwrap(), "ab");
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert!(to_value(&u64::MAX).is_err());
        assert!(from_value::<u8>(to_value(&300).unwrap()).is_err());
    }
}
