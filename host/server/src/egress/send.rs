//! Sending a request: to an address that was checked, over a connection of its own, within bounds of time and size.

use super::{
    address::Allowed,
    fill::Filled,
    reading::Unsearchable,
    redact::{Redactor, steps_for},
    resolve::{self, Lookup, Resolver, TURN, Unresolved},
};
use reqwest::{
    Client, Response,
    header::{
        ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING,
    },
    redirect,
};
use stammgast_domain::{
    TenantId,
    plugin::Origin,
    request::{HttpResponse, Method},
};
use std::{collections::HashMap, error::Error, sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, Semaphore},
    time::{Instant, timeout_at},
};
use url::{Host, Url};

/// What a response carries as it is.
const IDENTITY: &str = "identity";
/// The only way in which a response may be transferred that is not its own length.
const CHUNKED: &str = "chunked";
/// What begins every file of gzip (RFC 1952, section 2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made")]
pub struct SetupError(#[from] reqwest::Error);

/// Where requests may go, and how much of everything they may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What the operator allows beside public addresses.
    pub allowed: Allowed,
    /// Seconds that making a connection may take.
    pub connect_seconds: u64,
    /// Seconds that a whole request may take.
    pub request_seconds: u64,
    /// KiB of the largest request.
    pub request_kib: usize,
    /// KiB of the largest response.
    pub response_kib: usize,
    /// KiB of the headers of a response.
    pub header_kib: usize,
    /// Requests that run at once.
    pub concurrent_requests: usize,
    /// Requests of one tenant that run at once.
    pub tenant_requests: usize,
    /// Answers and deliveries that are searched for secrets at once.
    pub concurrent_searches: usize,
}

/// Why a request found no answer, or none that may be read. No text repeats an address or a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The address is none of the public internet.
    #[error("{0} has no address that requests may go to; the operator can allow it (setting egress.allow)")]
    Address(Origin),
    /// The name cannot be resolved.
    #[error("{0} cannot be found: its name has no address")]
    NoSuchHost(Origin),
    /// No connection.
    #[error("no connection to {0}: it refuses, is not reachable, or its certificate is not trusted")]
    Connect(Origin),
    /// It was not its turn in time.
    #[error(
        "it was not its turn within {0} s: others are under way (settings egress.concurrent_requests, \
         egress.tenant_requests)"
    )]
    Busy(u64),
    /// It took too long.
    #[error("it took longer than {0} s (setting egress.request_seconds)")]
    Timeout(u64),
    /// The answer broke off, or is no HTTP.
    #[error("the answer broke off, or is no HTTP")]
    Broken,
    /// The answer is too large.
    #[error("the answer has more than {0} KiB (setting egress.response_kib)")]
    TooLarge(usize),
    /// The answer's headers are too large.
    #[error("the answer's headers have more than {0} KiB (setting egress.header_kib)")]
    HeadersTooLarge(usize),
    /// The answer is compressed although that was not asked for.
    #[error("the answer is compressed although it was asked for as it is")]
    Encoded,
    /// The answer cannot be searched for secrets.
    #[error("the answer is refused: {0}")]
    Unsearchable(#[from] Unsearchable),
}

impl SendError {
    /// Whether the other side may have taken the request all the same.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        !matches!(self, Self::Address(_) | Self::NoSuchHost(_) | Self::Connect(_) | Self::Busy(_))
    }
}

/// Sends requests for plugins.
pub struct Egress {
    allowed: Arc<Allowed>,
    /// Connects to addresses that are permitted.
    checked: Client,
    /// Connects to hosts and ports that the operator named, whatever their addresses.
    named: Client,
    limits: Limits,
    all: Turns,
    tenants: Mutex<HashMap<TenantId, Turns>>,
}

/// What may be done at once, by all or by one tenant.
#[derive(Clone)]
struct Turns {
    requests: Arc<Semaphore>,
    searches: Arc<Semaphore>,
}

impl Turns {
    fn new(requests: usize, searches: usize) -> Self {
        Self { requests: Arc::new(Semaphore::new(requests)), searches: Arc::new(Semaphore::new(searches)) }
    }
}

/// A response that may hold secrets. It leaves this room redacted, and in no other way.
pub(super) struct Unredacted {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Egress {
    /// Makes ready to send.
    ///
    /// # Errors
    /// The client cannot be made.
    pub fn new(limits: Limits) -> Result<Self, SetupError> {
        Self::looking_up(limits, resolve::system())
    }

