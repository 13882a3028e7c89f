//! Who acts, for which tenant, with which permissions. There is no way to a row without it.

use super::AppError;
use crate::{clock::Clock, config::Tenant as Bounds};
use stammgast_domain::{
    Timestamp,
    access::Scope,
    event::{Fact, NewEvent},
};
use stammgast_store::TenantStore;
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

/// Settings that bound what a tenant can delete to make room.
const DELETABLE: [&str; 4] = ["backtests", "installations", "keys", "trusted_keys"];

/// The context of one request.
#[derive(Clone)]
pub struct Ctx {
    /// The tenant's own store; it can address no other tenant.
    pub tenant: Arc<TenantStore>,
    /// Who acts: `key:<id>` or `operator`.
    pub actor: String,
    /// The partner that acts, where the key is a partner's.
    pub partner: Option<String>,
    /// What the actor may do.
    pub scopes: BTreeSet<Scope>,
    /// Time and identifiers.
    pub clock: Clock,
    /// How much a tenant may have.
    pub bounds: Bounds,
}

impl Ctx {
    /// Makes sure that the actor may do something.
    ///
    /// # Errors
    /// [`AppError::MissingScope`].
    pub fn need(&self, scope: Scope) -> Result<(), AppError> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(AppError::MissingScope(scope)) }
    }

    /// Makes sure that one more fits beside those that are there. `bound` is the setting in the section `tenant`.
    ///
    /// # Errors
    /// The tenant has as many as it may have.
    pub fn room_for_one(&self, there: usize, bound: (&str, usize)) -> Result<(), AppError> {
        let (setting, most) = bound;
        if there < most {
            return Ok(());
        }
        let what = setting.replace('_', " ");
        let delete = if DELETABLE.contains(&setting) { "delete one, or " } else { "" };
        let problem = format!(
            "there are {there} {what} already, as many as tenant.{setting} allows; {delete}ask the operator to raise it"
        );
        Err(AppError::Refused { code: "too-many", problem })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new `UUIDv7`.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        self.clock.new_uuid()
    }

    /// The event that tells of a fact which this actor made.
    #[must_use]
    pub fn event(&self, fact: Fact, now: Timestamp) -> NewEvent {
        NewEvent {
            subject: fact.subject(),
            occurred_at: fact.occurred_at().unwrap_or(now),
            recorded_at: now,
            actor: self.actor.clone(),
            cause: None,
            depth: 0,
            fact,
        }
    }
}
