//! Rebuilding the balances of issuance, of what is settled and of partners from their entries, and comparing: so many
//! entries at a time. What was added up so far stands in the cursor, so that an account of any size can be gone through.

use super::{
    read::EntryRow,
    rows::{account_prefix, partner_key, statement_key},
    verify::Verified,
};
use crate::{
    StoreError, TenantStore,
    database::{FIRST, bind, take_rows},
    value::{composite, int, key_range, record, text},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::ledger::{Account, Movement, PartnerAccount, PartnerId, PartnerSums, Statement};
use std::ops::Bound;
use surrealdb::types::RecordIdKey;

/// How far it has come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    /// The account as text; empty before the first.
    account: String,
    /// Its last entry that was added up: the place in the log and in the posting.
    last: Option<(u64, u64)>,
    /// Sum of the entries up to there.
    sum: i64,
    /// Of a partner: statements that were compared.
    statements: u64,
    /// Of a partner: what moved after them.
    open: PartnerSums,
}

/// What is kept beside the entries of an account.
#[derive(Deserialize)]
struct Balance {
    id: Account,
    points: i64,
}

/// Some entries of an account, and what is kept beside them at the same moment.
struct Part {
    entries: Vec<EntryRow>,
    balance: Option<Balance>,
    partner: Option<PartnerAccount>,
}

