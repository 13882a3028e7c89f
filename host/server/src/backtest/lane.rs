//! One lane of a batch: events of some customers, in order.

use super::{
    past::World,
    run::Run,
    side::{Answered, Side},
};
use crate::app::AppError;
use stammgast_domain::{
    backtest::{self, Against, Cost, Dealt, EventDifference},
    call::CallRecord,
    effect::Effect,
    event::{Event, Fact},
};
use stammgast_store::Batch;
use std::{collections::HashMap, sync::Arc};

/// What an installation did, by event.
pub(super) type Happened = HashMap<u64, CallRecord>;

/// Works through the events of a lane.
pub(super) async fn work(run: &Run, world: World, events: Vec<Event>, happened: &Happened) -> Result<Batch, AppError> {
    let world = Arc::new(world);
    for event in &events {
        // What an event tells is known when it is asked about.
        world.tell(event);
        if run.test.period.holds(event.event.occurred_at) {
            one(run, &world, event, happened).await?;
        }
    }
    let world = Arc::try_unwrap(world).map_err(|_| AppError::File(std::io::Error::other("a call still runs")))?;
    Ok(world.into_batch())
}

async fn one(run: &Run, world: &Arc<World>, event: &Event, happened: &Happened) -> Result<(), AppError> {
    let concerns = |side: &Side| side.concerns(&event.event.fact);
    let (asks, asks_baseline) = (concerns(&run.candidate), run.baseline.as_ref().is_some_and(concerns));
    // The installation may have been called for what the tried version would not be.
    let did = happened.get(&event.seq);
    if !asks && !asks_baseline && did.is_none() {
        return Ok(());
    }
    let body = match &event.event.fact {
        Fact::MessageReceived(message) => run.store.message_body(message.id).await?,
        _ => None,
    };
    let nothing = || Answered { dealt: Dealt::Unknown, cost: Cost::default(), effects: Vec::new() };
    let candidate = if asks { run.candidate.ask(world, event, body.as_deref()).await? } else { nothing() };
    let baseline = match (&run.test.against, &run.baseline) {
        (Against::Version(_), Some(side)) if asks_baseline => side.ask(world, event, body.as_deref()).await?,
        (Against::Happened { .. }, _) => did.map_or_else(nothing, answered),
        _ => nothing(),
    };
    count(run, world, event, candidate, baseline);
    Ok(())
}

/// What an installation did with an event.
fn answered(record: &CallRecord) -> Answered {
    Answered { dealt: Dealt::of(record), cost: record.into(), effects: Vec::new() }
}

fn count(run: &Run, world: &World, event: &Event, candidate: Answered, baseline: Answered) {
    let customer = event.event.subject.customer();
    let mut since = world.since();
    since.totals.events += 1;
    since.totals.candidate.count(&candidate.dealt, candidate.cost);
    since.totals.baseline.count(&baseline.dealt, baseline.cost);
    if let Some(customer) = customer {
        let mut points = since.points.remove(&customer).unwrap_or_default();
        backtest::add_points(&mut points, &candidate.dealt, &baseline.dealt);
        if !points.is_empty() {
            since.points.insert(customer, points);
        }
    }
    match &run.test.against {
        Against::Nothing => {}
        Against::Happened { .. } if baseline.dealt == Dealt::Unknown => since.totals.unknown += 1,
        Against::Happened { .. } | Against::Version(_) => {
            if !candidate.dealt.comes_to(&baseline.dealt) {
                since.totals.differing += 1;
                let (candidate, baseline) = (candidate.dealt, baseline.dealt);
                since.differences.push(EventDifference { event: event.seq, customer, candidate, baseline });
            } else if matches!(run.test.against, Against::Version(_)) && told(&candidate) != told(&baseline) {
                since.totals.differing_texts += 1;
            }
        }
    }
}

/// What was asked for, changes of state left out: each version keeps its own.
fn told(answered: &Answered) -> Vec<&Effect> {
    answered.effects.iter().filter(|effect| !matches!(effect, Effect::SetState(_))).collect()
}
