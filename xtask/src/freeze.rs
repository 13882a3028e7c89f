//! Freezing a version of the contract: a component in each language, and one that serves every kind, stay in the
//! repository, and every later build has to run them.

use crate::{
    build::{self, Profile},
    examples::{self, EXAMPLES, Example},
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
/// What is known of a version, in its folder. A version without it is not frozen.
const MANIFEST: &str = "MANIFEST.json";
/// How much time is spent on making the files small; they stay for good.
const LEVEL: &str = "-19";

/// A plugin that is kept of every version, in the languages that it is written in.
struct Kept {
    /// Its place in the manifest.
    place: &'static str,
    /// What the names of the examples begin with.
    examples: &'static str,
    /// What the names of its files begin with; the language follows.
    files: &'static str,
}

/// All that is kept.
static KEPT: [Kept; 2] = [
    Kept { place: "components", examples: "points-", files: "" },
    Kept { place: "every_kind", examples: "every-kind-", files: "every-kind-" },
];

/// Builds what is kept of a version that `wit/` has, and adds what is not there yet. What is there is never replaced.
pub(crate) fn freeze(version: Option<&str>) -> Result<()> {
    let contract = Contract::read()?;
    let Some(version) = version else {
        bail!("say which version of the contract is to be frozen: `cargo xtask freeze {}`", contract.version);
    };
    ensure!(version == contract.version, "wit/ holds version {}; raise it there first", contract.version);
    let folder = root().join(FROZEN).join(version);
    let known = manifest(&folder)?;
    let missing = missing(known.as_ref());
    ensure!(
        !missing.is_empty(),
        "{} is whole, and what is frozen is never replaced; a change of the contract needs another version",
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
        fs::create_dir_all(&folder)?;
        let mut manifest = match known {
            Some(known) => known,
            None => begin(&binary, &contract, &folder)?,
        };
        for (kept, example) in &missing {
            let facts = keep(&binary, &languages, &contract, &folder, kept, example)?;
            let place = manifest.entry(kept.place).or_insert_with(|| json!({})).as_object_mut();
            place.context("the manifest has something else in this place")?.insert(example.language.to_owned(), facts);
        }
        // It comes last, and at once: a run that was interrupted has frozen nothing.
        let part = folder.join(MANIFEST).with_extension("part");
        fs::write(&part, format!("{:#}\n", Value::Object(manifest)))?;
        fs::rename(&part, folder.join(MANIFEST))
            .with_context(|| format!("{} cannot be written", folder.join(MANIFEST).display()))?;
        println!("   {} is whole; commit it with wit/, and with a note in CHANGELOG.md", folder.display());
        Ok(())
    })
}

/// What is known of a version, where it is frozen.
fn manifest(folder: &Path) -> Result<Option<Map<String, Value>>> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).map(Some).with_context(|| format!("{} is no JSON object", path.display()))
}

/// The examples that are kept and that a manifest does not name.
fn missing(manifest: Option<&Map<String, Value>>) -> Vec<(&'static Kept, &'static Example)> {
    let is_there = |kept: &Kept, example: &Example| {
        manifest.and_then(|manifest| manifest.get(kept.place)?.get(example.language)).is_some()
    };
    let of = |kept: &'static Kept| {
        let examples = EXAMPLES.iter().filter(move |example| example.name.starts_with(kept.examples));
        examples.map(move |example| (kept, example))
    };
    KEPT.iter().flat_map(of).filter(|(kept, example)| !is_there(kept, example)).collect()
}

/// Keeps the contract's text; gives a manifest without components.
fn begin(binary: &Path, contract: &Contract, folder: &Path) -> Result<Map<String, Value>> {
    fs::write(folder.join("contract.wit"), &contract.text)?;
    let today = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let host = output(Command::new(binary).arg("--version"))?;
    let facts = [("contract", contract.version.as_str()), ("frozen_on", today.trim()), ("made_by", host.trim())];
    Ok(facts.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect())
}

/// Compresses a component into a folder; gives what is to be remembered of it.
fn keep(
    binary: &Path,
    languages: &Languages,
    contract: &Contract,
    folder: &Path,
    kept: &Kept,
    example: &Example,
) -> Result<Value> {
    let (component, language) = (examples::component(example.name), example.language);
    let file = format!("{}{language}.wasm.zst", kept.files);
    let mut zstd = Command::new("zstd");
    // What an interrupted run has left is written again.
    run(zstd.args([LEVEL, "--quiet", "--force"]).arg(&component).arg("-o").arg(folder.join(&file)))?;
    let facts = output(Command::new(binary).args(["plugin", "inspect", "--json"]).arg(&component))?;
    let facts: Value = serde_json::from_str(&facts).context("`plugin inspect` gave no JSON")?;
    let built_for = facts.get("contract").and_then(Value::as_array).cloned().unwrap_or_default();
    ensure!(built_for == [json!(contract.version)], "{} was built for {built_for:?}", component.display());
    let mut made_with = vec![languages.version(language)?];
    made_with.extend(packages(&root().join(example.folder))?);
    let bytes = fs::metadata(&component)?.len();
    let digest = facts.get("digest").context("`plugin inspect` gave no digest")?;
    Ok(json!({ "file": file, "digest": digest, "bytes": bytes, "made_with": made_with }))
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
    use super::{Map, Value, json, missing, nest};

    #[test]
    fn what_a_version_has_is_not_kept_again() {
        let names = |manifest: &Value| -> Vec<&'static str> {
            let manifest: Option<&Map<String, Value>> = manifest.as_object();
            missing(manifest).into_iter().map(|(_, example)| example.name).collect()
        };
        let all = ["points-rust", "points-python", "points-js", "points-c", "every-kind-c"];
        assert_eq!(names(&Value::Null), all);
        let without_every_kind = json!({ "components": { "rust": {}, "python": {}, "js": {}, "c": {} } });
        assert_eq!(names(&without_every_kind), ["every-kind-c"]);
        assert_eq!(names(&json!({ "components": { "rust": {} }, "every_kind": { "c": {} } })), all[1..4]);
    }

    #[test]
    fn a_package_shows_its_version_and_can_stand_inside_another() {
        let text = "/// Types.\npackage stammgast:types@0.2.1;\n\ninterface a {}\n";
        let nested = "\n/// Types.\npackage stammgast:types@0.2.1 {\ninterface a {}\n}\n";
        assert_eq!(nest("types", text), Some(("0.2.1".to_owned(), nested.to_owned())));
        assert_eq!(nest("host", text), None);
    }
}
