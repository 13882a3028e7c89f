//! Figures: what the program does, in numbers.

use super::{App, AppError, Ctx, loyalty};
use jiff::civil::Date;
use stammgast_domain::{
    Money,
    access::Scope,
    figures::{Flows, Month, Retention, share},
    ledger::Amounts,
    program::plus_days,
    referral::ReferralFigures,
};

/// The most months of cohorts, and of each.
const MONTHS: i32 = 60;
/// The longest period of points and of referrals, in days.
const DAYS: i64 = 3_660;

/// Days, both included.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// These days, where they are a period that is not too long.
    fn checked(self) -> Result<Self, AppError> {
        if self.to < self.from || plus_days(self.from, DAYS) < self.to {
            let problem = format!("`to` must not lie before `from`, and at most {DAYS} days after it");
            return Err(AppError::invalid("to", problem));
        }
        Ok(self)
    }
}

/// A program's points in a period, and as they are now.
#[derive(Debug, Clone)]
pub struct PointFigures {
    /// What became of points in the period.
    pub flows: Flows,
    /// All customers' points now.
    pub now: Amounts,
    /// What is outstanding now: points that can be spent, are pending or held, less what customers owe.
    pub outstanding: i64,
    /// What that is worth, where the program says so.
    pub liability: Option<Money>,
    /// The share of the given points that was spent.
    pub redemption_rate: Option<String>,
    /// The share of the given points that expired.
    pub breakage: Option<String>,
}

/// What became of a program's points.
///
/// # Errors
/// No such program, or the period is none.
pub async fn points(app: &App, ctx: &Ctx, program: &str, period: Period) -> Result<PointFigures, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    let program = loyalty::must_be_program(ctx, program).await?;
    let Period { from, to } = period.checked()?;
    let _turn = app.figures.take(ctx.tenant.tenant()).await?;
    let zone = loyalty::zone(ctx).await?;
    let flows = ctx.tenant.flows(&program.code, zone.start_of(from), zone.end_of(to)).await?;
    let now = ctx.tenant.sum_of_wallets(&program.code).await?;
    let outstanding = now.pending + now.available + now.reserved + now.owed;
    Ok(PointFigures {
        flows,
        now,
        outstanding,
        liability: program.policy.value.map(|value| value.of(outstanding)),
        redemption_rate: share(flows.redeemed, flows.given),
        breakage: share(flows.expired, flows.given),
    })
}

/// Who came back, by the month of the first purchase, with rules and in the hold-out group.
///
/// # Errors
/// The period is none.
pub async fn retention(app: &App, ctx: &Ctx, period: Period) -> Result<Retention, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    ctx.need(Scope::PurchasesRead)?;
    let months = (Month::of(period.from), Month::of(period.to));
    let span = months.0.until(months.1);
    if !(0..MONTHS).contains(&span) {
        let problem = format!("`to` must not lie before `from`, and less than {MONTHS} months after it");
        return Err(AppError::invalid("to", problem));
    }
    let _turn = app.figures.take(ctx.tenant.tenant()).await?;
    let settings = ctx.tenant.settings().await?.unwrap_or_default();
    let shoppers = ctx.tenant.shoppers(&settings.zone).await?;
    let most = usize::try_from(MONTHS).unwrap_or_default();
    let today = Month::of(settings.zone.date(ctx.now()));
    Ok(shoppers.retention(months, today, most, &settings.hold_out))
}

/// What came of the referrals of a period, and how many of its new customers were brought.
///
/// # Errors
/// The period is none.
pub async fn referrals(app: &App, ctx: &Ctx, period: Period) -> Result<ReferralFigures, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    ctx.need(Scope::CustomersRead)?;
    let Period { from, to } = period.checked()?;
    let _turn = app.figures.take(ctx.tenant.tenant()).await?;
    let zone = loyalty::zone(ctx).await?;
    let times = (zone.start_of(from), zone.end_of(to));
    Ok(ctx.tenant.referral_figures(times, (from, to)).await?)
}
