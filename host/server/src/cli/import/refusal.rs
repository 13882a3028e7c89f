//! Rows that were left out: a few on the screen, all of them in the report.

use super::super::{CliError, output::plain};
use serde::Serialize;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// Refusals that are shown on the screen.
const SHOWN: usize = 20;

/// A row or file that was left out, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Refusal {
    /// Line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The file, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The customer's name in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The row's name in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The field that is wrong; empty for the whole.
    pub field: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// Collects refusals.
pub(super) struct Report {
    file: Option<(PathBuf, BufWriter<File>)>,
    first: Vec<Refusal>,
    /// How many there were.
    pub count: u64,
}

impl Report {
    /// Starts a report, in a file if one is named.
    pub fn start(path: Option<&Path>) -> Result<Self, CliError> {
        let file = match path {
            Some(path) => {
                let file = File::create(path).map_err(CliError::file(path))?;
                Some((path.to_owned(), BufWriter::new(file)))
            }
            None => None,
        };
        Ok(Self { file, first: Vec::new(), count: 0 })
    }

    /// Adds a refusal: a line of JSON in the file, and kept for the screen if it is among the first.
    pub fn add(&mut self, refusal: Refusal) -> Result<(), CliError> {
        self.count += 1;
        if let Some((path, file)) = &mut self.file {
            let line = serde_json::to_string(&refusal).unwrap_or_default();
            writeln!(file, "{line}").map_err(CliError::file(path.as_path()))?;
        }
        self.first.push(refusal);
        self.first.sort();
        self.first.truncate(SHOWN);
        Ok(())
    }

    /// Writes what is left, and shows the first refusals: they are errors, and shown even when it is quiet.
    pub fn finish(&mut self) -> Result<(), CliError> {
        if let Some((path, file)) = &mut self.file {
            file.flush().map_err(CliError::file(path.as_path()))?;
        }
        if self.count > 0 {
            eprintln!("{}", self.page());
        }
        Ok(())
    }

    fn page(&self) -> String {
        let place = |refusal: &Refusal| match (&refusal.file, refusal.line) {
            (Some(file), _) => plain(file),
            (None, Some(line)) => format!("line {line}"),
            (None, None) => String::new(),
        };
        let cells = self.first.iter().map(|refusal| [place(refusal), plain(&refusal.field), plain(&refusal.problem)]);
        let cells: Vec<[String; 3]> = cells.collect();
        let width = |column: usize| {
            cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let (places, fields) = (width(0), width(1));
        let mut lines = vec!["Left out:".to_owned()];
        lines.extend(
            cells.iter().map(|[place, field, problem]| format!("  {place:<places$}  {field:<fields$}  {problem}")),
        );
        let more = self.count.saturating_sub(self.first.len() as u64);
        match &self.file {
            Some((path, _)) => lines.push(format!("  All {} are in {}.", self.count, path.display())),
            None if more > 0 => lines.push(format!("  And {more} more; --report FILE keeps them all.")),
            None => {}
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(line: u64) -> Refusal {
        Refusal { line: Some(line), field: "amount".to_owned(), problem: "is odd".to_owned(), ..Refusal::default() }
    }

    #[test]
    fn the_first_lines_are_shown_in_order_and_all_are_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.jsonl");
        let mut report = Report::start(Some(&path)).unwrap();
        for line in (1..=30).rev() {
            report.add(refusal(line)).unwrap();
        }
        report.finish().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 30);
        assert_eq!(text.lines().next(), Some(r#"{"line":30,"field":"amount","problem":"is odd"}"#));
        let page = report.page();
        assert!(page.starts_with("Left out:\n  line 1   amount  is odd\n  line 2   amount"), "{page}");
        assert!(!page.contains("line 21") && page.contains("All 30 are in"), "{page}");
    }
}
