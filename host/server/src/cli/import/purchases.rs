//! `stammgast import purchases`.

use super::{
    super::{CliError, Done, global::Session, output::Output},
    from_cdnow, from_csv,
    pipeline::{self, Totals, Work},
    progress::Progress,
    refusal::Report,
    row::Rows,
};
use clap::{Args, ValueEnum};
use indicatif::HumanCount;
use serde_json::json;
use stammgast_domain::{Currency, text};
use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// What the file looks like.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Comma-separated values with a header line
    Csv,
    /// The CDNOW data: customer, YYYYMMDD, number of CDs, dollars, parted by blanks
    Cdnow,
}

/// Import purchases, and the customers who made them
///
/// CSV needs the columns `customer` (the customer's number in the source), `date` (2026-03-01, or a time such as
/// 2026-03-01T09:30:00Z) and `amount` (12.50). It may have `id` (the purchase's number in the source), `product`,
/// `category` and `quantity`.
///
/// A row without an id gets one from its contents and its count among identical rows, so that importing the same file
/// again changes nothing. Customers that are not there yet are recorded as active, under the source and their number.
/// The rows of one customer are recorded in the order of the file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast import purchases purchases.csv --source webshop --currency EUR
  stammgast import purchases purchases.csv --source webshop --currency EUR --report refused.jsonl
  stammgast import purchases CDNOW_master.txt --format cdnow --source cdnow --currency USD")]
pub(in crate::cli) struct Purchases {
    /// The file
    file: PathBuf,
    /// The system that the file comes from, a code such as webshop
    #[arg(long, value_parser = code)]
    source: String,
    /// The currency of all amounts, such as EUR
    #[arg(long)]
    currency: Currency,
    /// What the file looks like
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Rows of one request; the server takes up to its setting `http.bulk_rows`
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    batch: u16,
    /// Requests that are under way at once
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
    /// Write every row that is left out, with the reason, to this file (JSON Lines)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Seconds to go on trying while the server does not answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
}

impl Purchases {
    pub async fn run(self, session: &Session) -> Result<Done, CliError> {
        let output = session.output;
        let client = session.tenant_client()?;
        let rows = open(&self.file, self.format, self.currency, output)?;
        let length = count_lines(&self.file)?;
        let mut report = Report::start(self.report.as_deref())?;
        let progress = Progress::start(output, length, "rows");
        let patience = Duration::from_secs(self.patience);
        let work = Work { client, source: self.source, patience, progress };
        let started = Instant::now();
        let (totals, result) =
            pipeline::run(work, rows, usize::from(self.parallel), usize::from(self.batch), &mut report).await;
        report.finish()?;
        let (answer, sentence) = summary(&totals, report.count, started.elapsed());
        output.result(&answer, "", &sentence)?;
        result.map_err(|error| CliError::Stopped(Box::new(error)))?;
        Ok(if report.count == 0 { Done::Fine } else { Done::RowsRefused })
    }
}

fn code(given: &str) -> Result<String, String> {
    text::code("the source", given).map(|()| given.to_owned()).map_err(|error| error.to_string())
}

fn open(path: &Path, format: Format, currency: Currency, output: Output) -> Result<Rows, CliError> {
    let file = BufReader::new(File::open(path).map_err(CliError::file(path))?);
    match format {
        Format::Cdnow => Ok(Box::new(from_cdnow::open(file, currency))),
        Format::Csv => {
            let wrong = |error: from_csv::BadHeader| CliError::Given {
                what: path.display().to_string(),
                problem: error.to_string(),
            };
            let (rows, unknown) = from_csv::open(file, currency).map_err(wrong)?;
            if !unknown.is_empty() {
                output.note(&format!("These columns are not used: {}", unknown.join(", ")));
            }
            Ok(Box::new(rows))
        }
    }
}

/// How many lines a file has: close enough to its rows for a progress bar.
fn count_lines(path: &Path) -> Result<u64, CliError> {
    let count = |path: &Path| -> io::Result<u64> {
        let mut reader = BufReader::with_capacity(1 << 16, File::open(path)?);
        let mut lines = 0;
        loop {
            let buffer = reader.fill_buf()?;
            let length = buffer.len();
            if length == 0 {
                return Ok(lines);
            }
            lines += buffer.split(|byte| *byte == b'\n').skip(1).count() as u64;
            reader.consume(length);
        }
    };
    count(path).map_err(CliError::file(path))
}

fn summary(totals: &Totals, refused: u64, elapsed: Duration) -> (serde_json::Value, String) {
    let Totals { rows, recorded, existing, customers } = totals;
    let answer = json!({
        "rows": rows,
        "recorded": recorded,
        "existing": existing,
        "refused": refused,
        "customers_recorded": customers,
        "milliseconds": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    });
    let millis = elapsed.as_millis().max(1);
    let speed = u64::try_from(u128::from(*rows) * 1_000 / millis).unwrap_or(u64::MAX);
    let number = |count: u64| HumanCount(count).to_string();
    let sentence = format!(
        "{} rows in {:.1} s ({} a second): {} recorded, {} there already, {} left out; {} new customers.",
        number(*rows),
        elapsed.as_secs_f64(),
        number(speed),
        number(*recorded),
        number(*existing),
        number(refused),
        number(*customers)
    );
    (answer, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_every_row_once() {
        let totals = Totals { rows: 69_659, recorded: 69_000, existing: 600, customers: 23_570 };
        let (answer, sentence) = summary(&totals, 59, Duration::from_millis(10_500));
        assert_eq!(answer.pointer("/refused").unwrap(), 59);
        let expected = "69,659 rows in 10.5 s (6,634 a second): 69,000 recorded, 600 there already, 59 left out; \
                        23,570 new customers.";
        assert_eq!(sentence, expected);
    }
}
