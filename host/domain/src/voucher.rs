//! Vouchers: codes that are worth something once. What they are worth is one of the tenant's offers.

use crate::{
    Currency, CustomerId, Money, RedemptionId, Timestamp, VoucherId,
    ledger::{Cause, Rounding},
    program::Zone,
    text,
};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{fmt, str::FromStr};

mod offer;

pub use offer::{Benefit, Binding, InvalidOffer, Offer, OfferStatus, OfferTerms, issued_key, issued_to_key};

/// Symbols of a code: without those that are taken for one another (Crockford's base 32).
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of one code: 80 bits, which nobody guesses.
const LENGTH: usize = 16;

/// A voucher's code, such as `7K3M-Q9TX-2B8H-VW4D`. Case and hyphens do not matter when it is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct VoucherCode(String);

/// The text given is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is no voucher's code; it has {LENGTH} letters and digits, such as 7K3M-Q9TX-2B8H-VW4D")]
pub struct InvalidCode;

impl VoucherCode {
    /// The code of ten random bytes.
    #[must_use]
    pub fn of(random: [u8; 10]) -> Self {
        let bits = random.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let symbol = |place: usize| {
            let index = usize::try_from(bits >> (5 * (LENGTH - 1 - place)) & 31).unwrap_or_default();
            char::from(SYMBOLS.get(index).copied().unwrap_or(b'0'))
        };
        let mut code = String::with_capacity(LENGTH + LENGTH / 4);
        for place in 0..LENGTH {
            if place > 0 && place % 4 == 0 {
                code.push('-');
            }
            code.push(symbol(place));
        }
        Self(code)
    }

    /// The id of the voucher with this code.
    #[must_use]
    pub fn id(&self) -> VoucherId {
        VoucherId::derived(&[&self.0])
    }
}

impl fmt::Display for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for VoucherCode {
    type Err = InvalidCode;

    fn from_str(given: &str) -> Result<Self, InvalidCode> {
        if given.len() > 64 {
            return Err(InvalidCode);
        }
        let mut code = String::new();
        let symbols = given.chars().filter(|symbol| !matches!(symbol, '-' | ' ')).enumerate();
        for (place, symbol) in symbols {
            let symbol = match symbol.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let known = u8::try_from(symbol).is_ok_and(|symbol| SYMBOLS.contains(&symbol));
            if !known || place >= LENGTH {
                return Err(InvalidCode);
            }
            if place > 0 && place % 4 == 0 {
                code.push('-');
            }
            code.push(symbol);
        }
        if code.len() == LENGTH + LENGTH / 4 - 1 { Ok(Self(code)) } else { Err(InvalidCode) }
    }
}

impl<'de> Deserialize<'de> for VoucherCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What became of a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VoucherStatus {
    /// It can be used, up to its last day.
    Issued,
    /// It was used.
    Used,
    /// It was taken back.
    Cancelled,
}

/// How a voucher was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// Who used it, where the till knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What was to be paid before, where the till says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basket: Option<Money>,
    /// What the voucher takes off that, where it is money or a percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// The caller's own name for it, such as a receipt number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// One voucher. It keeps what its offer said when it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// Derived from the code.
    pub id: VoucherId,
    /// What has to be shown.
    pub code: VoucherCode,
    /// The offer's code.
    pub offer: String,
    /// Whom it was given to.
    pub customer: CustomerId,
    /// Who may use it.
    pub binding: Binding,
    /// What it is worth.
    pub benefit: Benefit,
    /// The smallest basket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Money>,
    /// The last day on which it can be used, in the tenant's zone.
    pub last_day: Date,
    /// When that day is over.
    pub expires_at: Timestamp,
    /// What became of it.
    pub status: VoucherStatus,
    /// How it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Use>,
    /// The redemption that it was given for, where points were spent on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<RedemptionId>,
    /// Why it was issued.
    pub cause: Cause,
    /// When it was issued, in the world.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Counts up with every change, for optimistic locking.
    pub version: u64,
}

/// What a till tells when a voucher is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Who shows it, where that is known.
    pub customer: Option<CustomerId>,
    /// What is to be paid.
    pub basket: Option<Money>,
    /// The caller's own name for it.
    pub reference: Option<String>,
}

/// Why a voucher cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoucherRefused {
    /// It was used before.
    #[error("the voucher was used at {at}{}", reference.as_ref().map(|name| format!(" for `{name}`")).unwrap_or_default())]
    Used {
        /// When.
        at: Timestamp,
        /// For what.
        reference: Option<String>,
    },
    /// It was taken back.
    #[error("the voucher was taken back; issue another one where that was a mistake")]
    Cancelled,
    /// Its time is over.
    #[error("the voucher could be used until {0}; issue another one where the customer is to have it still")]
    Expired(Date),
    /// It belongs to one customer, and nobody says who shows it.
    #[error("the voucher belongs to one customer; tell who shows it, as `customer`")]
    Unnamed,
    /// Somebody else's.
    #[error("the voucher belongs to somebody else than customer {0}, who shows it; its owner alone can use it")]
    Bound(CustomerId),
    /// Nobody says how large the basket is.
    #[error("the voucher needs a basket of at least {0}; tell the basket's amount, as `basket`")]
    NoBasket(Money),
    /// The basket is too small.
    #[error("the voucher needs a basket of at least {minimum}, and this one comes to {basket}")]
    SmallBasket {
        /// The smallest basket.
        minimum: Money,
        /// The one that is paid.
        basket: Money,
    },
    /// The basket is in another currency.
    #[error("the voucher is in {wanted}, and a basket of {basket} is not; tell the basket's amount in {wanted}")]
    Currency {
        /// The voucher's currency.
        wanted: Currency,
        /// The basket that is paid.
        basket: Money,
    },
    /// It was not used, so its use cannot be undone.
    #[error("the voucher was not used, so there is nothing to undo")]
    NotUsed,
}

