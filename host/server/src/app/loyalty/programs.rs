//! Loyalty programs and their policies, and all of a program's entries added up.

use super::must_be_program;
use crate::app::{App, AppError, Ctx, Plan, audit};
use stammgast_domain::{
    access::Scope,
    program::{InvalidProgram, Policy, Program},
};
use stammgast_store::{Change, TrialBalance};

fn refused(error: InvalidProgram) -> AppError {
    AppError::invalid(error.field(), error)
}

/// Creates a program.
///
/// # Errors
/// The code is taken or no code, or the policy is refused.
pub async fn create(ctx: &Ctx, code: String, name: String, policy: Policy) -> Result<Plan<Program>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let program = Program::new(code, name, policy, ctx.now()).map_err(refused)?;
    let programs = ctx.tenant.programs().await?;
    if programs.contains_key(&program.code) {
        let problem = format!("there is a program `{}` already; choose another code", program.code);
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(programs.len(), ("programs", ctx.bounds.programs))?;
    let mut change = Change::new();
    change.create_program(&program)?;
    audit::note_setup(ctx, &mut change, ("program", &program.code), None, &program)?;
    Ok(Plan::created(change, program))
}

/// Changes a program's name and policy. Points that are there keep the times that they were given.
///
/// # Errors
/// No such program, another version than expected, or the policy is refused.
pub async fn update(
    ctx: &Ctx,
    code: &str,
    expected: Option<u64>,
    name: String,
    policy: Policy,
) -> Result<Plan<Program>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = must_be_program(ctx, code).await?;
    if expected.is_some_and(|expected| expected != read.version) {
        return Err(AppError::Outdated("program"));
    }
    if policy.unit != read.policy.unit {
        let problem = "what a program counts never changes; create another program for it";
        return Err(AppError::invalid("unit", problem));
    }
    let program = read.changed(name, policy, ctx.now()).map_err(refused)?;
    let mut change = Change::new();
    change.replace_program(&read, &program)?;
    audit::note_setup(ctx, &mut change, ("program", &program.code), Some(&read), &program)?;
    Ok(Plan::done(change, program))
}

/// All programs, by code.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx) -> Result<Vec<Program>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.programs().await?.into_values().collect())
}

/// One program.
///
/// # Errors
/// No such program.
pub async fn read(ctx: &Ctx, code: &str) -> Result<Program, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be_program(ctx, code).await
}

/// All entries of a program added up; a tenant's calls wait for one another.
///
/// # Errors
/// No such program.
pub async fn trial_balance(app: &App, ctx: &Ctx, program: &str) -> Result<TrialBalance, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be_program(ctx, program).await?;
    let _turn = app.figures.take(ctx.tenant.tenant()).await?;
    Ok(ctx.tenant.trial_balance(program).await?)
}
