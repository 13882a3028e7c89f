//! Going back at once to what an installation ran before, its state included.

use super::{
    super::{App, AppError, Ctx, Plan, plugins},
    get, secrets,
    step::{self, Told},
};
use serde_json::json;
use stammgast_domain::{
    InstallationId,
    access::Scope,
    plugin::{HistoryEntry, Installation, Release, Step},
};

/// Steps that are looked through for what ran before.
const LOOKED_THROUGH: usize = 200;

/// Brings back what ran before the last change of version or configuration, or in a version of the installation that
/// is named. Effects that were applied stay; the plugin's state is again what it was before the upgrade.
///
/// # Errors
/// No such installation or version, nothing ran before, or the component is gone.
pub async fn roll_back(
    app: &App,
    ctx: &Ctx,
    id: InstallationId,
    version: Option<u64>,
) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    let entry = match version {
        Some(version) => ctx.tenant.installation_then(id, version).await?.ok_or_else(|| {
            AppError::invalid("version", "the installation has no such version; its history lists them")
        })?,
        None => before(ctx, &read).await?,
    };
    let then = entry.installation;
    plugins::loaded(app, &then.release.digest).await?;
    let release = brought_back(&read, &then.release);
    let installation = Installation { release, limits_set: then.limits_set, ..step::next(ctx, &read) };
    let text = format!(
        "`{}` runs version {} with configuration {} again, as in its version {}",
        read.name, installation.release.plugin_version, then.release.config_version, then.version
    );
    let details = json!({ "before": read.release, "after": installation.release, "version": then.version });
    let mut change = step::replace(ctx, &read, &installation, Told::new(Step::RolledBack, text).with(details))?;
    // Origins that come back bring no secret with them: those that were taken from it stay taken.
    secrets::narrow(&mut change, ctx, &read, &installation).await?;
    Ok(Plan::done(change, installation))
}

/// The newest entry that ran something else: going back twice goes forward again.
async fn before(ctx: &Ctx, read: &Installation) -> Result<HistoryEntry, AppError> {
    let history = ctx.tenant.history(read.id, Some(read.version), LOOKED_THROUGH).await?;
    let differs = |entry: &&HistoryEntry| runs(&entry.installation.release) != runs(&read.release);
    history.iter().find(differs).cloned().ok_or_else(|| {
        let problem = format!("`{}` has run nothing else yet; there is nothing to go back to", read.name);
        AppError::Conflict { code: "nothing-before", problem }
    })
}

fn runs(release: &Release) -> (String, &serde_json::Value) {
    (release.digest.to_string(), &release.config)
}

/// The release as it was, with a configuration number of its own: numbers never go back, so that call records stay true.
fn brought_back(read: &Installation, then: &Release) -> Release {
    let (newest, same) = (read.release.config_version, read.release.config == then.config);
    // The state of then, in a generation of its own: what was given up may be read again from its history.
    let state = if then.digest == read.release.digest {
        read.release.state.clone()
    } else {
        then.state.branch(read.id, read.version + 1)
    };
    Release { config_version: newest + u64::from(!same), state, ..then.clone() }
}
