//! Channels: raw bytes are stored durably first, then read by the channel's connector.

use super::{App, AppError, Ctx, Plan};
use stammgast_domain::{
    InstallationId, MessageId,
    access::Scope,
    digest::Digest,
    event::Fact,
    interaction::{Message, MessageStatus},
    plugin::{Installation, PluginKind},
};
use stammgast_store::Change;

/// Stores what a channel delivered, without the installation's secrets. The same bytes again change nothing.
///
/// # Errors
/// No such channel, or the bytes cannot be searched for its secrets.
pub async fn receive(
    app: &App,
    ctx: &Ctx,
    channel: &str,
    media_type: &str,
    body: Vec<u8>,
) -> Result<Plan<Message>, AppError> {
    ctx.need(Scope::ChannelsWrite)?;
    let installation = find(ctx, channel).await?;
    let (media_type, body) = without_secrets(app, ctx, installation.id, media_type, body).await?;
    let name = Digest::of(&body).hex();
    store(ctx, channel, &media_type, body, &name).await
}

/// A delivery with every secret of the installation blotted out: others repeat what they were sent, and the plugin
/// reads it.
///
/// # Errors
/// It cannot be searched, or the store failed.
pub(super) async fn without_secrets(
    app: &App,
    ctx: &Ctx,
    installation: InstallationId,
    media_type: &str,
    body: Vec<u8>,
) -> Result<(String, Vec<u8>), AppError> {
    let secrets = ctx.tenant.open_secrets(installation).await?;
    let blotted = app.egress.blotted(ctx.tenant.tenant(), &secrets, (media_type, body)).await;
    blotted.map_err(|error| AppError::invalid("body", error))
}

/// Stores what was delivered to a channel that is there. A second delivery of the same name changes nothing.
pub(super) async fn store(
    ctx: &Ctx,
    channel: &str,
    media_type: &str,
    body: Vec<u8>,
    name: &str,
) -> Result<Plan<Message>, AppError> {
    if body.is_empty() {
        return Err(AppError::invalid("body", "the body is empty; send the message's raw bytes"));
    }
    let id = MessageId::derived(&[channel, name]);
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
