//! Extractors are the permission: a handler that takes a [`Caller`] runs only for a key that carries its scope.

use super::problem::Problem;
use crate::app::{App, AppError, Ctx, keys};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use stammgast_domain::{
    TenantId,
    access::{Scope, all_scopes},
};
use stammgast_store::ApiKey;
use std::marker::PhantomData;

/// The header with which the operator names the tenant that a request is for.
pub const TENANT_HEADER: &str = "Stammgast-Tenant";

/// What a caller must be allowed to do.
pub trait RequiredScope: Send + Sync + 'static {
    /// All of these.
    const SCOPES: &'static [Scope];
}

macro_rules! required_scopes {
    ($($name:ident = [$($scope:ident),+];)*) => {$(
        /// Stands for the scopes of its name.
        pub enum $name {}

        impl RequiredScope for $name {
            const SCOPES: &'static [Scope] = &[$(Scope::$scope),+];
        }
    )*};
}

required_scopes! {
    CustomersRead = [CustomersRead];
    CustomersWrite = [CustomersWrite];
    PurchasesRead = [PurchasesRead];
    PurchasesWrite = [PurchasesWrite];
    InteractionsRead = [InteractionsRead];
    InteractionsWrite = [InteractionsWrite];
    ChannelsWrite = [ChannelsWrite];
    ActivitiesRead = [ActivitiesRead];
    ActivitiesWrite = [ActivitiesWrite];
    LoyaltyRead = [LoyaltyRead];
    LoyaltyWrite = [LoyaltyWrite];
    LoyaltyRedeem = [LoyaltyRedeem];
    PartnerTrade = [PartnerTrade];
    QualityRead = [QualityRead];
    FeedbackRead = [FeedbackRead];
    FeedbackWrite = [FeedbackWrite];
    PluginsRead = [PluginsRead];
    PluginsWrite = [PluginsWrite];
    KeysWrite = [KeysWrite];
    SettingsWrite = [SettingsWrite];
    Sending = [ChannelsWrite, PluginsWrite];
    BacktestsWrite = [PluginsRead, PluginsWrite, CustomersRead, PurchasesRead, InteractionsRead, LoyaltyRead];
    CallsRead = [PluginsRead, CustomersRead, PurchasesRead, InteractionsRead, LoyaltyRead];
    ShadowRead = [PluginsRead, LoyaltyRead];
    TimelineRead = [CustomersRead, PurchasesRead, InteractionsRead];
    EverythingRead = [CustomersRead, PurchasesRead, InteractionsRead, LoyaltyRead, QualityRead, FeedbackRead];
}

/// Somebody who acts for a tenant: its own key with the scopes of `S`, or the operator, who names the tenant.
pub struct Caller<S> {
    /// The context for use cases.
    pub ctx: Ctx,
    scope: PhantomData<fn() -> S>,
}

/// The operator's key.
pub struct Operator;

/// The operator's key, or a tenant's with the scopes of `S`.
pub struct OperatorOr<S>(PhantomData<fn() -> S>);

/// Somebody who looks at a tenant's figures: its own key with the scopes of `S`, or the operator, who may name a tenant and
/// otherwise sees all of them.
pub struct Onlooker<S> {
    /// The tenant; `None` for all.
    pub tenant: Option<TenantId>,
    scope: PhantomData<fn() -> S>,
}

impl<S: RequiredScope> FromRequestParts<App> for Caller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = authenticated(&parts.headers, app).await?;
        let ctx = context(&parts.headers, app, key).await?;
        allow::<S>(&ctx)?;
        Ok(Self { ctx, scope: PhantomData })
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match authenticated(&parts.headers, app).await?.tenant {
            None => Ok(Self),
            Some(_) => Err(AppError::OperatorOnly.into()),
        }
    }
}

impl<S: RequiredScope> FromRequestParts<App> for OperatorOr<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = authenticated(&parts.headers, app).await?;
        if key.tenant.is_some() {
            allow::<S>(&context(&parts.headers, app, key).await?)?;
        }
        Ok(Self(PhantomData))
    }
}

impl<S: RequiredScope> FromRequestParts<App> for Onlooker<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = authenticated(&parts.headers, app).await?;
        if key.tenant.is_none() && !parts.headers.contains_key(TENANT_HEADER) {
            return Ok(Self { tenant: None, scope: PhantomData });
        }
        let ctx = context(&parts.headers, app, key).await?;
        allow::<S>(&ctx)?;
        Ok(Self { tenant: Some(ctx.tenant.tenant().clone()), scope: PhantomData })
    }
}

fn allow<S: RequiredScope>(ctx: &Ctx) -> Result<(), AppError> {
    S::SCOPES.iter().try_for_each(|scope| ctx.need(*scope))
}

async fn authenticated(headers: &HeaderMap, app: &App) -> Result<ApiKey, AppError> {
    keys::authenticate(app, credential(headers).ok_or(AppError::Unauthenticated)?).await
}

/// The key in `Authorization: Bearer <key>` (RFC 6750, section 2.1).
fn credential(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

async fn context(headers: &HeaderMap, app: &App, key: ApiKey) -> Result<Ctx, Problem> {
    let partner = key.partner.clone();
    let (tenant, actor, scopes) = match (key.tenant, named_tenant(headers)?) {
        (Some(own), Some(named)) if own != named => return Err(AppError::NotFound("tenant").into()),
        (Some(own), _) => (own, format!("key:{}", key.id), key.scopes),
        (None, Some(named)) => (named, "operator".to_owned(), all_scopes()),
        (None, None) => {
            let problem = "the operator's key belongs to no tenant; name the tenant in this header";
            return Err(Problem::invalid(TENANT_HEADER, problem));
        }
    };
    let store = app.store.tenant(&tenant).await?.ok_or(AppError::NotFound("tenant"))?;
    let span = tracing::Span::current();
    span.record("tenant.id", tenant.as_str());
    span.record("actor.id", actor.as_str());
    Ok(Ctx { tenant: store, actor, partner, scopes, clock: app.clock.clone(), bounds: app.settings.tenant })
}

/// A name of the wrong form names no tenant.
fn named_tenant(headers: &HeaderMap) -> Result<Option<TenantId>, AppError> {
    let Some(value) = headers.get(TENANT_HEADER) else { return Ok(None) };
    let tenant = value.to_str().ok().and_then(|text| text.parse().ok());
    tenant.map(Some).ok_or(AppError::NotFound("tenant"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential_in(value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, axum::http::HeaderValue::from_static(value));
        credential(&headers).map(str::to_owned)
    }

    #[test]
    fn a_credential_is_a_bearer_token() {
        assert_eq!(credential_in("Bearer sgk_1_2").as_deref(), Some("sgk_1_2"));
        assert_eq!(credential_in("bearer  sgk_1_2").as_deref(), Some("sgk_1_2"));
        assert_eq!(credential_in("Basic c2drXzFfMg=="), None);
        assert_eq!(credential_in("sgk_1_2"), None);
    }

    #[test]
    fn a_tenant_of_the_wrong_form_is_not_found() {
        let mut headers = HeaderMap::new();
        assert_eq!(named_tenant(&headers).unwrap(), None);
        headers.insert(TENANT_HEADER, axum::http::HeaderValue::from_static("../acme"));
        assert!(matches!(named_tenant(&headers), Err(AppError::NotFound("tenant"))));
    }
}
