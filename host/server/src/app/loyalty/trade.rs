//! What partners do with their own keys: give points, and accept them.

use super::{
    cause, must_be_program, order,
    partners::{self, PartnerEntry, issue_key, issue_undone_key, named_entries},
    redemptions::{self, Capture, Redeemed, Step},
    zone,
};
use crate::app::{AppError, Ctx, LedgerPlan, purchases::Buyer};
use stammgast_domain::{
    CustomerId, RedemptionId,
    access::Scope,
    ledger::{
        Command, Dealing, Earn, PartnerAccount, PartnerId, PartnerQuota, Shortfall, Sink, Statement, TakeBackEarning,
        Transaction, WalletId,
    },
    partner::{Partner, PartnerLimits, PartnerStatus},
    program::{Program, Terms, Zone},
    text,
};
use stammgast_store::{Change, Page, PageRequest};

/// Points that a partner gives.
#[derive(Debug, Clone)]
pub struct Issue {
    /// To whom.
    pub customer: Buyer,
    /// The program's code.
    pub program: String,
    /// How many.
    pub points: i64,
    /// The partner's own name for it. The same twice is one.
    pub reference: String,
    /// Why, in a sentence.
    pub text: Option<String>,
}

/// Points that a partner gave and takes back.
#[derive(Debug, Clone)]
pub struct Undo {
    /// The program's code.
    pub program: String,
    /// The partner's own name for what it gave.
    pub reference: String,
    /// Why, in a sentence.
    pub text: Option<String>,
}

/// Points that a partner accepts.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// From whom.
    pub customer: Buyer,
    /// The program's code.
    pub program: String,
    /// How many.
    pub points: i64,
    /// Whether they are spent at once, or how long they are held.
    pub capture: Capture,
    /// The partner's own name for it.
    pub reference: Option<String>,
    /// Why, in a sentence.
    pub text: Option<String>,
}

/// What a partner gave, and what the customer has now.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The customer.
    pub customer: CustomerId,
    /// The program's code.
    pub program: String,
    /// Points that were given; below zero where they were taken back.
    pub points: i64,
    /// Points that the customer can spend now.
    pub available: i64,
}

/// Who asks, what it may do in a program, and what that takes to decide.
struct Trader {
    partner: Partner,
    program: Program,
    zone: Zone,
    customer: CustomerId,
    quota: PartnerQuota,
}

async fn own(ctx: &Ctx) -> Result<Partner, AppError> {
    ctx.need(Scope::PartnerTrade)?;
    let code = ctx.partner.as_deref().ok_or(AppError::NoPartner)?;
    partners::must_be(ctx, code).await
}

fn must_not_be_suspended(partner: &Partner) -> Result<(), AppError> {
    if partner.status != PartnerStatus::Suspended {
        return Ok(());
    }
    let problem = format!("the partner `{}` is suspended for now; ask the company", partner.code);
    Err(AppError::Conflict { code: "partner-suspended", problem })
}

impl Trader {
    async fn of(ctx: &Ctx, customer: &Buyer, program: &str, dealing: Dealing) -> Result<Self, AppError> {
        let partner = own(ctx).await?;
        must_not_be_suspended(&partner)?;
        let terms = partner.programs.get(program).copied().unwrap_or_default();
        let (limits, verb) = match dealing {
            Dealing::Issue => (terms.issue, "give"),
            Dealing::Accept => (terms.accept, "accept"),
        };
        let program = ctx.tenant.programs().await?.remove(program);
        let (Some(PartnerLimits { per_posting, per_day }), Some(program)) = (limits, program) else {
            let problem =
                format!("the partner `{}` does not {verb} points of this program; ask the company", partner.code);
            return Err(AppError::invalid("program", problem));
        };
        let customer = match customer {
            Buyer::Id(id) => ctx.tenant.customer(*id).await?.map(|customer| customer.id),
            Buyer::Reference(reference) => {
                reference.validate().map_err(|error| AppError::invalid("customer.reference", error))?;
                ctx.tenant.customers_by_reference([reference]).await?.into_values().next()
            }
        };
        let customer = customer.ok_or_else(|| AppError::invalid("customer", "there is no such customer"))?;
        let zone = zone(ctx).await?;
        let of = PartnerId { program: program.code.clone(), partner: partner.code.clone() };
        let quota = PartnerQuota { of, dealing, per_posting, per_day, date: zone.date(ctx.now()) };
        Ok(Self { partner, program, zone, customer, quota })
    }
}

