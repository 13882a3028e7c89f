//! What connectors have to stand when messages are sent: any text, any response.

use super::{
    super::{Subject, Workshop, facts::CaseFacts},
    CheckReport, REPETITIONS,
};
use serde_json::Value;
use stammgast_domain::{
    case::usual_time,
    contact_point::{Address, ContactPointKind},
    interaction::Threading,
    plugin::{FaultKind, WantedLimits},
    request::HttpResponse,
};
use stammgast_runtime::{Building, Outgoing};
use std::sync::Arc;

pub(super) async fn checks(workshop: &Workshop, subject: &Subject, config: &Value) -> Vec<CheckReport> {
    let config = config.to_string();
    let mut built = CheckReport {
        check: "messages of any text are built the same every time, or answered with an error".to_owned(),
        calls: 0,
        problems: Vec::new(),
    };
    for (name, message) in messages() {
        let mut first = None;
        for _ in 0..REPETITIONS {
            built.calls += 1;
            let building = building(workshop, subject, &config);
            let came = workshop.runtime.build_send(&subject.loaded, message.clone(), building).await;
            if let Err(fault) = &came
                && fault.kind != FaultKind::Refused
            {
                built.problems.push(format!("{name}: {fault}"));
                break;
            }
            if first.get_or_insert_with(|| came.clone()) != &came {
                built.problems.push(format!("{name}: the same message was built differently"));
                break;
            }
        }
    }
    let mut read = CheckReport {
        check: "every response is read, or answered with an error".to_owned(),
        calls: 0,
        problems: Vec::new(),
    };
    let Some((_, message)) = messages().into_iter().next() else { return vec![built] };
    for (name, response) in responses() {
        read.calls += 1;
        let building = building(workshop, subject, &config);
        let came = workshop.runtime.read_response(&subject.loaded, message.clone(), response, building).await;
        if let Err(fault) = came
            && fault.kind != FaultKind::Refused
        {
            read.problems.push(format!("{name}: {fault}"));
        }
    }
    vec![built, read]
}

fn building<'a>(workshop: &Workshop, subject: &Subject, config: &'a str) -> Building<'a> {
    Building {
        config,
        customer: None,
        grants: subject.manifest.asked(),
        limits: workshop.runtime.limits(WantedLimits::default(), subject.manifest.limits),
        seed: 1,
        facts: Arc::new(CaseFacts::none()),
        log: &unheard,
    }
}

const fn unheard(_line: &str) {}

fn messages() -> Vec<(&'static str, Outgoing)> {
    let Ok(to) = Address::parse(ContactPointKind::Email, "ada@example.com") else { return Vec::new() };
    let message = |text: &str, subject: Option<&str>| Outgoing {
        id: "0199c3a5-7a1e-7c52-9f0e-5d1f6a1b2c3d".to_owned(),
        to: to.clone(),
        name: Some("Ada Lovelace".to_owned()),
        agent: Some("Jo".to_owned()),
        subject: subject.map(str::to_owned),
        text: text.to_owned(),
        threading: Threading { message_id: Some("1@host.example".to_owned()), ..Threading::default() },
        sent_at: usual_time(),
    };
    vec![
        ("a usual message", message("Dear Ada,\nit arrives tomorrow.\n", Some("Re: Late"))),
        ("an empty message", message("", None)),
        ("umlauts and emoji", message("Größe 👩‍👩‍👧‍👦 שלום", Some("Größe 👩‍👩‍👧‍👦"))),
        ("line breaks where none belong", message("a\r\n.\r\nb", Some("a\r\nBcc: eve@example.com"))),
        ("a placeholder in the text", message("{{secret}} ${secret} [secret] secret(token)", Some("{{secret}}"))),
        ("100,000 characters", message(&"Hello ".repeat(16_667), Some(&"S".repeat(2_000)))),
    ]
}

fn responses() -> Vec<(&'static str, HttpResponse)> {
    let response = |status, body: &[u8]| HttpResponse {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_vec(),
    };
    vec![
        ("200 with an id", response(200, br#"{"id":"42"}"#)),
        ("200 without a body", response(200, b"")),
        ("200 with broken JSON", response(200, b"{\"id\":")),
        ("202 with bytes that are no text", response(202, &[0xff, 0x00, 0xfe])),
        ("400", response(400, br#"{"error":"no"}"#)),
        ("401", response(401, b"")),
        ("429", HttpResponse { headers: vec![("retry-after".to_owned(), "7".to_owned())], ..response(429, b"") }),
        ("500 with a page", response(500, b"<html>sorry</html>")),
        ("a status that nobody knows", response(799, b"")),
        ("1 MiB of body", response(200, &vec![b'x'; 1 << 20])),
    ]
}