impl TenantStore {
    /// Adds up some entries of the accounts that are no customer's, account by account, and compares what they come to with
    /// the balances, open accounts and statements that are kept beside them. Gives where the next part starts; `None` at the
    /// end, and at a place that is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_accounts(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Verified, Option<String>), StoreError> {
        let mut verified = Verified::default();
        let place = after.map_or_else(|| Some(Place::default()), |after| serde_json::from_str(after).ok());
        let Some(mut place) = place else { return Ok((verified, None)) };
        let there = match place.account.as_str() {
            "" => self.account_after("").await?,
            account => self.balance(account).await?,
        };
        let Some(Balance { id: account, .. }) = there else { return Ok((verified, None)) };
        place.account = account.to_string();
        let of = match &account {
            Account::Partner { program, partner } => {
                Some(PartnerId { program: program.clone(), partner: partner.clone() })
            }
            _ => None,
        };
        let statement = match &of {
            Some(of) => self.statement(of, place.statements + 1).await?,
            None => None,
        };
        let part = self.part(&account, of.as_ref(), &place, statement.as_ref().map(|(_, seq)| *seq), limit).await?;
        let is_whole = part.entries.len() < limit;
        verified.entries = part.entries.len() as u64;
        self.add_up(&mut place, of.as_ref(), &part.entries).await?;
        if !is_whole {
            return Ok((verified, Some(said(&place)?)));
        }
        if let Some((statement, _)) = statement {
            place.statements = statement.number;
            let what = format!("{account}/statement {}", statement.number);
            verified.compare_sums(what, std::mem::take(&mut place.open), statement.sums);
            return Ok((verified, Some(said(&place)?)));
        }
        verified.looked_at = 1;
        let kept = part.balance.map_or(0, |balance| balance.points);
        verified.compare_balance(place.account.clone(), place.sum, kept);
        if let Some(of) = of {
            let kept = part.partner.unwrap_or_else(|| PartnerAccount::new(of));
            verified.compare_sums(format!("{account}/open"), place.open, kept.open);
            verified.compare_statements(place.account.clone(), place.statements, kept.statements);
        }
        let next = self.account_after(&place.account).await?;
        let next = next.map(|next| said(&Place { account: next.id.to_string(), ..Place::default() })).transpose()?;
        Ok((verified, next))
    }

    async fn account_after(&self, account: &str) -> Result<Option<Balance>, StoreError> {
        let start = Bound::Excluded(RecordIdKey::String(account.to_owned()));
        let range = key_range("ledger_balance", start, Bound::Unbounded);
        let query = "SELECT id, points FROM fn::rows($range) LIMIT 1";
        self.database.row("ledger_balance", query, bind! { "range" => range }).await
    }

    async fn balance(&self, account: &str) -> Result<Option<Balance>, StoreError> {
        let bindings = bind! { "id" => record("ledger_balance", account) };
        self.database.row("ledger_balance", "SELECT id, points FROM $id", bindings).await
    }

    /// A statement, and its place in the log.
    async fn statement(&self, of: &PartnerId, number: u64) -> Result<Option<(Statement, u64)>, StoreError> {
        let bindings = bind! { "id" => record("partner_statement", statement_key(of, number)) };
        let found: Option<Statement> = self.database.row("partner_statement", "SELECT * FROM $id", bindings).await?;
        let Some(statement) = found else { return Ok(None) };
        let settled = self.transactions(std::iter::once(statement.transaction)).await?;
        Ok(settled.get(&statement.transaction).map(|settled| (statement, settled.seq)))
    }

    /// The next entries of an account, up to a place in the log.
    async fn part(
        &self,
        account: &Account,
        of: Option<&PartnerId>,
        place: &Place,
        upto: Option<u64>,
        limit: usize,
    ) -> Result<Part, StoreError> {
        let [program, owner, stage] = account_prefix(account);
        let key = |seq: u64, index: u64| {
            let [seq, index] = [seq, index].map(|number| int(i64::try_from(number).unwrap_or(i64::MAX)));
            composite([program.clone(), owner.clone(), stage.clone(), seq, index])
        };
        let start = place.last.map_or(Bound::Included(key(0, 0)), |(seq, index)| Bound::Excluded(key(seq, index)));
        let end = Bound::Excluded(key(upto.map_or(u64::MAX, |seq| seq.saturating_add(1)), 0));
        let nobody = composite([text(""), text("")]);
        let bindings = bind! {
            "range" => key_range("ledger_entry", start, end),
            "limit" => i64::try_from(limit).unwrap_or(i64::MAX),
            "balance" => record("ledger_balance", place.account.as_str()),
            "partner" => record("partner_account", of.map_or(nobody, partner_key)),
        };
        let query =
            "SELECT * FROM fn::rows($range) LIMIT $limit; SELECT id, points FROM $balance; SELECT * FROM $partner;";
        let mut results = self.database.read_together(query, bindings).await?;
        Ok(Part {
            entries: take_rows("ledger_entry", &mut results, FIRST)?,
            balance: take_rows("ledger_balance", &mut results, FIRST + 1)?.pop(),
            partner: take_rows("partner_account", &mut results, FIRST + 2)?.pop(),
        })
    }

    async fn add_up(&self, place: &mut Place, of: Option<&PartnerId>, entries: &[EntryRow]) -> Result<(), StoreError> {
        for entry in entries {
            place.sum = place.sum.saturating_add(entry.points.0);
            place.last = Some((entry.id.3, entry.id.4));
        }
        let Some(of) = of else { return Ok(()) };
        let transactions = self.transactions(entries.iter().map(|entry| entry.transaction)).await?;
        let mut account = PartnerAccount { open: place.open, ..PartnerAccount::new(of.clone()) };
        for entry in entries {
            let movement = transactions.get(&entry.transaction).map(|transaction| &transaction.movement);
            // The settlement's own entry is no line of its statement.
            if let Some(movement) = movement.filter(|movement| !matches!(movement, Movement::Settled { .. })) {
                account.apply(movement, entry.points.0);
            }
        }
        place.open = account.open;
        Ok(())
    }
}

fn said(place: &Place) -> Result<String, StoreError> {
    let unwritable =
        |error| StoreError::Unwritable { table: "ledger_balance", source: serde::ser::Error::custom(error) };
    serde_json::to_string(place).map_err(unwritable)
}

impl Verified {
    fn compare_balance(&mut self, place: String, sum: i64, kept: i64) {
        if sum != kept {
            self.note(place, format!("the entries add up to {sum} points, but the balance says {kept}"));
        }
    }

    fn compare_sums(&mut self, place: String, entries: PartnerSums, kept: PartnerSums) {
        if entries != kept {
            let said = |sums: PartnerSums| {
                let PartnerSums { issued, issued_back, accepted, accepted_back } = sums;
                format!(
                    "{issued} issued, {issued_back} of them back, {accepted} accepted, {accepted_back} of them back"
                )
            };
            self.note(place, format!("the entries come to {}, but it says {}", said(entries), said(kept)));
        }
    }

