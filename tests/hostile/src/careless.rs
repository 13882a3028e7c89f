//! Orders that go well for most events, and are not prepared for the others.

use crate::{
    bindings::{exports::stammgast::loyalty::purchase_rules::Purchase, stammgast::host::lookup},
    earn,
};

/// Earns the more the less was paid, and divides by nothing where nothing was.
pub fn divide(purchase: &Purchase) {
    earn("points", 1 + 1_000_000 / purchase.amount.minor, "it divides");
}

/// Earns as many points as the customer has purchases, and expects them all on one page.
pub fn one_page() {
    let page = lookup::list_purchases(None, 100);
    assert!(page.next.is_none(), "there is another page");
    earn("points", 1 + i64::try_from(page.purchases.len()).unwrap_or_default(), "it counts one page");
}
