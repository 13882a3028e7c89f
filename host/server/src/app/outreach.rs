//! Messages to customers: what they agreed to, what is said, and what is held back.

use super::{AppError, Ctx, Plan, customers};
use stammgast_domain::{
    ConsentId, CustomerId, OutreachId, Timestamp,
    access::Scope,
    contact_point::ContactPointKind,
    event::Fact,
    outreach::{
        Consent, ConsentStatus, HeldBack, Outreach, ProposedContact, Purpose, Said, Situation, Verdict, on_any_channel,
    },
    tenant::Setup,
};
use stammgast_store::{Change, Page, PageRequest, TenantStore};

/// Whether a message is said, and how many were decided to be said before: the next decision counts on that.
pub struct Decision {
    /// Whether it is said.
    pub verdict: Verdict,
    /// How many were ever decided to be said to the customer.
    pub decided_before: u64,
}

/// Judges a message by the tenant's rules, with `more` that is about to be said.
///
/// # Errors
/// The store failed.
pub async fn decide(
    store: &TenantStore,
    setup: &Setup,
    customer: CustomerId,
    contact: &ProposedContact,
    more: &[Said],
    now: Timestamp,
) -> Result<Decision, AppError> {
    let Setup { contact: policy, hold_out, zone, .. } = setup;
    let since = zone.start_of(policy.first_day(zone.date(now)));
    let (mut said, decided_before) = store.said_to(customer, since).await?;
    said.extend(more.iter().cloned());
    let consents = store.consents_of(customer).await?;
    let is_held_out = hold_out.holds(customer);
    let by = Situation { consents: &consents, said: &said, is_held_out, now, zone };
    let verdict = policy.judge(contact.purpose, &contact.topic, contact.last_day, &by);
    Ok(Decision { verdict, decided_before })
}

/// What a customer says about messages.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// For what.
    pub purpose: Purpose,
    /// On which sort of address; all without it.
    pub channel: Option<ContactPointKind>,
    /// Yes or no.
    pub status: ConsentStatus,
    /// Where it was said.
    pub source: String,
    /// The proof.
    pub proof: Option<String>,
    /// When; now where nobody says.
    pub occurred_at: Option<Timestamp>,
}

/// Records what a customer said about messages. Nothing is ever changed: the newest counts.
///
/// # Errors
/// No such customer, or a value is refused.
pub async fn record_consent(ctx: &Ctx, customer: CustomerId, new: NewConsent) -> Result<Plan<Consent>, AppError> {
    ctx.need(Scope::CustomersWrite)?;
    customers::must_exist(ctx, customer).await?;
    let now = ctx.now();
    let NewConsent { purpose, channel, status, source, proof, occurred_at } = new;
    let (id, occurred_at) = (ConsentId::new(ctx.new_uuid()), occurred_at.unwrap_or(now));
    let consent = Consent { id, customer, purpose, channel, status, source, proof, occurred_at, recorded_at: now };
    consent.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    let mut change = Change::new();
    change.record_consent(&consent)?;
    change.event(ctx.event(Fact::ConsentRecorded(consent.clone()), now));
    if status == ConsentStatus::Withdrawn {
        // What was said later counts, although it was told before.
        let said = [ctx.tenant.consents_of(customer).await?, vec![consent.clone()]].concat();
        if on_any_channel(&said, purpose) == Some(ConsentStatus::Withdrawn) {
            hold_back(ctx, &mut change, customer, purpose).await?;
        }
    }
    Ok(Plan::created(change, consent))
}

/// Holds back what is planned, and lets decisions that are under way be made again.
async fn hold_back(ctx: &Ctx, change: &mut Change, customer: CustomerId, purpose: Purpose) -> Result<(), AppError> {
    let (planned, decided_before) = ctx.tenant.planned_for(customer, ctx.now()).await?;
    for read in planned.into_iter().filter(|planned| planned.purpose == purpose) {
        let held = read.held(HeldBack::NoConsent);
        change.hold_back(&read, &held)?;
        change.event(ctx.event(Fact::OutreachDecided(held), ctx.now()));
    }
    change.decide_again(customer, decided_before);
    Ok(())
}

/// What a customer said about messages, newest first by when it was said.
///
/// # Errors
/// No such customer.
pub async fn consents(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Consent>, AppError> {
    ctx.need(Scope::CustomersRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.consents_page(customer, page).await?)
}

/// A person proposes a message; the same rules decide.
///
/// # Errors
/// No such customer, or a value is refused.
pub async fn propose(ctx: &Ctx, customer: CustomerId, contact: ProposedContact) -> Result<Plan<Outreach>, AppError> {
    ctx.need(Scope::LoyaltyWrite)?;
    customers::must_exist(ctx, customer).await?;
    contact.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    let now = ctx.now();
    let setup = ctx.tenant.setup().await?;
    let Decision { verdict, decided_before } = decide(&ctx.tenant, &setup, customer, &contact, &[], now).await?;
    let id = OutreachId::new(ctx.new_uuid());
    let outreach = Outreach::decided(contact, (id, customer), verdict, (now, now));
    let mut change = Change::new();
    change.decide_outreach(&outreach, decided_before)?;
    change.event(ctx.event(Fact::OutreachDecided(outreach.clone()), now));
    Ok(Plan::created(change, outreach))
}

/// A customer's messages, newest first, those that are held back among them.
///
/// # Errors
/// No such customer.
pub async fn of_customer(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<Outreach>, AppError> {
    ctx.need(Scope::LoyaltyRead)?;
    customers::must_exist(ctx, customer).await?;
    Ok(ctx.tenant.outreach_of(customer, page).await?)
}
