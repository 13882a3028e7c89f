//! Messages that rules propose: the tenant's rules of contact decide.

use super::{NotApplied, planning::Planning};
use crate::{
    app::outreach::{Decision, decide},
    clock::Clock,
};
use stammgast_domain::{
    OutreachId,
    event::Fact,
    finding::Provenance,
    outreach::{HeldBack, Outreach, OutreachStatus, ProposedContact, Said, Verdict},
};
use stammgast_store::TenantStore;

impl Planning<'_> {
    /// Writes down what is to be said, or that it is held back and why. A voucher goes with what is said alone; where its
    /// offer is used up, nothing is said either.
    pub(super) async fn propose_contact(
        &mut self,
        store: &TenantStore,
        clock: &Clock,
        contact: &ProposedContact,
        origin: Provenance,
    ) -> Result<(), NotApplied> {
        let customer = self.customer()?;
        let times = (self.call.event.event.occurred_at, self.now);
        // A message is good for no longer than what comes with it.
        let offered = contact.offer.as_ref().and_then(|offer| self.setup.offers.get(offer));
        let voucher_ends = offered.map(|offer| offer.last_day(times.0, &self.setup.zone));
        let contact =
            &ProposedContact { last_day: voucher_ends.into_iter().chain(contact.last_day).min(), ..contact.clone() };
        let Decision { mut verdict, decided_before } =
            decide(store, self.setup, customer, contact, &self.made.said, self.now).await?;
        let mut voucher = None;
        if let (Verdict::From(_), Some(offer)) = (&verdict, &contact.offer) {
            voucher = self.issue_voucher(store, clock, offer, &contact.reason, &origin).await?;
            if voucher.is_none() {
                verdict = Verdict::Held(HeldBack::OfferUsedUp);
            }
        }
        let id = OutreachId::derived(&[&origin.idempotency_key()]);
        let decided = Outreach::decided(contact.clone(), (id, customer), verdict, times);
        let outreach = Outreach { voucher, provenance: Some(origin), ..decided };
        let said_before = decided_before + self.made.said.len() as u64;
        self.change.decide_outreach(&outreach, said_before)?;
        if outreach.status == OutreachStatus::Planned {
            let Outreach { purpose, topic, not_before, .. } = outreach.clone();
            self.made.said.push(Said { purpose, topic, not_before });
        }
        self.tell(Fact::OutreachDecided(outreach))
    }
}
