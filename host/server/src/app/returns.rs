//! Returns of purchases: what was earned with them is undone in the same transaction.

use super::{
    AppError, Ctx, LedgerPlan, aftersales,
    loyalty::{cause, order},
};
use stammgast_domain::{
    Money, PurchaseId, ReturnId, Timestamp,
    access::Scope,
    event::Fact,
    ledger::{CancelReturn, Command, Movement, ReturnedLine, TakeReturn},
    purchase_return::{PurchaseReturn, ReturnStatus},
};
use stammgast_store::{Change, Settled};
use std::collections::BTreeMap;

/// A return as a caller tells it.
#[derive(Debug, Clone)]
pub struct NewReturn {
    /// Its name in the caller's system.
    pub external_id: String,
    /// What is paid back; `None` for everything that is left.
    pub amount: Option<Money>,
    /// Lines that come back.
    pub lines: Vec<ReturnedLine>,
    /// Why, a code.
    pub reason: String,
    /// When it came back; now where nobody says.
    pub occurred_at: Option<Timestamp>,
}

/// Records a return, and undoes what was earned with what came back.
///
/// # Errors
/// No such purchase, more comes back than is left, or points are spent and a program refuses to leave a debt.
pub async fn create(ctx: &Ctx, purchase: PurchaseId, new: NewReturn) -> Result<LedgerPlan<PurchaseReturn>, AppError> {
    ctx.need(Scope::PurchasesWrite)?;
    let purchase = ctx.tenant.purchase(purchase).await?.ok_or(AppError::NotFound("purchase"))?;
    let followed = ctx.tenant.followed(purchase.id).await?;
    let before = ctx.tenant.returns_of(purchase.id).await?;
    let standing = before.iter().filter(|made| made.status == ReturnStatus::Standing);
    let returned: i64 = standing.map(|made| made.amount.minor).sum();
    let now = ctx.now();
    let NewReturn { external_id, amount, lines, reason, occurred_at } = new;
    let id = PurchaseReturn::id_for(purchase.id, &external_id);
    let known = before.iter().find(|made| made.id == id);
    let left = Money { minor: purchase.amount.minor - returned, currency: purchase.amount.currency };
    let of_lines = || {
        let minor = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount));
        (!lines.is_empty()).then_some(Money { minor, currency: purchase.amount.currency })
    };
    let amount = amount.or_else(of_lines).or_else(|| known.map(|known| known.amount)).unwrap_or(left);
    let made = PurchaseReturn {
        id,
        purchase: purchase.id,
        customer: purchase.customer,
        external_id,
        amount,
        lines,
        reason,
        points: BTreeMap::new(),
        status: ReturnStatus::Standing,
        occurred_at: occurred_at.or_else(|| known.map(|known| known.occurred_at)).unwrap_or(now),
        recorded_at: now,
        version: 1,
    };
    made.validate(&purchase).map_err(|error| AppError::invalid(error.field(), error))?;
    if let Some(known) = known {
        if known.says_the_same(&made) {
            let known = known.clone();
            return Ok(LedgerPlan::existing(move |_| Some(known.clone())));
        }
        let problem = "this purchase has a return of this name with other values; give the new one another external_id";
        return Err(AppError::Conflict { code: "return-recorded", problem: problem.to_owned() });
    }
    let programs = ctx.tenant.programs().await?;
    let text = format!("{} of the purchase came back.", made.amount);
    let command = Command::Return(Box::new(TakeReturn {
        sale: purchase.sale_terms(),
        customer: purchase.customer,
        return_id: made.id,
        amount: made.amount.minor,
        lines: made.lines.clone(),
        reversals: programs.into_iter().map(|(code, program)| (code, program.policy.reversal)).collect(),
        cause: cause(&made.reason, Some(text), "")?,
    }));
    let mut change = Change::new();
    let returns = [before, vec![made.clone()]].concat();
    aftersales::follow_returns(ctx, &mut change, &purchase, (&returns, followed)).await?;
    change.event(ctx.event(Fact::PurchaseReturned(made.clone()), now));
    change.order(order(ctx, command));
    let with_points = move |settled: &Settled| PurchaseReturn { points: moved(settled), ..made.clone() };
    let row = with_points.clone();
    change.and_then(move |settled| {
        let mut change = Change::new();
        change.record_return(&row(settled))?;
        Ok(change)
    });
    Ok(LedgerPlan::created(change, move |settled| Some(with_points(settled))))
}

/// Undoes a return: what was taken for it goes back where it was taken from.
///
/// # Errors
/// No such return, or it is undone already.
pub async fn cancel(ctx: &Ctx, id: ReturnId) -> Result<LedgerPlan<PurchaseReturn>, AppError> {
    ctx.need(Scope::PurchasesWrite)?;
    let read = ctx.tenant.purchase_return(id).await?.ok_or(AppError::NotFound("return"))?;
    if read.status == ReturnStatus::Cancelled {
        let problem = "the return is undone already".to_owned();
        return Err(AppError::Conflict { code: "return-cancelled", problem });
    }
    let made = read.cancelled();
    let cause = cause("return-cancelled", Some("The return was undone.".to_owned()), "")?;
    let command = Command::CancelReturn(Box::new(CancelReturn { purchase: made.purchase, return_id: id, cause }));
    let mut change = Change::new();
    let purchase = ctx.tenant.purchase(made.purchase).await?.ok_or(AppError::NotFound("purchase"))?;
    let followed = ctx.tenant.followed(purchase.id).await?;
    let mut returns = ctx.tenant.returns_of(purchase.id).await?;
    returns.retain(|other| other.id != id);
    aftersales::follow_returns(ctx, &mut change, &purchase, (&returns, followed)).await?;
    change.replace_return(&read, &made)?;
    change.event(ctx.event(Fact::ReturnCancelled(made.clone()), ctx.now()));
    change.order(order(ctx, command));
    Ok(LedgerPlan::done(change, move |settled| Some(PurchaseReturn { points: moved(settled), ..made.clone() })))
}

/// Points that were taken or put back, by program.
fn moved(settled: &Settled) -> BTreeMap<String, i64> {
    let mut points = BTreeMap::new();
    for transaction in &settled.posted {
        let given = matches!(transaction.movement, Movement::TakenBack { .. } | Movement::Reinstated { .. });
        // What the program, or the partner, got is what the customer lost.
        let others = transaction.entries.iter().filter(|entry| entry.account.customer().is_none());
        let sum: i64 = others.map(|entry| entry.points.0).sum();
        if given {
            *points.entry(transaction.program.clone()).or_default() -= sum;
        }
    }
    points
}

/// One return.
///
/// # Errors
/// No such return.
pub async fn read(ctx: &Ctx, id: ReturnId) -> Result<PurchaseReturn, AppError> {
    ctx.need(Scope::PurchasesRead)?;
    ctx.tenant.purchase_return(id).await?.ok_or(AppError::NotFound("return"))
}

/// All returns of a purchase.
///
/// # Errors
/// No such purchase.
pub async fn of_purchase(ctx: &Ctx, purchase: PurchaseId) -> Result<Vec<PurchaseReturn>, AppError> {
    ctx.need(Scope::PurchasesRead)?;
    ctx.tenant.purchase(purchase).await?.ok_or(AppError::NotFound("purchase"))?;
    Ok(ctx.tenant.returns_of(purchase).await?)
}
