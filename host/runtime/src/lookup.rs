//! Looking up facts about the event's customer, through the grants: one for each record type and further field.

use crate::{
    bindings::loyalty::stammgast::host::lookup,
    convert,
    host::{HostState, unanswered},
    moments,
};
use stammgast_domain::{
    call::{FoundTier, Past, PastPage, Read},
    customer::Customer,
    interaction::{Interaction, Threading},
    plugin::Capability,
    purchase::Purchase,
};

/// Rows of one page; a plugin that asks for more gets as many.
const PAGE_ROWS: u32 = 100;

impl HostState {
    fn has(&self, capability: Capability) -> bool {
        self.grants.contains(&capability)
    }

    fn visible_customer(&self, customer: Customer) -> Customer {
        let name = customer.name.filter(|_| self.has(Capability::LookupCustomerName));
        let language = customer.language.filter(|_| self.has(Capability::LookupCustomerLanguage));
        Customer { name, language, birthday: None, customer_since: None, reference: None, ..customer }
    }

    fn visible_purchase(&self, purchase: Purchase) -> Purchase {
        let lines = if self.has(Capability::LookupPurchasesLines) { purchase.lines } else { Vec::new() };
        Purchase { lines, ..purchase }
    }

    fn visible_interaction(&self, mut contact: Interaction) -> Interaction {
        if !self.has(Capability::LookupInteractionsText) {
            contact.content.subject = None;
            contact.content.text = String::new();
        }
        contact.content.attachments = Vec::new();
        contact.content.party = None;
        contact.threading = Threading::default();
        contact.external_id = None;
        contact.documentation.agent = None;
        contact
    }
}

fn page(before: Option<String>, limit: u32) -> PastPage {
    PastPage { before, limit: limit.clamp(1, PAGE_ROWS) as usize }
}

impl lookup::Host for HostState {
    async fn get_customer(&mut self) -> wasmtime::Result<Option<lookup::Customer>> {
        self.count_call()?;
        self.need(Capability::LookupCustomer)?;
        let Some(id) = self.customer else { return Ok(None) };
        let found = self.facts.customer(id).await.map_err(|error| unanswered(&error))?;
        let found = found.map(|customer| self.visible_customer(customer));
        self.note(Read::Customer { found: found.clone().map(Box::new) }, 1)?;
        Ok(found.map(convert::customer))
    }

    async fn get_points(&mut self, program: String) -> wasmtime::Result<i64> {
        self.count_call()?;
        self.need(Capability::LookupPoints)?;
        let Some(customer) = self.customer else { return Ok(0) };
        let found = self.facts.points(&program, customer).await.map_err(|error| unanswered(&error))?;
        self.note(Read::Points { program, found }, 1)?;
        Ok(found.0)
    }

    async fn get_tier(&mut self, program: String) -> wasmtime::Result<lookup::Tier> {
        self.count_call()?;
        self.need(Capability::LookupTier)?;
        let found = match self.customer {
            Some(customer) => self.facts.tier(&program, customer).await.map_err(|error| unanswered(&error))?,
            None => FoundTier::default(),
        };
        self.note(Read::Tier { program, found: found.clone() }, 1)?;
        Ok(moments::tier(found))
    }

    async fn list_purchases(&mut self, before: Option<String>, limit: u32) -> wasmtime::Result<lookup::PurchasePage> {
        self.count_call()?;
        self.need(Capability::LookupPurchases)?;
        let page = page(before, limit);
        let found = match self.customer {
            Some(customer) => self.facts.purchases(customer, &page).await.map_err(|error| unanswered(&error))?,
            None => Past::default(),
        };
        let rows = found.rows.into_iter().map(|purchase| self.visible_purchase(purchase)).collect();
        let found = Past { rows, next: found.next };
        self.note(Read::Purchases { page, found: found.clone() }, found.rows.len())?;
        let purchases = found.rows.iter().map(convert::purchase).collect();
        Ok(lookup::PurchasePage { purchases, next: found.next })
    }

    async fn list_interactions(
        &mut self,
        before: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<lookup::InteractionPage> {
        self.count_call()?;
        self.need(Capability::LookupInteractions)?;
        let page = page(before, limit);
        let found = match self.customer {
            Some(customer) => self.facts.interactions(customer, &page).await.map_err(|error| unanswered(&error))?,
            None => Past::default(),
        };
        let rows = found.rows.into_iter().map(|contact| self.visible_interaction(contact)).collect();
        let found = Past { rows, next: found.next };
        self.note(Read::Interactions { page, found: found.clone() }, found.rows.len())?;
        let with_text = self.has(Capability::LookupInteractionsText);
        let interactions =
            found.rows.into_iter().map(|contact| convert::past_interaction(contact, with_text)).collect();
        Ok(lookup::InteractionPage { interactions, next: found.next })
    }
}
