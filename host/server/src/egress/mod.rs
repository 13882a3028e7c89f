//! Requests that leave this server for plugins, the only room that opens client connections beside the command line.
//!
//! A connector describes a request and names secrets; here they are put into their places, the request is signed, goes
//! to an address that was checked, and what comes back has every secret blotted out before anybody else sees it. The
//! other way round, `proof` tells deliveries to a channel's webhook from forgeries.

mod address;
mod encode;
mod fill;
pub mod proof;
mod reading;
mod redact;
mod resolve;
mod send;
mod sign;

pub use address::{Allowed, InvalidAllowed};
pub use fill::FillError;
pub use reading::Unsearchable;
pub use send::{Egress, Limits, SendError, SetupError};

use redact::Redactor;
use stammgast_domain::{
    TenantId, Timestamp,
    plugin::Origin,
    request::{HttpRequest, HttpResponse},
    secret::OpenSecret,
};
use std::collections::BTreeSet;

/// Why a request brought no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// It was not sent, because it may not or cannot be.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// It found no answer, or none that may be read.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl EgressError {
    /// Whether the other side may have taken the request all the same.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        match self {
            Self::Fill(_) => false,
            Self::Send(error) => error.may_have_arrived(),
        }
    }
}

/// What a request may reach and use.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'a> {
    /// Whose request it is.
    pub tenant: &'a TenantId,
    /// Where the installation's requests may go.
    pub origins: &'a BTreeSet<Origin>,
    /// The secrets that may be filled in, each with the origins that it may go to.
    pub usable: &'a [OpenSecret],
    /// All secrets that the installation was ever given and has still, to be blotted out.
    pub known: &'a [OpenSecret],
}

impl Egress {
    /// Performs a request: fills secrets in, signs, sends, and blots every secret of the installation out of what comes
    /// back.
    ///
    /// # Errors
    /// It may not or cannot be sent, or found no answer.
    pub async fn perform(
        &self,
        request: &HttpRequest,
        reach: Reach<'_>,
        now: Timestamp,
    ) -> Result<HttpResponse, EgressError> {
        let (filled, written) = fill::fill(request, reach.origins, reach.usable, now, self.largest_request())?;
        let redactor = redactor(reach.known, &written);
        Ok(self.send(reach.tenant, filled, redactor).await?)
    }

    /// A delivery's media type and body, with every one of these secrets blotted out.
    ///
    /// # Errors
    /// It cannot be searched.
    pub async fn blotted(
        &self,
        tenant: &TenantId,
        secrets: &[OpenSecret],
        (media_type, body): (&str, Vec<u8>),
    ) -> Result<(String, Vec<u8>), Unsearchable> {
        if secrets.is_empty() {
            return Ok((media_type.to_owned(), body));
        }
        let delivery = (media_type.as_bytes().to_vec(), body);
        let (media_type, body) = self.redacted(tenant, redactor(secrets, &BTreeSet::new()), delivery).await?;
        Ok((String::from_utf8_lossy(&media_type).into_owned(), body))
    }
}

fn redactor(secrets: &[OpenSecret], written: &BTreeSet<String>) -> Redactor {
    Redactor::new(secrets.iter().map(|secret| secret.value.expose()), written)
}

#[cfg(test)]
mod tests;
