//! Who may claim rewards, as rules say.

use super::{NotApplied, planning::Planning};
use jiff::civil::Date;
use stammgast_domain::{
    effect::Reason,
    eligibility::{Eligibility, EligibilityStatus},
    event::Fact,
    finding::Provenance,
    ledger::Cause,
};
use stammgast_store::TenantStore;

impl Planning<'_> {
    /// Notes what a rule says about the event's customer and a reward.
    pub(super) fn say_eligible(
        &mut self,
        reward: &str,
        status: EligibilityStatus,
        last_day: Option<Date>,
        reason: &Reason,
        origin: &Provenance,
    ) -> Result<(), NotApplied> {
        let Reason { code: reason, text } = reason.clone();
        let said = Eligibility {
            reward: reward.to_owned(),
            customer: self.customer()?,
            status,
            last_day,
            cause: Cause { reason, text, rule_version: origin.rule_version(), event: Some(origin.event) },
            occurred_at: self.call.event.event.occurred_at,
            recorded_at: self.now,
            round: 0,
            version: 0,
        };
        self.made.eligibilities.insert(reward.to_owned(), said);
        Ok(())
    }

    /// Writes down what rules said last about each reward, and tells of it where it comes to something else.
    pub(super) async fn eligibilities(&mut self, store: &TenantStore) -> Result<(), NotApplied> {
        let said = std::mem::take(&mut self.made.eligibilities);
        if said.is_empty() {
            return Ok(());
        }
        let there = store.eligibilities(self.customer()?, said.keys().map(String::as_str)).await?;
        for (reward, said) in said {
            let read = there.get(&reward);
            let today = self.setup.zone.date(said.as_of());
            let Some(said) = said.after(read, today) else { continue };
            self.change.put_eligibility(read, &said)?;
            if said.differs_from(read) {
                self.tell(Fact::EligibilityChanged(said))?;
            }
        }
        Ok(())
    }
}
