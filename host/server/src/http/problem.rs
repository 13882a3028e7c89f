//! What goes wrong, as a caller sees it: `application/problem+json` (RFC 9457).
//!
//! A handler answers with a [`Problem`]. The outermost layer, which knows the request's id, turns it into a body and
//! logs what is behind a 5xx, once.

use super::codes;
use crate::{
    app::{
        AppError,
        error::{WrongField, duplicate_table},
    },
    causes::chain,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use stammgast_store::StoreError;
use std::error::Error;
use utoipa::ToSchema;
use uuid::Uuid;

/// The media type of every problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a request may be sent again that failed only because of others.
const RETRY_SECONDS: &str = "1";

/// Why a request was not fulfilled.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldProblem>,
    cause: Option<String>,
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where it is: a path in the body, a query parameter or a header.
    #[schema(examples("amount.currency"))]
    pub field: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// A problem's body (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The page that explains the code, relative to this server.
    #[schema(examples("/problems/invalid-value"))]
    r#type: String,
    /// What the code says in a few words.
    #[schema(examples("A value is refused"))]
    title: &'static str,
    /// The HTTP status.
    #[schema(examples(422))]
    status: u16,
    /// What is wrong here and what to do.
    detail: String,
    /// This one occurrence: the request's id, as in the header `x-request-id` and in the server's log.
    #[schema(examples("urn:uuid:0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d"))]
    instance: String,
    /// The code for machines.
    #[schema(examples("invalid-value"))]
    code: &'static str,
    /// The fields that are wrong; empty where it is not about fields.
    errors: Vec<FieldProblem>,
}

