//! Purchases from CSV (RFC 4180) with a header.

use super::{
    ids::Names,
    newlines::Newlines,
    refusal::Refusal,
    row::{self, Row, Unread, Wrong},
};
use csv::{ByteRecord, ErrorKind, ReaderBuilder, StringRecord};
use stammgast_domain::{Currency, Money, purchase::PurchaseLine};
use std::io::{self, BufRead};

const NEEDED: [&str; 3] = ["customer", "date", "amount"];
const KNOWN: [&str; 7] = ["customer", "id", "date", "amount", "product", "category", "quantity"];

/// Why a file's header cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadHeader {
    /// It cannot be read.
    #[error("the header cannot be read: {0}")]
    Unreadable(#[from] csv::Error),
    /// A column is missing.
    #[error("the header lacks the column `{0}`; needed are customer, date and amount")]
    Missing(&'static str),
    /// A column stands there twice.
    #[error("the header names the column `{0}` twice")]
    Twice(String),
}

/// Rows of a CSV file.
pub(super) struct CsvRows<R> {
    reader: csv::Reader<Newlines<R>>,
    columns: Vec<String>,
    currency: Currency,
    names: Names,
}

/// Reads the header. Columns that are not known are given back, to be told.
pub(super) fn open<R: BufRead>(input: R, currency: Currency) -> Result<(CsvRows<R>, Vec<String>), BadHeader> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(Newlines::new(input));
    let header = reader.headers()?;
    let columns: Vec<String> =
        header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
    if let Some(missing) = NEEDED.into_iter().find(|needed| !columns.iter().any(|column| column == needed)) {
        return Err(BadHeader::Missing(missing));
    }
    let is_twice = |name: &&str| columns.iter().filter(|column| column == name).count() > 1;
    if let Some(twice) = KNOWN.iter().copied().find(is_twice) {
        return Err(BadHeader::Twice(twice.to_owned()));
    }
    let unknown = columns.iter().filter(|column| !KNOWN.contains(&column.as_str())).cloned().collect();
    Ok((CsvRows { reader, columns, currency, names: Names::default() }, unknown))
}

impl<R: BufRead> Iterator for CsvRows<R> {
    type Item = Result<Row, Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err(Unread::File(source(error)))),
        }
        let line = first_line(self.reader.position().line(), &record);
        let Ok(record) = StringRecord::from_byte_record(record) else {
            let problem = "the row is not UTF-8; save the file as UTF-8".to_owned();
            return Some(Err(Unread::Row(Refusal { line: Some(line), problem, ..Refusal::default() })));
        };
        Some(self.row(line, &record).map_err(|(field, problem)| {
            let text = |column| self.text(&record, column).map(str::to_owned);
            let (customer, id) = (text("customer"), text("id"));
            let field = field.to_owned();
            Unread::Row(Refusal { line: Some(line), customer, id, field, problem, ..Refusal::default() })
        }))
    }
}

/// The line on which a record starts, from the line after it. The reader's own position of a record counts blank
/// lines before it.
fn first_line(next: u64, record: &ByteRecord) -> u64 {
    let inside: usize = record.iter().map(|field| field.split(|byte| *byte == b'\n').skip(1).count()).sum();
    next.saturating_sub(1 + inside as u64)
}

fn source(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    }
}

