//! Returns: what of a purchase came back, in whole or in part.

use crate::{
    CustomerId, Money, PurchaseId, ReturnId, Timestamp, ledger::ReturnedLine, purchase::Purchase, text,
    time::ImplausibleTime,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a return stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnStatus {
    /// It counts.
    Standing,
    /// It was a mistake, and was undone.
    Cancelled,
}

impl ReturnStatus {
    /// The name as it stands in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One return of a purchase. Unique by the purchase and the return's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseReturn {
    /// Derived from the purchase and `external_id`.
    pub id: ReturnId,
    /// The purchase.
    pub purchase: PurchaseId,
    /// Who bought.
    pub customer: CustomerId,
    /// The return's name in the system that tells of it.
    pub external_id: String,
    /// What is paid back.
    pub amount: Money,
    /// Lines that come back; empty where the purchase has none, or everything that was left came back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ReturnedLine>,
    /// Points that moved because of it, by program: below zero where they were taken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<String, i64>,
    /// Why, a code such as `return` or `cancellation`.
    pub reason: String,
    /// Whether it stands.
    pub status: ReturnStatus,
    /// When it came back.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// Why a return is refused, before the ledger looks at it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReturn {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// Another currency than that of the purchase.
    #[error("the purchase was paid in {purchase}, so {given} cannot be paid back for it")]
    Currency {
        /// The purchase's currency.
        purchase: crate::Currency,
        /// What was given.
        given: crate::Currency,
    },
    /// It cannot have happened then.
    #[error(transparent)]
    Time(#[from] ImplausibleTime),
    /// Less than nothing.
    #[error("amount.minor is {0}; what is paid back is 0 or more, so leave the sign out")]
    Amount(i64),
    /// Before the purchase.
    #[error("it came back at {returned}, before it was bought at {bought}")]
    BeforePurchase {
        /// When it was bought.
        bought: Timestamp,
        /// When it came back.
        returned: Timestamp,
    },
    /// One line twice.
    #[error("line {0} is named twice; add them up")]
    LineTwice(u32),
}

impl InvalidReturn {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Amount(_) => "amount.minor",
            Self::Currency { .. } => "amount.currency",
            Self::Time(_) | Self::BeforePurchase { .. } => "occurred_at",
            Self::LineTwice(_) => "lines",
        }
    }
}

impl PurchaseReturn {
    /// The id of the return of a purchase that is called `external_id`.
    #[must_use]
    pub fn id_for(purchase: PurchaseId, external_id: &str) -> ReturnId {
        ReturnId::derived(&[&purchase.to_string(), external_id])
    }

    /// Checks the return's own rules against its purchase. How much is left of that the ledger knows.
    ///
    /// # Errors
    /// See [`InvalidReturn`].
    pub fn validate(&self, purchase: &Purchase) -> Result<(), InvalidReturn> {
        text::required("external_id", &self.external_id, 200)?;
        text::code("reason", &self.reason)?;
        let (given, of_purchase) = (self.amount.currency, purchase.amount.currency);
        if given != of_purchase {
            return Err(InvalidReturn::Currency { purchase: of_purchase, given });
        }
        if self.amount.minor < 0 {
            return Err(InvalidReturn::Amount(self.amount.minor));
        }
        self.occurred_at.has_happened(self.recorded_at)?;
        if self.occurred_at < purchase.occurred_at {
            return Err(InvalidReturn::BeforePurchase { bought: purchase.occurred_at, returned: self.occurred_at });
        }
        for (place, line) in self.lines.iter().enumerate() {
            if self.lines.iter().take(place).any(|before| before.line == line.line) {
                return Err(InvalidReturn::LineTwice(line.line));
            }
        }
        Ok(())
    }

    /// Whether another telling of this return says the same.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        (self.amount, &self.lines, &self.reason, self.occurred_at)
            == (other.amount, &other.lines, &other.reason, other.occurred_at)
    }

    /// This return, undone.
    #[must_use]
    pub fn cancelled(&self) -> Self {
        Self { status: ReturnStatus::Cancelled, version: self.version + 1, ..self.clone() }
    }
}