impl Problem {
    /// A problem with its own text.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(codes::find(code).is_some(), "the code `{code}` has no page");
        Self { status, code, detail: detail.into(), errors: Vec::new(), cause: None }
    }

    /// A value that is refused.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::invalid_fields(vec![WrongField { field: field.into(), problem: problem.into() }])
    }

    /// Values that are refused. The detail tells the first one.
    fn invalid_fields(wrong: Vec<WrongField>) -> Self {
        let first = wrong.first().map(WrongField::to_string).unwrap_or_default();
        let others = wrong.len().saturating_sub(1);
        let detail = if others == 0 { first } else { format!("{first}; and {others} more, each under `errors`") };
        let errors = wrong.into_iter().map(|WrongField { field, problem }| FieldProblem { field, problem }).collect();
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-value", detail) }
    }

    /// A failure of the server. Only the log says what it was.
    pub fn internal(error: &dyn Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "").because(chain(error))
    }

    /// A failure of the server that the caller is told nothing of but a sentence.
    pub fn unready(detail: &str, error: &dyn Error) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", detail).because(chain(error))
    }

    /// This problem, with a cause for the log.
    #[must_use]
    pub fn because(self, cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Fills a response that carries this problem, and logs what is behind a 5xx.
    pub fn fill(self, response: Response, request: Uuid) -> Response {
        self.log();
        let detail = match self.status {
            StatusCode::INTERNAL_SERVER_ERROR => {
                format!("the server failed; its log says more under request {request}")
            }
            _ => self.detail,
        };
        let body = ProblemBody {
            r#type: format!("/problems/{}", self.code),
            title: codes::find(self.code).map_or("A problem", |code| code.title),
            status: self.status.as_u16(),
            detail,
            instance: format!("urn:uuid:{request}"),
            code: self.code,
            errors: self.errors,
        };
        let (mut parts, _) = response.into_parts();
        parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(serde_json::to_vec(&body).unwrap_or_default()))
    }

    fn log(&self) {
        let Self { code, status, .. } = self;
        match &self.cause {
            Some(cause) => tracing::error!(code, %status, error = cause.as_str(), "a request failed"),
            None if status.is_server_error() => tracing::warn!(code, %status, "a request was given up"),
            None => tracing::debug!(code, %status, "a request was refused"),
        }
    }

    fn of_store(error: &StoreError, whole: &AppError) -> Self {
        let conflict = |code, detail: &str| Self::new(StatusCode::CONFLICT, code, detail);
        match (error, duplicate_table(error)) {
            (_, Some("contact_point")) => {
                let detail = "a contact point belongs to another customer, or is given twice; leave it out";
                conflict("contact-point-taken", detail)
            }
            (_, Some("customer_reference")) => {
                let detail =
                    "the reference names another customer already; find it with GET /v1/customers?reference=source:id";
                conflict("reference-taken", detail)
            }
            (
                StoreError::Duplicate { .. }
                | StoreError::Stale { .. }
                | StoreError::Spent { .. }
                | StoreError::Conflict,
                _,
            ) => conflict("conflict", "other requests changed the same rows at the same time; send the request again"),
            (StoreError::NewerSchema { .. }, _) => {
                let detail = "the tenant's data was written by a newer version of this program; the operator has to \
                              run that version";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "data-newer", detail).because(chain(error))
            }
            (StoreError::OtherSecretsKey, _) => {
                let detail = "the tenant's secrets were sealed under another key of the operator's, who has to give it \
                              to the server";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "secrets-locked", detail).because(chain(error))
            }
            // For the tenant's admin to mend, and for the operator to know of.
            (StoreError::SecretUnopened { .. }, _) => {
                conflict("secret-unopened", &error.to_string()).because(chain(error))
            }
            _ => Self::internal(whole),
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let with = |status, code: &'static str| Self::new(status, code, error.to_string());
        match &error {
            AppError::NotFound(_) => with(StatusCode::NOT_FOUND, "not-found"),
            AppError::Invalid { field, problem } => Self::invalid(field, problem),
            AppError::InvalidFields(wrong) => Self::invalid_fields(wrong.clone()),
            AppError::Conflict { code, .. } => with(StatusCode::CONFLICT, code),
            AppError::Outdated(_) => with(StatusCode::PRECONDITION_FAILED, "outdated"),
            AppError::Refused { code, .. } => with(StatusCode::UNPROCESSABLE_ENTITY, code),
            AppError::Unauthenticated => with(StatusCode::UNAUTHORIZED, "unauthenticated"),
            AppError::Unproven => with(StatusCode::UNAUTHORIZED, "webhook-unproven"),
            AppError::MissingScope(_) => with(StatusCode::FORBIDDEN, "missing-scope"),
            AppError::NoPartner => with(StatusCode::FORBIDDEN, "partner-only"),
            AppError::OperatorOnly => with(StatusCode::FORBIDDEN, "operator-only"),
            AppError::KeyReused => with(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused"),
            AppError::Store(inner) => Self::of_store(inner, &error),
            AppError::Runtime(_) | AppError::File(_) => Self::internal(&error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let headers = response.headers_mut();
        match self.code {
            "unauthenticated" => headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            "webhook-unproven" => headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Webhook")),
            "conflict" | "timeout" | "not-ready" => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS))
            }
            _ => None,
        };
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::access::Scope;

    fn answered(error: AppError) -> (u16, &'static str) {
        let problem = Problem::from(error);
        (problem.status.as_u16(), problem.code)
    }

    #[test]
    fn each_error_has_its_status_and_code() {
        let duplicate = |record: &str| AppError::Store(StoreError::Duplicate { record: record.to_owned() });
        let problem = String::new;
        assert_eq!(answered(AppError::NotFound("customer")), (404, "not-found"));
        assert_eq!(answered(AppError::invalid("name", "blank")), (422, "invalid-value"));
        assert_eq!(answered(AppError::Conflict { code: "name-taken", problem: problem() }), (409, "name-taken"));
        assert_eq!(answered(AppError::Outdated("customer")), (412, "outdated"));
        assert_eq!(answered(AppError::Refused { code: "grants-missing", problem: problem() }), (422, "grants-missing"));
        assert_eq!(answered(AppError::Unauthenticated), (401, "unauthenticated"));
        assert_eq!(answered(AppError::MissingScope(Scope::KeysWrite)), (403, "missing-scope"));
        assert_eq!(answered(AppError::Unproven), (401, "webhook-unproven"));
        assert_eq!(answered(AppError::Store(StoreError::OtherSecretsKey)), (503, "secrets-locked"));
        assert_eq!(answered(AppError::OperatorOnly), (403, "operator-only"));
        assert_eq!(answered(AppError::NoPartner), (403, "partner-only"));
        assert_eq!(answered(AppError::KeyReused), (422, "idempotency-key-reused"));
        assert_eq!(answered(AppError::Store(StoreError::Conflict)), (409, "conflict"));
        assert_eq!(answered(duplicate("purchase:1")), (409, "conflict"));
        assert_eq!(answered(duplicate("customer_reference:1")), (409, "reference-taken"));
        assert_eq!(answered(duplicate("contact_point:1")), (409, "contact-point-taken"));
        assert_eq!(answered(AppError::Store(StoreError::Closed)), (500, "internal"));
        let newer = StoreError::NewerSchema { database: "tenant_acme".to_owned(), found: 2, known: 1 };
        assert_eq!(answered(AppError::Store(newer)), (503, "data-newer"));
        assert_eq!(answered(std::io::Error::other("disk").into()), (500, "internal"));
    }

    #[test]
    fn a_wrong_value_names_its_field() {
        let problem = Problem::from(AppError::invalid("lines[0].quantity", "it is 0"));
        let expected = FieldProblem { field: "lines[0].quantity".to_owned(), problem: "it is 0".to_owned() };
        assert_eq!(problem.errors, [expected]);
    }

    #[test]
    fn a_failure_keeps_its_causes_for_the_log_only() {
        let problem = Problem::from(AppError::from(std::io::Error::other("secret path")));
        assert!(problem.cause.clone().unwrap().contains("secret path"));
        assert!(!problem.detail.contains("secret path"));
    }
}
