//! Shadow: a version runs on live events beside the one that counts; what it asks for is recorded and not applied.

use super::{
    super::{App, AppError, Ctx, Plan},
    change::{self, Changes},
    check, get, secrets,
    step::{self, Told},
};
use serde_json::json;
use stammgast_domain::{
    InstallationId,
    access::Scope,
    backtest::{Dealt, EventDifference, Totals},
    call::CallRecord,
    event::Event,
    plugin::{Installation, InstallationStatus, Release, Shadowed, Step},
};
use stammgast_store::{Change, Cursor, Delivery};
use std::collections::BTreeMap;

/// Events whose marks are read at once.
const AT_ONCE: u64 = 5_000;

/// Puts a version or configuration into an installation's shadow. It begins where the installation has got to, with a
/// copy of its state, and keeps its own from then on.
///
/// # Errors
/// As for an upgrade, or the installation has a shadow already.
pub async fn shadow(
    app: &App,
    ctx: &Ctx,
    id: InstallationId,
    changes: Changes,
) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let read = get(ctx, id).await?;
    if read.shadow_of.is_some() {
        let problem = "a shadow casts none; put the version beside the installation itself".to_owned();
        return Err(AppError::Conflict { code: "in-use", problem });
    }
    if let Some(there) = of(ctx, id).await? {
        let problem = format!("`{}` runs in its shadow already; promote or drop that first", there.name);
        return Err(AppError::Conflict { code: "in-use", problem });
    }
    let release = change::release(app, ctx, &read, &changes).await?;
    let limits_set = changes.limits.unwrap_or(read.limits_set);
    check::limits(app, limits_set)?;
    let others = ctx.tenant.installations().await?;
    ctx.room_for_one(others.len(), ("installations", ctx.bounds.installations))?;
    let now = ctx.now();
    let shadow_id = InstallationId::new(ctx.new_uuid());
    let shadow = Installation {
        id: shadow_id,
        name: free_name(&others, &read.name),
        release: Release { state: read.release.state.branch(shadow_id, 1), ..release },
        status: InstallationStatus::Enabled,
        quarantine: None,
        shadow_of: Some(Shadowed { id, name: read.name.clone(), version: read.version }),
        limits_set,
        created_at: now,
        updated_at: now,
        version: 1,
        ..read.clone()
    };
    // From now on the installation writes to a generation of its own, so that the copy stays as it is.
    let next = step::next(ctx, &read);
    let state = read.release.state.branch(id, next.version);
    let live = Installation { release: Release { state, ..read.release.clone() }, ..next };
    let told = format!(
        "`{}` runs {} with configuration {} in the shadow of `{}`",
        shadow.name, shadow.release.plugin_version, shadow.release.config_version, read.name
    );
    let details = json!({ "shadow": shadow.release, "id": shadow_id });
    let mut change = step::replace(ctx, &read, &live, Told::new(Step::Shadowed, told.clone()).with(details.clone()))?;
    change.create_installation(&shadow)?;
    begin_beside(&mut change, ctx, id, shadow_id).await?;
    step::note(&mut change, ctx, &shadow, Told::new(Step::Created, told).with(details))?;
    Ok(Plan::created(change, shadow))
}

/// Lets a shadow deal with all that the installation has not dealt with: what its cursors have not passed, and what is
/// held back behind them. What it has dealt with beyond its cursors, its marks tell.
async fn begin_beside(
    change: &mut Change,
    ctx: &Ctx,
    live: InstallationId,
    shadow: InstallationId,
) -> Result<(), AppError> {
    // Cursors first: what goes from the log to the rows meanwhile is found at least once.
    for cursor in ctx.tenant.cursors(live).await? {
        change.create_cursor(&Cursor { id: (shadow, cursor.id.1), holder: None, held_until: None, ..cursor })?;
    }
    for held in ctx.tenant.deliveries(live).await? {
        change.put_delivery(&Delivery::waiting((shadow, held.id.1), held.subject, held.recorded_at))?;
    }
    Ok(())
}

fn free_name(others: &[Installation], name: &str) -> String {
    let base: String = name.chars().take(50).collect();
    let taken = |candidate: &String| others.iter().any(|other| other.name == *candidate);
    let numbered = (2_u32..).map(|number| format!("{base}.shadow{number}"));
    std::iter::once(format!("{base}.shadow")).chain(numbered).find(|candidate| !taken(candidate)).unwrap_or(base)
}

