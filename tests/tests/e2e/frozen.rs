//! What was built for a released version of the contract runs on every later host.
//!
//! `cargo xtask freeze` keeps a component of each language in `tests/frozen`, and the contract that it was built for.

use ruzstd::decoding::StreamingDecoder;
use semver::Version;
use serde_json::{Value, json};
use stammgast_tests::{Answer, Client, Server, binary, compiled, root};
use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};

/// What a version is frozen in.
const LANGUAGES: [&str; 4] = ["rust", "python", "js", "c"];

fn frozen() -> PathBuf {
    root().join("tests/frozen")
}

/// Where a version is kept.
pub fn folder(version: &Version) -> PathBuf {
    frozen().join(version.to_string())
}

/// The text of a file.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

/// The versions that were frozen.
pub fn versions() -> BTreeSet<Version> {
    let folders = fs::read_dir(frozen()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let names = folders.map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned());
    names.map(|name| name.parse().unwrap_or_else(|_| panic!("tests/frozen/{name} is named after no version"))).collect()
}

/// The packages of `wit/`: version and lines of each. What only explains is left out.
fn packages() -> Vec<(Version, Vec<String>)> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("wit")).unwrap().map(|one| one.unwrap().path()).collect();
    folders.sort();
    let package = |folder: &PathBuf| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut lines = lines(&read(&folder.join(format!("{name}.wit"))));
        let head = lines[0].strip_suffix(';').expect("the package's name comes first").to_owned();
        let version = head.strip_prefix(&format!("package stammgast:{name}@")).expect("it is named like its folder");
        let version = version.parse().expect("packages have versions");
        // As it stands inside the text of the whole contract.
        lines[0] = format!("{head} {{");
        lines.push("}".to_owned());
        (version, lines)
    };
    folders.iter().filter(|folder| folder.is_dir()).map(package).collect()
}

/// The lines of a text in WIT that mean something.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(str::to_owned).collect()
}

/// The version of the contract that this host offers.
pub fn current() -> Version {
    let versions: BTreeSet<Version> = packages().into_iter().map(|(version, _)| version).collect();
    assert_eq!(versions.len(), 1, "all packages in wit/ bear the same version, not {versions:?}");
    versions.into_iter().next().unwrap()
}

/// Whether a host of one version has to run what was built for another. Before 1.0.0, each 0.x may break with the one
/// before; from then on, nothing that was released is given up.
pub fn has_to_run(built_for: &Version, host: &Version) -> bool {
    built_for.major > 0 || (host.major == 0 && built_for.minor == host.minor)
}

#[test]
fn a_contract_that_is_released_is_frozen_and_one_that_is_not_yet_only_adds_to_it() {
    let current = current();
    let now: Vec<String> = packages().into_iter().flat_map(|(_, lines)| lines).collect();
    let now: Vec<String> = [vec!["package stammgast:contract;".to_owned()], now].concat();
    let changes = read(&root().join("CHANGELOG.md"));
    let line = format!("contract {}.{}", current.major, current.minor);
    assert!(changes.contains(&line), "CHANGELOG.md says nothing of `{line}`; note what the version brings or breaks");
    if folder(&current).is_dir() {
        is_what_was_frozen(&current, &now);
    } else {
        let (_, unreleased) = changes.split_once("## Unreleased").expect("CHANGELOG.md has a part for what is to come");
        let unreleased = unreleased.split("\n## ").next().unwrap();
        assert!(
            unreleased.contains(&format!("contract {current}:")),
            "wit/ has version {current} of the contract, which is released and not frozen; run `cargo xtask freeze \
             {current}`, and commit tests/frozen/{current} with wit/"
        );
        adds_to_what_is_frozen(&current, &now);
    }
}

fn is_what_was_frozen(current: &Version, now: &[String]) {
    let kept: Value = serde_json::from_str(&read(&folder(current).join("MANIFEST.json"))).unwrap();
    for language in LANGUAGES {
        assert!(kept["components"][language].is_object(), "tests/frozen/{current} has nothing in {language}");
    }
    let then = lines(&read(&folder(current).join("contract.wit")));
    if then != now {
        let place = then.iter().zip(now).take_while(|(then, now)| then == now).count();
        let at = |lines: &[String]| lines.get(place).cloned().unwrap_or_else(|| "nothing".to_owned());
        panic!(
            "wit/ is not what was frozen as version {current} of the contract: `{}` became `{}`; if that is meant, \
             raise the contract's version (wit/), note it in CHANGELOG.md and run `cargo xtask freeze`",
            at(&then),
            at(now)
        );
    }
}

/// Every line of the newest contract that was frozen and has to be served still stands, in its order. Worlds
/// and what interfaces take from others may grow: whether components still fit is seen by running them.
fn adds_to_what_is_frozen(current: &Version, now: &[String]) {
    let Some(last) = versions().into_iter().rfind(|version| has_to_run(version, current)) else { return };
    let mut now = now.iter();
    let then = lines(&read(&folder(&last).join("contract.wit"))).into_iter();
    let may_grow = |line: &str| ["use ", "world ", "import ", "export "].iter().any(|start| line.starts_with(start));
    for then in then.filter(|line| !may_grow(line)) {
        let then = then.replace(&format!("@{last}"), &format!("@{current}"));
        assert!(
            now.any(|line| *line == then),
            "wit/ has lost `{then}` of version {last} of the contract, or moved it; {current} may only add to it"
        );
    }
}

