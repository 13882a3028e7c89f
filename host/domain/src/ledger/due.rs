//! What happens by itself when its time has come: activation, release, expiry, and paying what is owed.

use super::{
    Books, Due, Movement, Part, Refused, Release, Stage, WalletId,
    books::{Moment, Posting, by_itself, entry},
    taken_back::TakenPart,
};
use crate::Timestamp;

impl Books {
    /// Posts what is due in a wallet. Gives the time of decisions: now, or the wallet's own clock where that is later.
    pub(super) fn advance(&mut self, id: &WalletId, now: Timestamp) -> Result<Timestamp, Refused> {
        let wallet = self.wallet(id);
        let now = now.max(wallet.clock);
        wallet.clock = now;
        self.post_due(id, now, Timestamp::MIN)?;
        Ok(now)
    }

    /// Posts what is due in a wallet by now, in the order of its times and dated by them, but not before `since`: what a
    /// posting made due comes after it.
    pub(super) fn post_due(&mut self, id: &WalletId, now: Timestamp, mut since: Timestamp) -> Result<(), Refused> {
        while let Some((due_at, due)) = self.wallet(id).next_due().filter(|(at, _)| *at <= now) {
            since = since.max(due_at);
            let at = Moment { occurred_at: since, now };
            match due {
                Due::Activation(lot) => {
                    let points = self.wallet(id).lots.get(&lot).map_or(0, |lot| lot.amounts.pending);
                    let entries = vec![
                        entry(id, Stage::Pending, -points, Some(lot)),
                        entry(id, Stage::Available, points, Some(lot)),
                    ];
                    let cause = by_itself("activated", "The points can be spent from now on.".to_owned());
                    self.post(id, Posting { movement: Movement::Activated, cause, entries, key: None }, at)?;
                    self.offset(id, at)?;
                }
                Due::TimeOut(redemption) => {
                    let cause = by_itself("timed-out", "The reservation's time was up.".to_owned());
                    self.let_go(redemption, cause, Release::TimedOut, at)?;
                }
                Due::Expiry => {
                    let text = "The points were not spent in time.".to_owned();
                    self.expire(id, "expired", text, at, |lot| lot.expires_at <= due_at)?;
                }
                Due::Lapse => {
                    // It stays in the past until the customer is active again: what comes back until then lapses at once.
                    let text = "The customer was not active for too long.".to_owned();
                    self.expire(id, "lapsed", text, at, |_| true)?;
                }
            }
        }
        Ok(())
    }

    fn expire(
        &mut self,
        id: &WalletId,
        reason: &str,
        text: String,
        at: Moment,
        is_over: impl Fn(&super::LotKey) -> bool,
    ) -> Result<(), Refused> {
        let over: Vec<_> = self.wallet(id).lots.spendable().take_while(|(key, _)| is_over(key)).collect();
        let entries = over.into_iter().flat_map(|(lot, points)| {
            [entry(id, Stage::Available, -points, Some(lot)), entry(id, Stage::Expired, points, Some(lot))]
        });
        let posting = Posting {
            movement: Movement::Expired,
            cause: by_itself(reason, text),
            entries: entries.collect(),
            key: None,
        };
        self.post(id, posting, at).map(drop)
    }

    /// Lets available points pay for what the customer owes, oldest debt first.
    pub(super) fn offset(&mut self, id: &WalletId, at: Moment) -> Result<(), Refused> {
        loop {
            let wallet = self.wallet(id);
            let Some(deficit) = wallet.deficits.first().cloned() else { return Ok(()) };
            let mut missing = deficit.points;
            let mut parts = Vec::new();
            for (lot, points) in wallet.lots.spendable() {
                let points = points.min(missing);
                missing -= points;
                parts.push(Part { lot, points });
                if missing == 0 {
                    break;
                }
            }
            let paid = deficit.points - missing;
            if paid == 0 {
                return Ok(());
            }
            let mut entries: Vec<_> =
                parts.iter().map(|part| entry(id, Stage::Available, -part.points, Some(part.lot))).collect();
            entries.push(entry(id, deficit.stage, paid, None));
            let taken_back = deficit.taken_back;
            // Points of the past that arrive late pay when there is something to pay for.
            let at = Moment { occurred_at: at.occurred_at.max(deficit.since), ..at };
            let cause = by_itself("offset", "Points that were owed for a return were paid.".to_owned());
            self.post(id, Posting { movement: Movement::Offset { taken_back }, cause, entries, key: None }, at)?;
            let wallet = self.wallet(id);
            if missing == 0 {
                wallet.deficits.remove(0);
            } else if let Some(first) = wallet.deficits.first_mut() {
                first.points = missing;
            }
            let taken = self.taken_back.get_mut(&taken_back);
            let taken = taken.ok_or(Refused::Contradiction("a debt without what left it"))?;
            taken.pay(deficit.stage, parts.into_iter().map(TakenPart::available).collect());
        }
    }
}
