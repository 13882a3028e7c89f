//! Purchases: what a customer bought, when, for how much.

use crate::{
    CustomerId, Money, PurchaseId, Timestamp,
    ledger::{SaleLine, SaleTerms},
    text,
    time::ImplausibleTime,
};
use serde::{Deserialize, Serialize};

/// The largest amount of one purchase in minor units; a larger one is a mistake.
pub const MAX_AMOUNT_MINOR: i64 = 1_000_000_000_000;
/// The most lines one purchase may have.
pub const MAX_LINES: usize = 500;

/// One line of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseLine {
    /// The product's code in the shop.
    pub product: String,
    /// The product's category, a code such as `music`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How many pieces; 1 to 1,000,000.
    pub quantity: u32,
    /// The amount of the whole line in minor units of the purchase's currency.
    pub amount_minor: i64,
}

/// One purchase, as it was recorded. Unique by its source and its id there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Derived from `source` and `external_id`.
    pub id: PurchaseId,
    /// Who bought.
    pub customer: CustomerId,
    /// The system that told of the purchase, a code such as `webshop`.
    pub source: String,
    /// The purchase's name in that system.
    pub external_id: String,
    /// When it was bought.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What was paid in all.
    pub amount: Money,
    /// What was bought; may be empty where the source does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PurchaseLine>,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// Why a purchase is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPurchase {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// A negative or absurd amount.
    #[error(
        "{field} is {minor} minor units; it must lie between 0 and {MAX_AMOUNT_MINOR}; take discounts off the lines that they are for, and record what comes back as a return"
    )]
    Amount {
        /// The field that holds the amount.
        field: String,
        /// The amount that was given.
        minor: i64,
    },
    /// A quantity of zero or an absurd one.
    #[error("lines[{line}].quantity is {quantity}; it must lie between 1 and 1000000")]
    Quantity {
        /// The line, from 0.
        line: usize,
        /// The quantity that was given.
        quantity: u32,
    },
    /// It cannot have happened then.
    #[error(transparent)]
    Time(#[from] ImplausibleTime),
    /// More lines than one purchase may have.
    #[error("lines has {0} entries; at most {MAX_LINES} fit in one purchase")]
    TooManyLines(usize),
    /// The lines do not add up to the amount.
    #[error("the lines add up to {lines} minor units but amount.minor is {amount}; correct one of them")]
    LinesDiffer {
        /// Sum of the lines.
        lines: i64,
        /// The purchase's amount.
        amount: i64,
    },
}

impl InvalidPurchase {
    /// The field that is wrong.
    #[must_use]
    pub fn field(&self) -> String {
        match self {
            Self::Text(error) => error.field().to_owned(),
            Self::Amount { field, .. } => field.clone(),
            Self::Time(_) => "occurred_at".to_owned(),
            Self::Quantity { line, .. } => format!("lines[{line}].quantity"),
            Self::TooManyLines(_) | Self::LinesDiffer { .. } => "lines".to_owned(),
        }
    }
}

impl Purchase {
    /// The id of the purchase that `source` calls `external_id`.
    #[must_use]
    pub fn id_for(source: &str, external_id: &str) -> PurchaseId {
        PurchaseId::derived(&[source, external_id])
    }

    /// The purchase as far as points go by it.
    #[must_use]
    pub fn sale_terms(&self) -> SaleTerms {
        let lines = self.lines.iter().map(|line| SaleLine { quantity: line.quantity, amount: line.amount_minor });
        SaleTerms { purchase: self.id, amount: self.amount.minor, lines: lines.collect(), line: None }
    }

    /// Checks the purchase's own rules.
    ///
    /// # Errors
    /// See [`InvalidPurchase`].
    pub fn validate(&self) -> Result<(), InvalidPurchase> {
        text::code("source", &self.source)?;
        text::required("external_id", &self.external_id, 200)?;
        self.occurred_at.has_happened(self.recorded_at)?;
        in_range("amount.minor".to_owned(), self.amount.minor)?;
        if self.lines.len() > MAX_LINES {
            return Err(InvalidPurchase::TooManyLines(self.lines.len()));
        }
        for (line, item) in self.lines.iter().enumerate() {
            text::required("lines.product", &item.product, 200)?;
            if let Some(category) = &item.category {
                text::code("lines.category", category)?;
            }
            if !(1..=1_000_000).contains(&item.quantity) {
                return Err(InvalidPurchase::Quantity { line, quantity: item.quantity });
            }
            in_range(format!("lines[{line}].amount_minor"), item.amount_minor)?;
        }
        let lines: i64 = self.lines.iter().map(|line| line.amount_minor).sum();
        if self.lines.is_empty() || lines == self.amount.minor {
            Ok(())
        } else {
            Err(InvalidPurchase::LinesDiffer { lines, amount: self.amount.minor })
        }
    }
}

fn in_range(field: String, minor: i64) -> Result<(), InvalidPurchase> {
    if (0..=MAX_AMOUNT_MINOR).contains(&minor) { Ok(()) } else { Err(InvalidPurchase::Amount { field, minor }) }
}