#[tokio::test]
async fn components_that_were_built_for_a_frozen_contract_still_run() {
    let (host, mut broken) = (current(), Vec::new());
    for version in versions().into_iter().filter(|version| has_to_run(version, &host)) {
        let manifest: Value = serde_json::from_str(&read(&folder(&version).join("MANIFEST.json"))).unwrap();
        let settings = [("DISPATCH__ATTEMPTS", "1"), ("HTTP__REQUEST_SECONDS", "600")];
        let server = Server::start_in(compiled::folder(), &settings);
        let tenant = server.tenant("acme").await;
        let mut enabled = Vec::new();
        for language in manifest["components"].as_object().unwrap().keys() {
            match enable(&server, &tenant, &manifest, &version, language).await {
                Ok(()) => enabled.push(language),
                Err(problem) => broken.push((version.clone(), language.clone(), problem)),
            }
        }
        let customer = buy(&tenant).await;
        for language in enabled {
            if let Err(problem) = earned(&tenant, &customer, language).await {
                broken.push((version.clone(), language.clone(), problem));
            }
        }
    }
    let told: Vec<String> = broken
        .iter()
        .map(|(version, language, problem)| {
            format!(
                "contract {version} of {language} no longer runs: {problem}; if that is meant, raise the contract's \
                 version (wit/), and note it in CHANGELOG.md"
            )
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Runs the cases on a component, then lets a server take it.
async fn enable(
    server: &Server,
    tenant: &Client,
    manifest: &Value,
    version: &Version,
    language: &str,
) -> Result<(), String> {
    let kept = &manifest["components"][language];
    let file = kept["file"].as_str().unwrap();
    let component = decompressed(&folder(version).join(file));
    run_cases(&component, "cases.json")?;
    let installed = taken(server.operator().post_bytes("/v1/plugins", "application/wasm", component).await)?;
    // Nothing but the very bytes that were released shows that they run.
    assert_eq!(installed["digest"], kept["digest"], "tests/frozen/{version}/{file} is not what MANIFEST.json says");
    taken(tenant.post("/v1/programs", &json!({"code": language, "name": language})).await)?;
    let installation = json!({
        "name": language, "plugin": installed["digest"], "grants": ["loyalty.earn"], "start": "now",
        "config": {"program": language, "points_per_unit": 1, "bonus": {"category": "music", "points_per_unit": 2}},
        "unsigned": "a test",
    });
    taken(tenant.post("/v1/installations", &installation).await).map(|_| ())
}

/// Runs a file of cases on a component.
pub fn run_cases(component: &[u8], cases: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin.wasm");
    fs::write(&path, component).unwrap();
    let mut command = Command::new(binary());
    command.args(["plugin", "test"]).arg(path).arg(frozen().join(cases));
    let output = command.env("XDG_CACHE_HOME", compiled::caches()).output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`stammgast plugin test` says\n{}", String::from_utf8_lossy(&said).trim_end()))
}

fn taken(answer: Answer) -> Result<Value, String> {
    if answer.status.is_success() { Ok(answer.body) } else { Err(format!("the server says {}", answer.text)) }
}

/// A file as it was before it was compressed.
pub fn decompressed(path: &Path) -> Vec<u8> {
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    StreamingDecoder::new(file).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// A customer who bought music for 5.00 EUR and books for 9.00; gives the customer's id.
async fn buy(tenant: &Client) -> String {
    let ada = tenant.customer("Ada").await;
    let line = |category, minor| json!({"product": "1", "category": category, "quantity": 1, "amount_minor": minor});
    let purchase = json!({
        "customer": {"id": ada}, "source": "shop", "external_id": "1", "occurred_at": "2026-03-01T10:00:00Z",
        "amount": {"minor": 1400, "currency": "EUR"}, "lines": [line("music", 500), line("books", 900)],
    });
    tenant.post("/v1/purchases", &purchase).await.ok();
    tenant.settled().await;
    ada
}

/// Whether the purchase has earned what it has to.
async fn earned(tenant: &Client, customer: &str, language: &str) -> Result<(), String> {
    let entries = tenant.all(&format!("/v1/customers/{customer}/loyalty/{language}/entries")).await;
    let found: Vec<_> = entries.iter().map(|entry| (&entry["points"], &entry["cause"]["text"])).collect();
    if found == [(&json!(19), &json!("19 points for 14.00 EUR"))] {
        return Ok(());
    }
    let dead = tenant.get("/v1/dead-letters").await.ok();
    Err(format!("a purchase of 14.00 EUR earned {found:?} instead of 19 points; dead letters: {}", dead["items"]))
}

#[test]
fn before_the_first_release_every_minor_version_stands_alone_and_later_none_is_given_up() {
    let has = |built_for: &str, host: &str| has_to_run(&built_for.parse().unwrap(), &host.parse().unwrap());
    assert!(has("0.2.0", "0.2.1") && !has("0.2.0", "0.3.0") && !has("0.2.0", "1.0.0"));
    assert!(has("1.0.0", "1.4.0") && has("1.0.0", "2.0.0"));
}
