//! Database values to serde.

use super::ValueError;
use serde::{
    Deserializer, de,
    de::{DeserializeSeed, IntoDeserializer, Visitor, value::StringDeserializer},
    forward_to_deserialize_any,
};
use surrealdb::types::{Number, RecordIdKey, Value};

pub(super) struct ValueDeserializer(pub(super) Value);

fn key_value(key: RecordIdKey) -> Result<Value, ValueError> {
    match key {
        RecordIdKey::Number(number) => Ok(Value::Number(Number::Int(number))),
        RecordIdKey::String(text) => Ok(Value::String(text)),
        RecordIdKey::Array(array) => Ok(Value::Array(array)),
        RecordIdKey::Object(object) => Ok(Value::Object(object)),
        RecordIdKey::Uuid(uuid) => Ok(Value::String(uuid.to_string())),
        RecordIdKey::Range(_) => Err(ValueError("a range of record ids is no value".to_owned())),
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::None | Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(Number::Int(number)) => visitor.visit_i64(number),
            Value::Number(Number::Float(number)) => visitor.visit_f64(number),
            Value::Number(Number::Decimal(number)) => visitor.visit_string(number.to_string()),
            Value::String(text) => visitor.visit_string(text),
            Value::Bytes(bytes) => visitor.visit_byte_buf(bytes.to_vec()),
            Value::Uuid(uuid) => visitor.visit_string(uuid.to_string()),
            Value::Array(array) => visitor.visit_seq(Elements(array.into_vec().into_iter())),
            Value::Object(object) => visitor.visit_map(Fields { rest: object.into_inner().into_iter(), value: None }),
            Value::RecordId(record) => Self(key_value(record.key)?).deserialize_any(visitor),
            other => Err(ValueError(format!("no row holds a value such as {other:?}"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::None | Value::Null => visitor.visit_none(),
            value => visitor.visit_some(Self(value)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(variant.into_deserializer()),
            Value::Object(object) => {
                let mut fields = object.into_inner().into_iter();
                let Some((variant, value)) = fields.next() else {
                    return Err(ValueError("an enum's object is empty".to_owned()));
                };
                visitor.visit_enum(Variant { variant, value })
            }
            other => Err(ValueError(format!("an enum cannot be read from {other:?}"))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

struct Elements(std::vec::IntoIter<Value>);

impl<'de> de::SeqAccess<'de> for Elements {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ValueError> {
        self.0.next().map(|value| seed.deserialize(ValueDeserializer(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields<I> {
    rest: I,
    value: Option<Value>,
}

impl<'de, I: Iterator<Item = (String, Value)>> de::MapAccess<'de> for Fields<I> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(StringDeserializer::<ValueError>::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let value = self.value.take().ok_or_else(|| ValueError("a value came before its key".to_owned()))?;
        seed.deserialize(ValueDeserializer(value))
    }
}

struct Variant {
    variant: String,
    value: Value,
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = ValueError;
    type Variant = ValueDeserializer;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, ValueDeserializer), ValueError> {
        let variant = seed.deserialize(StringDeserializer::<ValueError>::new(self.variant))?;
        Ok((variant, ValueDeserializer(self.value)))
    }
}

impl<'de> de::VariantAccess<'de> for ValueDeserializer {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ValueError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_any(visitor)
    }
}
