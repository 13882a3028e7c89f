//! Schema migrations: numbered, forward only, each applied in one transaction with its number.
//!
//! An index of a field that a step fills in is made in a later step: in the same transaction it would hold what stood there
//! before.

use crate::{
    StoreError,
    database::{Database, bind},
    value,
};
use serde::Deserialize;

/// One step of a schema.
pub(crate) struct Migration {
    /// Number, from 1, without gaps.
    pub(crate) number: u32,
    /// Statements.
    pub(crate) text: &'static str,
}

/// Steps of the control database.
pub(crate) const CONTROL: &[Migration] = &[
    Migration { number: 1, text: include_str!("../../../schemas/db/control/0001_initial.surql") },
    Migration { number: 2, text: include_str!("../../../schemas/db/control/0002_vault.surql") },
    Migration { number: 3, text: include_str!("../../../schemas/db/control/0003_signatures.surql") },
    Migration { number: 4, text: include_str!("../../../schemas/db/control/0004_partners.surql") },
];

/// Steps of a tenant's database.
pub(crate) const TENANT: &[Migration] = &[
    Migration { number: 1, text: include_str!("../../../schemas/db/tenant/0001_initial.surql") },
    Migration { number: 2, text: include_str!("../../../schemas/db/tenant/0002_deliveries.surql") },
    Migration { number: 3, text: include_str!("../../../schemas/db/tenant/0003_lifecycle.surql") },
    Migration { number: 4, text: include_str!("../../../schemas/db/tenant/0004_rows.surql") },
    Migration { number: 5, text: include_str!("../../../schemas/db/tenant/0005_tries.surql") },
    Migration { number: 6, text: include_str!("../../../schemas/db/tenant/0006_ledger.surql") },
    Migration { number: 7, text: include_str!("../../../schemas/db/tenant/0007_moments.surql") },
    Migration { number: 8, text: include_str!("../../../schemas/db/tenant/0008_decisions.surql") },
    Migration { number: 9, text: include_str!("../../../schemas/db/tenant/0009_indexes.surql") },
    Migration { number: 10, text: include_str!("../../../schemas/db/tenant/0010_held.surql") },
    Migration { number: 11, text: include_str!("../../../schemas/db/tenant/0011_lines.surql") },
    Migration { number: 12, text: include_str!("../../../schemas/db/tenant/0012_line_indexes.surql") },
];

#[derive(Deserialize)]
struct Applied {
    version: u32,
}

/// Brings a database up to date. Safe to run again, and refuses data that is newer than this program.
///
/// # Errors
/// [`StoreError::NewerSchema`], or the database failed; then nothing of the failed step remains.
pub(crate) async fn migrate(database: &Database, steps: &[Migration]) -> Result<(), StoreError> {
    let known = steps.last().map_or(0, |step| step.number);
    let found = applied(database).await?;
    if found > known {
        return Err(StoreError::NewerSchema { database: database.name().to_owned(), found, known });
    }
    for step in steps.iter().filter(|step| step.number > found) {
        let text = format!(
            "BEGIN; DEFINE TABLE IF NOT EXISTS schema_version SCHEMAFULL; \
             DEFINE FIELD IF NOT EXISTS version ON schema_version TYPE int; \
             {}\nUPSERT schema_version:main SET version = $version RETURN NONE; COMMIT;",
            step.text
        );
        database.query(&text, bind! { "version" => i64::from(step.number) }).await?;
        tracing::info!(database = database.name(), step = step.number, "schema step applied");
    }
    Ok(())
}

