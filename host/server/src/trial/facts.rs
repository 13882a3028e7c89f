//! What the host answers in a case: what the case says word for word or in short, and then nothing, or a failure.

use futures::FutureExt;
use stammgast_domain::{
    CustomerId, Points, Timestamp,
    call::{FoundTier, Past, PastPage, Read, StateValue},
    case::{Case, CaseRead, Known, Otherwise},
    customer::Customer,
    interaction::Interaction,
    purchase::Purchase,
};
use stammgast_runtime::{Facts, FactsError, FactsFuture};
use std::sync::atomic::{AtomicBool, Ordering};

/// What a recorded case does not answer, and how it can.
const UNHELD: &str =
    "which the record does not hold; with `\"otherwise\": \"nothing\"` the case answers that there is nothing";

/// The facts of a case.
#[derive(Debug)]
pub struct CaseFacts {
    told: Vec<Told>,
    otherwise: Otherwise,
    event_at: Timestamp,
}

/// A read of a case, and whether the plugin asked for it.
#[derive(Debug)]
struct Told {
    read: CaseRead,
    is_asked: AtomicBool,
}

impl CaseFacts {
    /// The facts of a case.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let told = |read: &CaseRead| Told { read: read.clone(), is_asked: AtomicBool::new(false) };
        Self {
            told: case.reads.iter().map(told).collect(),
            otherwise: case.otherwise,
            event_at: case.event.event.occurred_at,
        }
    }

    /// No facts at all: nobody is known, and nothing has happened.
    #[must_use]
    pub const fn none() -> Self {
        Self { told: Vec::new(), otherwise: Otherwise::Nothing, event_at: Timestamp::MIN }
    }

    /// What the plugin never asked for: its place among the case's reads, from 0, and what it is.
    pub(crate) fn never_asked(&self) -> impl Iterator<Item = (usize, String)> {
        let unasked = self.told.iter().enumerate().filter(|(_, told)| !told.is_asked.load(Ordering::Relaxed));
        unasked.map(|(place, told)| (place, words(&told.read)))
    }

    /// The first answer that the case holds; without one `nothing`, or a failure, by what the case says.
    fn find<'a, T: Send + 'a>(
        &'a self,
        answer: impl Fn(&CaseRead) -> Option<T>,
        nothing: T,
        question: impl FnOnce() -> String,
    ) -> FactsFuture<'a, T> {
        let found = self.told.iter().find_map(|told| {
            let found = answer(&told.read)?;
            told.is_asked.store(true, Ordering::Relaxed);
            Some(found)
        });
        let answer = match (found, self.otherwise) {
            (Some(found), _) => Ok(found),
            (None, Otherwise::Nothing) => Ok(nothing),
            (None, Otherwise::Fail) => Err(FactsError(format!("it asks for {}, {UNHELD}", question()))),
        };
        async move { answer }.boxed()
    }
}

impl Facts for CaseFacts {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::State { customer: owner, key: known, found })
                if *owner == customer && known == key =>
            {
                Some(found.clone())
            }
            CaseRead::Known(Known::State(state)) if state.is_at(customer, key) => Some(state.found()),
            _ => None,
        };
        self.find(answer, StateValue::default(), || format!("the state `{key}`"))
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::StateKeys { customer: owner, found }) if *owner == customer => Some(*found),
            _ => None,
        };
        let is_key = |told: &&Told| match &told.read {
            CaseRead::Known(Known::State(state)) => state.shared == customer.is_none() && state.value.is_some(),
            _ => false,
        };
        let known = self.told.iter().filter(is_key).count();
        self.find(answer, known, || "the number of keys of its state".to_owned())
    }

    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::Customer { found }) => Some(found.as_deref().cloned()),
            CaseRead::Known(Known::Customer(customer)) => Some(Some(customer.whole(id, self.event_at))),
            _ => None,
        };
        self.find(answer, None, || "the customer".to_owned())
    }

    fn points<'a>(&'a self, program: &'a str, _customer: CustomerId) -> FactsFuture<'a, Points> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::Points { program: known, found }) if known == program => Some(*found),
            CaseRead::Known(Known::Points(points)) if points.program == program => Some(points.available),
            _ => None,
        };
        self.find(answer, Points(0), || format!("the points in `{program}`"))
    }

    fn tier<'a>(&'a self, program: &'a str, _customer: CustomerId) -> FactsFuture<'a, FoundTier> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::Tier { program: known, found }) if known == program => Some(found.clone()),
            CaseRead::Known(Known::Tier(tier)) if tier.program == program => Some(tier.found()),
            _ => None,
        };
        self.find(answer, FoundTier::default(), || format!("the tier in `{program}`"))
    }

    fn purchases<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::Purchases { page: known, found }) if known == page => Some(found.clone()),
            CaseRead::Known(Known::Purchases(rows)) => {
                Some(part(rows, page, |place, row| row.whole(customer, place, self.event_at)))
            }
            _ => None,
        };
        self.find(answer, Past::default(), || format!("{} purchases before {}", page.limit, start(page)))
    }

    fn interactions<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        let answer = |read: &CaseRead| match read {
            CaseRead::Exact(Read::Interactions { page: known, found }) if known == page => Some(found.clone()),
            CaseRead::Known(Known::Interactions(rows)) => {
                Some(part(rows, page, |place, row| row.whole(customer, place, self.event_at)))
            }
            _ => None,
        };
        self.find(answer, Past::default(), || format!("{} contacts before {}", page.limit, start(page)))
    }
}

