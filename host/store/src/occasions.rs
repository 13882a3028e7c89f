//! Days that matter: whose they are, which were told, and who wants to be reminded.

use crate::{
    Change, DueItem, DueWhat, StoreError, TenantStore,
    database::bind,
    value::{self, record},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    customer::Customer,
    occasion::{Occasion, Reminder},
};
use std::collections::BTreeSet;
use surrealdb::types::Value;

/// Which day of a customer comes every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearlyDay {
    /// The day of birth.
    Born,
    /// The day since when somebody is a customer.
    Joined,
}

/// The first day whose birthdays and anniversaries were not told yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// That day.
    pub next_day: Date,
    /// Counts up with every day, for optimistic locking.
    pub version: u64,
}

#[derive(Serialize)]
struct Told {
    occurred_at: stammgast_domain::Timestamp,
    recorded_at: stammgast_domain::Timestamp,
}

/// What customers of a day are found by: month, day and id.
pub(crate) fn yearly_key(month_day: &str, id: impl std::fmt::Display) -> String {
    format!("{month_day}/{id}")
}

impl Change {
    /// Notes that an occasion is told. A second time it fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn reach_occasion(&mut self, occasion: &Occasion) -> Result<(), StoreError> {
        let Occasion { occurred_at, recorded_at, .. } = occasion;
        let told = Told { occurred_at: *occurred_at, recorded_at: *recorded_at };
        self.insert("occasion", occasion.key(), &told)
    }

    /// Notes how far the calendar has got.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn turn_calendar(&mut self, read: Option<Calendar>, next_day: Date) -> Result<(), StoreError> {
        let version = read.map_or(1, |read| read.version + 1);
        let calendar = Calendar { next_day, version };
        match read {
            Some(read) => self.replace("calendar", "main", read.version, &calendar),
            None => self.insert("calendar", "main", &calendar),
        }
    }

    /// Reminds an installation, in place of an earlier reminder of that name.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn set_reminder(&mut self, reminder: &Reminder) -> Result<(), StoreError> {
        self.put("reminder", reminder.key(), reminder)?;
        self.wait_for(&DueItem { at: reminder.at, what: DueWhat::Reminder(reminder.key()) })
    }

    /// Takes a reminder back.
    pub fn cancel_reminder(&mut self, key: &str) {
        self.delete("reminder", key);
    }

    /// Takes away a reminder that was told, unless another one came in its place meanwhile.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn end_reminder(&mut self, told: &Reminder) -> Result<(), StoreError> {
        self.replace("reminder", told.key(), told.version, told)?;
        self.delete("reminder", told.key());
        Ok(())
    }
}

impl TenantStore {
    /// How far the calendar has got; `None` where nobody has begun.
    ///
    /// # Errors
    /// The database failed.
    pub async fn calendar(&self) -> Result<Option<Calendar>, StoreError> {
        self.database.row("calendar", "SELECT * FROM calendar:main", bind! {}).await
    }

    /// Customers whose day this is (`05-17`), in the order of their ids; at most `limit`, after one of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn customers_of_day(
        &self,
        which: YearlyDay,
        month_day: &str,
        after: Option<&Customer>,
        limit: usize,
    ) -> Result<Vec<Customer>, StoreError> {
        let field = match which {
            YearlyDay::Born => "born_key",
            YearlyDay::Joined => "joined_key",
        };
        let query =
            format!("SELECT * FROM customer WHERE {field} > $after AND {field} < $end ORDER BY {field} LIMIT $limit");
        let after = after.map_or_else(String::new, |last| last.id.to_string());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let bindings = bind! {
            "after" => yearly_key(month_day, after), "end" => yearly_key(month_day, "~"), "limit" => limit,
        };
        self.database.rows("customer", &query, bindings).await
    }

    /// Which of these occasions were told.
    ///
    /// # Errors
    /// The database failed.
    pub async fn told_among(&self, keys: impl Iterator<Item = String>) -> Result<BTreeSet<String>, StoreError> {
        let ids: Vec<Value> = keys.map(|key| Value::RecordId(record("occasion", key))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let told: Vec<String> =
            self.database.rows("occasion", "SELECT VALUE record::id(id) FROM $ids", bindings).await?;
        Ok(told.into_iter().collect())
    }

    /// A reminder, by its key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reminder(&self, key: &str) -> Result<Option<Reminder>, StoreError> {
        self.database.row("reminder", "SELECT * FROM $id", bind! { "id" => record("reminder", key) }).await
    }

    /// A customer's reminders of an installation, by name; at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reminders_of(
        &self,
        installation: stammgast_domain::InstallationId,
        customer: stammgast_domain::CustomerId,
        limit: usize,
    ) -> Result<Vec<Reminder>, StoreError> {
        let prefix = Reminder::key_of(installation, customer, "");
        let range = value::keys_between("reminder", &prefix, &format!("{prefix}~"));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = "SELECT * FROM fn::rows($range) LIMIT $limit";
        self.database.rows("reminder", query, bind! { "range" => range, "limit" => limit }).await
    }
}
