//! What became of the rows of a bulk request.

use crate::app::customers::RowOutcome;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of a bulk request, row by row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkResults)]
pub struct BulkView {
    /// One result a row, in the order of the request.
    results: Vec<RowView>,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowResult)]
pub struct RowView {
    /// The row's place in the request, from 0.
    index: usize,
    /// What became of it.
    status: RowStatus,
    /// The id of its row, unless it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    id: Option<String>,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What is wrong and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowStatus {
    /// It is recorded.
    Recorded,
    /// It was there already; nothing changed.
    Existing,
    /// It was refused; the other rows went on.
    Refused,
}

impl BulkView {
    /// The results of these outcomes.
    pub fn of<T: ToString>(outcomes: &[RowOutcome<T>]) -> Self {
        Self { results: outcomes.iter().enumerate().map(|(index, outcome)| row(index, outcome)).collect() }
    }
}

fn row<T: ToString>(index: usize, outcome: &RowOutcome<T>) -> RowView {
    let (status, id, field, problem) = match outcome {
        RowOutcome::Recorded(id) => (RowStatus::Recorded, Some(id.to_string()), None, None),
        RowOutcome::Existing(id) => (RowStatus::Existing, Some(id.to_string()), None, None),
        RowOutcome::Refused { field, problem } => {
            (RowStatus::Refused, None, Some(field.clone()), Some(problem.clone()))
        }
    };
    RowView { index, status, id, field, problem }
}