    fn compare_statements(&mut self, place: String, found: u64, kept: u64) {
        if found != kept {
            self.note(place, format!("there are {found} statements, but the account says {kept}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ApiKey, Change, LedgerOrder, PageRequest, Store, StoreSettings};
    use stammgast_domain::{
        CustomerId, Timestamp,
        ledger::{Cause, Command, Earn, Reversal, Settle, WalletId},
        tenant::Tenant,
    };
    use std::{collections::BTreeSet, sync::Arc};

    async fn acme() -> Arc<TenantStore> {
        let settings = StoreSettings {
            url: "mem://".into(),
            user: None,
            password: None,
            definition_cache: 1_000,
            block_cache: 1 << 20,
            commit_rows: 100,
            commit_bytes: 1 << 20,
            commit_queue: 10,
            conflict_tries: 8,
            master_key: [7; 32],
            secrets_key: [8; 32],
            previous_secrets_key: None,
        };
        let (store, at) = (Store::open(settings).await.unwrap(), Timestamp::from_millis(0).unwrap());
        let tenant = Tenant::new("acme".parse().unwrap(), "Acme".into(), at).unwrap();
        let key = ApiKey {
            id: "key".into(),
            tenant: Some(tenant.id.clone()),
            name: "first key".into(),
            hash: "0".repeat(64),
            scopes: BTreeSet::new(),
            partner: None,
            created_at: at,
            revoked_at: None,
        };
        store.prepare_tenant(&tenant.id).await.unwrap();
        store.create_tenant(&tenant, &key).await.unwrap();
        store.tenant(&tenant.id).await.unwrap().unwrap()
    }

    fn bakery() -> PartnerId {
        PartnerId { program: "points".into(), partner: "bakery".into() }
    }

    async fn order(acme: &TenantStore, command: Command) {
        let mut change = Change::new();
        let now = Timestamp::from_millis(1_000).unwrap();
        change.order(LedgerOrder { command, now, actor: "key:test".into(), cause: None, depth: 0 });
        acme.commit(change).await.unwrap();
    }

    fn cause() -> Cause {
        Cause { reason: "test".into(), text: "A test.".into(), rule_version: "test@1".into(), event: None }
    }

    async fn gives(acme: &TenantStore, points: i64) {
        let at = Timestamp::from_millis(1_000).unwrap();
        let earn = Earn {
            wallet: WalletId { program: "points".into(), customer: CustomerId::derived(&["ada"]) },
            points,
            earned_at: at,
            active_from: at,
            expires_at: None,
            lapses_at: None,
            notice: None,
            source: bakery().account(),
            sale: None,
            reversal: Reversal::default(),
            quota: None,
            cause: cause(),
            key: format!("gives/{points}"),
        };
        order(acme, Command::Earn(Box::new(earn))).await;
    }

    async fn problems(acme: &TenantStore) -> Vec<String> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (part, next) = acme.verify_accounts(after.as_deref(), 1).await.unwrap();
            found.extend(part.discrepancies.into_iter().map(|one| one.place));
            let Some(next) = next else { return found };
            after = Some(next);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_row_that_is_not_what_its_entries_come_to_is_named() {
        let acme = acme().await;
        gives(&acme, 80).await;
        gives(&acme, 20).await;
        order(&acme, Command::Settle(Box::new(Settle { of: bakery(), value: None, cause: cause() }))).await;
        gives(&acme, 30).await;
        assert_eq!(problems(&acme).await, [""; 0]);
        for (tampered, place) in [
            ("UPDATE partner_statement SET sums.issued = 101", "points/partner/bakery/statement 1"),
            ("UPDATE partner_account SET open.accepted = 5", "points/partner/bakery/open"),
            ("UPDATE partner_account SET statements = 2", "points/partner/bakery"),
            ("UPDATE ledger_balance SET points += 1 WHERE points < -40", "points/issuance"),
        ] {
            acme.database.query(tampered, bind! {}).await.unwrap();
            assert!(problems(&acme).await.iter().any(|found| found == place), "{tampered}");
        }
        let wallets = PageRequest { after: None, limit: 10 };
        assert_eq!(acme.verify_wallets(&wallets).await.unwrap().0.discrepancies, []);
        acme.database.query("UPDATE lot SET place = '1969' WHERE available = 80", bind! {}).await.unwrap();
        let found = acme.verify_wallets(&wallets).await.unwrap().0.discrepancies;
        assert!(matches!(&found[..], [one] if one.problem.contains("another line")), "{found:?}");
    }
}
