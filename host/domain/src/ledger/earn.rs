//! Earning, and taking points away by a person's decision.

use super::{
    Books, Earn, LotKey, MAX_ENTRY, Movement, Refused, Sale, SaleLot, Stage, Transaction, Withdraw,
    books::{MAX_WALLET, Moment, Posting, counter, entry},
};
use crate::Timestamp;

pub(super) fn movable(points: i64) -> Result<(), Refused> {
    if (1..=MAX_ENTRY).contains(&points) { Ok(()) } else { Err(Refused::BadPoints(points)) }
}

impl Books {
    /// A new lot. What the purchase's returns take of it is taken at once.
    pub(super) fn earn(&mut self, earn: &Earn, now: Timestamp) -> Result<(), Refused> {
        let Earn { wallet: id, points, earned_at, active_from, expires_at, source, sale, cause, key, .. } = earn;
        movable(*points)?;
        let wallet = self.wallet(id);
        if wallet.amounts.sum() + i128::from(*points) > i128::from(MAX_WALLET) {
            return Err(Refused::WalletFull);
        }
        self.within_quota(earn.quota.as_ref(), *points)?;
        let transaction = Transaction::id_for(&id.program, key);
        let lot = LotKey { expires_at: expires_at.unwrap_or(Timestamp::MAX), earned_at: *earned_at, id: transaction };
        // What was earned in the past and can be spent by now goes through the same stages, each dated as it was.
        let waits = active_from > earned_at || *active_from > now;
        let stage = if waits { Stage::Pending } else { Stage::Available };
        let movement = Movement::Earned {
            active_from: *active_from,
            purchase: sale.as_ref().map(|sale| sale.purchase),
            line: sale.as_ref().and_then(|sale| sale.line),
        };
        let entries = vec![counter(source.clone(), -points), entry(id, stage, *points, Some(lot))];
        let at = Moment { occurred_at: *earned_at, now };
        let posting = Posting { movement, cause: cause.clone(), entries, key: Some(key.clone()) };
        self.post(id, posting, at)?;
        self.count_for_day(earn.quota.as_ref(), *points);
        self.notices.extend(earn.notice.map(|notice| (id.clone(), notice)));
        self.wallet(id).active(earn.lapses_at);
        if let Some(terms) = sale {
            let sale = self.sales.entry(terms.purchase).or_insert_with(|| Sale::new(terms, id.customer));
            let program = id.program.clone();
            let of_sale = SaleLot { program, lot, points: *points, line: terms.line, source: source.clone(), taken: 0 };
            sale.lots.push(of_sale);
            self.take_for_earlier_returns(terms.purchase, earn.reversal, Moment::at(now))?;
        }
        self.offset(id, at)?;
        self.post_due(id, now, *earned_at)
    }

    /// Takes points away, soonest-expiring first.
    pub(super) fn withdraw(&mut self, order: &Withdraw, now: Timestamp) -> Result<(), Refused> {
        let Withdraw { wallet: id, points, cause, key } = order;
        movable(*points)?;
        let parts = self.choose(id, *points)?;
        let mut entries: Vec<_> =
            parts.iter().map(|part| entry(id, Stage::Available, -part.points, Some(part.lot))).collect();
        entries.push(counter(super::Account::Issuance { program: id.program.clone() }, *points));
        let posting = Posting { movement: Movement::Withdrawn, cause: cause.clone(), entries, key: Some(key.clone()) };
        self.post(id, posting, Moment::at(now)).map(drop)
    }
}
