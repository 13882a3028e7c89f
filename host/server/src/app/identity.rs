//! Whose contact was it? An address with an owner belongs to that customer; a new address makes a prospect.

use super::AppError;
use crate::clock::Clock;
use jiff::civil::Date;
use stammgast_domain::{
    CustomerId, Timestamp,
    contact_point::{Address, ContactPoint},
    customer::{Customer, CustomerDetails, LifecycleStatus},
    effect::RawParty,
    event::Fact,
    interaction::Party,
};
use stammgast_store::{Change, TenantStore};
use std::collections::BTreeMap;

/// The customer's side of a message, as far as it is known.
#[derive(Debug, Default)]
pub struct Known {
    /// The customer; absent where the message names nobody.
    pub customer: Option<CustomerId>,
    /// Name and address in normal form.
    pub party: Option<Party>,
    /// What has to be recorded for it.
    pub change: Change,
    /// What became known with it.
    pub facts: Vec<Fact>,
}

/// Finds the customer behind an address, among those who are `new` or in the store, or makes a prospect of it.
///
/// # Errors
/// The store failed.
pub async fn recognise(
    store: &TenantStore,
    clock: &Clock,
    party: Option<&RawParty>,
    (now, today): (Timestamp, Date),
    new: &BTreeMap<Address, CustomerId>,
) -> Result<Known, AppError> {
    let Some((raw, address)) = party.and_then(|raw| Some((raw, Address::parse(raw.kind, &raw.address).ok()?))) else {
        return Ok(Known::default());
    };
    // Senders write what they like there; a long name is no reason to refuse what they say.
    let name = raw.name.as_deref().map(|name| name.chars().take(300).collect());
    let party = Some(Party { name, address: address.clone() });
    let owner = match new.get(&address) {
        Some(owner) => Some(*owner),
        None => store.owner_of(&address).await?,
    };
    if let Some(customer) = owner {
        return Ok(Known { customer: Some(customer), party, ..Known::default() });
    }
    let name = raw.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let details = CustomerDetails {
        status: LifecycleStatus::Prospect,
        name: name.map(|name| name.chars().take(300).collect()),
        ..CustomerDetails::default()
    };
    let customer = Customer::new(CustomerId::new(clock.new_uuid()), details, (now, today))
        .map_err(|error| AppError::invalid(error.field(), error))?;
    let given = raw.address.clone();
    let point = ContactPoint { address, given, customer: customer.id, created_at: now, version: 1 };
    let mut change = Change::new();
    change.create_customer(&customer)?;
    change.add_contact_point(&point)?;
    let id = customer.id;
    let facts = vec![Fact::CustomerCreated(customer), Fact::ContactPointAdded(point)];
    Ok(Known { customer: Some(id), party, change, facts })
}