async fn applied(database: &Database) -> Result<u32, StoreError> {
    let id = value::record("schema_version", "main");
    let row: Result<Option<Applied>, StoreError> =
        database.row("schema_version", "SELECT * FROM $id", bind! { "id" => id }).await;
    match row {
        Ok(row) => Ok(row.map_or(0, |row| row.version)),
        Err(StoreError::Database(error)) if error.is_not_found() => Ok(0),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::in_memory;

    /// A database of step 4, as it landed or with what some development states had in it, too.
    async fn at_step_four(also: &str) -> Database {
        let database = in_memory(TENANT.get(..4).unwrap()).await;
        database.query(also, bind! {}).await.unwrap();
        database
    }

    #[tokio::test]
    async fn data_of_either_fourth_step_goes_on() {
        for also in ["RETURN 1", "DEFINE FIELD tried ON delivery TYPE option<int>"] {
            let database = at_step_four(also).await;
            migrate(&database, TENANT).await.unwrap();
            assert_eq!(Some(applied(&database).await.unwrap()), TENANT.last().map(|step| step.number));
            let fields = "RETURN object::keys((INFO FOR TABLE delivery).fields)";
            let fields: Vec<String> = database.rows("delivery", fields, bind! {}).await.unwrap();
            assert!(fields.iter().any(|field| field == "tried"), "{fields:?}");
        }
    }

    /// What step 5 kept of a customer's two earnings.
    const EARNED_BEFORE: &str = "
        FOR $n IN 1..=2 {
            LET $id = 'tx-' + <string>$n; LET $at = '2026-03-0' + <string>$n + 'T09:30:00.000Z';
            LET $entries = [
                { account: 'points/issuance', points: -10 * $n },
                { account: 'points/available/anna', points: 10 * $n },
            ];
            LET $cause = { reason: 'purchase', text: 'x', rule_version: 'p@1', event: $n };
            INSERT INTO ledger_transaction {
                id: $id, program: 'points', idempotency_key: $id, cause: $cause, occurred_at: $at, recorded_at: $at,
            };
            FOR $entry IN $entries {
                INSERT INTO ledger_entry { id: [$entry.account, $at, $id], points: $entry.points };
            };
            INSERT INTO event {
                id: 100 + $n, type: 'loyalty.points-posted', schema: 1, subject: 'customer:anna', occurred_at: $at,
                recorded_at: $at, actor: 'x', depth: 1,
                data: { id: $id, program: 'points', entries: $entries, occurred_at: $at, recorded_at: $at },
            };
        };
        INSERT INTO ledger_balance [
            { id: 'points/issuance', points: -30 }, { id: 'points/available/anna', points: 30 },
        ];
        INSERT INTO program { id: 'points', name: 'Points', created_at: '2026-03-01T00:00:00.000Z' };";

    #[tokio::test]
    async fn points_that_were_posted_before_lots_are_lots_without_end() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Sums {
            rows: u64,
            points: i64,
        }
        let database = at_step_four("RETURN 1").await;
        migrate(&database, TENANT.get(..5).unwrap()).await.unwrap();
        database.query(EARNED_BEFORE, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        for (table, field, rows, points) in [
            ("wallet", "available", 1, 30),
            ("lot", "available", 2, 30),
            ("ledger_entry", "points", 4, 0),
            ("ledger_balance", "points", 1, -30),
            ("ledger_transaction", "seq", 2, 203),
        ] {
            let text = format!("SELECT count() AS rows, math::sum({field}) AS points FROM {table} GROUP ALL");
            let sums: Option<Sums> = database.row("sums", &text, bind! {}).await.unwrap();
            assert_eq!(sums, Some(Sums { rows, points }), "{table}");
        }
        let keys = "SELECT VALUE id FROM ledger_entry:['points', 'anna']..['points', 'annaz']";
        let keys: Vec<(String, String, String, u64, u64)> = database.rows("keys", keys, bind! {}).await.unwrap();
        let key = |seq| ("points".to_owned(), "anna".to_owned(), "available".to_owned(), seq, 1);
        assert_eq!(keys, [key(101), key(102)]);
        let lots = "SELECT VALUE record::id(id)[2] FROM lot WHERE line = 'points/anna/spendable' AND place > '' ORDER BY place";
        let lots: Vec<String> = database.rows("lots", lots, bind! {}).await.unwrap();
        assert_eq!(lots, ["tx-1", "tx-2"]);
    }

    #[tokio::test]
    async fn lots_stand_in_line_as_before_and_wallets_say_when_they_are_due() {
        let database = at_step_four("RETURN 1").await;
        migrate(&database, TENANT.get(..10).unwrap()).await.unwrap();
        let rows = "
            LET $amounts = { pending: 0, available: 0, reserved: 0, redeemed: 0, expired: 0, owed: 0 };
            FOR $phase IN 0..3 {
                INSERT INTO lot object::extend($amounts, {
                    id: ['points', 'anna', $phase, '2027-0' + <string>($phase + 1), '2026-01', 'tx-' + <string>$phase],
                    active_from: '2026-02', expires_at: IF $phase = 1 { NONE } ELSE { '2027-03' },
                });
            };
            INSERT INTO due [
                { id: ['2027-01', 'wallet', 'points/anna'], at: '2027-01' },
                { id: ['2027-02', 'tier', 'points/anna'], at: '2027-02' },
            ];
            FOR $due IN ['2027-01', NONE] {
                INSERT INTO wallet object::extend($amounts, {
                    id: ['points', IF $due { 'anna' } ELSE { 'ben' }], postings: 1, holds: [], deficits: [], clock: 'x',
                    due_at: $due,
                });
            };";
        database.query(rows, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        let lots = "SELECT VALUE [record::id(id)[2], earned_at, line ?? '', place ?? '', expires_at ?? ''] FROM lot";
        let lots: Vec<[String; 5]> = database.rows("lots", lots, bind! {}).await.unwrap();
        let wanted = [
            ["tx-0", "2026-01", "points/anna/pending", "2027-01/2026-01/tx-0", "2027-03"],
            ["tx-1", "2026-01", "points/anna/spendable", "2027-02/2026-01/tx-1", ""],
            ["tx-2", "2026-01", "", "", "2027-03"],
        ];
        assert_eq!(lots, wanted.map(|row| row.map(str::to_owned)));
        for (text, wanted) in [
            ("SELECT VALUE record::id(id)[1] FROM due", vec!["tier"]),
            ("SELECT VALUE record::id(id)[1] FROM wallet WITH INDEX wallet_due WHERE waits = true", vec!["anna"]),
            ("SELECT VALUE record::id(id)[2] FROM lot WITH INDEX lot_line WHERE line > ''", vec!["tx-0", "tx-1"]),
        ] {
            assert_eq!(database.rows::<String>("found", text, bind! {}).await.unwrap(), wanted, "{text}");
        }
    }

    #[tokio::test]
    async fn what_became_of_points_is_counted_from_the_log() {
        let database = at_step_four("RETURN 1").await;
        migrate(&database, TENANT.get(..6).unwrap()).await.unwrap();
        let postings = "
            LET $postings = [
                ['earned', '09:47', [['points/issuance', -100], ['points/available/anna', 100]]],
                ['captured', '09:59', [['points/reserved/anna', -30], ['points/redeemed/anna', 30]]],
                ['redeemed', '10:00', [['points/available/anna', -5], ['points/partner/bakery', 5]]],
                ['expired', '10:14', [['points/available/anna', -20], ['points/expired/anna', 20]]],
                ['taken-back', '10:15', [['points/available/anna', -10], ['points/issuance', 10]]],
            ];
            FOR $n IN 0..5 {
                LET $posting = $postings[$n]; LET $at = '2026-03-01T' + $posting[1] + ':30.000Z';
                LET $entries = $posting[2].map(|$entry: any| { account: $entry[0], points: $entry[1] });
                INSERT INTO event {
                    id: $n + 1, type: 'loyalty.points-posted', schema: 1, subject: 'customer:anna', occurred_at: $at,
                    recorded_at: $at, actor: 'x', depth: 1,
                    data: { program: 'points', movement: { type: $posting[0] }, entries: $entries, occurred_at: $at },
                };
            };";
        database.query(postings, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        let flows = "SELECT VALUE [record::id(id), points] FROM ledger_flow";
        let flows: Vec<(String, i64)> = database.rows("flows", flows, bind! {}).await.unwrap();
        let wanted = [
            ("points/expired/2026-03-01T10:00", 20),
            ("points/given/2026-03-01T09:45", 100),
            ("points/redeemed/2026-03-01T09:45", 30),
            ("points/redeemed/2026-03-01T10:00", 5),
            ("points/taken-back/2026-03-01T10:15", 10),
        ];
        assert_eq!(flows, wanted.map(|(key, points)| (key.to_owned(), points)));
    }

    #[tokio::test]
    async fn days_of_the_year_of_customers_who_are_there_can_be_found() {
        let database = at_step_four("RETURN 1").await;
        migrate(&database, TENANT.get(..6).unwrap()).await.unwrap();
        let customers = "INSERT INTO customer [
            { id: 'a', kind: 'person', status: 'active', birthday: '1990-05-17', created_at: '2020-01-31T10:00:00.000Z',
              updated_at: 'x', version: 1 },
            { id: 'b', kind: 'person', status: 'active', birthday: '--02-29', created_at: '2021-12-01T10:00:00.000Z',
              updated_at: 'x', version: 1 },
            { id: 'c', kind: 'person', status: 'active', created_at: '2022-06-15T10:00:00.000Z', updated_at: 'x',
              version: 1 },
        ]";
        database.query(customers, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        let keys = "SELECT VALUE [born_key ?? '', joined_key, customer_since] FROM customer";
        let keys: Vec<[String; 3]> = database.rows("keys", keys, bind! {}).await.unwrap();
        let wanted =
            [["05-17/a", "01-31/a", "2020-01-31"], ["02-29/b", "12-01/b", "2021-12-01"], ["", "06-15/c", "2022-06-15"]];
        assert_eq!(keys, wanted.map(|row| row.map(str::to_owned)));
        for (index, text) in [
            ("customer_born", "born_key > '05-17/' AND born_key < '05-17/~'"),
            ("customer_joined", "joined_key > '01-31/' AND joined_key < '01-31/~'"),
        ] {
            let text = format!("SELECT VALUE record::id(id) FROM customer WITH INDEX {index} WHERE {text}");
            let found: Vec<String> = database.rows("found", &text, bind! {}).await.unwrap();
            assert_eq!(found, ["a"], "{index}");
        }
    }

    #[tokio::test]
    async fn consents_that_are_there_come_in_pages() {
        let database = at_step_four("RETURN 1").await;
        migrate(&database, TENANT.get(..7).unwrap()).await.unwrap();
        let consents = "FOR $n IN 1..=4 {
            LET $at = '2026-03-0' + <string>$n + 'T10:00:00.000Z';
            INSERT INTO consent {
                id: 'c' + <string>(5 - $n), customer: 'anna', purpose: 'selling', status: 'given', source: 'x',
                occurred_at: $at, recorded_at: $at,
            };
        }";
        database.query(consents, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        let page = "SELECT VALUE record::id(id) FROM consent WITH INDEX consent_timeline WHERE customer = 'anna' \
                    AND timeline_key < '2026-03-04T10:00:00.000Z/c1' ORDER BY timeline_key DESC LIMIT 2";
        let page: Vec<String> = database.rows("page", page, bind! {}).await.unwrap();
        assert_eq!(page, ["c2", "c3"]);
        let all: Vec<String> = database
            .rows("all", "SELECT VALUE record::id(id) FROM consent WHERE customer = 'anna'", bind! {})
            .await
            .unwrap();
        assert_eq!(all.len(), 4);
    }

    #[tokio::test]
    async fn statements_keep_what_they_are_worth_and_held_vouchers_are_counted() {
        let database = at_step_four("RETURN 1").await;
        migrate(&database, TENANT.get(..9).unwrap()).await.unwrap();
        let rows = "
            INSERT INTO program { id: 'worth', name: 'W', created_at: 'x', updated_at: 'x', version: 1,
                policy: { unit: 'points', value: { points: 100, money: { minor: 150, currency: 'EUR' } } } };
            INSERT INTO program { id: 'none', name: 'N', created_at: 'x', updated_at: 'x', version: 1,
                policy: { unit: 'points' } };
            FOR $program IN ['worth', 'none'] {
                INSERT INTO partner_statement { id: [$program, 'bakery', 1], of: { program: $program, partner: 'bakery' },
                    number: 1, sums: { issued: 1 }, transaction: 't', settled_at: 'x' };
            };
            INSERT INTO tally { id: 'offer/cake', count: 3 };
            FOR $status IN ['reserved', 'captured'] {
                INSERT INTO redemption { id: $status, customer: 'anna', timeline_key: $status, wallet: {}, sink: 'program',
                    status: $status, points: 1, held: [], spent: [], created_at: 'x', updated_at: 'x',
                    claim: { reward: 'mug', quantity: 2, offer: 'cake' } };
            };";
        database.query(rows, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        let worth = "SELECT VALUE [record::id(id)[0], `value`.money.minor ?? 0] FROM partner_statement";
        let worth: Vec<(String, i64)> = database.rows("worth", worth, bind! {}).await.unwrap();
        assert_eq!(worth, [("none".to_owned(), 0), ("worth".to_owned(), 150)]);
        let counted = "SELECT VALUE [record::id(id), count] FROM tally";
        let counted: Vec<(String, i64)> = database.rows("counted", counted, bind! {}).await.unwrap();
        assert_eq!(counted, [("offer/cake".to_owned(), 5), ("offer/cake/anna".to_owned(), 2)]);
    }

    #[tokio::test]
    async fn deliveries_of_the_first_step_are_found_by_installation() {
        let database = in_memory(TENANT.get(..1).unwrap()).await;
        let row = "INSERT INTO delivery { id: ['one', 7], status: 'failed', attempts: 1, subject: 'tenant', recorded_at: 'x' }";
        database.query(row, bind! {}).await.unwrap();
        migrate(&database, TENANT).await.unwrap();
        let found = "SELECT VALUE record::id(id)[1] FROM delivery WITH INDEX delivery_standing \
                     WHERE installation = 'one' AND status = 'failed'";
        let found: Vec<u64> = database.rows("found", found, bind! {}).await.unwrap();
        assert_eq!(found, [7]);
    }

    #[tokio::test]
    async fn data_that_is_newer_than_the_program_is_refused() {
        let database = at_step_four("RETURN 1").await;
        let refused = migrate(&database, TENANT.get(..3).unwrap()).await;
        assert!(matches!(refused, Err(StoreError::NewerSchema { found: 4, known: 3, .. })), "{refused:?}");
    }

    #[test]
    fn steps_are_numbered_without_gaps() {
        for steps in [CONTROL, TENANT] {
            assert!(steps.iter().zip(1..).all(|(step, number)| step.number == number));
        }
    }
}
