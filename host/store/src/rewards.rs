//! Rewards.

use crate::{
    Change, StoreError, TenantStore,
    database::bind,
    value::{composite, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    eligibility::Eligibility,
    reward::{Reward, RewardTerms},
};
use std::collections::BTreeMap;
use surrealdb::types::{RecordIdKey, Value};

/// A reward as it is stored: its code is the row's id.
#[derive(Serialize, Deserialize)]
struct RewardRow {
    #[serde(default, skip_serializing)]
    id: String,
    #[serde(flatten)]
    terms: RewardTerms,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
}

impl From<&Reward> for RewardRow {
    fn from(reward: &Reward) -> Self {
        let Reward { code, terms, created_at, updated_at, version } = reward.clone();
        Self { id: code, terms, created_at, updated_at, version }
    }
}

impl From<RewardRow> for Reward {
    fn from(row: RewardRow) -> Self {
        let RewardRow { id: code, terms, created_at, updated_at, version } = row;
        Self { code, terms, created_at, updated_at, version }
    }
}

fn eligibility_key(reward: &str, customer: CustomerId) -> RecordIdKey {
    composite([text(reward), text(customer.to_string())])
}

impl Change {
    /// A new reward; a second one with the same code fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_reward(&mut self, reward: &Reward) -> Result<(), StoreError> {
        self.insert("reward", reward.code.as_str(), &RewardRow::from(reward))
    }

    /// A reward in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_reward(&mut self, read: &Reward, reward: &Reward) -> Result<(), StoreError> {
        self.replace("reward", reward.code.as_str(), read.version, &RewardRow::from(reward))
    }

    /// What is said about a customer's eligibility, in place of what was read, if there was something.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn put_eligibility(&mut self, read: Option<&Eligibility>, said: &Eligibility) -> Result<(), StoreError> {
        let key = eligibility_key(&said.reward, said.customer);
        match read {
            Some(read) => self.replace("eligibility", key, read.version, said),
            None => self.insert("eligibility", key, said),
        }
    }

    /// Lets this change fail as stale where something else was said meanwhile.
    pub fn count_on(&mut self, read: &Eligibility) {
        self.expect("eligibility", eligibility_key(&read.reward, read.customer), read.version);
    }
}

impl TenantStore {
    /// The rewards, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rewards(&self) -> Result<BTreeMap<String, Reward>, StoreError> {
        let rows: Vec<RewardRow> = self.database.rows("reward", "SELECT * FROM reward", bind! {}).await?;
        Ok(rows.into_iter().map(Reward::from).map(|reward| (reward.code.clone(), reward)).collect())
    }

    /// What was said last about a customer and these rewards, by reward.
    ///
    /// # Errors
    /// The database failed.
    pub async fn eligibilities(
        &self,
        customer: CustomerId,
        rewards: impl IntoIterator<Item = &str>,
    ) -> Result<BTreeMap<String, Eligibility>, StoreError> {
        let id = |reward| Value::RecordId(record("eligibility", eligibility_key(reward, customer)));
        let ids: Vec<Value> = rewards.into_iter().map(id).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<Eligibility> = self.database.rows("eligibility", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().map(|row| (row.reward.clone(), row)).collect())
    }
}
