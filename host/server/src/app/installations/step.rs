//! A step in an installation's life: the row, its history and the audit log change together.

use super::super::{AppError, Ctx};
use serde_json::{Value, json};
use stammgast_domain::{
    audit::AuditEntry,
    plugin::{HistoryEntry, Installation, Step},
};
use stammgast_store::Change;

/// What a step says for people and for machines.
pub(super) struct Told {
    pub(super) step: Step,
    pub(super) text: String,
    pub(super) details: Value,
}

impl Told {
    pub(super) fn new(step: Step, text: impl Into<String>) -> Self {
        Self { step, text: text.into(), details: json!({}) }
    }

    pub(super) fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}

/// Notes a new state of an installation in its history and in the audit log.
pub(super) fn note(change: &mut Change, ctx: &Ctx, installation: &Installation, told: Told) -> Result<(), AppError> {
    let (at, Told { step, text, details }) = (installation.updated_at, told);
    let entry = HistoryEntry { installation: installation.clone(), step, actor: ctx.actor.clone(), at };
    change.keep_history(&entry)?;
    change.audit(&AuditEntry {
        id: ctx.new_uuid(),
        at,
        actor: ctx.actor.clone(),
        action: format!("installation.{step}"),
        object: format!("installation:{}", installation.id),
        text,
        details,
    })?;
    Ok(())
}

/// Puts a new state in place of the one that was read, and notes it.
pub(super) fn replace(ctx: &Ctx, read: &Installation, new: &Installation, told: Told) -> Result<Change, AppError> {
    let mut change = Change::new();
    change.replace_installation(read, new)?;
    note(&mut change, ctx, new, told)?;
    Ok(change)
}

/// The same installation in its next version.
pub(super) fn next(ctx: &Ctx, read: &Installation) -> Installation {
    Installation { updated_at: ctx.now(), version: read.version + 1, ..read.clone() }
}
