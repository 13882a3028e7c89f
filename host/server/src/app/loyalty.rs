//! Loyalty programs, accounts and entries.

use super::{AppError, Ctx, Plan, customers};
use stammgast_domain::{CustomerId, access::Scope, ledger::Account, text};
use stammgast_store::{AccountBalance, Change, LedgerLine, Page, PageRequest, TrialBalance};

/// Creates a program.
///
/// # Errors
/// The code is taken or no code.
pub async fn create_program(ctx: &Ctx, code: String, name: String) -> Result<Plan<(String, String)>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    text::code("code", &code).map_err(|error| AppError::invalid("code", error))?;
    text::required("name", &name, 200).map_err(|error| AppError::invalid("name", error))?;
    let codes = ctx.tenant.program_codes().await?;
    if codes.contains(&code) {
        let problem = format!("there is a program `{code}` already; choose another code");
        return Err(AppError::Conflict { code: "code-taken", problem });
    }
    ctx.room_for_one(codes.len(), ("programs", ctx.bounds.programs))?;
    let mut change = Change::new();
    change.create_program(&code, &name, ctx.now())?;
    Ok(Plan::created(change, (code, name)))
}

/// All programs: code and name.
///
/// # Errors
/// The store failed.
pub async fn programs(ctx: &Ctx) -> Result<Vec<(String, String)>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    Ok(ctx.tenant.programs().await?)
}

/// A customer's available points in every program.
///
/// # Errors
/// No such customer.
pub async fn balances(ctx: &Ctx, customer: CustomerId) -> Result<Vec<AccountBalance>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    let programs = ctx.tenant.program_codes().await?;
    let accounts: Vec<Account> = programs.into_iter().map(|program| Account::Available { program, customer }).collect();
    let mut balances = ctx.tenant.balances(&accounts).await?;
    for account in accounts {
        if !balances.iter().any(|balance| balance.account == account) {
            balances.push(AccountBalance { account, points: stammgast_domain::Points(0) });
        }
    }
    balances.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(balances)
}

/// A customer's entries in one program, newest first.
///
/// # Errors
/// No such customer or program.
pub async fn entries(
    ctx: &Ctx,
    customer: CustomerId,
    program: &str,
    page: &PageRequest,
) -> Result<Page<LedgerLine>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.ledger_lines(program, customer, page).await?)
}

/// All entries of a program added up.
///
/// # Errors
/// No such program.
pub async fn trial_balance(ctx: &Ctx, program: &str) -> Result<TrialBalance, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.trial_balance(program).await?)
}

async fn must_be_program(ctx: &Ctx, program: &str) -> Result<(), AppError> {
    if ctx.tenant.program_codes().await?.contains(program) { Ok(()) } else { Err(AppError::NotFound("program")) }
}
