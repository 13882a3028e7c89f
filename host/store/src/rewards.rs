//! Rewards.

use crate::{Change, StoreError, TenantStore, database::bind};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp,
    reward::{Reward, RewardTerms},
};
use std::collections::BTreeMap;

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
}
