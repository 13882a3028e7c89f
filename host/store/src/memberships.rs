//! Plans, and the memberships of customers in them.

use crate::{
    Change, DueItem, DueWhat, StoreError, TenantStore,
    database::bind,
    value::{self, record},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    membership::{Membership, MembershipPlan, MembershipStatus, PlanTerms},
    program::Zone,
};
use std::collections::BTreeMap;

/// A plan as it is stored: its code is the row's id.
#[derive(Serialize, Deserialize)]
struct PlanRow {
    #[serde(default, skip_serializing)]
    id: String,
    #[serde(flatten)]
    terms: PlanTerms,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
}

impl From<&MembershipPlan> for PlanRow {
    fn from(plan: &MembershipPlan) -> Self {
        let MembershipPlan { code, terms, created_at, updated_at, version } = plan.clone();
        Self { id: code, terms, created_at, updated_at, version }
    }
}

impl From<PlanRow> for MembershipPlan {
    fn from(row: PlanRow) -> Self {
        let PlanRow { id: code, terms, created_at, updated_at, version } = row;
        Self { code, terms, created_at, updated_at, version }
    }
}

fn key(customer: CustomerId, plan: &str) -> String {
    format!("{customer}/{plan}")
}

impl Change {
    /// A new plan; a second one with the same code fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_plan(&mut self, plan: &MembershipPlan) -> Result<(), StoreError> {
        self.insert("membership_plan", plan.code.as_str(), &PlanRow::from(plan))
    }

    /// A plan in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_plan(&mut self, read: &MembershipPlan, plan: &MembershipPlan) -> Result<(), StoreError> {
        self.replace("membership_plan", plan.code.as_str(), read.version, &PlanRow::from(plan))
    }

    /// A membership in place of the one that was read, if there was one, and when to look at it again.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn put_membership(
        &mut self,
        read: Option<&Membership>,
        membership: &Membership,
        zone: &Zone,
    ) -> Result<(), StoreError> {
        let key = key(membership.customer, &membership.plan);
        match read {
            Some(read) => self.replace("membership", key.as_str(), read.version, membership)?,
            None => self.insert("membership", key.as_str(), membership)?,
        }
        self.review_membership(membership, zone, Timestamp::MIN)
    }

    /// Somebody has to look at a membership at all times after this one that matter to it.
    ///
    /// # Errors
    /// The rows cannot be written.
    pub fn review_membership(
        &mut self,
        membership: &Membership,
        zone: &Zone,
        after: Timestamp,
    ) -> Result<(), StoreError> {
        let end = (membership.status == MembershipStatus::Active).then(|| membership.ends_at(zone));
        let times = end.into_iter().chain(membership.notice_at(zone)).filter(|at| *at > after);
        for at in times {
            let what = DueWhat::Membership(key(membership.customer, &membership.plan));
            self.wait_for(&DueItem { at, what })?;
        }
        Ok(())
    }
}

impl TenantStore {
    /// The plans, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn plans(&self) -> Result<BTreeMap<String, MembershipPlan>, StoreError> {
        let rows: Vec<PlanRow> =
            self.database.rows("membership_plan", "SELECT * FROM membership_plan", bind! {}).await?;
        Ok(rows.into_iter().map(MembershipPlan::from).map(|plan| (plan.code.clone(), plan)).collect())
    }

    /// A customer's membership in a plan, if there is one or was.
    ///
    /// # Errors
    /// The database failed.
    pub async fn membership(&self, customer: CustomerId, plan: &str) -> Result<Option<Membership>, StoreError> {
        self.membership_by_key(&key(customer, plan)).await
    }

    /// The same, by its key among what is due.
    ///
    /// # Errors
    /// The database failed.
    pub async fn membership_by_key(&self, key: &str) -> Result<Option<Membership>, StoreError> {
        self.database.row("membership", "SELECT * FROM $id", bind! { "id" => record("membership", key) }).await
    }

    /// A customer's memberships, by plan.
    ///
    /// # Errors
    /// The database failed.
    pub async fn memberships_of(&self, customer: CustomerId) -> Result<Vec<Membership>, StoreError> {
        let range = value::keys_between("membership", &key(customer, ""), &key(customer, "~"));
        self.database.rows("membership", "SELECT * FROM $range", bind! { "range" => range }).await
    }
}
