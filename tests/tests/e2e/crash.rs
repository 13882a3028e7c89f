//! Nothing acknowledged is lost and nothing is counted twice, whatever is killed when.

use serde_json::json;
use stammgast_tests::{Client, Server};
use std::{process::Stdio, sync::Arc};

const ROWS: usize = 3_000;
const KILLS: usize = 5;

fn csv() -> String {
    let rows = (0..ROWS).map(|row| {
        let (customer, day) = (row % 400, 1 + row % 28);
        format!("c{customer},2026-01-{day:02},{}.{:02}\n", row % 90, row % 100)
    });
    std::iter::once("customer,date,amount\n".to_owned()).chain(rows).collect()
}

#[tokio::test]
async fn an_import_that_is_killed_again_and_again_ends_with_exactly_the_right_figures() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let file = folder.path().join("purchases.csv");
    std::fs::write(&file, csv()).unwrap();
    let mut server = Server::start_in(Arc::clone(&folder), &[]);
    server.operator().install("loyalty-points").await;
    let acme = server.tenant("acme").await;
    acme.enable("stammgast.loyalty-points", "loyalty", &json!({})).await;
    let arguments =
        ["import", "purchases", file.to_str().unwrap(), "--source", "shop", "--currency", "EUR", "--batch", "50"];
    for kill in 0..KILLS {
        let mut import = server.cli(&arguments);
        import.env("STAMMGAST_TENANT", "acme").arg("--patience").arg("0").stdout(Stdio::null()).stderr(Stdio::null());
        let mut import = import.spawn().unwrap();
        let enough = (kill + 1) * ROWS / (KILLS + 2);
        let client = as_tenant(&server);
        client.until("some more rows are recorded", || async { count(&server, "purchases").await >= enough }).await;
        let folder = server.kill();
        import.wait().unwrap();
        server = Server::start_in(folder, &[]);
    }
    for _ in 0..2 {
        let mut import = server.cli(&arguments);
        assert!(import.env("STAMMGAST_TENANT", "acme").stdout(Stdio::null()).status().unwrap().success());
    }
    let expected: usize = (0..ROWS).map(|row| row % 90).sum();
    let server = &server;
    let client = as_tenant(server);
    client
        .until("all points are there", || async {
            overview(server, "/v1/programs/points/trial-balance").await["available"] == expected
        })
        .await;
    assert_eq!((count(server, "purchases").await, count(server, "customers").await), (ROWS, 400));
    let trial = overview(server, "/v1/programs/points/trial-balance").await;
    assert_eq!(
        (trial["issuance"].as_i64().unwrap() + trial["available"].as_i64().unwrap(), &trial["balances"]),
        (0, &json!(0))
    );
    assert_eq!(count(server, "dead_letters").await, 0);
}

fn as_tenant(server: &Server) -> Client {
    server.operator()
}

async fn overview(server: &Server, path: &str) -> serde_json::Value {
    let operator = server.operator();
    let request = operator.request(reqwest::Method::GET, path).header("stammgast-tenant", "acme");
    operator.send(request).await.ok()
}

async fn count(server: &Server, what: &str) -> usize {
    usize::try_from(overview(server, "/v1/overview").await[what].as_u64().unwrap()).unwrap()
}
