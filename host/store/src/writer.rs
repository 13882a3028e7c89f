//! Group commit: one task per tenant gathers waiting changes and commits them in one transaction.
//!
//! This gives the event log its order (sequence numbers are handed out in the order of commits), spares changes
//! of one process from conflicting with one another, and shares the cost of a synced write. A change that makes a
//! shared commit fail is found by committing each one alone. The row `log_head:main` guards against another
//! process that writes to the same tenant.

use crate::{
    StoreError,
    change::Change,
    database::{Bindings, Database, bind},
    ledger::{Desk, LedgerOrder, Settled, Spoilt, posting_rows},
    sealing::Sealer,
};
use rand::RngExt;
use serde::Deserialize;
use stammgast_domain::event::Fact;
use std::{sync::Arc, time::Duration};
use surrealdb::types::{Array, Value};
use tokio::{
    runtime::Handle,
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinHandle,
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

/// How often an idle writer looks for what other processes wrote.
const LOOK_AROUND: Duration = Duration::from_millis(500);

/// Bounds of a writer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriterLimits {
    pub(crate) commit_rows: usize,
    pub(crate) commit_bytes: usize,
    pub(crate) queue: usize,
    pub(crate) conflict_tries: u32,
}

struct Job {
    change: Change,
    done: oneshot::Sender<Outcome>,
}

/// What the ledger decided for a change that is committed, or why the change is not.
type Outcome = Result<Settled, StoreError>;

/// Hands changes to the tenant's writing task.
pub(crate) struct Writer {
    queue: mpsc::Sender<Job>,
    head: watch::Receiver<u64>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Deserialize)]
struct Head {
    next: u64,
}

impl Writer {
    /// Starts the writing task of one tenant.
    pub(crate) async fn start(
        database: Arc<Database>,
        sealer: Sealer,
        limits: WriterLimits,
        home: &Handle,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(limits.queue);
        let next = read_next(&database).await?;
        let (published, head) = watch::channel(next.saturating_sub(1));
        let task = Task { database, sealer, limits, next, published };
        let stop = CancellationToken::new();
        let task = Mutex::new(Some(home.spawn(task.run(jobs, stop.clone()))));
        Ok(Self { queue, head, stop, task })
    }

    /// Takes no further changes, and waits until those that are taken are committed.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "a writing task ended badly");
        }
    }

    /// Commits a change; on `Ok` it has been synced. A caller that goes away does not stop the commit.
    pub(crate) async fn commit(&self, change: Change) -> Outcome {
        if change.is_empty() {
            return Ok(Settled::default());
        }
        let (done, reply) = oneshot::channel();
        self.queue.send(Job { change, done }).await.map_err(|_| StoreError::Closed)?;
        reply.await.map_err(|_| StoreError::Closed)?
    }

    /// The sequence number of the newest committed event, as it moves.
    pub(crate) fn head(&self) -> watch::Receiver<u64> {
        self.head.clone()
    }
}

async fn read_next(database: &Database) -> Result<u64, StoreError> {
    let head: Option<Head> = database.row("log_head", "SELECT next FROM log_head:main", bind! {}).await?;
    Ok(head.map_or(1, |head| head.next))
}

struct Task {
    database: Arc<Database>,
    sealer: Sealer,
    limits: WriterLimits,
    next: u64,
    published: watch::Sender<u64>,
}

