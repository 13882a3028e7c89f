//! Spending points: held and captured, or at once; released, or given back.

use super::{
    Account, Books, Cause, Entry, Follow, Movement, Part, Redemption, RedemptionStatus, Refused, Release, Sink, Spend,
    Stage, WalletId,
    books::{MAX_HOLDS, Moment, Posting, counter, entry},
    earn::movable,
    redemption::{sum, take_first, take_last},
};
use crate::{RedemptionId, Timestamp};

impl Books {
    /// Holds points, or spends them at once.
    pub(super) fn spend(&mut self, order: &Spend, now: Timestamp) -> Result<(), Refused> {
        let Spend { wallet: id, redemption, points, sink, hold_millis, lapses_at, reference, claim, quota, cause } =
            order;
        movable(*points)?;
        let until = hold_millis.map(|millis| now.plus_millis(millis));
        if until.is_some_and(|until| until <= now) {
            return Err(Refused::HoldOver);
        }
        let wallet = self.wallet(id);
        if until.is_some() && wallet.holds.len() >= MAX_HOLDS {
            return Err(Refused::TooManyHolds(wallet.holds.len()));
        }
        self.within_quota(quota.as_ref(), *points)?;
        let parts = self.choose(id, *points)?;
        self.count_for_day(quota.as_ref(), *points);
        let (held, spent, movement, status) = match until {
            Some(until) => {
                let movement = Movement::Reserved { redemption: *redemption, until };
                (parts, Vec::new(), movement, RedemptionStatus::Reserved)
            }
            None => (Vec::new(), parts, Movement::Redeemed { redemption: *redemption }, RedemptionStatus::Captured),
        };
        let mut entries = moved(id, Stage::Available, -1, held.iter().chain(&spent));
        entries.extend(moved(id, Stage::Reserved, 1, &held));
        entries.extend(sunk(id, sink, 1, &spent));
        let key = Some(format!("redemption/{redemption}"));
        self.post(id, Posting { movement, cause: cause.clone(), entries, key }, Moment::at(now))?;
        let wallet = self.wallet(id);
        if let Some(until) = until {
            wallet.holds.insert(*redemption, until);
        }
        wallet.active(*lapses_at);
        let redemption = Redemption {
            id: *redemption,
            wallet: id.clone(),
            sink: sink.clone(),
            status,
            points: *points,
            held,
            spent,
            until,
            reference: reference.clone(),
            claim: claim.clone(),
            created_at: now,
            updated_at: now,
        };
        self.redemptions.insert(redemption.id, redemption);
        Ok(())
    }

    /// Spends held points, all or some; the rest is released.
    pub(super) fn capture(&mut self, follow: &Follow, now: Timestamp) -> Result<(), Refused> {
        let at = Moment::at(now);
        let redemption = self.open(follow, RedemptionStatus::Reserved, "captured")?;
        let points = asked(follow, sum(&redemption.held), redemption.claim.is_some())?;
        let sink = redemption.sink.clone();
        let spent = take_first(&mut redemption.held, points);
        redemption.spent.clone_from(&spent);
        redemption.status = RedemptionStatus::Captured;
        redemption.updated_at = now;
        let rest = !redemption.held.is_empty();
        let id = &follow.wallet;
        let mut entries = moved(id, Stage::Reserved, -1, &spent);
        entries.extend(sunk(id, &sink, 1, &spent));
        let movement = Movement::Captured { redemption: follow.redemption };
        self.post(id, Posting { movement, cause: follow.cause.clone(), entries, key: None }, at)?;
        if rest {
            self.let_go(follow.redemption, follow.cause.clone(), Release::Rest, at)?;
        }
        self.wallet(id).holds.remove(&follow.redemption);
        self.post_due(id, now, now)
    }

    /// Releases all held points.
    pub(super) fn release(&mut self, follow: &Follow, now: Timestamp) -> Result<(), Refused> {
        self.open(follow, RedemptionStatus::Reserved, "released")?;
        self.let_go(follow.redemption, follow.cause.clone(), Release::Asked, Moment::at(now))?;
        self.post_due(&follow.wallet, now, now)
    }

