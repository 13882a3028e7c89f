//! Purchases as the ledger sees them: what they earned, and how much of them came back.

use super::{
    Account, Books, CancelReturn, LotKey, Refused, ReturnedLine, Reversal, SaleLine, SaleTerms, Shortfall, TakeReturn,
    WalletId,
    books::{Moment, by_itself},
    taken_back::Order,
};
use crate::{CustomerId, PurchaseId, ReturnId, Timestamp, TransactionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Points that a purchase earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLot {
    /// The program's code.
    pub program: String,
    /// The lot.
    pub lot: LotKey,
    /// How many.
    pub points: i64,
    /// The line that earned them, from 0; `None` for the purchase as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Who gave them.
    pub source: Account,
    /// How many of them were taken back.
    pub taken: i64,
}

/// A return of the purchase, as far as points go by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleReturn {
    /// The return.
    pub id: ReturnId,
    /// Minor units that were paid back.
    pub amount: i64,
    /// Lines that came back; all that were left, where the return names none.
    pub lines: Vec<ReturnedLine>,
    /// Transactions that took points back for it, and from which lot.
    pub taken_back: Vec<(TransactionId, TransactionId)>,
}

/// What a purchase earned, and the returns that stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The purchase.
    pub id: PurchaseId,
    /// Who bought.
    pub customer: CustomerId,
    /// Minor units that were paid in all.
    pub amount: i64,
    /// Its lines.
    pub lines: Vec<SaleLine>,
    /// What it earned.
    pub lots: Vec<SaleLot>,
    /// What came back, in order.
    pub returns: Vec<SaleReturn>,
}

impl Sale {
    /// A purchase that has earned nothing yet, and of which nothing came back.
    #[must_use]
    pub fn new(terms: &SaleTerms, customer: CustomerId) -> Self {
        let SaleTerms { purchase, amount, lines, .. } = terms;
        Self { id: *purchase, customer, amount: *amount, lines: lines.clone(), lots: Vec::new(), returns: Vec::new() }
    }