/// Gives points to a customer, on the partner's account.
///
/// # Errors
/// The key is no partner's, the partner may not, or not so much.
pub async fn issue(ctx: &Ctx, new: Issue) -> Result<LedgerPlan<Issued>, AppError> {
    let Issue { customer, program, points, reference, text } = new;
    text::required("reference", &reference, 200).map_err(|error| AppError::invalid("reference", error))?;
    let Trader { partner, program, zone, customer, quota } =
        Trader::of(ctx, &customer, &program, Dealing::Issue).await?;
    let now = ctx.now();
    let Terms { active_from, expires_at, lapses_at, notice } = program.policy.terms(now, &zone);
    let wallet = WalletId { program: program.code.clone(), customer };
    let key = issue_key(&partner.code, &reference);
    if let Some(known) = ctx.tenant.transaction(Transaction::id_for(&program.code, &key)).await? {
        let same =
            known.entries.iter().any(|entry| entry.account.customer() == Some(customer) && entry.points.0 == points);
        if !same {
            let problem = format!("`{reference}` is recorded with another customer or number of points; use another");
            return Err(AppError::Conflict { code: "issue-recorded", problem });
        }
        let undone = Transaction::id_for(&program.code, &issue_undone_key(&partner.code, &reference));
        if ctx.tenant.transaction(undone).await?.is_some() {
            let problem = format!("`{reference}` was given and taken back; give the points under another reference");
            return Err(AppError::Conflict { code: "issue-undone", problem });
        }
        let available = ctx.tenant.wallet_amounts(std::slice::from_ref(&wallet)).await?;
        let available = available.get(&wallet).map_or(0, |amounts| amounts.available.max(0));
        let program = program.code;
        return Ok(LedgerPlan::existing(move |_| {
            Some(Issued { customer, program: program.clone(), points, available })
        }));
    }
    let otherwise = format!("{} gave these points.", partner.name);
    let earn = Earn {
        wallet: wallet.clone(),
        points,
        earned_at: now,
        active_from,
        expires_at,
        lapses_at,
        notice,
        source: quota.of.account(),
        sale: None,
        reversal: program.policy.reversal,
        quota: Some(quota),
        cause: cause("partner", text, &otherwise)?,
        key,
    };
    let mut change = Change::new();
    change.order(order(ctx, Command::Earn(Box::new(earn))));
    Ok(LedgerPlan::created(change, move |settled| {
        let available = settled.amounts.get(&wallet)?.available.max(0);
        Some(Issued { customer, program: wallet.program.clone(), points, available })
    }))
}

/// Accepts points of a customer, on the partner's account.
///
/// # Errors
/// The key is no partner's, the partner may not, or not so much; or there are not enough points.
pub async fn accept(ctx: &Ctx, new: Acceptance) -> Result<LedgerPlan<Redeemed>, AppError> {
    let Acceptance { customer, program, points, capture, reference, text } = new;
    let Trader { partner, program, zone, customer, quota } =
        Trader::of(ctx, &customer, &program, Dealing::Accept).await?;
    redemptions::allowed(&program, points)?;
    let otherwise = format!("{} accepted these points.", partner.name);
    let spend = redemptions::Asked {
        customer,
        program: &program,
        zone: &zone,
        points,
        capture,
        reference,
        claim: None,
        sink: Sink::Partner(partner.code.clone()),
        quota: Some(quota),
        cause: cause("partner", text, &otherwise)?,
    };
    redemptions::plan(ctx, spend)
}

