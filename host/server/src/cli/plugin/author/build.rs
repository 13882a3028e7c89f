//! `stammgast plugin build`.

use crate::{
    cli::{CliError, global::Session, output::Volume},
    kit::build::{self, Built, Messages},
};
use clap::Args;
use serde_json::json;
use stammgast_domain::plugin::Manifest;
use std::path::PathBuf;

/// Build a plugin: compile, make a component of it, put the manifest in
///
/// The folder shows the language: Cargo.toml (Rust), plugin.py (Python), package.json (JavaScript) or plugin.c (C).
/// The language's own tools are found by themselves; where one is missing or too old, the message says what to do. A
/// component that no server of this version would take is not written, and the message says why. Needs no server.
///
/// Rust builds a folder of its own as well as a member of a workspace. It takes the first of these that is there, in
/// Rust 1.95 or newer: the target of the compiler that cargo uses; that of /usr/bin/rustc; the standard library built
/// along from the sources of one of them (Debian's rust-web-src, rustup's rust-src); `rustup target add`. Python takes
/// the componentize-py of `COMPONENTIZE_PY`, else that of the nearest `.venv`, else that of the `PATH`. C takes the
/// clang of `WASI_SDK_PATH`, else that of the `PATH`.
///
/// The same sources in Rust and C make the same bytes on every computer with the same tools. In Python and JavaScript
/// they do not: the tools start the plugin once and keep what is in its memory then, random seeds among it.
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
        let Built { path, language, packed } = tokio::task::spawn_blocking(work).await??;
        let (path, size) = (path.display().to_string(), packed.bytes.len());
        let Manifest { id, version, .. } = &packed.manifest;
        let answer = json!({
            "path": path, "digest": packed.digest, "size": size, "id": id, "version": version,
            "language": language.as_str(),
        });
        let sentence = format!("Built {id} {version} in {language}: {path}, {size} bytes\n{}", packed.digest);
        output.result(&answer, &path, &sentence)
    }
}
