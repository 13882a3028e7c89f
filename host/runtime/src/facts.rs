//! Facts: what running plugins may read, answered by whoever runs them.

use futures::future::BoxFuture;
use stammgast_domain::{
    CustomerId, Points,
    call::{FoundTier, Past, PastPage, StateValue},
    customer::Customer,
    interaction::Interaction,
    purchase::Purchase,
};

/// Why the host could not answer a plugin's question. The call is tried again later.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct FactsError(pub String);

/// An answer of [`Facts`].
pub type FactsFuture<'a, T> = BoxFuture<'a, Result<T, FactsError>>;

/// Facts that plugins may read, of one tenant and about one event's customer.
pub trait Facts: Send + Sync {
    /// A value of the installation's state.
    fn state<'a>(&'a self, customer: Option<CustomerId>, key: &'a str) -> FactsFuture<'a, StateValue>;

    /// How many keys the installation's state has, of a customer or shared. Counting may stop at any number above
    /// the limits of a call.
    fn state_keys(&self, customer: Option<CustomerId>) -> FactsFuture<'_, usize>;

    /// A customer.
    fn customer(&self, id: CustomerId) -> FactsFuture<'_, Option<Customer>>;

    /// A customer's available points in a program.
    fn points<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, Points>;

    /// A customer's tier in a program.
    fn tier<'a>(&'a self, program: &'a str, customer: CustomerId) -> FactsFuture<'a, FoundTier>;

    /// A page of a customer's purchases, newest first.
    fn purchases<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Purchase>>;

    /// A page of a customer's contacts, newest first.
    fn interactions<'a>(&'a self, customer: CustomerId, page: &'a PastPage) -> FactsFuture<'a, Past<Interaction>>;
}
