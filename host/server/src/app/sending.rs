//! Sending a message: the connector builds a request, the host performs it, the connector says what came of it.

use super::{
    App, AppError, Ctx,
    facts::StoredFacts,
    outgoing::{self, NewMessage, Prepared, not_built},
    plugins,
};
use crate::egress::{EgressError, Reach};
use serde_json::json;
use stammgast_domain::{
    CustomerId,
    access::Scope,
    audit::AuditEntry,
    call::Fault,
    id::derived_uuid,
    plugin::{CallLimits, Capability, Installation},
    request::{HttpRequest, HttpResponse, SendOutcome},
    secret::OpenSecret,
};
use stammgast_runtime::{Building, Facts, LoadedPlugin, Outgoing, Request, Runtime};
use stammgast_store::Change;
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::Semaphore;

/// What came of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Performed {
    /// What the connector built. Secrets are named in it, and never there.
    pub request: Request,
    /// What the other side answered, with every secret blotted out.
    pub response: Option<HttpResponse>,
    /// What that means.
    pub result: SendResult,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum SendResult {
    /// What the connector read from the answer.
    Read(SendOutcome),
    /// There was an answer that the connector could not read: the message may have been taken.
    Unread(Fault),
    /// The request may not be sent, or found no answer.
    Failed(EgressError),
    /// The host does not send such requests.
    NotSent(String),
}

/// Sends a message for a test, at once, and puts nothing on a timeline.
///
/// # Errors
/// No such channel or interaction, a value is refused, or the connector cannot build the message.
pub async fn try_now(app: &App, ctx: &Ctx, channel: &str, new: NewMessage) -> Result<Performed, AppError> {
    ctx.need(Scope::PluginsWrite)?;
    let prepared = outgoing::prepare(ctx, channel, new).await?;
    if prepared.installation.shadow_of.is_some() {
        return Err(not_built("it runs in a shadow, and nothing leaves from there; try the channel itself".to_owned()));
    }
    let request = build(app, ctx, &prepared).await?;
    // Before it is sent: what left is in the log whatever happens then.
    ctx.tenant.commit(tried(ctx, &prepared.installation, &request)?).await?;
    carry_out(app, ctx, &prepared, request).await
}

/// Lets the connector build the request that sends a message.
///
/// # Errors
/// It cannot, or the store failed.
pub async fn build(app: &App, ctx: &Ctx, prepared: &Prepared) -> Result<Request, AppError> {
    let (connector, message) = (Connector::of(app, ctx, prepared).await?, prepared.message.clone());
    let work = async move {
        let _turn = connector.turns.acquire().await;
        connector.runtime.build_send(&connector.plugin, message, connector.building()).await
    };
    let report = app.runtime.threads().spawn(work).await.map_err(std::io::Error::other)?;
    log(ctx, &prepared.installation, &report.log);
    report.answer.map_err(|fault| {
        not_built(format!("the connector cannot build the message ({}): {}", fault.kind.as_str(), fault.message))
    })
}

/// Performs a request that the connector built, and lets it read the answer.
async fn carry_out(app: &App, ctx: &Ctx, prepared: &Prepared, request: Request) -> Result<Performed, AppError> {
    let Request::Http(http) = &request else {
        let why = "the host does not hand messages to mail servers yet; that comes with the outbound queue";
        return Ok(Performed { request, response: None, result: SendResult::NotSent(why.to_owned()) });
    };
    match send(app, ctx, &prepared.installation, http).await? {
        Ok(response) => {
            let result = read(app, ctx, prepared, response.clone()).await?;
            Ok(Performed { request, response: Some(response), result })
        }
        Err(error) => Ok(Performed { request, response: None, result: SendResult::Failed(error) }),
    }
}

async fn send(
    app: &App,
    ctx: &Ctx,
    installation: &Installation,
    request: &HttpRequest,
) -> Result<Result<HttpResponse, EgressError>, AppError> {
    let Secrets { usable, known } = secrets(app, ctx, installation).await?;
    let (tenant, origins) = (ctx.tenant.tenant(), &installation.release.origins);
    let reach = Reach { tenant, origins, usable: &usable, known: &known };
    let sent = app.egress.perform(request, reach, ctx.now()).await;
    if let Err(error) = &sent {
        tracing::info!(tenant.id = %tenant, installation.id = %installation.id, %error, "a request was not performed");
    }
    Ok(sent)
}

