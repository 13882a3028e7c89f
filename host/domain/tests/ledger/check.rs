//! What must always hold, worked out from the entries alone.

use stammgast_domain::{
    TransactionId,
    ledger::{
        Account, Amounts, Books, Entry, Movement, RedemptionStatus, Refused, Stage, Transaction, Wallet, WalletId,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Sums of the entries so far.
#[derive(Default)]
pub struct Check {
    accounts: BTreeMap<Account, i64>,
    lots: BTreeMap<TransactionId, Amounts>,
    earned: BTreeMap<TransactionId, i64>,
    ids: BTreeSet<TransactionId>,
}

impl Check {
    /// Adds up what was posted last, and compares what it touched.
    pub fn postings(&mut self, books: &Books, from: usize, context: &dyn Fn() -> String) {
        for transaction in &books.posted[from..] {
            self.posting(transaction, context);
        }
        let touched: BTreeSet<WalletId> =
            books.posted[from..].iter().flat_map(|transaction| &transaction.entries).filter_map(wallet_of).collect();
        for id in touched {
            self.wallet(&books.wallets[&id], context);
        }
    }

    fn posting(&mut self, transaction: &Transaction, context: &dyn Fn() -> String) {
        assert!(self.ids.insert(transaction.id), "two transactions have one id: {}", context());
        let sum: i128 = transaction.entries.iter().map(|entry| i128::from(entry.points.0)).sum();
        assert_eq!(sum, 0, "{}", context());
        for Entry { account, points, lot } in &transaction.entries {
            *self.accounts.entry(account.clone()).or_default() += points.0;
            if let (Account::Customer { stage, .. }, Some(lot)) = (account, lot) {
                self.lots.entry(lot.id).or_default().add(*stage, points.0);
                if matches!(transaction.movement, Movement::Earned { .. }) {
                    assert_eq!(lot.id, transaction.id, "{}", context());
                    self.earned.insert(lot.id, points.0);
                }
            }
        }
    }

    fn wallet(&self, wallet: &Wallet, context: &dyn Fn() -> String) {
        let refuses = wallet.id.program == "refuse";
        for stage in Stage::ALL {
            let sum = self.accounts.get(&wallet.id.account(stage)).copied().unwrap_or_default();
            assert_eq!(wallet.amounts.at(stage), sum, "{}: {}", wallet.id.account(stage), context());
            let may_be_negative =
                stage == Stage::Owed || (stage == Stage::Available && wallet.id.program == "negative");
            assert!(sum >= 0 || may_be_negative, "{} is {sum}: {}", wallet.id.account(stage), context());
        }
        assert!(wallet.amounts.owed <= 0, "{}", context());
        assert!(!refuses || (wallet.deficits.is_empty() && wallet.amounts.owed == 0), "{}", context());
        let owed: i64 = wallet.deficits.iter().map(|deficit| deficit.points).sum();
        let in_lots: i64 = wallet.lots.iter().map(|(_, lot)| lot.amounts.available).sum();
        assert_eq!(wallet.amounts.available + wallet.amounts.owed, in_lots - owed, "{}", context());
        assert!(owed == 0 || in_lots == 0, "a debt is not paid: {}", context());
        assert!(wallet.next_due().is_none_or(|(at, _)| at > wallet.clock), "something is overdue: {}", context());
    }

    /// Everything together, and every projection rebuilt from the transactions.
    pub fn everything(&self, books: &Books, seed: u64) {
        let context = || format!("seed {seed}, at the end");
        assert_eq!(self.accounts.values().sum::<i64>(), 0, "{}", context());
        let mut rebuilt = BTreeMap::<WalletId, Wallet>::new();
        for transaction in &books.posted {
            if let Some(id) = transaction.entries.iter().find_map(wallet_of) {
                rebuilt.entry(id.clone()).or_insert_with(|| Wallet::new(id)).apply(transaction);
            }
        }
        for (id, wallet) in &books.wallets {
            self.wallet(wallet, &context);
            let again = rebuilt.remove(id).unwrap_or_else(|| Wallet::new(id.clone()));
            assert_eq!((again.amounts, again.postings), (wallet.amounts, wallet.postings), "{}", context());
            assert_eq!(again.lots, wallet.lots, "{}", context());
            for (key, lot) in wallet.lots.iter() {
                assert_eq!(lot.amounts, self.lots[&key.id], "{}", context());
                let there = [Stage::Pending, Stage::Available, Stage::Reserved, Stage::Redeemed, Stage::Expired];
                assert!(there.iter().all(|stage| lot.amounts.at(*stage) >= 0), "{lot:?}: {}", context());
                let of_lot: i64 = there.iter().map(|stage| lot.amounts.at(*stage)).sum();
                assert!(of_lot <= self.earned[&key.id], "a point was made of nothing: {lot:?}: {}", context());
            }
            let holds: BTreeMap<_, _> = books
                .redemptions
                .values()
                .filter(|redemption| redemption.wallet == *id && redemption.status == RedemptionStatus::Reserved)
                .map(|redemption| (redemption.id, redemption.until.unwrap()))
                .collect();
            assert_eq!(holds, wallet.holds, "{}", context());
            let held: i64 = holds.keys().flat_map(|id| &books.redemptions[id].held).map(|part| part.points).sum();
            assert_eq!(held, wallet.amounts.reserved, "{}", context());
        }
        Self::every_day(books, &context);
        self.partners(books, &context);
        for sale in books.sales.values() {
            for lot in &sale.lots {
                assert!((0..=lot.points).contains(&lot.taken), "{sale:?}: {}", context());
                let by_returns: i64 = sale
                    .returns
                    .iter()
                    .flat_map(|one| &one.taken_back)
                    .filter(|(_, earning)| *earning == lot.lot.id)
                    .map(|(id, _)| books.taken_back[id].points())
                    .sum();
                assert_eq!(by_returns, lot.taken, "{sale:?}: {}", context());
                let back: i64 = sale.returns.iter().map(|one| one.amount).sum();
                if sale.amount > 0 && back == sale.amount && lot.line.is_none() {
                    assert_eq!(lot.taken, lot.points, "not all was undone: {sale:?}: {}", context());
                }
            }
        }
    }
}

impl Check {
    /// What is open with a partner is what its account says, and every statement is what moved since the one before.
    fn partners(&self, books: &Books, context: &dyn Fn() -> String) {
        for account in books.partners.values() {
            let sum = self.accounts.get(&account.of.account()).copied().unwrap_or_default();
            assert_eq!(account.open.balance(), sum, "{account:?}: {}", context());
            let own: Vec<_> = books.statements.iter().filter(|statement| statement.of == account.of).collect();
            assert_eq!(own.len() as u64, account.statements, "{}", context());
            let mut postings = books.posted.iter();
            for statement in own {
                let mut moved = 0;
                for transaction in postings.by_ref() {
                    if transaction.id == statement.transaction {
                        break;
                    }
                    let entries = transaction.entries.iter().filter(|entry| entry.account == account.of.account());
                    moved += entries.map(|entry| entry.points.0).sum::<i64>();
                }
                assert_eq!(moved, statement.sums.balance(), "{statement:?}: {}", context());
            }
        }
    }

    /// No account was ever overdrawn as of a time in the world, either, however late things were posted.
    fn every_day(books: &Books, context: &dyn Fn() -> String) {
        let mut in_time: Vec<&Transaction> = books.posted.iter().collect();
        in_time.sort_by_key(|transaction| transaction.occurred_at);
        let mut accounts = BTreeMap::<&Account, i64>::new();
        for transaction in in_time {
            for Entry { account, points, .. } in &transaction.entries {
                let sum = accounts.entry(account).or_default();
                *sum += points.0;
                let Account::Customer { program, stage, .. } = account else { continue };
                let overdraft = *stage == Stage::Available && program == "negative";
                let is_wrong = if *stage == Stage::Owed { *sum > 0 } else { *sum < 0 && !overdraft };
                assert!(!is_wrong, "{account} was {sum} at {}: {}", transaction.occurred_at, context());
            }
        }
    }
}

/// A contradiction is no refusal but a mistake of the ledger's own.
pub fn is_a_refusal(refused: &Refused, context: &dyn Fn() -> String) {
    assert!(!matches!(refused, Refused::Contradiction(_) | Refused::Posting(_)), "{refused}: {}", context());
}

fn wallet_of(entry: &Entry) -> Option<WalletId> {
    let customer = entry.account.customer()?;
    Some(WalletId { program: entry.account.program().to_owned(), customer })
}
