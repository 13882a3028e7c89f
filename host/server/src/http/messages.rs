//! Raw messages: `/v1/messages`, and their delivery under `/v1/channels/{channel}/inbound`.

use super::{
    auth::{Caller, ChannelsWrite, InteractionsRead, Sending},
    body::{JsonBody, RawBody},
    idempotent::{self, IdempotencyParams, Reply},
    page::{ListQuery, Listed, PageParams},
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    schema,
    view::message::{MessageView, RequestView, TrialView},
};
use crate::app::{
    App, channels, interactions,
    outgoing::{self, NewMessage, Recipient},
    sending,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use serde::Deserialize;
use stammgast_domain::{
    InteractionId, MessageId,
    contact_point::ContactPointKind,
    interaction::{Message, MessageStatus},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What a delivery is taken for that names no media type.
const MAIL: &str = "message/rfc822";

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_messages))
        .routes(routes!(read_message))
        .routes(routes!(read_raw_message))
        .routes(routes!(receive_message))
        .routes(routes!(preview_message))
        .routes(routes!(try_message))
}

/// A message to be written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMessage)]
#[serde(deny_unknown_fields)]
struct NewMessageBody {
    /// Where it goes; left out, it goes back to whom `reply_to` came from.
    to: Option<RecipientBody>,
    /// The interaction that it answers, whose thread it continues.
    #[schema(value_type = Option<Uuid>)]
    reply_to: Option<InteractionId>,
    /// Subject line; left out, a reply takes that of what it answers.
    #[schema(max_length = 2000)]
    subject: Option<String>,
    /// What is said, as plain text.
    #[schema(examples("Your order leaves us today."))]
    text: String,
    /// Who writes, by name.
    #[schema(max_length = 200)]
    agent: Option<String>,
}

/// Where a message goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = Recipient)]
#[serde(deny_unknown_fields)]
struct RecipientBody {
    /// What sort of address.
    #[schema(value_type = schema::ContactPointKind)]
    kind: ContactPointKind,
    /// The address.
    #[schema(examples("ada@example.com"))]
    value: String,
    /// Name of the person or company there.
    #[schema(max_length = 300)]
    name: Option<String>,
}

impl From<NewMessageBody> for NewMessage {
    fn from(body: NewMessageBody) -> Self {
        let NewMessageBody { to, reply_to, subject, text, agent } = body;
        let to = to.map(|RecipientBody { kind, value, name }| Recipient { kind, value, name });
        Self { to, reply_to, subject, text, agent }
    }
}

/// Raw messages with one status, newest first.
#[utoipa::path(
    get,
    path = "/v1/messages",
    tag = "messages",
    params(
        PageParams,
        ("status" = Option<schema::MessageStatus>, Query, description = "Where they stand; `unreadable` when left out.")
    ),
    responses((status = 200, description = "Messages.", body = Listed<MessageView>)),
    extensions(("x-scope" = json!("interactions:read")))
)]
async fn list_messages(
    caller: Caller<InteractionsRead>,
    query: ListQuery,
) -> Result<Json<Listed<MessageView>>, Problem> {
    let (page, [status]) = query.page_and(["status"])?;
    let status = match status.as_deref() {
        None | Some("unreadable") => MessageStatus::Unreadable,
        Some("received") => MessageStatus::Received,
        Some("read") => MessageStatus::Read,
        Some(other) => {
            let problem = format!("`{other}` is no status; write received, read or unreadable");
            return Err(Problem::invalid("status", problem));
        }
    };
    let page = interactions::messages(&caller.ctx, status, &page).await?;
    Ok(Json(Listed::page(page, MessageView::from)))
}

/// One raw message's record.
#[utoipa::path(
    get,
    path = "/v1/messages/{id}",
    tag = "messages",
    params(("id" = Uuid, Path, description = "The message's id.")),
    responses((status = 200, description = "The record.", body = MessageView)),
    extensions(("x-scope" = json!("interactions:read")))
)]
async fn read_message(caller: Caller<InteractionsRead>, id: Id<MessageId>) -> Result<Json<MessageView>, Problem> {
    Ok(Json(interactions::read_message(&caller.ctx, id.0).await?.into()))
}

