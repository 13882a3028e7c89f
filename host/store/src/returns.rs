//! Returns of purchases.

use crate::{Change, StoreError, TenantStore, database::bind, value::record};
use stammgast_domain::{PurchaseId, ReturnId, purchase_return::PurchaseReturn};

impl Change {
    /// A new return; the same purchase and name a second time fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_return(&mut self, made: &PurchaseReturn) -> Result<(), StoreError> {
        self.insert("purchase_return", made.id.to_string(), made)
    }

    /// A return in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_return(&mut self, read: &PurchaseReturn, made: &PurchaseReturn) -> Result<(), StoreError> {
        self.replace("purchase_return", made.id.to_string(), read.version, made)
    }
}

impl TenantStore {
    /// One return.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purchase_return(&self, id: ReturnId) -> Result<Option<PurchaseReturn>, StoreError> {
        let bindings = bind! { "id" => record("purchase_return", id.to_string()) };
        self.database.row("purchase_return", "SELECT * FROM $id", bindings).await
    }

    /// All returns of a purchase, in the order in which they were recorded.
    ///
    /// # Errors
    /// The database failed.
    pub async fn returns_of(&self, purchase: PurchaseId) -> Result<Vec<PurchaseReturn>, StoreError> {
        let text = "SELECT * FROM purchase_return WHERE purchase = $purchase ORDER BY recorded_at, id";
        self.database.rows("purchase_return", text, bind! { "purchase" => purchase.to_string() }).await
    }
}
