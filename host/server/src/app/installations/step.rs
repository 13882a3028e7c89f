//! A step in an installation's life: the row, its history and the audit log change together.

use super::super::{AppError, Ctx};
use crate::clock::Clock;
use serde_json::{Value, json};
use stammgast_domain::{
    audit::AuditEntry,
    plugin::{HistoryEntry, Installation, Step},
};
use stammgast_store::Change;

/// Who takes a step, and the clock that says when.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) actor: &'a str,
    pub(super) clock: &'a Clock,
}

impl<'a> From<&'a Ctx> for By<'a> {
    fn from(ctx: &'a Ctx) -> Self {
        Self { actor: &ctx.actor, clock: &ctx.clock }
    }
}

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
pub(super) fn note<'a>(
    change: &mut Change,
    by: impl Into<By<'a>>,
    installation: &Installation,
    told: Told,
) -> Result<(), AppError> {
    let By { actor, clock } = by.into();
    let (at, Told { step, text, details }) = (installation.updated_at, told);
    let entry = HistoryEntry { installation: installation.clone(), step, actor: actor.to_owned(), at };
    change.keep_history(&entry)?;
    change.audit(&AuditEntry {
        id: clock.new_uuid(),
        at,
        actor: actor.to_owned(),
        action: format!("installation.{step}"),
        object: format!("installation:{}", installation.id),
        text,
        details,
    })?;
    Ok(())
}

/// Puts a new state in place of the one that was read, and notes it.
pub(super) fn replace<'a>(
    by: impl Into<By<'a>>,
    read: &Installation,
    new: &Installation,
    told: Told,
) -> Result<Change, AppError> {
    let mut change = Change::new();
    change.replace_installation(read, new)?;
    note(&mut change, by, new, told)?;
    Ok(change)
}

/// The same installation in its next version.
pub(super) fn next<'a>(by: impl Into<By<'a>>, read: &Installation) -> Installation {
    let by: By<'a> = by.into();
    Installation { updated_at: by.clock.now(), version: read.version + 1, ..read.clone() }
}
