//! Money in integer minor units, and points.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(iso_currency::Currency);

/// The text given is no ISO 4217 currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ISO 4217 currency code; write three capital letters such as EUR")]
pub struct InvalidCurrency(pub String);

impl Currency {
    /// Three capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the decimal sign (ISO 4217 "minor unit"): 2 for EUR, 0 for JPY, 3 for BHD.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Minor units in one unit: 100 for EUR, 1 for JPY.
    #[must_use]
    pub fn minor_per_unit(self) -> i64 {
        10_i64.pow(self.minor_digits().min(9))
    }
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(text: &str) -> Result<Self, InvalidCurrency> {
        // `XXX` says that there is no currency (ISO 4217).
        iso_currency::Currency::from_code(text)
            .filter(|currency| currency.code() != "XXX")
            .map(Self)
            .ok_or_else(|| InvalidCurrency(text.chars().take(16).collect()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// An amount of money: minor units and their currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units, such as cents. Negative amounts are money that flows back.
    pub minor: i64,
    /// The currency that the minor units belong to.
    pub currency: Currency,
}

/// The text given is not a decimal amount of its currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not an amount in {currency}; write digits with at most {digits} after a point, such as 12.50")]
pub struct InvalidAmount {
    /// The text that was given.
    pub given: String,
    /// The currency it should have been an amount of.
    pub currency: Currency,
    /// Digits after the point that this currency has.
    pub digits: u32,
}

impl Money {
    /// Reads a decimal number with a point, such as `12.5` or `-3`, exactly: nothing is rounded.
    ///
    /// # Errors
    /// Not a decimal number, more digits after the point than the currency has, or too large.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, InvalidAmount> {
        let digits = currency.minor_digits();
        let invalid = || InvalidAmount { given: text.chars().take(32).collect(), currency, digits };
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) || fraction.len() > digits as usize {
            return Err(invalid());
        }
        let padded = format!("{whole}{fraction:0<width$}", width = digits as usize);
        let minor: i64 = padded.parse().map_err(|_| invalid())?;
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_unit = self.currency.minor_per_unit().unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let (units, rest) = (self.minor.unsigned_abs() / per_unit, self.minor.unsigned_abs() % per_unit);
        match self.currency.minor_digits() as usize {
            0 => write!(f, "{sign}{units} {}", self.currency),
            width => write!(f, "{sign}{units}.{rest:0width$} {}", self.currency),
        }
    }
}

/// A number of loyalty points. Never a fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub i64);

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let minor = |text, code| Money::parse(text, currency(code)).map(|money| money.minor);
        assert_eq!(minor("12.5", "EUR"), Ok(1250));
        assert_eq!(minor("-0.07", "EUR"), Ok(-7));
        assert_eq!(minor("1200", "JPY"), Ok(1200));
        assert_eq!(minor("1.234", "BHD"), Ok(1234));
        for (text, code) in
            [("12.505", "EUR"), ("1.0", "JPY"), ("", "EUR"), (".5", "EUR"), ("1,5", "EUR"), ("1e3", "EUR")]
        {
            assert!(minor(text, code).is_err(), "{text} {code}");
        }
        assert!(minor("99999999999999999999", "EUR").is_err());
    }

    #[test]
    fn a_currency_must_be_listed() {
        assert!("EURO".parse::<Currency>().is_err());
        assert!("eur".parse::<Currency>().is_err());
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            let money = Money { minor, currency: currency("EUR") };
            let text = money.to_string();
            prop_assert_eq!(Money::parse(text.trim_end_matches(" EUR"), money.currency), Ok(money));
        }
    }
}
