//! Optimistic locking over HTTP (RFC 9110, section 8.8.3): the version is the entity tag.

use super::problem::Problem;
use crate::app::{App, AppError};
use axum::{
    extract::FromRequestParts,
    http::{HeaderName, header, request::Parts},
};

/// The version that the caller's copy has; `None` when any will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<u64>);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        match parts.headers.get(header::IF_MATCH) {
            None => Ok(Self(None)),
            Some(value) => Ok(read(value.to_str().unwrap_or_default())?),
        }
    }
}

/// A tag that this server never gave matches no version.
fn read(tag: &str) -> Result<IfMatch, AppError> {
    if tag.trim() == "*" {
        return Ok(IfMatch(None));
    }
    let version = tag.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')?.parse().ok());
    version.map(|version| IfMatch(Some(version))).ok_or(AppError::Outdated("row"))
}

/// The entity tag of a version.
pub fn etag(version: u64) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_as_its_version() {
        let [(_, tag)] = etag(7);
        assert_eq!(read(&tag).unwrap(), IfMatch(Some(7)));
        assert_eq!(read("*").unwrap(), IfMatch(None));
        for bad in ["7", "\"seven\"", "W/\"7\"", ""] {
            assert!(matches!(read(bad), Err(AppError::Outdated(_))), "{bad}");
        }
    }
}
