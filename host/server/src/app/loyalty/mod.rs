//! Loyalty: programs, customers' accounts and redemptions. What moves points is left to the ledger, which decides when
//! the change is committed.

pub mod accounts;
pub mod claiming;
pub mod eligibility;
pub mod partners;
pub mod programs;
pub mod quotes;
pub mod redemptions;
pub mod refusal;
pub mod rewards;
pub mod tiers;
pub mod trade;
pub mod verification;

use super::{AppError, Ctx};
use stammgast_domain::{
    ledger::{Cause, Command, LEDGER_RULES},
    program::{Program, Zone},
    text,
};
use stammgast_store::LedgerOrder;

/// A program of the tenant.
pub(crate) async fn must_be_program(ctx: &Ctx, code: &str) -> Result<Program, AppError> {
    ctx.tenant.programs().await?.remove(code).ok_or(AppError::NotFound("program"))
}

/// Where the tenant's days begin and end.
pub(crate) async fn zone(ctx: &Ctx) -> Result<Zone, AppError> {
    Ok(ctx.tenant.settings().await?.map_or_else(Zone::utc, |settings| settings.zone))
}

/// What this actor asks of the ledger.
pub(super) fn order(ctx: &Ctx, command: Command) -> LedgerOrder {
    LedgerOrder { command, now: ctx.now(), actor: ctx.actor.clone(), cause: None, depth: 0 }
}

/// Why somebody moves points through the API.
pub(crate) fn cause(reason: &str, text: Option<String>, otherwise: &str) -> Result<Cause, AppError> {
    text::code("reason", reason).map_err(|error| AppError::invalid("reason", error))?;
    let text = text.unwrap_or_else(|| otherwise.to_owned());
    text::required("text", &text, 1_000).map_err(|error| AppError::invalid("text", error))?;
    Ok(Cause { reason: reason.to_owned(), text, rule_version: LEDGER_RULES.to_owned(), event: None })
}
