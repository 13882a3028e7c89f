//! Vouchers that rules ask for, as far as the tenant's offers go.

use super::{NotApplied, planning::Planning};
use crate::{
    app::vouchers::{Counted, room_for_voucher},
    clock::Clock,
};
use stammgast_domain::{
    VoucherId,
    effect::Reason,
    event::Fact,
    finding::Provenance,
    ledger::Cause,
    voucher::{Voucher, VoucherCode},
};
use stammgast_store::TenantStore;

impl Planning<'_> {
    /// Issues a voucher; none where the offer rests, as many are out as it allows, or its time would be over already because
    /// what led there is told late.
    pub(super) async fn issue_voucher(
        &mut self,
        store: &TenantStore,
        clock: &Clock,
        offer: &str,
        reason: &Reason,
        origin: &Provenance,
    ) -> Result<Option<VoucherId>, NotApplied> {
        let customer = self.customer()?;
        let setup = self.setup;
        let Some(offer) = setup.offers.get(offer) else { return Ok(None) };
        let more = self.made.vouchers.get(&offer.code).copied().unwrap_or_default();
        match room_for_voucher(store, offer, customer, more).await? {
            Counted::Full => {
                self.change.count(&offer.refused_key(), 1, None);
                return Ok(None);
            }
            Counted::Room => {}
        }
        let Reason { code: reason, text } = reason.clone();
        let cause = Cause { reason, text, rule_version: origin.rule_version(), event: Some(origin.event) };
        let times = (self.call.event.event.occurred_at, self.now);
        let code = VoucherCode::of(clock.random());
        let voucher = Voucher::issued(offer, code, customer, cause, times, &setup.zone);
        if voucher.expires_at <= self.now {
            return Ok(None);
        }
        self.change.count_vouchers(offer, customer, 1);
        *self.made.vouchers.entry(offer.code.clone()).or_default() += 1;
        self.change.issue_voucher(&voucher)?;
        let id = voucher.id;
        self.tell(Fact::VoucherIssued(voucher))?;
        Ok(Some(id))
    }
}
