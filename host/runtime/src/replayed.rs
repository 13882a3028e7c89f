//! Facts as an earlier call was told them: for repeating it exactly.

use crate::facts::{Facts, FactsError, FactsFuture};
use futures::FutureExt;
use stammgast_domain::{
    CustomerId, Points,
    call::{Past, PastPage, Read, StateValue},
    customer::Customer,
    interaction::Interaction,
    purchase::Purchase,
};
use std::sync::{Mutex, PoisonError};

/// Answers that were given before, and nothing else.
#[derive(Debug, Default)]
pub struct ReplayedFacts {
    reads: Vec<Read>,
    unknown: Unknown,
    missed: Mutex<Option<String>>,
}

/// What becomes of a question that was never answered before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unknown {
    /// The call cannot be repeated: it asks something else than it did.
    #[default]
    IsMissed,
    /// There is nothing: no customer, no points, an empty past. For cases that people write.
    IsNothing,
}

impl ReplayedFacts {
    /// Facts that are these answers.
    #[must_use]
    pub fn new(reads: Vec<Read>, unknown: Unknown) -> Self {
        Self { reads, unknown, missed: Mutex::new(None) }
    }

    /// The first question that was never answered before.
    #[must_use]
    pub fn missed(&self) -> Option<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn find<'a, T: Default + Send + 'a>(
        &'a self,
        answer: impl Fn(&Read) -> Option<T>,
        question: impl FnOnce() -> String,
    ) -> FactsFuture<'a, T> {
        let found = self.reads.iter().find_map(answer);
        let answer = match (found, self.unknown) {
            (Some(found), _) => Ok(found),
            (None, Unknown::IsNothing) => Ok(T::default()),
            (None, Unknown::IsMissed) => {
                let question = question();
                let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
                missed.get_or_insert_with(|| question.clone());
                Err(FactsError(format!("it asks for {question}, which the record does not hold")))
            }
        };
        async move { answer }.boxed()
    }
}

impl Facts for ReplayedFacts {
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue> {
        let answer = |read: &Read| match read {
            Read::State { customer: owner, key: known, found } if *owner == customer && known == key => {
                Some(found.clone())
            }
            _ => None,
        };
        self.find(answer, || format!("the state `{key}`"))
    }

    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize> {
        let answer = |read: &Read| match read {
            Read::StateKeys { customer: owner, found } if *owner == customer => Some(*found),
            _ => None,
        };
        self.find(answer, || "the number of keys of its state".to_owned())
    }

    fn customer(&self, _id: CustomerId) -> FactsFuture<'_, Option<Customer>> {
        let answer = |read: &Read| match read {
            Read::Customer { found } => Some(found.as_deref().cloned()),
            _ => None,
        };
        self.find(answer, || "the customer".to_owned())
    }

    fn points<'a>(&'a self, program: &'a str, _customer: CustomerId) -> FactsFuture<'a, Points> {
        let answer = |read: &Read| match read {
            Read::Points { program: known, found } if known == program => Some(*found),
            _ => None,
        };
        self.find(answer, || format!("the points in `{program}`"))
    }

    fn purchases<'a>(&'a self, _customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>> {
        let answer = |read: &Read| match read {
            Read::Purchases { page: known, found } if known == page => Some(found.clone()),
            _ => None,
        };
        self.find(answer, || format!("{} purchases before {}", page.limit, place(page)))
    }

    fn interactions<'a>(&'a self, _customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>> {
        let answer = |read: &Read| match read {
            Read::Interactions { page: known, found } if known == page => Some(found.clone()),
            _ => None,
        };
        self.find(answer, || format!("{} contacts before {}", page.limit, place(page)))
    }
}

fn place(page: &PastPage) -> &str {
    page.before.as_deref().unwrap_or("the event")
}
