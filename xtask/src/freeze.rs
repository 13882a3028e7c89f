//! Freezing a version of the contract: a component in each language stays in the repository, and every later build has
//! to run it.

use crate::{
    build::{self, Profile},
    examples::{self, EXAMPLES},
    languages::{self, Languages},
    run::{output, root, run, step, works},
    tools,
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where frozen versions lie, one folder each.
const FROZEN: &str = "tests/frozen";
/// How much time is spent on making the files small; they stay for good.
const LEVEL: &str = "-19";

/// Builds the example in every language and keeps the components, for a version that `wit/` has.
pub(crate) fn freeze(version: Option<&str>) -> Result<()> {
    let contract = Contract::read()?;
    let Some(version) = version else {
        bail!("say which version of the contract is to be frozen: `cargo xtask freeze {}`", contract.version);
    };
    ensure!(version == contract.version, "wit/ holds version {}; raise it there first", contract.version);
    let folder = root().join(FROZEN).join(version);
    ensure!(
        !folder.exists(),
        "{} is there already, and what is frozen is never replaced; a change of the contract needs another version",
        folder.display()
    );
    tools::setup()?;
    let languages = languages::setup()?;
    if !works("zstd", &["--version"]) {
        step("Looking for zstd", || tools::install(&["zstd"], "on macOS: `brew install zstd`"))?;
    }
    let binary = build::server(Profile::Dev)?;
    examples::build(&binary, &languages)?;
    step(&format!("Freezing version {version} of the contract"), || {
        // It gets its name when it is whole: a run that was interrupted leaves no half of a version.
        let part = folder.with_file_name(format!("{version}.part"));
        if part.exists() {
            fs::remove_dir_all(&part)?;
        }
        fs::create_dir_all(&part)?;
        fs::write(part.join("contract.wit"), &contract.text)?;
        let manifest = components(&binary, &languages, &contract, &part)?;
        fs::write(part.join("MANIFEST.json"), format!("{manifest:#}\n"))?;
        fs::rename(&part, &folder).with_context(|| format!("{} cannot be written", folder.display()))?;
        println!("   {} is whole; commit it with wit/, and with a note in CHANGELOG.md", folder.display());
        Ok(())
    })
}

/// Compresses the components into a folder; gives what is to be remembered of them.
fn components(binary: &Path, languages: &Languages, contract: &Contract, folder: &Path) -> Result<Value> {
    let mut kept = Map::new();
    for example in EXAMPLES.iter().filter(|example| example.name.starts_with("points-")) {
        let (component, language) = (examples::component(example.name), example.language);
        let file = format!("{language}.wasm.zst");
        run(Command::new("zstd").args([LEVEL, "--quiet"]).arg(&component).arg("-o").arg(folder.join(&file)))?;
        let facts = output(Command::new(binary).args(["plugin", "inspect", "--json"]).arg(&component))?;
        let facts: Value = serde_json::from_str(&facts).context("`plugin inspect` gave no JSON")?;
        let built_for = facts.get("contract").and_then(Value::as_array).cloned().unwrap_or_default();
        ensure!(built_for == [json!(contract.version)], "{} was built for {built_for:?}", component.display());
        let mut made_with = vec![languages.version(language)?];
        made_with.extend(packages(&root().join(example.folder))?);
        let bytes = fs::metadata(&component)?.len();
        let digest = facts.get("digest").context("`plugin inspect` gave no digest")?;
        kept.insert(
            language.to_owned(),
            json!({ "file": file, "digest": digest, "bytes": bytes, "made_with": made_with }),
        );
    }
    let today = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let host = output(Command::new(binary).arg("--version"))?;
    Ok(json!({
        "contract": contract.version, "frozen_on": today.trim(), "made_by": host.trim(), "components": kept,
    }))
}

/// The packages that a plugin in JavaScript is built with, and their versions.
fn packages(folder: &Path) -> Result<Vec<String>> {
    let Ok(text) = fs::read_to_string(folder.join("package.json")) else { return Ok(Vec::new()) };
    let package: Value = serde_json::from_str(&text).context("package.json is no JSON")?;
    let wanted = package.get("devDependencies").and_then(Value::as_object).into_iter().flatten();
    Ok(wanted.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default())).collect())
}

/// The contract as it stands in `wit/`.
struct Contract {
    /// The version that each of its packages bears.
    version: String,
    /// All packages in one text, nested into one that is named after what it is kept for.
    text: String,
}

impl Contract {
    fn read() -> Result<Self> {
        let wit = root().join("wit");
        let mut folders: Vec<PathBuf> = fs::read_dir(&wit)?.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        let (mut version, mut text) = (None, "package stammgast:contract;\n".to_owned());
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let path = folder.join(format!("{name}.wit"));
            let package = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let (own, nested) = nest(&name, &package)
                .with_context(|| format!("{} does not name its package and version", path.display()))?;
            let version = version.get_or_insert_with(|| own.clone());
            ensure!(*version == own, "the packages in wit/ have versions {version} and {own}; they need the same one");
            text.push_str(&nested);
        }
        Ok(Self { version: version.context("wit/ is empty")?, text })
    }
}

/// The version of a package, and the package in the form that it has inside another one's text.
fn nest(name: &str, package: &str) -> Option<(String, String)> {
    let head = format!("package stammgast:{name}@");
    let (before, rest) = package.split_once(&head)?;
    let (version, rest) = rest.split_once(";\n")?;
    Some((version.to_owned(), format!("\n{before}{head}{version} {{\n{}\n}}\n", rest.trim_matches('\n'))))
}

#[cfg(test)]
mod tests {
    use super::nest;

    #[test]
    fn a_package_shows_its_version_and_can_stand_inside_another() {
        let text = "/// Types.\npackage stammgast:types@0.2.0;\n\ninterface a {}\n";
        let nested = "\n/// Types.\npackage stammgast:types@0.2.0 {\ninterface a {}\n}\n";
        assert_eq!(nest("types", text), Some(("0.2.0".to_owned(), nested.to_owned())));
        assert_eq!(nest("host", text), None);
    }
}
