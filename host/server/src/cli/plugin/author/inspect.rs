//! `stammgast plugin inspect`.

use crate::{
    cli::{
        CliError,
        global::Session,
        output::plain,
        plugin::{component, limits::in_words},
        table::{Column, table},
    },
    kit::{
        contract,
        inspect::{self, Facts},
        settings::{Setting, settings},
        signing::{self, Checked},
    },
};
use clap::Args;
use serde_json::{Value, json};
use stammgast_domain::plugin::{Manifest, WantedOrigin};
use stammgast_runtime::{Refusal, check_component};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Show what a component says about itself, without running any of it
///
/// What it is called for, what it asks to be allowed, which hosts it reaches and which secrets it needs, how it may be
/// configured, which contract it was built for, who has signed it, and whether a server of this version takes it, as far
/// as that shows without compiling it; `stammgast plugin test` compiles. Works offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin inspect dist/hello-points.wasm
  stammgast plugin inspect dist/hello-points.wasm --json")]
pub(in crate::cli) struct Inspect {
    /// The component, or a folder with one in it or in its dist folder
    file: PathBuf,
}

/// The columns of a table of settings.
const COLUMNS: &[Column] = &[
    Column::new("setting", "/name").cut(40),
    Column::new("type", "/type").cut(24),
    Column::new("required", "/required"),
    Column::new("default", "/default").cut(24),
    Column::new("bounds", "/bounds").cut(60),
];

impl Inspect {
    pub fn run(self, session: &Session) -> Result<(), CliError> {
        let file = component::find(&self.file)?;
        let bytes = fs::read(&file).map_err(CliError::file(&file))?;
        let facts = inspect::inspect(&bytes)?;
        let signatures = signing::read(&signing::file_beside(&file))?.unwrap_or_default();
        let checked = signing::check(&signatures, facts.digest);
        let verdict = check_component(&bytes);
        let answer = json!({
            "digest": facts.digest,
            "size": facts.size,
            "contract": facts.contract,
            "imports": facts.imports,
            "exports": facts.exports,
            "manifest": facts.manifest,
            "settings": facts.manifest.as_ref().map(rows),
            "signatures": checked.iter().map(signature).collect::<Vec<_>>(),
            "accepted": verdict.is_ok(),
            "refusal": verdict.as_ref().err().map(ToString::to_string),
        });
        session.output.show(&answer, &page(&file, &facts, &checked, &verdict))
    }
}

fn page(file: &Path, facts: &Facts, checked: &[Checked], verdict: &Result<(), Refusal>) -> String {
    let mut lines = vec![
        line("file", &file.display().to_string()),
        line("digest", &facts.digest.to_string()),
        line("size", &format!("{} bytes", facts.size)),
        line("contract", &contract_words(facts)),
    ];
    match &facts.manifest {
        Some(manifest) => describe(manifest, &mut lines),
        None => lines.push(line("manifest", "none; put one into it with `stammgast plugin pack`")),
    }
    list("imports", imports(facts), &mut lines);
    list("exports", facts.exports.iter().map(|interface| plain(interface)).collect(), &mut lines);
    list("signed", checked.iter().map(signed).collect(), &mut lines);
    if checked.is_empty() {
        lines.push(line("signed", "by nobody; `stammgast plugin sign` signs it"));
    }
    lines.push(match verdict {
        Ok(()) => line("host", "this one takes it, as far as that shows without compiling it"),
        Err(refusal) => line("host", &format!("this one REFUSES it: {}", plain(&refusal.to_string()))),
    });
    lines.join("\n")
}

