//! Partners: who they are, what they may do, what is open with them, and settling it.

use super::{cause, must_be_program, order};
use crate::app::{AppError, Ctx, LedgerPlan, Plan, audit};
use stammgast_domain::{
    access::Scope,
    ledger::{Account, Command, PartnerAccount, PartnerId, Settle, Statement},
    partner::{InvalidPartner, Partner, PartnerDetails},
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

/// An entry of a partner's account.
#[derive(Debug, Clone)]
pub struct PartnerEntry {
    /// The entry.
    pub line: LedgerLine,
    /// The partner's own name for what it is about.
    pub reference: Option<String>,
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
pub async fn entries(ctx: &Ctx, code: &str, program: &str, page: &PageRequest) -> Result<Page<PartnerEntry>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be(ctx, code).await?;
    must_be_program(ctx, program).await?;
    named_entries(ctx, code, program, page).await
}

/// Entries of a partner's account, with the partner's own names for what they are about.
pub(super) async fn named_entries(
    ctx: &Ctx,
    code: &str,
    program: &str,
    page: &PageRequest,
) -> Result<Page<PartnerEntry>, AppError> {
    let account = Account::Partner { program: program.to_owned(), partner: code.to_owned() };
    let Page { rows, next } = ctx.tenant.ledger_lines(&account, page).await?;
    let redemptions = rows.iter().filter_map(|line| line.movement.redemption());
    let references = ctx.tenant.redemption_references(redemptions).await?;
    let named = |line: LedgerLine| {
        let of_redemption = line.movement.redemption().and_then(|id| references.get(&id).cloned());
        PartnerEntry { reference: of_redemption.or_else(|| issue_of_key(code, &line.key)), line }
    };
    Ok(Page { rows: rows.into_iter().map(named).collect(), next })
}

/// What makes an issue of a partner unique.
pub(super) fn issue_key(partner: &str, reference: &str) -> String {
    format!("partner/{partner}/{reference}")
}

/// What makes the end of such an issue unique.
pub(super) fn issue_undone_key(partner: &str, reference: &str) -> String {
    format!("partner-undone/{partner}/{reference}")
}

/// The partner's name for the issue that a key is of.
fn issue_of_key(partner: &str, key: &str) -> Option<String> {
    let name = |prefix: String| key.strip_prefix(&prefix).map(str::to_owned);
    name(issue_key(partner, "")).or_else(|| name(issue_undone_key(partner, "")))
}

/// Closes what is open with a partner in a program, with a statement of it.
///
/// # Errors
/// No such partner or program, or nothing moved since the last statement.
pub async fn settle(ctx: &Ctx, code: &str, program: &str) -> Result<LedgerPlan<Statement>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    must_be(ctx, code).await?;
    let value = must_be_program(ctx, program).await?.policy.value;
    let of = PartnerId { program: program.to_owned(), partner: code.to_owned() };
    let cause = cause("settlement", None, "The partner's account was settled.")?;
    let mut change = Change::new();
    change.order(order(ctx, Command::Settle(Box::new(Settle { of, value, cause }))));
    Ok(LedgerPlan::created(change, |settled| settled.statement.clone()))
}
