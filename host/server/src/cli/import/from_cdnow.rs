//! Purchases in the layout of the CDNOW data (Fader & Hardie): customer, day, number of CDs, dollars, parted by blanks.

use super::{
    ids::Names,
    refusal::Refusal,
    row::{self, Row, Unread, Wrong},
};
use jiff::civil::Date;
use stammgast_domain::{Currency, Money, Timestamp, purchase::PurchaseLine};
use std::{io::BufRead, ops::Range};

/// What was bought, since the data does not say more.
const PRODUCT: &str = "cd";

/// Rows of a CDNOW file.
pub(super) struct CdnowRows<R> {
    input: R,
    line: u64,
    currency: Currency,
    names: Names,
}

/// The rows of a file. A first line that does not start with a digit is its header.
pub(super) fn open<R: BufRead>(input: R, currency: Currency) -> CdnowRows<R> {
    CdnowRows { input, line: 0, currency, names: Names::default() }
}

impl<R: BufRead> Iterator for CdnowRows<R> {
    type Item = Result<Row, Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut bytes = Vec::new();
            match self.input.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => self.line += 1,
                Err(error) => return Some(Err(Unread::File(error))),
            }
            let text = String::from_utf8_lossy(&bytes);
            let fields: Vec<&str> = text.split_whitespace().collect();
            let is_header = self.line == 1 && !text.trim_start().starts_with(|first: char| first.is_ascii_digit());
            if fields.is_empty() || is_header {
                continue;
            }
            let line = Some(self.line);
            return Some(self.row(&fields).map_err(|(field, problem)| {
                let customer = fields.first().map(|customer| (*customer).to_owned());
                Unread::Row(Refusal { line, customer, field: field.to_owned(), problem, ..Refusal::default() })
            }));
        }
    }
}

impl<R> CdnowRows<R> {
    fn row(&mut self, fields: &[&str]) -> Result<Row, Wrong> {
        let &[customer, date, quantity, amount] = fields else {
            let problem =
                format!("the row has {} fields; customer, day, number of CDs and dollars make 4", fields.len());
            return Err(("", problem));
        };
        let occurred_at = day(date)?;
        let paid = Money::parse(amount, self.currency).map_err(|error| ("amount", error.to_string()))?;
        let item = PurchaseLine {
            product: PRODUCT.to_owned(),
            category: None,
            quantity: row::quantity(quantity)?,
            amount_minor: paid.minor,
        };
        let external_id = self.names.name(customer, date, quantity, amount);
        let customer = customer.to_owned();
        Ok(Row { line: self.line, customer, external_id, occurred_at, amount: paid, item: Some(item) })
    }
}

/// A day such as `19970101`.
fn day(text: &str) -> Result<Timestamp, Wrong> {
    let wrong = || ("date", format!("`{text}` is no day; write 19970101"));
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let part = |range: Range<usize>| text.get(range).and_then(|part| part.parse::<i16>().ok());
    let small = |range| part(range).and_then(|part| i8::try_from(part).ok());
    let (Some(year), Some(month), Some(day)) = (part(0..4), small(4..6), small(6..8)) else {
        return Err(wrong());
    };
    let day = Date::new(year, month, day).map_err(|_| wrong())?;
    Timestamp::from_date(day).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Result<Row, Unread>> {
        open(text.as_bytes(), "USD".parse().unwrap()).collect()
    }

    #[test]
    fn the_published_file_reads_as_it_is() {
        let text = " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00001 19970101  1   11.77\r\n";
        let rows = read(text);
        let row = rows.first().unwrap().as_ref().unwrap();
        assert_eq!((row.line, row.customer.as_str(), row.amount.minor), (2, "00001", 1177));
        assert_eq!(row.occurred_at.to_string(), "1997-01-01T00:00:00.000Z");
        assert_eq!(row.item.as_ref().unwrap().quantity, 1);
        assert_eq!(row.external_id, "00001/19970101/1/11.77#1");
        assert_eq!(rows.get(1).unwrap().as_ref().unwrap().external_id, "00001/19970101/1/11.77#2");
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_bad_row_is_named_by_line_and_field_and_the_others_go_on() {
        let text = "00001 19970101 1 11.77\n\n00002 19970230 1 1.00\n00003 19970101 0 1.00\n00004 19970101 1 1.234\n00005 19970101\n00006 19970101 1 2.00";
        let rows = read(text);
        let found: Vec<(u64, String)> = rows
            .iter()
            .filter_map(|row| row.as_ref().err())
            .map(|unread| match unread {
                Unread::Row(refusal) => (refusal.line.unwrap(), refusal.field.clone()),
                Unread::File(error) => panic!("{error}"),
            })
            .collect();
        let expected = [(3, "date"), (4, "quantity"), (5, "amount"), (6, "")];
        assert_eq!(found, expected.map(|(line, field)| (line, field.to_owned())));
        assert_eq!(rows.last().unwrap().as_ref().unwrap().line, 7);
    }

    #[test]
    fn a_day_has_eight_digits_and_exists() {
        for text in ["1997011", "199701011", "1997-1-1", "19971301", "1997010é"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
