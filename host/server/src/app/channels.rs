//! Channels: raw bytes are stored durably first, then read by the channel's connector.

use super::{AppError, Ctx, Plan};
use stammgast_domain::{
    MessageId,
    access::Scope,
    digest::Digest,
    event::Fact,
    interaction::{Message, MessageStatus},
    plugin::{Installation, PluginKind},
};
use stammgast_store::Change;

/// Stores what a channel delivered. The same bytes again change nothing.
///
/// # Errors
/// No such channel.
pub async fn receive(ctx: &Ctx, channel: &str, media_type: &str, body: Vec<u8>) -> Result<Plan<Message>, AppError> {
    ctx.need(Scope::ChannelsWrite)?;
    find(ctx, channel).await?;
    store(ctx, channel, media_type, body).await
}

/// Stores what was delivered to a channel that is there.
pub(super) async fn store(
    ctx: &Ctx,
    channel: &str,
    media_type: &str,
    body: Vec<u8>,
) -> Result<Plan<Message>, AppError> {
    if body.is_empty() {
        return Err(AppError::invalid("body", "the body is empty; send the message's raw bytes"));
    }
    let id = MessageId::derived(&[channel, &Digest::of(&body).hex()]);
    if let Some(message) = ctx.tenant.message(id).await? {
        return Ok(Plan::existing(message));
    }
    let now = ctx.now();
    let message = Message {
        id,
        channel: channel.to_owned(),
        media_type: media_type.chars().take(200).collect(),
        size: body.len() as u64,
        status: MessageStatus::Received,
        error: None,
        recorded_at: now,
        version: 1,
    };
    let mut change = Change::new();
    change.receive_message(&message, body)?;
    change.event(ctx.event(Fact::MessageReceived(message.clone()), now));
    Ok(Plan::created(change, message))
}

/// The installation that serves a channel.
///
/// # Errors
/// No installation of that name is a channel connector.
pub async fn find(ctx: &Ctx, channel: &str) -> Result<Installation, AppError> {
    let installations = ctx.tenant.installations().await?;
    let serves = |one: &Installation| one.name == channel && one.release.kinds.contains(&PluginKind::Channel);
    installations.into_iter().find(serves).ok_or(AppError::NotFound("channel"))
}
