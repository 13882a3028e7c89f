//! The section `secrets`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The operator's secrets key, where it does not lie in the data folder.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// 64 hexadecimal digits; better given as `STAMMGAST_SECRETS__KEY`. Without it the key lies in `keys/secrets.key`.
    pub key: Option<String>,
    /// The key before, while the keys of tenants' secrets are wrapped anew.
    pub previous_key: Option<String>,
}

/// Keys are not shown.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, previous_key) = (self.key.as_ref().map(|_| "…"), self.previous_key.as_ref().map(|_| "…"));
        f.debug_struct("Secrets").field("key", &key).field("previous_key", &previous_key).finish()
    }
}

/// A key that is no key.
const NO_KEY: &str = "it must have 64 hexadecimal digits, as in keys/secrets.key of the data folder";

impl Secrets {
    /// The key, where one is given.
    ///
    /// # Errors
    /// It does not have 64 hexadecimal digits.
    pub fn key(&self) -> Result<Option<[u8; 32]>, String> {
        parsed("secrets.key", self.key.as_deref())
    }

    /// The key before, where one is given.
    ///
    /// # Errors
    /// It does not have 64 hexadecimal digits.
    pub fn previous_key(&self) -> Result<Option<[u8; 32]>, String> {
        parsed("secrets.previous_key", self.previous_key.as_deref())
    }
}

/// A key in 64 hexadecimal digits.
pub(crate) fn parse_key(text: &str) -> Option<[u8; 32]> {
    let mut key = [0_u8; 32];
    hex::decode_to_slice(text.trim(), &mut key).ok()?;
    Some(key)
}

fn parsed(setting: &str, text: Option<&str>) -> Result<Option<[u8; 32]>, String> {
    let Some(text) = text else { return Ok(None) };
    parse_key(text).map(Some).ok_or_else(|| format!("{setting}: {NO_KEY}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_64_digits_and_a_refusal_does_not_repeat_it() {
        let given = |text: &str| Secrets { key: Some(text.to_owned()), previous_key: None }.key();
        assert_eq!(given(&"0a".repeat(32)), Ok(Some([10; 32])));
        assert_eq!(Secrets::default().key(), Ok(None));
        let shown = format!("{:?}", Secrets { key: Some("0a".repeat(32)), previous_key: None });
        assert!(shown.contains("None") && !shown.contains("0a"), "{shown}");
        let refused = given("swordfish").unwrap_err();
        assert!(refused.starts_with("secrets.key") && !refused.contains("swordfish"), "{refused}");
    }
}
