//! What holds for a tenant as a whole: `/v1/settings` and `/v1/schedule`.

use super::{
    auth::{Caller, LoyaltyRead, SettingsWrite},
    body::JsonBody,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::{
        aftersales::ReferralPolicyView,
        contact::{ContactPolicyView, HoldOutView},
    },
};
use crate::app::{
    App,
    settings::{self, NewSettings},
};
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp, hold_out::HoldOut, outreach::ContactPolicy, referral::ReferralPolicy, tenant::TenantSettings,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read_settings, update_settings)).routes(routes!(read_schedule))
}

/// The tenant's settings.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = TenantSettings)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    /// The IANA time zone in which the tenant's days begin and end. Points that are there keep the times that they were
    /// given.
    #[schema(examples("Europe/Berlin"))]
    zone: String,
    /// What holds for messages that rules propose to customers. What is left out stays as it is.
    #[serde(default)]
    contact: Option<ContactPolicyView>,
    /// Customers for whom rules do nothing, so that what rules do can be measured. What is left out stays as it is.
    #[serde(default)]
    hold_out: Option<HoldOutView>,
    /// What holds for referrals. What is left out stays as it is.
    #[serde(default)]
    referral: Option<ReferralPolicyView>,
}

/// What happens by itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Schedule)]
struct ScheduleView {
    /// When the server looks at something next; in the past where something is due and not done yet. `null` where nothing
    /// is waited for.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_due_at: Option<Timestamp>,
}

/// When something happens by itself next: points become available or expire, reservations run out, a day begins.
#[utoipa::path(
    get,
    path = "/v1/schedule",
    tag = "settings",
    responses((status = 200, description = "The schedule.", body = ScheduleView)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_schedule(caller: Caller<LoyaltyRead>) -> Result<Json<ScheduleView>, Problem> {
    Ok(Json(ScheduleView { next_due_at: settings::next_due(&caller.ctx).await? }))
}

fn shown(settings: &TenantSettings) -> SettingsBody {
    SettingsBody {
        zone: settings.zone.to_string(),
        contact: Some(settings.contact.clone().into()),
        hold_out: Some(settings.hold_out.clone().into()),
        referral: Some(settings.referral.clone().into()),
    }
}

/// The tenant's settings.
#[utoipa::path(
    get,
    path = "/v1/settings",
    tag = "settings",
    responses((status = 200, description = "The settings.", body = SettingsBody,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_settings(caller: Caller<LoyaltyRead>) -> Result<impl IntoResponse, Problem> {
    let settings = settings::read(&caller.ctx).await?;
    Ok((etag(settings.version), Json(shown(&settings))))
}

/// Changes the tenant's settings.
#[utoipa::path(
    put,
    path = "/v1/settings",
    tag = "settings",
    params(
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = SettingsBody,
    responses(
        (status = 200, description = "The settings as they are now.", body = SettingsBody,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: they have changed since they were read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("settings:write")))
)]
async fn update_settings(
    caller: Caller<SettingsWrite>,
    expected: IfMatch,
    body: JsonBody<SettingsBody>,
) -> Result<impl IntoResponse, Problem> {
    let SettingsBody { zone, contact, hold_out, referral } = body.value;
    let contact = contact.map(ContactPolicy::try_from).transpose()?;
    let (hold_out, referral) = (hold_out.map(HoldOut::from), referral.map(ReferralPolicy::from));
    let new = NewSettings { zone, contact, hold_out, referral };
    let plan = || settings::update(&caller.ctx, expected.0, new.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    let tag = written.answer.as_ref().map(|settings| etag(settings.version));
    Ok((tag, written))
}
