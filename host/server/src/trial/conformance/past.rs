//! What plugins have to stand when the host has more to tell than "nothing": full pages, customers and rows of all
//! sorts, and state.

use super::{
    CheckReport, Ground,
    inputs::{self, Group, Input, LETTERS, Leeway},
    stand,
};
use futures::FutureExt;
use stammgast_domain::{
    CustomerId, InteractionId, Points, PurchaseId,
    call::{FoundTier, Past, PastPage, StateValue},
    case::{Case, usual_time},
    customer::{Customer, CustomerKind, LifecycleStatus},
    effect::Effect,
    event::Fact,
    interaction::Interaction,
    purchase::Purchase,
};
use stammgast_runtime::{Facts, FactsFuture};
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

/// Rows of a full past: three of the largest pages.
const ROWS: usize = 300;
/// Calls with the state that the calls before have left.
const CALLS: usize = 3;
/// More than any purchase costs in a usual past, in minor units: sums over it stay sums that a host takes.
const MOST_MINOR: i64 = 1_000_000;
/// More characters than any contact has in a usual past.
const MOST_TEXT: usize = 10_000;

/// The checks for plugins that ask for look-ups or state.
pub(super) async fn checks(ground: Ground<'_>) -> Vec<CheckReport> {
    let asked = ground.subject.manifest.asked();
    let asks_for = |sort: &str| asked.iter().any(|capability| capability.as_str().starts_with(sort));
    let mut checks = Vec::new();
    if asks_for("lookup.") || asks_for("state.") {
        checks.push(full_past(ground).await);
    }
    if asks_for("state.") {
        checks.push(foreign_state(ground).await);
    }
    checks
}

async fn full_past(ground: Ground<'_>) -> CheckReport {
    let mut report = CheckReport::of("a full past and the state of earlier calls go well");
    for (manifest, input) in inputs::first_of_each(&ground.subject.manifest) {
        let mut facts = FullFacts::new(None);
        for call in 1..=CALLS {
            let input = renamed(&input, format!("call {call} with a full past"), Leeway::Refusal);
            let came = stand(ground, &manifest, &input, Arc::new(facts.clone()), &mut report).await;
            let Some(effects) = came else { break };
            facts.remember(effects);
        }
    }
    report
}

/// What a plugin finds may have been written by an earlier version, in another form.
async fn foreign_state(ground: Ground<'_>) -> CheckReport {
    let mut report = CheckReport::of("state in another form than it writes does no harm");
    let states = [
        ("bytes that are no text", vec![0xff, 0x00, 0xfe]),
        ("an empty value", Vec::new()),
        ("an object", b"{\"a\":1}".to_vec()),
        ("a list", b"[1]".to_vec()),
        ("a text", b"\"x\"".to_vec()),
        ("a number with a fraction", b"1.5".to_vec()),
        ("the largest value", vec![b'9'; 64 << 10]),
    ];
    for (manifest, input) in inputs::first_of_each(&ground.subject.manifest) {
        for (name, value) in &states {
            let input = renamed(&input, format!("{name} under every key"), Leeway::Trap);
            let facts = FullFacts::new(Some(value.clone()));
            stand(ground, &manifest, &input, Arc::new(facts), &mut report).await;
        }
    }
    report
}

fn renamed(input: &Input, among: String, leeway: Leeway) -> Input {
    let name = format!("{}, {among}", input.case.name);
    Input { case: Case { name, ..input.case.clone() }, leeway }
}

/// A host that knows much: a past of many pages, and state.
#[derive(Clone)]
struct FullFacts {
    purchases: Vec<Purchase>,
    contacts: Vec<Interaction>,
    /// What the plugin wrote.
    written: BTreeMap<(Option<CustomerId>, String), Vec<u8>>,
    /// What stands under every other key.
    otherwise: Option<Vec<u8>>,
}

impl FullFacts {
    fn new(otherwise: Option<Vec<u8>>) -> Self {
        Self { purchases: purchases(), contacts: contacts(), written: BTreeMap::new(), otherwise }
    }

    /// Keeps the state that a call has left.
    fn remember(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let Effect::SetState(change) = effect else { continue };
            let place = (change.customer, change.key);
            match change.value {
                Some(value) => self.written.insert(place, value),
                None => self.written.remove(&place),
            };
        }
    }
}

