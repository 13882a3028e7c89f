//! Offers: what vouchers are worth, and how many there may be.

use crate::{
    CustomerId, Money, Timestamp,
    ledger::MAX_ENTRY,
    program::{Zone, plus_days},
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest time of a voucher, in days: ten years.
const MAX_VALID_DAYS: u16 = 3_650;

/// What a voucher is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Benefit {
    /// So much of the basket.
    Percent {
        /// 1 to 100.
        percent: u8,
    },
    /// So much money off.
    Money(Money),
    /// Something, in words.
    Item {
        /// What.
        text: String,
    },
}

/// Who may use a voucher.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// Whoever shows it.
    Bearer,
    /// The customer alone whom it was given to.
    #[default]
    Customer,
}

/// Whether vouchers of an offer are issued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferStatus {
    /// Yes.
    #[default]
    Active,
    /// No; those that are there stay good.
    Paused,
}

/// What the tenant decides about an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferTerms {
    /// The name to show.
    pub name: String,
    /// What a voucher is worth.
    pub benefit: Benefit,
    /// Who may use one.
    #[serde(default)]
    pub binding: Binding,
    /// Days after the day of issue on which it can be used.
    pub valid_days: u16,
    /// The smallest basket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
    /// The most vouchers that are issued in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// The most that one customer gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_customer: Option<u32>,
    /// Whether vouchers are issued.
    #[serde(default)]
    pub status: OfferStatus,
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Short name; never changes.
    pub code: String,
    /// What the tenant decided.
    #[serde(flatten)]
    pub terms: OfferTerms,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// Why an offer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOffer {
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
    /// A number outside its range.
    #[error("{field} is {given}; it must lie between {least} and {most}")]
    Range {
        /// The field.
        field: &'static str,
        /// What was given.
        given: i64,
        /// The least that may be.
        least: i64,
        /// The most that may be.
        most: i64,
    },
    /// The smallest basket is in another currency than the money off.
    #[error("minimum is in another currency than benefit; use one currency for both")]
    Currency,
}

impl InvalidOffer {
    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Text(error) => error.field(),
            Self::Range { field, .. } => field,
            Self::Currency => "minimum",
        }
    }
}

fn within(field: &'static str, given: i64, least: i64, most: i64) -> Result<(), InvalidOffer> {
    if (least..=most).contains(&given) { Ok(()) } else { Err(InvalidOffer::Range { field, given, least, most }) }
}

impl OfferTerms {
    fn validate(&self) -> Result<(), InvalidOffer> {
        text::required("name", &self.name, 200)?;
        match &self.benefit {
            Benefit::Percent { percent } => within("benefit.percent", i64::from(*percent), 1, 100)?,
            Benefit::Money(money) => within("benefit.minor", money.minor, 1, MAX_ENTRY)?,
            Benefit::Item { text } => text::required("benefit.text", text, 300)?,
        }
        within("valid_days", i64::from(self.valid_days), 0, i64::from(MAX_VALID_DAYS))?;
        if let Some(minimum) = self.minimum {
            within("minimum.minor", minimum.minor, 1, MAX_ENTRY)?;
            if matches!(&self.benefit, Benefit::Money(money) if money.currency != minimum.currency) {
                return Err(InvalidOffer::Currency);
            }
        }
        if let Some(stock) = self.stock {
            within("stock", i64::try_from(stock).unwrap_or(i64::MAX), 0, MAX_ENTRY)?;
        }
        self.per_customer.map_or(Ok(()), |most| within("per_customer", i64::from(most), 1, 1_000_000))
    }
}

/// What vouchers of an offer are counted under.
#[must_use]
pub fn issued_key(offer: &str) -> String {
    format!("offer/{offer}")
}

/// What a customer's vouchers of an offer are counted under.
#[must_use]
pub fn issued_to_key(offer: &str, customer: CustomerId) -> String {
    format!("offer/{offer}/{customer}")
}

impl Offer {
    /// The last day of a voucher of it that is for something of that time.
    #[must_use]
    pub fn last_day(&self, occurred_at: Timestamp, zone: &Zone) -> Date {
        plus_days(zone.date(occurred_at), i64::from(self.terms.valid_days))
    }

    /// A new offer.
    ///
    /// # Errors
    /// See [`InvalidOffer`].
    pub fn new(code: String, terms: OfferTerms, now: Timestamp) -> Result<Self, InvalidOffer> {
        text::code("code", &code)?;
        terms.validate()?;
        Ok(Self { code, terms, created_at: now, updated_at: now, version: 1 })
    }

    /// What vouchers of this offer are counted under.
    #[must_use]
    pub fn issued_key(&self) -> String {
        issued_key(&self.code)
    }

    /// What a customer's vouchers of this offer are counted under.
    #[must_use]
    pub fn issued_to_key(&self, customer: CustomerId) -> String {
        issued_to_key(&self.code, customer)
    }

    /// Why no voucher is issued, where none is, in a sentence for people.
    #[must_use]
    pub fn why_none(&self) -> String {
        let code = &self.code;
        match self.terms.status {
            OfferStatus::Paused => format!("the offer `{code}` is paused; let it be `active` again"),
            OfferStatus::Active => format!(
                "no more vouchers of the offer `{code}` are issued: there are as many as it allows in all, or for this \
                 customer; raise its `stock` or `per_customer`, or cancel one that was not used"
            ),
        }
    }

    /// What is counted when none can be issued.
    #[must_use]
    pub fn refused_key(&self) -> String {
        format!("offer-refused/{}", self.code)
    }

    /// This offer with other terms. Vouchers that are there keep theirs.
    ///
    /// # Errors
    /// See [`InvalidOffer`].
    pub fn changed(&self, terms: OfferTerms, now: Timestamp) -> Result<Self, InvalidOffer> {
        terms.validate()?;
        Ok(Self { terms, updated_at: now, version: self.version + 1, ..self.clone() })
    }
}