/// A raw message's bytes, as they were delivered.
///
/// They come from strangers: the answer is marked so that no browser shows or runs them.
#[utoipa::path(
    get,
    path = "/v1/messages/{id}/raw",
    tag = "messages",
    params(("id" = Uuid, Path, description = "The message's id.")),
    responses((status = 200, description = "The bytes, in the media type of the message.",
        content_type = "application/octet-stream")),
    extensions(("x-scope" = json!("interactions:read")))
)]
async fn read_raw_message(caller: Caller<InteractionsRead>, id: Id<MessageId>) -> Result<impl IntoResponse, Problem> {
    let (message, bytes) = interactions::message_body(&caller.ctx, id.0).await?;
    let unknown = HeaderValue::from_static("application/octet-stream");
    let media_type = HeaderValue::from_str(&message.media_type).unwrap_or(unknown);
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", message.id));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, name.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, bytes))
}

/// Delivers a raw message to a channel.
///
/// The bytes are stored durably before they are read; the connector reads them afterwards. The same bytes again
/// change nothing. Wherever a secret of the installation stands in them, `[secret]` is stored instead.
#[utoipa::path(
    post,
    path = "/v1/channels/{channel}/inbound",
    tag = "messages",
    params(("channel" = String, Path, description = "The channel: the connector's installation."), IdempotencyParams),
    request_body(content_type = "message/rfc822", description = "The message's raw bytes, in any media type."),
    responses(
        (status = 202, description = "The message is stored.", body = MessageView),
        (status = 200, description = "It was delivered before.", body = MessageView),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("channels:write")))
)]
async fn receive_message(
    caller: Caller<ChannelsWrite>,
    State(app): State<App>,
    channel: Id<String>,
    body: RawBody,
) -> Result<impl IntoResponse, Problem> {
    let media_type = body.media_type.as_deref().unwrap_or(MAIL);
    let plan = || channels::receive(&app, &caller.ctx, &channel.0, media_type, body.bytes.clone());
    let reply = Reply::ACCEPTED.under("/v1/messages");
    let view = |message: &Message| MessageView::from(message.clone());
    idempotent::run(&caller.ctx, &body.idempotency, reply, plan, view).await
}

/// Shows what a channel's connector would send.
///
/// Nothing is sent and nothing is recorded. With `reply_to` the message continues that interaction's thread.
#[utoipa::path(
    post,
    path = "/v1/channels/{channel}/preview",
    tag = "messages",
    params(("channel" = String, Path, description = "The channel: the connector's installation.")),
    request_body = NewMessageBody,
    responses(
        (status = 200, description = "What the host would hand to the channel.", body = RequestView),
        (status = 422, description = "`message-not-built` or `invalid-value`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("channels:write")))
)]
async fn preview_message(
    caller: Caller<ChannelsWrite>,
    State(app): State<App>,
    channel: Id<String>,
    body: JsonBody<NewMessageBody>,
) -> Result<Json<RequestView>, Problem> {
    let request = outgoing::preview(&app, &caller.ctx, &channel.0, body.value.into()).await?;
    Ok(Json(request.into()))
}

/// Sends a test message now, and shows what came of it.
///
/// The channel's connector builds the request, the host fills secrets in and sends it, and the connector says what the
/// answer means. Nothing is put on a timeline. Secrets are named in what is shown; wherever one stood in the answer, or in
/// one of the forms in which servers repeat what they got, `[secret]` stands instead. Every call sends once more.
#[utoipa::path(
    post,
    path = "/v1/channels/{channel}/try",
    tag = "messages",
    params(("channel" = String, Path, description = "The channel: the connector's installation.")),
    request_body = NewMessageBody,
    responses(
        (status = 200, description = "What was sent and what came back.", body = TrialView),
        (status = 422, description = "`message-not-built` or `invalid-value`.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("channels:write plugins:write")))
)]
async fn try_message(
    caller: Caller<Sending>,
    State(app): State<App>,
    channel: Id<String>,
    body: JsonBody<NewMessageBody>,
) -> Result<Json<TrialView>, Problem> {
    body.idempotency.refuse("a test is sent each time; leave the key out")?;
    let performed = sending::try_now(&app, &caller.ctx, &channel.0, body.value.into()).await?;
    Ok(Json(performed.into()))
}
