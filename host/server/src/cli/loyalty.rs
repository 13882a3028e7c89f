//! `stammgast trial-balance`.

use super::{CliError, global::Session};
use clap::Args;
use serde_json::Value;

/// Add up every entry of a loyalty program
///
/// Points are booked twice: what a customer gains, the issuance account loses. So all entries together must come to
/// zero, and so must the balances that are kept beside them. This command adds both up afresh.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast trial-balance points
  stammgast trial-balance points --json")]
pub(super) struct TrialBalance {
    /// The program's code
    program: String,
}

impl TrialBalance {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let answer = client.get(&["v1", "programs", &self.program, "trial-balance"]).await?;
        session.output.show(&answer, &page(&answer))
    }
}

fn page(answer: &Value) -> String {
    let number = |name: &str| answer.get(name).and_then(Value::as_i64);
    let sum = number("sum").or_else(|| number("issuance")?.checked_add(number("available")?));
    let lines = [
        ("Issuance", number("issuance")),
        ("Available to customers", number("available")),
        ("Sum of all entries", sum),
        ("Sum of all balances", number("balances")),
        ("Number of entries", number("entries")),
    ];
    let line = |(head, value): &(&str, Option<i64>)| {
        let value = value.map_or_else(|| "–".to_owned(), |value| value.to_string());
        format!("{head:<22}  {value:>20}")
    };
    let verdict = if sum == Some(0) && number("balances") == Some(0) {
        "The books balance."
    } else {
        "THE BOOKS DO NOT BALANCE."
    };
    format!("{}\n{verdict}", lines.iter().map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_books_balance_when_both_sums_are_zero() {
        let books = json!({ "issuance": -20, "available": 20, "entries": 4, "balances": 0 });
        assert!(page(&books).ends_with("\nThe books balance."), "{}", page(&books));
        let wrong = json!({ "issuance": -20, "available": 21, "entries": 4, "balances": 1, "sum": 1 });
        assert!(page(&wrong).ends_with("DO NOT BALANCE."), "{}", page(&wrong));
    }
}