/// The page of a list that is asked for. Where the next one starts is told as a number of rows.
fn part<R, T>(rows: &[R], page: &PastPage, whole: impl Fn(usize, &R) -> T) -> Past<T> {
    let first = page.before.as_ref().map_or(0, |before| before.parse().unwrap_or(rows.len()));
    let next = first.saturating_add(page.limit);
    let asked = rows.iter().enumerate().skip(first).take(page.limit);
    Past {
        rows: asked.map(|(place, row)| whole(place, row)).collect(),
        next: (next < rows.len()).then(|| next.to_string()),
    }
}

fn start(page: &PastPage) -> &str {
    page.before.as_deref().unwrap_or("the event")
}

/// What a read is an answer to.
fn words(read: &CaseRead) -> String {
    let state = |is_shared: bool, key: &str| {
        format!("the state `{key}` {}", if is_shared { "that all customers share" } else { "of the customer" })
    };
    match read {
        CaseRead::Exact(Read::State { customer, key, .. }) => state(customer.is_none(), key),
        CaseRead::Known(Known::State(known)) => state(known.shared, &known.key),
        CaseRead::Exact(Read::StateKeys { .. }) => "the number of keys of its state".to_owned(),
        CaseRead::Exact(Read::Customer { .. }) | CaseRead::Known(Known::Customer(_)) => "the customer".to_owned(),
        CaseRead::Exact(Read::Points { program, .. }) => format!("the points in `{program}`"),
        CaseRead::Known(Known::Points(points)) => format!("the points in `{}`", points.program),
        CaseRead::Exact(Read::Tier { program, .. }) => format!("the tier in `{program}`"),
        CaseRead::Known(Known::Tier(tier)) => format!("the tier in `{}`", tier.program),
        CaseRead::Exact(Read::Purchases { page, .. }) => format!("{} purchases before {}", page.limit, start(page)),
        CaseRead::Exact(Read::Interactions { page, .. }) => format!("{} contacts before {}", page.limit, start(page)),
        CaseRead::Known(Known::Purchases(_)) => "the purchases before".to_owned(),
        CaseRead::Known(Known::Interactions(_)) => "the contacts before".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use stammgast_domain::case::usual_time;

    fn facts(reads: Value, otherwise: &str) -> CaseFacts {
        let event = json!({ "type": "purchase.recorded", "data": { "amount": { "minor": 1, "currency": "EUR" } } });
        let case = json!({ "name": "x", "event": event, "reads": reads, "otherwise": otherwise });
        CaseFacts::of(&serde_json::from_value(case).unwrap())
    }

    fn now<T>(answer: FactsFuture<'_, T>) -> Result<T, FactsError> {
        answer.now_or_never().unwrap()
    }

    #[test]
    fn a_list_is_paged_over_by_whatever_the_plugin_asks_for() {
        let euro = json!({ "amount": { "minor": 100, "currency": "EUR" } });
        let facts = facts(json!([{ "purchases": [euro, euro, euro] }]), "nothing");
        let customer = CustomerId::derived(&["x"]);
        let page = |before: Option<&str>, limit| {
            let page = PastPage { before: before.map(str::to_owned), limit };
            let found = now(facts.purchases(customer, &page)).unwrap();
            (found.rows.len(), found.next)
        };
        assert_eq!(page(None, 2), (2, Some("2".to_owned())));
        assert_eq!(page(Some("2"), 2), (1, None));
        assert_eq!(page(None, 100), (3, None));
        assert_eq!(page(Some("elsewhere"), 2), (0, None));
        let past = now(facts.purchases(customer, &PastPage { before: None, limit: 1 })).unwrap();
        assert!(past.rows[0].occurred_at < usual_time() && past.rows[0].customer == customer);
    }

    #[test]
    fn a_value_of_state_is_the_customers_unless_it_is_shared() {
        let reads = json!([
            { "state": { "key": "visits", "value": 3 } },
            { "state": { "key": "visits", "shared": true, "value": "many" } },
        ]);
        let facts = facts(reads, "nothing");
        let customer = Some(CustomerId::derived(&["x"]));
        assert_eq!(now(facts.state(customer, "visits")).unwrap().value, Some(b"3".to_vec()));
        assert_eq!(now(facts.state(None, "visits")).unwrap().value, Some(b"many".to_vec()));
        assert_eq!(now(facts.state(customer, "visit")).unwrap(), StateValue::default());
        assert_eq!(now(facts.state_keys(customer)).unwrap(), 1);
    }

    #[test]
    fn what_is_never_asked_for_is_named_with_its_place() {
        let reads = json!([
            { "points": { "program": "points", "available": 7 } },
            { "state": { "key": "visit", "value": 3 } },
        ]);
        let facts = facts(reads, "nothing");
        assert_eq!(now(facts.points("points", CustomerId::derived(&["x"]))).unwrap(), Points(7));
        let never: Vec<_> = facts.never_asked().collect();
        assert_eq!(never, [(1, "the state `visit` of the customer".to_owned())]);
    }

    #[test]
    fn a_recorded_case_holds_nothing_else() {
        let facts = facts(json!([{ "read": "points", "program": "points", "found": 7 }]), "fail");
        let customer = CustomerId::derived(&["x"]);
        assert_eq!(now(facts.points("points", customer)).unwrap(), Points(7));
        let problem = now(facts.points("other", customer)).unwrap_err().to_string();
        assert_eq!(problem, format!("it asks for the points in `other`, {UNHELD}"));
    }
}
