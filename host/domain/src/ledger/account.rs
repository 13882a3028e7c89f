//! Accounts: whose points, of which program, and in which stage of their life.

use crate::CustomerId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// Where a customer's points stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Earned, and not to be spent yet.
    Pending,
    /// Ready to be spent. Below zero only where a program lets customers owe what they spent and had to give back.
    Available,
    /// Held for a redemption.
    Reserved,
    /// Spent.
    Redeemed,
    /// Past their time.
    Expired,
    /// Minus what the customer owes, where a program keeps that apart; the next points pay for it.
    Owed,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Available, Self::Reserved, Self::Redeemed, Self::Expired, Self::Owed];

    /// The name as it stands in accounts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
            Self::Owed => "owed",
        }
    }
}

/// An account of a program. As text: `points/issuance`, `points/partner/<code>`, `points/available/<customer>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the program has issued: minus the points that came into being.
    Issuance {
        /// The program's code.
        program: String,
    },
    /// What partners accepted and were settled for.
    Settled {
        /// The program's code.
        program: String,
    },
    /// What a partner issued (below zero) and accepted (above zero) since the last settlement.
    Partner {
        /// The program's code.
        program: String,
        /// The partner's code.
        partner: String,
    },
    /// A customer's points in one stage.
    Customer {
        /// The program's code.
        program: String,
        /// The owner.
        customer: CustomerId,
        /// Where the points stand.
        stage: Stage,
    },
}

impl Account {
    /// A customer's account.
    #[must_use]
    pub fn of(program: &str, customer: CustomerId, stage: Stage) -> Self {
        Self::Customer { program: program.to_owned(), customer, stage }
    }

    /// The program that the account belongs to.
    #[must_use]
    pub fn program(&self) -> &str {
        match self {
            Self::Issuance { program }
            | Self::Settled { program }
            | Self::Partner { program, .. }
            | Self::Customer { program, .. } => program,
        }
    }

    /// The customer who owns it, if one does.
    #[must_use]
    pub const fn customer(&self) -> Option<CustomerId> {
        match self {
            Self::Issuance { .. } | Self::Settled { .. } | Self::Partner { .. } => None,
            Self::Customer { customer, .. } => Some(*customer),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuance { program } => write!(f, "{program}/issuance"),
            Self::Settled { program } => write!(f, "{program}/settled"),
            Self::Partner { program, partner } => write!(f, "{program}/partner/{partner}"),
            Self::Customer { program, customer, stage } => write!(f, "{program}/{}/{customer}", stage.as_str()),
        }
    }
}

/// The text given names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no account; write `points/issuance`, `points/settled`, `points/partner/<code>` or `points/<stage>/<customer>` with a stage \
     among pending, available, reserved, redeemed, expired, owed"
)]
pub struct InvalidAccount(pub String);

impl FromStr for Account {
    type Err = InvalidAccount;

    fn from_str(given: &str) -> Result<Self, InvalidAccount> {
        let invalid = || InvalidAccount(given.chars().take(160).collect());
        let (program, rest) = given.split_once('/').ok_or_else(invalid)?;
        let program = program.to_owned();
        match rest.split_once('/') {
            None if rest == "issuance" => Ok(Self::Issuance { program }),
            None if rest == "settled" => Ok(Self::Settled { program }),
            Some(("partner", partner)) if !partner.is_empty() => {
                Ok(Self::Partner { program, partner: partner.to_owned() })
            }
            Some((stage, customer)) => {
                let stage = Stage::ALL.into_iter().find(|known| known.as_str() == stage).ok_or_else(invalid)?;
                let customer = customer.parse().map_err(|_| invalid())?;
                Ok(Self::Customer { program, customer, stage })
            }
            None => Err(invalid()),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Points by stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Amounts {
    /// Earned, and not to be spent yet.
    pub pending: i64,
    /// Ready to be spent.
    pub available: i64,
    /// Held for redemptions.
    pub reserved: i64,
    /// Spent.
    pub redeemed: i64,
    /// Past their time.
    pub expired: i64,
    /// Minus what the customer owes.
    pub owed: i64,
}

impl Amounts {
    /// The points of one stage.
    #[must_use]
    pub const fn at(&self, stage: Stage) -> i64 {
        match stage {
            Stage::Pending => self.pending,
            Stage::Available => self.available,
            Stage::Reserved => self.reserved,
            Stage::Redeemed => self.redeemed,
            Stage::Expired => self.expired,
            Stage::Owed => self.owed,
        }
    }

    /// Moves points into (positive) or out of (negative) a stage.
    pub const fn add(&mut self, stage: Stage, points: i64) {
        let place = match stage {
            Stage::Pending => &mut self.pending,
            Stage::Available => &mut self.available,
            Stage::Reserved => &mut self.reserved,
            Stage::Redeemed => &mut self.redeemed,
            Stage::Expired => &mut self.expired,
            Stage::Owed => &mut self.owed,
        };
        *place = place.saturating_add(points);
    }

    /// All stages together.
    #[must_use]
    pub fn sum(&self) -> i128 {
        Stage::ALL.into_iter().map(|stage| i128::from(self.at(stage))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_reads_back_from_its_text() {
        let customer = CustomerId::derived(&["3"]);
        let program = "points".to_owned();
        let own = Stage::ALL.map(|stage| Account::of("points", customer, stage));
        let others = [
            Account::Issuance { program: program.clone() },
            Account::Settled { program: program.clone() },
            Account::Partner { program, partner: "bakery".to_owned() },
        ];
        for account in own.into_iter().chain(others) {
            assert_eq!(account.to_string().parse::<Account>().unwrap(), account);
        }
        for wrong in ["points", "points/pocket/x", "points/available/x", "points/partner/", ""] {
            assert!(wrong.parse::<Account>().is_err(), "{wrong}");
        }
    }
}