/// An installation's secrets.
struct Secrets {
    /// Those that the version that runs asks for.
    usable: Vec<OpenSecret>,
    /// All of them: what an earlier version was given is as secret as before.
    known: Vec<OpenSecret>,
}

async fn secrets(app: &App, ctx: &Ctx, installation: &Installation) -> Result<Secrets, AppError> {
    let plugin = app.store.plugin(&installation.release.digest).await?.ok_or(AppError::NotFound("plugin"))?;
    let asked: BTreeSet<String> = plugin.manifest.secrets.into_iter().map(|secret| secret.name).collect();
    let known = ctx.tenant.open_secrets(installation.id).await?;
    let usable = known.iter().filter(|secret| asked.contains(&secret.name)).cloned().collect();
    Ok(Secrets { usable, known })
}

async fn read(app: &App, ctx: &Ctx, prepared: &Prepared, response: HttpResponse) -> Result<SendResult, AppError> {
    let (connector, message) = (Connector::of(app, ctx, prepared).await?, prepared.message.clone());
    let work = async move {
        let _turn = connector.turns.acquire().await;
        connector.runtime.read_response(&connector.plugin, message, response, connector.building()).await
    };
    let report = app.runtime.threads().spawn(work).await.map_err(std::io::Error::other)?;
    log(ctx, &prepared.installation, &report.log);
    Ok(report.answer.map_or_else(SendResult::Unread, SendResult::Read))
}

fn tried(ctx: &Ctx, installation: &Installation, request: &Request) -> Result<Change, AppError> {
    let (kind, to) = match request {
        Request::Mail { .. } => ("mail", "a mail server".to_owned()),
        Request::Http(http) => ("http", http.origin.to_string()),
    };
    let mut change = Change::new();
    change.audit(&AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: "channel.tried".to_owned(),
        object: format!("installation:{}", installation.id),
        text: format!("a test message for {to} was built by `{}`", installation.name),
        details: json!({ "kind": kind, "to": to }),
    })?;
    Ok(change)
}

/// A connector with all that asking it about a message takes.
struct Connector {
    runtime: Arc<Runtime>,
    plugin: Arc<LoadedPlugin>,
    turns: Arc<Semaphore>,
    config: String,
    customer: Option<CustomerId>,
    grants: BTreeSet<Capability>,
    limits: CallLimits,
    seed: u64,
    facts: Arc<dyn Facts>,
}

impl Connector {
    async fn of(app: &App, ctx: &Ctx, prepared: &Prepared) -> Result<Self, AppError> {
        let Prepared { installation, message, customer } = prepared;
        let release = &installation.release;
        Ok(Self {
            runtime: Arc::clone(&app.runtime),
            plugin: plugins::loaded(app, &release.digest).await?,
            turns: app.calls.of(ctx.tenant.tenant()).await,
            config: release.config.to_string(),
            customer: *customer,
            grants: release.grants.clone(),
            limits: app.runtime.limits(installation.limits_set, release.limits),
            seed: seed(message),
            facts: Arc::new(StoredFacts {
                store: Arc::clone(&ctx.tenant),
                generations: release.state.generations(installation.id),
                until: message.sent_at,
                event: None,
            }),
        })
    }

    fn building(&self) -> Building<'_> {
        Building {
            config: &self.config,
            customer: self.customer,
            grants: self.grants.clone(),
            limits: self.limits,
            seed: self.seed,
            facts: Arc::clone(&self.facts),
        }
    }
}

/// Logs what the plugin wrote, as for events.
fn log(ctx: &Ctx, installation: &Installation, lines: &[String]) {
    let (tenant, plugin, id) = (ctx.tenant.tenant(), &installation.plugin, installation.id);
    for line in lines {
        tracing::info!(tenant.id = %tenant, plugin.id = %plugin, installation.id = %id, "plugin: {line}");
    }
}

/// The same message always gets the same random numbers, so that a retry builds the same request.
fn seed(message: &Outgoing) -> u64 {
    derived_uuid("send", &[&message.id]).as_u64_pair().0
}
