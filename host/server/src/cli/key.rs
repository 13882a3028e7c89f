//! `stammgast key`.

use super::{CliError, global::Session, list::List, table::Column};
use clap::Subcommand;
use serde_json::{Value, json};
use stammgast_domain::access::{Scope, all_scopes};
use std::collections::BTreeSet;

/// Create, list and revoke a tenant's API keys
///
/// A key carries scopes: what its owner may do. Give every program a key of its own with the scopes that it needs, so
/// that one can be revoked without the others. A partner's key names the partner: what is done with it is done in the
/// partner's name, on its account and within its limits.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast key create --name 'web shop' --scope customers:write --scope purchases:write
  stammgast key create --name 'the bakery' --partner bakery
  stammgast key list
  stammgast key revoke 0123456789abcdef")]
pub(super) enum Key {
    /// Create a key; its secret is shown this once
    #[command(after_help = "\
Examples:
  stammgast key create --name 'web shop' --scope customers:write --scope purchases:write
  stammgast key create --name 'mail gateway' --scope channels:write --quiet
  stammgast key create --name 'till 7' --scope loyalty:redeem --scope loyalty:read --quiet
  stammgast key create --name 'monitoring, for /metrics' --scope plugins:read --quiet
  stammgast key create --name 'the bakery' --partner bakery --quiet

Scopes: customers:read customers:write purchases:read purchases:write interactions:read
interactions:write channels:write loyalty:read loyalty:write loyalty:redeem partner:trade
activities:read activities:write quality:read feedback:read feedback:write plugins:read
plugins:write keys:write settings:write")]
    Create {
        /// What the key is for
        #[arg(long)]
        name: String,
        /// What it may do; give it several times for several scopes, leave it out for all (with --partner: for trade)
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// The code of the partner who gets it; such a key carries the scope `partner:trade` and no other
        #[arg(long, value_name = "CODE")]
        partner: Option<String>,
    },
    /// List the tenant's keys, without their secrets
    #[command(after_help = "\
Examples:
  stammgast key list
  stammgast key list --tenant klanghaus")]
    List,
    /// Revoke a key; the next request with it is refused
    #[command(after_help = "\
Examples:
  stammgast key revoke 0123456789abcdef

The id stands in `stammgast key list`, and in the key itself: sgk_<id>_<secret>.")]
    Revoke {
        /// The key's id
        id: String,
    },
}

const COLUMNS: &[Column] = &[
    Column::new("id", "/id"),
    Column::new("name", "/name"),
    Column::new("scopes", "/scopes"),
    Column::new("partner", "/partner"),
    Column::new("created", "/created_at"),
    Column::new("revoked", "/revoked_at"),
];

/// The scopes of a new key, where none are given: a partner's is for trade, any other for everything.
fn chosen(given: Vec<Scope>, partner: Option<&str>) -> BTreeSet<Scope> {
    match partner {
        _ if !given.is_empty() => given.into_iter().collect(),
        Some(_) => BTreeSet::from([Scope::PartnerTrade]),
        None => all_scopes(),
    }
}

impl Key {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        match self {
            Self::List => {
                let list = List {
                    path: &["v1", "keys"],
                    filter: &[],
                    limit: None,
                    columns: COLUMNS,
                    empty: "The tenant has no key; `stammgast key create` makes one.",
                };
                list.show(&client, session.output).await
            }
            Self::Create { name, scopes, partner } => {
                let chosen = chosen(scopes, partner.as_deref());
                let body = json!({ "name": name, "scopes": chosen, "partner": partner });
                let answer = client.post(&["v1", "keys"], &body).await?;
                let secret = answer.get("secret").and_then(Value::as_str);
                let secret = secret.ok_or_else(|| client.unexpected("a new key comes without its secret"))?;
                let whose = partner.map(|code| format!(" for the partner `{code}`")).unwrap_or_default();
                let sentence = format!(
                    "The key is created{whose} with {} of {} scopes and is shown this once:\n\n  \
                     export STAMMGAST_KEY={secret}",
                    chosen.len(),
                    Scope::ALL.len()
                );
                session.output.result(&answer, secret, &sentence)
            }
            Self::Revoke { id } => {
                client.delete(&["v1", "keys", &id]).await?;
                session.output.result(&json!({ "revoked": id }), "", &format!("Key {id} is revoked."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_partners_key_is_for_trade_and_any_other_for_everything_unless_it_is_said() {
        assert_eq!(chosen(Vec::new(), Some("bakery")), BTreeSet::from([Scope::PartnerTrade]));
        assert_eq!(chosen(Vec::new(), None), all_scopes());
        let told = vec![Scope::LoyaltyRead];
        assert_eq!(chosen(told.clone(), None), BTreeSet::from([Scope::LoyaltyRead]));
        // What does not go together is refused by the server, in its words.
        assert_eq!(chosen(told, Some("bakery")), BTreeSet::from([Scope::LoyaltyRead]));
    }

    #[test]
    fn the_help_names_every_scope() {
        let cli = super::super::Cli::command();
        let create = cli.find_subcommand("key").and_then(|key| key.find_subcommand("create")).unwrap();
        let help = create.get_after_help().unwrap().to_string();
        for scope in Scope::ALL {
            assert!(help.contains(scope.as_str()), "{scope}");
        }
    }
}
