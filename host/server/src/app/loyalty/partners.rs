//! Partners: who they are, what they may do, what is open with them, and settling it.

use super::{cause, must_be_program, order};
use crate::app::{AppError, Ctx, LedgerPlan, Plan, audit};
use stammgast_domain::{
    access::Scope,
    ledger::{Account, Command, PartnerAccount, PartnerId, Settle, Statement},
    partner::{InvalidPartner, Partner, PartnerDetails},
    program::Policy,
};
use stammgast_store::{Change, LedgerLine, Page, PageRequest};

fn refused(error: InvalidPartner) -> AppError {
    AppError::invalid(error.field(), error)
}

async fn check_programs(ctx: &Ctx, details: &PartnerDetails) -> Result<(), AppError> {
    let programs = ctx.tenant.programs().await?;
    match details.programs.keys().find(|program| !programs.contains_key(*program)) {
        Some(unknown) => {
            let known: Vec<&str> = programs.keys().map(String::as_str).collect();
            let problem = format!("there is no program `{unknown}`; there are {}", known.join(", "));
            Err(AppError::invalid("programs", problem))
        }
        None => Ok(()),
    }
}

/// Records a partner.
///
/// # Errors
/// The code is taken or no code, a program is not there, or limits are refused.
pub async fn create(ctx: &Ctx, code: String, details: PartnerDetails) -> Result<Plan<Partner>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    check_programs(ctx, &details).await?;
    let partner = Partner::new(code, details, ctx.now()).map_err(refused)?;
    let there = ctx.tenant.partners().await?;
    if there.iter().any(|known| known.code == partner.code) {
        let problem = format!("there is a partner `{}` already; choose another code", partner.code);
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(there.len(), ("partners", ctx.bounds.partners))?;
    let mut change = Change::new();
    change.create_partner(&partner)?;
    audit::note_setup(ctx, &mut change, ("partner", &partner.code), None, &partner)?;
    Ok(Plan::created(change, partner))
}

/// Changes a partner.
///
/// # Errors
/// No such partner, another version than expected, or a detail is refused.
pub async fn update(
    ctx: &Ctx,
    code: &str,
    expected: Option<u64>,
    details: PartnerDetails,
) -> Result<Plan<Partner>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    let read = must_be(ctx, code).await?;
    if expected.is_some_and(|expected| expected != read.version) {
        return Err(AppError::Outdated("partner"));
    }
    check_programs(ctx, &details).await?;
    let partner = read.changed(details, ctx.now()).map_err(refused)?;
    let mut change = Change::new();
    change.replace_partner(&read, &partner)?;
    audit::note_setup(ctx, &mut change, ("partner", &partner.code), Some(&read), &partner)?;
    Ok(Plan::done(change, partner))
}

pub(super) async fn must_be(ctx: &Ctx, code: &str) -> Result<Partner, AppError> {
    ctx.tenant.partner(code).await?.ok_or(AppError::NotFound("partner"))
}

/// All partners, by code.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx) -> Result<Vec<Partner>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.partners().await?)
}

/// One partner.
///
/// # Errors
/// No such partner.
pub async fn read(ctx: &Ctx, code: &str) -> Result<Partner, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be(ctx, code).await
}

/// What is open with a partner, program by program.
///
/// # Errors
/// No such partner.
pub async fn accounts(ctx: &Ctx, code: &str) -> Result<Vec<PartnerAccount>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be(ctx, code).await?;
    Ok(ctx.tenant.partner_accounts(code).await?)
}

/// A partner's statements in a program, newest first.
///
/// # Errors
/// No such partner or program.
pub async fn statements(ctx: &Ctx, code: &str, program: &str, page: &PageRequest) -> Result<Page<Statement>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be(ctx, code).await?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.statements(program, code, page).await?)
}

/// Entries of a partner's account in a program, newest first: between two settlements they are the lines of a statement.
///
/// # Errors
/// No such partner or program.
pub async fn entries(ctx: &Ctx, code: &str, program: &str, page: &PageRequest) -> Result<Page<LedgerLine>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be(ctx, code).await?;
    must_be_program(ctx, program).await?;
    let account = Account::Partner { program: program.to_owned(), partner: code.to_owned() };
    Ok(ctx.tenant.ledger_lines(&account, page).await?)
}

/// The policy of a program in which a partner is settled.
///
/// # Errors
/// No such partner or program.
pub async fn policy(ctx: &Ctx, code: &str, program: &str) -> Result<Policy, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    must_be(ctx, code).await?;
    Ok(must_be_program(ctx, program).await?.policy)
}

/// Closes what is open with a partner in a program, with a statement of it.
///
/// # Errors
/// No such partner or program, or nothing moved since the last statement.
pub async fn settle(ctx: &Ctx, code: &str, program: &str) -> Result<LedgerPlan<Statement>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    must_be(ctx, code).await?;
    must_be_program(ctx, program).await?;
    let of = PartnerId { program: program.to_owned(), partner: code.to_owned() };
    let cause = cause("settlement", None, "The partner's account was settled.")?;
    let mut change = Change::new();
    change.order(order(ctx, Command::Settle(Box::new(Settle { of, cause }))));
    Ok(LedgerPlan::created(change, |settled| settled.statement.clone()))
}
