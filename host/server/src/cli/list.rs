//! Lists of the API, as tables.

use super::{
    CliError,
    client::Client,
    output::Output,
    table::{Column, table},
};
use serde_json::json;

/// A list of the API, and how it is shown.
pub(super) struct List<'a> {
    /// Its path.
    pub path: &'a [&'a str],
    /// What it is narrowed down to.
    pub filter: &'a [(&'a str, &'a str)],
    /// The most items; `None` for a list that the API gives whole.
    pub limit: Option<usize>,
    /// The table's columns.
    pub columns: &'a [Column],
    /// What is said where there is nothing.
    pub empty: &'a str,
}

impl List<'_> {
    /// Shows the list.
    pub async fn show(&self, client: &Client, output: Output) -> Result<(), CliError> {
        let items = client.items(self.path, self.filter, self.limit).await?;
        if self.limit == Some(items.len()) {
            output.note(&format!("These are the first {}; --limit shows more.", items.len()));
        }
        let text = table(&items, self.columns, self.empty);
        output.show(&json!({ "items": items }), &text)
    }
}
