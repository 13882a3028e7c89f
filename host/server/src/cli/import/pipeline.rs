//! From a file to the server: one reader, several lanes, one collector.

use super::{
    super::{CliError, client::Client},
    bulk::{Bulk, Outcome},
    lanes::Sorter,
    progress::Progress,
    refusal::{Refusal, Report},
    row::{Row, Rows, Unread},
};
use std::{
    collections::{HashMap, HashSet},
    io,
    sync::Arc,
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinSet};

/// Batches that wait in a lane, and steps that wait for the collector.
const WAITING: usize = 2;

/// What the lanes work with.
pub(super) struct Work {
    /// The server.
    pub client: Client,
    /// The system that the rows come from.
    pub source: String,
    /// How long a passing failure may last.
    pub patience: Duration,
    /// Where progress is shown.
    pub progress: Progress,
}

/// What was done so far.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Totals {
    /// Rows of the file.
    pub rows: u64,
    /// Purchases that are new.
    pub recorded: u64,
    /// Purchases that were there already.
    pub existing: u64,
    /// Customers that are new.
    pub customers: u64,
}

/// What became of some rows.
#[derive(Default)]
struct Step {
    totals: Totals,
    refused: Vec<Refusal>,
}

/// Sends all rows. The totals tell what was done even when it ends with an error.
pub(super) async fn run(
    work: Work,
    rows: Rows,
    lanes: usize,
    batch: usize,
    report: &mut Report,
) -> (Totals, Result<(), CliError>) {
    let work = Arc::new(work);
    let (steps, mut done) = mpsc::channel(WAITING);
    let mut tasks: JoinSet<Result<(), CliError>> = JoinSet::new();
    let mut inlets = Vec::new();
    for _ in 0..lanes {
        let (inlet, outlet) = mpsc::channel(WAITING);
        inlets.push(inlet);
        tasks.spawn(run_lane(Arc::clone(&work), outlet, steps.clone()));
    }
    tasks.spawn_blocking(move || read(rows, Sorter::new(lanes, batch), &inlets, &steps));
    let mut totals = Totals::default();
    let mut result = Ok(());
    while let Some(step) = done.recv().await {
        work.progress.advance(step.totals.rows);
        totals.add(&step.totals);
        for refusal in step.refused {
            result = result.and(report.add(refusal));
        }
    }
    while let Some(ended) = tasks.join_next().await {
        result = result.and(ended.unwrap_or_else(|error| Err(error.into())));
    }
    work.progress.finish();
    (totals, result)
}

/// Reads the file and hands batches to their lanes, until the end or until a lane has given up.
fn read(
    rows: Rows,
    mut sorter: Sorter,
    lanes: &[mpsc::Sender<Vec<Row>>],
    steps: &mpsc::Sender<Step>,
) -> Result<(), CliError> {
    let hand_over =
        |(lane, batch): (usize, Vec<Row>)| lanes.get(lane).is_some_and(|lane| lane.blocking_send(batch).is_ok());
    for row in rows {
        let goes_on = match row {
            Ok(row) => sorter.push(row).is_none_or(hand_over),
            Err(Unread::Row(refusal)) => {
                let totals = Totals { rows: 1, ..Totals::default() };
                steps.blocking_send(Step { totals, refused: vec![refusal] }).is_ok()
            }
            Err(Unread::File(error)) => return Err(unreadable(&error)),
        };
        if !goes_on {
            return Ok(());
        }
    }
    // The lane that has given up says why.
    let _ = sorter.rest().all(hand_over);
    Ok(())
}

fn unreadable(error: &io::Error) -> CliError {
    CliError::Given { what: "the file cannot be read to its end".to_owned(), problem: error.to_string() }
}

async fn run_lane(
    work: Arc<Work>,
    mut batches: mpsc::Receiver<Vec<Row>>,
    steps: mpsc::Sender<Step>,
) -> Result<(), CliError> {
    // Customers that the server was told of in this run, with the reason where it refused one.
    let mut known: HashMap<String, Option<(String, String)>> = HashMap::new();
    while let Some(rows) = batches.recv().await {
        let step = send(&work, &mut known, rows).await?;
        if steps.send(step).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn send(
    work: &Work,
    known: &mut HashMap<String, Option<(String, String)>>,
    rows: Vec<Row>,
) -> Result<Step, CliError> {
    let tell = |text: &str| work.progress.note(text);
    let bulk = Bulk { client: &work.client, patience: work.patience, tell: &tell };
    let mut step = Step { totals: Totals { rows: rows.len() as u64, ..Totals::default() }, ..Step::default() };

    let mut met = HashSet::new();
    let new: Vec<&Row> =
        rows.iter().filter(|row| !known.contains_key(&row.customer) && met.insert(row.customer.as_str())).collect();
    let customers: Vec<_> = new.iter().map(|row| row.customer_json(&work.source)).collect();
    if !customers.is_empty() {
        let outcomes = bulk.send(&["v1", "customers", "bulk"], &customers).await?;
        for (row, outcome) in new.into_iter().zip(outcomes) {
            step.totals.customers += u64::from(outcome == Outcome::Recorded);
            let refusal = match outcome {
                Outcome::Refused { field, problem } => Some((format!("customer.{field}"), problem)),
                Outcome::Recorded | Outcome::Existing => None,
            };
            known.insert(row.customer.clone(), refusal);
        }
    }

    let mut fine = Vec::with_capacity(rows.len());
    for row in &rows {
        match known.get(&row.customer).cloned().flatten() {
            Some((field, problem)) => step.refused.push(row.refused(field, problem)),
            None => fine.push(row),
        }
    }
    let purchases: Vec<_> = fine.iter().map(|row| row.purchase_json(&work.source)).collect();
    if !purchases.is_empty() {
        let outcomes = bulk.send(&["v1", "purchases", "bulk"], &purchases).await?;
        for (row, outcome) in fine.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Recorded => step.totals.recorded += 1,
                Outcome::Existing => step.totals.existing += 1,
                Outcome::Refused { field, problem } => step.refused.push(row.refused(field, problem)),
            }
        }
    }
    Ok(step)
}

impl Totals {
    fn add(&mut self, step: &Self) {
        self.rows += step.rows;
        self.recorded += step.recorded;
        self.existing += step.existing;
        self.customers += step.customers;
    }
}
