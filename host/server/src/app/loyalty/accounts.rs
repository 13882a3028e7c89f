//! A customer's accounts: balances, lots, statements, and changes by a person's decision.

use super::{cause, must_be_program, order, zone};
use crate::app::{AppError, Ctx, LedgerPlan, customers};
use stammgast_domain::{
    CustomerId, Timestamp,
    access::Scope,
    ledger::{Account, Amounts, Command, Earn, Lot, LotKey, MAX_ENTRY, Stage, WalletId, Withdraw},
    program::Terms,
};
use stammgast_store::{Change, LedgerLine, Page, PageRequest};

/// Lots that are shown at most, of those that are pending and of those that can be spent.
const LOTS_SHOWN: usize = 200;

/// Points that a person gives or takes.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// More than 0 gives, less than 0 takes.
    pub points: i64,
    /// Why, as a code.
    pub reason: String,
    /// Why, in a sentence.
    pub text: String,
}

/// A customer's points in one program.
#[derive(Debug, Clone)]
pub struct Balance {
    /// Whose, and of which program.
    pub wallet: WalletId,
    /// Points by stage.
    pub amounts: Amounts,
    /// When all of them are past their time unless the customer is active again, where the program has it so.
    pub lapses_at: Option<Timestamp>,
}

/// A customer's points in every program.
///
/// # Errors
/// No such customer.
pub async fn balances(ctx: &Ctx, customer: CustomerId) -> Result<Vec<Balance>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    let programs = ctx.tenant.programs().await?;
    let wallets: Vec<WalletId> = programs.into_keys().map(|program| WalletId { program, customer }).collect();
    let (amounts, lapses) = (ctx.tenant.wallet_amounts(&wallets).await?, ctx.tenant.lapses(&wallets).await?);
    let balance = |(wallet, amounts): (WalletId, Amounts)| {
        // A time that is over stays in the wallet for what comes back; without points it says nothing.
        let lapses_at = lapses.get(&wallet).copied().filter(|_| amounts.available > 0);
        Balance { wallet, amounts, lapses_at }
    };
    Ok(amounts.into_iter().map(balance).collect())
}

/// Everybody's points in a program, in the order of the customers' ids.
///
/// # Errors
/// No such program.
pub async fn wallets(ctx: &Ctx, program: &str, page: &PageRequest) -> Result<Page<(WalletId, Amounts)>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.wallets(program, page).await?)
}

/// A customer's lots of which points are pending or can be spent.
///
/// # Errors
/// No such customer or program.
pub async fn lots(ctx: &Ctx, customer: CustomerId, program: &str) -> Result<Vec<(LotKey, Lot)>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    must_be_program(ctx, program).await?;
    let wallet = WalletId { program: program.to_owned(), customer };
    Ok(ctx.tenant.open_lots(&wallet, LOTS_SHOWN).await?)
}

/// A customer's entries in one program and stage, newest first.
///
/// # Errors
/// No such customer or program.
pub async fn entries(
    ctx: &Ctx,
    customer: CustomerId,
    program: &str,
    stage: Stage,
    page: &PageRequest,
) -> Result<Page<LedgerLine>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.ledger_lines(&Account::of(program, customer, stage), page).await?)
}

/// Gives a customer points, or takes some.
///
/// # Errors
/// No such customer or program, no reason, or not enough points.
pub async fn adjust(
    ctx: &Ctx,
    customer: CustomerId,
    program: &str,
    adjustment: Adjustment,
) -> Result<LedgerPlan<Amounts>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    customers::must_exist(ctx, customer).await?;
    let program = must_be_program(ctx, program).await?;
    let Adjustment { points, reason, text } = adjustment;
    if !(1..=MAX_ENTRY).contains(&points.saturating_abs()) {
        let problem = format!("{points} points cannot be moved; move 1 to {MAX_ENTRY}, or take as many with a minus");
        return Err(AppError::invalid("points", problem));
    }
    let cause = cause(&reason, Some(text), "")?;
    let wallet = WalletId { program: program.code.clone(), customer };
    let key = format!("adjustment/{}", ctx.new_uuid());
    let command = if points < 0 {
        let points = points.saturating_neg();
        Command::Withdraw(Box::new(Withdraw { wallet: wallet.clone(), points, cause, key }))
    } else {
        let now = ctx.now();
        let Terms { expires_at, lapses_at, notice, .. } = program.policy.terms(now, &zone(ctx).await?);
        Command::Earn(Box::new(Earn {
            wallet: wallet.clone(),
            points,
            earned_at: now,
            // A person's decision counts at once.
            active_from: now,
            expires_at,
            lapses_at,
            notice,
            source: Account::Issuance { program: program.code },
            sale: None,
            reversal: program.policy.reversal,
            quota: None,
            cause,
            key,
        }))
    };
    let mut change = Change::new();
    change.order(order(ctx, command));
    Ok(LedgerPlan::created(change, move |settled| settled.amounts.get(&wallet).copied()))
}
