//! The lots that decisions need: those that are due, those that are known by name, and as many as are to be spent.

use super::{
    load::Needed,
    query::Query,
    rows::{Line, LotRow, Stretch, lot_record, spendable_after},
};
use crate::{StoreError, database::Database};
use stammgast_domain::{
    Timestamp,
    ledger::{Books, Phase, Wallet, WalletId},
};
use std::collections::BTreeMap;

/// Lots that are read at first when points are to be spent; then ever more.
const FIRST_LOTS: usize = 16;

/// What is due, the first that is not, and what is known by name.
pub(super) async fn load_named_lots(
    database: &Database,
    books: &mut Books,
    needed: &BTreeMap<WalletId, Needed>,
) -> Result<(), StoreError> {
    let mut query = Query::default();
    // Statements that read the first lot which is not due: what is not at hand comes after it.
    let mut edges = Vec::new();
    for (id, needed) in needed {
        query.add(needed.keys.iter().map(|key| lot_record(id, key)));
        if needed.pending {
            query.lots(Line::Pending.whole(id), None);
        }
        let Some(now) = needed.due else { continue };
        if !needed.pending {
            query.lots(Line::Pending.until(id, now), None);
            edges.push(query.lots(Line::Pending.after(id, now), Some(1)));
        }
        if needed.lapse {
            query.lots(Line::Spendable.whole(id), None);
        } else {
            query.lots(Line::Spendable.until(id, now), None);
            edges.push(query.lots(Line::Spendable.after(id, now), Some(1)));
        }
        if let Some(wallet) = books.wallets.get_mut(id) {
            wallet.unseen_due = None;
        }
    }
    let statements = query.len();
    let mut results = query.run(database).await?;
    for place in 0..statements {
        let rows: Vec<LotRow> = results.rows("lot", Some(place))?;
        for row in rows.iter().filter(|_| edges.contains(&place)) {
            let (key, lot) = row.lot();
            let at = if lot.phase() == Phase::Pending { lot.active_from } else { key.expires_at };
            if let Some(wallet) = books.wallets.get_mut(&row.wallet_id()) {
                wallet.unseen_due = Some(wallet.unseen_due.map_or(at, |before| before.min(at)));
            }
        }
        take_lots(books, rows);
    }
    Ok(())
}

/// Lots in the order in which they are spent, until they hold so many points that can be. All wallets are asked at once,
/// and then those that need more.
pub(super) async fn load_spendable(
    database: &Database,
    books: &mut Books,
    needed: &BTreeMap<WalletId, Needed>,
) -> Result<(), StoreError> {
    let mut asked: Vec<Reading<'_>> = needed.iter().filter_map(|(id, needed)| Reading::of(books, id, needed)).collect();
    let mut limit = FIRST_LOTS;
    while !asked.is_empty() {
        let mut query = Query::default();
        for reading in &mut asked {
            reading.place = query.lots(reading.rest.clone(), Some(limit));
        }
        let mut results = query.run(database).await?;
        let mut unsatisfied = Vec::new();
        for reading in asked {
            let rows: Vec<LotRow> = results.rows("lot", Some(reading.place))?;
            unsatisfied.extend(reading.after(&rows, limit));
            take_lots(books, rows);
        }
        (asked, limit) = (unsatisfied, limit * 8);
    }
    Ok(())
}

/// How far the lots of one wallet have been read.
struct Reading<'a> {
    id: &'a WalletId,
    /// Points that are still to be found.
    missing: i64,
    /// What is past its time by then is not spent any more.
    due: Option<Timestamp>,
    rest: Stretch,
    place: usize,
}

impl<'a> Reading<'a> {
    fn of(books: &Books, id: &'a WalletId, needed: &Needed) -> Option<Self> {
        let available = books.wallets.get(id).map_or(0, Wallet::spendable);
        let missing = needed.points.min(available);
        let rest = Line::Spendable.whole(id);
        (missing > 0).then_some(Self { id, missing, due: needed.due, rest, place: 0 })
    }

    /// The next part to read, where these rows are not enough and there are more.
    fn after(self, rows: &[LotRow], limit: usize) -> Option<Self> {
        let good = rows.iter().map(LotRow::lot).filter(|(key, _)| self.due.is_none_or(|now| key.expires_at > now));
        let missing = self.missing - good.map(|(_, lot)| lot.amounts.available).sum::<i64>();
        let last = rows.last().filter(|_| missing > 0 && rows.len() >= limit)?;
        Some(Self { missing, rest: spendable_after(self.id, &last.lot().0), ..self })
    }
}

fn take_lots(books: &mut Books, rows: Vec<LotRow>) {
    for row in rows {
        let (key, lot) = row.lot();
        if let Some(wallet) = books.wallets.get_mut(&row.wallet_id()) {
            wallet.lots.put(key, lot);
        }
    }
}
