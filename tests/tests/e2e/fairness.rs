//! One tenant's load is not another's.

use serde_json::json;
use stammgast_tests::{Client, Server};

const CUSTOMERS: usize = 60;

async fn buy(client: &Client, name: &str) -> String {
    let customer = client.customer(name).await;
    client.buy(&customer, name, 1_250).await;
    customer
}

#[tokio::test]
async fn a_tenant_whose_plugin_burns_cpu_does_not_hold_up_another() {
    let server = Server::start_with(&[("DISPATCH__ATTEMPTS", "1"), ("RUNTIME__CPU_MILLIONS", "1000")]);
    let (busy, calm) = (server.tenant("busy").await, server.tenant("calm").await);
    server.operator().install("hostile").await;
    let endless = busy.enable("test.hostile", "endless", &json!({"do": "loop"})).await;
    calm.enable("test.hostile", "honest", &json!({"do": "earn"})).await;
    for number in 0..CUSTOMERS {
        buy(&busy, &number.to_string()).await;
    }
    let path = format!("/v1/installations/{endless}/progress");
    busy.until("the busy tenant's calls run", || async { busy.get(&path).await.ok()["behind"] != 0 }).await;

    let ada = buy(&calm, "Ada").await;
    calm.settled().await;
    let points = calm.get(&format!("/v1/customers/{ada}/loyalty")).await.ok();
    assert_eq!(points["items"][0]["points"], 7);
    assert_ne!(busy.get(&path).await.ok()["behind"], 0, "the other tenant was still at work");

    // Nor does the end of its calls: others are enabled while they run out.
    busy.post(&format!("/v1/installations/{endless}/disable"), &json!({})).await.ok();
    calm.enable("test.hostile", "second", &json!({"do": "earn"})).await;
    let bob = buy(&calm, "Bob").await;
    calm.settled().await;
    assert_eq!(calm.get(&format!("/v1/customers/{bob}/loyalty")).await.ok()["items"][0]["points"], 14);
}
