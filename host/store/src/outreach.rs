//! What customers said about messages, and the messages that rules proposed to them.

use crate::{Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
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

#[derive(Serialize, Deserialize)]
struct ConsentRow<C> {
    timeline_key: String,
    #[serde(flatten)]
    consent: C,
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
        let timeline_key = timeline_key(consent.occurred_at, consent.id);
        self.insert("consent", consent.id.to_string(), &ConsentRow { timeline_key, consent })
    }

    /// A message that was proposed, and what was decided about it. What is said to one customer is decided one after
    /// another: a decision that did not know of another one fails as stale.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn decide_outreach(&mut self, outreach: &Outreach, decided_before: u64) -> Result<(), StoreError> {
        self.insert("outreach", outreach.id.to_string(), &row(outreach))?;
        if outreach.status == OutreachStatus::Planned {
            self.decide_again(outreach.customer, decided_before);
        }
        Ok(())
    }

    /// A message that is held back after all, in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn hold_back(&mut self, read: &Outreach, held: &Outreach) -> Result<(), StoreError> {
        self.replace("outreach", held.id.to_string(), read.version, &row(held))
    }

    /// Lets every decision about a customer's messages fail as stale that did not know of this change; it fails itself
    /// where another one came before.
    pub fn decide_again(&mut self, customer: CustomerId, decided_before: u64) {
        self.count(&decided_key(customer), 1, Some(decided_before + 1));
    }
}

fn row(outreach: &Outreach) -> OutreachRow<&Outreach> {
    let is_said = outreach.status == OutreachStatus::Planned;
    OutreachRow {
        timeline_key: timeline_key(outreach.recorded_at, outreach.id),
        said_key: is_said.then(|| said_key(outreach.customer, outreach.not_before)),
        outreach,
    }
}

fn decided_key(customer: CustomerId) -> String {
    format!("outreach/{customer}")
}

impl TenantStore {
    /// What a customer said about messages, newest first by when it was said.
    ///
    /// # Errors
    /// The database failed.
    pub async fn consents_page(&self, customer: CustomerId, page: &PageRequest) -> Result<Page<Consent>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<ConsentRow<Consent>> = self.timeline_rows("consent", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.consent)).collect()))
    }

    /// What a customer said about messages, all of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn consents_of(&self, customer: CustomerId) -> Result<Vec<Consent>, StoreError> {
        let query = "SELECT * FROM consent WHERE customer = $customer";
        self.database.rows("consent", query, bind! { "customer" => customer.to_string() }).await
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
        let decided = self.decided_for(customer).await?;
        let query = "SELECT purpose, topic, not_before FROM outreach WHERE said_key >= $since AND said_key < $end";
        let bindings = bind! { "since" => said_key(customer, since), "end" => said_key(customer, "~") };
        let rows: Vec<SaidRow> = self.database.rows("outreach", query, bindings).await?;
        let said = rows.into_iter().map(|SaidRow { purpose, topic, not_before }| Said { purpose, topic, not_before });
        Ok((said.collect(), decided))
    }

    /// Messages to a customer that may not be said before a time that is still to come, and how many decisions there were.
    ///
    /// # Errors
    /// The database failed.
    pub async fn planned_for(&self, customer: CustomerId, now: Timestamp) -> Result<(Vec<Outreach>, u64), StoreError> {
        let decided = self.decided_for(customer).await?;
        let query = "SELECT * FROM outreach WHERE said_key > $now AND said_key < $end";
        let bindings = bind! { "now" => said_key(customer, now), "end" => said_key(customer, "~") };
        let rows: Vec<OutreachRow<Outreach>> = self.database.rows("outreach", query, bindings).await?;
        Ok((rows.into_iter().map(|row| row.outreach).collect(), decided))
    }

    /// How many decisions there were; to be read first, so that what is read after it is no older.
    async fn decided_for(&self, customer: CustomerId) -> Result<u64, StoreError> {
        let key = decided_key(customer);
        let decided = self.tallies(std::slice::from_ref(&key)).await?.remove(&key).unwrap_or_default();
        Ok(u64::try_from(decided).unwrap_or_default())
    }
}
