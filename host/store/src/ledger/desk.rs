//! Deciding the orders of one commit, one after another, on rows that were read for all of them.

use super::{
    load::{Loaded, load},
    order::{LedgerOrder, Settled, due_event},
    save::save,
};
use crate::{Change, StoreError, database::Database};
use stammgast_domain::{event::NewEvent, ledger::Books};

/// What is at hand for the orders of one commit.
pub(crate) struct Desk {
    loaded: Loaded,
    books: Books,
    /// Events of postings, in order; those of orders that were taken out again are not among them.
    events: Vec<NewEvent>,
}

impl Desk {
    /// Reads what these orders need.
    pub(crate) async fn open(database: &Database, orders: &[&LedgerOrder]) -> Result<Self, StoreError> {
        let loaded = load(database, orders).await?;
        Ok(Self { books: loaded.books.clone(), loaded, events: Vec::new() })
    }

    /// Decides all orders of one change.
    ///
    /// # Errors
    /// [`StoreError::Refused`]: then the change has to be left out. Where the first order was done before another was
    /// refused, the desk is [spoilt](Spoilt::Yes).
    pub(crate) fn decide(&mut self, orders: &[LedgerOrder]) -> Result<Settled, (StoreError, Spoilt)> {
        let mut settled = Settled::default();
        for (place, order) in orders.iter().enumerate() {
            let before = self.books.posted.len();
            let decided = self.books.decide(&order.command, order.now);
            let asked = *decided.as_ref().unwrap_or(&self.books.posted.len());
            let due = self.books.posted.get(before..asked).unwrap_or_default();
            self.events.extend(due.iter().cloned().map(due_event));
            if let Err(refused) = decided {
                let spoilt = if place == 0 { Spoilt::No } else { Spoilt::Yes };
                return Err((StoreError::Refused(Box::new(refused)), spoilt));
            }
            settled.take_in(&order.command, &self.books, asked);
            let posted = self.books.posted.get(asked..).unwrap_or_default();
            self.events.extend(posted.iter().cloned().map(|transaction| order.event(transaction)));
        }
        Ok(settled)
    }

    /// Starts again from what was read.
    pub(crate) fn start_again(&mut self) {
        self.books = self.loaded.books.clone();
        self.events.clear();
    }

    /// Adds rows and events of all that was decided.
    pub(crate) fn save(self, change: &mut Change) -> Result<(), StoreError> {
        save(change, &self.loaded, &self.books)?;
        change.events.extend(self.events);
        Ok(())
    }
}

/// Whether a refusal left something behind that must not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// No: what is left was due anyway.
    No,
    /// Yes: an earlier order of the same change was done.
    Yes,
}
