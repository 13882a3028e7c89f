//! What follows a purchase: warranties on it, and referrals that it makes count.

use crate::{
    Change, DueItem, DueWhat, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key,
    value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, PurchaseId, Timestamp, WarrantyId,
    referral::{Referral, ReferralStatus},
    warranty::Warranty,
};

#[derive(Serialize, Deserialize)]
struct Row<T> {
    timeline_key: String,
    #[serde(flatten)]
    row: T,
}

fn of_warranty(row: &Warranty) -> Row<&Warranty> {
    Row { timeline_key: timeline_key(row.recorded_at, row.id), row }
}

fn of_referral(row: &Referral) -> Row<&Referral> {
    Row { timeline_key: timeline_key(row.created_at, row.customer), row }
}

impl Change {
    /// A new warranty; the same piece a second time fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_warranty(&mut self, warranty: &Warranty) -> Result<(), StoreError> {
        self.insert("warranty", warranty.id.to_string(), &of_warranty(warranty))
    }

    /// A warranty in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_warranty(&mut self, read: &Warranty, warranty: &Warranty) -> Result<(), StoreError> {
        self.replace("warranty", warranty.id.to_string(), read.version, &of_warranty(warranty))
    }

    /// A referral in place of the one that was read, if there was one; somebody looks at it again at `look_at`.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn put_referral(
        &mut self,
        read: Option<&Referral>,
        referral: &Referral,
        look_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let key = referral.customer.to_string();
        match read {
            Some(read) => self.replace("referral", key, read.version, &of_referral(referral))?,
            None => self.insert("referral", key, &of_referral(referral))?,
        }
        match look_at.filter(|_| referral.status == ReferralStatus::Pending) {
            Some(at) => self.look_at_referral(referral.customer, at),
            None => Ok(()),
        }
    }

    /// Somebody has to look at a referral at a time.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn look_at_referral(&mut self, customer: CustomerId, at: Timestamp) -> Result<(), StoreError> {
        self.wait_for(&DueItem { at, what: DueWhat::Referral(customer) })
    }
}

impl TenantStore {
    /// One warranty.
    ///
    /// # Errors
    /// The database failed.
    pub async fn warranty(&self, id: WarrantyId) -> Result<Option<Warranty>, StoreError> {
        let bindings = bind! { "id" => record("warranty", id.to_string()) };
        self.database.row("warranty", "SELECT * FROM $id", bindings).await
    }

    /// Warranties on what a purchase brought.
    ///
    /// # Errors
    /// The database failed.
    pub async fn warranties_on(&self, purchase: PurchaseId) -> Result<Vec<Warranty>, StoreError> {
        let query = "SELECT * FROM warranty WHERE purchase = $purchase";
        self.database.rows("warranty", query, bind! { "purchase" => purchase.to_string() }).await
    }

    /// A customer's warranties, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn warranties_of(&self, customer: CustomerId, page: &PageRequest) -> Result<Page<Warranty>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<Row<Warranty>> = self.timeline_rows("warranty", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.row)).collect()))
    }

    /// Who brought a customer, if somebody did.
    ///
    /// # Errors
    /// The database failed.
    pub async fn referral(&self, customer: CustomerId) -> Result<Option<Referral>, StoreError> {
        let bindings = bind! { "id" => record("referral", customer.to_string()) };
        self.database.row("referral", "SELECT * FROM $id", bindings).await
    }

    /// Whom a customer brought, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn referrals_of(&self, referrer: CustomerId, page: &PageRequest) -> Result<Page<Referral>, StoreError> {
        let owner = referrer.to_string();
        let rows: Vec<Row<Referral>> = self.timeline_rows("referral", "referrer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.row)).collect()))
    }
}
