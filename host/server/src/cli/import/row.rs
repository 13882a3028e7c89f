//! One purchase of an import, read from a file and checked as far as that goes without the server.

use super::refusal::Refusal;
use jiff::civil::Date;
use serde_json::{Value, json};
use stammgast_domain::{Money, Timestamp, purchase::PurchaseLine};
use std::io;

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Line of the file, from 1.
    pub line: u64,
    /// The customer's name in the source.
    pub customer: String,
    /// The purchase's name in the source.
    pub external_id: String,
    /// When it was bought.
    pub occurred_at: Timestamp,
    /// What was paid.
    pub amount: Money,
    /// What was bought, where the file tells.
    pub item: Option<PurchaseLine>,
}

/// Why a row was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// The row is wrong; the next one may be fine.
    Row(Refusal),
    /// The file cannot be read any further.
    File(io::Error),
}

/// The rows of a file.
pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, Unread>> + Send>;

/// A value that is wrong: its field and the problem.
pub(super) type Wrong = (&'static str, String);

impl Row {
    /// The customer, as a bulk request names one.
    pub fn customer_json(&self, source: &str) -> Value {
        json!({ "reference": { "source": source, "id": self.customer }, "status": "active" })
    }

    /// The purchase, as a bulk request names one.
    pub fn purchase_json(&self, source: &str) -> Value {
        json!({
            "customer": { "reference": { "source": source, "id": self.customer } },
            "source": source,
            "external_id": self.external_id,
            "occurred_at": self.occurred_at,
            "amount": self.amount,
            "lines": self.item.iter().collect::<Vec<_>>(),
        })
    }

    /// This row, refused.
    pub fn refused(&self, field: String, problem: String) -> Refusal {
        Refusal {
            line: Some(self.line),
            customer: Some(self.customer.clone()),
            id: Some(self.external_id.clone()),
            field,
            problem,
            ..Refusal::default()
        }
    }
}

/// A date: RFC 3339, or a day, which then counts from its start in UTC.
pub(super) fn date(text: &str) -> Result<Timestamp, Wrong> {
    let wrong = || ("date", format!("`{text}` is no date; write 2026-03-01, or a time such as 2026-03-01T09:30:00Z"));
    if text.len() == 10 {
        return text.parse().ok().and_then(|day: Date| Timestamp::from_date(day).ok()).ok_or_else(wrong);
    }
    text.parse().map_err(|_| wrong())
}

/// A customer's name.
pub(super) fn customer(text: &str) -> Result<String, Wrong> {
    if text.is_empty() {
        Err(("customer", "it is empty; every row needs its customer".to_owned()))
    } else {
        Ok(text.to_owned())
    }
}

/// A number of pieces.
pub(super) fn quantity(text: &str) -> Result<u32, Wrong> {
    match text.parse() {
        Ok(quantity) if quantity > 0 => Ok(quantity),
        _ => Err(("quantity", format!("`{text}` is no number of pieces; write a whole number from 1"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_in_utc_and_a_time_keeps_its_zone() {
        assert_eq!(date("2026-03-01").unwrap().to_string(), "2026-03-01T00:00:00.000Z");
        assert_eq!(date("2026-03-01T00:30:00+01:00").unwrap().to_string(), "2026-02-28T23:30:00.000Z");
        for text in ["", "2026-02-30", "01.03.2026", "20260301", "2026-03-01T09:30:00", "yesterday!"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pieces_are_counted_from_one() {
        assert_eq!(quantity("3"), Ok(3));
        for text in ["0", "-1", "1.5", "", "many"] {
            assert!(quantity(text).is_err(), "{text}");
        }
    }
}
