//! `stammgast plugin key`.

use super::Keys;
use crate::{
    cli::{
        CliError,
        global::Session,
        table::{Column, table},
    },
    kit::keys::{NamedKey, USUAL_NAME},
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Make, list and show the keys that you sign plugins with
///
/// A key has two halves. The private one stays in a file that only you may read; whoever has it signs in your name, so
/// keep a copy where nobody else finds it. The public one is for everybody: give it to those who run your plugins, by
/// another way than the plugins. Works offline.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast plugin key new
  stammgast plugin key show
  stammgast plugin sign dist/hello-points.wasm")]
pub(in crate::cli) enum Key {
    /// Make a key, and print its public half
    ///
    /// An Ed25519 key (RFC 8032), in PEM (PKCS#8), which other programs read, too. A key that is there is never
    /// overwritten.
    #[command(after_help = "\
Examples:
  stammgast plugin key new
  stammgast plugin key new acme-release --keys /media/stick/keys")]
    New {
        /// The key's name: lower-case letters, digits, `-`, `_` and `.`
        #[arg(default_value = USUAL_NAME)]
        name: String,
        #[command(flatten)]
        keys: Keys,
    },
    /// List your keys, without their private halves
    #[command(after_help = "\
Examples:
  stammgast plugin key list
  stammgast plugin key list --json")]
    List {
        #[command(flatten)]
        keys: Keys,
    },
    /// Print the public half of a key, for those who run your plugins
    #[command(after_help = "\
Examples:
  stammgast plugin key show
  stammgast plugin key show acme-release")]
    Show {
        /// The key's name
        #[arg(default_value = USUAL_NAME)]
        name: String,
        #[command(flatten)]
        keys: Keys,
    },
}

const COLUMNS: &[Column] =
    &[Column::new("name", "/name"), Column::new("public key", "/public_key"), Column::new("file", "/path")];

impl Key {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        match self {
            Self::New { name, keys } => {
                let key = keys.folder()?.make(&name)?;
                let sentence = format!(
                    "Made the key `{name}` in {}. Keep a copy of it; nobody can make it again. Its public half:\n\n  {}",
                    key.path.display(),
                    key.public
                );
                session.output.result(&row(&key), &key.public.to_string(), &sentence)
            }
            Self::List { keys } => {
                let folder = keys.folder()?;
                let rows: Vec<Value> = folder.list()?.iter().map(row).collect();
                let empty =
                    format!("There is no key in {}; `stammgast plugin key new` makes one.", folder.path().display());
                session.output.show(&Value::from(rows.clone()), &table(&rows, COLUMNS, &empty))
            }
            Self::Show { name, keys } => {
                let key = keys.folder()?.named(name)?;
                session.output.show(&row(&key), &key.public.to_string())
            }
        }
    }
}

fn row(key: &NamedKey) -> Value {
    json!({ "name": key.name, "public_key": key.public, "path": key.path.display().to_string() })
}
