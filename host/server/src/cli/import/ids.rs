//! Names for purchases that have none: made from their contents, so that the same file gives the same names.

use stammgast_domain::id::derived_uuid;
use std::collections::HashMap;
use uuid::Uuid;

/// Counts identical rows of one file.
#[derive(Debug, Default)]
pub(super) struct Names {
    // A digest in place of the text: files may have millions of rows.
    seen: HashMap<Uuid, u32>,
}

impl Names {
    /// `customer/date/quantity/amount#n`, where `n` says the how-manieth row of these contents it is.
    pub fn name(&mut self, customer: &str, date: &str, quantity: &str, amount: &str) -> String {
        let seen = self.seen.entry(derived_uuid("import", &[customer, date, quantity, amount])).or_default();
        *seen += 1;
        format!("{customer}/{date}/{quantity}/{amount}#{seen}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_rows_are_counted_and_the_same_file_gives_the_same_names() {
        let read = || {
            let mut names = Names::default();
            let mut name = |customer: &str, amount: &str| names.name(customer, "19970101", "1", amount);
            [name("00001", "11.77"), name("00002", "11.77"), name("00001", "11.77"), name("00001", "12.00")]
        };
        assert_eq!(
            read(),
            [
                "00001/19970101/1/11.77#1",
                "00002/19970101/1/11.77#1",
                "00001/19970101/1/11.77#2",
                "00001/19970101/1/12.00#1"
            ]
        );
        assert_eq!(read(), read());
    }
}
