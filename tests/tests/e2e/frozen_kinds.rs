//! What was built for a released version of the contract and serves every kind, with state, look-ups and requests, runs
//! on every later host.

use crate::frozen::{current, decompressed, folder, has_to_run, read, run_cases, versions};
use serde_json::{Value, json};
use stammgast::trial::facts::CaseFacts;
use stammgast_domain::{
    Timestamp,
    contact_point::{Address, ContactPointKind},
    digest::Digest,
    interaction::Threading,
    plugin::{Capability, WantedLimits},
    request::{HttpResponse, SendOutcome},
};
use stammgast_runtime::{Building, Outgoing, Request, Runtime, RuntimeSettings};
use std::{collections::BTreeSet, sync::Arc};

/// What the plugin is set to.
const CONFIG: &str = r#"{"program":"points","department":"service"}"#;

#[tokio::test]
async fn a_component_of_every_kind_that_was_built_for_a_frozen_contract_still_does_all_it_did() {
    let host = current();
    for version in versions().into_iter().filter(|version| has_to_run(version, &host)) {
        let manifest: Value = serde_json::from_str(&read(&folder(&version).join("MANIFEST.json"))).unwrap();
        let kept = manifest["every_kind"].as_object();
        let kept = kept.unwrap_or_else(|| {
            panic!("tests/frozen/{version} lacks the plugin of every kind; run `cargo xtask freeze {version}`")
        });
        for (language, facts) in kept {
            let file = facts["file"].as_str().unwrap();
            let component = decompressed(&folder(&version).join(file));
            let digest = Digest::of(&component).to_string();
            assert_eq!(facts["digest"], digest, "tests/frozen/{version}/{file} is not what MANIFEST.json says");
            if let Err(problem) = run_cases(&component, "every-kind.json") {
                panic!("contract {version} of {language}, every kind, no longer runs: {problem}");
            }
            sends(component).await;
        }
    }
}

/// Lets the connector build requests and read a response.
async fn sends(component: Vec<u8>) {
    let runtime = Arc::new(Runtime::new(RuntimeSettings::new(None, [0; 32])).unwrap());
    let plugin = runtime.load(component).await.unwrap();
    let building = || Building {
        config: CONFIG,
        customer: None,
        grants: BTreeSet::from([Capability::ChannelSendHttp]),
        limits: runtime.limits(WantedLimits::default(), WantedLimits::default()),
        seed: 1,
        facts: Arc::new(CaseFacts::none()),
    };
    let chat = message(ContactPointKind::Chat, "c1");
    let built = runtime.build_send(&plugin, chat.clone(), building()).await.answer.unwrap();
    let Request::Http(http) = &built else { panic!("it goes over HTTP: {built:?}") };
    assert_eq!(serde_json::to_value(http).unwrap(), request());
    let letter = message(ContactPointKind::Email, "ada@example.com");
    let built = runtime.build_send(&plugin, letter, building()).await.answer.unwrap();
    let mail = Request::Mail {
        mail_from: "service@example.com".to_owned(),
        recipients: vec!["ada@example.com".to_owned()],
        message: b"To: ada@example.com\r\n\r\nHello\r\n".to_vec(),
    };
    assert_eq!(built, mail);
    let response = |status, headers: &[(&str, &str)], body: &str| HttpResponse {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.as_bytes().to_vec(),
    };
    for (response, outcome) in [
        (response(200, &[], r#"{"id":"p1"}"#), SendOutcome::Sent { external_id: Some("p1".to_owned()) }),
        (
            response(404, &[], "[]"),
            SendOutcome::Rejected { reason: "the provider answered with status 404".to_owned() },
        ),
    ] {
        let read = runtime.read_response(&plugin, chat.clone(), response, building()).await;
        assert_eq!(read.answer, Ok(outcome));
    }
    let busy = response(429, &[("retry-after", "30")], "");
    let later = runtime.read_response(&plugin, chat, busy, building()).await.answer.unwrap();
    assert!(matches!(later, SendOutcome::Later { after_ms: Some(30_000), .. }), "{later:?}");
}

fn message(kind: ContactPointKind, address: &str) -> Outgoing {
    Outgoing {
        id: "0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d".to_owned(),
        to: Address::parse(kind, address).unwrap(),
        name: Some("Ada".to_owned()),
        agent: None,
        subject: None,
        text: "Hello".to_owned(),
        threading: Threading { message_id: Some("1@host.example".to_owned()), ..Threading::default() },
        sent_at: Timestamp::from_millis(1_772_443_800_000).unwrap(),
    }
}

/// The request that brings the message to the chat: secrets by name, and a signature over time and body.
fn request() -> Value {
    json!({
        "method": "POST",
        "origin": "https://chat.example.com",
        "path": [{"text": "/send?token="}, {"secret": {"name": "token", "encoding": "percent"}}],
        "headers": [{"name": "content-type", "value": [{"text": "application/json"}]}],
        // {"to":"c1","text":"Hello"}
        "body": {"bytes": "eyJ0byI6ImMxIiwidGV4dCI6IkhlbGxvIn0="},
        "authorization": {"basic": {"user": {"text": "service"}, "password": "token"}},
        "signature": {
            "scheme": "hmac-sha256",
            "secret": "signing-key",
            "over": ["timestamp", {"text": "."}, "body"],
            "header": "x-signature",
            "value": [{"text": "t="}, "timestamp", {"text": ",v="}, "hex"],
        },
    })
}
