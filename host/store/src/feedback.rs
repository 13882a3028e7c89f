//! Departments and the feedback they receive.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore, database::bind, purchases::timeline_key, value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    FeedbackItemId, Timestamp,
    feedback::{Department, FeedbackItem},
};
use std::collections::BTreeSet;

#[derive(Serialize, Deserialize)]
struct DepartmentRow {
    #[serde(default, skip_serializing)]
    id: String,
    name: String,
    #[serde(default)]
    is_default: bool,
    created_at: Timestamp,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct ItemRow<I> {
    department: String,
    timeline_key: String,
    item: I,
    version: u64,
}

fn row(item: &FeedbackItem) -> ItemRow<&FeedbackItem> {
    ItemRow {
        department: item.department.clone(),
        timeline_key: timeline_key(item.recorded_at, item.id),
        item,
        version: item.version,
    }
}

impl From<&Department> for DepartmentRow {
    fn from(department: &Department) -> Self {
        let Department { name, is_default, created_at, version, .. } = department.clone();
        Self { id: String::new(), name, is_default, created_at, version }
    }
}

impl Change {
    /// A new department; a code that is taken fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_department(&mut self, department: &Department) -> Result<(), StoreError> {
        self.insert("department", department.code.clone(), &DepartmentRow::from(department))
    }

    /// A department in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_department(&mut self, read: &Department, department: &Department) -> Result<(), StoreError> {
        self.replace("department", department.code.clone(), read.version, &DepartmentRow::from(department))
    }

    /// A new feedback item.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn open_feedback(&mut self, item: &FeedbackItem) -> Result<(), StoreError> {
        self.insert("feedback_item", item.id.to_string(), &row(item))
    }

    /// A feedback item in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_feedback(&mut self, read: &FeedbackItem, item: &FeedbackItem) -> Result<(), StoreError> {
        self.replace("feedback_item", item.id.to_string(), read.version, &row(item))
    }
}

impl TenantStore {
    /// All departments, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn departments(&self) -> Result<Vec<Department>, StoreError> {
        let rows: Vec<DepartmentRow> = self.database.rows("department", "SELECT * FROM department", bind! {}).await?;
        let department = |row: DepartmentRow| Department {
            code: row.id,
            name: row.name,
            is_default: row.is_default,
            created_at: row.created_at,
            version: row.version,
        };
        Ok(rows.into_iter().map(department).collect())
    }

    /// The departments' codes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn department_codes(&self) -> Result<BTreeSet<String>, StoreError> {
        Ok(self.departments().await?.into_iter().map(|department| department.code).collect())
    }

    /// One feedback item.
    ///
    /// # Errors
    /// The database failed.
    pub async fn feedback_item(&self, id: FeedbackItemId) -> Result<Option<FeedbackItem>, StoreError> {
        let bindings = bind! { "id" => record("feedback_item", id.to_string()) };
        self.database.row("feedback_item", "SELECT VALUE item FROM $id", bindings).await
    }

    /// Feedback items, newest first, of one department or of all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn feedback_items(
        &self,
        department: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<FeedbackItem>, StoreError> {
        let rows: Vec<ItemRow<FeedbackItem>> = match department {
            Some(code) => self.timeline_rows("feedback_item", "department", code, page).await?,
            None => self.newest_rows("feedback_item", page).await?,
        };
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.item)).collect()))
    }
}
