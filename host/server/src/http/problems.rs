//! The pages that explain problems: `/problems/{code}`.

use super::{codes, path::Id, problem::Problem};
use crate::app::AppError;
use axum::{http::header, response::IntoResponse};

/// The page of a code.
pub async fn read_problem(code: Id<String>) -> Result<impl IntoResponse, Problem> {
    let page = codes::find(&code.0).ok_or(AppError::NotFound("problem"))?.page;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], page))
}
