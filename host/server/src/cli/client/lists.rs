//! Lists of the API, page by page.

use super::{CallError, Client};
use serde_json::Value;

/// The most rows of a page that is asked for; the server allows this many unless it is set up otherwise.
const PAGE: usize = 500;

/// How a list goes on that has no cursor.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Rows {
    /// Where the rows stand in the answer.
    pub list: &'static str,
    /// Where in a row stands what the next page begins behind.
    pub key: &'static str,
    /// The parameter that takes it.
    pub from: &'static str,
}

impl Client {
    /// The items of a list: all of them, or the first `limit`.
    pub async fn items(
        &self,
        path: &[&str],
        filter: &[(&str, &str)],
        limit: Option<usize>,
    ) -> Result<Vec<Value>, CallError> {
        let mut items: Vec<Value> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut query: Vec<(&str, String)> =
                filter.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            query.extend(limit.map(|limit| ("limit", limit.saturating_sub(items.len()).min(PAGE).to_string())));
            query.extend(cursor.clone().map(|cursor| ("cursor", cursor)));
            let mut page = self.send(self.http.get(self.url(path, &query))).await?.body;
            match page.get_mut("items").map(Value::take) {
                Some(Value::Array(rows)) => items.extend(rows),
                _ => return Err(self.unexpected("a list has no `items`")),
            }
            let next = page.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
            if next.is_none() || next == cursor || limit.is_some_and(|limit| items.len() >= limit) {
                return Ok(items);
            }
            cursor = next;
        }
    }

    /// An answer whose list goes on behind its last row: with the first `limit` rows, page by page.
    pub async fn rows(
        &self,
        path: &[&str],
        filter: &[(&str, &str)],
        rows: Rows,
        limit: usize,
    ) -> Result<Value, CallError> {
        let (mut found, mut last): (Vec<Value>, Option<String>) = (Vec::new(), None);
        loop {
            let wanted = limit.saturating_sub(found.len()).min(PAGE);
            let mut query: Vec<(&str, String)> =
                filter.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            if let Some(last) = last {
                query.retain(|(name, _)| *name != rows.from);
                query.push((rows.from, last));
            }
            query.push(("limit", wanted.to_string()));
            let mut page = self.send(self.http.get(self.url(path, &query))).await?.body;
            let Some(Value::Array(more)) = page.get_mut(rows.list).map(Value::take) else {
                return Err(self.unexpected(format!("a list has no `{}`", rows.list)));
            };
            let is_full = more.len() == wanted;
            found.extend(more);
            last = found.last().and_then(|row| row.pointer(rows.key)).map(in_query);
            if !is_full || found.len() >= limit || last.is_none() {
                if let Value::Object(fields) = &mut page {
                    fields.insert(rows.list.to_owned(), Value::Array(found));
                }
                return Ok(page);
            }
        }
    }
}

/// A value as it stands in a query.
fn in_query(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
