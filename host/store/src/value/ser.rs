//! serde to database values.

use super::ValueError;
use serde::{Serialize, ser};
use surrealdb::types::{Array, Bytes, Number, Object, Value};

pub(super) struct ValueSerializer;

type Made = Result<Value, ValueError>;

fn int<T: TryInto<i64> + std::fmt::Display + Copy>(number: T) -> Made {
    number
        .try_into()
        .map(|number| Value::Number(Number::Int(number)))
        .map_err(|_| ValueError(format!("{number} does not fit a 64-bit integer")))
}

fn single(variant: &'static str, value: Value) -> Value {
    let mut object = Object::new();
    object.insert(variant.to_owned(), value);
    Value::Object(object)
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Made {
            int(value)
        }
    )*};
}

impl ser::Serializer for ValueSerializer {
    type Ok = Value;
    type Error = ValueError;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_bool(self, value: bool) -> Made {
        Ok(Value::Bool(value))
    }

    fn serialize_f32(self, value: f32) -> Made {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Made {
        Ok(Value::Number(Number::Float(value)))
    }

    fn serialize_char(self, value: char) -> Made {
        Ok(Value::String(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Made {
        Ok(Value::String(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Made {
        Ok(Value::Bytes(Bytes::from(value.to_vec())))
    }

    fn serialize_none(self) -> Made {
        Ok(Value::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Made {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Made {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Made {
        Ok(Value::String(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Made {
        Ok(single(variant, value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements, ValueError> {
        Ok(Elements { variant: None, values: Vec::with_capacity(length.unwrap_or_default()) })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements, ValueError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _name: &'static str, length: usize) -> Result<Elements, ValueError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements, ValueError> {
        Ok(Elements { variant: Some(variant), values: Vec::with_capacity(length) })
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Fields, ValueError> {
        Ok(Fields { variant: None, key: None, object: Object::new() })
    }

    fn serialize_struct(self, _name: &'static str, length: usize) -> Result<Fields, ValueError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Fields, ValueError> {
        Ok(Fields { variant: Some(variant), key: None, object: Object::new() })
    }
}

pub(super) struct Elements {
    variant: Option<&'static str>,
    values: Vec<Value>,
}

impl Elements {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.values.push(value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn done(self) -> Value {
        let array = Value::Array(Array::from(self.values));
        match self.variant {
            Some(variant) => single(variant, array),
            None => array,
        }
    }
}

macro_rules! elements {
    ($($kind:ident::$method:ident),*) => {$(
        impl ser::$kind for Elements {
            type Ok = Value;
            type Error = ValueError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
                self.push(value)
            }

            fn end(self) -> Made {
                Ok(self.done())
            }
        }
    )*};
}

elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

pub(super) struct Fields {
    variant: Option<&'static str>,
    key: Option<String>,
    object: Object,
}

impl Fields {
    fn put<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), ValueError> {
        match value.serialize(ValueSerializer)? {
            Value::None => {}
            value => {
                self.object.insert(key, value);
            }
        }
        Ok(())
    }

    fn done(self) -> Value {
        let object = Value::Object(self.object);
        match self.variant {
            Some(variant) => single(variant, object),
            None => object,
        }
    }
}

impl ser::SerializeMap for Fields {
    type Ok = Value;
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ValueError> {
        match key.serialize(ValueSerializer)? {
            Value::String(key) => {
                self.key = Some(key);
                Ok(())
            }
            _ => Err(ValueError("a map key must be a string".to_owned())),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let key = self.key.take().ok_or_else(|| ValueError("a value came before its key".to_owned()))?;
        self.put(key, value)
    }

    fn end(self) -> Made {
        Ok(self.done())
    }
}

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl ser::$kind for Fields {
            type Ok = Value;
            type Error = ValueError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), ValueError> {
                self.put(key.to_owned(), value)
            }

            fn end(self) -> Made {
                Ok(self.done())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);
