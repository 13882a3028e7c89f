//! What customers do beside buying.

use super::{AppError, Ctx, Plan, customers};
use stammgast_domain::{ActivityId, CustomerId, Timestamp, access::Scope, activity::Activity, event::Fact};
use stammgast_store::{Change, Page, PageRequest};
use std::collections::BTreeMap;

/// An activity as a caller tells it.
#[derive(Debug, Clone)]
pub struct NewActivity {
    /// Who.
    pub customer: CustomerId,
    /// What, a code.
    pub kind: String,
    /// The system that tells of it.
    pub source: String,
    /// Its name there.
    pub external_id: String,
    /// Details, by name.
    pub details: BTreeMap<String, String>,
    /// When; now where nobody says.
    pub occurred_at: Option<Timestamp>,
}

/// Records an activity; the same twice is one.
///
/// # Errors
/// No such customer, a value is refused, or another activity has the name.
pub async fn record(ctx: &Ctx, new: NewActivity) -> Result<Plan<Activity>, AppError> {
    ctx.need(Scope::ActivitiesWrite)?;
    let now = ctx.now();
    let NewActivity { customer, kind, source, external_id, details, occurred_at } = new;
    let id = Activity::id_for(&source, &external_id);
    let known = ctx.tenant.activity(id).await?;
    let occurred_at = occurred_at.or_else(|| known.as_ref().map(|known| known.occurred_at)).unwrap_or(now);
    let activity =
        Activity { id, customer, kind, source, external_id, details, occurred_at, recorded_at: now, version: 1 };
    activity.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    if let Some(known) = known {
        if known.says_the_same(&activity) {
            return Ok(Plan::existing(known));
        }
        let problem = "this source has told of another activity under this external_id; give the new one another";
        return Err(AppError::Conflict { code: "activity-recorded", problem: problem.to_owned() });
    }
    customers::must_exist(ctx, customer).await.map_err(|error| match error {
        AppError::NotFound(_) => AppError::invalid("customer", "there is no such customer; record the customer first"),
        other => other,
    })?;
    let mut change = Change::new();
    change.record_activity(&activity)?;
    change.event(ctx.event(Fact::ActivityRecorded(activity.clone()), now));
    Ok(Plan::created(change, activity))
}

/// One activity.
///
/// # Errors
/// No such activity.
pub async fn read(ctx: &Ctx, id: ActivityId) -> Result<Activity, AppError> {
    ctx.need(Scope::ActivitiesRead)?;
    ctx.tenant.activity(id).await?.ok_or(AppError::NotFound("activity"))
}

/// A customer's activities, newest first.
///
/// # Errors
/// No such customer.
pub async fn of_customer(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Activity>, AppError> {
    ctx.need(Scope::ActivitiesRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.activities_of(customer, page).await?)
}