impl Task {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>, stop: CancellationToken) {
        let mut look = tokio::time::interval(LOOK_AROUND);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let first = tokio::select! {
                biased;
                _ = look.tick(), if self.database.is_remote() => {
                    self.look_around().await;
                    continue;
                }
                first = jobs.recv() => first,
                () = stop.cancelled(), if !jobs.is_closed() => {
                    jobs.close();
                    continue;
                }
            };
            let Some(first) = first else { return };
            let (mut rows, mut bytes) = (first.change.rows(), first.change.bytes);
            let mut batch = vec![first];
            while rows < self.limits.commit_rows && bytes < self.limits.commit_bytes {
                let Ok(job) = jobs.try_recv() else { break };
                rows += job.change.rows();
                bytes += job.change.bytes;
                batch.push(job);
            }
            self.commit_batch(batch).await;
        }
    }

    /// Other processes write to a remote database, too: their events have to be seen here.
    async fn look_around(&mut self) {
        match read_next(&self.database).await {
            Ok(next) => self.goes_on_at(next),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the log's head cannot be read"),
        }
    }

    /// The log's next number as the database has it; what others wrote is told to those who wait for events.
    fn goes_on_at(&mut self, next: u64) {
        if next > self.next {
            self.sealer.forget();
        }
        self.next = next;
        let head = next.saturating_sub(1);
        self.published.send_if_modified(|published| std::mem::replace(published, head) != head);
    }

    async fn commit_batch(&mut self, batch: Vec<Job>) {
        let outcomes = match self.commit_with_retries(&batch).await {
            Ok(outcomes) => outcomes,
            Err(error) if batch.len() == 1 => vec![Err(error)],
            Err(_) => {
                let mut outcomes = Vec::with_capacity(batch.len());
                for job in &batch {
                    let alone = self.commit_with_retries(std::slice::from_ref(job)).await;
                    outcomes.push(alone.and_then(|mut one| one.pop().unwrap_or(Err(StoreError::Closed))));
                }
                outcomes
            }
        };
        for (job, outcome) in batch.into_iter().zip(outcomes) {
            // A caller that went away does not need the answer; the outcome stands all the same.
            let _ = job.done.send(outcome);
        }
    }

    /// Repeats the whole transaction while it meets conflicts, with a growing, jittered pause.
    async fn commit_with_retries(&mut self, batch: &[Job]) -> Result<Vec<Outcome>, StoreError> {
        let mut tries = 0;
        loop {
            let error = match self.commit_once(batch).await {
                Ok(outcomes) => return Ok(outcomes),
                Err(error) => error,
            };
            let head_moved = matches!(&error, StoreError::Stale { record } if record == "log_head");
            tries += 1;
            if !(error.retryable() || head_moved) || tries >= self.limits.conflict_tries {
                return Err(if head_moved { StoreError::Conflict } else { error });
            }
            let pause = rand::rng().random_range(1..=(1_u64 << tries.min(8)));
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let next = read_next(&self.database).await?;
            self.goes_on_at(next);
            self.sealer.forget();
        }
    }

    async fn commit_once(&mut self, batch: &[Job]) -> Result<Vec<Outcome>, StoreError> {
        let (outcomes, mut merged, has_desk) = self.merge(batch).await?;
        if merged.is_empty() {
            return Ok(outcomes);
        }
        let events = std::mem::take(&mut merged.events);
        let count = events.len() as u64;
        let sealed = std::mem::take(&mut merged.sealed);
        let keys = self.sealer.keys_for(&self.database, &events, &sealed, &mut merged).await?;
        for row in sealed {
            let (table, id, content) = Sealer::seal_row(&keys, row)?;
            merged.put_object(table, id, content);
        }
        for (seq, event) in (self.next..).zip(events) {
            if let Fact::PointsPosted(transaction) = &event.fact {
                posting_rows(&mut merged, transaction, seq)?;
            }
            let row = Sealer::row(&keys, event)?;
            merged.insert_object("event", i64::try_from(seq).unwrap_or(i64::MAX), row);
        }
        let (text, bindings) = statements(merged, count, self.next, has_desk);
        self.database.query(&text, bindings).await?;
        self.sealer.keep(keys);
        if count > 0 {
            self.next += count;
            self.published.send_replace(self.next - 1);
        }
        Ok(outcomes)
    }

    /// All changes of a batch in one, without those that the ledger refuses; and whether it was asked.
    async fn merge(&self, batch: &[Job]) -> Result<(Vec<Outcome>, Change, HasDesk), StoreError> {
        let orders: Vec<&LedgerOrder> = batch.iter().flat_map(|job| &job.change.orders).collect();
        let (mut outcomes, desk) = if orders.is_empty() {
            (batch.iter().map(|_| Ok(Settled::default())).collect(), None)
        } else {
            let mut desk = Desk::open(&self.database, &orders).await?;
            (decide(&mut desk, batch), Some(desk))
        };
        let mut merged = Change::new();
        for (job, outcome) in batch.iter().zip(&mut outcomes) {
            let Ok(settled) = outcome else { continue };
            let mut change = job.change.clone();
            change.orders.clear();
            if let Some(rest) = change.rest.take() {
                change.extend((rest.0)(settled)?);
            }
            merged.extend(change);
        }
        let Some(desk) = desk else { return Ok((outcomes, merged, HasDesk::No)) };
        desk.save(&mut merged)?;
        Ok((outcomes, merged, HasDesk::Yes))
    }
}

/// Lets the ledger decide the orders of a batch, one change after another.
fn decide(desk: &mut Desk, batch: &[Job]) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = batch.iter().map(|_| None).collect();
    loop {
        let mut spoilt = Spoilt::No;
        for (job, outcome) in batch.iter().zip(&mut outcomes) {
            if matches!(outcome, Some(Err(_))) {
                continue;
            }
            match desk.decide(&job.change.orders) {
                Ok(settled) => *outcome = Some(Ok(settled)),
                Err((refused, how)) => {
                    *outcome = Some(Err(refused));
                    spoilt = how;
                }
            }
            if spoilt == Spoilt::Yes {
                break;
            }
        }
        if spoilt == Spoilt::No {
            return outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err(StoreError::Closed))).collect();
        }
        // One order of a change was done before another was refused: all again, without that change.
        desk.start_again();
    }
}

