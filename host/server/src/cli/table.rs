//! Aligned tables.

use super::output::plain;
use serde_json::Value;

/// The most characters of a cell, unless its column says otherwise.
const WIDEST: usize = 80;

/// One column: its head, and where its values stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    head: &'static str,
    pointer: &'static str,
    widest: usize,
}

impl Column {
    /// A column of the values at a JSON pointer.
    pub const fn new(head: &'static str, pointer: &'static str) -> Self {
        Self { head, pointer, widest: WIDEST }
    }

    /// The same column, cut to so many characters.
    pub const fn cut(self, widest: usize) -> Self {
        Self { widest, ..self }
    }
}

struct Cell {
    text: String,
    is_number: bool,
}

/// A table of these rows, or the sentence that says there are none.
pub(super) fn table(rows: &[Value], columns: &[Column], empty: &str) -> String {
    if rows.is_empty() {
        return empty.to_owned();
    }
    let drawn: Vec<Vec<String>> = columns.iter().map(|column| draw(rows, *column)).collect();
    let line = |index: usize| {
        let cells: Vec<&str> = drawn.iter().filter_map(|column| column.get(index)).map(String::as_str).collect();
        cells.join("  ").trim_end().to_owned()
    };
    (0..=rows.len()).map(line).collect::<Vec<_>>().join("\n")
}

/// The head and the cells of one column, all equally wide. Numbers stand to the right.
fn draw(rows: &[Value], column: Column) -> Vec<String> {
    let cells: Vec<Cell> = rows.iter().map(|row| cell(row.pointer(column.pointer), column.widest)).collect();
    let to_the_right =
        cells.iter().all(|cell| cell.is_number || cell.text == "–") && cells.iter().any(|cell| cell.is_number);
    // Units of measure stay as they are: a large `µ` is a large `m`.
    let head = if column.head.contains('µ') { column.head.to_owned() } else { column.head.to_uppercase() };
    let head = std::iter::once(head);
    let texts: Vec<String> = head.chain(cells.into_iter().map(|cell| cell.text)).collect();
    let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
    let align = |text: String| if to_the_right { format!("{text:>width$}") } else { format!("{text:<width$}") };
    texts.into_iter().map(align).collect()
}

fn cell(value: Option<&Value>, widest: usize) -> Cell {
    let is_number = value.is_some_and(Value::is_number);
    let text = plain(&value.map(words).unwrap_or_default());
    if text.is_empty() {
        return Cell { text: "–".to_owned(), is_number };
    }
    if text.chars().count() <= widest {
        return Cell { text, is_number };
    }
    let start: String = text.chars().take(widest.saturating_sub(1)).collect();
    Cell { text: format!("{}…", start.trim_end()), is_number }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_aligned_cut_and_free_of_control_characters() {
        let rows = [
            json!({ "name": "points", "kinds": ["loyalty", "quality"], "size": 9 }),
            json!({ "name": "a\u{1b}[31mred", "size": 1234 }),
        ];
        let columns =
            [Column::new("name", "/name").cut(8), Column::new("kinds", "/kinds"), Column::new("size", "/size")];
        let expected = "NAME      KINDS             SIZE\n\
                        points    loyalty, quality     9\n\
                        a [31mr…  –                 1234";
        assert_eq!(table(&rows, &columns, "none"), expected);
        assert_eq!(table(&[], &columns, "There are none."), "There are none.");
    }
}