impl Facts for FullFacts {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        let value = self.written.get(&(customer, key.to_owned())).or(self.otherwise.as_ref()).cloned();
        answer(StateValue { version: u64::from(value.is_some()), value, inherited: false })
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        answer(self.written.keys().filter(|(owner, _)| *owner == customer).count())
    }

    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        answer(Some(Customer {
            id,
            kind: CustomerKind::Organisation,
            status: LifecycleStatus::Former,
            name: Some(LETTERS.to_owned()),
            language: Some("zh-Hant-TW".to_owned()),
            birthday: None,
            customer_since: None,
            reference: None,
            created_at: usual_time(),
            updated_at: usual_time(),
            version: 7,
        }))
    }

    fn points<'a>(&'a self, _program: &'a str, _customer: CustomerId) -> FactsFuture<'a, Points> {
        answer(Points(1_000_000_000))
    }

    fn tier<'a>(&'a self, _program: &'a str, _customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        let code = Some("conformance".to_owned());
        answer(FoundTier { code, since: Some(usual_time()), last_day: None, in_review: true })
    }

    fn purchases<'a>(&'a self, _customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        answer(rows(&self.purchases, page))
    }

    fn interactions<'a>(&'a self, _customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        answer(rows(&self.contacts, page))
    }
}

fn answer<'a, T: Send + 'a>(answer: T) -> FactsFuture<'a, T> {
    std::future::ready(Ok(answer)).boxed()
}

/// One page of some rows. A place that was never given lies behind the last one.
fn rows<T: Clone>(all: &[T], page: &PastPage) -> Past<T> {
    let start = page.before.as_deref().map_or(0, |place| place.parse().unwrap_or(all.len()));
    let end = start.saturating_add(page.limit).min(all.len());
    let rows = all.get(start..end).unwrap_or_default().to_vec();
    Past { rows, next: (end < all.len()).then(|| end.to_string()) }
}

/// The suite's own purchases over and over, newest first.
fn purchases() -> Vec<Purchase> {
    let kinds: Vec<Purchase> = facts(inputs::purchases())
        .filter_map(|fact| if let Fact::PurchaseRecorded(purchase) = fact { Some(purchase) } else { None })
        .filter(|purchase| purchase.occurred_at <= usual_time() && purchase.amount.minor < MOST_MINOR)
        .collect();
    let numbered = kinds.iter().cycle().zip(0..ROWS).map(|(purchase, number)| Purchase {
        id: PurchaseId::derived(&["past", &number.to_string()]),
        external_id: number.to_string(),
        ..purchase.clone()
    });
    let mut rows: Vec<Purchase> = numbered.collect();
    rows.sort_by_key(|purchase| Reverse(purchase.occurred_at));
    rows
}

/// The suite's own contacts over and over, newest first.
fn contacts() -> Vec<Interaction> {
    let kinds: Vec<Interaction> = facts(inputs::contacts())
        .filter_map(|fact| if let Fact::InteractionRecorded(contact) = fact { Some(contact) } else { None })
        .filter(|contact| contact.occurred_at <= usual_time() && contact.content.text.len() < MOST_TEXT)
        .collect();
    let numbered = kinds.iter().cycle().zip(0..ROWS).map(|(contact, number)| Interaction {
        id: InteractionId::derived(&["past", &number.to_string()]),
        ..contact.clone()
    });
    let mut rows: Vec<Interaction> = numbered.collect();
    rows.sort_by_key(|contact| Reverse(contact.occurred_at));
    rows
}

fn facts(groups: Vec<Group>) -> impl Iterator<Item = Fact> {
    groups.into_iter().flat_map(|group| group.inputs).map(|input| input.case.event.event.fact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_past_is_read_page_by_page_to_its_end() {
        let purchases = purchases();
        let (mut page, mut read) = (PastPage { before: None, limit: 100 }, Vec::new());
        loop {
            let Past { rows, next } = rows(&purchases, &page);
            assert_eq!(rows.len(), 100);
            read.extend(rows);
            match next {
                Some(next) => page.before = Some(next),
                None => break,
            }
        }
        assert_eq!(read, purchases);
        assert_eq!(contacts().len(), ROWS);
        let nowhere = PastPage { before: Some("nowhere".to_owned()), limit: 100 };
        assert_eq!(rows(&purchases, &nowhere), Past::default());
    }
}
