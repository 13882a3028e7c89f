//! Taking earned points back, and putting them back in place when that was wrong.

use super::{
    Account, Books, Cause, Deficit, Entry, LotKey, Movement, Part, Refused, Shortfall, Stage, TakeBackEarning,
    WalletId,
    books::{Moment, Posting, counter, entry},
    earn::movable,
};
use crate::{ReturnId, Timestamp, TransactionId};
use serde::{Deserialize, Serialize};

/// Points that were taken from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenPart {
    /// From where.
    pub place: Place,
    /// How many.
    pub points: i64,
}

/// Where points were taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "from", content = "lot", rename_all = "kebab-case")]
pub enum Place {
    /// A lot's pending points.
    Pending(LotKey),
    /// A lot's available points.
    Available(LotKey),
    /// A lot's points that were past their time.
    Expired(LotKey),
    /// Nothing was left: the customer's available points went below zero.
    Overdraft,
    /// Nothing was left: the customer owes them.
    Debt,
}

impl Place {
    /// The stage and the lot that its entries name.
    #[must_use]
    pub const fn stage(self) -> (Stage, Option<LotKey>) {
        match self {
            Self::Pending(lot) => (Stage::Pending, Some(lot)),
            Self::Available(lot) => (Stage::Available, Some(lot)),
            Self::Expired(lot) => (Stage::Expired, Some(lot)),
            Self::Overdraft => (Stage::Available, None),
            Self::Debt => (Stage::Owed, None),
        }
    }
}

/// What one transaction took back, and from where. What the customer owed is replaced by what paid for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The transaction that took it.
    pub id: TransactionId,
    /// Whose points.
    pub wallet: WalletId,
    /// Who had given them.
    pub source: Account,
    /// From where.
    pub parts: Vec<TakenPart>,
}

impl TakenPart {
    pub(super) const fn available(part: Part) -> Self {
        Self { place: Place::Available(part.lot), points: part.points }
    }
}

impl TakenBack {
    /// Points in all.
    #[must_use]
    pub fn points(&self) -> i64 {
        self.parts.iter().map(|part| part.points).sum()
    }

    /// Replaces what was owed by what paid for it.
    pub(super) fn pay(&mut self, owed: Stage, paid: Vec<TakenPart>) {
        let mut points: i64 = paid.iter().map(|part| part.points).sum();
        for part in &mut self.parts {
            if part.place.stage() == (owed, None) {
                let now = part.points.min(points);
                part.points -= now;
                points -= now;
            }
        }
        for new in paid {
            match self.parts.iter_mut().find(|part| part.place == new.place) {
                Some(part) => part.points += new.points,
                None => self.parts.push(new),
            }
        }
        self.parts.retain(|part| part.points > 0);
    }
}

/// What is to be taken back.
pub(super) struct Order<'a> {
    pub(super) wallet: &'a WalletId,
    pub(super) lot: LotKey,
    pub(super) points: i64,
    pub(super) source: &'a Account,
    pub(super) shortfall: Shortfall,
    pub(super) return_id: Option<ReturnId>,
    pub(super) cause: Cause,
    pub(super) key: Option<String>,
}

impl Books {
    /// Undoes one earning, in whole or in part.
    pub(super) fn take_back_earning(&mut self, order: &TakeBackEarning, now: Timestamp) -> Result<(), Refused> {
        let TakeBackEarning { wallet, lot, source, points, shortfall, cause, key } = order;
        movable(*points)?;
        let order = Order {
            wallet,
            lot: *lot,
            points: *points,
            source,
            shortfall: *shortfall,
            return_id: None,
            cause: cause.clone(),
            key: Some(key.clone()),
        };
        self.take_back(order, Moment::at(now)).map(drop)
    }

    /// Takes points back: first from their own lot, then from what expires soonest, then by the program's policy.
    pub(super) fn take_back(&mut self, order: Order<'_>, at: Moment) -> Result<TransactionId, Refused> {
        let Order { wallet: id, lot, points, source, shortfall, return_id, cause, key } = order;
        let parts = self.parts_to_take(id, lot, points, shortfall)?;
        let mut entries: Vec<Entry> = parts.iter().map(|part| entry_of(id, *part, -1)).collect();
        entries.push(counter(source.clone(), points));
        let movement = Movement::TakenBack { earning: lot.id, return_id };
        let taken_back = self.post(id, Posting { movement, cause, entries, key }, at)?;
        let owed = parts.iter().filter(|part| part.place.stage().1.is_none());
        let owed = owed.map(|part| {
            let (stage, _) = part.place.stage();
            Deficit { taken_back, stage, points: part.points, since: at.occurred_at }
        });
        self.wallet(id).deficits.extend(owed);
        let taken = TakenBack { id: taken_back, wallet: id.clone(), source: source.clone(), parts };
        self.taken_back.insert(taken_back, taken);
        Ok(taken_back)
    }

    fn parts_to_take(
        &mut self,
        id: &WalletId,
        lot: LotKey,
        points: i64,
        shortfall: Shortfall,
    ) -> Result<Vec<TakenPart>, Refused> {
        let wallet = self.wallet(id);
        let own = wallet.lots.get(&lot).map(|lot| lot.amounts).unwrap_or_default();
        let (mut missing, mut parts) = (points, Vec::new());
        let mut take = |place, there: i64, missing: &mut i64| {
            let now = there.min(*missing);
            if now > 0 {
                parts.push(TakenPart { place, points: now });
                *missing -= now;
            }
        };
        take(Place::Pending(lot), own.pending, &mut missing);
        take(Place::Available(lot), own.available, &mut missing);
        take(Place::Expired(lot), own.expired, &mut missing);
        for (other, there) in wallet.lots.spendable().filter(|(other, _)| *other != lot) {
            if missing == 0 {
                break;
            }
            take(Place::Available(other), there, &mut missing);
        }
        if missing > 0 {
            let place = match shortfall {
                Shortfall::Negative => Place::Overdraft,
                Shortfall::Debt => Place::Debt,
                Shortfall::Refuse => {
                    return Err(Refused::SpentAlready { program: id.program.clone(), points, missing });
                }
            };
            take(place, missing, &mut missing.clone());
        }
        Ok(parts)
    }

    /// Puts everything back where it was taken from. What is past its time by now expires at once.
    pub(super) fn reinstate(&mut self, taken_back: TransactionId, cause: &Cause, at: Moment) -> Result<i64, Refused> {
        let taken = self.taken_back.get_mut(&taken_back);
        let taken = taken.ok_or(Refused::Contradiction("a return without what it took back"))?;
        let (id, source) = (taken.wallet.clone(), taken.source.clone());
        let (points, parts) = (taken.points(), std::mem::take(&mut taken.parts));
        let mut entries: Vec<Entry> = parts.iter().map(|part| entry_of(&id, *part, 1)).collect();
        entries.push(counter(source, -points));
        let movement = Movement::Reinstated { taken_back };
        self.post(&id, Posting { movement, cause: cause.clone(), entries, key: None }, at)?;
        self.wallet(&id).deficits.retain(|deficit| deficit.taken_back != taken_back);
        self.offset(&id, at)?;
        self.post_due(&id, at.now, at.occurred_at)?;
        Ok(points)
    }
}

fn entry_of(id: &WalletId, part: TakenPart, sign: i64) -> Entry {
    let (stage, lot) = part.place.stage();
    entry(id, stage, sign * part.points, lot)
}
