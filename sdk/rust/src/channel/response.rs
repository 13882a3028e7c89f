//! What came back over HTTP, and what it means.

use super::{ChannelError, HttpResponse, SendOutcome, TryLater};
use serde::de::DeserializeOwned;
use std::borrow::Cow;

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
    /// What the status alone says: 2xx is sent, 408, 425, 429 and 5xx are to be tried again (after the seconds of
    /// `retry-after`), and everything else is rejected.
    #[must_use]
    pub fn by_status(response: &HttpResponse) -> Self {
        let status = response.status;
        let says = format!("the provider answered with status {status}");
        // Request Timeout (RFC 9110), Too Early (RFC 8470) and Too Many Requests (RFC 6585): later, the same may do.
        match status {
            200..=299 => Self::Sent(None),
            408 | 425 | 429 | 500..=599 => Self::Later(TryLater { reason: says, after_ms: retry_after(response) }),
            _ => Self::Rejected(says),
        }
    }
}

/// Milliseconds of `retry-after`. Of a date, and of more than nine digits, nothing is kept.
fn retry_after(response: &HttpResponse) -> Option<u64> {
    let seconds = response.header("retry-after")?.trim();
    let is_kept = seconds.len() <= 9 && seconds.bytes().all(|digit| digit.is_ascii_digit());
    seconds.parse::<u64>().ok().filter(|_| is_kept).map(|seconds| seconds * 1_000)
}
