//! Requests as connectors build them, and answers as they read them.
#![cfg(feature = "channel")]

use stammgast_sdk::channel::{
    Authorization, BasicCredentials, HttpBody, HttpHeader, HttpMethod, HttpRequest, MailRequest, Party, Piece, Pieces,
    SecretEncoding, SecretUse, SendOutcome, SendRequest, Signature, SignaturePart, SignatureScheme, TryLater, percent,
    secret,
};
use stammgast_sdk::testing::response;

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn token(encoding: SecretEncoding) -> Piece {
    Piece::Secret(SecretUse { name: "token".to_owned(), encoding })
}

fn header(name: &str, value: Vec<Piece>) -> HttpHeader {
    HttpHeader { name: name.to_owned(), value }
}

#[test]
fn a_request_is_put_together_from_texts_and_secrets() {
    let body = Pieces::from(r#"{"key":""#).then(secret("token").json()).then(r#""}"#);
    let request = HttpRequest::put("https://api.example.com", Pieces::from("/bot").then(secret("token").percent()))
        .header("accept", "application/json")
        .header("x-key", secret("token").base64())
        .pieces("application/json", body)
        .basic("ada", "password");
    assert_eq!(
        request,
        HttpRequest {
            method: HttpMethod::Put,
            origin: "https://api.example.com".to_owned(),
            path: vec![text("/bot"), token(SecretEncoding::Percent)],
            headers: vec![
                header("accept", vec![text("application/json")]),
                header("x-key", vec![token(SecretEncoding::Base64)]),
                header("content-type", vec![text("application/json")]),
            ],
            body: HttpBody::Pieces(vec![text(r#"{"key":""#), token(SecretEncoding::Json), text(r#""}"#)]),
            authorization: Some(Authorization::Basic(BasicCredentials {
                user: text("ada"),
                password: "password".to_owned()
            })),
            signature: None,
        }
    );
}

#[test]
fn a_text_that_looks_like_a_secret_stays_text() {
    let request = HttpRequest::get("https://api.example.com", "/?q=secret(\"token\")");
    assert_eq!(request.path, [text("/?q=secret(\"token\")")]);
}

#[test]
fn the_last_body_counts_and_brings_its_media_type() {
    let request = HttpRequest::post("https://api.example.com", "/").bytes("text/plain", "Hello");
    let request = request.json(&["Hello"]).unwrap().bearer("token");
    assert_eq!(request.headers, [header("content-type", vec![text("application/json")])]);
    assert_eq!(request.body, HttpBody::Bytes(br#"["Hello"]"#.to_vec()));
    assert_eq!(request.authorization, Some(Authorization::Bearer("token".to_owned())));
    let odd = std::collections::BTreeMap::from([(vec![1], 2)]);
    assert!(HttpRequest::get("https://api.example.com", "/").json(&odd).is_err());
}

#[test]
fn forms_are_percent_encoded_and_so_are_their_secrets() {
    let fields = [("To", Pieces::from("+49 30/&")), ("Key", secret("token").into())];
    let request = HttpRequest::post("https://api.example.com", "/").form(fields);
    let body = vec![text("To="), text("%2B49%2030%2F%26"), text("&Key="), token(SecretEncoding::Percent)];
    assert_eq!(request.body, HttpBody::Pieces(body));
    assert_eq!(percent("aZ0-._~ü"), "aZ0-._~%C3%BC");
}

#[test]
fn signatures_cover_the_body_unless_they_say_otherwise() {
    let plain = Signature::ed25519("key", "x-signature");
    assert_eq!(
        plain,
        Signature {
            scheme: SignatureScheme::Ed25519,
            secret: "key".to_owned(),
            over: vec![SignaturePart::Body],
            header: "x-signature".to_owned(),
            value: vec![SignaturePart::Hex],
        }
    );
    let timed = Signature::hmac_sha256("key", "x-signature")
        .over([SignaturePart::Timestamp, ".".into(), SignaturePart::Body])
        .value(["v1=".into(), SignaturePart::Base64]);
    assert_eq!(timed.over[1], SignaturePart::Text(".".to_owned()));
    let request = HttpRequest::delete("https://api.example.com", "/").signed(timed.clone());
    assert_eq!(request.signature, Some(timed));
}

#[test]
fn requests_become_what_the_host_sends() {
    let mail = MailRequest::new("shop@example.com", ["ada@example.com"], "Subject: Hello\r\n\r\n");
    assert_eq!(mail.recipients, ["ada@example.com"]);
    assert_eq!(SendRequest::from(mail.clone()), SendRequest::Mail(mail));
    let http = HttpRequest::patch("https://api.example.com", "/");
    assert_eq!(SendRequest::from(http.clone()), SendRequest::Http(http));
    assert_eq!(Party::chat("4711").named("Ada").name.as_deref(), Some("Ada"));
}

#[test]
fn a_status_alone_says_whether_to_try_again() {
    for line in include_str!("../../response-statuses.txt").lines() {
        let (status, meaning) = line.split_once(' ').unwrap();
        let reason = format!("the provider answered with status {status}");
        let outcome = match meaning {
            "sent" => SendOutcome::Sent(None),
            "later" => SendOutcome::Later(TryLater { reason, after_ms: None }),
            _ => SendOutcome::Rejected(reason),
        };
        assert_eq!(SendOutcome::by_status(&response(status.parse().unwrap(), "")), outcome);
    }
    let mut busy = response(503, "");
    busy.headers = vec![("retry-after".to_owned(), " 30 ".to_owned())];
    assert!(matches!(SendOutcome::by_status(&busy), SendOutcome::Later(TryLater { after_ms: Some(30_000), .. })));
    busy.headers = vec![("retry-after".to_owned(), "Wed, 21 Oct 2026 07:28:00 GMT".to_owned())];
    assert!(matches!(SendOutcome::by_status(&busy), SendOutcome::Later(TryLater { after_ms: None, .. })));
}

#[test]
fn a_response_is_read_as_text_and_as_json() {
    let answer = response(200, r#"{ "id": 7 }"#);
    assert_eq!(answer.json::<serde_json::Value>().unwrap()["id"], 7);
    assert!(response(200, "<html>").json::<serde_json::Value>().is_err());
    assert_eq!(response(200, [0xff, b'a']).text(), "\u{fffd}a");
    assert_eq!(answer.header("retry-after"), None);
}
