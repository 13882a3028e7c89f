//! `stammgast trial-balance`.

use super::{CliError, global::Session, output::plain};
use clap::Args;
use serde_json::Value;

/// Add up every entry of a loyalty program
///
/// Points are booked twice: what a customer gains, the issuance account loses. So all entries together must come to
/// zero, and so must the balances and lots that are kept beside them. This command adds all of them up afresh.
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

/// The lines of the page: what each is, and the field that says it.
const LINES: [(&str, &str); 12] = [
    ("Issuance", "issuance"),
    ("Partners", "partner"),
    ("Settled with partners", "settled"),
    ("Pending", "pending"),
    ("Available to customers", "available"),
    ("Reserved", "reserved"),
    ("Redeemed", "redeemed"),
    ("Expired", "expired"),
    ("Owed by customers", "owed"),
    ("Sum of all entries", "sum"),
    ("Sum of all balances", "balances"),
    ("Number of entries", "entries"),
];
/// Lines that are left out where they are zero.
const RARE: [&str; 7] = ["partner", "settled", "pending", "reserved", "redeemed", "expired", "owed"];

fn page(answer: &Value) -> String {
    let number = |name: &str| answer.get(name).and_then(Value::as_i64);
    let shown = LINES.iter().filter(|(_, name)| !(RARE.contains(name) && number(name) == Some(0)));
    let line = |(head, name): &(&str, &str)| {
        let value = number(name).map_or_else(|| "–".to_owned(), |value| value.to_string());
        format!("{head:<22}  {value:>20}")
    };
    let differences = answer.get("differences").and_then(Value::as_array).cloned().unwrap_or_default();
    let verdict = if number("sum") == Some(0) && number("balances") == Some(0) && differences.is_empty() {
        "The books balance.".to_owned()
    } else {
        let of = differences.iter().filter_map(|one| one.get("account")?.as_str());
        format!(
            "THE BOOKS DO NOT BALANCE. {} `stammgast ledger verify` says where.",
            plain(&of.collect::<Vec<_>>().join(", "))
        )
    };
    format!("{}\n{verdict}", shown.map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_books_balance_when_both_sums_are_zero_and_nothing_differs() {
        let books = json!({
            "issuance": -20, "partner": 0, "available": 20, "redeemed": 0, "entries": 4, "balances": 0, "sum": 0,
            "differences": [],
        });
        assert!(page(&books).ends_with("\nThe books balance."), "{}", page(&books));
        assert!(!page(&books).contains("Partners"), "{}", page(&books));
        let mut wrong = books.clone();
        wrong["sum"] = json!(1);
        assert!(page(&wrong).contains("DO NOT BALANCE"), "{}", page(&wrong));
        let mut wrong = books;
        wrong["differences"] = json!([{ "account": "available", "entries": 20, "balances": 21 }]);
        assert!(page(&wrong).contains("DO NOT BALANCE. available"), "{}", page(&wrong));
    }
}