/// Takes one of the partner's own redemptions a step further.
///
/// # Errors
/// No such redemption of this partner, it is not in the status for that, or the partner may not accept points for now.
pub async fn follow(
    ctx: &Ctx,
    id: RedemptionId,
    step: Step,
    points: Option<i64>,
    text: Option<String>,
) -> Result<LedgerPlan<Redeemed>, AppError> {
    let partner = own(ctx).await?;
    // What is held can be let go, and what was spent given back, at any time.
    if step == Step::Capture {
        must_not_be_suspended(&partner)?;
    }
    let redemption = ctx.tenant.redemption(id).await?;
    let redemption = redemption.filter(|one| one.sink == Sink::Partner(partner.code.clone()));
    redemptions::step(ctx, redemption.ok_or(AppError::NotFound("redemption"))?, step, points, text)
}

/// Takes back what the partner gave by mistake, all of one issue: from its own points first, then from others of the customer.
/// The same once more changes nothing. The day's limit is not given back.
///
/// # Errors
/// The key is no partner's, there is no such issue of it, or the points are spent.
pub async fn undo_issue(ctx: &Ctx, new: Undo) -> Result<LedgerPlan<Issued>, AppError> {
    let Undo { program, reference, text } = new;
    let partner = own(ctx).await?;
    must_not_be_suspended(&partner)?;
    let program =
        must_be_program(ctx, &program).await.map_err(|_| AppError::invalid("program", "there is no such program"))?;
    let id = Transaction::id_for(&program.code, &issue_key(&partner.code, &reference));
    let Some(given) = ctx.tenant.transaction(id).await? else { return Err(AppError::NotFound("issue")) };
    let to = given.entries.iter().find_map(|entry| Some((entry.account.customer()?, entry.lot?, entry.points.0)));
    let (customer, lot, points) = to.ok_or(AppError::NotFound("issue"))?;
    let wallet = WalletId { program: program.code.clone(), customer };
    let key = issue_undone_key(&partner.code, &reference);
    if ctx.tenant.transaction(Transaction::id_for(&program.code, &key)).await?.is_some() {
        let amounts = ctx.tenant.wallet_amounts(std::slice::from_ref(&wallet)).await?;
        let available = amounts.get(&wallet).map_or(0, |amounts| amounts.available.max(0));
        return Ok(LedgerPlan::existing(move |_| {
            Some(Issued { customer, program: wallet.program.clone(), points: -points, available })
        }));
    }
    let source = PartnerId { program: program.code.clone(), partner: partner.code.clone() }.account();
    // A partner's slip is no reason for a customer to owe anything.
    let shortfall = Shortfall::Refuse;
    let cause = cause("issue-undone", text, &format!("{} took these points back.", partner.name))?;
    let order_of = TakeBackEarning { wallet: wallet.clone(), lot, source, points, shortfall, cause, key };
    let mut change = Change::new();
    change.order(order(ctx, Command::TakeBack(Box::new(order_of))));
    Ok(LedgerPlan::created(change, move |settled| {
        let available = settled.amounts.get(&wallet)?.available.max(0);
        Some(Issued { customer, program: wallet.program.clone(), points: -points, available })
    }))
}

/// Entries of the partner's own account in a program, newest first.
///
/// # Errors
/// The key is no partner's.
pub async fn entries(ctx: &Ctx, program: &str, page: &PageRequest) -> Result<Page<PartnerEntry>, AppError> {
    let partner = own(ctx).await?;
    must_be_program(ctx, program).await?;
    named_entries(ctx, &partner.code, program, page).await
}

/// The partner's own statements in a program, newest first.
///
/// # Errors
/// The key is no partner's, or there is no such program.
pub async fn statements(ctx: &Ctx, program: &str, page: &PageRequest) -> Result<Page<Statement>, AppError> {
    let partner = own(ctx).await?;
    must_be_program(ctx, program).await?;
    Ok(ctx.tenant.statements(program, &partner.code, page).await?)
}

/// What is open with the partner, program by program.
///
/// # Errors
/// The key is no partner's.
pub async fn accounts(ctx: &Ctx) -> Result<Vec<PartnerAccount>, AppError> {
    let partner = own(ctx).await?;
    Ok(ctx.tenant.partner_accounts(&partner.code).await?)
}
