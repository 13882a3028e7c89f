//! A year and a half passes on a real server, day by day, beside an independent model: every account of every customer is
//! compared on each of 546 days. `tests/ledger/run.py` plays it; `cargo xtask ledger days` takes all customers.

use stammgast_tests::{Server, root};
use std::process::Command;

/// Every so many customers take part; all of them do with `LEDGER_SHARE=1`.
const SHARE: &str = "100";

#[tokio::test]
async fn every_account_of_every_customer_is_what_the_model_says_on_every_day() {
    let server = Server::start_at("1996-12-31T20:00:00Z", None);
    server.operator().install("loyalty-points").await;
    let acme = server.tenant("acme").await;
    let operator = std::fs::read_to_string(server.data().join("operator.key")).unwrap();
    let share = std::env::var("LEDGER_SHARE").unwrap_or_else(|_| SHARE.to_owned());
    let output = Command::new("python3")
        .arg(root().join("tests/ledger/run.py"))
        .args([server.url(), acme.key(), operator.trim(), "--share", &share, "--data"])
        .arg(root().join("examples/data/cdnow/CDNOW_master.txt"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3 is there, `cargo xtask test` needs it for plugins");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    println!("{said}");
    let verified = server.cli(&["ledger", "verify", "--tenant", "acme"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
