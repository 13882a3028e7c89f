//! Loyalty programs and their policies.

use super::{purchase::MoneyView, tier::TierPolicyView};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp,
    ledger::{Reversal, Rounding, Shortfall},
    program::{Expiry, LastDay, PointValue, Policy, Program, Spending, TierPolicy, Unit},
};
use utoipa::ToSchema;

/// What a program counts.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ProgramUnit)]
#[serde(rename_all = "kebab-case")]
pub enum UnitView {
    /// Points that are spent.
    #[default]
    Points,
    /// Stamps on a card.
    Stamps,
    /// Status points: they qualify for tiers and are never spent.
    Status,
}

/// When points are past their time. They can be spent through the whole of their last day, in the tenant's zone.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = PointExpiry)]
#[serde(tag = "after", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ExpiryView {
    /// Never.
    #[default]
    Never,
    /// So many months after they were earned.
    Rolling {
        /// 1 to 240. The 31st of a shorter month is its last day.
        #[schema(minimum = 1, maximum = 240)]
        months: u16,
        /// Up to the end of what.
        #[serde(default)]
        until: LastDayView,
    },
    /// On the same date every year.
    Fixed {
        /// Month of the last day.
        #[schema(minimum = 1, maximum = 12)]
        month: i8,
        /// Day of the last day.
        #[schema(minimum = 1, maximum = 31)]
        day: i8,
        /// Points are good for at least so many months, and expire on the date after that.
        #[serde(default)]
        #[schema(maximum = 240)]
        at_least_months: u16,
    },
    /// All of a customer's points, so many months after the customer last earned or spent any.
    Inactivity {
        /// 1 to 240.
        #[schema(minimum = 1, maximum = 240)]
        months: u16,
    },
}

/// The day on which a rolling time ends.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = LastDay)]
#[serde(rename_all = "kebab-case")]
pub enum LastDayView {
    /// The day itself.
    #[default]
    Day,
    /// The last day of its month.
    Month,
    /// The last day of its quarter.
    Quarter,
    /// The last day of its year.
    Year,
}

/// What becomes of points that were spent before they had to be given back.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Shortfall)]
#[serde(rename_all = "kebab-case")]
pub enum ShortfallView {
    /// The customer's available points go below zero.
    Negative,
    /// The customer owes them, and the next points pay for it.
    #[default]
    Debt,
    /// The return is refused.
    Refuse,
}

/// How a share of points becomes whole points.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Rounding)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingView {
    /// Down: 1.9 is 1.
    #[default]
    Down,
    /// To the nearest, halves up: 1.5 is 2.
    HalfUp,
    /// Up: 1.1 is 2.
    Up,
}

/// How points are spent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = Spending)]
#[serde(default, deny_unknown_fields)]
pub struct SpendingView {
    /// The fewest points of one redemption.
    #[schema(minimum = 1)]
    minimum: i64,
    /// Redemptions are multiples of so many points.
    #[schema(minimum = 1)]
    step: i64,
    /// How long points are held when nobody says otherwise, in minutes: up to thirty days.
    #[schema(minimum = 1, maximum = 43200)]
    hold_minutes: u32,
}

/// What points are worth.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = PointValue)]
#[serde(deny_unknown_fields)]
pub struct PointValueView {
    /// So many points …
    #[schema(examples(100))]
    points: i64,
    /// … are worth this much.
    money: MoneyView,
}

/// What a program's owner decides.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ProgramPolicy)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyView {
    /// What it counts; never changes.
    unit: UnitView,
    /// Days before earned points can be spent, from the start of the day after them; 0 is at once.
    #[schema(maximum = 365)]
    pending_days: u16,
    /// When points are past their time.
    expiry: ExpiryView,
    /// How a share of points becomes whole points.
    rounding: RoundingView,
    /// What becomes of points that were spent before they had to be given back.
    shortfall: ShortfallView,
    /// How points are spent.
    spending: SpendingView,
    /// What points are worth, for the liability in money.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<PointValueView>,
    /// The most points that one effect of a plugin may give.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    max_earning: Option<i64>,
    /// So many days before points expire rules are told of it; never where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 365)]
    notice_days: Option<u16>,
    /// Tiers, where it counts status points.
    #[serde(skip_serializing_if = "Option::is_none")]
    tiers: Option<TierPolicyView>,
}

