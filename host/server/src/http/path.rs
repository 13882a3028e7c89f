//! What stands in a path. A name of the wrong form is answered like a row that is missing.

use super::problem::Problem;
use crate::app::{App, AppError};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use stammgast_domain::{
    ActivityId, CustomerId, FeedbackItemId, FindingId, InstallationId, InteractionId, MessageId, NoticeId, PurchaseId,
    RedemptionId, ReturnId, VoucherId, WarrantyId, digest::Digest,
};
use std::str::FromStr;
use uuid::Uuid;

/// A name that can stand in a path.
pub trait PathName: FromStr {
    /// What it names.
    const KIND: &'static str;
}

macro_rules! path_names {
    ($($name:ty = $kind:literal,)*) => {$(
        impl PathName for $name {
            const KIND: &'static str = $kind;
        }
    )*};
}

path_names! {
    ActivityId = "activity",
    CallName = "recorded call",
    CustomerId = "customer",
    Digest = "plugin",
    FeedbackItemId = "feedback item",
    FindingId = "finding",
    InstallationId = "installation",
    InteractionId = "interaction",
    MessageId = "message",
    NoticeId = "notice",
    PurchaseId = "purchase",
    RedemptionId = "redemption",
    ReturnId = "return",
    VoucherId = "voucher",
    WarrantyId = "warranty",
    u64 = "event",
    Uuid = "back-test",
    String = "row",
}

/// A recorded call's name within its installation: event and try, such as `42.1`.
pub struct CallName(pub u64, pub u32);

impl FromStr for CallName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts =
            text.split_once('.').and_then(|(event, attempt)| Some((event.parse().ok()?, attempt.parse().ok()?)));
        parts.map(|(event, attempt)| Self(event, attempt)).ok_or("it names no call; write event and try, such as 42.1")
    }
}

/// The one name in a path.
pub struct Id<T>(pub T);

/// The two names in a path.
pub struct Ids<A, B>(pub A, pub B);

impl<T: PathName> FromRequestParts<App> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| AppError::NotFound(T::KIND))?;
        let mut values = params.iter().map(|(_, value)| value);
        Ok(Self(parse(values.next())?))
    }
}

impl<A: PathName, B: PathName> FromRequestParts<App> for Ids<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| AppError::NotFound(A::KIND))?;
        let mut values = params.iter().map(|(_, value)| value);
        Ok(Self(parse(values.next())?, parse(values.next())?))
    }
}

fn parse<T: PathName>(value: Option<&str>) -> Result<T, AppError> {
    value.and_then(|value| value.parse().ok()).ok_or(AppError::NotFound(T::KIND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_name_is_not_found() {
        let found = |text| parse::<CustomerId>(Some(text));
        assert!(matches!(found("nonsense"), Err(AppError::NotFound("customer"))));
        assert!(found("0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d").is_ok());
    }
}
