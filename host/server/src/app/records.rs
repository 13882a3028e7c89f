//! Recorded calls: found, repeated exactly, and taken home as a file.

use super::{App, AppError, Ctx, plugins};
use crate::trial::{self, CaseReport, compare::Difference};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    call::{CallStory, Ended, RecordedCall},
    case::{Case, CaseFile, Expectation, FORMAT},
    event::Fact,
    mask,
};
use stammgast_runtime::LoadedPlugin;
use stammgast_store::{CallOrder, StoreError, StoredCall};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Which recorded calls are looked for, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Only those that ended so.
    pub ended: Option<Ended>,
    /// Their order, and where they begin.
    pub order: CallOrder,
}

/// Recorded calls of an installation.
///
/// # Errors
/// The store failed.
pub async fn list(
    ctx: &Ctx,
    installation: InstallationId,
    wanted: Wanted,
    limit: usize,
) -> Result<Vec<StoredCall>, AppError> {
    see(ctx)?;
    if ctx.tenant.installation(installation).await?.is_none()
        && ctx.tenant.history(installation, None, 1).await?.is_empty()
    {
        return Err(AppError::NotFound("installation"));
    }
    Ok(ctx.tenant.calls(installation, wanted.order, wanted.ended, limit).await?)
}

/// A call's record holds what the plugin was told of customers.
fn see(ctx: &Ctx) -> Result<(), AppError> {
    [Scope::PluginsRead, Scope::CustomersRead, Scope::PurchasesRead, Scope::InteractionsRead, Scope::LoyaltyRead]
        .into_iter()
        .try_for_each(|scope| ctx.need(scope))
}

/// One recorded call.
///
/// # Errors
/// No such call.
pub async fn read(ctx: &Ctx, installation: InstallationId, event: u64, attempt: u32) -> Result<StoredCall, AppError> {
    see(ctx)?;
    ctx.tenant.call(installation, event, attempt).await?.ok_or(AppError::NotFound("recorded call"))
}

/// What came of repeating a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Replayed {
    /// The same, to the last unit of CPU; where a fault was a matter of real time, its sort.
    Same,
    /// Something else: the host or the component is not what it was.
    Different(Vec<Difference>),
    /// It cannot be repeated, and why.
    Impossible(String),
}

/// Repeats a recorded call in the same component with everything as it was, and compares.
///
/// # Errors
/// No such call, or the store failed.
pub async fn replay(
    app: &App,
    ctx: &Ctx,
    installation: InstallationId,
    event: u64,
    attempt: u32,
) -> Result<(RecordedCall, Replayed), AppError> {
    let StoredCall { record, story } = read(ctx, installation, event, attempt).await?;
    let replayed = repeat(app, ctx, &record, story).await?;
    Ok((record, replayed))
}

/// Repeats recorded calls one after another, at most `limit`, and compares each. It ends early where they take long: what
/// is asked for has to come before the request is given up.
///
/// # Errors
/// The store failed.
pub async fn replay_all(
    app: &App,
    ctx: &Ctx,
    installation: InstallationId,
    wanted: Wanted,
    limit: usize,
) -> Result<Vec<(RecordedCall, Replayed)>, AppError> {
    let calls = list(ctx, installation, wanted, limit).await?;
    let mut replayed = Vec::with_capacity(calls.len());
    let share = i64::try_from(app.settings.http.request_seconds).unwrap_or(i64::MAX).saturating_mul(1_000) / 3;
    let until = ctx.now().plus_millis(share);
    for StoredCall { record, story } in calls {
        if !replayed.is_empty() && ctx.now() > until {
            break;
        }
        let came = repeat(app, ctx, &record, story).await?;
        replayed.push((record, came));
    }
    Ok(replayed)
}

async fn repeat(app: &App, ctx: &Ctx, record: &RecordedCall, story: Option<CallStory>) -> Result<Replayed, AppError> {
    // Before its raw message is read, as for events.
    let turn = app.calls.take(ctx.tenant.tenant()).await?;
    let (case, plugin) = match prepared(app, ctx, record, story).await {
        Ok(prepared) => prepared,
        Err(Unready::Impossible(why)) => return Ok(Replayed::Impossible(why)),
        Err(Unready::Failed(error)) => return Err(error),
    };
    let mut differences = run(app, turn, plugin, record, case).await?.differences;
    if !differences.is_empty() && record.limits.reuse_calls > 1 {
        let why = "it ran in an instance that may have served others before (limits.reuse_calls), and is repeated in a \
                   fresh one";
        differences.insert(0, Difference { place: "instance".to_owned(), expected: None, came: Some(why.to_owned()) });
    }
    Ok(if differences.is_empty() { Replayed::Same } else { Replayed::Different(differences) })
}

