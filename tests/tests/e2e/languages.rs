//! The same plugin in four languages does the same, to the last point and the last letter.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, binary, compiled, component, root};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tokio::sync::Mutex;

/// The example plugins that do the same, by name.
pub const EXAMPLES: [&str; 4] = ["points-rust", "points-python", "points-js", "points-c"];
/// Currencies and the digits of their minor units.
const CURRENCIES: [(&str, u32); 4] = [("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)];
/// Categories of lines; the second one earns other points.
const CATEGORIES: [Option<&str>; 3] = [None, Some("music"), Some("books")];
/// Held while components are compiled: whoever comes second finds the code of the first.
static COMPILING: Mutex<()> = Mutex::const_new(());
const CUSTOMERS: usize = 12;
const PURCHASES: usize = 300;

fn source(example: &str) -> PathBuf {
    root().join("examples/plugins").join(example)
}

/// Runs a command of the author's tools in a plugin's folder; gives what it printed.
fn author(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(binary());
    let output =
        command.args(arguments).current_dir(folder).env("XDG_CACHE_HOME", compiled::caches()).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (printed, errors) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "`stammgast {}`:\n{printed}\n{errors}", arguments.join(" "));
    printed
}

/// What the conformance suite says of a plugin that passes its own cases, as an author has it: the component lies in the
/// folder `dist` of the plugin.
fn tried(source: &Path, name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for made in ["dist", "tests"] {
        fs::create_dir(folder.path().join(made)).unwrap();
    }
    for file in ["manifest.json", "config.json", "tests/cases.json"] {
        fs::copy(source.join(file), folder.path().join(file)).unwrap();
    }
    let built = format!("dist/{name}.wasm");
    fs::write(folder.path().join(&built), component(name)).unwrap();
    let tested = author(folder.path(), &["plugin", "test", &built]);
    assert!(tested.trim_end().ends_with(" cases passed."), "{name}: {tested}");
    author(folder.path(), &["plugin", "check", &built])
}

#[test]
fn every_language_passes_its_cases_and_the_conformance_suite() {
    let _turn = COMPILING.blocking_lock();
    for example in EXAMPLES {
        let checked = tried(&source(example), example);
        assert!(checked.contains("ok      usual purchases go well"), "{example}: {checked}");
    }
}

#[test]
fn the_loyalty_plugins_pass_their_cases_and_the_conformance_suite() {
    let usual = [
        ("loyalty-points", "purchases"),
        ("loyalty-tiers", "points"),
        ("loyalty-birthday", "occasions"),
        ("loyalty-winback", "occasions"),
        ("loyalty-notices", "occasions"),
    ];
    for (plugin, what) in usual {
        let checked = tried(&root().join("plugins").join(plugin), plugin);
        assert!(checked.contains("ok      usual ") && checked.contains(what), "{plugin}: {checked}");
    }
}

#[test]
fn the_cases_and_the_configuration_are_the_same_in_every_language() {
    for file in ["tests/cases.json", "config.json"] {
        let texts = EXAMPLES.map(|example| fs::read_to_string(source(example).join(file)).unwrap());
        for (example, text) in EXAMPLES.iter().zip(&texts) {
            assert!(*text == texts[0], "{file} of {example} differs from that of {}", EXAMPLES[0]);
        }
    }
}

/// A server with the example in every language, each enabled with a program of its own.
pub async fn with_all() -> (Server, Client) {
    // A component in JavaScript may take its time to compile, beside other tests.
    let server = Server::start_in(compiled::folder(), &[("HTTP__REQUEST_SECONDS", "600")]);
    let acme = server.tenant("acme").await;
    let turn = COMPILING.lock().await;
    for example in EXAMPLES {
        server.operator().install(example).await;
        acme.post("/v1/programs", &json!({"code": example, "name": example})).await.ok();
        let config = fs::read_to_string(source(example).join("config.json")).unwrap();
        let mut config: Value = serde_json::from_str(&config).unwrap();
        // The name of a program is a code, and so is that of an example.
        config["program"] = json!(example);
        acme.enable(&format!("example.{example}"), example, &config).await;
    }
    drop(turn);
    (server, acme)
}

#[tokio::test]
async fn the_same_purchases_earn_the_same_points_for_the_same_reasons_in_every_language() {
    let (_server, acme) = with_all().await;
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        customers.push(acme.customer(&format!("Customer {number}")).await);
    }
    let purchases = purchases(&customers);
    let recorded = acme.post("/v1/purchases/bulk", &json!({"rows": purchases})).await.ok();
    let results = recorded["results"].as_array().unwrap();
    assert!(results.len() == PURCHASES && results.iter().all(|row| row["status"] == "recorded"), "{recorded}");
    acme.settled().await;
    assert_eq!(acme.get("/v1/dead-letters").await.ok()["items"], json!([]));

    let wanted: Vec<(usize, i64, String)> = purchases.iter().enumerate().filter_map(earned).collect();
    let total: i64 = wanted.iter().map(|(_, points, _)| points).sum();
    let first = acme.get(&format!("/v1/programs/{}/trial-balance", EXAMPLES[0])).await.ok();
    assert_eq!((&first["available"], &first["issuance"]), (&json!(total), &json!(-total)));
    for example in EXAMPLES {
        let balance = acme.get(&format!("/v1/programs/{example}/trial-balance")).await.ok();
        assert_eq!(balance, first, "{example}");
    }
    for (place, customer) in customers.iter().enumerate() {
        let own: Vec<_> = wanted.iter().filter(|(number, ..)| number % CUSTOMERS == place).collect();
        let points: i64 = own.iter().map(|(_, points, _)| points).sum();
        let reasons: Vec<Value> = own.iter().map(|(_, points, text)| json!([points, "purchase", text])).collect();
        let balances = acme.get(&format!("/v1/customers/{customer}/loyalty")).await.ok();
        for example in EXAMPLES {
            let balances = balances["items"].as_array().unwrap();
            let balance = balances.iter().find(|one| one["program"] == example);
            assert_eq!(balance.map_or(0, |one| one["points"].as_i64().unwrap()), points, "{example} {customer}");
            assert_eq!(entries(&acme, customer, example).await, reasons, "{example} {customer}");
        }
    }
}

