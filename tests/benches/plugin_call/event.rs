//! The event that both sides hand to the plugin.

use futures::future::FutureExt;
use stammgast_domain::{
    CustomerId, Money, Points, Timestamp,
    call::{FoundTier, Past, PastPage, StateValue},
    customer::Customer,
    event::{Event, Fact, NewEvent, Subject},
    interaction::Interaction,
    plugin::Capability,
    purchase::{Purchase, PurchaseLine},
};
use stammgast_runtime::{Facts, FactsFuture};
use std::collections::BTreeSet;

/// Lines of a purchase that has about 2 KB as JSON.
pub const LINES_OF_2_KB: usize = 22;

/// A purchase and the event that tells of it.
pub struct PurchaseEvent {
    pub purchase: Purchase,
    pub event: Event,
}

/// A purchase of so many lines.
pub fn purchase(lines: usize) -> PurchaseEvent {
    let lines: Vec<PurchaseLine> = (0..lines)
        .map(|number| PurchaseLine {
            product: format!("sku-{number:012}"),
            category: Some(if number % 2 == 0 { "music" } else { "books" }.to_owned()),
            quantity: 1,
            amount_minor: 1_999,
        })
        .collect();
    let amount_minor: i64 = lines.iter().map(|line| line.amount_minor).sum();
    let time = Timestamp::from_millis(1_767_225_600_000).unwrap();
    let purchase = Purchase {
        id: Purchase::id_for("webshop", "O-2026-000017"),
        customer: CustomerId::derived(&["bench"]),
        source: "webshop".to_owned(),
        external_id: "O-2026-000017".to_owned(),
        occurred_at: time,
        recorded_at: time,
        amount: Money { minor: amount_minor, currency: "EUR".parse().unwrap() },
        lines,
        version: 1,
    };
    let event = NewEvent {
        subject: Subject::Customer(purchase.customer),
        fact: Fact::PurchaseRecorded(purchase.clone()),
        occurred_at: time,
        recorded_at: time,
        actor: "key:bench".to_owned(),
        cause: None,
        depth: 0,
    };
    PurchaseEvent { purchase, event: Event { seq: 1, event } }
}

/// Its size as JSON.
pub fn bytes(event: &PurchaseEvent) -> usize {
    serde_json::to_vec(&event.purchase).unwrap().len()
}

/// What the plugin is granted.
pub fn grants() -> BTreeSet<Capability> {
    BTreeSet::from([Capability::LoyaltyEarn])
}

/// The plugin reads nothing.
pub struct NoFacts;

impl Facts for NoFacts {
    fn state<'a>(&'a self, _customer: Option<CustomerId>, _key: &'a str) -> FactsFuture<'a, StateValue> {
        async { Ok(StateValue::default()) }.boxed()
    }

    fn state_keys(&self, _customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        async { Ok(0) }.boxed()
    }

    fn customer(&self, _id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        async { Ok(None) }.boxed()
    }

    fn points<'a>(&'a self, _program: &'a str, _customer: CustomerId) -> FactsFuture<'a, Points> {
        async { Ok(Points(0)) }.boxed()
    }

    fn tier<'a>(&'a self, _program: &'a str, _customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        async { Ok(FoundTier::default()) }.boxed()
    }

    fn purchases<'a>(&'a self, _customer: CustomerId, _page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        async { Ok(Past::default()) }.boxed()
    }

    fn interactions<'a>(&'a self, _customer: CustomerId, _page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        async { Ok(Past::default()) }.boxed()
    }
}
