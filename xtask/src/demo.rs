//! The main job on real data: purchases and e-mails in; points, findings and feedback out.

use crate::{
    build::{self, Profile},
    klanghaus::{self, Figures, INSTALLATIONS, TENANT},
    run::{step, target},
    server::Server,
    tools,
};
use anyhow::{Context, Result, ensure};
use std::{fs, time::Instant};

/// Builds everything and runs the main job.
pub(crate) fn demo(once: bool, fresh: bool) -> Result<()> {
    let whole = Instant::now();
    tools::setup()?;
    let binary = build::server(Profile::Dev)?;
    let components = build::plugins(&binary)?;
    let folder = target().join("demo");
    if fresh && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    let kept = folder.exists();
    let server = step("Starting the server", || {
        let server = Server::start(&binary, &folder, "127.0.0.1:0", TENANT)?;
        println!("   {} (data and log in {})", server.url(), folder.display());
        Ok(server)
    })?;
    step("Setting up a tenant, departments and plugins", || klanghaus::set_up(&server, &components)).map_err(
        |error| {
            let kept_from_before =
                "the demo is kept from a run before, perhaps of another build; `cargo xtask demo --fresh` begins anew";
            if kept { error.context(kept_from_before) } else { error }
        },
    )?;
    let started = Instant::now();
    klanghaus::import(&server)?;
    klanghaus::wait(&server)?;
    let job = started.elapsed();
    let figures = klanghaus::figures(&server)?;
    ensure!(figures.ledger_sum == 0, "the ledger does not balance: {figures:?}");
    println!("\nWhat happened:\n{}", table(&figures));
    println!(
        "\nImport and plugin calls took {:.0} s; everything took {:.0} s.",
        job.as_secs_f64(),
        whole.elapsed().as_secs_f64()
    );
    where_to_look(&server);
    if once { step("Stopping the server", || server.stop()) } else { server.stay() }
}

fn table(figures: &Figures) -> String {
    let sales = figures.sales_cents;
    let rows = [
        ("customers", grouped(figures.customers)),
        ("prospects, from e-mails", grouped(figures.prospects)),
        ("purchases", grouped(figures.purchases)),
        ("sales in USD", format!("{}.{:02}", grouped(sales / 100), sales % 100)),
        ("loyalty points", grouped(figures.points)),
        ("sum of all ledger entries", grouped(figures.ledger_sum)),
        ("e-mails on timelines", grouped(figures.interactions - figures.waiting_interactions)),
        ("e-mails waiting for a person", grouped(figures.waiting_interactions)),
        ("e-mails that cannot be read", grouped(figures.unreadable_messages)),
        ("quality findings", grouped(figures.findings)),
        ("feedback items", grouped(figures.feedback_items)),
        ("events in the log", grouped(figures.events)),
        ("plugin calls", grouped(figures.completed_calls)),
        ("dead letters", grouped(figures.dead_letters)),
    ];
    rows.map(|(what, value)| format!("  {what:30} {value:>14}")).join("\n")
}

fn where_to_look(server: &Server) {
    let (url, folder) = (server.url(), server.folder().display());
    let names = INSTALLATIONS.map(|(_, name, _)| name).join(", ");
    println!(
        "\nWhere to look (installations: {names}):\n  the API in a browser: {url}/docs\n  the operator's key:   \
         {folder}/operator.key\n  try:                  stammgast findings --url {url} --data {folder} --tenant {TENANT}",
    );
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if number < 0 { format!("-{grouped}") } else { grouped }
}
