//! Messages on their way out: what a connector would hand to its channel.

use super::{App, AppError, Ctx, channels, sending};
use stammgast_domain::{
    CustomerId, InteractionId,
    access::Scope,
    contact_point::{Address, ContactPointKind},
    interaction::{Interaction, Threading},
    plugin::{Installation, InstallationStatus},
};
use stammgast_runtime::{Outgoing, Request};

/// A message as a caller gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Where it goes; without one, back to whom it answers.
    pub to: Option<Recipient>,
    /// The interaction that it answers.
    pub reply_to: Option<InteractionId>,
    /// Subject line.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// Who writes, by name.
    pub agent: Option<String>,
}

/// Where a message goes, as a caller writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// What sort of address.
    pub kind: ContactPointKind,
    /// The address.
    pub value: String,
    /// Name of the person or company there.
    pub name: Option<String>,
}

/// A message that is ready to be built, and who builds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The channel's installation.
    pub installation: Installation,
    /// The message.
    pub message: Outgoing,
    /// Whom it is about, where that is known.
    pub customer: Option<CustomerId>,
}

/// Lets a channel's connector build a message, and sends nothing.
///
/// # Errors
/// No such channel or interaction, a value is refused, or the connector cannot build the message.
pub async fn preview(app: &App, ctx: &Ctx, channel: &str, new: NewMessage) -> Result<Request, AppError> {
    let prepared = prepare(ctx, channel, new).await?;
    sending::build(app, ctx, &prepared).await
}

/// Makes a caller's message ready.
///
/// # Errors
/// No such channel or interaction, or a value is refused.
pub async fn prepare(ctx: &Ctx, channel: &str, new: NewMessage) -> Result<Prepared, AppError> {
    ctx.need(Scope::ChannelsWrite)?;
    let installation = channels::find(ctx, channel).await?;
    // A draft can be tried before it counts.
    if !matches!(installation.status, InstallationStatus::Enabled | InstallationStatus::Draft) {
        return Err(not_built(format!("the channel is {}; enable it first", installation.status.as_str())));
    }
    let answered = match new.reply_to {
        None => None,
        Some(id) => {
            ctx.need(Scope::InteractionsRead)?;
            Some(ctx.tenant.interaction(id).await?.ok_or_else(|| {
                AppError::invalid("reply_to", "there is no such interaction; leave it out for a message of its own")
            })?)
        }
    };
    if new.text.trim().is_empty() {
        return Err(AppError::invalid("text", "the text is empty; write what shall be said"));
    }
    let subject = new.subject.or_else(|| answered.as_ref().and_then(reply_subject));
    let (to, name) = recipient(new.to, answered.as_ref())?;
    let customer: Option<CustomerId> = answered.as_ref().and_then(|contact| contact.customer);
    let id = ctx.new_uuid();
    let message = Outgoing {
        id: id.to_string(),
        to,
        name,
        agent: new.agent,
        subject,
        text: new.text,
        threading: threading(format!("{id}@{}.stammgast", ctx.tenant.tenant()), answered),
        sent_at: ctx.now(),
    };
    Ok(Prepared { installation, message, customer })
}

pub(super) const fn not_built(problem: String) -> AppError {
    AppError::Refused { code: "message-not-built", problem }
}

fn recipient(to: Option<Recipient>, answered: Option<&Interaction>) -> Result<(Address, Option<String>), AppError> {
    if let Some(Recipient { kind, value, name }) = to {
        let address = Address::parse(kind, &value).map_err(|error| AppError::invalid("to.value", error))?;
        return Ok((address, name));
    }
    let party = answered.and_then(|contact| contact.content.party.as_ref());
    let missing = || AppError::invalid("to", "nobody to write to; name an address, or a reply_to that has a party");
    party.map(|party| (party.address.clone(), party.name.clone())).ok_or_else(missing)
}

/// The subject of what is answered, once marked as an answer (RFC 5322, section 3.6.5).
fn reply_subject(answered: &Interaction) -> Option<String> {
    let subject = answered.content.subject.as_deref()?.trim();
    let is_marked = subject.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    Some(if is_marked { subject.to_owned() } else { format!("Re: {subject}") })
}

/// A reply continues the thread of what it answers (RFC 5322, section 3.6.4).
fn threading(own: String, answered: Option<Interaction>) -> Threading {
    let before = answered.map(|contact| contact.threading).unwrap_or_default();
    let mut references = if before.references.is_empty() { before.in_reply_to } else { before.references };
    references.extend(before.message_id.clone());
    Threading { message_id: Some(own), in_reply_to: before.message_id.into_iter().collect(), references }
}
