//! What vouchers are worth: `/v1/offers`.

use super::{
    auth::{Caller, LoyaltyRead, LoyaltyWrite},
    body::JsonBody,
    coded::Coded,
    etag::{IfMatch, etag},
    idempotent::{self, IdempotencyParams, Reply},
    page::Listed,
    path::Id,
    problem::{PROBLEM_JSON, Problem, ProblemBody},
    view::voucher::{OfferTermsView, OfferView},
};
use crate::app::{
    App,
    vouchers::{self, OfferFigures},
};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use stammgast_domain::voucher::OfferTerms;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_offers, create_offer)).routes(routes!(read_offer, update_offer))
}

/// A new offer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewOffer)]
#[serde(from = "Coded<OfferTermsView>")]
struct NewOfferBody {
    /// Short name, a code; never changes.
    #[schema(max_length = 64, examples("birthday"))]
    code: String,
    /// What the tenant decides.
    #[serde(flatten)]
    terms: OfferTermsView,
}

impl From<Coded<OfferTermsView>> for NewOfferBody {
    fn from(body: Coded<OfferTermsView>) -> Self {
        let Coded { code, terms } = body;
        Self { code, terms }
    }
}

fn shown(offer: &OfferFigures) -> OfferView {
    offer.clone().into()
}

/// All offers, by code.
#[utoipa::path(
    get,
    path = "/v1/offers",
    tag = "vouchers",
    responses((status = 200, description = "The offers.", body = Listed<OfferView>)),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn list_offers(caller: Caller<LoyaltyRead>) -> Result<Json<Listed<OfferView>>, Problem> {
    let offers = vouchers::offers(&caller.ctx).await?;
    Ok(Json(Listed::whole(offers.into_iter().map(OfferView::from).collect())))
}

/// Creates an offer: what its vouchers are worth, and how many there may be.
#[utoipa::path(
    post,
    path = "/v1/offers",
    tag = "vouchers",
    params(IdempotencyParams),
    request_body = NewOfferBody,
    responses(
        (status = 201, description = "The new offer.", body = OfferView),
        (status = 409, description = "`code-taken` or `conflict`.", body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn create_offer(
    caller: Caller<LoyaltyWrite>,
    body: JsonBody<NewOfferBody>,
) -> Result<impl IntoResponse, Problem> {
    let NewOfferBody { code, terms } = body.value;
    let terms = OfferTerms::from(terms);
    let plan = || vouchers::create_offer(&caller.ctx, code.clone(), terms.clone());
    idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await
}

/// One offer.
#[utoipa::path(
    get,
    path = "/v1/offers/{offer}",
    tag = "vouchers",
    params(("offer" = String, Path, description = "The offer's code.")),
    responses((status = 200, description = "The offer.", body = OfferView,
        headers(("ETag" = String, description = "The version, for `If-Match`.")))),
    extensions(("x-scope" = json!("loyalty:read")))
)]
async fn read_offer(caller: Caller<LoyaltyRead>, offer: Id<String>) -> Result<impl IntoResponse, Problem> {
    let figures = vouchers::offer(&caller.ctx, &offer.0).await?;
    Ok((etag(figures.offer.version), Json(OfferView::from(figures))))
}

/// Changes an offer. Vouchers that are there keep what it said before.
#[utoipa::path(
    put,
    path = "/v1/offers/{offer}",
    tag = "vouchers",
    params(
        ("offer" = String, Path, description = "The offer's code."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the copy that is changed."),
        IdempotencyParams
    ),
    request_body = OfferTermsView,
    responses(
        (status = 200, description = "The offer as it is now.", body = OfferView,
            headers(("ETag" = String, description = "The new version."))),
        (status = 409, description = "`conflict`.", body = ProblemBody, content_type = PROBLEM_JSON),
        (status = 412, description = "`outdated`: the offer has changed since it was read.",
            body = ProblemBody, content_type = PROBLEM_JSON)
    ),
    extensions(("x-scope" = json!("loyalty:write")))
)]
async fn update_offer(
    caller: Caller<LoyaltyWrite>,
    offer: Id<String>,
    expected: IfMatch,
    body: JsonBody<OfferTermsView>,
) -> Result<impl IntoResponse, Problem> {
    let terms = OfferTerms::from(body.value);
    let plan = || vouchers::update_offer(&caller.ctx, &offer.0, expected.0, terms.clone());
    let written = idempotent::run(&caller.ctx, &body.idempotency, Reply::CREATED, plan, shown).await?;
    let tag = written.answer.as_ref().map(|figures| etag(figures.offer.version));
    Ok((tag, written))
}
