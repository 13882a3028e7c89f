//! `stammgast overview`.

use super::{CliError, global::Session};
use clap::Args;
use indicatif::HumanCount;
use serde_json::Value;
use stammgast_domain::{Currency, Money};

/// Show how much of everything a tenant has
///
/// Counts of customers, purchases, contacts, findings and feedback; sales by currency; and what waits for somebody:
/// contacts that nobody knows the customer of, messages that could not be read, events that no plugin took, and notices
/// (`stammgast notices`).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast overview
  stammgast overview --tenant klanghaus --json")]
pub(super) struct Overview {}

const LINES: &[(&str, &str)] = &[
    ("Customers", "customers"),
    ("Prospects", "prospects"),
    ("Purchases", "purchases"),
    ("Contacts", "interactions"),
    ("  waiting for their customer", "waiting_interactions"),
    ("Messages that could not be read", "unreadable_messages"),
    ("Quality findings", "findings"),
    ("Feedback items", "feedback_items"),
    ("Events", "events"),
    ("Plugin calls with their effects applied", "completed_calls"),
    ("Dead letters", "dead_letters"),
    ("Notices that nobody has seen", "unseen_notices"),
];

impl Overview {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self {} = self;
        let answer = session.tenant_client()?.get(&["v1", "overview"]).await?;
        session.output.show(&answer, &page(&answer))
    }
}

fn page(answer: &Value) -> String {
    let count = |name: &str| answer.get(name).and_then(Value::as_u64).map(HumanCount);
    let counts = LINES.iter().filter_map(|(head, name)| Some(((*head).to_owned(), count(name)?.to_string())));
    let sales = answer.get("sales_minor").and_then(Value::as_object).into_iter().flatten();
    let sales = sales.map(|(currency, minor)| (format!("Sales in {currency}"), money(currency, minor)));
    let lines: Vec<(String, String)> = counts.chain(sales).collect();
    let heads = lines.iter().map(|(head, _)| head.chars().count()).max().unwrap_or_default();
    let widths = lines.iter().map(|(_, value)| value.chars().count()).max().unwrap_or_default();
    let line = |(head, value): &(String, String)| format!("{head:<heads$}  {value:>widths$}");
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// An amount in full units, such as `2,500,315.63`.
fn money(currency: &str, minor: &Value) -> String {
    let (Ok(currency), Some(minor)) = (currency.parse::<Currency>(), minor.as_i64()) else {
        return minor.to_string();
    };
    let text = Money { minor, currency }.to_string();
    let number = text.split(' ').next().unwrap_or_default();
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| HumanCount(whole).to_string());
    format!("{sign}{whole}{}", rest.map(|rest| format!(".{rest}")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counts_and_sales_stand_in_one_column() {
        let text = page(&json!({ "customers": 23_570, "sales_minor": { "USD": 250_031_563, "JPY": -1200 } }));
        assert!(text.contains("Customers           23,570"), "{text}");
        assert!(text.contains("Sales in USD  2,500,315.63"), "{text}");
        assert!(text.contains("-1,200"), "{text}");
    }
}