/// What runs in an installation's shadow.
async fn of(ctx: &Ctx, id: InstallationId) -> Result<Option<Installation>, AppError> {
    let all = ctx.tenant.installations().await?;
    Ok(all.into_iter().find(|one| one.shadow_of.as_ref().is_some_and(|shadowed| shadowed.id == id)))
}

async fn must_have(ctx: &Ctx, id: InstallationId) -> Result<(Installation, Installation), AppError> {
    let live = get(ctx, id).await?;
    let shadow = of(ctx, id).await?.ok_or_else(|| AppError::Conflict {
        code: "no-shadow",
        problem: format!("nothing runs in the shadow of `{}`", live.name),
    })?;
    Ok((live, shadow))
}

/// Puts what runs in the shadow in the installation's place, from the next event on. The installation's own state counts
/// on; the shadow goes.
///
/// # Errors
/// No such installation, nothing runs in its shadow, or that has what was withdrawn from the installation meanwhile.
pub async fn promote(ctx: &Ctx, id: InstallationId) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let (read, shadow) = must_have(ctx, id).await?;
    check_withdrawn(ctx, &read, &shadow).await?;
    let next = step::next(ctx, &read);
    let same_config = shadow.release.config == read.release.config;
    let release = Release {
        state: read.release.state.branch(id, next.version),
        config_version: read.release.config_version + u64::from(!same_config),
        ..shadow.release.clone()
    };
    let live = Installation { release, limits_set: shadow.limits_set, ..next };
    let text = format!(
        "`{}` runs {} with configuration {}, which ran in its shadow",
        read.name, live.release.plugin_version, live.release.config_version
    );
    let details = json!({ "before": read.release, "after": live.release });
    let mut change = step::replace(ctx, &read, &live, Told::new(Step::Promoted, text).with(details))?;
    secrets::narrow(&mut change, ctx, &read, &live).await?;
    take_away(&mut change, ctx, &shadow).await?;
    Ok(Plan::done(change, live))
}

/// What was withdrawn from an installation while its shadow ran is not granted again by promoting it.
async fn check_withdrawn(ctx: &Ctx, live: &Installation, shadow: &Installation) -> Result<(), AppError> {
    let began = shadow.shadow_of.as_ref().map_or(live.version, |shadowed| shadowed.version);
    let steps = usize::try_from(live.version.saturating_sub(began)).unwrap_or(usize::MAX).saturating_add(1);
    let since: Vec<Release> =
        ctx.tenant.history(live.id, None, steps).await?.into_iter().map(|entry| entry.installation.release).collect();
    match withdrawn(&shadow.release, &live.release, &since) {
        None => Ok(()),
        Some(what) => Err(AppError::Refused {
            code: "grants-missing",
            problem: format!(
                "{what} was withdrawn from `{}` while its shadow ran, and promoting would grant it again; drop the \
                 shadow, and start it anew with what you grant now",
                live.name
            ),
        }),
    }
}

/// A grant or an origin of the shadow that the installation had since the shadow began, and has no more.
fn withdrawn(shadow: &Release, live: &Release, since: &[Release]) -> Option<String> {
    let grant = shadow
        .grants
        .difference(&live.grants)
        .find(|grant| since.iter().any(|then| then.grants.contains(*grant)))
        .map(|grant| format!("the grant `{grant}`"));
    let origin = || {
        shadow
            .origins
            .difference(&live.origins)
            .find(|origin| since.iter().any(|then| then.origins.contains(*origin)))
            .map(|origin| format!("the origin {origin}"))
    };
    grant.or_else(origin)
}

/// Drops what runs in the shadow.
///
/// # Errors
/// No such installation, or nothing runs in its shadow.
pub async fn drop_shadow(ctx: &Ctx, id: InstallationId) -> Result<Plan<Installation>, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let (_, shadow) = must_have(ctx, id).await?;
    let mut change = Change::new();
    take_away(&mut change, ctx, &shadow).await?;
    Ok(Plan::done(change, shadow))
}

async fn take_away(change: &mut Change, ctx: &Ctx, shadow: &Installation) -> Result<(), AppError> {
    change.remove_installation(shadow);
    for cursor in ctx.tenant.cursors(shadow.id).await? {
        change.remove_cursor(&cursor);
    }
    for event in ctx.tenant.delivered_after(shadow.id, 0).await? {
        change.remove_delivery(shadow.id, event);
    }
    secrets::remove(change, ctx, shadow).await?;
    let text = format!("`{}`, which ran in shadow, is removed", shadow.name);
    step::note(change, ctx, &step::next(ctx, shadow), Told::new(Step::Removed, text))
}

