//! Warranties on what was bought.

use crate::{
    CustomerId, PurchaseId, Timestamp, WarrantyId,
    program::plus_months,
    purchase::Purchase,
    purchase_return::{PurchaseReturn, ReturnStatus},
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest warranty, in months.
pub const MAX_MONTHS: u16 = 600;

/// Whether a warranty counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarrantyStatus {
    /// Until its last day.
    Standing,
    /// What was bought came back.
    Void,
}

/// A warranty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warranty {
    /// Derived from purchase, line and serial number.
    pub id: WarrantyId,
    /// Who bought.
    pub customer: CustomerId,
    /// The purchase.
    pub purchase: PurchaseId,
    /// The line of it, from 0.
    pub line: u32,
    /// The product's code in the shop.
    pub product: String,
    /// The piece's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Its first day: that of the purchase.
    pub first_day: Date,
    /// Its last day.
    pub last_day: Date,
    /// Whether it counts.
    pub status: WarrantyStatus,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// A warranty as a caller tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWarranty {
    /// The line of the purchase, from 0.
    pub line: u32,
    /// The piece's own number.
    pub serial: Option<String>,
    /// How long it is good, from the day of the purchase.
    pub months: u16,
}

/// Why a warranty is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWarranty {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// No such line.
    #[error("the purchase has no line {given}; it has {lines}, counted from 0")]
    Line {
        /// What was given.
        given: u32,
        /// Lines that there are.
        lines: usize,
    },
    /// Every piece of the line has one.
    #[error("the line has {0} pieces, and each has a warranty; correct the line or the serial number")]
    EachHasOne(u32),
    /// Too short or too long.
    #[error("months is {0}; it must lie between 1 and {MAX_MONTHS}")]
    Months(u16),
}

impl InvalidWarranty {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Line { .. } | Self::EachHasOne(_) => "line",
            Self::Months(_) => "months",
        }
    }
}

impl Warranty {
    /// A warranty on a line of a purchase, which was made on a day.
    ///
    /// # Errors
    /// See [`InvalidWarranty`].
    pub fn new(
        purchase: &Purchase,
        new: NewWarranty,
        bought_on: Date,
        now: Timestamp,
    ) -> Result<Self, InvalidWarranty> {
        let NewWarranty { line, serial, months } = new;
        if let Some(serial) = &serial {
            text::required("serial", serial, 200)?;
        }
        let bought = usize::try_from(line).ok().and_then(|line| purchase.lines.get(line));
        let bought = bought.ok_or(InvalidWarranty::Line { given: line, lines: purchase.lines.len() })?;
        if !(1..=MAX_MONTHS).contains(&months) {
            return Err(InvalidWarranty::Months(months));
        }
        let number = serial.as_deref().unwrap_or_default();
        Ok(Self {
            id: WarrantyId::derived(&[&purchase.id.to_string(), &line.to_string(), number]),
            customer: purchase.customer,
            purchase: purchase.id,
            line,
            product: bought.product.clone(),
            serial,
            first_day: bought_on,
            last_day: plus_months(bought_on, i32::from(months)),
            status: WarrantyStatus::Standing,
            recorded_at: now,
            version: 1,
        })
    }

    /// Whether it counts beside the returns of its purchase: not once all pieces of its line have come back. A return that
    /// names no lines is of everything that was left where nothing of the price is left; otherwise nobody knows of which.
    #[must_use]
    pub fn status_beside(&self, purchase: &Purchase, returns: &[PurchaseReturn]) -> WarrantyStatus {
        let standing = || returns.iter().filter(|made| made.status == ReturnStatus::Standing);
        let paid_back: i64 = standing().map(|made| made.amount.minor).sum();
        let is_all = standing().any(|made| made.lines.is_empty()) && paid_back >= purchase.amount.minor;
        let lines = standing().flat_map(|made| &made.lines).filter(|back| back.line == self.line);
        let back: u64 = lines.map(|back| u64::from(back.quantity)).sum();
        let bought = usize::try_from(self.line).ok().and_then(|line| purchase.lines.get(line));
        let is_gone = bought.is_some_and(|bought| back >= u64::from(bought.quantity));
        if is_all || is_gone { WarrantyStatus::Void } else { WarrantyStatus::Standing }
    }

