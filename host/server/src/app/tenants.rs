//! Tenants: each gets a database of its own, a loyalty program and a first key.

use super::{
    App, AppError,
    keys::{self, NewKey},
};
use stammgast_domain::{
    TenantId, access,
    ledger::DEFAULT_PROGRAM,
    program::{Policy, Program},
    tenant::Tenant,
};
use stammgast_store::{Change, StoreError};

/// Creates a tenant with its database, the program `points` and a first key with every scope.
///
/// # Errors
/// The id is taken, or a text is refused.
pub async fn create(app: &App, id: TenantId, name: String) -> Result<(Tenant, NewKey), AppError> {
    let now = app.clock.now();
    let tenant = Tenant::new(id, name, now).map_err(|error| AppError::invalid("name", error))?;
    let taken = || {
        let problem = format!("there is a tenant `{}` already; choose another id", tenant.id);
        AppError::Conflict { code: "tenant-taken", problem }
    };
    if app.store.tenant_row(&tenant.id).await?.is_some() {
        return Err(taken());
    }
    // The row comes last, together with the key: a tenant is there as a whole or not at all.
    let store = app.store.prepare_tenant(&tenant.id).await?;
    let mut change = Change::new();
    let program = Program::new(DEFAULT_PROGRAM.to_owned(), "Points".to_owned(), Policy::default(), now);
    change.create_program(&program.map_err(|error| AppError::invalid(error.field(), error))?)?;
    match store.commit(change).await {
        // An earlier try got this far.
        Ok(()) | Err(StoreError::Duplicate { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let key = keys::draw(Some(tenant.id.clone()), "first key".to_owned(), access::all_scopes(), now);
    match app.store.create_tenant(&tenant, &key.key).await {
        Ok(()) => {}
        Err(StoreError::Duplicate { .. }) => return Err(taken()),
        Err(error) => return Err(error.into()),
    }
    Ok((tenant, key))
}

/// All tenants, by id.
///
/// # Errors
/// The store failed.
pub async fn list(app: &App) -> Result<Vec<Tenant>, AppError> {
    Ok(app.store.tenants().await?)
}
