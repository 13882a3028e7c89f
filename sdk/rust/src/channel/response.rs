//! What came back over HTTP, and what it means.

use super::{ChannelError, HttpResponse, SendOutcome, TryLater};
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// Too Many Requests (RFC 6585).
const TOO_MANY_REQUESTS: u16 = 429;

impl HttpResponse {
    /// The first value of a header, whose name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are no UTF-8 become `�`.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// It is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ChannelError> {
        let failed = |error| ChannelError::Other(format!("the provider's answer cannot be read: {error}"));
        serde_json::from_slice(&self.body).map_err(failed)
    }
}

impl SendOutcome {
    /// What the status alone says: 2xx is sent, 429 and 5xx are to be tried again (after the seconds of `retry-after`),
    /// and everything else is rejected.
    #[must_use]
    pub fn by_status(response: &HttpResponse) -> Self {
        let status = response.status;
        let says = format!("the provider answered with status {status}");
        match status {
            200..=299 => Self::Sent(None),
            TOO_MANY_REQUESTS | 500..=599 => {
                let seconds = response.header("retry-after").and_then(|value| value.trim().parse::<u64>().ok());
                Self::Later(TryLater { reason: says, after_ms: seconds.map(|seconds| seconds.saturating_mul(1_000)) })
            }
            _ => Self::Rejected(says),
        }
    }
}
