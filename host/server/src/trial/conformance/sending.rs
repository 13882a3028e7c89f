//! What connectors have to stand when messages are sent: any text, any response.

use super::{
    super::facts::CaseFacts,
    CheckReport, Ground, REPETITIONS,
    same::{self, Change, changed},
};
use stammgast_domain::{
    case::usual_time,
    contact_point::{Address, ContactPointKind},
    interaction::Threading,
    plugin::{FaultKind, WantedLimits},
    request::HttpResponse,
};
use stammgast_runtime::{Building, ConnectorReport, Outgoing};
use std::sync::Arc;

pub(super) async fn checks(ground: Ground<'_>) -> Vec<CheckReport> {
    let config = ground.config.to_string();
    let (runtime, connector) = (&ground.workshop.runtime, &ground.subject.loaded);
    let mut built = CheckReport::of("messages of any text are built the same every time, or answered with an error");
    for (name, message) in messages() {
        let mut reports = Vec::new();
        for _ in 0..REPETITIONS {
            reports.push(runtime.build_send(connector, message.clone(), building(ground, &config)).await);
        }
        judge(name, &reports, "the same message was built differently", &mut built);
    }
    let mut read = CheckReport::of("every response is read the same every time, or answered with an error");
    let Some((_, message)) = messages().into_iter().next() else { return vec![built] };
    for (name, response) in responses() {
        let mut reports = Vec::new();
        for _ in 0..REPETITIONS {
            let (message, response) = (message.clone(), response.clone());
            reports.push(runtime.read_response(connector, message, response, building(ground, &config)).await);
        }
        judge(name, &reports, "the same response was read differently", &mut read);
    }
    vec![built, read]
}

/// Puts down what is wrong with what came of the same question.
fn judge<T: PartialEq>(name: &str, reports: &[ConnectorReport<T>], differently: &str, check: &mut CheckReport) {
    for report in reports {
        check.count(report.usage);
    }
    let mut faults = reports.iter().filter_map(|report| report.answer.as_ref().err());
    let fault = faults.find(|fault| fault.kind != FaultKind::Refused).map(ToString::to_string);
    let answers: Vec<_> = reports.iter().map(|report| (&report.answer, report.usage.fuel)).collect();
    let change = || match changed(&answers)? {
        Change::Answer(..) => Some(differently.to_owned()),
        Change::Cost(before, after) => Some(same::cost(before, after)),
    };
    check.problems.extend(fault.or_else(change).map(|problem| format!("{name}: {problem}")));
}

fn building<'a>(ground: Ground<'_>, config: &'a str) -> Building<'a> {
    let manifest = &ground.subject.manifest;
    Building {
        config,
        customer: None,
        grants: manifest.asked(),
        limits: ground.workshop.runtime.limits(WantedLimits::default(), manifest.limits),
        seed: 1,
        facts: Arc::new(CaseFacts::none()),
    }
}

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
