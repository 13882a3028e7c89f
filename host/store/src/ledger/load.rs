//! Loading what decisions need: a few queries for all orders of a commit.

use super::{
    lots::{load_named_lots, load_spendable},
    order::LedgerOrder,
    query::Query,
    rows::{WalletRow, partner_record, wallet_record},
};
use crate::{StoreError, database::Database, value::record};
use stammgast_domain::{
    PurchaseId, RedemptionId, Timestamp, TransactionId,
    ledger::{
        Account, Books, Command, LotKey, PartnerAccount, PartnerId, Place, Redemption, Sale, Sink, TakenBack, Wallet,
        WalletId,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The lots of one wallet that decisions need.
#[derive(Default)]
pub(super) struct Needed {
    /// Points that may be spent or taken, soonest-expiring first.
    pub(super) points: i64,
    /// Lots that are known by name.
    pub(super) keys: BTreeSet<LotKey>,
    /// Whether lots that are pending may be taken from.
    pub(super) pending: bool,
    /// The time up to which everything is due.
    pub(super) due: Option<Timestamp>,
    /// Whether all that can be spent lapses.
    pub(super) lapse: bool,
}

/// What was read for some orders.
pub(super) struct Loaded {
    /// Everything at hand that they need.
    pub(super) books: Books,
    /// When each wallet is due, as its row says.
    pub(super) due: BTreeMap<WalletId, Option<Timestamp>>,
}

/// Reads what these orders need.
pub(super) async fn load(database: &Database, orders: &[&LedgerOrder]) -> Result<Loaded, StoreError> {
    let mut books = Books::default();
    load_named(database, &mut books, orders).await?;
    load_followers(database, &mut books, orders).await?;
    load_partners(database, &mut books, orders).await?;
    // So far no lots are at hand.
    let due = books.wallets.iter().map(|(id, wallet)| (id.clone(), wallet.unseen_due)).collect();
    let needed = needed(&books, orders);
    load_named_lots(database, &mut books, &needed).await?;
    load_spendable(database, &mut books, &needed).await?;
    Ok(Loaded { books, due })
}

/// What the orders name: wallets, redemptions and purchases.
async fn load_named(database: &Database, books: &mut Books, orders: &[&LedgerOrder]) -> Result<(), StoreError> {
    let (mut redemptions, mut sales) = (BTreeSet::new(), BTreeSet::new());
    for order in orders {
        match &order.command {
            Command::Capture(follow) | Command::Release(follow) | Command::GiveBack(follow) => {
                redemptions.insert(follow.redemption);
            }
            Command::Earn(earn) => sales.extend(earn.sale.as_ref().map(|sale| sale.purchase)),
            Command::Return(order) => drop(sales.insert(order.sale.purchase)),
            Command::CancelReturn(order) => drop(sales.insert(order.purchase)),
            Command::Spend(_)
            | Command::TakeBack(_)
            | Command::Withdraw(_)
            | Command::Settle(_)
            | Command::Advance(_) => {}
        }
    }
    let wallets: BTreeSet<WalletId> = orders.iter().flat_map(|order| books.concerned(&order.command)).collect();
    load_rows(database, books, Ids { wallets, redemptions, sales, taken_back: BTreeSet::new() }).await
}

/// What these lead to: wallets of purchases, reservations whose time is up, and what customers owe.
async fn load_followers(database: &Database, books: &mut Books, orders: &[&LedgerOrder]) -> Result<(), StoreError> {
    loop {
        let mut ids = Ids::default();
        for order in orders {
            for id in books.concerned(&order.command) {
                let Some(wallet) = books.wallets.get(&id) else {
                    ids.wallets.insert(id);
                    continue;
                };
                let now = wallet.clock.max(order.now);
                let over = wallet.holds.iter().filter(|(_, until)| **until <= now).map(|(redemption, _)| *redemption);
                ids.redemptions.extend(over.filter(|redemption| !books.redemptions.contains_key(redemption)));
                let owed = wallet.deficits.iter().map(|deficit| deficit.taken_back);
                ids.taken_back.extend(owed.filter(|taken_back| !books.taken_back.contains_key(taken_back)));
            }
            if let Command::CancelReturn(order) = &order.command {
                let returns = books.sales.get(&order.purchase).into_iter().flat_map(|sale| &sale.returns);
                let undone = returns.filter(|one| one.id == order.return_id).flat_map(|one| &one.taken_back);
                let undone = undone.map(|(taken_back, _)| *taken_back);
                ids.taken_back.extend(undone.filter(|taken_back| !books.taken_back.contains_key(taken_back)));
            }
        }
        if ids.is_empty() {
            return Ok(());
        }
        load_rows(database, books, ids).await?;
    }
}

/// The partners whose accounts may move.
async fn load_partners(database: &Database, books: &mut Books, orders: &[&LedgerOrder]) -> Result<(), StoreError> {
    let of = |account: &Account| match account {
        Account::Partner { program, partner } => Some(PartnerId { program: program.clone(), partner: partner.clone() }),
        _ => None,
    };
    let into = |program: &String, sink: &Sink| match sink {
        Sink::Partner(partner) => Some(PartnerId { program: program.clone(), partner: partner.clone() }),
        Sink::Program => None,
    };
    let mut ids = BTreeSet::new();
    for order in orders {
        match &order.command {
            Command::Earn(earn) => ids.extend(of(&earn.source)),
            Command::Spend(spend) => ids.extend(into(&spend.wallet.program, &spend.sink)),
            Command::TakeBack(order) => ids.extend(of(&order.source)),
            Command::Settle(order) => drop(ids.insert(order.of.clone())),
            _ => {}
        }
    }
    ids.extend(books.redemptions.values().filter_map(|one| into(&one.wallet.program, &one.sink)));
    ids.extend(books.sales.values().flat_map(|sale| &sale.lots).filter_map(|lot| of(&lot.source)));
    ids.extend(books.taken_back.values().filter_map(|taken| of(&taken.source)));
    let mut query = Query::default();
    let place = query.add(ids.iter().map(partner_record));
    for account in query.run(database).await?.rows::<PartnerAccount>("partner_account", place)? {
        books.partners.insert(account.of.clone(), account);
    }
    Ok(())
}

#[derive(Default)]
struct Ids {
    wallets: BTreeSet<WalletId>,
    redemptions: BTreeSet<RedemptionId>,
    sales: BTreeSet<PurchaseId>,
    taken_back: BTreeSet<TransactionId>,
}

impl Ids {
    fn is_empty(&self) -> bool {
        self.wallets.is_empty() && self.redemptions.is_empty() && self.sales.is_empty() && self.taken_back.is_empty()
    }
}

async fn load_rows(database: &Database, books: &mut Books, ids: Ids) -> Result<(), StoreError> {
    let Ids { wallets, redemptions, sales, taken_back } = ids;
    let mut query = Query::default();
    let place = query.add(wallets.iter().map(wallet_record));
    let redemptions_place = query.add(redemptions.iter().map(|id| record("redemption", id.to_string())));
    let sales_place = query.add(sales.iter().map(|id| record("sale", id.to_string())));
    let taken_place = query.add(taken_back.iter().map(|id| record("taken_back", id.to_string())));
    let mut results = query.run(database).await?;
    for row in results.rows::<WalletRow>("wallet", place)? {
        books.wallets.insert(row.wallet_id(), row.wallet());
    }
    for id in wallets {
        books.wallets.entry(id.clone()).or_insert_with(|| Wallet::new(id));
    }
    for row in results.rows::<Redemption>("redemption", redemptions_place)? {
        books.redemptions.insert(row.id, row);
    }
    for row in results.rows::<Sale>("sale", sales_place)? {
        books.sales.insert(row.id, row);
    }
    for row in results.rows::<TakenBack>("taken_back", taken_place)? {
        books.taken_back.insert(row.id, row);
    }
    Ok(())
}

fn needed(books: &Books, orders: &[&LedgerOrder]) -> BTreeMap<WalletId, Needed> {
    let mut all = BTreeMap::<WalletId, Needed>::new();
    for order in orders {
        for id in books.concerned(&order.command) {
            let Some(wallet) = books.wallets.get(&id).filter(|wallet| wallet.postings > 0) else { continue };
            let needed = all.entry(id.clone()).or_default();
            needed.of_wallet(books, wallet, order.now);
            needed.of_command(books, &id, &order.command);
        }
    }
    all
}

impl Needed {
    fn of_wallet(&mut self, books: &Books, wallet: &Wallet, now: Timestamp) {
        let now = wallet.clock.max(now);
        if wallet.unseen_due.is_some_and(|due| due <= now) {
            self.due = self.due.max(Some(now));
            self.lapse |= wallet.lapses_at.is_some_and(|at| at <= now);
        }
        for (id, _) in wallet.holds.iter().filter(|(_, until)| **until <= now) {
            self.keys.extend(books.redemptions.get(id).into_iter().flat_map(parts_of));
        }
    }

    fn of_command(&mut self, books: &Books, id: &WalletId, command: &Command) {
        let own = |sale: &Sale| {
            let lots = sale.lots.iter().filter(|lot| lot.program == id.program);
            lots.map(|lot| (lot.lot, lot.points)).collect::<Vec<_>>()
        };
        match command {
            Command::Spend(spend) => self.points = self.points.saturating_add(spend.points.max(0)),
            Command::Withdraw(order) => self.points = self.points.saturating_add(order.points.max(0)),
            Command::Capture(follow) | Command::Release(follow) | Command::GiveBack(follow) => {
                self.keys.extend(books.redemptions.get(&follow.redemption).into_iter().flat_map(parts_of));
            }
            Command::Earn(earn) => {
                let sale = earn.sale.as_ref().and_then(|sale| books.sales.get(&sale.purchase));
                if sale.is_some_and(|sale| !sale.returns.is_empty()) {
                    self.points = self.points.saturating_add(earn.points.max(0));
                }
            }
            Command::TakeBack(order) => {
                self.points = self.points.saturating_add(order.points.max(0));
                self.keys.insert(order.lot);
                self.pending = true;
            }
            Command::Return(order) => {
                for (key, points) in books.sales.get(&order.sale.purchase).map(own).unwrap_or_default() {
                    self.points = self.points.saturating_add(points);
                    self.keys.insert(key);
                }
                self.pending = true;
            }
            Command::CancelReturn(order) => {
                self.keys.extend(books.sales.get(&order.purchase).map(own).unwrap_or_default().iter().map(|one| one.0));
                let places = books.taken_back.values().flat_map(|taken| &taken.parts);
                self.keys.extend(places.filter_map(|part| match part.place {
                    Place::Pending(lot) | Place::Available(lot) | Place::Expired(lot) => Some(lot),
                    Place::Overdraft | Place::Debt => None,
                }));
                self.pending = true;
            }
            Command::Settle(_) | Command::Advance(_) => {}
        }
    }
}

fn parts_of(redemption: &Redemption) -> impl Iterator<Item = LotKey> + '_ {
    redemption.held.iter().chain(&redemption.spent).map(|part| part.lot)
}