/// Runs a case as the call was run, within its tenant's turn.
async fn run(
    app: &App,
    turn: OwnedSemaphorePermit,
    plugin: Arc<LoadedPlugin>,
    record: &RecordedCall,
    case: Case,
) -> Result<CaseReport, AppError> {
    let kept = app.store.plugin(&record.digest).await?.ok_or(AppError::NotFound("plugin"))?;
    let (runtime, limits) = (Arc::clone(&app.runtime), record.limits);
    let work = async move {
        let _turn = turn;
        let config = case.config.clone().unwrap_or_default();
        trial::case::run(&runtime, &plugin, &kept.manifest, &case, &config, limits).await
    };
    Ok(app.runtime.threads().spawn(work).await.map_err(std::io::Error::other)?)
}

enum Unready {
    Impossible(String),
    Failed(AppError),
}

impl From<StoreError> for Unready {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sealed { .. } => Self::Impossible(ERASED.to_owned()),
            other => Self::Failed(other.into()),
        }
    }
}

const ERASED: &str = "erased: the personal data of its customer is gone";

/// The case of a recorded call, and the component that it ran in.
async fn prepared(
    app: &App,
    ctx: &Ctx,
    record: &RecordedCall,
    story: Option<CallStory>,
) -> Result<(Case, Arc<LoadedPlugin>), Unready> {
    let impossible = |why: &str| Unready::Impossible(why.to_owned());
    let story = story.ok_or_else(|| impossible(ERASED))?;
    if !record.is_whole {
        return Err(impossible("it was told more than a record may hold (records.record_kib)"));
    }
    let event = ctx.tenant.event(record.event).await?.ok_or_else(|| impossible("its event is gone"))?;
    let body = match &event.event.fact {
        Fact::MessageReceived(message) => {
            Some(ctx.tenant.message_body(message.id).await?.ok_or_else(|| impossible("its raw message is gone"))?)
        }
        _ => None,
    };
    let then = ctx.tenant.installation_then(record.installation, record.installation_version).await?;
    let then = then.ok_or_else(|| impossible("the installation's history does not reach back to it"))?;
    let plugin = match plugins::loaded(app, &record.digest).await {
        Ok(plugin) => plugin,
        Err(AppError::Refused { problem, .. }) => return Err(Unready::Impossible(problem)),
        Err(error) => return Err(Unready::Failed(error)),
    };
    Ok((record.case(&story, event, body, &then.installation), plugin))
}

/// How much of what is personal an exported call shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// All of it.
    Shown,
    /// Letters and digits are made unreadable; what shall come of the case is found out anew.
    Masked,
}

/// A recorded call as a file that `stammgast plugin test` runs anywhere.
///
/// # Errors
/// No such call, or it cannot be repeated.
pub async fn export(
    app: &App,
    ctx: &Ctx,
    (installation, event, attempt): (InstallationId, u64, u32),
    personal: Personal,
) -> Result<CaseFile, AppError> {
    let StoredCall { record, story } = read(ctx, installation, event, attempt).await?;
    let (case, plugin) = prepared(app, ctx, &record, story).await.map_err(|unready| match unready {
        Unready::Impossible(why) => {
            AppError::Refused { code: "call-not-repeatable", problem: format!("the call cannot be taken home: {why}") }
        }
        Unready::Failed(error) => error,
    })?;
    let case = match personal {
        Personal::Shown => case,
        Personal::Masked => masked(app, ctx, plugin, &record, &case).await?,
    };
    let about = format!("{} {} ({}), how it ended: {}", record.plugin, record.version, record.digest, record.ended);
    Ok(CaseFile { format: FORMAT, about, cases: vec![case] })
}

/// The masked case says what comes of itself, so that its file is true; whether that is still the fault in question,
/// its name tells.
async fn masked(
    app: &App,
    ctx: &Ctx,
    plugin: Arc<LoadedPlugin>,
    record: &RecordedCall,
    case: &Case,
) -> Result<Case, AppError> {
    let mut masked = mask::case(case).map_err(|error| AppError::Refused {
        code: "call-not-repeatable",
        problem: format!("the call cannot be masked: {error}; export it without masking"),
    })?;
    let turn = app.calls.take(ctx.tenant.tenant()).await?;
    let outcome = run(app, turn, plugin, record, masked.clone()).await?.outcome;
    let ended = match &outcome {
        trial::Outcome::Fault(fault) => fault.kind.as_str(),
        trial::Outcome::Malformed(_) => "malformed",
        trial::Outcome::Effects(_) => "effects",
        trial::Outcome::HostFailure(_) => "something else",
    };
    let asked_for = |expected: Option<&Expectation>| expected.map(Expectation::outcomes).unwrap_or_default();
    let answer = outcome.expectation();
    let still = match () {
        () if ended != record.ended => "it ends otherwise once it is masked",
        () if asked_for(case.expect.as_ref()) != asked_for(answer.as_ref()) => {
            "it ends so, but asks for something else once it is masked; shown in full it is the call that was made"
        }
        () => "it still ends so",
    };
    masked.name = format!("{}, masked: {still}", masked.name);
    masked.expect = answer;
    Ok(masked)
}
