//! `stammgast secret rotate`.

use super::super::{CliError, global::Session};
use crate::rotation;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Wrap the keys of all tenants' secrets by a new key of the operator's, while the server is stopped
///
/// Works offline. The new key is drawn and written to the file, or read from it where it is there already. Until the end
/// the key before counts; a rotation that was cut off is simply repeated with the same file. Where the database is a
/// server (`ws://`), nothing notices that a server still runs: stop all of them first. A server that must not stop is
/// started with the new key as `secrets.key` and the one before as `secrets.previous_key` instead; see `secret wrap`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast secret rotate --to new.key --data /var/lib/stammgast

Afterwards the new key has to lie where the server looks for it: as keys/secrets.key in the data
folder, or as secrets.key in the configuration. Keep the key before as long as backups of its time.")]
pub(in crate::cli) struct Rotate {
    /// The file of the new key: 64 hexadecimal digits
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Rotate {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let settings = session.settings()?;
        let tenants = Box::pin(rotation::rotate(&settings, &self.to)).await?;
        let (file, folder) = (self.to.display(), settings.data.folder.display());
        let answer = json!({ "tenants": tenants, "key": file.to_string() });
        let sentence = format!(
            "The keys of the secrets of {tenants} tenants are wrapped by the key in {file}. Put it where the server looks \
             for it before you start it:\n\n  mv {file} {folder}/keys/secrets.key\n\nThe key before is needed no more, but \
             for backups of its time."
        );
        session.output.result(&answer, "", &sentence)
    }
}
