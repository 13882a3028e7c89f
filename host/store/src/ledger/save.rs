//! Saving what decisions changed: rows that differ from those that were loaded.

use super::{
    load::Loaded,
    rows::{LotRow, WalletRow, lot_key, partner_key, statement_key, wallet_key},
};
use crate::{Change, DueItem, DueWhat, StoreError, purchases::timeline_key};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, Timestamp,
    ledger::{Books, Redemption, Wallet},
    reward::{claimed_by_key, claimed_key},
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
        let row = || {
            let timeline_key = timeline_key(redemption.created_at, id);
            RedemptionRow { customer: redemption.wallet.customer, timeline_key, redemption }
        };
        match before.redemptions.get(id) {
            None => change.insert("redemption", id.to_string(), &row())?,
            Some(loaded) if loaded != redemption => change.update("redemption", id.to_string(), &row())?,
            Some(_) => {}
        }
        // Whoever claimed it has counted it already.
        if let Some(claim) = &redemption.claim {
            let counted = before.redemptions.get(id).map_or(claim.quantity, Redemption::kept);
            let more = i64::from(redemption.kept()) - i64::from(counted);
            if more != 0 {
                change.count(&claimed_key(&claim.reward), more, None);
                change.count(&claimed_by_key(&claim.reward, redemption.wallet.customer, claim.round), more, None);
                if let Some(offer) = &claim.offer {
                    change.recount_vouchers(offer, redemption.wallet.customer, more);
                }
            }
        }
    }
    for (of, account) in &after.partners {
        match before.partners.get(of) {
            None => change.insert("partner_account", partner_key(of), account)?,
            Some(loaded) if loaded != account => change.update("partner_account", partner_key(of), account)?,
            Some(_) => {}
        }
    }
    for (wallet, notice) in &after.notices {
        let what = DueWhat::Expiring(wallet.clone(), notice.expires_at);
        change.wait_for(&DueItem { at: notice.at, what })?;
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
        match before.get(id) {
            None => change.insert(table, id.to_string(), row)?,
            Some(loaded) if loaded != row => change.update(table, id.to_string(), row)?,
            Some(_) => {}
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
        let row = LotRow::of(&after.id, key, lot);
        match loaded {
            Some(_) => change.update("lot", lot_key(&after.id, key), &row)?,
            None => change.insert("lot", lot_key(&after.id, key), &row)?,
        }
    }
    // A clock that moved is no change: the next decision moves it as well.
    let is_due = after.due_at();
    if before.postings == after.postings && was_due == is_due {
        return Ok(());
    }
    // A wallet without postings has no row.
    let row = WalletRow::of(after);
    if before.postings == 0 {
        change.insert("wallet", wallet_key(&after.id), &row)
    } else {
        change.update("wallet", wallet_key(&after.id), &row)
    }
}