    /// Minor units that have not come back.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.amount - self.returns.iter().map(|one| one.amount).sum::<i64>()
    }

    /// Pieces and minor units of a line that have not come back.
    #[must_use]
    pub fn left_of(&self, line: u32) -> Option<SaleLine> {
        let bought = self.lines.get(usize::try_from(line).ok()?)?;
        let back = self.returns.iter().flat_map(|one| &one.lines).filter(|back| back.line == line);
        let (quantity, amount) =
            back.fold((0_u32, 0_i64), |(quantity, amount), back| (quantity + back.quantity, amount + back.amount));
        Some(SaleLine { quantity: bought.quantity.saturating_sub(quantity), amount: bought.amount - amount })
    }

    /// What is left and was, for the purchase or one of its lines: by amount, and by pieces where nothing was paid.
    fn share_left(&self, line: Option<u32>, returns: usize) -> (i64, i64) {
        let returns = self.returns.get(..returns).unwrap_or_default();
        let bought = line.and_then(|line| self.lines.get(usize::try_from(line).ok()?));
        let is_meant = |back: &&ReturnedLine| bought.is_none() || Some(back.line) == line;
        let back = || returns.iter().flat_map(|one| &one.lines).filter(is_meant);
        let (of, amount_back) = match bought {
            Some(bought) => (bought.amount, back().map(|back| back.amount).sum::<i64>()),
            None => (self.amount, returns.iter().map(|one| one.amount).sum()),
        };
        if of > 0 {
            return (of - amount_back, of);
        }
        let pieces: i64 = match bought {
            Some(bought) => i64::from(bought.quantity),
            None => self.lines.iter().map(|line| i64::from(line.quantity)).sum(),
        };
        if pieces == 0 {
            // Nothing was paid and nobody says what was bought: it comes back whole or not at all.
            return (i64::from(returns.is_empty()), 1);
        }
        (pieces - back().map(|back| i64::from(back.quantity)).sum::<i64>(), pieces)
    }

    /// Points of a lot that have to be taken back in all, once the first so many returns count.
    fn due_back(&self, lot: &SaleLot, returns: usize, reversal: Reversal) -> i64 {
        let (left, of) = self.share_left(lot.line, returns);
        lot.points - reversal.rounding.share(lot.points, left.max(0), of)
    }

    fn check(&self, order: &TakeReturn) -> Result<SaleReturn, Refused> {
        let TakeReturn { return_id, amount, lines, .. } = order;
        if self.returns.iter().any(|one| one.id == *return_id) {
            return Err(Refused::ReturnedBefore);
        }
        let left = self.left();
        if *amount < 0 || *amount > left {
            return Err(Refused::ReturnTooLarge { line: None, unit: "minor units", asked: *amount, left });
        }
        let lines = if lines.is_empty() && *amount == left { self.all_left() } else { lines.clone() };
        if lines.is_empty() && !self.lines.is_empty() {
            return Err(Refused::NameLines(self.lines.len()));
        }
        self.check_lines(&lines, *amount)?;
        let is_free = self.amount == 0 && self.lines.is_empty() && self.returns.is_empty();
        if *amount == 0 && !is_free && lines.iter().all(|back| back.quantity == 0) {
            return Err(Refused::EmptyReturn);
        }
        Ok(SaleReturn { id: *return_id, amount: *amount, lines, taken_back: Vec::new() })
    }

    fn check_lines(&self, lines: &[ReturnedLine], amount: i64) -> Result<(), Refused> {
        for back in lines {
            let line = Some(back.line);
            let no_line = || Refused::NoLine { line: back.line, lines: self.lines.len() };
            let left = self.left_of(back.line).ok_or_else(no_line)?;
            if back.quantity > left.quantity {
                let (asked, left) = (i64::from(back.quantity), i64::from(left.quantity));
                return Err(Refused::ReturnTooLarge { line, unit: "pieces", asked, left });
            }
            if back.amount < 0 || back.amount > left.amount {
                let (asked, left) = (back.amount, left.amount);
                return Err(Refused::ReturnTooLarge { line, unit: "minor units", asked, left });
            }
        }
        let of_lines: i64 = lines.iter().map(|back| back.amount).sum();
        if lines.is_empty() || of_lines == amount {
            Ok(())
        } else {
            Err(Refused::LinesDiffer { lines: of_lines, amount })
        }
    }

    /// Every line with what of it has not come back.
    fn all_left(&self) -> Vec<ReturnedLine> {
        let line =
            |line| self.left_of(line).map(|left| ReturnedLine { line, quantity: left.quantity, amount: left.amount });
        (0..).zip(&self.lines).filter_map(|(number, _)| line(number)).collect()
    }

    /// The wallets that it earned points for.
    pub(super) fn wallets(&self) -> Vec<WalletId> {
        let mut wallets: Vec<WalletId> = self.lots.iter().map(|lot| self.wallet(lot)).collect();
        wallets.sort();
        wallets.dedup();
        wallets
    }

    fn wallet(&self, lot: &SaleLot) -> WalletId {
        WalletId { program: lot.program.clone(), customer: self.customer }
    }
}

impl Books {
    /// Takes back what came of a purchase, as far as it comes back.
    pub(super) fn take_return(&mut self, order: &TakeReturn, now: Timestamp) -> Result<(), Refused> {
        let TakeReturn { sale: terms, customer, reversals, cause, .. } = order;
        let mut sale = self.sales.get(&terms.purchase).cloned().unwrap_or_else(|| Sale::new(terms, *customer));
        let made = sale.check(order)?;
        sale.returns.push(made);
        let at = Moment::at(now);
        let reversal = |lot: &SaleLot| reversals.get(&lot.program).copied().unwrap_or_default();
        let count = sale.returns.len();
        let due: Vec<i64> =
            sale.lots.iter().map(|lot| (sale.due_back(lot, count, reversal(lot)) - lot.taken).max(0)).collect();
        self.refuse_debts(&sale, &due, reversals)?;
        for (index, points) in due.into_iter().enumerate().filter(|(_, points)| *points > 0) {
            let Some(lot) = sale.lots.get(index).cloned() else { continue };
            let id = sale.wallet(&lot);
            let order = Order {
                wallet: &id,
                lot: lot.lot,
                points,
                source: &lot.source,
                shortfall: reversal(&lot).shortfall,
                return_id: Some(order.return_id),
                cause: cause.clone(),
                key: None,
            };
            let taken_back = self.take_back(order, at)?;
            note_taken(&mut sale, count - 1, index, points, taken_back);
        }
        self.sales.insert(sale.id, sale);
        Ok(())
    }

