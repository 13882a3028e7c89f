//! Loading what decisions need: a query or two for all orders of a commit, however many there are.

use super::{
    order::LedgerOrder,
    rows::{LotRow, WalletRow, lot_places, lots_after, lots_between, wallet_record},
};
use crate::{
    StoreError,
    database::{Database, take_rows},
    value::record,
};
use serde::de::DeserializeOwned;
use stammgast_domain::{
    PurchaseId, RedemptionId, Timestamp, TransactionId,
    ledger::{Books, Command, LotKey, Phase, Place, Redemption, Sale, TakenBack, Wallet, WalletId},
};
use std::collections::{BTreeMap, BTreeSet};
use surrealdb::types::{Object, RecordId, Value};

/// Lots that are read at first when points are to be spent; then ever more.
const FIRST_LOTS: usize = 16;

/// The lots of one wallet that decisions need.
#[derive(Default)]
struct Needed {
    /// Points that may be spent or taken, soonest-expiring first.
    points: i64,
    /// Lots that are known by name.
    keys: BTreeSet<LotKey>,
    /// Whether lots that are pending may be taken from.
    pending: bool,
    /// The time up to which everything is due.
    due: Option<Timestamp>,
    /// Whether all that can be spent lapses.
    lapse: bool,
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
    // So far no lots are at hand.
    let due = books.wallets.iter().map(|(id, wallet)| (id.clone(), wallet.unseen_due)).collect();
    let needed = needed(&books, orders);
    load_lots(database, &mut books, &needed).await?;
    for (id, needed) in &needed {
        if needed.points > 0 {
            load_spendable(database, &mut books, id, needed).await?;
        }
    }
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
            Command::Spend(_) | Command::TakeBack(_) | Command::Withdraw(_) | Command::Advance(_) => {}
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
            Command::Advance(_) => {}
        }
    }
}

fn parts_of(redemption: &Redemption) -> impl Iterator<Item = LotKey> + '_ {
    redemption.held.iter().chain(&redemption.spent).map(|part| part.lot)
}

async fn load_lots(
    database: &Database,
    books: &mut Books,
    needed: &BTreeMap<WalletId, Needed>,
) -> Result<(), StoreError> {
    let mut query = Query::default();
    // Statements that read the first lot which is not due: what is not at hand comes after it.
    let mut edges = Vec::new();
    for (id, needed) in needed {
        query.add(needed.keys.iter().flat_map(|key| lot_places(id, key)));
        if needed.pending {
            query.range(lots_between(id, Phase::Pending, None, None), None);
        }
        let Some(now) = needed.due else { continue };
        if !needed.pending {
            query.range(lots_between(id, Phase::Pending, None, Some(now)), None);
            edges.push(query.range(lots_between(id, Phase::Pending, Some(now), None), Some(1)));
        }
        if needed.lapse {
            query.range(lots_between(id, Phase::Spendable, None, None), None);
        } else {
            query.range(lots_between(id, Phase::Spendable, None, Some(now)), None);
            edges.push(query.range(lots_between(id, Phase::Spendable, Some(now), None), Some(1)));
        }
        if let Some(wallet) = books.wallets.get_mut(id) {
            wallet.unseen_due = None;
        }
    }
    let statements = query.statements;
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

/// Lots in the order in which they are spent, until they hold so many points that can be.
async fn load_spendable(
    database: &Database,
    books: &mut Books,
    id: &WalletId,
    needed: &Needed,
) -> Result<(), StoreError> {
    let available = books.wallets.get(id).map_or(0, Wallet::spendable);
    let (mut missing, mut limit) = (needed.points.min(available), FIRST_LOTS);
    let mut range = lots_between(id, Phase::Spendable, None, None);
    while missing > 0 {
        let mut query = Query::default();
        let place = query.range(range, Some(limit));
        let rows: Vec<LotRow> = query.run(database).await?.rows("lot", Some(place))?;
        let Some(last) = rows.last().map(|row| row.lot().0) else { return Ok(()) };
        let is_all = rows.len() < limit;
        for row in &rows {
            let (key, lot) = row.lot();
            // What is past its time is not spent any more.
            if needed.due.is_none_or(|now| key.expires_at > now) {
                missing -= lot.amounts.available;
            }
        }
        take_lots(books, rows);
        if is_all {
            return Ok(());
        }
        (range, limit) = (lots_after(id, &last), limit * 8);
    }
    Ok(())
}

fn take_lots(books: &mut Books, rows: Vec<LotRow>) {
    for row in rows {
        let (key, lot) = row.lot();
        if let Some(wallet) = books.wallets.get_mut(&row.wallet_id()) {
            wallet.lots.put(key, lot);
        }
    }
}

/// Statements that are run in one go.
#[derive(Default)]
struct Query {
    text: String,
    bindings: Object,
    statements: usize,
}

impl Query {
    /// Rows by their record ids. Gives the statement's place, or `None` where there is nothing to read.
    fn add(&mut self, ids: impl Iterator<Item = RecordId>) -> Option<usize> {
        let ids: Vec<Value> = ids.map(Value::RecordId).collect();
        if ids.is_empty() {
            return None;
        }
        let place = self.next();
        self.text.push_str(&format!("SELECT * FROM $of_{place};"));
        self.bindings.insert(format!("of_{place}"), Value::Array(ids.into()));
        Some(place)
    }

    /// Rows of a range, in order.
    fn range(&mut self, range: RecordId, limit: Option<usize>) -> usize {
        let place = self.next();
        let limit = limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
        self.text.push_str(&format!("SELECT * FROM fn::rows($of_{place}){limit};"));
        self.bindings.insert(format!("of_{place}"), Value::RecordId(range));
        place
    }

    const fn next(&mut self) -> usize {
        self.statements += 1;
        self.statements - 1
    }

    async fn run(self, database: &Database) -> Result<Results, StoreError> {
        if self.statements == 0 {
            return Ok(Results(None));
        }
        Ok(Results(Some(database.query(&self.text, self.bindings).await?)))
    }
}

struct Results(Option<surrealdb::IndexedResults>);

impl Results {
    fn rows<T: DeserializeOwned>(&mut self, table: &'static str, place: Option<usize>) -> Result<Vec<T>, StoreError> {
        match (&mut self.0, place) {
            (Some(results), Some(place)) => take_rows(table, results, place),
            _ => Ok(Vec::new()),
        }
    }
}
