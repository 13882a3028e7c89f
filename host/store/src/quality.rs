//! Quality findings.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key, value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{FindingId, InteractionId, finding::Finding};

#[derive(Serialize, Deserialize)]
struct FindingRow<F> {
    interaction: InteractionId,
    timeline_key: String,
    finding: F,
    version: u64,
}

impl Change {
    /// A new finding.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn raise_finding(&mut self, finding: &Finding) -> Result<(), StoreError> {
        let row = FindingRow {
            interaction: finding.interaction,
            timeline_key: timeline_key(finding.recorded_at, finding.id),
            finding,
            version: finding.version,
        };
        self.insert("finding", finding.id.to_string(), &row)
    }
}

impl TenantStore {
    /// One finding.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finding(&self, id: FindingId) -> Result<Option<Finding>, StoreError> {
        let bindings = bind! { "id" => record("finding", id.to_string()) };
        self.database.row("finding", "SELECT VALUE finding FROM $id", bindings).await
    }

    /// Findings, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn findings(&self, page: &PageRequest) -> Result<Page<Finding>, StoreError> {
        let rows: Vec<FindingRow<Finding>> = self.newest_rows("finding", page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.finding)).collect()))
    }

    /// The findings of one interaction.
    ///
    /// # Errors
    /// The database failed.
    pub async fn findings_of(&self, interaction: InteractionId) -> Result<Vec<Finding>, StoreError> {
        let text = "SELECT VALUE finding FROM finding WHERE interaction = $interaction";
        let bindings = bind! { "interaction" => interaction.to_string() };
        let mut findings: Vec<Finding> = self.database.rows("finding", text, bindings).await?;
        findings.sort_by_key(|finding| (finding.provenance.event, finding.provenance.effect, finding.id));
        Ok(findings)
    }
}