/// A customer's entries in the order of the purchases: points, code and text.
async fn entries(tenant: &Client, customer: &str, program: &str) -> Vec<Value> {
    let mut lines = tenant.all(&format!("/v1/customers/{customer}/loyalty/{program}/entries")).await;
    lines.sort_by_key(|line| line["cause"]["event"].as_u64());
    lines.iter().map(|line| json!([line["points"], line["cause"]["reason"], line["cause"]["text"]])).collect()
}

/// Purchases of all sorts, each time the same: with lines and without, large, small and for nothing.
fn purchases(customers: &[String]) -> Vec<Value> {
    let mut random = Random(0x5374_616d_6d67_6173);
    let purchase = |number: usize| {
        let currency = CURRENCIES[random.below(4)].0;
        let amount = |random: &mut Random| if random.below(8) == 0 { 0 } else { random.below(20_000) };
        let lines: Vec<Value> = (0..random.below(5))
            .map(|_| {
                let mut line = json!({"product": "CD-1001", "quantity": 1, "amount_minor": amount(&mut random)});
                if let Some(category) = CATEGORIES[random.below(3)] {
                    line["category"] = json!(category);
                }
                line
            })
            .collect();
        let sum = lines.iter().map(minor).sum::<i64>();
        let minor = if lines.is_empty() { json!(amount(&mut random)) } else { json!(sum) };
        json!({
            "customer": {"id": customers[number % customers.len()]}, "source": "shop",
            "external_id": number.to_string(), "occurred_at": "2026-03-01T10:00:00Z",
            "amount": {"minor": minor, "currency": currency}, "lines": lines,
        })
    };
    (0..PURCHASES).map(purchase).collect()
}

fn minor(line: &Value) -> i64 {
    line["amount_minor"].as_i64().unwrap()
}

/// What a purchase has to earn by the rule, and the reason in words.
fn earned((number, purchase): (usize, &Value)) -> Option<(usize, i64, String)> {
    let (amount, currency) = (purchase["amount"]["minor"].as_i64().unwrap(), purchase["amount"]["currency"].as_str());
    let (code, digits) = *CURRENCIES.iter().find(|(code, _)| Some(*code) == currency).unwrap();
    let unit = 10_i64.pow(digits);
    let lines = purchase["lines"].as_array().unwrap();
    let bonus: i64 = lines.iter().filter(|line| line["category"] == "music").map(minor).sum();
    let points = (amount - bonus) / unit + 2 * (bonus / unit);
    let written = match digits {
        0 => amount.to_string(),
        digits => format!("{}.{:0width$}", amount / unit, amount % unit, width = digits as usize),
    };
    (points > 0).then(|| (number, points, format!("{points} points for {written} {code}")))
}

/// Numbers that look chosen by nobody (xorshift64, G. Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}
