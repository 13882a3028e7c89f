//! Lists whose items are each named once.

use serde::Deserialize;
use std::{collections::BTreeSet, fmt};

/// An item of a list in the configuration.
pub trait Named {
    /// The list's field.
    const LIST: &'static str;

    /// The item's own name.
    fn name(&self) -> &str;
}

/// A list in the order of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Named + Deserialize<'de>"))]
pub struct Once<T>(Vec<T>);

impl<T> Once<T> {
    /// The items in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Named> TryFrom<Vec<T>> for Once<T> {
    type Error = Twice;

    fn try_from(items: Vec<T>) -> Result<Self, Twice> {
        let mut seen = BTreeSet::new();
        match items.iter().find(|item| !seen.insert(item.name())) {
            Some(twice) => Err(Twice { list: T::LIST, name: twice.name().to_owned() }),
            None => Ok(Self(items)),
        }
    }
}

/// A name stands twice in a list, and nobody can say which one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twice {
    list: &'static str,
    name: String,
}

impl fmt::Display for Twice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names `{}` twice; keep one of them", self.list, self.name)
    }
}

impl std::error::Error for Twice {}
