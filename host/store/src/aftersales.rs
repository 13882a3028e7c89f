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

/// What warranties and returns of a purchase are counted under, so that each of them knows of those before it.
fn followed_key(purchase: PurchaseId) -> String {
    format!("followed/{purchase}")
}

/// What referrals of two customers are counted under, whoever brings.
fn pair_key(one: CustomerId, other: CustomerId) -> String {
    format!("referred/{}/{}", one.min(other), one.max(other))
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

    /// Puts warranties and returns of a purchase in an order: this change fails as [`StoreError::Spent`] where another one
    /// came between it and what it has read.
    pub fn follow(&mut self, purchase: PurchaseId, followed_before: u64) {
        self.count(&followed_key(purchase), 1, Some(followed_before + 1));
    }

    /// A referral in place of the one that was read, if there was one; somebody looks at it again at `look_at`. A new one of
    /// the same two customers, whoever brings, fails as [`StoreError::Spent`].
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
        if let Some(read) = read {
            self.replace("referral", key, read.version, &of_referral(referral))?;
        } else {
            self.insert("referral", key, &of_referral(referral))?;
            self.count(&pair_key(referral.referrer, referral.customer), 1, Some(1));
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

    /// How many warranties and returns of a purchase were recorded or undone; to be read first, so that what is read after
    /// it is no older.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followed(&self, purchase: PurchaseId) -> Result<u64, StoreError> {
        let key = followed_key(purchase);
        let followed = self.tallies(std::slice::from_ref(&key)).await?.remove(&key).unwrap_or_default();
        Ok(u64::try_from(followed).unwrap_or_default())
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
