//! Keyset pages: constant cost to the end of any list.

/// Which part of a list to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The key after which the page starts, as an earlier page gave it.
    pub after: Option<String>,
    /// How many rows at most.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The key after which the next page starts; `None` at the end.
    pub next: Option<String>,
}

impl PageRequest {
    /// One row more than asked for shows whether there is a next page.
    pub(crate) fn probe(&self) -> i64 {
        i64::try_from(self.limit.saturating_add(1)).unwrap_or(i64::MAX)
    }

    /// Cuts the rows that a probe read, each with its key, into a page.
    #[must_use]
    pub fn cut<T>(&self, mut keyed: Vec<(String, T)>) -> Page<T> {
        let more = keyed.len() > self.limit;
        keyed.truncate(self.limit);
        let next = if more { keyed.last().map(|(key, _)| key.clone()) } else { None };
        Page { rows: keyed.into_iter().map(|(_, row)| row).collect(), next }
    }
}

impl<T> Page<T> {
    /// The same page with every row turned into something else.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(each).collect(), next: self.next }
    }
}
