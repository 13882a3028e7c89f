//! Read-only facts about the event's customer: lists as of the event, all else as of the call.
//!
//! Each record type and each further field needs a grant of its own; a field without its grant is absent.

use crate::{Points, Purchase, host};
use std::{mem, vec};

#[doc(inline)]
pub use crate::bindings::stammgast::host::lookup::{Customer, PastInteraction, Tier};

/// The most that the host gives at once.
const LARGEST_PAGE: u32 = 100;

/// The event's customer; `None` where the event has none. Needs the grant `lookup.customer`; name and language need
/// `lookup.customer.name` and `lookup.customer.language`.
#[must_use]
pub fn customer() -> Option<Customer> {
    host::lookup::get_customer()
}

/// The event's customer's available points in a program; 0 where there are none. Needs the grant `lookup.points`.
#[must_use]
pub fn points(program: &str) -> Points {
    host::lookup::get_points(program)
}

/// The event's customer's tier in a program; one without a code where there is none. Needs the grant `lookup.tier`.
#[must_use]
pub fn tier(program: &str) -> Tier {
    host::lookup::get_tier(program)
}

/// The customer's purchases, newest first, the event's own among them. Needs the grant `lookup.purchases`; lines need
/// `lookup.purchases.lines` and are empty without it.
pub fn purchases() -> Pages<Purchase> {
    Pages::of(|before, limit| {
        let page = host::lookup::list_purchases(before, limit);
        (page.purchases, page.next)
    })
}

/// The customer's contacts, newest first, the event's own among them. Needs the grant `lookup.interactions`; subject
/// and text need `lookup.interactions.text`.
pub fn interactions() -> Pages<PastInteraction> {
    Pages::of(|before, limit| {
        let page = host::lookup::list_interactions(before, limit);
        (page.interactions, page.next)
    })
}

type Fetch<T> = fn(Option<&str>, u32) -> (Vec<T>, Option<String>);

/// Records, asked for page by page as they are needed: stop early, and the rest is never read.
#[derive(Debug)]
#[must_use = "records are asked for when they are iterated over"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    limit: u32,
    page: vec::IntoIter<T>,
    next: Next,
}

/// Where the next page is.
#[derive(Debug)]
enum Next {
    First,
    Before(String),
    None,
}

impl<T> Pages<T> {
    fn of(fetch: Fetch<T>) -> Self {
        Self { fetch, limit: LARGEST_PAGE, page: Vec::new().into_iter(), next: Next::First }
    }

    /// Asks for so many records at once, 1 to 100, instead of 100. A plugin that looks at the newest three should ask
    /// for three.
    pub fn pages_of(self, limit: u32) -> Self {
        Self { limit: limit.clamp(1, LARGEST_PAGE), ..self }
    }
}

impl<T> Iterator for Pages<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if let Some(record) = self.page.next() {
                return Some(record);
            }
            let (records, next) = match mem::replace(&mut self.next, Next::None) {
                Next::First => (self.fetch)(None, self.limit),
                Next::Before(place) => (self.fetch)(Some(&place), self.limit),
                Next::None => return None,
            };
            self.page = records.into_iter();
            self.next = next.map_or(Next::None, Next::Before);
        }
    }
}
