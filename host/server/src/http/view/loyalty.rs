//! Programs, balances and ledger entries.

use serde::Serialize;
use stammgast_domain::{Points, Timestamp, TransactionId, ledger::Cause};
use stammgast_store::{AccountBalance, LedgerLine, TrialBalance};
use utoipa::ToSchema;

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
}

/// A customer's points in one program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balance)]
pub struct BalanceView {
    /// The program's code.
    #[schema(examples("points"))]
    program: String,
    /// Points that are ready to be spent.
    #[schema(value_type = i64, examples(120))]
    points: Points,
}

/// One entry of a customer's account. Entries are never changed or deleted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub struct EntryView {
    /// The transaction it belongs to.
    #[schema(value_type = Uuid)]
    transaction: TransactionId,
    /// Points into (positive) or out of (negative) the account.
    #[schema(value_type = i64, examples(12))]
    points: Points,
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
    /// The rule that decided: plugin and version.
    #[schema(examples("stammgast.loyalty-points@0.1.0"))]
    rule_version: String,
    /// Sequence number of the event that caused it.
    event: u64,
}

/// All entries of a program added up. `issuance` and `available` cancel out, and `balances` is zero.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrialBalance)]
pub struct TrialBalanceView {
    /// Sum of the issuance account's entries: minus all points in circulation.
    issuance: i64,
    /// Sum of the customers' available entries.
    available: i64,
    /// Number of entries.
    entries: u64,
    /// Sum of all balances as they are shown.
    balances: i64,
}

impl From<(String, String)> for ProgramView {
    fn from((code, name): (String, String)) -> Self {
        Self { code, name }
    }
}

impl From<AccountBalance> for BalanceView {
    fn from(balance: AccountBalance) -> Self {
        Self { program: balance.account.program().to_owned(), points: balance.points }
    }
}

impl From<LedgerLine> for EntryView {
    fn from(line: LedgerLine) -> Self {
        let LedgerLine { transaction, points, cause, occurred_at, recorded_at, .. } = line;
        Self { transaction, points, cause: cause.into(), occurred_at, recorded_at }
    }
}

impl From<Cause> for EntryCauseView {
    fn from(cause: Cause) -> Self {
        let Cause { reason, text, rule_version, event } = cause;
        Self { reason, text, rule_version, event }
    }
}

impl From<TrialBalance> for TrialBalanceView {
    fn from(balance: TrialBalance) -> Self {
        let TrialBalance { issuance, available, entries, balances } = balance;
        Self { issuance, available, entries, balances }
    }
}