impl VoucherRefused {
    /// The machine-readable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Used { .. } => "voucher-used",
            Self::Cancelled => "voucher-cancelled",
            Self::Expired(_) => "voucher-expired",
            Self::Unnamed | Self::Bound(_) => "voucher-bound",
            Self::NoBasket(_) | Self::SmallBasket { .. } | Self::Currency { .. } => "voucher-basket",
            Self::NotUsed => "voucher-not-used",
        }
    }
}

impl Voucher {
    /// A new voucher of an offer.
    #[must_use]
    pub fn issued(
        offer: &Offer,
        code: VoucherCode,
        customer: CustomerId,
        cause: Cause,
        (occurred_at, now): (Timestamp, Timestamp),
        zone: &Zone,
    ) -> Self {
        let OfferTerms { benefit, binding, minimum, .. } = &offer.terms;
        let last_day = offer.last_day(occurred_at, zone);
        Self {
            id: code.id(),
            code,
            offer: offer.code.clone(),
            customer,
            binding: *binding,
            benefit: benefit.clone(),
            minimum: *minimum,
            last_day,
            expires_at: zone.end_of(last_day),
            status: VoucherStatus::Issued,
            used: None,
            redemption: None,
            cause,
            occurred_at,
            recorded_at: now,
            version: 1,
        }
    }

    /// What using it now comes to, without using it.
    ///
    /// # Errors
    /// See [`VoucherRefused`].
    pub fn usable(&self, shown: &Shown, now: Timestamp) -> Result<Use, VoucherRefused> {
        match (self.status, &self.used) {
            (VoucherStatus::Cancelled, _) => return Err(VoucherRefused::Cancelled),
            (VoucherStatus::Used, used) => {
                let (at, reference) = used.as_ref().map_or((now, None), |used| (used.at, used.reference.clone()));
                return Err(VoucherRefused::Used { at, reference });
            }
            (VoucherStatus::Issued, _) => {}
        }
        if now >= self.expires_at {
            return Err(VoucherRefused::Expired(self.last_day));
        }
        if self.binding == Binding::Customer {
            let customer = shown.customer.ok_or(VoucherRefused::Unnamed)?;
            if customer != self.customer {
                return Err(VoucherRefused::Bound(customer));
            }
        }
        if let Some(minimum) = self.minimum {
            let basket = shown.basket.ok_or(VoucherRefused::NoBasket(minimum))?;
            if basket.currency != minimum.currency {
                return Err(VoucherRefused::Currency { wanted: minimum.currency, basket });
            }
            if basket.minor < minimum.minor {
                return Err(VoucherRefused::SmallBasket { minimum, basket });
            }
        }
        let Shown { customer, basket, reference } = shown.clone();
        Ok(Use { at: now, customer, basket, discount: self.discount(basket)?, reference })
    }

    /// This voucher, used.
    ///
    /// # Errors
    /// See [`VoucherRefused`].
    pub fn used(&self, shown: &Shown, now: Timestamp) -> Result<Self, VoucherRefused> {
        let used = Some(self.usable(shown, now)?);
        Ok(Self { status: VoucherStatus::Used, used, version: self.version + 1, ..self.clone() })
    }

    /// This voucher as if it had not been used, up to its last day.
    ///
    /// # Errors
    /// It was not used.
    pub fn given_back(&self) -> Result<Self, VoucherRefused> {
        if self.status != VoucherStatus::Used {
            return Err(VoucherRefused::NotUsed);
        }
        Ok(Self { status: VoucherStatus::Issued, used: None, version: self.version + 1, ..self.clone() })
    }

    /// This voucher, taken back.
    ///
    /// # Errors
    /// It was used, or taken back before.
    pub fn cancelled(&self) -> Result<Self, VoucherRefused> {
        match (self.status, &self.used) {
            (VoucherStatus::Cancelled, _) => Err(VoucherRefused::Cancelled),
            (VoucherStatus::Used, Some(used)) => {
                Err(VoucherRefused::Used { at: used.at, reference: used.reference.clone() })
            }
            _ => Ok(Self { status: VoucherStatus::Cancelled, version: self.version + 1, ..self.clone() }),
        }
    }

    /// What it takes off a basket, to the nearest minor unit; no more than there is to pay.
    fn discount(&self, basket: Option<Money>) -> Result<Option<Money>, VoucherRefused> {
        Ok(match (&self.benefit, basket) {
            (Benefit::Percent { percent }, Some(basket)) => {
                let minor = Rounding::HalfUp.share(basket.minor.max(0), i64::from(*percent), 100);
                Some(Money { minor, currency: basket.currency })
            }
            (Benefit::Money(off), Some(basket)) if off.currency != basket.currency => {
                return Err(VoucherRefused::Currency { wanted: off.currency, basket });
            }
            (Benefit::Money(off), Some(basket)) => Some(Money { minor: off.minor.min(basket.minor.max(0)), ..*off }),
            (Benefit::Money(off), None) => Some(*off),
            (Benefit::Percent { .. }, None) | (Benefit::Item { .. }, _) => None,
        })
    }
}

/// Checks the caller's own name for a use.
///
/// # Errors
/// Blank or longer than 200 characters.
pub fn check_reference(reference: Option<&str>) -> Result<(), text::InvalidText> {
    reference.map_or(Ok(()), |reference| text::required("reference", reference, 200))
}

#[cfg(test)]
mod tests;