fn describe(manifest: &Manifest, lines: &mut Vec<String>) {
    let words = |words: Vec<&str>| words.join(", ");
    lines.push(line("plugin", &format!("{} {}", manifest.id, manifest.version)));
    lines.push(line("name", &plain(&manifest.name)));
    lines.push(line("", &plain(&manifest.description)));
    lines.push(line("kinds", &words(manifest.kinds.iter().map(|kind| kind.as_str()).collect())));
    lines.push(line("events", &words(manifest.events.iter().map(|event| event.as_str()).collect())));
    list("authors", manifest.authors.iter().map(|author| plain(author)).collect(), lines);
    lines.push(line("license", &plain(&manifest.license)));
    for request in &manifest.capabilities {
        lines.push(line("asks for", &format!("{}: it {}", request.name, request.name.meaning())));
        lines.push(because(&request.why));
    }
    for request in &manifest.hosts {
        let host = match &request.origin {
            WantedOrigin::Named(origin) => origin.to_string(),
            WantedOrigin::AdminNames => "hosts that the admin names".to_owned(),
        };
        lines.push(line("sends to", &host));
        lines.push(because(&request.why));
    }
    for request in &manifest.secrets {
        lines.push(line(
            "secret",
            &format!("{}; the admin gives it, and the plugin never sees it", plain(&request.name)),
        ));
        lines.push(because(&request.why));
    }
    if let Some(proof) = &manifest.webhook {
        let scheme = json!(proof.scheme);
        let scheme = scheme.as_str().unwrap_or_default().to_owned();
        lines.push(line(
            "webhook",
            &format!("deliveries prove who sent them: {scheme}, secret {}", plain(&proof.secret)),
        ));
    }
    list("limits", in_words(&json!(manifest.limits)), lines);
    let rows = rows(manifest);
    let mut text = table(&rows, COLUMNS, "nothing can be set");
    text.insert(0, '\n');
    lines.push(format!("\nconfiguration{}\n", text.replace('\n', "\n  ")));
}

/// The settings as rows of a table.
fn rows(manifest: &Manifest) -> Vec<Value> {
    let row = |setting: Setting| {
        json!({
            "name": setting.name,
            "type": setting.sort,
            "required": if setting.is_required { "yes" } else { "no" },
            "default": setting.default,
            "bounds": setting.bounds,
            "description": setting.description,
        })
    };
    settings(&manifest.config_schema).into_iter().map(row).collect()
}

fn contract_words(facts: &Facts) -> String {
    let versions: Vec<String> = facts.contract.iter().map(|version| plain(version)).collect();
    match versions.as_slice() {
        [] => "none; it neither imports nor exports anything of it".to_owned(),
        [one] if one == contract::VERSION => one.clone(),
        several => format!("{}; this program knows {}", several.join(", "), contract::VERSION),
    }
}

/// What it imports. The runtimes of some languages import all of WASI, which says nothing about the plugin.
fn imports(facts: &Facts) -> Vec<String> {
    let (wasi, others): (Vec<&String>, Vec<&String>) = facts.imports.iter().partition(|name| name.starts_with("wasi:"));
    let mut lines: Vec<String> = others.into_iter().map(|name| plain(name)).collect();
    if !wasi.is_empty() {
        lines.push(format!("WASI ({}), which the host offers with nothing behind it", wasi.len()));
    }
    lines
}

fn signature(checked: &Checked) -> Value {
    let problem = checked.verdict.as_ref().err().map(ToString::to_string);
    json!({ "public_key": checked.public_key, "valid": checked.verdict.is_ok(), "problem": problem })
}

fn signed(checked: &Checked) -> String {
    match &checked.verdict {
        Ok(()) => format!("by {}", checked.public_key),
        Err(problem) => format!("WRONG, in the name of {}: {problem}", checked.public_key),
    }
}

fn list(name: &str, entries: Vec<String>, lines: &mut Vec<String>) {
    let names = std::iter::once(name).chain(std::iter::repeat(""));
    lines.extend(names.zip(entries).map(|(name, entry)| line(name, &entry)));
}

fn because(why: &str) -> String {
    line("", &format!("because: {}", plain(why)))
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<8} {text}").trim_end().to_owned()
}
