//! Bulk requests: rows go out together, and each has an outcome of its own.

use super::{
    super::client::{CallError, Client, Problem},
    patience::patiently,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is recorded.
    Recorded,
    /// It was there already.
    Existing,
    /// It is left out.
    Refused {
        /// The field that is wrong; empty for the whole.
        field: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

#[derive(Deserialize)]
struct Results {
    results: Vec<RowResult>,
}

#[derive(Deserialize)]
struct RowResult {
    index: usize,
    status: Status,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    problem: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Recorded,
    Existing,
    Refused,
}

/// Where bulk requests go, and with how much patience.
pub(super) struct Bulk<'a> {
    /// The server.
    pub client: &'a Client,
    /// How long a passing failure may last.
    pub patience: Duration,
    /// Is told of failures that pass.
    pub tell: &'a (dyn Fn(&str) + Send + Sync),
}

impl Bulk<'_> {
    /// Sends rows and gives their outcomes, in their order. A request that is refused as a whole is halved until the
    /// row is found that is to blame.
    pub async fn send(&self, path: &[&str], rows: &[Value]) -> Result<Vec<Outcome>, CallError> {
        let mut waiting = vec![rows];
        let mut outcomes = Vec::with_capacity(rows.len());
        while let Some(part) = waiting.pop() {
            let body = json!({ "rows": part });
            match patiently(self.patience, self.tell, || self.client.post(path, &body)).await {
                Ok(answer) => {
                    let parsed = parse(answer, part.len()).map_err(|problem| self.client.unexpected(problem))?;
                    outcomes.extend(parsed);
                }
                Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 413 | 422) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    if first.is_empty() {
                        outcomes.push(refused(*problem));
                    } else {
                        waiting.push(second);
                        waiting.push(first);
                    }
                }
                Err(other) => return Err(other),
            }
        }
        Ok(outcomes)
    }
}

/// A row that was refused by a request of its own: the field is named as if there were no request around it.
fn refused(problem: Problem) -> Outcome {
    let whole = problem.to_string();
    match problem.errors.into_iter().next() {
        Some(error) => {
            let field = error.field.strip_prefix("rows[0]").unwrap_or(&error.field).trim_start_matches('.').to_owned();
            Outcome::Refused { field, problem: error.problem }
        }
        None => Outcome::Refused { field: String::new(), problem: whole },
    }
}

fn parse(answer: Value, rows: usize) -> Result<Vec<Outcome>, String> {
    let Results { mut results } =
        serde_json::from_value(answer).map_err(|error| format!("a bulk answer cannot be read: {error}"))?;
    results.sort_by_key(|result| result.index);
    if !results.iter().map(|result| result.index).eq(0..rows) {
        return Err(format!("{rows} rows were sent, and {} results came back", results.len()));
    }
    let outcome = |result: RowResult| match result.status {
        Status::Recorded => Outcome::Recorded,
        Status::Existing => Outcome::Existing,
        Status::Refused => Outcome::Refused {
            field: result.field.unwrap_or_default(),
            problem: result.problem.unwrap_or_else(|| "the server gives no reason".to_owned()),
        },
    };
    Ok(results.into_iter().map(outcome).collect())
}

#[cfg(test)]
mod tests {
    use super::{super::super::client::FieldProblem, *};

    #[test]
    fn a_row_that_makes_its_request_fail_is_refused_by_its_own_field() {
        let error = FieldProblem { field: "rows[0].amount.minor".into(), problem: "is no number".into() };
        let problem = Problem { status: 422, errors: vec![error], ..Problem::default() };
        let expected = Outcome::Refused { field: "amount.minor".into(), problem: "is no number".into() };
        assert_eq!(refused(problem), expected);
        let whole = Problem { status: 413, detail: "too large".into(), ..Problem::default() };
        assert_eq!(refused(whole), Outcome::Refused { field: String::new(), problem: "too large (413)".into() });
    }

    #[test]
    fn every_row_has_its_own_outcome_in_its_place() {
        let answer = json!({ "results": [
            { "index": 1, "status": "refused", "field": "amount.minor", "problem": "is negative" },
            { "index": 0, "status": "recorded", "id": "x" },
            { "index": 2, "status": "existing", "id": "y" },
        ] });
        let refused = Outcome::Refused { field: "amount.minor".into(), problem: "is negative".into() };
        assert_eq!(parse(answer.clone(), 3), Ok(vec![Outcome::Recorded, refused, Outcome::Existing]));
        assert!(parse(answer, 4).is_err());
        assert!(parse(json!({ "rows": [] }), 0).is_err());
    }
}
