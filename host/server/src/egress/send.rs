//! Sending a request: to an address that was checked, over a connection of its own, within bounds of time and size.

use super::{address::Allowed, fill::Filled, redact::Redactor};
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING},
    redirect,
};
use stammgast_domain::{
    TenantId,
    plugin::Origin,
    request::{HttpResponse, Method},
};
use std::{collections::HashMap, error::Error, fmt, net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::{Mutex, Semaphore};
use url::{Host, Url};

/// What a response carries as it is.
const IDENTITY: &str = "identity";

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
}

impl SendError {
    /// Whether the same request may succeed when it is sent again.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::NoSuchHost(_) | Self::Connect(_) | Self::Timeout(_) | Self::Broken)
    }

    /// Whether the other side may have taken the request all the same.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        !matches!(self, Self::Address(_) | Self::NoSuchHost(_) | Self::Connect(_))
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
    all: Semaphore,
    tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
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
        let allowed = Arc::new(limits.allowed.clone());
        let lookups = Arc::new(Semaphore::new(limits.concurrent_requests));
        let client = |permits: Option<Arc<Allowed>>| {
            let resolver = Resolver { permits, lookups: Arc::clone(&lookups) };
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
            all: Semaphore::new(limits.concurrent_requests),
            limits,
            tenants: Mutex::new(HashMap::new()),
        })
    }

    /// KiB of the largest request.
    pub(super) const fn largest_request(&self) -> usize {
        self.limits.request_kib
    }

    /// Sends a request when it is its turn, and reads the answer to its end.
    pub(super) async fn send(&self, tenant: &TenantId, filled: Filled) -> Result<Unredacted, SendError> {
        let seconds = self.limits.request_seconds;
        let turns = self.turns(tenant).await;
        let sent = async {
            // The tenant's own turn first: whoever waits for it must not hold one of all.
            let _own = turns.acquire().await.map_err(|_| SendError::Broken)?;
            let _one_of_all = self.all.acquire().await.map_err(|_| SendError::Broken)?;
            self.exchange(filled).await
        };
        tokio::time::timeout(Duration::from_secs(seconds), sent).await.map_err(|_| SendError::Timeout(seconds))?
    }

    async fn turns(&self, tenant: &TenantId) -> Arc<Semaphore> {
        let mut tenants = self.tenants.lock().await;
        let each = self.limits.tenant_requests;
        Arc::clone(tenants.entry(tenant.clone()).or_insert_with(|| Arc::new(Semaphore::new(each))))
    }

    async fn exchange(&self, filled: Filled) -> Result<Unredacted, SendError> {
        let Filled { method, origin, url, headers, body } = filled;
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
        self.read(response).await
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
        let is_plain = |value: &reqwest::header::HeaderValue| {
            value.is_empty() || value.as_bytes().eq_ignore_ascii_case(IDENTITY.as_bytes())
        };
        if !headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
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
    pub(super) fn redacted(self, redactor: &Redactor) -> HttpResponse {
        // What belongs to the connection is not the plugin's, and the length would tell that of a secret.
        let is_connections = |name: &str| {
            [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].iter().any(|of_connection| of_connection.as_str() == name)
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(&redactor.redacted(bytes.to_vec())).into_owned();
        let headers = self.headers.iter().filter(|(name, _)| !is_connections(name.as_str()));
        let headers = headers.map(|(name, value)| (text(name.as_str().as_bytes()), text(value.as_bytes()))).collect();
        HttpResponse { status: self.status, headers, body: redactor.redacted(self.body) }
    }
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

/// Resolves names to addresses that may be connected to.
struct Resolver {
    /// What is permitted; `None` where everything is.
    permits: Option<Arc<Allowed>>,
    /// Lookups that run at once: one that is given up goes on in its thread.
    lookups: Arc<Semaphore>,
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unresolved {
    /// To no address that may be connected to.
    Refused,
    /// To no address at all.
    NoAddress,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the name leads to no address that requests may go to",
            Self::NoAddress => "the name has no address",
        })
    }
}

impl Error for Unresolved {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (permits, lookups) = (self.permits.clone(), Arc::clone(&self.lookups));
        Box::pin(async move {
            let turn = lookups.acquire_owned().await?;
            let looked_up = tokio::spawn(async move {
                let _turn = turn;
                let found = tokio::net::lookup_host((name.as_str(), 0)).await;
                found.map(Iterator::collect::<Vec<SocketAddr>>).unwrap_or_default()
            });
            let found = looked_up.await?;
            let permitted = |address: &SocketAddr| permits.as_ref().is_none_or(|allowed| allowed.permits(address.ip()));
            let usable: Vec<SocketAddr> = found.iter().copied().filter(permitted).collect();
            match (found.is_empty(), usable.is_empty()) {
                (true, _) => Err(Unresolved::NoAddress.into()),
                (false, true) => Err(Unresolved::Refused.into()),
                (false, false) => Ok(Box::new(usable.into_iter()) as Addrs),
            }
        })
    }
}