    /// Undoes a return: everything goes back where it was taken from.
    pub(super) fn cancel_return(&mut self, order: &CancelReturn, now: Timestamp) -> Result<(), Refused> {
        let CancelReturn { purchase, return_id, cause } = order;
        let mut sale = self.sales.get(purchase).cloned().ok_or(Refused::NoReturn)?;
        let place = sale.returns.iter().position(|one| one.id == *return_id).ok_or(Refused::NoReturn)?;
        let at = Moment::at(now);
        let undone = sale.returns.remove(place);
        for (taken_back, earning) in undone.taken_back {
            let points = self.reinstate(taken_back, cause, at)?;
            for lot in sale.lots.iter_mut().filter(|lot| lot.lot.id == earning) {
                lot.taken -= points;
            }
        }
        self.sales.insert(sale.id, sale);
        Ok(())
    }

    /// What a new lot has to give back at once, because its purchase came back before it earned.
    pub(super) fn take_for_earlier_returns(
        &mut self,
        purchase: PurchaseId,
        reversal: Reversal,
        at: Moment,
    ) -> Result<(), Refused> {
        let Some(mut sale) = self.sales.get(&purchase).cloned().filter(|sale| !sale.returns.is_empty()) else {
            return Ok(());
        };
        let Some((index, lot)) = sale.lots.iter().enumerate().next_back().map(|(index, lot)| (index, lot.clone()))
        else {
            return Ok(());
        };
        let id = sale.wallet(&lot);
        let mut taken = 0;
        for count in 1..=sale.returns.len() {
            let points = sale.due_back(&lot, count, reversal) - taken;
            let return_id = sale.returns.get(count - 1).map(|one| one.id);
            if points <= 0 {
                continue;
            }
            taken += points;
            let text = "The purchase had come back before it earned these points.".to_owned();
            let order = Order {
                wallet: &id,
                lot: lot.lot,
                points,
                source: &lot.source,
                shortfall: reversal.shortfall,
                return_id,
                cause: by_itself("returned-before", text),
                key: None,
            };
            let taken_back = self.take_back(order, at)?;
            note_taken(&mut sale, count - 1, index, points, taken_back);
        }
        self.sales.insert(sale.id, sale);
        Ok(())
    }

    /// Refuses where points are spent already, and a program leaves no debt. Nothing is posted yet.
    fn refuse_debts(
        &mut self,
        sale: &Sale,
        due: &[i64],
        reversals: &BTreeMap<String, Reversal>,
    ) -> Result<(), Refused> {
        let mut needed = BTreeMap::<WalletId, (i64, i64)>::new();
        for (lot, points) in sale.lots.iter().zip(due) {
            let refuses = reversals.get(&lot.program).is_some_and(|one| one.shortfall == Shortfall::Refuse);
            if refuses {
                let id = sale.wallet(lot);
                let own = self.wallet(&id).lots.get(&lot.lot).map(|lot| lot.amounts).unwrap_or_default();
                let (all, from_others) = needed.entry(id).or_default();
                *all += points;
                *from_others += (points - own.pending - own.expired).max(0);
            }
        }
        for (id, (points, from_others)) in needed {
            let missing = from_others - self.wallet(&id).spendable();
            if missing > 0 {
                return Err(Refused::SpentAlready { program: id.program, points, missing });
            }
        }
        Ok(())
    }
}

fn note_taken(sale: &mut Sale, place: usize, lot: usize, points: i64, taken_back: TransactionId) {
    let Some(lot) = sale.lots.get_mut(lot) else { return };
    lot.taken += points;
    let earning = lot.lot.id;
    if let Some(one) = sale.returns.get_mut(place) {
        one.taken_back.push((taken_back, earning));
    }
}