    pub(super) fn looking_up(limits: Limits, lookup: Lookup) -> Result<Self, SetupError> {
        let allowed = Arc::new(limits.allowed.clone());
        let lookups = Arc::new(Semaphore::new(limits.concurrent_requests));
        let client = |permits: Option<Arc<Allowed>>| {
            let resolver = Resolver { permits, lookups: Arc::clone(&lookups), lookup: Arc::clone(&lookup) };
            // A connection for each request: none outlives the check of its address, and no two tenants share one.
            // Neither proxies of the environment nor redirects lead elsewhere.
            Client::builder()
                .user_agent(concat!("stammgast/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(resolver))
                .no_proxy()
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .http1_only()
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .pool_max_idle_per_host(0)
                .connect_timeout(Duration::from_secs(limits.connect_seconds))
                .build()
        };
        Ok(Self {
            checked: client(Some(Arc::clone(&allowed)))?,
            named: client(None)?,
            allowed,
            all: Turns::new(limits.concurrent_requests, limits.concurrent_searches),
            limits,
            tenants: Mutex::new(HashMap::new()),
        })
    }

    /// KiB of the largest request.
    pub(super) const fn largest_request(&self) -> usize {
        self.limits.request_kib
    }

    /// Sends a request when it is its turn, reads the answer to its end, and blots secrets out of it.
    pub(super) async fn send(
        &self,
        tenant: &TenantId,
        filled: Filled,
        redactor: Redactor,
    ) -> Result<HttpResponse, SendError> {
        let seconds = self.limits.request_seconds;
        let until = Instant::now() + Duration::from_secs(seconds);
        let turns = self.turns(tenant).await;
        let wait = async {
            // The tenant's own turn first: whoever waits for it must not hold one of all.
            let own = Arc::clone(&turns.requests).acquire_owned().await.map_err(|_| SendError::Broken)?;
            let one_of_all = Arc::clone(&self.all.requests).acquire_owned().await.map_err(|_| SendError::Broken)?;
            Ok::<_, SendError>((Arc::new(own), one_of_all))
        };
        let turn = timeout_at(until, wait).await.map_err(|_| SendError::Busy(seconds))??;
        if Instant::now() >= until {
            return Err(SendError::Busy(seconds));
        }
        let sent = TURN.scope(Arc::clone(&turn.0), self.exchange(filled));
        let answer = timeout_at(until, sent).await.map_err(|_| SendError::Timeout(seconds))??;
        let search = move || {
            let redacted = answer.redacted(&redactor);
            drop(turn);
            redacted
        };
        Ok(self.search(&turns, search).await?)
    }

    /// Searches for secrets, off the threads that others wait for.
    async fn search<T: Send + 'static>(
        &self,
        turns: &Turns,
        search: impl FnOnce() -> Result<T, Unsearchable> + Send + 'static,
    ) -> Result<T, Unsearchable> {
        let own = Arc::clone(&turns.searches).acquire_owned().await.map_err(|_| Unsearchable)?;
        let one_of_all = Arc::clone(&self.all.searches).acquire_owned().await.map_err(|_| Unsearchable)?;
        let searched = tokio::task::spawn_blocking(move || {
            // It goes on when nobody waits for it any more.
            let _turns = (own, one_of_all);
            search()
        });
        searched.await.map_err(|_| Unsearchable)?
    }

    /// A delivery's media type and body with secrets blotted out, in the tenant's turn.
    pub(super) async fn redacted(
        &self,
        tenant: &TenantId,
        redactor: Redactor,
        (media_type, body): (Vec<u8>, Vec<u8>),
    ) -> Result<(Vec<u8>, Vec<u8>), Unsearchable> {
        let turns = self.turns(tenant).await;
        let search = move || {
            let steps = steps_for(media_type.len() + body.len());
            Ok((redactor.redacted(media_type, &steps)?, redactor.redacted(body, &steps)?))
        };
        self.search(&turns, search).await
    }

    async fn turns(&self, tenant: &TenantId) -> Turns {
        let mut tenants = self.tenants.lock().await;
        let Limits { tenant_requests, concurrent_searches, .. } = self.limits;
        // Half of the searches: no tenant's answers keep those of all others waiting.
        let new = || Turns::new(tenant_requests, concurrent_searches.div_ceil(2));
        tenants.entry(tenant.clone()).or_insert_with(new).clone()
    }

    async fn exchange(&self, filled: Filled) -> Result<Unredacted, SendError> {
        let Filled { method, origin, url, headers, body, uses_secret } = filled;
        let client = self.client(&origin, &url)?;
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let request = client.request(method, url).headers(headers).header(ACCEPT_ENCODING, IDENTITY).body(body);
        let response = request.send().await.map_err(|error| failed(&origin, error))?;
        let answer = self.read(response).await?;
        // Nobody would find a secret in it.
        if uses_secret && answer.body.starts_with(GZIP) { Err(SendError::Encoded) } else { Ok(answer) }
    }

    /// The client for an address. Names are checked when they are resolved, and what was resolved is connected to;
    /// addresses in the URL itself are never resolved, and checked here.
    fn client(&self, origin: &Origin, url: &Url) -> Result<&Client, SendError> {
        let refused = || SendError::Address(origin.clone());
        let host = url.host_str().ok_or_else(refused)?;
        if self.allowed.names(host, url.port_or_known_default().ok_or_else(refused)?) {
            return Ok(&self.named);
        }
        let permitted = match url.host().ok_or_else(refused)? {
            Host::Domain(_) => true,
            Host::Ipv4(address) => self.allowed.permits(address.into()),
            Host::Ipv6(address) => self.allowed.permits(address.into()),
        };
        if permitted { Ok(&self.checked) } else { Err(refused()) }
    }

    async fn read(&self, mut response: Response) -> Result<Unredacted, SendError> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let of_headers: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if of_headers > self.limits.header_kib << 10 {
            return Err(SendError::HeadersTooLarge(self.limits.header_kib));
        }
        if is_compressed(&headers) {
            return Err(SendError::Encoded);
        }
        let most = self.limits.response_kib << 10;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| SendError::Broken)? {
            // Not cut: half a secret at its end would be found by nobody.
            if body.len() + chunk.len() > most {
                return Err(SendError::TooLarge(self.limits.response_kib));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Unredacted { status, headers, body })
    }
}

impl Unredacted {
    /// What everybody else may see.
    fn redacted(self, redactor: &Redactor) -> Result<HttpResponse, Unsearchable> {
        // What belongs to the connection is not the plugin's, and the length would tell that of a secret.
        let is_connections = |name: &str| {
            [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].iter().any(|of_connection| of_connection.as_str() == name)
        };
        let headers = self.headers.iter().filter(|(name, _)| !is_connections(name.as_str()));
        let headers: Vec<_> = headers.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())).collect();
        let of_headers: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let steps = steps_for(of_headers + self.body.len());
        let text = |bytes: &[u8]| {
            redactor.redacted(bytes.to_vec(), &steps).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let headers = headers.into_iter().map(|(name, value)| Ok((text(name)?, text(value)?)));
        let headers = headers.collect::<Result<_, Unsearchable>>()?;
        Ok(HttpResponse { status: self.status, headers, body: redactor.redacted(self.body, &steps)? })
    }
}

