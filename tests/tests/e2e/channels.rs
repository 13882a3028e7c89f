//! Channels: what a connector would send.

use serde_json::{Value, json};
use stammgast_tests::{Client, Server, root};

async fn mail_channel(server: &Server) -> (Client, String) {
    let acme = server.tenant("acme").await;
    server.operator().install("channel-email").await;
    let config: Value =
        serde_json::from_slice(&std::fs::read(root().join("examples/demo/channel-email.json")).unwrap()).unwrap();
    let id = acme.enable("stammgast.channel-email", "email", &config).await;
    (acme, id)
}

#[tokio::test]
async fn a_reply_goes_back_to_its_sender_and_continues_the_thread() {
    let server = Server::start();
    let (acme, installation) = mail_channel(&server).await;
    let mail = "From: Ada <ada@example.com>\r\nTo: service@klanghaus.example\r\nSubject: My order\r\n\
                Date: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <second@example.com>\r\n\
                In-Reply-To: <first@example.com>\r\nReferences: <first@example.com>\r\n\r\nWhere is it?\r\n";
    acme.post_bytes("/v1/channels/email/inbound", "message/rfc822", mail.into()).await.ok();
    acme.settled().await;
    let contacts = acme.all("/v1/interactions").await;
    let reply = json!({"reply_to": contacts[0]["id"], "subject": "Re: My order", "text": "It left us – today."});
    let built = acme.post("/v1/channels/email/preview", &reply).await.ok();
    assert_eq!((&built["kind"], &built["mail_from"]), (&json!("mail"), &json!("service@klanghaus.example")));
    assert_eq!(built["recipients"], json!(["ada@example.com"]));
    let message = built["message"].as_str().unwrap();
    for line in ["In-Reply-To: <second@example.com>", "References: <first@example.com>", "Subject: Re: My order"] {
        assert!(message.contains(line), "{line} is missing in\n{message}");
    }
    assert_eq!(acme.all("/v1/interactions").await.len(), 1, "nothing was recorded");

    let phone = json!({"to": {"kind": "phone", "value": "+49 30 901820"}, "text": "Hello"});
    acme.post("/v1/channels/email/preview", &phone).await.refused(422, "message-not-built");
    let nobody = acme.post("/v1/channels/email/preview", &json!({"text": "Hello"})).await.refused(422, "invalid-value");
    assert_eq!(nobody["errors"][0]["field"], "to");
    acme.post(&format!("/v1/installations/{installation}/disable"), &json!({})).await.ok();
    acme.post("/v1/channels/email/preview", &reply).await.refused(422, "message-not-built");
}

#[tokio::test]
async fn one_message_is_one_contact_and_another_under_its_name_is_not_lost() {
    let server = Server::start();
    let (acme, _) = mail_channel(&server).await;
    let mail = |hop: &str, text: &str| {
        format!(
            "Received: from {hop}\r\nFrom: Ada <ada@example.com>\r\nTo: service@klanghaus.example\r\n\
             Subject: Order\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <form@example.com>\r\n\r\n{text}\r\n"
        )
    };
    for (hop, text) in [("one", "Where is it?"), ("two", "Where is it?"), ("one", "It came, thank you.")] {
        acme.post_bytes("/v1/channels/email/inbound", "message/rfc822", mail(hop, text).into()).await.ok();
        acme.settled().await;
    }
    let contacts = acme.all("/v1/interactions").await;
    let mut texts: Vec<_> = contacts.iter().map(|contact| contact["text"].as_str().unwrap().trim()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["It came, thank you.", "Where is it?"], "{contacts:?}");
    assert_eq!(acme.all("/v1/messages?status=read").await.len(), 3, "every delivery is kept as it came");
    assert_eq!(acme.all("/v1/customers").await.len(), 1);
}

#[tokio::test]
async fn a_key_that_may_not_read_contacts_learns_nothing_from_a_reply() {
    let server = Server::start();
    let (acme, _) = mail_channel(&server).await;
    let contact =
        json!({"channel": "phone", "direction": "inbound", "text": "x", "occurred_at": "2026-03-01T10:00:00Z"});
    let id = acme.post("/v1/interactions", &contact).await.ok()["id"].clone();
    let key = acme.post("/v1/keys", &json!({"name": "mail server", "scopes": ["channels:write"]})).await.ok();
    let mail_server = acme.with_key(key["secret"].as_str().unwrap());
    let reply = json!({"reply_to": id, "text": "Hello"});
    mail_server.post("/v1/channels/email/preview", &reply).await.refused(403, "missing-scope");
}
