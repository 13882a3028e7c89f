//! Figures of loyalty.

use super::purchase::MoneyView;
use crate::app::figures::PointFigures;
use serde::Serialize;
use stammgast_domain::{
    figures::{Cohort, Month, Retention, share},
    referral::ReferralFigures,
};
use utoipa::ToSchema;

/// A program's points in a period, and as they are now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PointFigures)]
pub struct PointFiguresView {
    /// Points that were given in the period, by the program and by partners.
    given: i64,
    /// Points that were spent; less what came back.
    redeemed: i64,
    /// Points that were not spent in time; less what came back.
    expired: i64,
    /// Points that were taken back or withdrawn; less what was put back in place.
    taken_back: i64,
    /// Points that are outstanding now: they can be spent, are pending or held, less what customers owe.
    outstanding: i64,
    /// What these are worth, where the program says what points are worth.
    liability: Option<MoneyView>,
    /// Redeemed by given, of the period; `null` where none were given.
    #[schema(examples("0.4218"))]
    redemption_rate: Option<String>,
    /// Expired by given, of the period; `null` where none were given.
    #[schema(examples("0.0731"))]
    breakage: Option<String>,
}

/// Customers who bought for the first time in one month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cohort)]
pub struct CohortView {
    /// The month.
    #[schema(examples("2026-03"))]
    month: String,
    /// How many.
    customers: u64,
    /// Those who bought on at least two days.
    repeated: u64,
    /// Repeated by customers.
    repeat_rate: Option<String>,
    /// The share that bought in the first month, in the one after, and so on: to the month of `to` or of today, whichever
    /// is earlier, and as far beyond as somebody bought.
    retention: Vec<Option<String>>,
}

/// Who came back, by the month of the first purchase.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention)]
pub struct RetentionView {
    /// Customers for whom rules do what they do.
    with_rules: Vec<CohortView>,
    /// The hold-out group.
    held_out: Vec<CohortView>,
    /// The repeat rate of all with rules together.
    repeat_rate_with_rules: Option<String>,
    /// The repeat rate of the hold-out group together.
    repeat_rate_held_out: Option<String>,
}

/// What came of the referrals of a period, and how many of its new customers were brought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferralFigures)]
pub struct ReferralFiguresView {
    /// Referrals that were recorded in the period.
    recorded: u64,
    /// Those of them that count by now.
    completed: u64,
    /// Those that may still count.
    pending: u64,
    /// Those for which nothing that counts was bought in time.
    expired: u64,
    /// Those beyond what counts of one customer in a year.
    over_limit: u64,
    /// Customers since a day of the period (`customer_since`).
    new_customers: u64,
    /// Those of them whom somebody brought, whatever came of it.
    brought: u64,
    /// The share of the new customers that was brought; `null` where there are none.
    #[schema(examples("0.1250"))]
    referral_rate: Option<String>,
}

fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl From<PointFigures> for PointFiguresView {
    fn from(figures: PointFigures) -> Self {
        let PointFigures { flows, outstanding, liability, redemption_rate, breakage, .. } = figures;
        Self {
            given: flows.given,
            redeemed: flows.redeemed,
            expired: flows.expired,
            taken_back: flows.taken_back,
            outstanding,
            liability: liability.map(MoneyView::from),
            redemption_rate,
            breakage,
        }
    }
}

impl From<ReferralFigures> for ReferralFiguresView {
    fn from(figures: ReferralFigures) -> Self {
        let ReferralFigures { recorded, completed, pending, expired, over_limit, new_customers, brought } = figures;
        let referral_rate = share(int(brought), int(new_customers));
        Self { recorded, completed, pending, expired, over_limit, new_customers, brought, referral_rate }
    }
}

impl From<(Month, Cohort)> for CohortView {
    fn from((month, cohort): (Month, Cohort)) -> Self {
        let Cohort { customers, repeated, bought } = cohort;
        Self {
            month: month.to_string(),
            customers,
            repeated,
            repeat_rate: share(int(repeated), int(customers)),
            retention: bought.into_iter().map(|count| share(int(count), int(customers))).collect(),
        }
    }
}

impl From<Retention> for RetentionView {
    fn from(retention: Retention) -> Self {
        let Retention { with_rules, held_out } = retention;
        let rate = |group: &std::collections::BTreeMap<Month, Cohort>| {
            let sum = |of: fn(&Cohort) -> u64| int(group.values().map(of).sum());
            share(sum(|cohort| cohort.repeated), sum(|cohort| cohort.customers))
        };
        let (repeat_rate_with_rules, repeat_rate_held_out) = (rate(&with_rules), rate(&held_out));
        Self {
            with_rules: with_rules.into_iter().map(CohortView::from).collect(),
            held_out: held_out.into_iter().map(CohortView::from).collect(),
            repeat_rate_with_rules,
            repeat_rate_held_out,
        }
    }
}
