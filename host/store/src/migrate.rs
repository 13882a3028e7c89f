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
    Migration { number: 4, text: include_str!("../../../schemas/db/tenant/0004_rows.surql") },
    Migration { number: 5, text: include_str!("../../../schemas/db/tenant/0005_tries.surql") },
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

#[cfg(test)]
mod tests {
    use super::*;
    use surrealdb::{Surreal, engine::local::Mem};

    /// A database of step 4, as it landed or with what some development states had in it, too.
    async fn at_step_four(also: &str) -> Database {
        let session = Surreal::new::<Mem>(()).await.unwrap();
        session.use_ns("stammgast").use_db("acme").await.unwrap();
        let database = Database::embedded("acme", session);
        migrate(&database, TENANT.get(..4).unwrap()).await.unwrap();
        database.query(also, bind! {}).await.unwrap();
        database
    }

    #[tokio::test]
    async fn data_of_either_fourth_step_goes_on() {
        for also in ["RETURN 1", "DEFINE FIELD tried ON delivery TYPE option<int>"] {
            let database = at_step_four(also).await;
            migrate(&database, TENANT).await.unwrap();
            assert_eq!(applied(&database).await.unwrap(), 5);
            let fields = "RETURN object::keys((INFO FOR TABLE delivery).fields)";
            let fields: Vec<String> = database.rows("delivery", fields, bind! {}).await.unwrap();
            assert!(fields.iter().any(|field| field == "tried"), "{fields:?}");
        }
    }

    #[tokio::test]
    async fn data_that_is_newer_than_the_program_is_refused() {
        let database = at_step_four("RETURN 1").await;
        let refused = migrate(&database, TENANT.get(..3).unwrap()).await;
        assert!(matches!(refused, Err(StoreError::NewerSchema { found: 4, known: 3, .. })), "{refused:?}");
    }

    #[test]
    fn steps_are_numbered_without_gaps() {
        for steps in [CONTROL, TENANT] {
            assert!(steps.iter().zip(1..).all(|(step, number)| step.number == number));
        }
    }
}
