//! Optional bytes as base64 (RFC 4648, section 4) in JSON.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[expect(clippy::ref_option, reason = "the form that serde asks for")]
pub(crate) fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    bytes.as_ref().map(|bytes| STANDARD.encode(bytes)).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| STANDARD.decode(text).map_err(de::Error::custom)).transpose()
}

/// The bytes that a text of base64 stands for, masked.
pub(crate) fn masked(text: &str) -> String {
    STANDARD.decode(text).map(|bytes| STANDARD.encode(crate::mask::bytes(&bytes))).unwrap_or_default()
}