    /// Gives spent points back into their lots, those that expire last first. What is past its time expires at once.
    pub(super) fn give_back(&mut self, follow: &Follow, now: Timestamp) -> Result<(), Refused> {
        let at = Moment::at(now);
        let redemption = self.open(follow, RedemptionStatus::Captured, "reversed")?;
        let points = asked(follow, sum(&redemption.spent), redemption.claim.is_some())?;
        let sink = redemption.sink.clone();
        let back = take_last(&mut redemption.spent, points);
        if redemption.spent.is_empty() {
            redemption.status = RedemptionStatus::Reversed;
        }
        redemption.updated_at = now;
        let id = &follow.wallet;
        let mut entries = moved(id, Stage::Available, 1, &back);
        entries.extend(sunk(id, &sink, -1, &back));
        let movement = Movement::GivenBack { redemption: follow.redemption };
        self.post(id, Posting { movement, cause: follow.cause.clone(), entries, key: None }, at)?;
        self.offset(id, at)?;
        self.post_due(id, now, now)
    }

    /// Releases what a redemption holds.
    pub(super) fn let_go(
        &mut self,
        redemption: RedemptionId,
        cause: Cause,
        why: Release,
        at: Moment,
    ) -> Result<(), Refused> {
        let open = self.redemptions.get_mut(&redemption);
        let open = open.ok_or(Refused::Contradiction("a reservation without its redemption"))?;
        let (id, held) = (open.wallet.clone(), std::mem::take(&mut open.held));
        match why {
            Release::Asked => open.status = RedemptionStatus::Released,
            Release::TimedOut => open.status = RedemptionStatus::TimedOut,
            Release::Rest => {}
        }
        open.updated_at = at.now;
        self.wallet(&id).holds.remove(&redemption);
        let mut entries = moved(&id, Stage::Reserved, -1, &held);
        entries.extend(moved(&id, Stage::Available, 1, &held));
        self.post(&id, Posting { movement: Movement::Released { redemption, why }, cause, entries, key: None }, at)?;
        self.offset(&id, at)
    }

    /// Lots to spend so many points from, soonest-expiring first.
    pub(super) fn choose(&mut self, id: &WalletId, points: i64) -> Result<Vec<Part>, Refused> {
        let wallet = self.wallet(id);
        if points > wallet.spendable() {
            return Err(Refused::NotEnough { available: wallet.amounts.available, asked: points });
        }
        let (mut missing, mut parts) = (points, Vec::new());
        for (lot, there) in wallet.lots.spendable() {
            let points = there.min(missing);
            missing -= points;
            parts.push(Part { lot, points });
            if missing == 0 {
                return Ok(parts);
            }
        }
        Err(Refused::Contradiction("the lots hold fewer points than the wallet"))
    }

    fn open(
        &mut self,
        follow: &Follow,
        needed: RedemptionStatus,
        verb: &'static str,
    ) -> Result<&mut Redemption, Refused> {
        let open = self.redemptions.get_mut(&follow.redemption).filter(|open| open.wallet == follow.wallet);
        let open = open.ok_or(Refused::NoRedemption)?;
        let status = open.status;
        if status == needed { Ok(open) } else { Err(Refused::WrongStatus { verb, status }) }
    }
}

fn asked(follow: &Follow, has: i64, is_reward: bool) -> Result<i64, Refused> {
    let asked = follow.points.unwrap_or(has);
    movable(asked)?;
    if is_reward && asked != has {
        return Err(Refused::WholeReward);
    }
    if asked > has { Err(Refused::MoreThanThere { asked, has }) } else { Ok(asked) }
}

/// Entries that move parts into (1) or out of (-1) a stage.
fn moved<'a>(id: &WalletId, stage: Stage, sign: i64, parts: impl IntoIterator<Item = &'a Part>) -> Vec<Entry> {
    parts.into_iter().map(|part| entry(id, stage, sign * part.points, Some(part.lot))).collect()
}

/// Entries that move parts into (1) or out of (-1) where spent points go.
fn sunk(id: &WalletId, sink: &Sink, sign: i64, parts: &[Part]) -> Vec<Entry> {
    match sink {
        Sink::Program => moved(id, Stage::Redeemed, sign, parts),
        Sink::Partner(_) if parts.is_empty() => Vec::new(),
        Sink::Partner(partner) => {
            let account = Account::Partner { program: id.program.clone(), partner: partner.clone() };
            vec![counter(account, sign * sum(parts))]
        }
    }
}
