//! Bodies that make something with a code: the code, and beside it the terms that a change takes, too.

use serde::{
    Deserialize, Deserializer,
    de::{
        self, DeserializeSeed, MapAccess, Visitor,
        value::{MapAccessDeserializer, StrDeserializer},
    },
};
use std::{fmt, marker::PhantomData};

/// The field of the code.
const CODE: &str = "code";

/// A code and terms, which are parsed as strictly as where they stand alone.
///
/// A field that is flattened swallows what it does not know and cannot say where in it something is wrong. A body that
/// is made `from` this says both, and its description is that of its own fields.
#[derive(Debug, PartialEq, Eq)]
pub struct Coded<T> {
    /// Short name, a code.
    pub code: String,
    /// Everything else.
    pub terms: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Coded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CodedVisitor(PhantomData))
    }
}

struct CodedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for CodedVisitor<T> {
    type Value = Coded<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Coded<T>, A::Error> {
        let mut rest = WithoutCode { map, code: None };
        let terms = T::deserialize(MapAccessDeserializer::new(&mut rest))?;
        rest.code.map(|code| Coded { code, terms }).ok_or_else(|| de::Error::missing_field(CODE))
    }
}

/// The fields of an object without the code, which is put aside when it comes by.
struct WithoutCode<A> {
    map: A,
    code: Option<String>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutCode<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, mut seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            match self.map.next_key_seed(KeySeed(seed))? {
                None => return Ok(None),
                Some(Key::Other(key)) => return Ok(Some(key)),
                Some(Key::Code(_)) if self.code.is_some() => return Err(de::Error::duplicate_field(CODE)),
                Some(Key::Code(unused)) => {
                    self.code = Some(self.map.next_value()?);
                    seed = unused;
                }
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// The name of a field: the code's, for which the seed was not needed, or what the seed made of it.
enum Key<K, V> {
    Code(K),
    Other(V),
}

struct KeySeed<K>(K);

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<K> {
    type Value = Key<K, K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key<K, K::Value>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for KeySeed<K> {
    type Value = Key<K, K::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Key<K, K::Value>, E> {
        if name == CODE {
            return Ok(Key::Code(self.0));
        }
        self.0.deserialize(StrDeserializer::<E>::new(name)).map(Key::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::parsing::parse, *};

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Terms {
        name: String,
        price: Option<Price>,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Price {
        minor: i64,
    }

    fn refused(body: &str) -> String {
        format!("{:?}", parse::<Coded<Terms>>(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn the_code_may_stand_anywhere_among_the_terms() {
        let expected = || Coded {
            code: "tent".to_owned(),
            terms: Terms { name: "A tent".to_owned(), price: Some(Price { minor: 5 }) },
        };
        for body in [
            r#"{"code": "tent", "name": "A tent", "price": {"minor": 5}}"#,
            r#"{"name": "A tent", "code": "tent", "price": {"minor": 5}}"#,
            r#"{"name": "A tent", "price": {"minor": 5}, "code": "tent"}"#,
        ] {
            assert_eq!(parse::<Coded<Terms>>(body.as_bytes()).unwrap(), expected());
        }
    }

    #[test]
    fn what_is_wrong_with_the_code_or_the_terms_is_named_by_its_field() {
        for (body, field) in [
            (r#"{"name": "A tent"}"#, "code"),
            (r#"{"code": 5, "name": "A tent"}"#, "code"),
            (r#"{"code": null, "name": "A tent"}"#, "code"),
            (r#"{"code": "a", "code": "b", "name": "A tent"}"#, "code"),
            (r#"{"code": "tent"}"#, "name"),
            (r#"{"code": "tent", "name": 5}"#, "name"),
            (r#"{"code": "tent", "name": "A tent", "stok": 5}"#, "stok"),
            (r#"{"stok": 5, "code": "tent", "name": "A tent"}"#, "stok"),
            (r#"{"code": "tent", "name": "A tent", "price": {"minor": "5"}}"#, "price.minor"),
            (r#"{"code": "tent", "name": "A tent", "price": {"major": 5}}"#, "price.major"),
            (r#"["tent"]"#, "body"),
        ] {
            let refused = refused(body);
            assert!(refused.contains(&format!("field: {field:?}")), "{body}: {refused}");
        }
    }
}