/// Whether the ledger's rows were read for a commit, which must be the last ones then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HasDesk {
    Yes,
    No,
}

/// The whole transaction as one text with bound values.
fn statements(change: Change, events: u64, next: u64, has_desk: HasDesk) -> (String, Bindings) {
    let mut text = String::from("BEGIN;");
    let mut bindings = Bindings::new();
    let int = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    // What the ledger has read may have been written by another process, which moved the log then.
    if events > 0 || has_desk == HasDesk::Yes {
        text.push_str(
            "LET $moved = UPDATE log_head:main SET next = $next WHERE next = $expected RETURN id;\
             IF array::len($moved) != 1 { THROW 'stale:log_head' };",
        );
        bindings.insert("expected", int(next));
        bindings.insert("next", int(next + events));
    }
    for (table, rows) in change.inserts {
        text.push_str(&format!("INSERT INTO {table} $insert_{table} RETURN NONE;"));
        bindings.insert(format!("insert_{table}"), Value::Array(Array::from(rows)));
    }
    let puts: Vec<Value> = change.puts.into_values().flatten().collect();
    if !puts.is_empty() {
        text.push_str("FOR $put IN $puts { LET $row = $put.id; UPSERT $row CONTENT $put.content RETURN NONE };");
        bindings.insert("puts", Value::Array(Array::from(puts)));
    }
    if !change.updates.is_empty() {
        text.push_str("FOR $row IN $updates { UPDATE $row.id CONTENT $row.content RETURN NONE };");
        bindings.insert("updates", Value::Array(Array::from(change.updates)));
    }
    if !change.replaces.is_empty() {
        text.push_str(
            "FOR $new IN $replaces { LET $row = $new.id;\
             LET $done = UPDATE $row CONTENT $new.content WHERE version = $new.expected RETURN id;\
             IF array::len($done) = 0 { THROW 'stale:' + <string>$row } };",
        );
        bindings.insert("replaces", Value::Array(Array::from(change.replaces)));
    }
    // After what is replaced, so that changes of one batch that get in each other's way are committed one by one.
    if !change.expectations.is_empty() {
        text.push_str(
            "FOR $read IN $expectations { LET $row = $read.id;\
             IF (SELECT VALUE version FROM ONLY $row) != $read.version { THROW 'stale:' + <string>$row } };",
        );
        bindings.insert("expectations", Value::Array(Array::from(change.expectations)));
    }
    if !change.counts.is_empty() {
        text.push_str(
            "FOR $more IN $counts { LET $row = $more.id;\
             LET $after = (UPSERT ONLY $row SET count = (count ?? 0) + $more.by RETURN VALUE count);\
             IF $after > $more.most { THROW 'spent:' + <string>$row } };",
        );
        bindings.insert("counts", Value::Array(Array::from(change.counts)));
    }
    if !change.additions.is_empty() {
        let mut tables = std::collections::BTreeMap::<String, Vec<Value>>::new();
        for addition in change.additions.into_values() {
            let mut row = surrealdb::types::Object::new();
            let table = addition.id.table.to_string();
            row.insert("id", Value::RecordId(addition.id));
            row.insert("points", addition.points);
            tables.entry(table).or_default().push(Value::Object(row));
        }
        for (table, rows) in tables {
            text.push_str(&format!(
                "INSERT INTO {table} $add_{table} ON DUPLICATE KEY UPDATE points += $input.points RETURN NONE;"
            ));
            bindings.insert(format!("add_{table}"), Value::Array(Array::from(rows)));
        }
    }
    if !change.advances.is_empty() {
        text.push_str(
            "FOR $move IN $advances { LET $row = $move.id;\
             UPDATE $row SET position = $move.position \
             WHERE holder = $move.holder AND position < $move.position RETURN NONE };",
        );
        bindings.insert("advances", Value::Array(Array::from(change.advances)));
    }
    if !change.deletes.is_empty() {
        text.push_str("DELETE $deletes RETURN NONE;");
        let rows: Vec<Value> = change.deletes.into_iter().map(Value::RecordId).collect();
        bindings.insert("deletes", Value::Array(Array::from(rows)));
    }
    text.push_str("COMMIT;");
    (text, bindings)
}
