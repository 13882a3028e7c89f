//! `stammgast ledger`.

use super::{CliError, global::Session, output::plain};
use clap::{Args, Subcommand};
use indicatif::HumanCount;
use serde_json::{Value, json};

/// Prove that the loyalty ledger is right
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast ledger verify                            every balance, lot and posting
  stammgast trial-balance points                     the sums of one program")]
pub(super) enum Ledger {
    Verify(Verify),
}

/// Rebuild every balance from the entries, and compare
///
/// Balances and lots are kept beside the entries for speed. This reads every entry again, adds up what each customer has
/// in each account and lot, and what every partner moved between two statements, and compares. Then it compares every posting
/// with what the event log tells of it. Where something differs, it says what and ends with code 1. The server goes on
/// working meanwhile.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast ledger verify
  stammgast ledger verify --json")]
pub(super) struct Verify {
    /// Wallets, entries and postings that are read at once
    #[arg(long, value_name = "N", default_value_t = 200)]
    at_once: u64,
}

impl Ledger {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        match self {
            Self::Verify(command) => command.run(session).await,
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    looked_at: u64,
    entries: u64,
    discrepancies: Vec<Value>,
}

impl Verify {
    async fn run(self, session: &Session) -> Result<(), CliError> {
        let wallets = self.part(session, "wallets").await?;
        let accounts = self.part(session, "accounts").await?;
        let log = self.part(session, "log").await?;
        let discrepancies: Vec<Value> = [wallets.discrepancies, accounts.discrepancies, log.discrepancies].concat();
        let answer = json!({
            "wallets": wallets.looked_at, "entries": wallets.entries, "accounts": accounts.looked_at,
            "entries_of_accounts": accounts.entries, "postings": log.looked_at, "entries_of_postings": log.entries,
            "discrepancies": discrepancies,
        });
        let read = format!(
            "Added up {} entries of {} wallets and {} of {} accounts, and compared {} postings with the log.",
            HumanCount(wallets.entries),
            HumanCount(wallets.looked_at),
            HumanCount(accounts.entries),
            HumanCount(accounts.looked_at),
            HumanCount(log.looked_at)
        );
        if discrepancies.is_empty() {
            return session.output.show(&answer, &format!("{read}\nEverything adds up."));
        }
        session.output.show(&answer, &format!("{}\n{read}", page(&discrepancies)))?;
        Err(CliError::Discrepancies(discrepancies.len()))
    }

    async fn part(&self, session: &Session, part: &str) -> Result<Found, CliError> {
        let client = session.tenant_client()?;
        let limit = self.at_once.to_string();
        let (mut found, mut cursor) = (Found::default(), None::<String>);
        loop {
            let mut query = vec![("limit", limit.as_str())];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let answer = client.get_with(&["v1", "ledger", "verification", part], &query).await?;
            let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
            found.looked_at += number("looked_at");
            found.entries += number("entries");
            found
                .discrepancies
                .extend(answer.get("discrepancies").and_then(Value::as_array).into_iter().flatten().cloned());
            match answer.get("next_cursor").and_then(Value::as_str) {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(found),
            }
            if found.looked_at % 10_000 < number("looked_at") {
                session.output.note(&format!("{part}: {} so far", HumanCount(found.looked_at)));
            }
        }
    }
}

fn page(discrepancies: &[Value]) -> String {
    let text = |one: &Value, name: &str| plain(one.get(name).and_then(Value::as_str).unwrap_or_default());
    let line = |one: &Value| format!("{}: {}", text(one, "place"), text(one, "problem"));
    discrepancies.iter().map(line).collect::<Vec<_>>().join("\n")
}
