//! Parts of a case that stand there word for word, as the host records them, or in short, as people write them.

use super::known::{Known, KnownState};
use crate::{call::Read, effect::Effect};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeOwned},
};
use serde_json::{Map, Value};

/// What the host answers when the plugin asks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum CaseRead {
    /// One answer to one question, word for word.
    Exact(Read),
    /// What it knows; the answer follows from the question.
    Known(Known),
}

/// An effect that shall come.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ExpectedEffect {
    /// This one, word for word.
    Exact(Effect),
    /// One that comes to this.
    Known(KnownEffect),
}

/// What an effect comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownEffect {
    /// The plugin's state has this value afterwards.
    State(KnownState),
}

impl<'de> Deserialize<'de> for CaseRead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        either(deserializer, "read", Self::Exact, Self::Known)
    }
}

impl<'de> Deserialize<'de> for ExpectedEffect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        either(deserializer, "effect", Self::Exact, Self::Known)
    }
}

/// What bears the tag of the exact form is read as such, everything else as the short one.
fn either<'de, D, E, K, T>(deserializer: D, tag: &str, exact: fn(E) -> T, known: fn(K) -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: DeserializeOwned,
    K: DeserializeOwned,
{
    let fields = Map::<String, Value>::deserialize(deserializer)?;
    let is_exact = fields.contains_key(tag);
    let json = Value::Object(fields);
    let made = if is_exact { serde_json::from_value(json).map(exact) } else { serde_json::from_value(json).map(known) };
    made.map_err(de::Error::custom)
}
