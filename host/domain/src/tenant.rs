//! Tenants: the companies that one server keeps apart.

use crate::{
    Timestamp,
    hold_out::HoldOut,
    outreach::ContactPolicy,
    program::{Program, Zone},
    referral::ReferralPolicy,
    text,
    voucher::Offer,
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
    /// What holds for messages to customers.
    #[serde(default)]
    pub contact: ContactPolicy,
    /// How many customers get nothing, so that the effect can be measured.
    #[serde(default)]
    pub hold_out: HoldOut,
    /// What holds for referrals.
    #[serde(default)]
    pub referral: ReferralPolicy,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

impl Default for TenantSettings {
    /// What holds before anybody decided anything.
    fn default() -> Self {
        let (zone, contact, hold_out) = (Zone::utc(), ContactPolicy::default(), HoldOut::default());
        let referral = ReferralPolicy::default();
        Self { zone, contact, hold_out, referral, updated_at: Timestamp::MIN, version: 0 }
    }
}

/// What a tenant has set up that effects of plugins may name or go by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// Loyalty programs, by code.
    pub programs: BTreeMap<String, Program>,
    /// Offers of vouchers, by code.
    pub offers: BTreeMap<String, Offer>,
    /// Codes of the rewards.
    pub rewards: BTreeSet<String>,
    /// What holds for messages to customers.
    pub contact: ContactPolicy,
    /// How many customers get nothing, so that the effect can be measured.
    pub hold_out: HoldOut,
    /// Departments.
    pub departments: BTreeSet<String>,
    /// The department for what nobody can sort.
    pub default_department: Option<String>,
    /// Where the tenant's days begin and end.
    pub zone: Zone,
}
