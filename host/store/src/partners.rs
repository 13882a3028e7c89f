//! Partners, their accounts and statements.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore,
    database::bind,
    value::{composite, key_range, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp,
    ledger::{PartnerAccount, Statement},
    partner::{Partner, PartnerStatus, PartnerTerms},
};
use std::{collections::BTreeMap, ops::Bound};

#[derive(Serialize, Deserialize)]
struct PartnerRow {
    #[serde(default, skip_serializing)]
    id: String,
    name: String,
    status: PartnerStatus,
    programs: BTreeMap<String, PartnerTerms>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
}

impl From<&Partner> for PartnerRow {
    fn from(partner: &Partner) -> Self {
        let Partner { code, name, status, programs, created_at, updated_at, version } = partner.clone();
        Self { id: code, name, status, programs, created_at, updated_at, version }
    }
}

impl From<PartnerRow> for Partner {
    fn from(row: PartnerRow) -> Self {
        let PartnerRow { id: code, name, status, programs, created_at, updated_at, version } = row;
        Self { code, name, status, programs, created_at, updated_at, version }
    }
}

impl Change {
    /// A new partner; a second one with the same code fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_partner(&mut self, partner: &Partner) -> Result<(), StoreError> {
        self.insert("partner", partner.code.as_str(), &PartnerRow::from(partner))
    }

    /// A partner in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_partner(&mut self, read: &Partner, partner: &Partner) -> Result<(), StoreError> {
        self.replace("partner", partner.code.as_str(), read.version, &PartnerRow::from(partner))
    }
}

impl TenantStore {
    /// All partners, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn partners(&self) -> Result<Vec<Partner>, StoreError> {
        let rows: Vec<PartnerRow> = self.database.rows("partner", "SELECT * FROM partner", bind! {}).await?;
        Ok(rows.into_iter().map(Partner::from).collect())
    }

    /// One partner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn partner(&self, code: &str) -> Result<Option<Partner>, StoreError> {
        let bindings = bind! { "id" => record("partner", code) };
        let row: Option<PartnerRow> = self.database.row("partner", "SELECT * FROM $id", bindings).await?;
        Ok(row.map(Partner::from))
    }

    /// What is open with a partner, program by program.
    ///
    /// # Errors
    /// The database failed.
    pub async fn partner_accounts(&self, code: &str) -> Result<Vec<PartnerAccount>, StoreError> {
        let query = "SELECT * FROM partner_account WHERE of.partner = $partner";
        self.database.rows("partner_account", query, bind! { "partner" => code }).await
    }

    /// A partner's statements in a program, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn statements(
        &self,
        program: &str,
        partner: &str,
        page: &PageRequest,
    ) -> Result<Page<Statement>, StoreError> {
        let number = page.after.as_deref().and_then(|after| after.parse::<i64>().ok()).unwrap_or(i64::MAX);
        let start = Bound::Included(composite([text(program), text(partner)]));
        let end = Bound::Excluded(composite([text(program), text(partner), crate::value::int(number)]));
        let bindings = bind! { "range" => key_range("partner_statement", start, end), "limit" => page.probe() };
        let query = "SELECT * FROM $range ORDER BY id DESC LIMIT $limit";
        let rows: Vec<Statement> = self.database.rows("partner_statement", query, bindings).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.number.to_string(), row)).collect()))
    }
}
