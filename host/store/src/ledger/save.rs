//! Saving what decisions changed: rows that differ from those that were loaded.

use super::{
    load::Loaded,
    rows::{WalletRow, due_key, lot_content, lot_record, partner_key, statement_key, wallet_key},
};
use crate::{Change, StoreError, purchases::timeline_key};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    ledger::{Books, Wallet},
};
use std::collections::BTreeMap;

/// A redemption, and what lists of them go by.
#[derive(Serialize, Deserialize)]
pub(super) struct RedemptionRow<R> {
    customer: CustomerId,
    pub(super) timeline_key: String,
    #[serde(flatten)]
    pub(super) redemption: R,
}

/// Adds to a change what makes the rows that were loaded those of `after`.
pub(super) fn save(change: &mut Change, loaded: &Loaded, after: &Books) -> Result<(), StoreError> {
    let Loaded { books: before, due } = loaded;
    for (id, wallet) in &after.wallets {
        let was_due = due.get(id).copied().flatten();
        match before.wallets.get(id) {
            Some(loaded) => save_wallet(change, loaded, was_due, wallet)?,
            None => save_wallet(change, &Wallet::new(id.clone()), None, wallet)?,
        }
    }
    for (id, redemption) in &after.redemptions {
        if before.redemptions.get(id) != Some(redemption) {
            let customer = redemption.wallet.customer;
            let timeline_key = timeline_key(redemption.created_at, id);
            change.put("redemption", id.to_string(), &RedemptionRow { customer, timeline_key, redemption })?;
        }
    }
    for (of, account) in &after.partners {
        if before.partners.get(of) != Some(account) {
            change.put("partner_account", partner_key(of), account)?;
        }
    }
    for statement in &after.statements {
        change.insert("partner_statement", statement_key(&statement.of, statement.number), statement)?;
    }
    save_all(change, "sale", &before.sales, &after.sales)?;
    save_all(change, "taken_back", &before.taken_back, &after.taken_back)
}

fn save_all<K, T>(
    change: &mut Change,
    table: &'static str,
    before: &BTreeMap<K, T>,
    after: &BTreeMap<K, T>,
) -> Result<(), StoreError>
where
    K: Ord + ToString,
    T: Serialize + PartialEq,
{
    for (id, row) in after {
        if before.get(id) != Some(row) {
            change.put(table, id.to_string(), row)?;
        }
    }
    Ok(())
}

fn save_wallet(
    change: &mut Change,
    before: &Wallet,
    was_due: Option<Timestamp>,
    after: &Wallet,
) -> Result<(), StoreError> {
    for (key, lot) in after.lots.iter() {
        let loaded = before.lots.get(key);
        if loaded == Some(lot) {
            continue;
        }
        let place = lot_record(&after.id, key, lot);
        if let Some(old) = loaded.map(|loaded| lot_record(&after.id, key, loaded)).filter(|old| *old != place) {
            change.deletes.push(old);
        }
        change.put_object("lot", place, lot_content(key, lot)?);
    }
    // A clock that moved is no change: the next decision moves it as well.
    let is_due = after.due_at();
    if before.postings == after.postings && was_due == is_due {
        return Ok(());
    }
    change.put("wallet", wallet_key(&after.id), &WalletRow::of(after))?;
    if was_due != is_due {
        if let Some(at) = was_due {
            change.delete("due", due_key(at, &after.id));
        }
        if let Some(at) = is_due {
            change.put("due", due_key(at, &after.id), &Waits { wallet: after.id.to_string(), at })?;
        }
    }
    Ok(())
}

/// What a row among what is due says.
#[derive(Serialize)]
struct Waits {
    wallet: String,
    at: Timestamp,
}
