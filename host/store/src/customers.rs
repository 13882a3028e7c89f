//! Customers, their references and their contact points.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore,
    database::bind,
    occasions::yearly_key,
    value::{self, record},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId,
    contact_point::{Address, ContactPoint},
    customer::{Customer, Reference},
};
use std::collections::HashMap;
use surrealdb::types::Value;

#[derive(Serialize, Deserialize)]
struct Owner {
    #[serde(default, skip_serializing)]
    id: String,
    customer: CustomerId,
}

/// A customer, and what its days of the year are found by.
#[derive(Serialize)]
struct CustomerRow<'a> {
    #[serde(flatten)]
    customer: &'a Customer,
    #[serde(skip_serializing_if = "Option::is_none")]
    born_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined_key: Option<String>,
}

impl<'a> CustomerRow<'a> {
    fn of(customer: &'a Customer) -> Self {
        let key = |month_day: String| yearly_key(&month_day, customer.id);
        Self {
            customer,
            born_key: customer.birthday.map(|birthday| key(birthday.month_day())),
            joined_key: customer.customer_since.map(|since| key(since.strftime("%m-%d").to_string())),
        }
    }
}

impl Change {
    /// A new customer, and its reference.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        self.insert("customer", customer.id.to_string(), &CustomerRow::of(customer))?;
        self.reference(customer)
    }

    /// A customer in place of the version that was read, and its reference if it got one.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_customer(&mut self, read: &Customer, customer: &Customer) -> Result<(), StoreError> {
        self.replace("customer", customer.id.to_string(), read.version, &CustomerRow::of(customer))?;
        if read.reference == customer.reference {
            return Ok(());
        }
        if let Some(former) = &read.reference {
            self.delete("customer_reference", former.key());
        }
        self.reference(customer)
    }

    fn reference(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let Some(reference) = &customer.reference else { return Ok(()) };
        self.insert("customer_reference", reference.key(), &Owner { id: String::new(), customer: customer.id })
    }

    /// A new contact point; it fails as a duplicate when the address has an owner.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn add_contact_point(&mut self, point: &ContactPoint) -> Result<(), StoreError> {
        self.insert("contact_point", point.address.key(), point)
    }
}

impl TenantStore {
    /// One customer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let bindings = bind! { "id" => record("customer", id.to_string()) };
        self.database.row("customer", "SELECT * FROM $id", bindings).await
    }

    /// Customers, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn customers(&self, page: &PageRequest) -> Result<Page<Customer>, StoreError> {
        let rows: Vec<Customer> = self.rows_by_id("customer", page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.id.to_string(), row)).collect()))
    }

    /// The customers that these references name, by reference key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn customers_by_reference<'a>(
        &self,
        references: impl IntoIterator<Item = &'a Reference>,
    ) -> Result<HashMap<String, CustomerId>, StoreError> {
        let ids: Vec<Value> = references
            .into_iter()
            .map(|reference| Value::RecordId(record("customer_reference", reference.key())))
            .collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<Owner> = self.database.rows("customer_reference", "SELECT * FROM $ids", bindings).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.customer)).collect())
    }

    /// Which of these customers exist.
    ///
    /// # Errors
    /// The database failed.
    pub async fn existing_customers(
        &self,
        ids: impl IntoIterator<Item = CustomerId>,
    ) -> Result<std::collections::HashSet<CustomerId>, StoreError> {
        let ids: Vec<Value> = ids.into_iter().map(|id| Value::RecordId(record("customer", id.to_string()))).collect();
        let bindings = bind! { "ids" => Value::Array(ids.into()) };
        let rows: Vec<CustomerId> = self.database.rows("customer", "SELECT VALUE id FROM $ids", bindings).await?;
        Ok(rows.into_iter().collect())
    }

    /// A customer's contact points, by address.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contact_points(&self, customer: CustomerId) -> Result<Vec<ContactPoint>, StoreError> {
        let text = "SELECT * FROM contact_point WHERE customer = $customer";
        let bindings = bind! { "customer" => customer.to_string() };
        let mut points: Vec<ContactPoint> = self.database.rows("contact_point", text, bindings).await?;
        points.sort_by(|a, b| a.address.cmp(&b.address));
        Ok(points)
    }

    /// The owner of an address.
    ///
    /// # Errors
    /// The database failed.
    pub async fn owner_of(&self, address: &Address) -> Result<Option<CustomerId>, StoreError> {
        let bindings = bind! { "id" => record("contact_point", address.key()) };
        let row: Option<Owner> = self.database.row("contact_point", "SELECT * FROM $id", bindings).await?;
        Ok(row.map(|row| row.customer))
    }

    /// Rows of a table in the order of their ids.
    pub(crate) async fn rows_by_id<T: serde::de::DeserializeOwned>(
        &self,
        table: &'static str,
        page: &PageRequest,
    ) -> Result<Vec<T>, StoreError> {
        let range = value::keys_after(table, page.after.as_deref());
        let bindings = bind! { "range" => range, "limit" => page.probe() };
        self.database.rows(table, "SELECT * FROM fn::rows($range) LIMIT $limit", bindings).await
    }
}
