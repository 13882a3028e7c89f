//! Names of the tenant's own things that a configuration refers to, so that a slip is found before the first event.

use std::collections::{BTreeMap, BTreeSet};

/// What a schema's `format` begins with where a text names one of the tenant's own things.
const PREFIX: &str = "stammgast:";
/// Names that an error tells.
const TOLD: usize = 10;

/// What a text of a configuration may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A loyalty program.
    Program,
    /// A tier of some program.
    Tier,
    /// An offer of vouchers.
    Offer,
    /// A reward.
    Reward,
    /// A plan of memberships.
    Plan,
    /// A department.
    Department,
}

impl Named {
    const ALL: [Self; 6] = [Self::Program, Self::Tier, Self::Offer, Self::Reward, Self::Plan, Self::Department];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Tier => "tier",
            Self::Offer => "offer",
            Self::Reward => "reward",
            Self::Plan => "plan",
            Self::Department => "department",
        }
    }
}

/// The names that a tenant has, by what they are of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantNames(BTreeMap<Named, BTreeSet<String>>);

impl TenantNames {
    /// Adds names of one sort. A sort of which none were added is not checked.
    #[must_use]
    pub fn with(mut self, sort: Named, names: impl IntoIterator<Item = String>) -> Self {
        self.0.entry(sort).or_default().extend(names);
        self
    }

    /// The formats to be checked, such as `stammgast:program`, and what fits.
    pub(crate) fn formats(&self) -> impl Iterator<Item = (String, BTreeSet<String>)> + '_ {
        self.0.iter().map(|(named, names)| (format!("{PREFIX}{}", named.as_str()), names.clone()))
    }

    /// What is wrong with a name, in words; `None` where the format is none of these.
    pub(crate) fn unknown(&self, format: &str, name: &str) -> Option<String> {
        let sort = format.strip_prefix(PREFIX)?;
        let (_, names) = self.0.iter().find(|(named, _)| named.as_str() == sort)?;
        let there = names.iter().take(TOLD).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let there = if there.is_empty() { "there is none yet".to_owned() } else { format!("there are {there}") };
        let name: String = name.chars().take(100).collect();
        Some(format!("there is no {sort} `{name}`; create it first, or name another one ({there})"))
    }
}

/// A format that begins like these and is none of them.
pub(crate) fn misspelt(format: &str) -> Option<String> {
    let sort = format.strip_prefix(PREFIX)?;
    if Named::ALL.iter().any(|named| named.as_str() == sort) {
        return None;
    }
    let known = Named::ALL.map(|named| format!("`{PREFIX}{}`", named.as_str())).join(", ");
    Some(format!("`{format}` is no format; there are {known}"))
}
