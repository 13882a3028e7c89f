//! A posting's rows: the transaction and its entries side by side with those of the same account. They follow from the
//! event that tells of the posting, and are keyed by its place in the log.

use super::rows::entry_key;
use crate::{Change, StoreError, figures::flow_key, value};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp, TransactionId,
    ledger::{Account, Cause, Movement, Transaction},
};
use surrealdb::types::Object;

/// A transaction without its entries.
#[derive(Serialize, Deserialize)]
pub(super) struct TransactionRow {
    #[serde(default, skip_serializing)]
    pub(super) id: Option<TransactionId>,
    pub(super) program: String,
    pub(super) seq: u64,
    pub(super) idempotency_key: String,
    pub(super) movement: Movement,
    pub(super) cause: Cause,
    pub(super) occurred_at: Timestamp,
    pub(super) recorded_at: Timestamp,
}

/// Adds the rows of a posting that is the event `seq` of the log.
pub(crate) fn posting_rows(change: &mut Change, transaction: &Transaction, seq: u64) -> Result<(), StoreError> {
    let row = TransactionRow {
        id: None,
        program: transaction.program.clone(),
        seq,
        idempotency_key: transaction.idempotency_key.clone(),
        movement: transaction.movement.clone(),
        cause: transaction.cause.clone(),
        occurred_at: transaction.occurred_at,
        recorded_at: transaction.recorded_at,
    };
    for (flow, points) in transaction.flows() {
        change.add_points("ledger_flow", &flow_key(&transaction.program, flow, transaction.occurred_at), points);
    }
    let id = transaction.id.to_string();
    let customer = transaction.entries.iter().find_map(|entry| entry.account.customer());
    change.insert("ledger_transaction", id.as_str(), &row)?;
    for (index, entry) in transaction.entries.iter().enumerate() {
        let mut content = Object::new();
        content.insert("points", entry.points.0);
        content.insert("transaction", id.clone());
        if let Some(lot) = &entry.lot {
            let unwritable = |source| StoreError::Unwritable { table: "ledger_entry", source };
            content.insert("lot", value::to_value(lot).map_err(unwritable)?);
        }
        // A partner's account has entries of many customers.
        if let (Account::Partner { .. }, Some(customer)) = (&entry.account, customer) {
            content.insert("customer", customer.to_string());
        }
        change.insert_object("ledger_entry", entry_key(&entry.account, seq, index), content);
        if !matches!(entry.account, Account::Customer { .. }) {
            change.add_points("ledger_balance", &entry.account.to_string(), entry.points.0);
        }
    }
    Ok(())
}
