//! The audit log.

use super::{AppError, Ctx};
use serde::Serialize;
use serde_json::{Value, json};
use stammgast_domain::{access::Scope, audit::AuditEntry};
use stammgast_store::{Change, Page, PageRequest};

/// Fields that say nothing about what somebody decided.
const BESIDE: [&str; 3] = ["created_at", "updated_at", "version"];

/// Who changed what in the tenant's setup, newest first. Details are for keys that may read what they are about.
///
/// # Errors
/// The store failed.
pub async fn list(ctx: &Ctx, page: &PageRequest) -> Result<Page<AuditEntry>, AppError> {
    ctx.need(Scope::PluginsRead)?;
    let mut page = ctx.tenant.audit_log(page).await?;
    for entry in &mut page.rows {
        if scope_of(&entry.object).is_some_and(|scope| ctx.need(scope).is_err()) {
            entry.details = json!({});
        }
    }
    Ok(page)
}

/// What else a key needs to see the details of an entry about this object.
fn scope_of(object: &str) -> Option<Scope> {
    let (sort, _) = object.split_once(':')?;
    match sort {
        "program" | "partner" | "offer" | "reward" | "membership-plan" | "settings" => Some(Scope::LoyaltyRead),
        "department" => Some(Scope::FeedbackRead),
        _ => None,
    }
}

/// Adds to a change that somebody set something up, such as a program: what holds from now on, and what held before. Where
/// nothing is decided anew, there is nothing to note.
///
/// # Errors
/// The entry cannot be written.
pub fn note_setup<T: Serialize>(
    ctx: &Ctx,
    change: &mut Change,
    (sort, name): (&str, &str),
    before: Option<&T>,
    after: &T,
) -> Result<(), AppError> {
    let value = |of: &T| serde_json::to_value(of).map_err(std::io::Error::other);
    let (before, after) = (before.map(value).transpose()?, value(after)?);
    let fields = before.as_ref().map(|before| changed_fields(before, &after));
    let (action, text) = match fields {
        None => ("created", format!("created the {} `{name}`", words(sort))),
        Some(fields) if fields.is_empty() => return Ok(()),
        Some(fields) => ("changed", format!("changed the {} `{name}`: {}", words(sort), fields.join(", "))),
    };
    Ok(change.audit(&AuditEntry {
        id: ctx.new_uuid(),
        at: ctx.now(),
        actor: ctx.actor.clone(),
        action: format!("{sort}.{action}"),
        object: format!("{sort}:{name}"),
        text,
        details: json!({ "before": before, "after": after }),
    })?)
}

/// A sort of object in words.
fn words(sort: &str) -> String {
    sort.replace('-', " ")
}

/// Names of the fields that differ, such as `policy.expiry`.
fn changed_fields(before: &Value, after: &Value) -> Vec<String> {
    fields(before, after)
        .filter(|(name, ..)| !BESIDE.contains(&name.as_str()))
        .flat_map(|(name, before, after)| {
            let inner: Vec<String> = fields(&before, &after).map(|(inner, ..)| format!("{name}.{inner}")).collect();
            if inner.is_empty() { vec![name] } else { inner }
        })
        .collect()
}

/// The fields of two objects that differ, by name; none where one of them is no object.
fn fields(before: &Value, after: &Value) -> impl Iterator<Item = (String, Value, Value)> {
    let names = match (before, after) {
        (Value::Object(before), Value::Object(after)) => before.keys().chain(after.keys()).cloned().collect(),
        _ => std::collections::BTreeSet::new(),
    };
    let both = names.into_iter().map(|name| {
        let of = |object: &Value| object.get(&name).cloned().unwrap_or_default();
        (of(before), of(after), name)
    });
    let both: Vec<_> = both.filter(|(before, after, _)| before != after).collect();
    both.into_iter().map(|(before, after, name)| (name, before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_differ_are_named_to_their_second_level() {
        let before = json!({ "name": "a", "policy": { "unit": "points", "expiry": "never" }, "version": 1 });
        let after =
            json!({ "name": "b", "policy": { "unit": "points", "tiers": {} }, "version": 2, "note": { "x": 1 } });
        assert_eq!(changed_fields(&before, &after), ["name", "note", "policy.expiry", "policy.tiers"]);
        assert_eq!(changed_fields(&before, &json!({ "name": "a", "policy": before["policy"], "version": 9 })), [""; 0]);
    }
}
