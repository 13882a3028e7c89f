//! Offers, and vouchers of them.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key, value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, RedemptionId, Timestamp, VoucherId,
    voucher::{Offer, OfferTerms, Voucher, issued_key, issued_to_key},
};
use std::collections::BTreeMap;

/// An offer as it is stored: its code is the row's id.
#[derive(Serialize, Deserialize)]
struct OfferRow {
    #[serde(default, skip_serializing)]
    id: String,
    #[serde(flatten)]
    terms: OfferTerms,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
}

impl From<&Offer> for OfferRow {
    fn from(offer: &Offer) -> Self {
        let Offer { code, terms, created_at, updated_at, version } = offer.clone();
        Self { id: code, terms, created_at, updated_at, version }
    }
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        let OfferRow { id: code, terms, created_at, updated_at, version } = row;
        Self { code, terms, created_at, updated_at, version }
    }
}

#[derive(Serialize, Deserialize)]
struct VoucherRow<V> {
    timeline_key: String,
    #[serde(flatten)]
    voucher: V,
}

impl<'a> VoucherRow<&'a Voucher> {
    fn of(voucher: &'a Voucher) -> Self {
        Self { timeline_key: timeline_key(voucher.recorded_at, voucher.id), voucher }
    }
}

impl Change {
    /// Counts vouchers of an offer that a customer gets, now or once points are spent; no more than the offer allows.
    pub fn count_vouchers(&mut self, offer: &Offer, customer: CustomerId, quantity: u32) {
        let Offer { code, terms, .. } = offer;
        self.count(&issued_key(code), i64::from(quantity), terms.stock);
        self.count(&issued_to_key(code, customer), i64::from(quantity), terms.per_customer.map(u64::from));
    }

    /// Counts vouchers that were counted before: below zero where they will not be used, above where that was counted twice.
    pub fn recount_vouchers(&mut self, offer: &str, customer: CustomerId, more: i64) {
        self.count(&issued_key(offer), more, None);
        self.count(&issued_to_key(offer, customer), more, None);
    }

    /// A new offer; a second one with the same code fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_offer(&mut self, offer: &Offer) -> Result<(), StoreError> {
        self.insert("offer", offer.code.as_str(), &OfferRow::from(offer))
    }

    /// An offer in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_offer(&mut self, read: &Offer, offer: &Offer) -> Result<(), StoreError> {
        self.replace("offer", offer.code.as_str(), read.version, &OfferRow::from(offer))
    }

    /// A new voucher.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn issue_voucher(&mut self, voucher: &Voucher) -> Result<(), StoreError> {
        self.insert("voucher", voucher.id.to_string(), &VoucherRow::of(voucher))
    }

    /// A voucher in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_voucher(&mut self, read: &Voucher, voucher: &Voucher) -> Result<(), StoreError> {
        self.replace("voucher", voucher.id.to_string(), read.version, &VoucherRow::of(voucher))
    }
}

impl TenantStore {
    /// The offers, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn offers(&self) -> Result<BTreeMap<String, Offer>, StoreError> {
        let rows: Vec<OfferRow> = self.database.rows("offer", "SELECT * FROM offer", bind! {}).await?;
        Ok(rows.into_iter().map(Offer::from).map(|offer| (offer.code.clone(), offer)).collect())
    }

    /// One voucher.
    ///
    /// # Errors
    /// The database failed.
    pub async fn voucher(&self, id: VoucherId) -> Result<Option<Voucher>, StoreError> {
        let bindings = bind! { "id" => record("voucher", id.to_string()) };
        self.database.row("voucher", "SELECT * FROM $id", bindings).await
    }

    /// Vouchers that were given for a redemption.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vouchers_for(&self, redemption: RedemptionId) -> Result<Vec<Voucher>, StoreError> {
        let query = "SELECT * FROM voucher WHERE redemption = $redemption";
        self.database.rows("voucher", query, bind! { "redemption" => redemption.to_string() }).await
    }

    /// A customer's vouchers, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vouchers_of(&self, customer: CustomerId, page: &PageRequest) -> Result<Page<Voucher>, StoreError> {
        let owner = customer.to_string();
        let rows: Vec<VoucherRow<Voucher>> = self.timeline_rows("voucher", "customer", &owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.voucher)).collect()))
    }
}
