//! What a change asks of the ledger, and what came of it.

use crate::{Change, StoreError};
use stammgast_domain::{
    Timestamp,
    event::{Cause, Fact, NewEvent},
    ledger::{Amounts, Books, Command, Redemption, Statement, Transaction, WalletId},
};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Something that the ledger decides in its turn, and who asks for it.
#[derive(Debug, Clone)]
pub struct LedgerOrder {
    /// What is asked for.
    pub command: Command,
    /// When.
    pub now: Timestamp,
    /// Who asks: `key:<id>`, `operator`, `host` or `installation:<id>`.
    pub actor: String,
    /// The event that it followed from, where a plugin's effect asks.
    pub cause: Option<Cause>,
    /// How many effects led here.
    pub depth: u8,
}

/// What came of the orders of one change.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// What was posted because it was asked for.
    pub posted: Vec<Transaction>,
    /// The redemption that it was about, as it is now.
    pub redemption: Option<Redemption>,
    /// The statement that was made.
    pub statement: Option<Statement>,
    /// The wallets that it was about, as they are now.
    pub amounts: BTreeMap<WalletId, Amounts>,
}

/// Further rows that depend on what the ledger decided.
pub(crate) type Then = Arc<dyn Fn(&Settled) -> Result<Change, StoreError> + Send + Sync>;

/// [`Then`], as a part of a change.
#[derive(Clone)]
pub(crate) struct Rest(pub(crate) Then);

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rest")
    }
}

impl LedgerOrder {
    /// The event that tells of a posting that was asked for.
    pub(super) fn event(&self, transaction: Transaction) -> NewEvent {
        let (actor, cause, depth) = (self.actor.clone(), self.cause, self.depth);
        event_of(transaction, actor, cause, depth)
    }
}

/// The event that tells of a posting that was due by itself.
pub(super) fn due_event(transaction: Transaction) -> NewEvent {
    event_of(transaction, "host".to_owned(), None, 0)
}

fn event_of(transaction: Transaction, actor: String, cause: Option<Cause>, depth: u8) -> NewEvent {
    let (occurred_at, recorded_at) = (transaction.occurred_at, transaction.recorded_at);
    let fact = Fact::PointsPosted(transaction);
    NewEvent { subject: fact.subject(), occurred_at, recorded_at, actor, cause, depth, fact }
}

impl Settled {
    /// Takes in what one order led to.
    pub(super) fn take_in(&mut self, command: &Command, books: &Books, asked: usize) {
        self.posted.extend(books.posted.get(asked..).unwrap_or_default().iter().cloned());
        let redemption = match command {
            Command::Spend(spend) => Some(spend.redemption),
            Command::Capture(follow) | Command::Release(follow) | Command::GiveBack(follow) => Some(follow.redemption),
            _ => None,
        };
        if let Some(redemption) = redemption.and_then(|id| books.redemptions.get(&id)) {
            self.redemption = Some(redemption.clone());
        }
        if matches!(command, Command::Settle(_)) {
            self.statement = books.statements.last().cloned();
        }
        for id in books.concerned(command) {
            if let Some(wallet) = books.wallets.get(&id) {
                self.amounts.insert(id, wallet.amounts);
            }
        }
    }
}
