//! Verifying the ledger: `/v1/ledger/verification`.

use super::{
    auth::{Caller, LoyaltyRead},
    page::{ListQuery, PageParams},
    problem::Problem,
};
use crate::app::{App, loyalty::verification};
use axum::Json;
use serde::Serialize;
use stammgast_store::Verified;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(verify_wallets))
        .routes(routes!(verify_accounts))
        .routes(routes!(verify_log))
}

/// A part of the ledger that was verified.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerVerification)]
struct VerifiedView {
    /// Wallets, accounts or postings of the log that were looked at to their end.
    looked_at: u64,
    /// Entries that were added up.
    entries: u64,
    /// What does not add up; empty where everything does.
    discrepancies: Vec<DiscrepancyView>,
    /// Give this as `cursor` to verify the next part; `null` at the end.
    next_cursor: Option<String>,
}

/// Something that does not add up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerDiscrepancy)]
struct DiscrepancyView {
    /// Where: a wallet, a lot, an account, a statement or an event.
    place: String,
    /// What is wrong.
    problem: String,
}

fn shown(verified: Verified, next: Option<&str>) -> VerifiedView {
    let Verified { looked_at, entries, discrepancies } = verified;
    let discrepancies =
        discrepancies.into_iter().map(|one| DiscrepancyView { place: one.place, problem: one.problem }).collect();
    VerifiedView { looked_at, entries, discrepancies, next_cursor: next.map(super::page::cursor) }
}

/// Rebuilds some customers' balances and lots from their entries, and compares.
///
/// In the order of program and customer; `limit` counts customers' wallets.
#[utoipa::path(
    get,
    path = "/v1/ledger/verification/wallets",
    tag = "loyalty",
    params(PageParams),
    responses((status = 200, description = "What was found.", body = VerifiedView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn verify_wallets(caller: Caller<LoyaltyRead>, query: ListQuery) -> Result<Json<VerifiedView>, Problem> {
    let (verified, next) = verification::wallets(&caller.ctx, &query.page()?).await?;
    Ok(Json(shown(verified, next.as_deref())))
}

/// Rebuilds the balances of issuance, of what is settled and of partners, and partners' statements, from their entries.
///
/// Account by account; `limit` counts entries.
#[utoipa::path(
    get,
    path = "/v1/ledger/verification/accounts",
    tag = "loyalty",
    params(PageParams),
    responses((status = 200, description = "What was found.", body = VerifiedView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn verify_accounts(caller: Caller<LoyaltyRead>, query: ListQuery) -> Result<Json<VerifiedView>, Problem> {
    let (verified, next) = verification::accounts(&caller.ctx, &query.page()?).await?;
    Ok(Json(shown(verified, next.as_deref())))
}

/// Compares some postings, as the event log tells of them, with the rows of transactions and entries.
///
/// In the order of the log; `limit` counts postings.
#[utoipa::path(
    get,
    path = "/v1/ledger/verification/log",
    tag = "loyalty",
    params(PageParams),
    responses((status = 200, description = "What was found.", body = VerifiedView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn verify_log(caller: Caller<LoyaltyRead>, query: ListQuery) -> Result<Json<VerifiedView>, Problem> {
    let page = query.page()?;
    let after = page.after.as_deref().map_or(Ok(0), |after| super::page::parsed("cursor", after))?;
    let (verified, next) = verification::log(&caller.ctx, after, page.limit).await?;
    Ok(Json(shown(verified, next.map(|seq| seq.to_string()).as_deref())))
}
