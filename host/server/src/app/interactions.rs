//! Interactions: recorded by hand or by other systems, assigned when they waited, and the timeline they stand on.

use super::{AppError, Ctx, Plan, customers};
use stammgast_domain::{
    CustomerId, InteractionId, MessageId, Timestamp,
    access::Scope,
    event::Fact,
    interaction::{Content, Direction, Documentation, Interaction, Message, MessageStatus, Threading},
    purchase::Purchase,
};
use stammgast_store::{Change, Page, PageRequest, timeline_key};

/// An interaction as a caller gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInteraction {
    /// Whose contact it was; without one it waits.
    pub customer: Option<CustomerId>,
    /// The channel, a code.
    pub channel: String,
    /// Which way it went.
    pub direction: Direction,
    /// Its name in the channel.
    pub external_id: Option<String>,
    /// Subject line.
    pub subject: Option<String>,
    /// What was said.
    pub text: String,
    /// What the agent documented.
    pub documentation: Documentation,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// Records a contact. The same channel and external id again changes nothing.
///
/// # Errors
/// A value is refused, or there is no such customer.
pub async fn record(ctx: &Ctx, new: NewInteraction) -> Result<Plan<Interaction>, AppError> {
    ctx.need(Scope::InteractionsWrite)?;
    if let Some(customer) = new.customer {
        customers::must_exist(ctx, customer).await.map_err(no_such_customer)?;
    }
    let now = ctx.now();
    let id = match &new.external_id {
        Some(external_id) => Interaction::id_for(&new.channel, external_id),
        None => InteractionId::new(ctx.new_uuid()),
    };
    if let Some(recorded) = ctx.tenant.interaction(id).await? {
        return Ok(Plan::existing(recorded));
    }
    let contact = Interaction {
        id,
        customer: new.customer,
        channel: new.channel,
        direction: new.direction,
        external_id: new.external_id,
        content: Content { subject: new.subject, text: new.text, attachments: Vec::new(), party: None },
        threading: Threading::default(),
        documentation: new.documentation,
        message: None,
        event: None,
        occurred_at: new.occurred_at,
        recorded_at: now,
        version: 1,
    };
    contact.validate().map_err(|error| AppError::invalid(error.field(), error))?;
    contact.occurred_at.has_happened(now).map_err(|error| AppError::invalid("occurred_at", error))?;
    let mut change = Change::new();
    change.record_interaction(&contact)?;
    change.event(ctx.event(Fact::InteractionRecorded(contact.clone()), now));
    Ok(Plan::created(change, contact))
}

/// A customer that a body names is no path that leads nowhere; other failures stay what they are.
fn no_such_customer(error: AppError) -> AppError {
    match error {
        AppError::NotFound(_) => AppError::invalid("customer", "there is no such customer; record the customer first"),
        other => other,
    }
}

/// Says whose contact it was that waited.
///
/// # Errors
/// No such interaction or customer, or the contact has an owner already.
pub async fn assign(ctx: &Ctx, id: InteractionId, customer: CustomerId) -> Result<Plan<Interaction>, AppError> {
    ctx.need(Scope::InteractionsWrite)?;
    let read = ctx.tenant.interaction(id).await?.ok_or(AppError::NotFound("interaction"))?;
    customers::must_exist(ctx, customer).await.map_err(no_such_customer)?;
    match read.customer {
        Some(owner) if owner == customer => return Ok(Plan::existing(read)),
        Some(owner) => {
            let problem = format!("the interaction belongs to customer {owner}");
            return Err(AppError::Conflict { code: "interaction-assigned", problem });
        }
        None => {}
    }
    let now = ctx.now();
    let contact = Interaction { customer: Some(customer), version: read.version + 1, ..read.clone() };
    let mut change = Change::new();
    change.replace_interaction(&read, &contact)?;
    change.event(ctx.event(Fact::InteractionAssigned(contact.clone()), now));
    Ok(Plan::done(change, contact))
}

/// One interaction.
///
/// # Errors
/// No such interaction.
pub async fn read(ctx: &Ctx, id: InteractionId) -> Result<Interaction, AppError> {
    ctx.need(Scope::InteractionsRead)?;
    ctx.tenant.interaction(id).await?.ok_or(AppError::NotFound("interaction"))
}

/// Which interactions a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All, in the order of their ids.
    All,
    /// Those that wait for a person to say whose they are.
    Waiting,
}

/// Interactions of the tenant.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx, which: Which, page: &PageRequest) -> Result<Page<Interaction>, AppError> {
    ctx.need(Scope::InteractionsRead)?;
    match which {
        Which::All => Ok(ctx.tenant.interactions(page).await?),
        Which::Waiting => Ok(ctx.tenant.waiting_interactions(page).await?),
    }
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a page holds a few hundred at most")]
pub enum TimelineEntry {
    /// A contact.
    Interaction(Interaction),
    /// A purchase.
    Purchase(Purchase),
}

impl TimelineEntry {
    fn key(&self) -> String {
        match self {
            Self::Interaction(contact) => timeline_key(contact.occurred_at, contact.id),
            Self::Purchase(purchase) => timeline_key(purchase.occurred_at, purchase.id),
        }
    }
}

/// Everything that happened between a customer and the company, newest first.
///
/// # Errors
/// No such customer.
pub async fn timeline(ctx: &Ctx, customer: CustomerId, page: &PageRequest) -> Result<Page<TimelineEntry>, AppError> {
    for scope in [Scope::CustomersRead, Scope::PurchasesRead, Scope::InteractionsRead] {
        ctx.need(scope)?;
    }
    customers::must_exist(ctx, customer).await?;
    let (contacts, purchases) =
        tokio::try_join!(ctx.tenant.interactions_of(customer, page), ctx.tenant.purchases_of(customer, page))?;
    let more = contacts.next.is_some() || purchases.next.is_some();
    let mut entries: Vec<TimelineEntry> = contacts.rows.into_iter().map(TimelineEntry::Interaction).collect();
    entries.extend(purchases.rows.into_iter().map(TimelineEntry::Purchase));
    entries.sort_by_cached_key(|entry| std::cmp::Reverse(entry.key()));
    let more = more || entries.len() > page.limit;
    entries.truncate(page.limit);
    let next = if more { entries.last().map(TimelineEntry::key) } else { None };
    Ok(Page { rows: entries, next })
}

/// One raw message's record.
///
/// # Errors
/// No such message.
pub async fn read_message(ctx: &Ctx, id: MessageId) -> Result<Message, AppError> {
    ctx.need(Scope::InteractionsRead)?;
    ctx.tenant.message(id).await?.ok_or(AppError::NotFound("message"))
}

/// A raw message's bytes and media type.
///
/// # Errors
/// No such message.
pub async fn message_body(ctx: &Ctx, id: MessageId) -> Result<(Message, Vec<u8>), AppError> {
    let message = read_message(ctx, id).await?;
    let body = ctx.tenant.message_body(id).await?.ok_or(AppError::NotFound("message"))?;
    Ok((message, body))
}

/// Raw messages with one status, newest first.
///
/// # Errors
/// The store failed.
pub async fn messages(ctx: &Ctx, status: MessageStatus, page: &PageRequest) -> Result<Page<Message>, AppError> {
    ctx.need(Scope::InteractionsRead)?;
    Ok(ctx.tenant.messages(status, page).await?)
}
