//! What a plugin's author does, offline: one file a command.

mod build;
mod inspect;
mod key;
mod new;
mod pack;
mod sign;
mod verify;

pub(in crate::cli) use build::Build;
pub(in crate::cli) use inspect::Inspect;
pub(in crate::cli) use key::Key;
pub(in crate::cli) use new::New;
pub(in crate::cli) use pack::Pack;
pub(in crate::cli) use sign::Sign;
pub(in crate::cli) use verify::Verify;

use super::super::CliError;
use crate::kit::keys::KeyFolder;
use clap::Args;
use std::path::PathBuf;

/// Where an author's signing keys lie.
#[derive(Debug, Args)]
pub(in crate::cli) struct Keys {
    /// The folder with your signing keys; stammgast/keys in your folder for settings, unless you say otherwise
    #[arg(long, env = "STAMMGAST_KEYS", value_name = "DIR")]
    keys: Option<PathBuf>,
}

impl Keys {
    fn folder(self) -> Result<KeyFolder, CliError> {
        Ok(KeyFolder::of(self.keys)?)
    }
}