/// Whether somebody has coded the body, on its way (RFC 9112, section 6.1) or before (RFC 9110, section 8.4).
fn is_compressed(headers: &HeaderMap) -> bool {
    let is = |value: &HeaderValue, wanted: &str| value.as_bytes().trim_ascii().eq_ignore_ascii_case(wanted.as_bytes());
    let plain = headers.get_all(CONTENT_ENCODING).iter().all(|value| value.is_empty() || is(value, IDENTITY));
    let transferred: Vec<&HeaderValue> = headers.get_all(TRANSFER_ENCODING).iter().collect();
    let whole = match transferred.as_slice() {
        [] => true,
        [one] => is(one, CHUNKED),
        _ => false,
    };
    !plain || !whole
}

fn failed(origin: &Origin, error: reqwest::Error) -> SendError {
    // Its URL may hold a secret.
    let error = error.without_url();
    let failure = sort(origin, &error);
    tracing::debug!(%origin, error = &error as &dyn Error, "a request for a plugin found no answer");
    failure
}

fn sort(origin: &Origin, error: &reqwest::Error) -> SendError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        match one.downcast_ref::<Unresolved>() {
            Some(Unresolved::Refused) => return SendError::Address(origin.clone()),
            Some(Unresolved::NoAddress) => return SendError::NoSuchHost(origin.clone()),
            None => cause = one.source(),
        }
    }
    // The whole request's time is watched elsewhere: what takes too long here is the connection.
    if error.is_connect() || error.is_timeout() { SendError::Connect(origin.clone()) } else { SendError::Broken }
}
