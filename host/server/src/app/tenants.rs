//! Tenants: each gets a database of its own, a loyalty program and a first key.

use super::{
    App, AppError,
    keys::{self, NewKey},
};
use stammgast_domain::{TenantId, access, ledger::DEFAULT_PROGRAM, tenant::Tenant};
use stammgast_store::{Change, StoreError};

/// Creates a tenant with its database, the program `points` and a first key with every scope.
///
/// # Errors
/// The id is taken, or a text is refused.
pub async fn create(app: &App, id: TenantId, name: String) -> Result<(Tenant, NewKey), AppError> {
    let now = app.clock.now();
    let tenant = Tenant::new(id, name, now).map_err(|error| AppError::invalid("name", error))?;
    app.store.create_tenant(&tenant).await.map_err(|error| match error {
        StoreError::Duplicate { .. } => {
            let problem = format!("there is a tenant `{}` already; choose another id", tenant.id);
            AppError::Conflict { code: "tenant-taken", problem }
        }
        other => other.into(),
    })?;
    let store = app.store.tenant(&tenant.id).await?.ok_or(AppError::NotFound("tenant"))?;
    let mut change = Change::new();
    change.create_program(DEFAULT_PROGRAM, "Points", now)?;
    store.commit(change).await?;
    let key = keys::create(app, Some(tenant.id.clone()), "first key".to_owned(), access::all_scopes()).await?;
    Ok((tenant, key))
}

/// All tenants, by id.
///
/// # Errors
/// The store failed.
pub async fn list(app: &App) -> Result<Vec<Tenant>, AppError> {
    Ok(app.store.tenants().await?)
}
