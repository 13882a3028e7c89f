//! What customers said about messages, and the messages that rules proposed to them.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key, value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, OutreachId, Timestamp,
    outreach::{Consent, Outreach, OutreachStatus, Purpose, Said},
};

#[derive(Serialize, Deserialize)]
struct OutreachRow<O> {
    timeline_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said_key: Option<String>,
    #[serde(flatten)]
    outreach: O,
}

#[derive(Deserialize)]
struct SaidRow {
    purpose: Purpose,
    topic: String,
    not_before: Timestamp,
}

/// What messages that are said are found by: whose, and when.
fn said_key(customer: CustomerId, at: impl std::fmt::Display) -> String {
    format!("{customer}/{at}")
}

impl Change {
    /// What a customer said about messages.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_consent(&mut self, consent: &Consent) -> Result<(), StoreError> {
        self.insert("consent", consent.id.to_string(), consent)
    }

    /// A message that was proposed, and what was decided about it. What is said to one customer is decided one after
    /// another: a decision that did not know of another one fails as stale.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn decide_outreach(&mut self, outreach: &Outreach, decided_before: u64) -> Result<(), StoreError> {
        let is_said = outreach.status == OutreachStatus::Planned;
        let row = OutreachRow {
            timeline_key: timeline_key(outreach.recorded_at, outreach.id),
            said_key: is_said.then(|| said_key(outreach.customer, outreach.not_before)),
            outreach,
        };
        self.insert("outreach", outreach.id.to_string(), &row)?;
        if is_said {
            self.count(&decided_key(outreach.customer), 1, Some(decided_before + 1));
        }
        Ok(())
    }
}

fn decided_key(customer: CustomerId) -> String {
    format!("outreach/{customer}")
}

impl TenantStore {
    /// What a customer said about messages, all of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn consents_of(&self, customer: CustomerId) -> Result<Vec<Consent>, StoreError> {
        let query = "SELECT * FROM consent WHERE customer = $customer";
        self.database.rows("consent", query, bind! { "customer" => customer.to_string() }).await
    }

    /// One message.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outreach(&self, id: OutreachId) -> Result<Option<Outreach>, StoreError> {
        let bindings = bind! { "id" => record("outreach", id.to_string()) };
        self.database.row("outreach", "SELECT * FROM $id", bindings).await
    }

    /// A customer's messages, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outreach_of(&self, customer: CustomerId, page: &PageRequest) -> Result<Page<Outreach>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<OutreachRow<Outreach>> = self.timeline_rows("outreach", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.outreach)).collect()))
    }

    /// What is said to a customer since a time, planned messages included, and how many were ever decided to be said.
    ///
    /// # Errors
    /// The database failed.
    pub async fn said_to(&self, customer: CustomerId, since: Timestamp) -> Result<(Vec<Said>, u64), StoreError> {
        // First the count: a decision that comes between the two is known, and the change that counts on it fails.
        let key = decided_key(customer);
        let decided = self.tallies(std::slice::from_ref(&key)).await?.remove(&key).unwrap_or_default();
        let query = "SELECT purpose, topic, not_before FROM outreach WHERE said_key >= $since AND said_key < $end";
        let bindings = bind! { "since" => said_key(customer, since), "end" => said_key(customer, "~") };
        let rows: Vec<SaidRow> = self.database.rows("outreach", query, bindings).await?;
        let said = rows.into_iter().map(|SaidRow { purpose, topic, not_before }| Said { purpose, topic, not_before });
        Ok((said.collect(), u64::try_from(decided).unwrap_or_default()))
    }
}
