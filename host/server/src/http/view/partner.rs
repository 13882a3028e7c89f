//! Partners, what is open with them, and their statements.

use super::{loyalty::EntryView, purchase::MoneyView};
use crate::app::loyalty::{partners::PartnerEntry, trade::Issued};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, RedemptionId, Timestamp, TransactionId,
    ledger::{PartnerAccount, PartnerSums, Statement},
    partner::{Partner, PartnerDetails, PartnerLimits, PartnerStatus, PartnerTerms},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How much of something a partner may do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = PartnerLimits)]
#[serde(deny_unknown_fields)]
pub struct LimitsView {
    /// The most points of one posting.
    #[schema(minimum = 1)]
    per_posting: i64,
    /// The most points of one day, in the tenant's time zone.
    #[schema(minimum = 1)]
    per_day: i64,
}

/// What a partner may do in a program.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = PartnerTerms)]
#[serde(default, deny_unknown_fields)]
pub struct TermsView {
    /// Giving points; left out where it may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<LimitsView>,
    /// Accepting points; left out where it may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    accept: Option<LimitsView>,
}

/// Whether a partner takes part.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = PartnerStatus)]
#[serde(rename_all = "kebab-case")]
pub enum StatusView {
    /// It does.
    #[default]
    Active,
    /// It does not for now.
    Suspended,
}

/// What a caller tells of a partner.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = PartnerDetails)]
#[serde(deny_unknown_fields)]
pub struct DetailsBody {
    /// The name to show.
    #[schema(max_length = 200, examples("Bakery Schmidt"))]
    name: String,
    /// Whether it takes part.
    #[serde(default)]
    status: StatusView,
    /// What it may do, by program.
    #[serde(default)]
    programs: BTreeMap<String, TermsView>,
}

/// A partner.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Partner)]
pub struct PartnerView {
    /// Short name.
    code: String,
    /// The name to show.
    name: String,
    /// Whether it takes part.
    status: StatusView,
    /// What it may do, by program.
    programs: BTreeMap<String, TermsView>,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts up with every change.
    version: u64,
}

/// Points that a partner moved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerSums)]
pub struct SumsView {
    /// Points that it gave.
    issued: i64,
    /// Points of these that were taken back, as for returns.
    issued_back: i64,
    /// Points that it accepted.
    accepted: i64,
    /// Points of these that it gave back.
    accepted_back: i64,
    /// What it accepted less what it gave: above zero the company owes the partner, below zero the partner owes it.
    balance: i64,
}

/// What is open with a partner in a program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerAccount)]
pub struct AccountView {
    /// The program's code.
    program: String,
    /// What moved since the last statement.
    #[serde(flatten)]
    open: SumsView,
    /// Statements so far.
    statements: u64,
}

/// What moved between one settlement and the next.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerStatement)]
pub struct StatementView {
    /// The partner's code.
    partner: String,
    /// The program's code.
    program: String,
    /// Its number, from 1.
    number: u64,
    /// What moved.
    #[serde(flatten)]
    sums: SumsView,
    /// What the balance is worth, where the program says what points are worth; halves are rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<MoneyView>,
    /// The transaction that settled it.
    #[schema(value_type = Uuid)]
    transaction: TransactionId,
    /// When it was settled.
    #[schema(value_type = String, format = DateTime)]
    settled_at: Timestamp,
}

/// Points that a partner gave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerIssue)]
pub struct IssuedView {
    /// The customer.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// The program's code.
    program: String,
    /// How many; below zero where they were taken back.
    points: i64,
    /// Points that the customer can spend now.
    available: i64,
}

impl DetailsBody {
    /// Details of a partner that takes part.
    pub const fn active(name: String, programs: BTreeMap<String, TermsView>) -> Self {
        Self { name, status: StatusView::Active, programs }
    }
}

impl From<DetailsBody> for PartnerDetails {
    fn from(body: DetailsBody) -> Self {
        let DetailsBody { name, status, programs } = body;
        let status = match status {
            StatusView::Active => PartnerStatus::Active,
            StatusView::Suspended => PartnerStatus::Suspended,
        };
        let limits = |view: LimitsView| PartnerLimits { per_posting: view.per_posting, per_day: view.per_day };
        let terms =
            |terms: TermsView| PartnerTerms { issue: terms.issue.map(limits), accept: terms.accept.map(limits) };
        Self { name, status, programs: programs.into_iter().map(|(program, view)| (program, terms(view))).collect() }
    }
}

impl From<Partner> for PartnerView {
    fn from(partner: Partner) -> Self {
        let Partner { code, name, status, programs, created_at, updated_at, version } = partner;
        let status = match status {
            PartnerStatus::Active => StatusView::Active,
            PartnerStatus::Suspended => StatusView::Suspended,
        };
        let limits = |of: PartnerLimits| LimitsView { per_posting: of.per_posting, per_day: of.per_day };
        let terms = |of: PartnerTerms| TermsView { issue: of.issue.map(limits), accept: of.accept.map(limits) };
        let programs = programs.into_iter().map(|(program, of)| (program, terms(of))).collect();
        Self { code, name, status, programs, created_at, updated_at, version }
    }
}

impl From<PartnerSums> for SumsView {
    fn from(sums: PartnerSums) -> Self {
        let PartnerSums { issued, issued_back, accepted, accepted_back } = sums;
        Self { issued, issued_back, accepted, accepted_back, balance: sums.balance() }
    }
}

impl From<PartnerAccount> for AccountView {
    fn from(account: PartnerAccount) -> Self {
        Self { program: account.of.program, open: account.open.into(), statements: account.statements }
    }
}

impl From<Statement> for StatementView {
    fn from(Statement { of, number, sums, value, transaction, settled_at }: Statement) -> Self {
        let value = value.map(|value| value.of(sums.balance()).into());
        let (partner, program) = (of.partner, of.program);
        Self { partner, program, number, sums: sums.into(), value, transaction, settled_at }
    }
}

impl From<Issued> for IssuedView {
    fn from(issued: Issued) -> Self {
        let Issued { customer, program, points, available } = issued;
        Self { customer, program, points, available }
    }
}

/// One entry of a partner's account: below zero where the partner gave points, above where it accepted some.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerEntry)]
pub struct PartnerEntryView {
    /// The entry.
    #[serde(flatten)]
    entry: EntryView,
    /// Whose points moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// The partner's own name for what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

impl From<PartnerEntry> for PartnerEntryView {
    fn from(PartnerEntry { line, reference }: PartnerEntry) -> Self {
        Self { customer: line.customer, entry: line.into(), reference }
    }
}

/// One entry of a partner's own account: below zero where the partner gave points, above where it accepted some.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnEntry)]
pub struct OwnEntryView {
    /// The transaction that it belongs to.
    #[schema(value_type = Uuid)]
    transaction: TransactionId,
    /// What the transaction does.
    #[schema(examples("earned"))]
    movement: String,
    /// Points into (positive) or out of (negative) the account.
    points: i64,
    /// Whose points moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    customer: Option<CustomerId>,
    /// The partner's own name for what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// The redemption that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    redemption: Option<RedemptionId>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was posted.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl From<PartnerEntry> for OwnEntryView {
    fn from(PartnerEntry { line, reference }: PartnerEntry) -> Self {
        Self {
            transaction: line.transaction,
            movement: line.movement.as_str().to_owned(),
            points: line.points.0,
            customer: line.customer,
            reference,
            redemption: line.movement.redemption(),
            occurred_at: line.occurred_at,
            recorded_at: line.recorded_at,
        }
    }
}