/// What runs in an installation's shadow, and what it would have done beside what was done.
#[derive(Debug, Clone)]
pub struct ShadowReport {
    /// The shadow.
    pub shadow: Installation,
    /// Both sides, over all events that both have dealt with.
    pub totals: Totals,
    /// Events with which they dealt differently, at most as many as were asked for.
    pub differences: Vec<EventDifference>,
}

/// What the shadow would have done beside what was done; the differences begin after an event.
///
/// # Errors
/// No such installation, or nothing runs in its shadow.
pub async fn shadow_report(ctx: &Ctx, id: InstallationId, after: u64, limit: usize) -> Result<ShadowReport, AppError> {
    ctx.need(Scope::PluginsRead)?;
    ctx.need(Scope::LoyaltyRead)?;
    let (live, shadow) = must_have(ctx, id).await?;
    let head = *ctx.tenant.log_head().borrow();
    let (mut totals, mut differences) = (Totals::default(), Vec::new());
    let first = ctx.tenant.first_completion(shadow.id).await?;
    let mut position = first.map_or(head, |first| first.saturating_sub(1));
    while position < head {
        let until = position.saturating_add(AT_ONCE).min(head);
        let tried = ctx.tenant.completions_between(shadow.id, position, until).await?;
        let did = ctx.tenant.completions_between(live.id, position, until).await?;
        let tried: BTreeMap<u64, CallRecord> = tried.into_iter().collect();
        for (event, record) in &tried {
            let (candidate, baseline) = (Dealt::of(record), did.get(event).map_or(Dealt::Unknown, Dealt::of));
            totals.events += 1;
            totals.candidate.count(&candidate, record.into());
            if let Some(record) = did.get(event) {
                totals.baseline.count(&baseline, record.into());
            }
            if baseline == Dealt::Unknown {
                totals.unknown += 1;
            } else if candidate != baseline {
                totals.differing += 1;
                if *event > after && differences.len() < limit {
                    differences.push(EventDifference { event: *event, customer: None, candidate, baseline });
                }
            }
        }
        position = until;
    }
    for difference in &mut differences {
        let event: Option<Event> = ctx.tenant.event(difference.event).await?;
        difference.customer = event.and_then(|event| event.event.subject.customer());
    }
    Ok(ShadowReport { shadow, totals, differences })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::{
        digest::Digest,
        plugin::{Capability, Origin, StateLineage, WantedLimits},
    };
    use std::collections::BTreeSet;

    fn release(grants: &[Capability], origins: &[&str]) -> Release {
        Release {
            plugin_version: "1.0.0".parse().unwrap(),
            digest: Digest::of(b"plugin"),
            kinds: BTreeSet::new(),
            events: BTreeSet::new(),
            grants: grants.iter().copied().collect(),
            origins: origins.iter().map(|origin| origin.parse::<Origin>().unwrap()).collect(),
            config: json!({}),
            config_version: 1,
            limits: WantedLimits::default(),
            state: StateLineage::default(),
            trust: None,
        }
    }

    #[test]
    fn what_was_withdrawn_since_the_shadow_began_is_found_and_what_is_its_own_is_not() {
        let (earn, shared) = (Capability::LoyaltyEarn, Capability::StateShared);
        let (eu, us) = ("https://eu.example", "https://us.example");
        let shadow = release(&[earn, shared], &[eu, us]);
        let narrow = release(&[earn], &[eu]);
        let none = withdrawn(&shadow, &narrow, &[narrow.clone(), narrow.clone()]);
        assert_eq!(none, None, "granted for the shadow alone");
        let wide = withdrawn(&shadow, &narrow, &[narrow.clone(), release(&[earn], &[eu, us]), narrow.clone()]);
        assert_eq!(wide.as_deref(), Some("the origin https://us.example"));
        let grant = withdrawn(&shadow, &narrow, &[narrow.clone(), release(&[earn, shared], &[eu])]);
        assert_eq!(grant.as_deref(), Some("the grant `state.shared`"));
        assert_eq!(withdrawn(&shadow, &shadow, &[narrow, shadow.clone()]), None, "it was granted again");
    }
}
