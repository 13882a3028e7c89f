//! What the ledger can be asked for.

use super::{Account, Cause, Claim, LotKey, PartnerId, Sink, WalletId};
use crate::{
    CustomerId, PurchaseId, RedemptionId, ReturnId, Timestamp,
    program::{Notice, PointValue},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What becomes of points that were spent before they had to be given back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shortfall {
    /// The customer's available points go below zero.
    Negative,
    /// The customer owes them on an account of its own, and the next points pay for it.
    #[default]
    Debt,
    /// The return is refused.
    Refuse,
}

/// How a share of points becomes whole points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Down: 1.9 is 1.
    #[default]
    Down,
    /// To the nearest, halves up: 1.5 is 2.
    HalfUp,
    /// Up: 1.1 is 2.
    Up,
}

impl Rounding {
    /// A share `numerator / denominator` of points. Both are at least 0, and the denominator is at least 1.
    #[must_use]
    pub fn share(self, points: i64, numerator: i64, denominator: i64) -> i64 {
        self.divide(i128::from(points) * i128::from(numerator), i128::from(denominator.max(1)))
    }

    /// A fraction as whole points. The numerator is at least 0 and the denominator at least 1; both are below 2^126.
    #[must_use]
    pub fn divide(self, numerator: i128, denominator: i128) -> i64 {
        let rounded = match self {
            Self::Down => numerator.div_euclid(denominator),
            Self::HalfUp => (numerator * 2 + denominator).div_euclid(denominator * 2),
            Self::Up => (numerator + denominator - 1).div_euclid(denominator),
        };
        i64::try_from(rounded).unwrap_or(i64::MAX)
    }
}

/// How a program takes points back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// What becomes of points that are spent already.
    pub shortfall: Shortfall,
    /// How the points that stay are rounded when a part comes back.
    pub rounding: Rounding,
}

/// A line of a purchase, as far as points go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// Pieces.
    pub quantity: u32,
    /// Minor units.
    pub amount: i64,
}

/// The purchase that earns points, as far as points go by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleTerms {
    /// The purchase.
    pub purchase: PurchaseId,
    /// Minor units that were paid in all.
    pub amount: i64,
    /// Its lines; empty where the source does not tell.
    pub lines: Vec<SaleLine>,
    /// The line that earns, from 0; `None` for the purchase as a whole.
    pub line: Option<u32>,
}

/// What a partner does with points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dealing {
    /// It gives them.
    Issue,
    /// It accepts them.
    Accept,
}

/// How much a partner may move, where a partner asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerQuota {
    /// Which partner, in which program.
    pub of: PartnerId,
    /// What it does.
    pub dealing: Dealing,
    /// The most points of one posting.
    pub per_posting: i64,
    /// The most points of one day.
    pub per_day: i64,
    /// The day, in the tenant's zone.
    pub date: Date,
}

/// A customer earns points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earn {
    /// Whose.
    pub wallet: WalletId,
    /// How many; 1 to [`MAX_ENTRY`].
    pub points: i64,
    /// When they were earned in the world.
    pub earned_at: Timestamp,
    /// From when on they can be spent.
    pub active_from: Timestamp,
    /// From when on they are past their time; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// When all points lapse unless the customer is active again.
    pub lapses_at: Option<Timestamp>,
    /// When it is told that they expire soon.
    pub notice: Option<Notice>,
    /// Who gives them: issuance, or a partner.
    pub source: Account,
    /// The purchase that earns them.
    pub sale: Option<SaleTerms>,
    /// What happens when the purchase came back already.
    pub reversal: Reversal,
    /// How much the partner may give, where one does.
    pub quota: Option<PartnerQuota>,
    /// Why.
    pub cause: Cause,
    /// What makes the posting unique.
    pub key: String,
}

/// Points are to be spent, at once or later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend {
    /// Whose.
    pub wallet: WalletId,
    /// The new redemption's id.
    pub redemption: RedemptionId,
    /// How many; 1 to [`MAX_ENTRY`].
    pub points: i64,
    /// Where they go.
    pub sink: Sink,
    /// For how long they are held, in milliseconds from the decision; `None` spends them at once.
    pub hold_millis: Option<i64>,
    /// When all points lapse unless the customer is active again.
    pub lapses_at: Option<Timestamp>,
    /// The caller's own name for it.
    pub reference: Option<String>,
    /// What the points are redeemed for, where that is a reward.
    pub claim: Option<Claim>,
    /// How much the partner may accept, where one does.
    pub quota: Option<PartnerQuota>,
    /// Why.
    pub cause: Cause,
}

/// Something happens to a redemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Whose points.
    pub wallet: WalletId,
    /// The redemption.
    pub redemption: RedemptionId,
    /// How many points; `None` is all of them.
    pub points: Option<i64>,
    /// Why.
    pub cause: Cause,
}

/// A line that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// The purchase's line, from 0.
    pub line: u32,
    /// Pieces that come back.
    pub quantity: u32,
    /// Minor units that are paid back for them.
    pub amount: i64,
}

/// A purchase comes back, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeReturn {
    /// The purchase.
    pub sale: SaleTerms,
    /// Who bought.
    pub customer: CustomerId,
    /// The return.
    pub return_id: ReturnId,
    /// Minor units that are paid back.
    pub amount: i64,
    /// Lines that come back; empty where the purchase has none, or all that is left of it comes back.
    pub lines: Vec<ReturnedLine>,
    /// How each program takes points back, by its code.
    pub reversals: BTreeMap<String, Reversal>,
    /// Why.
    pub cause: Cause,
}

/// A return is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelReturn {
    /// The purchase.
    pub purchase: PurchaseId,
    /// The return.
    pub return_id: ReturnId,
    /// Why.
    pub cause: Cause,
}

/// One earning is undone by a person's decision, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBackEarning {
    /// Whose.
    pub wallet: WalletId,
    /// The earning's lot.
    pub lot: LotKey,
    /// Who gave the points.
    pub source: Account,
    /// How many.
    pub points: i64,
    /// What happens when they are spent.
    pub shortfall: Shortfall,
    /// Why.
    pub cause: Cause,
    /// What makes the posting unique.
    pub key: String,
}

/// Points are taken away by a person's decision, from whatever lots they lie in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// Whose.
    pub wallet: WalletId,
    /// How many.
    pub points: i64,
    /// Why.
    pub cause: Cause,
    /// What makes the posting unique.
    pub key: String,
}

/// A partner's account is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    /// Which partner, in which program.
    pub of: PartnerId,
    /// What points are worth in the program, for the statement.
    pub value: Option<PointValue>,
    /// Why.
    pub cause: Cause,
}

/// Something that the ledger is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A customer earns points.
    Earn(Box<Earn>),
    /// Points are spent, or held to be spent.
    Spend(Box<Spend>),
    /// Held points are spent; what is left of them is released.
    Capture(Follow),
    /// Held points are released.
    Release(Follow),
    /// Spent points come back into their lots.
    GiveBack(Follow),
    /// A purchase comes back.
    Return(Box<TakeReturn>),
    /// A return is undone.
    CancelReturn(Box<CancelReturn>),
    /// One earning is undone.
    TakeBack(Box<TakeBackEarning>),
    /// Points are taken away.
    Withdraw(Box<Withdraw>),
    /// A partner's account is settled.
    Settle(Box<Settle>),
    /// What is due by now is posted, and nothing else.
    Advance(WalletId),
}
