//! Statements that belong together, and their rows.

use super::rows::{Part, Stretch};
use crate::{
    StoreError,
    database::{Bindings, Database, FIRST, take_rows},
};
use serde::de::DeserializeOwned;
use surrealdb::{
    IndexedResults,
    types::{RecordId, Value},
};

/// Statements that are run in one go. `SurrealDB` 3.3 copies all bound values for each statement, so that a text of many
/// statements takes as long as the square of their number.
const AT_ONCE: usize = 32;

/// Statements that belong together.
#[derive(Default)]
pub(super) struct Query {
    statements: Vec<Statement>,
}

enum Statement {
    Records(Vec<Value>),
    Lots(Stretch, Option<usize>),
}

impl Query {
    /// Rows by their record ids. Gives the statement's place, or `None` where there is nothing to read.
    pub(super) fn add(&mut self, ids: impl Iterator<Item = RecordId>) -> Option<usize> {
        let ids: Vec<Value> = ids.map(Value::RecordId).collect();
        (!ids.is_empty()).then(|| self.push(Statement::Records(ids)))
    }

    /// Lots that stand in line, in their order.
    pub(super) fn lots(&mut self, of: Stretch, limit: Option<usize>) -> usize {
        self.push(Statement::Lots(of, limit))
    }

    fn push(&mut self, statement: Statement) -> usize {
        self.statements.push(statement);
        self.statements.len() - 1
    }

    /// How many statements there are.
    pub(super) const fn len(&self) -> usize {
        self.statements.len()
    }

    /// Runs them all.
    pub(super) async fn run(self, database: &Database) -> Result<Results, StoreError> {
        let mut results = Vec::new();
        let mut rest = self.statements.into_iter().peekable();
        while rest.peek().is_some() {
            let (mut text, mut bindings) = (String::new(), Bindings::new());
            for (place, statement) in rest.by_ref().take(AT_ONCE).enumerate() {
                statement.write(place, &mut text, &mut bindings);
            }
            results.push(database.read_together(&text, bindings).await?);
        }
        Ok(Results(results))
    }
}

impl Statement {
    fn write(self, place: usize, text: &mut String, bindings: &mut Bindings) {
        match self {
            Self::Records(ids) => {
                text.push_str(&format!("SELECT * FROM $of_{place};"));
                bindings.insert(format!("of_{place}"), Value::Array(ids.into()));
            }
            Self::Lots(Stretch { line, part }, limit) => {
                text.push_str(&format!("SELECT * FROM lot WHERE line = $line_{place}"));
                bindings.insert(format!("line_{place}"), line);
                let end = match part {
                    Part::Whole => None,
                    Part::Before(end) => Some(('<', end)),
                    Part::After(start) => Some(('>', start)),
                };
                if let Some((side, end)) = end {
                    text.push_str(&format!(" AND place {side} $place_{place}"));
                    bindings.insert(format!("place_{place}"), end);
                }
                text.push_str(" ORDER BY place");
                if let Some(limit) = limit {
                    text.push_str(&format!(" LIMIT {limit}"));
                }
                text.push(';');
            }
        }
    }
}

/// What came of them.
pub(super) struct Results(Vec<IndexedResults>);

impl Results {
    /// The rows of the statement at a place, if there is one.
    pub(super) fn rows<T: DeserializeOwned>(
        &mut self,
        table: &'static str,
        place: Option<usize>,
    ) -> Result<Vec<T>, StoreError> {
        let Some(place) = place else { return Ok(Vec::new()) };
        match self.0.get_mut(place / AT_ONCE) {
            Some(results) => take_rows(table, results, place % AT_ONCE + FIRST),
            None => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::scans_for, ledger::rows::Line};
    use stammgast_domain::{CustomerId, Timestamp, ledger::WalletId};

    #[tokio::test]
    async fn a_line_is_read_only_as_far_as_a_limit_needs() {
        let id = WalletId { program: "points".to_owned(), customer: CustomerId::derived(&["anna"]) };
        let (line, noon) = (Line::Spendable, Timestamp::from_millis(0).unwrap());
        for part in [line.whole(&id), line.until(&id, noon), line.after(&id, noon)] {
            let (mut text, mut bindings) = (String::new(), Bindings::new());
            Statement::Lots(part, Some(1)).write(0, &mut text, &mut bindings);
            scans_for(&text, bindings, "lot_line").await;
        }
    }
}
