//! Loyalty programs, and what holds for a tenant as a whole.

use crate::{
    Change, StoreError, TenantStore,
    database::{FIRST, bind, take_rows},
    value::record,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    program::{Policy, Program, Zone},
    tenant::{Setup, TenantSettings},
};
use std::collections::BTreeMap;

/// A program as it is stored: its code is the row's id.
#[derive(Serialize, Deserialize)]
struct ProgramRow {
    #[serde(default, skip_serializing)]
    id: String,
    name: String,
    policy: Policy,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
}

impl From<&Program> for ProgramRow {
    fn from(program: &Program) -> Self {
        let Program { code, name, policy, created_at, updated_at, version } = program.clone();
        Self { id: code, name, policy, created_at, updated_at, version }
    }
}

impl From<ProgramRow> for Program {
    fn from(row: ProgramRow) -> Self {
        let ProgramRow { id: code, name, policy, created_at, updated_at, version } = row;
        Self { code, name, policy, created_at, updated_at, version }
    }
}

/// What a redemption goes by.
#[derive(Debug, Clone)]
pub struct AtTheTill {
    /// Whether the customer is there.
    pub is_customer: bool,
    /// The program, if it is there.
    pub program: Option<Program>,
    /// Where the tenant's days begin and end.
    pub zone: Zone,
}

impl Change {
    /// A new loyalty program; a second one with the same code fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn create_program(&mut self, program: &Program) -> Result<(), StoreError> {
        self.insert("program", program.code.as_str(), &ProgramRow::from(program))
    }

    /// A program in place of the one that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_program(&mut self, read: &Program, program: &Program) -> Result<(), StoreError> {
        self.replace("program", program.code.as_str(), read.version, &ProgramRow::from(program))
    }

    /// The tenant's settings in place of those that were read, if there were any.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn put_settings(&mut self, read: Option<&TenantSettings>, settings: &TenantSettings) -> Result<(), StoreError> {
        match read {
            Some(read) => self.replace("tenant_settings", "main", read.version, settings),
            None => self.insert("tenant_settings", "main", settings),
        }
    }
}

impl TenantStore {
    /// The programs, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn programs(&self) -> Result<BTreeMap<String, Program>, StoreError> {
        let rows: Vec<ProgramRow> = self.database.rows("program", "SELECT * FROM program", bind! {}).await?;
        Ok(rows.into_iter().map(Program::from).map(|program| (program.code.clone(), program)).collect())
    }

    /// The tenant's settings, if any were made.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settings(&self) -> Result<Option<TenantSettings>, StoreError> {
        self.database.row("tenant_settings", "SELECT * FROM tenant_settings:main", bind! {}).await
    }

    /// What a redemption goes by, in one read: whether the customer is there, the program, and where days begin.
    ///
    /// # Errors
    /// The database failed.
    pub async fn at_the_till(&self, customer: CustomerId, program: &str) -> Result<AtTheTill, StoreError> {
        let query = "SELECT VALUE id FROM $customer; SELECT * FROM $program; SELECT * FROM tenant_settings:main;";
        let bindings = bind! {
            "customer" => record("customer", customer.to_string()), "program" => record("program", program),
        };
        let mut results = self.database.read_together(query, bindings).await?;
        let customers: Vec<CustomerId> = take_rows("customer", &mut results, FIRST)?;
        let programs: Vec<ProgramRow> = take_rows("program", &mut results, FIRST + 1)?;
        let settings: Vec<TenantSettings> = take_rows("tenant_settings", &mut results, FIRST + 2)?;
        Ok(AtTheTill {
            is_customer: !customers.is_empty(),
            program: programs.into_iter().next().map(Program::from),
            zone: settings.into_iter().next().map_or_else(Zone::utc, |settings| settings.zone),
        })
    }

    /// What the tenant has set up that effects may name or go by.
    ///
    /// # Errors
    /// The database failed.
    pub async fn setup(&self) -> Result<Setup, StoreError> {
        let (programs, offers, rewards, departments, settings) =
            tokio::try_join!(self.programs(), self.offers(), self.rewards(), self.departments(), self.settings())?;
        let rewards = rewards.into_keys().collect();
        let default_department = departments.iter().find(|one| one.is_default).map(|one| one.code.clone());
        let departments = departments.into_iter().map(|department| department.code).collect();
        let TenantSettings { zone, contact, hold_out, .. } = settings.unwrap_or_default();
        Ok(Setup { programs, offers, rewards, contact, hold_out, departments, default_department, zone })
    }
}