/// A loyalty program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Program)]
pub struct ProgramView {
    /// Short name, a code.
    #[schema(examples("points"))]
    code: String,
    /// The name to show.
    #[schema(examples("Points"))]
    name: String,
    /// What its owner decided.
    policy: PolicyView,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

macro_rules! same_names {
    ($($view:ident = $domain:ident { $($name:ident),* };)*) => {$(
        impl From<$view> for $domain {
            fn from(view: $view) -> Self {
                match view {$($view::$name => Self::$name,)*}
            }
        }

        impl From<$domain> for $view {
            fn from(domain: $domain) -> Self {
                match domain {$($domain::$name => Self::$name,)*}
            }
        }
    )*};
}

same_names! {
    UnitView = Unit { Points, Stamps, Status };
    LastDayView = LastDay { Day, Month, Quarter, Year };
    ShortfallView = Shortfall { Negative, Debt, Refuse };
    RoundingView = Rounding { Down, HalfUp, Up };
}

impl Default for SpendingView {
    fn default() -> Self {
        Spending::default().into()
    }
}

impl From<Spending> for SpendingView {
    fn from(spending: Spending) -> Self {
        let Spending { minimum, step, hold_minutes } = spending;
        Self { minimum, step, hold_minutes }
    }
}

impl From<ExpiryView> for Expiry {
    fn from(view: ExpiryView) -> Self {
        match view {
            ExpiryView::Never => Self::Never,
            ExpiryView::Rolling { months, until } => Self::Rolling { months, until: until.into() },
            ExpiryView::Fixed { month, day, at_least_months } => Self::Fixed { month, day, at_least_months },
            ExpiryView::Inactivity { months } => Self::Inactivity { months },
        }
    }
}

impl From<Expiry> for ExpiryView {
    fn from(expiry: Expiry) -> Self {
        match expiry {
            Expiry::Never => Self::Never,
            Expiry::Rolling { months, until } => Self::Rolling { months, until: until.into() },
            Expiry::Fixed { month, day, at_least_months } => Self::Fixed { month, day, at_least_months },
            Expiry::Inactivity { months } => Self::Inactivity { months },
        }
    }
}

impl From<PolicyView> for Policy {
    fn from(view: PolicyView) -> Self {
        let PolicyView { unit, pending_days, expiry, rounding, shortfall, spending, value, .. } = view;
        let SpendingView { minimum, step, hold_minutes } = spending;
        Self {
            unit: unit.into(),
            pending_days,
            expiry: expiry.into(),
            reversal: Reversal { shortfall: shortfall.into(), rounding: rounding.into() },
            spending: Spending { minimum, step, hold_minutes },
            value: value.map(|value| PointValue { points: value.points, money: value.money.into() }),
            max_earning: view.max_earning,
            notice_days: view.notice_days,
            tiers: view.tiers.map(TierPolicy::from),
        }
    }
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        let Policy { unit, pending_days, expiry, reversal, spending, value, max_earning, notice_days, tiers } = policy;
        Self {
            unit: unit.into(),
            pending_days,
            expiry: expiry.into(),
            rounding: reversal.rounding.into(),
            shortfall: reversal.shortfall.into(),
            spending: spending.into(),
            value: value.map(|value| PointValueView { points: value.points, money: value.money.into() }),
            max_earning,
            notice_days,
            tiers: tiers.map(TierPolicyView::from),
        }
    }
}

impl From<Program> for ProgramView {
    fn from(program: Program) -> Self {
        let Program { code, name, policy, created_at, updated_at, version } = program;
        Self { code, name, policy: policy.into(), created_at, updated_at, version }
    }
}
