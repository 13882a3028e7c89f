//! Redemptions, and returns of purchases.

use super::{super::schema, purchase::MoneyView, voucher::VoucherView};
use crate::app::loyalty::redemptions::Redeemed;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, PurchaseId, RedemptionId, ReturnId, Timestamp, TransactionId,
    ledger::{Part, Redemption, RedemptionStatus, ReturnedLine, Sink},
    purchase_return::{PurchaseReturn, ReturnStatus},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Points of one lot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RedeemedPart)]
pub struct PartView {
    /// The lot: the transaction that earned it.
    #[schema(value_type = Uuid)]
    lot: TransactionId,
    /// How many of its points.
    points: i64,
    /// From when on they are past their time, should they come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Points that are held for something, or were spent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Redemption)]
pub struct RedemptionView {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: RedemptionId,
    /// Whose points.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The program's code.
    program: String,
    /// How far it has come.
    #[schema(value_type = schema::RedemptionStatus)]
    status: RedemptionStatus,
    /// How many points were asked for.
    points: i64,
    /// Points that are held, by lot.
    held: Vec<PartView>,
    /// Points that are spent, by lot.
    spent: Vec<PartView>,
    /// When points that are held are released by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// The partner who accepts the points, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    partner: Option<String>,
    /// The caller's own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// The reward that the points are redeemed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    reward: Option<String>,
    /// How many of the reward.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A redemption after a step, and what the customer has left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RedemptionAnswer)]
pub struct RedeemedView {
    /// The redemption.
    #[serde(flatten)]
    redemption: RedemptionView,
    /// Points that the customer can spend now.
    available: i64,
    /// Vouchers that were issued for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vouchers: Vec<VoucherView>,
}

/// A line that comes back.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = ReturnedLine)]
#[serde(deny_unknown_fields)]
pub struct ReturnedLineView {
    /// The purchase's line, from 0.
    line: u32,
    /// Pieces that come back.
    quantity: u32,
    /// Minor units that are paid back for them.
    amount_minor: i64,
}

/// What of a purchase came back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Return)]
pub struct ReturnView {
    /// Derived from the purchase and `external_id`.
    #[schema(value_type = Uuid)]
    id: ReturnId,
    /// The purchase.
    #[schema(value_type = Uuid)]
    purchase: PurchaseId,
    /// Who bought.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The return's name in the caller's system.
    external_id: String,
    /// What is paid back.
    amount: MoneyView,
    /// Lines that came back; empty where the purchase has none, or everything that was left came back.
    lines: Vec<ReturnedLineView>,
    /// Points that moved because of it, by program: below zero where they were taken back. The answer to a cancellation has
    /// those that were put back in place.
    points: BTreeMap<String, i64>,
    /// Why, a code.
    reason: String,
    /// Whether it stands.
    #[schema(value_type = schema::ReturnStatus)]
    status: ReturnStatus,
    /// When it came back.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl From<Part> for PartView {
    fn from(part: Part) -> Self {
        Self { lot: part.lot.id, points: part.points, expires_at: part.lot.expiry() }
    }
}

impl From<Redemption> for RedemptionView {
    fn from(redemption: Redemption) -> Self {
        let Redemption { id, wallet, sink, status, points, held, spent, until, reference, claim, .. } = redemption;
        let (created_at, updated_at) = (redemption.created_at, redemption.updated_at);
        Self {
            id,
            customer: wallet.customer,
            program: wallet.program,
            status,
            points,
            held: held.into_iter().map(PartView::from).collect(),
            spent: spent.into_iter().map(PartView::from).collect(),
            until: until.filter(|_| status == RedemptionStatus::Reserved),
            partner: match sink {
                Sink::Program => None,
                Sink::Partner(partner) => Some(partner),
            },
            reference,
            quantity: claim.as_ref().map(|claim| claim.quantity),
            reward: claim.map(|claim| claim.reward),
            created_at,
            updated_at,
        }
    }
}

impl From<Redeemed> for RedeemedView {
    fn from(redeemed: Redeemed) -> Self {
        let vouchers = redeemed.vouchers.into_iter().map(VoucherView::from).collect();
        Self { redemption: redeemed.redemption.into(), available: redeemed.available, vouchers }
    }
}

impl From<ReturnedLineView> for ReturnedLine {
    fn from(view: ReturnedLineView) -> Self {
        Self { line: view.line, quantity: view.quantity, amount: view.amount_minor }
    }
}

impl From<PurchaseReturn> for ReturnView {
    fn from(made: PurchaseReturn) -> Self {
        let PurchaseReturn {
            id,
            purchase,
            customer,
            external_id,
            amount,
            lines,
            points,
            reason,
            status,
            occurred_at,
            recorded_at,
            version: _,
        } = made;
        let line = |line: ReturnedLine| ReturnedLineView {
            line: line.line,
            quantity: line.quantity,
            amount_minor: line.amount,
        };
        let lines = lines.into_iter().map(line).collect();
        Self {
            id,
            purchase,
            customer,
            external_id,
            amount: amount.into(),
            lines,
            points,
            reason,
            status,
            occurred_at,
            recorded_at,
        }
    }
}
