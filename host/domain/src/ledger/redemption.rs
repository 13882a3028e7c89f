//! Redemptions: points that are held for something, and then spent or released.

use super::{LotKey, WalletId};
use crate::{RedemptionId, Timestamp};
use serde::{Deserialize, Serialize};

/// Points of one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The lot.
    pub lot: LotKey,
    /// How many of its points.
    pub points: i64,
}

/// The points of some parts together.
#[must_use]
pub fn sum(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.points).sum()
}

/// Where spent points go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sink {
    /// The program redeems them.
    Program,
    /// A partner accepts them, and is owed for it.
    Partner(String),
}

/// How far a redemption has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RedemptionStatus {
    /// Points are held until its time is up.
    Reserved,
    /// Points are spent.
    Captured,
    /// Somebody released the points.
    Released,
    /// Its time was up, and the points were released.
    TimedOut,
    /// All spent points came back.
    Reversed,
}

impl RedemptionStatus {
    /// The name as it stands in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Captured => "captured",
            Self::Released => "released",
            Self::TimedOut => "timed-out",
            Self::Reversed => "reversed",
        }
    }
}

/// What points are redeemed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The reward's code.
    pub reward: String,
    /// How many of it.
    pub quantity: u32,
    /// The offer whose vouchers the customer gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The time for which the customer was eligible, of a reward that is for eligible customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u64>,
}

/// One redemption, and which points of which lots it holds or spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Its id.
    pub id: RedemptionId,
    /// Whose points.
    pub wallet: WalletId,
    /// Where they go.
    pub sink: Sink,
    /// How far it has come.
    pub status: RedemptionStatus,
    /// How many points were asked for.
    pub points: i64,
    /// What is held, soonest-expiring first.
    pub held: Vec<Part>,
    /// What is spent, soonest-expiring first.
    pub spent: Vec<Part>,
    /// When it is released by itself, while points are held.
    pub until: Option<Timestamp>,
    /// The caller's own name for it, such as a receipt's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the points are redeemed for, where that is a reward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Redemption {
    /// How many of a reward it keeps from others: those that are held, and those that were given.
    #[must_use]
    pub fn kept(&self) -> u32 {
        let is_open = matches!(self.status, RedemptionStatus::Reserved | RedemptionStatus::Captured);
        self.claim.as_ref().filter(|_| is_open).map_or(0, |claim| claim.quantity)
    }
}

/// Takes points from the front of some parts. Gives the parts that were taken; the rest stays.
pub(super) fn take_first(parts: &mut Vec<Part>, points: i64) -> Vec<Part> {
    let (mut taken, mut rest, mut missing) = (Vec::new(), Vec::new(), points);
    for part in parts.drain(..) {
        let now = part.points.min(missing);
        missing -= now;
        taken.extend((now > 0).then_some(Part { points: now, ..part }));
        rest.extend((part.points > now).then_some(Part { points: part.points - now, ..part }));
    }
    *parts = rest;
    taken
}

/// Takes points from the end of some parts. Gives the parts that were taken, in order; the rest stays.
pub(super) fn take_last(parts: &mut Vec<Part>, points: i64) -> Vec<Part> {
    let first = sum(parts).saturating_sub(points).max(0);
    let kept = take_first(parts, first);
    std::mem::replace(parts, kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TransactionId;

    fn part(lot: i64, points: i64) -> Part {
        let at = Timestamp::from_millis(lot).unwrap();
        let id = TransactionId::derived(&[&lot.to_string()]);
        Part { lot: LotKey { expires_at: at, earned_at: at, id }, points }
    }

    #[test]
    fn points_are_taken_from_either_end() {
        let mut parts = vec![part(1, 10), part(2, 10), part(3, 10)];
        assert_eq!(take_first(&mut parts, 15), [part(1, 10), part(2, 5)]);
        assert_eq!(parts, [part(2, 5), part(3, 10)]);
        let mut parts = vec![part(1, 10), part(2, 10), part(3, 10)];
        assert_eq!(take_last(&mut parts, 15), [part(2, 5), part(3, 10)]);
        assert_eq!(parts, [part(1, 10), part(2, 5)]);
        assert_eq!(take_last(&mut parts, 100), [part(1, 10), part(2, 5)]);
        assert!(parts.is_empty());
    }
}