impl<R> CsvRows<R> {
    /// A field's text; `None` where the column is missing or the field blank.
    fn text<'r>(&self, record: &'r StringRecord, column: &str) -> Option<&'r str> {
        let index = self.columns.iter().position(|name| name == column)?;
        record.get(index).map(str::trim).filter(|text| !text.is_empty())
    }

    fn row(&mut self, line: u64, record: &StringRecord) -> Result<Row, Wrong> {
        if record.len() != self.columns.len() {
            let problem = format!(
                "the row has {} fields, the header {}; quote fields that hold commas",
                record.len(),
                self.columns.len()
            );
            return Err(("", problem));
        }
        let text = |column| self.text(record, column);
        let (date, amount) = (text("date").unwrap_or_default(), text("amount").unwrap_or_default());
        let customer = row::customer(text("customer").unwrap_or_default())?;
        let occurred_at = row::date(date)?;
        let paid = Money::parse(amount, self.currency).map_err(|error| ("amount", error.to_string()))?;
        let pieces = text("quantity").unwrap_or("1");
        let quantity = row::quantity(pieces)?;
        let category = text("category").map(str::to_owned);
        if category.is_some() && text("product").is_none() {
            let problem = "the row has a category and no product; name the product that it is the category of";
            return Err(("product", problem.to_owned()));
        }
        let item = text("product").map(str::to_owned).map(|product| PurchaseLine {
            product,
            category,
            quantity,
            amount_minor: paid.minor,
        });
        let given = text("id").map(str::to_owned);
        let external_id = given.unwrap_or_else(|| self.names.name(&customer, date, pieces, amount));
        Ok(Row { line, customer, external_id, occurred_at, amount: paid, item })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Result<Row, Unread>> {
        open(text, "EUR".parse().unwrap()).unwrap().0.collect()
    }

    fn refusal(row: &Result<Row, Unread>) -> &Refusal {
        match row {
            Err(Unread::Row(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_category_belongs_to_a_product() {
        let rows = read(b"customer,date,amount,category\nada,2026-03-01,30.00,music\nada,2026-03-02,30.00,\n");
        assert_eq!(refusal(&rows[0]).field, "product");
        assert!(rows[1].is_ok(), "without a category there is nothing to lose");
    }

    #[test]
    fn columns_may_stand_in_any_order_and_optional_ones_may_be_missing() {
        let rows = read(b"Amount, date ,customer\r\n12.5,2026-03-01,ada\r\n12.5,2026-03-01,ada\r\n");
        let first = rows.first().unwrap().as_ref().unwrap();
        assert_eq!((first.line, first.amount.minor, first.item.as_ref()), (2, 1250, None));
        assert_eq!(first.external_id, "ada/2026-03-01/1/12.5#1");
        assert_eq!(rows.get(1).unwrap().as_ref().unwrap().external_id, "ada/2026-03-01/1/12.5#2");
    }

    #[test]
    fn a_product_becomes_a_line_of_the_whole_amount() {
        let rows =
            read(b"customer,id,date,amount,product,category,quantity\nada,o-1,2026-03-01T09:30:00Z,30.00,LP,music,2\n");
        let row = rows.first().unwrap().as_ref().unwrap();
        let item =
            PurchaseLine { product: "LP".into(), category: Some("music".into()), quantity: 2, amount_minor: 3000 };
        assert_eq!((row.external_id.as_str(), row.item.as_ref()), ("o-1", Some(&item)));
        let json = row.purchase_json("webshop");
        assert_eq!(json.pointer("/customer/reference/id").unwrap(), "ada");
        assert_eq!(json.pointer("/lines/0/amount_minor").unwrap(), 3000);
        assert_eq!(json.pointer("/occurred_at").unwrap(), "2026-03-01T09:30:00.000Z");
    }

    #[test]
    fn a_bad_row_is_named_by_line_and_field_and_the_others_go_on() {
        let text = "customer,date,amount,product\n\
                    ada,2026-03-01,\"12,50\",\n\
                    \"grace\n hopper\",2026-03-01,1.00,LP\n\
                    grace,gestern,1.00,LP\n\
                    grace,2026-03-01,1.00\n\
                    ,2026-03-01,1.00,LP\n\
                    grace,2026-03-02,2.00,LP\n";
        let rows = read(text.as_bytes());
        let found: Vec<(Option<u64>, &str)> = [0, 2, 3, 4]
            .into_iter()
            .map(|index| refusal(rows.get(index).unwrap()))
            .map(|refusal| (refusal.line, refusal.field.as_str()))
            .collect();
        assert_eq!(found, [(Some(2), "amount"), (Some(5), "date"), (Some(6), ""), (Some(7), "customer")]);
        assert!(refusal(rows.first().unwrap()).problem.contains("`12,50`"));
        assert_eq!(refusal(rows.first().unwrap()).customer.as_deref(), Some("ada"));
        assert_eq!(rows.get(5).unwrap().as_ref().unwrap().line, 8);
    }

    #[test]
    fn lines_are_counted_through_blank_lines_and_line_ends_of_every_sort() {
        let line = |row: &Result<Row, Unread>| row.as_ref().unwrap().line;
        let text =
            "customer,date,amount\r\nada,2026-03-01,1\r\n\r\n\r\n\"ada\r\nlovelace\",2026-03-01,1\r\nada,2026-03-01,1";
        let rows = read(text.as_bytes());
        assert_eq!(rows.iter().map(line).collect::<Vec<_>>(), [2, 5, 7]);
        let rows = read(text.replace('\r', "").as_bytes());
        assert_eq!(rows.iter().map(line).collect::<Vec<_>>(), [2, 5, 7]);
    }

    #[test]
    fn a_row_in_another_encoding_is_left_out_by_its_line() {
        let rows = read(b"customer,date,amount\nm\xfcller,2026-03-01,1.00\nada,2026-03-01,1.00\n");
        assert_eq!(refusal(rows.first().unwrap()).line, Some(2));
        assert!(rows.get(1).unwrap().is_ok());
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_header_that_cannot_be_used_says_why_and_unknown_columns_are_told() {
        let eur = "EUR".parse().unwrap();
        let problem = |text: &[u8]| open(text, eur).err().unwrap().to_string();
        assert!(problem(b"customer,date\n").contains("`amount`"));
        assert!(problem(b"customer,date,amount,date\n").contains("`date` twice"));
        assert!(problem(b"").contains("`customer`"));
        let (_, unknown) = open("\u{feff}customer,date,amount,colour\n".as_bytes(), eur).ok().unwrap();
        assert_eq!(unknown, ["colour"]);
    }
}
