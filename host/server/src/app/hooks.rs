//! Deliveries to webhooks: nobody who sends them has a key, so each has to prove itself before anything is stored.
//!
//! Whatever is wrong, the answer is the same: it tells neither whether a tenant or a channel is there nor what is wrong
//! with the proof. The log tells, at level debug.

use super::{App, AppError, Ctx, Plan, channels, turns::TenantTurns};
use crate::egress::proof::{self, Headers, Unproven};
use stammgast_domain::{
    TenantId,
    access::Scope,
    digest::Digest,
    plugin::{Installation, PluginKind, WebhookProof},
    secret::SecretValue,
};
use stammgast_store::StoreError;
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a delivery is taken for that names no media type.
const BYTES: &str = "application/octet-stream";

/// One tenant takes at most this part of the room for bodies.
const SHARE: usize = 4;

/// Room for deliveries, which anybody may send: whoever sends them slowly takes nobody else's.
pub struct Room {
    /// Looking whether a channel is there. Nothing is waited for meanwhile that a stranger could hold back.
    looks: Semaphore,
    /// Bodies that are read although they have proven nothing yet.
    bodies: Arc<Semaphore>,
    /// Each tenant's part of them.
    tenants: TenantTurns,
}

/// A place for one body. It is free again when it is dropped.
pub struct Place {
    _of_tenant: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Room {
    /// Room for so many deliveries at once.
    #[must_use]
    pub fn new(deliveries: usize) -> Self {
        Self {
            looks: Semaphore::new(deliveries),
            bodies: Arc::new(Semaphore::new(deliveries)),
            tenants: TenantTurns::new(deliveries.div_ceil(SHARE)),
        }
    }

    /// Waits for a place for the body of a delivery to a tenant that is there.
    ///
    /// # Errors
    /// There are no more places.
    pub async fn place(&self, tenant: &TenantId) -> Result<Place, AppError> {
        // Its own first: who waits for that holds nothing of all.
        let of_tenant = self.tenants.take(tenant).await?;
        let of_all = Arc::clone(&self.bodies).acquire_owned().await.map_err(std::io::Error::other)?;
        Ok(Place { _of_tenant: of_tenant, _of_all: of_all })
    }
}

/// A delivery without its body.
pub struct Delivery<'a> {
    /// The tenant that it names.
    pub tenant: &'a str,
    /// The channel that it names.
    pub channel: &'a str,
    /// Its headers.
    pub headers: &'a Headers,
    /// Path and query that it was sent to.
    pub target: &'a str,
}

/// A delivery to a channel that has a webhook; its headers are in order.
pub struct Expected {
    ctx: Ctx,
    installation: Installation,
    proof: WebhookProof,
    secret: SecretValue,
}

/// Checks whether a delivery may prove itself at all: the channel is there and its headers are in order. Nothing of its
/// body is kept until then.
///
/// # Errors
/// [`AppError::Unproven`], whatever is wrong with it, or the store failed.
pub async fn expect(app: &App, delivery: &Delivery<'_>) -> Result<Expected, AppError> {
    let _look = app.deliveries.looks.acquire().await.map_err(std::io::Error::other)?;
    let expected = find(app, delivery).await?.ok_or(AppError::Unproven)?;
    let Expected { ctx, proof, secret, .. } = &expected;
    proof::check(proof, secret, delivery.headers, ctx.now()).map_err(|why| expected.refused(why))?;
    Ok(expected)
}

impl Expected {
    /// The tenant that it is for.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        self.ctx.tenant.tenant()
    }

    /// Checks the whole delivery and stores it, without the installation's secrets. The same delivery again changes
    /// nothing.
    ///
    /// # Errors
    /// [`AppError::Unproven`], it cannot be searched for secrets, or the store failed.
    pub async fn receive(self, app: &App, delivery: &Delivery<'_>, body: Vec<u8>) -> Result<(), AppError> {
        let media_type = header(delivery.headers, "content-type");
        let own_name = self.verify(app, delivery, media_type.as_deref(), &body)?;
        let Self { ctx, installation, .. } = &self;
        let media_type = media_type.as_deref().unwrap_or(BYTES);
        let (media_type, body) = channels::without_secrets(app, ctx, installation.id, media_type, body).await?;
        let name = own_name.unwrap_or_else(|| Digest::of(&body).hex());
        let Plan { change, .. } = channels::store(ctx, &installation.name, &media_type, body, &name).await?;
        match ctx.tenant.commit(change).await {
            // The same delivery came twice at once: one message.
            Ok(()) | Err(StoreError::Duplicate { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks the proof; gives the delivery's name where others could send the same one in other bytes.
    fn verify(
        &self,
        app: &App,
        delivery: &Delivery<'_>,
        media_type: Option<&str>,
        body: &[u8],
    ) -> Result<Option<String>, AppError> {
        let checked = proof::check(&self.proof, &self.secret, delivery.headers, self.ctx.now());
        let checked = checked.map_err(|why| self.refused(why))?;
        checked.verify(body, media_type, &addresses(app, delivery)).map_err(|why| self.refused(why))?;
        Ok(checked.name())
    }

    fn refused(&self, why: Unproven) -> AppError {
        let (tenant, installation) = (self.ctx.tenant.tenant(), self.installation.id);
        tracing::debug!(tenant.id = %tenant, installation.id = %installation, %why, "a delivery to a webhook is refused");
        AppError::Unproven
    }
}

/// The channel that a delivery names, if it is there, has a webhook, and its secret is set.
async fn find(app: &App, delivery: &Delivery<'_>) -> Result<Option<Expected>, AppError> {
    let Ok(tenant) = delivery.tenant.parse::<TenantId>() else { return Ok(None) };
    let Some(store) = app.store.tenant(&tenant).await? else { return Ok(None) };
    let Some(installation) = store.installation_named(delivery.channel).await? else { return Ok(None) };
    if !installation.release.kinds.contains(&PluginKind::Channel) || installation.shadow_of.is_some() {
        return Ok(None);
    }
    let plugin = app.store.plugin(&installation.release.digest).await?;
    let Some(proof) = plugin.and_then(|plugin| plugin.manifest.webhook) else { return Ok(None) };
    let Some(secret) = store.open_secret(installation.id, &proof.secret).await? else { return Ok(None) };
    let ctx = Ctx {
        tenant: store,
        actor: format!("webhook:{}", installation.name),
        partner: None,
        scopes: BTreeSet::from([Scope::ChannelsWrite]),
        clock: app.clock.clone(),
        bounds: app.settings.tenant,
    };
    Ok(Some(Expected { ctx, installation, proof, secret: secret.value }))
}

/// Where the delivery may have been sent to, as its sender knows it: proxies hide the scheme.
fn addresses(app: &App, delivery: &Delivery<'_>) -> Vec<String> {
    let target = delivery.target;
    if let Ok(Some(public)) = app.settings.http.public_url() {
        return vec![format!("{public}{target}")];
    }
    let host = header(delivery.headers, "host");
    host.iter().flat_map(|host| [format!("https://{host}{target}"), format!("http://{host}{target}")]).collect()
}

fn header(headers: &Headers, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