    /// The same, with another status.
    #[must_use]
    pub fn with(&self, status: WarrantyStatus) -> Self {
        Self { status, version: self.version + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Money, ledger::ReturnedLine, purchase::PurchaseLine};

    #[test]
    fn a_warranty_begins_with_the_purchase_and_names_a_line() {
        let at = "2026-01-31T10:00:00Z".parse().unwrap();
        let line = PurchaseLine { product: "TENT".to_owned(), category: None, quantity: 1, amount_minor: 100 };
        let purchase = Purchase {
            id: Purchase::id_for("shop", "1"),
            customer: CustomerId::derived(&["a"]),
            source: "shop".to_owned(),
            external_id: "1".to_owned(),
            occurred_at: at,
            recorded_at: at,
            amount: Money { minor: 100, currency: "EUR".parse().unwrap() },
            lines: vec![line],
            version: 1,
        };
        let day = "2026-01-31".parse().unwrap();
        let new = |line, months| NewWarranty { line, serial: None, months };
        let warranty = Warranty::new(&purchase, new(0, 1), day, at).unwrap();
        assert_eq!((warranty.product.as_str(), warranty.last_day.to_string()), ("TENT", "2026-02-28".to_owned()));
        assert_eq!(Warranty::new(&purchase, new(1, 1), day, at).unwrap_err().field(), "line");
        assert_eq!(Warranty::new(&purchase, new(0, 0), day, at).unwrap_err().field(), "months");
    }

    #[test]
    fn a_warranty_goes_once_all_pieces_of_its_line_are_back_whatever_came_back_beside_it() {
        use WarrantyStatus::{Standing, Void};
        let at = "2026-01-31T10:00:00Z".parse().unwrap();
        let euros = |minor| Money { minor, currency: "EUR".parse().unwrap() };
        let line = |product: &str, quantity| PurchaseLine {
            product: product.to_owned(),
            category: None,
            quantity,
            amount_minor: 100,
        };
        let purchase = Purchase {
            id: Purchase::id_for("shop", "1"),
            customer: CustomerId::derived(&["a"]),
            source: "shop".to_owned(),
            external_id: "1".to_owned(),
            occurred_at: at,
            recorded_at: at,
            amount: euros(200),
            lines: vec![line("TENT", 1), line("LAMP", 2)],
            version: 1,
        };
        let day = "2026-01-31".parse().unwrap();
        let of = |line| Warranty::new(&purchase, NewWarranty { line, serial: None, months: 1 }, day, at).unwrap();
        let back = |name: &str, line, minor, status| PurchaseReturn {
            id: PurchaseReturn::id_for(purchase.id, name),
            purchase: purchase.id,
            customer: purchase.customer,
            external_id: name.to_owned(),
            amount: euros(minor),
            lines: vec![ReturnedLine { line, quantity: 1, amount: minor }],
            reason: "return".to_owned(),
            points: std::collections::BTreeMap::new(),
            status,
            occurred_at: at,
            recorded_at: at,
            version: 1,
        };
        let status = |returns: &[PurchaseReturn]| [0, 1].map(|line| of(line).status_beside(&purchase, returns));
        let (tent, lamp) = (ReturnStatus::Standing, ReturnStatus::Standing);
        let returns = [back("1", 0, 100, tent), back("2", 1, 50, lamp), back("3", 1, 40, lamp)];
        assert_eq!(status(&[]), [Standing, Standing]);
        assert_eq!(status(&returns[..2]), [Void, Standing]);
        assert_eq!(status(&returns), [Void, Void]);
        // One return was a mistake: only what it brought back stands again.
        let undone = [back("1", 0, 100, ReturnStatus::Cancelled), returns[1].clone(), returns[2].clone()];
        assert_eq!(status(&undone), [Standing, Void]);
        // All the money is back, but one lamp stayed: it was a gift.
        let paid = [back("1", 0, 150, tent), back("2", 1, 50, lamp)];
        assert_eq!(status(&paid), [Void, Standing]);
        // What names no lines is of all that was left, once nothing of the price is.
        let rest = |minor| PurchaseReturn { lines: Vec::new(), ..back("3", 0, minor, tent) };
        assert_eq!(status(&[paid[0].clone(), rest(50)]), [Void, Void]);
        assert_eq!(status(&[rest(199)]), [Standing, Standing]);
    }
}
