//! Findings, departments and the feedback they receive.

use super::{App, AppError, Ctx, Plan, audit, installations};
use stammgast_domain::{
    FeedbackItemId, FindingId, InteractionId,
    access::Scope,
    event::Fact,
    feedback::{Department, FeedbackDecision, FeedbackItem},
    finding::Finding,
    plugin::InstallationStatus,
};
use stammgast_store::{Change, Page, PageRequest};

/// One finding.
///
/// # Errors
/// No such finding.
pub async fn read_finding(ctx: &Ctx, id: FindingId) -> Result<Finding, AppError> {
    ctx.need(Scope::QualityRead)?;
    ctx.tenant.finding(id).await?.ok_or(AppError::NotFound("finding"))
}

/// Findings, newest first.
///
/// # Errors
/// The store failed.
pub async fn findings(ctx: &Ctx, page: &PageRequest) -> Result<Page<Finding>, AppError> {
    ctx.need(Scope::QualityRead)?;
    Ok(ctx.tenant.findings(page).await?)
}

/// The findings of one interaction.
///
/// # Errors
/// No such interaction.
pub async fn findings_of(ctx: &Ctx, interaction: InteractionId) -> Result<Vec<Finding>, AppError> {
    ctx.need(Scope::QualityRead)?;
    ctx.tenant.interaction(interaction).await?.ok_or(AppError::NotFound("interaction"))?;
    Ok(ctx.tenant.findings_of(interaction).await?)
}

/// Creates a department.
///
/// # Errors
/// The code is taken or no code.
pub async fn create_department(ctx: &Ctx, code: String, name: String) -> Result<Plan<Department>, AppError> {
    ctx.need(Scope::FeedbackWrite)?;
    let field = if stammgast_domain::text::code("code", &code).is_err() { "code" } else { "name" };
    let department = Department::new(code, name, ctx.now()).map_err(|error| AppError::invalid(field, error))?;
    let codes = ctx.tenant.department_codes().await?;
    if codes.contains(&department.code) {
        let problem = format!("there is a department `{}` already; choose another code", department.code);
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(codes.len(), ("departments", ctx.bounds.departments))?;
    let mut change = Change::new();
    change.create_department(&department)?;
    audit::note_setup(ctx, &mut change, ("department", &department.code), None, &department)?;
    Ok(Plan::created(change, department))
}

/// Makes a department the one for contacts that no plugin can sort because it is out of order, or none at all.
///
/// # Errors
/// No such department.
pub async fn set_default(ctx: &Ctx, code: &str, default: Default) -> Result<Plan<Department>, AppError> {
    ctx.need(Scope::FeedbackWrite)?;
    let departments = ctx.tenant.departments().await?;
    let named = departments.iter().find(|one| one.code == code).ok_or(AppError::NotFound("department"))?;
    let is_default = default == Default::Yes;
    let mut change = Change::new();
    let mut answer = named.clone();
    for read in &departments {
        // There is one at most: another one gives way.
        let wanted = if read.code == code { is_default } else { read.is_default && !is_default };
        if read.is_default != wanted {
            let new = Department { is_default: wanted, version: read.version + 1, ..read.clone() };
            change.replace_department(read, &new)?;
            audit::note_setup(ctx, &mut change, ("department", &new.code), Some(read), &new)?;
            if read.code == code {
                answer = new;
            }
        }
    }
    if change.is_empty() {
        return Ok(Plan::existing(answer));
    }
    Ok(Plan::done(change, answer))
}

/// Tells the dispatcher of another default that is committed: it stands in for what is out of order.
///
/// # Errors
/// The store failed.
pub async fn tell_default(app: &App, ctx: &Ctx) -> Result<(), AppError> {
    for installation in ctx.tenant.installations().await? {
        if installation.status == InstallationStatus::Quarantined {
            installations::tell(app, ctx.tenant.tenant(), installation.id);
        }
    }
    Ok(())
}

/// Whether a department is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// It is, and no other.
    Yes,
    /// It is not.
    No,
}

/// All departments, by code.
///
/// # Errors
/// The store failed.
pub async fn departments(ctx: &Ctx) -> Result<Vec<Department>, AppError> {
    ctx.need(Scope::FeedbackRead)?;
    Ok(ctx.tenant.departments().await?)
}

/// One feedback item.
///
/// # Errors
/// No such item.
pub async fn read_item(ctx: &Ctx, id: FeedbackItemId) -> Result<FeedbackItem, AppError> {
    ctx.need(Scope::FeedbackRead)?;
    ctx.tenant.feedback_item(id).await?.ok_or(AppError::NotFound("feedback item"))
}

/// Feedback items, newest first, of one department or of all.
///
/// # Errors
/// No such department.
pub async fn items(ctx: &Ctx, department: Option<&str>, page: &PageRequest) -> Result<Page<FeedbackItem>, AppError> {
    ctx.need(Scope::FeedbackRead)?;
    if let Some(code) = department
        && !ctx.tenant.department_codes().await?.contains(code)
    {
        return Err(AppError::NotFound("department"));
    }
    Ok(ctx.tenant.feedback_items(department, page).await?)
}

/// A department's decision on an item.
///
/// # Errors
/// No such item, or it is past that step.
pub async fn decide(ctx: &Ctx, id: FeedbackItemId, decision: FeedbackDecision) -> Result<Plan<FeedbackItem>, AppError> {
    ctx.need(Scope::FeedbackWrite)?;
    let read = ctx.tenant.feedback_item(id).await?.ok_or(AppError::NotFound("feedback item"))?;
    let item = read.decided(decision).map_err(|error| match error {
        stammgast_domain::feedback::RefusedDecision::Text(error) => AppError::invalid("decision", error),
        wrong @ stammgast_domain::feedback::RefusedDecision::WrongStatus { .. } => {
            AppError::Conflict { code: "feedback-status", problem: wrong.to_string() }
        }
    })?;
    let mut change = Change::new();
    change.replace_feedback(&read, &item)?;
    change.event(ctx.event(Fact::FeedbackDecided(item.clone()), ctx.now()));
    Ok(Plan::done(change, item))
}
