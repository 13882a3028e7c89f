//! Schema migrations: numbered, forward only, each applied in one transaction with its number.

use crate::{
    StoreError,
    database::{Database, bind},
    value,
};
use serde::Deserialize;

/// One step of a schema.
pub(crate) struct Migration {
    /// Number, from 1, without gaps.
    pub(crate) number: u32,
    /// Statements.
    pub(crate) text: &'static str,
}

/// Steps of the control database.
pub(crate) const CONTROL: &[Migration] = &[
    Migration { number: 1, text: include_str!("../../../schemas/db/control/0001_initial.surql") },
    Migration { number: 2, text: include_str!("../../../schemas/db/control/0002_vault.surql") },
    Migration { number: 3, text: include_str!("../../../schemas/db/control/0003_signatures.surql") },
];

/// Steps of a tenant's database.
pub(crate) const TENANT: &[Migration] = &[
    Migration { number: 1, text: include_str!("../../../schemas/db/tenant/0001_initial.surql") },
    Migration { number: 2, text: include_str!("../../../schemas/db/tenant/0002_deliveries.surql") },
    Migration { number: 3, text: include_str!("../../../schemas/db/tenant/0003_lifecycle.surql") },
    Migration { number: 4, text: include_str!("../../../schemas/db/tenant/0004_rows_and_tries.surql") },
];

#[derive(Deserialize)]
struct Applied {
    version: u32,
}

/// Brings a database up to date. Safe to run again, and refuses data that is newer than this program.
///
/// # Errors
/// [`StoreError::NewerSchema`], or the database failed; then nothing of the failed step remains.
pub(crate) async fn migrate(database: &Database, steps: &[Migration]) -> Result<(), StoreError> {
    let known = steps.last().map_or(0, |step| step.number);
    let found = applied(database).await?;
    if found > known {
        return Err(StoreError::NewerSchema { database: database.name().to_owned(), found, known });
    }
    for step in steps.iter().filter(|step| step.number > found) {
        let text = format!(
            "BEGIN; DEFINE TABLE IF NOT EXISTS schema_version SCHEMAFULL; \
             DEFINE FIELD IF NOT EXISTS version ON schema_version TYPE int; \
             {}\nUPSERT schema_version:main SET version = $version RETURN NONE; COMMIT;",
            step.text
        );
        database.query(&text, bind! { "version" => i64::from(step.number) }).await?;
        tracing::info!(database = database.name(), step = step.number, "schema step applied");
    }
    Ok(())
}

async fn applied(database: &Database) -> Result<u32, StoreError> {
    let id = value::record("schema_version", "main");
    let row: Result<Option<Applied>, StoreError> =
        database.row("schema_version", "SELECT * FROM $id", bind! { "id" => id }).await;
    match row {
        Ok(row) => Ok(row.map_or(0, |row| row.version)),
        Err(StoreError::Database(error)) if error.is_not_found() => Ok(0),
        Err(error) => Err(error),
    }
}
