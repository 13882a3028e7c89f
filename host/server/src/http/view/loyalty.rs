//! Balances, lots and ledger entries.

use crate::app::loyalty::accounts::Balance;
use serde::Serialize;
use stammgast_domain::{
    CustomerId, Points, PurchaseId, RedemptionId, Timestamp, TransactionId,
    ledger::{Amounts, Cause, Lot, LotKey, WalletId},
};
use stammgast_store::LedgerLine;
use utoipa::ToSchema;
use uuid::Uuid;

/// A customer's points in one program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balance)]
pub struct BalanceView {
    /// The program's code.
    #[schema(examples("points"))]
    program: String,
    /// Points that are ready to be spent. Below zero only where the program lets customers owe what they spent.
    #[schema(examples(120))]
    points: i64,
    /// Points that were earned and cannot be spent yet.
    pending: i64,
    /// Points that are held for redemptions.
    reserved: i64,
    /// Points that were spent.
    redeemed: i64,
    /// Points that are past their time.
    expired: i64,
    /// Points that the customer owes, and that the next ones pay for.
    owed: i64,
    /// When all points are past their time unless the customer is active again; of one customer, where the program has it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    lapses_at: Option<Timestamp>,
}

impl From<Balance> for BalanceView {
    fn from(Balance { wallet, amounts, lapses_at }: Balance) -> Self {
        Self { lapses_at, ..(wallet, amounts).into() }
    }
}

/// One customer's points in a program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Wallet)]
pub struct WalletView {
    /// The customer.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The points.
    #[serde(flatten)]
    balance: BalanceView,
}

/// One earning, and what is left of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lot)]
pub struct LotView {
    /// The transaction that earned it.
    #[schema(value_type = Uuid)]
    id: TransactionId,
    /// Points that can be spent.
    available: i64,
    /// Points that cannot be spent yet.
    pending: i64,
    /// Points that are held for redemptions.
    reserved: i64,
    /// When it was earned.
    #[schema(value_type = String, format = DateTime)]
    earned_at: Timestamp,
    /// From when on its points can be spent.
    #[schema(value_type = String, format = DateTime)]
    active_from: Timestamp,
    /// From when on they are past their time; left out where that is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// One entry of a customer's account. Entries are never changed or deleted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub struct EntryView {
    /// The transaction it belongs to.
    #[schema(value_type = Uuid)]
    transaction: TransactionId,
    /// The event that tells of it.
    event: u64,
    /// What the transaction does.
    #[schema(examples("earned"))]
    movement: String,
    /// Points into (positive) or out of (negative) the account.
    #[schema(value_type = i64, examples(12))]
    points: Points,
    /// The lot whose points they are: the transaction that earned them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    lot: Option<TransactionId>,
    /// From when on these points are past their time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// The redemption that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    redemption: Option<Uuid>,
    /// The purchase that earned the points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    purchase: Option<Uuid>,
    /// Why.
    cause: EntryCauseView,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was posted.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// Why a transaction was posted and by which rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerCause)]
pub struct EntryCauseView {
    /// Machine-readable reason.
    #[schema(examples("purchase"))]
    reason: String,
    /// The reason in a sentence for people.
    text: String,
    /// The rule that decided: plugin and version, or the ledger's own.
    #[schema(examples("stammgast.loyalty-points@0.1.0"))]
    rule_version: String,
    /// Sequence number of the event that caused it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u64>,
}

impl From<(WalletId, Amounts)> for BalanceView {
    fn from((wallet, amounts): (WalletId, Amounts)) -> Self {
        let Amounts { pending, available, reserved, redeemed, expired, owed } = amounts;
        let program = wallet.program;
        Self { program, points: available, pending, reserved, redeemed, expired, owed: -owed, lapses_at: None }
    }
}

impl From<(WalletId, Amounts)> for WalletView {
    fn from((wallet, amounts): (WalletId, Amounts)) -> Self {
        Self { customer: wallet.customer, balance: (wallet, amounts).into() }
    }
}

impl BalanceView {
    /// The points of a customer in a program.
    pub fn of(program: &str, customer: CustomerId, amounts: Amounts) -> Self {
        (WalletId { program: program.to_owned(), customer }, amounts).into()
    }
}

impl From<(LotKey, Lot)> for LotView {
    fn from((key, lot): (LotKey, Lot)) -> Self {
        let Amounts { pending, available, reserved, .. } = lot.amounts;
        let (id, earned_at, expires_at) = (key.id, key.earned_at, key.expiry());
        Self { id, available, pending, reserved, earned_at, active_from: lot.active_from, expires_at }
    }
}

impl From<LedgerLine> for EntryView {
    fn from(line: LedgerLine) -> Self {
        let LedgerLine { transaction, seq: event, movement, points, lot, cause, occurred_at, recorded_at, .. } = line;
        Self {
            transaction,
            event,
            redemption: movement.redemption().map(RedemptionId::uuid),
            purchase: movement.purchase().map(PurchaseId::uuid),
            movement: movement.as_str().to_owned(),
            points,
            expires_at: lot.and_then(|lot| lot.expiry()),
            lot: lot.map(|lot| lot.id),
            cause: cause.into(),
            occurred_at,
            recorded_at,
        }
    }
}

impl From<Cause> for EntryCauseView {
    fn from(cause: Cause) -> Self {
        let Cause { reason, text, rule_version, event } = cause;
        Self { reason, text, rule_version, event }
    }
}
