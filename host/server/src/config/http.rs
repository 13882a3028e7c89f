//! The section `http`.

use super::bound::{Bound, bound};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use url::Url;

const PUBLIC_URL: &str = "http.public_url has to be an address such as https://crm.example.com";

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the world reaches this server, such as `https://crm.example.com`; webhooks whose signature covers their own
    /// address are checked with it.
    pub public_url: Option<String>,
    /// Largest JSON body in bytes.
    pub json_bytes: usize,
    /// Largest bulk request in bytes.
    pub bulk_bytes: usize,
    /// Rows of one bulk request.
    pub bulk_rows: usize,
    /// Largest raw message in bytes.
    pub message_bytes: usize,
    /// KiB of the largest delivery to a webhook, and never more than `message_bytes`.
    pub hook_kib: usize,
    /// Deliveries to webhooks that are read at once; more wait. They need no key, so they have room of their own, and
    /// one tenant takes a quarter of it at most.
    pub hook_requests: usize,
    /// Seconds that the body of a delivery to a webhook may take to come.
    pub hook_seconds: u64,
    /// MiB of bodies that are held at once; requests that would add more wait.
    pub bodies_mib: usize,
    /// Largest page of a list.
    pub page_rows: usize,
    /// Requests that are worked on at once; more wait.
    pub concurrent_requests: usize,
    /// Seconds after which a request is given up.
    pub request_seconds: u64,
    /// Calls of one tenant at once that read whole tables for figures; more wait.
    pub figure_requests: usize,
    /// Hours for which answers under an Idempotency-Key are kept.
    pub idempotency_hours: u64,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7700)),
            public_url: None,
            json_bytes: 1 << 20,
            bulk_bytes: 8 << 20,
            bulk_rows: 1_000,
            message_bytes: 32 << 20,
            hook_kib: 1_024,
            hook_requests: 64,
            hook_seconds: 10,
            bodies_mib: 256,
            page_rows: 500,
            concurrent_requests: 512,
            request_seconds: 30,
            figure_requests: 1,
            idempotency_hours: 72,
        }
    }
}

impl Http {
    /// Where the world reaches this server, without a slash at the end.
    ///
    /// # Errors
    /// It is no address of a web server.
    pub fn public_url(&self) -> Result<Option<String>, String> {
        let Some(text) = &self.public_url else { return Ok(None) };
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let bare = url.is_some_and(|url| url.query().is_none() && url.fragment().is_none());
        if bare { Ok(Some(text.trim_end_matches('/').to_owned())) } else { Err(format!("{PUBLIC_URL}: `{text}`")) }
    }

    /// Bytes of the largest delivery to a webhook.
    #[must_use]
    pub fn hook_bytes(&self) -> usize {
        (self.hook_kib << 10).min(self.message_bytes)
    }

    /// Its numbers and their bounds.
    pub(super) fn bounds(&self) -> Vec<Bound> {
        vec![
            bound("http.json_bytes", self.json_bytes as u64, 1 << 10, 64 << 20),
            bound("http.bulk_bytes", self.bulk_bytes as u64, 1 << 10, 256 << 20),
            bound("http.bulk_rows", self.bulk_rows as u64, 1, 10_000),
            bound("http.message_bytes", self.message_bytes as u64, 1 << 10, 256 << 20),
            bound("http.hook_kib", self.hook_kib as u64, 1, 64 << 10),
            bound("http.hook_requests", self.hook_requests as u64, 1, 10_000),
            bound("http.hook_seconds", self.hook_seconds, 1, 3_600),
            bound("http.bodies_mib", self.bodies_mib as u64, 1, 1 << 20),
            bound("http.page_rows", self.page_rows as u64, 1, 10_000),
            bound("http.concurrent_requests", self.concurrent_requests as u64, 1, 100_000),
            bound("http.request_seconds", self.request_seconds, 1, 3_600),
            bound("http.figure_requests", self.figure_requests as u64, 1, 100),
            bound("http.idempotency_hours", self.idempotency_hours, 1, 24 * 366),
        ]
    }
}
