//! Tenants: the companies that one server keeps apart.

use crate::{
    Timestamp,
    program::{Program, Zone},
    text,
};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

/// A tenant's short name: 1 to 40 of `a-z`, `0-9` and `-`, starting with a letter. It names the tenant's database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TenantId(String);

/// The text given is not a tenant's short name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a tenant id; write 1 to 40 lower-case letters, digits and hyphens, starting with a letter")]
pub struct InvalidTenantId(pub String);

impl TenantId {
    /// The short name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = InvalidTenantId;

    fn from_str(text: &str) -> Result<Self, InvalidTenantId> {
        let well_formed = text.len() <= 40
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if well_formed { Ok(Self(text.to_owned())) } else { Err(InvalidTenantId(text.chars().take(64).collect())) }
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// One company on this server. Its rows live in a database of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Short name; never changes.
    pub id: TenantId,
    /// The company's name as people write it.
    pub name: String,
    /// When the tenant was created.
    pub created_at: Timestamp,
}

impl Tenant {
    /// # Errors
    /// The name is blank or longer than 200 characters.
    pub fn new(id: TenantId, name: String, now: Timestamp) -> Result<Self, text::InvalidText> {
        text::required("name", &name, 200)?;
        Ok(Self { id, name, created_at: now })
    }
}

/// What holds for a tenant as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSettings {
    /// Where the tenant's days begin and end.
    pub zone: Zone,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What a tenant has set up that effects of plugins may name or go by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// Loyalty programs, by code.
    pub programs: BTreeMap<String, Program>,
    /// Departments.
    pub departments: BTreeSet<String>,
    /// The department for what nobody can sort.
    pub default_department: Option<String>,
    /// Where the tenant's days begin and end.
    pub zone: Zone,
}
