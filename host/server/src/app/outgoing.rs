//! Messages on their way out: what a connector would hand to its channel.

use super::{App, AppError, Ctx, channels, facts::StoredFacts, plugins};
use stammgast_domain::{
    CustomerId, InteractionId,
    access::Scope,
    contact_point::{Address, ContactPointKind},
    interaction::{Interaction, Threading},
    plugin::InstallationStatus,
};
use stammgast_runtime::{Building, Outgoing, Request};
use std::sync::Arc;

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

/// Lets a channel's connector build a message, and sends nothing.
///
/// # Errors
/// No such channel or interaction, a value is refused, or the connector cannot build the message.
pub async fn preview(app: &App, ctx: &Ctx, channel: &str, new: NewMessage) -> Result<Request, AppError> {
    ctx.need(Scope::ChannelsWrite)?;
    let installation = channels::find(ctx, channel).await?;
    if installation.status != InstallationStatus::Enabled {
        return Err(not_built("the channel is disabled; enable it first".to_owned()));
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
    let plugin = plugins::loaded(app, &installation.release.digest).await?;
    let runtime = Arc::clone(&app.runtime);
    let tenant = Arc::clone(&ctx.tenant);
    let turns = app.calls.of(ctx.tenant.tenant()).await;
    let work = async move {
        let _turn = turns.acquire().await;
        let config = installation.release.config.to_string();
        let building = Building {
            config: &config,
            customer,
            limits: runtime.limits(installation.limits_set, installation.release.limits),
            grants: installation.release.grants.clone(),
            seed: id.as_u64_pair().0,
            facts: Arc::new(StoredFacts {
                store: tenant,
                generations: installation.release.state.generations(installation.id),
                until: message.sent_at,
            }),
        };
        runtime.build_send(&plugin, message, building).await
    };
    let built = app.runtime.threads().spawn(work).await.map_err(std::io::Error::other)?;
    built.map_err(|fault| {
        not_built(format!("the connector cannot build the message ({}): {}", fault.kind.as_str(), fault.message))
    })
}

const fn not_built(problem: String) -> AppError {
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
