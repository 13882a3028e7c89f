//! `stammgast plugin new`.

use crate::{
    cli::{CliError, global::Session},
    kit::{language::Language, new},
};
use clap::{Args, ValueEnum};
use serde_json::json;
use stammgast_domain::plugin::PluginKind;
use std::path::PathBuf;

/// What sort of question the plugin answers.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// What has this customer earned?
    Loyalty,
    /// Does this contact meet our standards?
    Quality,
    /// What did this channel just tell us?
    Channel,
    /// Which department has to hear this?
    Feedback,
}

impl From<Kind> for PluginKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Loyalty => Self::Loyalty,
            Kind::Quality => Self::Quality,
            Kind::Channel => Self::Channel,
            Kind::Feedback => Self::Feedback,
        }
    }
}

/// What the plugin is written in.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lang {
    /// Small and fast; needs cargo
    Rust,
    /// Needs componentize-py
    Python,
    /// JavaScript, with types for TypeScript's checker; needs Node.js
    Js,
    /// Small and fast; needs clang, lld and wasi-libc
    C,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Rust => Self::Rust,
            Lang::Python => Self::Python,
            Lang::Js => Self::JavaScript,
            Lang::C => Self::C,
        }
    }
}

/// Write a small plugin that builds and works as it stands
///
/// The four languages make the same plugin: the same rule, the same configuration, the same words. Everything that it
/// is built with beside the language's own tools lies in the folder: the SDK and the contract of this version. Its
/// README says what has to be installed, how to try it and what to change. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin new hello-points --kind loyalty
  stammgast plugin new hello-points --kind loyalty --lang python
  stammgast plugin new check-words --kind quality --lang js --dir plugins/check-words")]
pub(in crate::cli) struct New {
    /// The plugin's name: lower-case letters, digits and hyphens
    name: String,
    /// What sort of question it answers
    #[arg(long)]
    kind: Kind,
    /// What it is written in
    #[arg(long, default_value = "rust")]
    lang: Lang,
    /// The folder to write; the name, unless you say otherwise
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl New {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let folder = self.dir.unwrap_or_else(|| PathBuf::from(&self.name));
        let language = Language::from(self.lang);
        let new = new::create(&self.name, self.kind.into(), language, &folder)?;
        let folder = new.folder.display().to_string();
        let first = language.first().map(|line| format!("{line}\n  ")).unwrap_or_default();
        let sentence = format!(
            "Wrote a plugin in {language}, {} files, to {folder}. Next:\n\n  cd {folder}\n  {first}stammgast plugin build\n\
             \nThen follow README.md there.",
            new.files.len()
        );
        let answer = json!({ "folder": folder, "language": language.as_str(), "files": new.files });
        session.output.result(&answer, &folder, &sentence)
    }
}
