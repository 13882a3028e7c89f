//! What customers do beside buying.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key, value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{ActivityId, CustomerId, activity::Activity};

#[derive(Serialize, Deserialize)]
struct ActivityRow<A> {
    timeline_key: String,
    #[serde(flatten)]
    activity: A,
}

impl Change {
    /// A new activity; the same source and name a second time fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_activity(&mut self, activity: &Activity) -> Result<(), StoreError> {
        let timeline_key = timeline_key(activity.occurred_at, activity.id);
        self.insert("activity", activity.id.to_string(), &ActivityRow { timeline_key, activity })
    }
}

impl TenantStore {
    /// One activity.
    ///
    /// # Errors
    /// The database failed.
    pub async fn activity(&self, id: ActivityId) -> Result<Option<Activity>, StoreError> {
        let bindings = bind! { "id" => record("activity", id.to_string()) };
        self.database.row("activity", "SELECT * FROM $id", bindings).await
    }

    /// A customer's activities, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn activities_of(&self, customer: CustomerId, page: &PageRequest) -> Result<Page<Activity>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<ActivityRow<Activity>> = self.timeline_rows("activity", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.activity)).collect()))
    }
}
