//! Orders that are after what belongs to other customers and tenants. Each earns what it found, and one point more.

use crate::{
    bindings::stammgast::host::{lookup, state},
    earn,
};

/// Counts purchases on the pages that follow a place which the host never gave.
pub fn page(place: &str) {
    let (mut before, mut count) = (Some(place.to_owned()), 1);
    while let Some(place) = before {
        let page = lookup::list_purchases(Some(&place), 100);
        count += i64::try_from(page.purchases.len()).unwrap_or_default();
        before = page.next;
    }
    earn("points", count, "it turns pages");
}

/// Looks at the balance of a program that is not meant to be one.
pub fn points(program: &str) {
    earn("points", lookup::get_points(program) + 1, "it looks at points");
}

/// Reads a key that is not meant to be one, in both scopes, and writes and deletes it.
pub fn state_of(key: &str) {
    let mut found = 1;
    for scope in [state::Scope::Shared, state::Scope::Customer] {
        found += state::get(scope, key).map_or(0, |value| i64::try_from(value.len()).unwrap_or_default());
        state::set(scope, key, b"overwritten");
        state::delete(scope, key);
    }
    earn("points", found, "it looks at state");
}
