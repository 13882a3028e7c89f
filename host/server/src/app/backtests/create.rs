//! Asking for a back-test: what is tried, and what it is compared with.

use super::{
    super::{App, AppError, Ctx, Plan, error::WrongField, installations, plugins},
    see,
};
use serde_json::{Value, json};
use stammgast_domain::{
    InstallationId,
    access::Scope,
    audit::AuditEntry,
    backtest::{Against, Backtest, BacktestStatus, Candidate, Period, Totals},
    digest::Digest,
    plugin::{Installation, WantedLimits},
};
use stammgast_runtime::TenantNames;
use stammgast_store::Change;

/// A version with a configuration, as an admin names it. What is left out is the installation's; where none is named,
/// what a candidate is compared with takes it from the candidate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NamedVersion {
    /// Digest, id or `id@version`.
    pub plugin: Option<String>,
    /// Configuration.
    pub config: Option<Value>,
    /// Limits.
    pub limits: Option<WantedLimits>,
}

/// What counts where nothing else is said.
#[derive(Debug, Clone, Copy)]
struct Usual<'a> {
    digest: &'a Digest,
    config: &'a Value,
    limits: WantedLimits,
}

impl<'a> From<&'a Installation> for Usual<'a> {
    fn from(one: &'a Installation) -> Self {
        Self { digest: &one.release.digest, config: &one.release.config, limits: one.limits_set }
    }
}

impl<'a> From<&'a Candidate> for Usual<'a> {
    fn from(candidate: &'a Candidate) -> Self {
        Self { digest: &candidate.digest, config: &candidate.config, limits: candidate.limits }
    }
}

/// A back-test as an admin asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBacktest {
    /// The installation whose version and configuration count where nothing else is said, and what it is compared with.
    pub installation: Option<InstallationId>,
    /// What is tried.
    pub candidate: NamedVersion,
    /// What it is compared with instead of what happened.
    pub against: Option<NamedVersion>,
    /// Which events.
    pub period: Period,
}

/// Asks for a back-test.
///
/// # Errors
/// No such installation or plugin, a configuration is invalid, or there are too many back-tests.
pub async fn create(app: &App, ctx: &Ctx, new: NewBacktest) -> Result<Plan<Backtest>, AppError> {
    see(ctx)?;
    ctx.need(Scope::PluginsWrite)?;
    if let (Some(from), Some(to)) = (new.period.from, new.period.to)
        && from >= to
    {
        return Err(AppError::invalid("to", "the period ends before it begins; give a later time"));
    }
    let installation = match new.installation {
        Some(id) => Some(installations::read(ctx, id).await?),
        None => None,
    };
    let usual = installation.as_ref().map(Usual::from);
    let candidate = version(app, "candidate", usual, &new.candidate).await?;
    let against = match (&new.against, &installation) {
        (Some(other), _) => {
            let usual = usual.unwrap_or(Usual::from(&candidate));
            Against::Version(Box::new(version(app, "against", Some(usual), other).await?))
        }
        (None, Some(one)) => Against::Happened { installation: one.id, name: one.name.clone() },
        (None, None) => Against::Nothing,
    };
    let kept = ctx.tenant.kept_backtests().await?;
    ctx.room_for_one(kept, ("backtests", ctx.bounds.backtests))?;
    let now = ctx.now();
    let name = installation.as_ref().map_or_else(|| "back-test".to_owned(), |one| one.name.clone());
    let test = Backtest {
        id: ctx.new_uuid(),
        candidate,
        name,
        installation: new.installation,
        against,
        period: new.period,
        actor: ctx.actor.clone(),
        node: app.node.clone(),
        status: BacktestStatus::Queued,
        position: 0,
        until: *ctx.tenant.log_head().borrow(),
        totals: Totals::default(),
        error: None,
        worked_ms: 0,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let mut change = Change::new();
    change.create_backtest(&test)?;
    change.audit(&entry(ctx, &test))?;
    Ok(Plan::created(change, test))
}

async fn version(
    app: &App,
    field: &str,
    usual: Option<Usual<'_>>,
    named: &NamedVersion,
) -> Result<Candidate, AppError> {
    let plugin = match (&named.plugin, usual) {
        (Some(name), _) => installations::find_plugin(app, name).await?,
        (None, Some(usual)) => plugins::find(app, &usual.digest.to_string()).await?,
        (None, None) => {
            let problem = "name a plugin, or an installation whose version counts";
            return Err(AppError::invalid(format!("{field}.plugin"), problem));
        }
    };
    let config = named.config.as_ref().or(usual.map(|usual| usual.config)).cloned().unwrap_or_else(|| json!({}));
    // What is tried on the past may name what is still to come.
    installations::check_config(TenantNames::default(), &plugin.manifest, &config).await.map_err(
        |error| match error {
            AppError::InvalidFields(wrong) => AppError::InvalidFields(
                wrong
                    .into_iter()
                    .map(|wrong| WrongField { field: format!("{field}.{}", wrong.field), ..wrong })
                    .collect(),
            ),
            other => other,
        },
    )?;
    let limits = named.limits.or(usual.map(|usual| usual.limits)).unwrap_or_default();
    installations::check_limits(app, limits)?;
    plugins::loaded(app, &plugin.digest).await?;
    Ok(Candidate {
        grants: plugin.manifest.asked(),
        plugin: plugin.manifest.id,
        version: plugin.manifest.version.to_string(),
        digest: plugin.digest,
        config,
        limits,
    })
}

fn entry(ctx: &Ctx, test: &Backtest) -> AuditEntry {
    let Candidate { plugin, version, .. } = &test.candidate;
    AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: "backtest.created".to_owned(),
        object: format!("backtest:{}", test.id),
        text: format!("{plugin} {version} is tried on the past"),
        details: json!({ "candidate": test.candidate, "against": test.against, "period": test.period }),
    }
}
