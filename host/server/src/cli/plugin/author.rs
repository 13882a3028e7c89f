//! What a plugin's author does, offline.

use super::super::{
    CliError,
    global::Session,
    output::{Volume, plain},
};
use crate::kit::{
    build::{self, Built, Messages},
    new,
    pack::{self, Facts},
};
use clap::{Args, ValueEnum};
use serde_json::json;
use stammgast_domain::plugin::{Manifest, PluginKind};
use std::{
    fs,
    path::{Path, PathBuf},
};

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

/// Write a small plugin in Rust that builds and works as it stands
///
/// Its README says how to try it and what to change. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin new hello-points --kind loyalty
  stammgast plugin new check-words --kind quality --dir plugins/check-words")]
pub(in crate::cli) struct New {
    /// The plugin's name: lower-case letters, digits and hyphens
    name: String,
    /// What sort of question it answers
    #[arg(long)]
    kind: Kind,
    /// The folder to write; the name, unless you say otherwise
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl New {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let folder = self.dir.unwrap_or_else(|| PathBuf::from(&self.name));
        let new = new::create(&self.name, self.kind.into(), &folder)?;
        let folder = new.folder.display().to_string();
        let sentence = format!(
            "Wrote {} files to {folder}. Next:\n\n  cd {folder}\n  stammgast plugin build\n\nThen follow README.md there.",
            new.files.len()
        );
        session.output.result(&json!({ "folder": folder, "files": new.files }), &folder, &sentence)
    }
}

/// Build a plugin in Rust: compile, make a component of it, put the manifest in
///
/// Works for a folder of its own and for a member of a workspace. A way to WebAssembly is found by itself: the
/// compiler's own target, one that `rustup` fetches, or the standard library built along from Debian's sources. The
/// same sources make the same bytes on every computer with the same compiler. Needs no server.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin build
  stammgast plugin build plugins/loyalty-points -o loyalty-points.wasm")]
pub(in crate::cli) struct Build {
    /// The plugin's folder
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The file to write; dist/NAME.wasm in the folder, unless you say otherwise
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Build {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let output = session.output;
        let work = move || {
            let messages = if output.volume == Volume::Quiet { Messages::Quiet } else { Messages::Shown };
            build::build(&self.dir, self.output.as_deref(), messages, &mut |text| output.note(text))
        };
        let Built { path, packed } = tokio::task::spawn_blocking(work).await??;
        let (path, size) = (path.display().to_string(), packed.bytes.len());
        let Manifest { id, version, .. } = &packed.manifest;
        let answer = json!({ "path": path, "digest": packed.digest, "size": size, "id": id, "version": version });
        let sentence = format!("Built {id} {version}: {path}, {size} bytes\n{}", packed.digest);
        output.result(&answer, &path, &sentence)
    }
}

/// Put a manifest into a component that was built in any language
///
/// A manifest that is there already is replaced. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin pack component.wasm --manifest manifest.json -o my-plugin.wasm")]
pub(in crate::cli) struct Pack {
    /// The component
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// The manifest (JSON)
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Pack {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let packed = pack::pack_files(&self.component, &self.manifest, &self.output)?;
        let (path, size) = (self.output.display().to_string(), packed.bytes.len());
        let answer = json!({ "path": path, "digest": packed.digest, "size": size });
        let Manifest { id, version, .. } = &packed.manifest;
        let sentence = format!("Packed {id} {version}: {path}, {size} bytes\n{}", packed.digest);
        session.output.result(&answer, &path, &sentence)
    }
}

/// Show what a component says about itself, without running any of it
///
/// Digest, size and manifest: what it is called for and what it asks to be allowed. Works offline; whether a server
/// takes it, `stammgast plugin install` tells.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin inspect dist/hello-points.wasm
  stammgast plugin inspect dist/hello-points.wasm --json")]
pub(in crate::cli) struct Inspect {
    /// The component
    file: PathBuf,
}

impl Inspect {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let bytes = fs::read(&self.file).map_err(CliError::file(&self.file))?;
        let facts = pack::inspect(&bytes)?;
        let answer = json!({ "digest": facts.digest, "size": facts.size, "manifest": facts.manifest });
        session.output.show(&answer, &page(&self.file, &facts))
    }
}

fn page(file: &Path, facts: &Facts) -> String {
    let mut lines = vec![
        format!("file     {}", file.display()),
        format!("digest   {}", facts.digest),
        format!("size     {} bytes", facts.size),
    ];
    let Some(manifest) = &facts.manifest else {
        lines.push("manifest none; pack one into it with `stammgast plugin pack`".to_owned());
        return lines.join("\n");
    };
    let words = |words: Vec<&str>| words.join(", ");
    lines.push(format!("plugin   {} {}", manifest.id, manifest.version));
    lines.push(format!("name     {}", plain(&manifest.name)));
    lines.push(format!("         {}", plain(&manifest.description)));
    lines.push(format!("kinds    {}", words(manifest.kinds.iter().map(|kind| kind.as_str()).collect())));
    lines.push(format!("events   {}", words(manifest.events.iter().map(|event| event.as_str()).collect())));
    lines.push(format!("license  {}", plain(&manifest.license)));
    for request in &manifest.capabilities {
        lines.push(format!("asks for {}: it {}", request.name, request.name.meaning()));
        lines.push(format!("         because: {}", plain(&request.why)));
    }
    lines.join("\n")
}
