//! Campaigns: when they hold, what they are for and what they give.

use super::{Day, Hours, Named, Weekday};
use serde::Deserialize;
use std::num::NonZeroU32;

/// A time in which certain purchases earn more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Campaign {
    /// Its code, which is the reason code of its points.
    pub name: String,
    /// The first day; from the beginning of time where absent.
    pub from: Option<Day>,
    /// The last day; without end where absent.
    pub to: Option<Day>,
    /// The weekdays on which it holds; all where empty.
    pub weekdays: Vec<Weekday>,
    /// The hours in which it holds; all where absent.
    pub hours: Option<Hours>,
    /// Minor units; what it is for has to cost as much.
    pub minimum_amount: i64,
    /// Categories that it is for.
    pub categories: Vec<String>,
    /// Products that it is for; the whole purchase where it names neither categories nor products.
    pub products: Vec<String>,
    /// What it gives.
    pub gives: Gives,
    /// The most that one customer gets.
    pub cap: Option<Cap>,
}

/// What a campaign gives beside the usual points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// What is above 100 per cent, of the usual points: as many again with 200.
    Multiplier {
        /// Per cent of the usual points.
        percent: i64,
    },
    /// A number of points, once a purchase.
    Points(i64),
}

/// The most points that one customer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// How many.
    pub points: i64,
    /// Within so many days in a row.
    pub days: NonZeroU32,
}

impl Named for Campaign {
    const LIST: &'static str = "campaigns";

    fn name(&self) -> &str {
        &self.name
    }
}

/// A campaign, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    from: Option<Day>,
    to: Option<Day>,
    #[serde(default)]
    weekdays: Vec<Weekday>,
    hours: Option<Hours>,
    #[serde(default)]
    minimum_amount: i64,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    products: Vec<String>,
    multiplier_percent: Option<i64>,
    points: Option<i64>,
    cap: Option<Cap>,
}

impl TryFrom<Written> for Campaign {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { name, from, to, weekdays, hours, minimum_amount, categories, products, cap, .. } = written;
        let gives = match (written.multiplier_percent, written.points) {
            (Some(percent), None) => Gives::Multiplier { percent },
            (None, Some(points)) => Gives::Points(points),
            (None, None) => {
                return Err(format!("campaign `{name}` gives nothing; write multiplier_percent or points"));
            }
            (Some(_), Some(_)) => {
                return Err(format!("campaign `{name}` has multiplier_percent and points; keep one of them"));
            }
        };
        if let (Some(first), Some(last)) = (from, to)
            && last < first
        {
            return Err(format!("campaign `{name}` has to {last}, which is before from {first}; exchange them"));
        }
        Ok(Self { name, from, to, weekdays, hours, minimum_amount, categories, products, gives, cap })
    }
}
