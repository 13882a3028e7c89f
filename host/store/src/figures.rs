//! Figures: what became of points in a period, days on which customers bought, and who was brought by others.

use crate::{StoreError, TenantStore, database::bind, value};
use jiff::civil::Date;
use serde::{Deserialize, de::DeserializeOwned};
use stammgast_domain::{
    CustomerId, PurchaseId, Timestamp,
    figures::{Flow, Flows, Shoppers},
    ledger::Amounts,
    program::Zone,
    referral::{ReferralFigures, ReferralStatus},
};
use std::collections::HashSet;

/// Rows that are read at once.
const AT_ONCE: i64 = 5_000;

#[derive(Deserialize)]
struct Points {
    points: i64,
}

#[derive(Deserialize)]
struct Bought {
    id: PurchaseId,
    customer: CustomerId,
    occurred_at: Timestamp,
}

#[derive(Deserialize)]
struct Came {
    id: CustomerId,
    #[serde(default)]
    customer_since: Option<Date>,
}

#[derive(Deserialize)]
struct Brought {
    customer: CustomerId,
    status: ReferralStatus,
    created_at: Timestamp,
}

/// What a flow of a quarter of an hour is counted under: days begin at quarters somewhere.
pub(crate) fn flow_key(program: &str, flow: Flow, at: Timestamp) -> String {
    const QUARTER: i64 = 15 * 60_000;
    let start = at.plus_millis(-at.millis().rem_euclid(QUARTER));
    let time: String = start.to_string().chars().take(16).collect();
    format!("{program}/{}/{time}", flow.as_str())
}

impl TenantStore {
    /// What became of a program's points in a period, which begins and ends at quarters of an hour.
    ///
    /// # Errors
    /// The database failed.
    pub async fn flows(&self, program: &str, from: Timestamp, to: Timestamp) -> Result<Flows, StoreError> {
        let mut flows = Flows::default();
        for flow in Flow::ALL {
            let (first, end) = (flow_key(program, flow, from), flow_key(program, flow, to));
            let bindings = bind! { "range" => value::keys_between("ledger_flow", &first, &end) };
            let sum: Option<Points> = self
                .database
                .row("ledger_flow", "SELECT math::sum(points) AS points FROM $range GROUP ALL", bindings)
                .await?;
            flows.add(flow, sum.map_or(0, |sum| sum.points));
        }
        Ok(flows)
    }

    /// All customers' points of a program together, as they are now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sum_of_wallets(&self, program: &str) -> Result<Amounts, StoreError> {
        use value::{composite, key_range, text};
        let (first, end) = (composite([text(program)]), composite([text(program), text("~")]));
        let range = key_range("wallet", std::ops::Bound::Included(first), std::ops::Bound::Excluded(end));
        let query = "SELECT math::sum(pending) AS pending, math::sum(available) AS available, \
                     math::sum(reserved) AS reserved, math::sum(redeemed) AS redeemed, math::sum(expired) AS expired, \
                     math::sum(owed) AS owed FROM $range GROUP ALL";
        let sum: Option<Amounts> = self.database.row("wallet", query, bind! { "range" => range }).await?;
        Ok(sum.unwrap_or_default())
    }

    /// Days on which customers bought, in the tenant's zone. Reads every purchase: meant for people, not for polling.
    ///
    /// # Errors
    /// The database failed.
    pub async fn shoppers(&self, zone: &Zone) -> Result<Shoppers, StoreError> {
        let mut shoppers = Shoppers::default();
        self.each_row("purchase", "id, customer, occurred_at", |row: &Bought| {
            shoppers.bought(row.customer, zone.date(row.occurred_at));
            row.id.to_string()
        })
        .await?;
        Ok(shoppers)
    }

    /// What came of the referrals of a period, from one time to before another; and how many of those who are customers
    /// since its days, both included, were brought. Reads every customer and every referral: meant for people, not for
    /// polling.
    ///
    /// # Errors
    /// The database failed.
    pub async fn referral_figures(
        &self,
        (from, to): (Timestamp, Timestamp),
        (first, last): (Date, Date),
    ) -> Result<ReferralFigures, StoreError> {
        let (mut figures, mut new) = (ReferralFigures::default(), HashSet::new());
        self.each_row("customer", "id, customer_since", |row: &Came| {
            if row.customer_since.is_some_and(|since| (first..=last).contains(&since)) {
                figures.new_customers += 1;
                new.insert(row.id);
            }
            row.id.to_string()
        })
        .await?;
        self.each_row("referral", "customer, status, created_at", |row: &Brought| {
            figures.brought += u64::from(new.contains(&row.customer));
            if (from..to).contains(&row.created_at) {
                figures.add(row.status);
            }
            row.customer.to_string()
        })
        .await?;
        Ok(figures)
    }

    /// Reads these fields of all rows of a table, so many at once; `take` gives a row's key.
    async fn each_row<T: DeserializeOwned>(
        &self,
        table: &'static str,
        fields: &'static str,
        mut take: impl FnMut(&T) -> String,
    ) -> Result<(), StoreError> {
        let query = format!("SELECT {fields} FROM fn::rows($range) LIMIT $limit");
        let mut after = None::<String>;
        loop {
            let range = value::keys_after(table, after.as_deref());
            let bindings = bind! { "range" => range, "limit" => AT_ONCE };
            let rows: Vec<T> = self.database.rows(table, &query, bindings).await?;
            for row in &rows {
                after = Some(take(row));
            }
            if i64::try_from(rows.len()).unwrap_or(AT_ONCE) < AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Whether a customer has bought anything.
    ///
    /// # Errors
    /// The database failed.
    pub async fn has_bought(&self, customer: CustomerId) -> Result<bool, StoreError> {
        let query = "SELECT VALUE id FROM purchase WHERE customer = $customer LIMIT 1";
        let found: Option<PurchaseId> =
            self.database.row("purchase", query, bind! { "customer" => customer.to_string() }).await?;
        Ok(found.is_some())
    }
}
