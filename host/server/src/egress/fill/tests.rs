//! Filling in, and refusing to.

use super::*;
use proptest::prelude::*;
use stammgast_domain::request::{Header, RequestSignature, SecretEncoding, SignaturePart, SignatureScheme};

const TOKEN: &str = "s3cr/t+\"tok\\en";

fn origin(text: &str) -> Origin {
    text.parse().unwrap()
}

fn secrets(origins: &[&str]) -> Vec<OpenSecret> {
    let origins: BTreeSet<Origin> = origins.iter().map(|text| origin(text)).collect();
    let secret = |name: &str, value: &str| OpenSecret {
        name: name.to_owned(),
        value: SecretValue::new(value).unwrap(),
        origins: origins.clone(),
    };
    vec![secret("token", TOKEN), secret("plain", "swordfish")]
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn secret(name: &str, encoding: SecretEncoding) -> Piece {
    Piece::Secret { name: name.to_owned(), encoding }
}

fn request() -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        origin: origin("https://api.example"),
        path: vec![text("/send")],
        headers: Vec::new(),
        body: Body::Empty,
        authorization: None,
        signature: None,
    }
}

fn filled(request: &HttpRequest) -> Result<Filled, FillError> {
    let origins = BTreeSet::from([origin("https://api.example"), origin("https://other.example")]);
    let at = Timestamp::from_millis(1_700_000_000_000).unwrap();
    fill(request, &origins, &secrets(&["https://api.example"]), at, 64).map(|(filled, _)| filled)
}

fn header(name: &str, value: &str) -> HttpRequest {
    HttpRequest { headers: vec![Header { name: name.to_owned(), value: vec![text(value)] }], ..request() }
}

#[test]
fn a_secret_stands_where_its_place_wants_it() {
    let made = filled(&HttpRequest {
        path: vec![text("/bot"), secret("token", SecretEncoding::Percent), text("/send?a=b")],
        headers: vec![Header {
            name: "X-Key".to_owned(),
            value: vec![text("key "), secret("token", SecretEncoding::Plain)],
        }],
        body: Body::Pieces(vec![text("{\"t\":\""), secret("token", SecretEncoding::Json), text("\"}")]),
        authorization: Some(Authorization::Basic { user: text("us"), password: "plain".to_owned() }),
        signature: Some(RequestSignature {
            scheme: SignatureScheme::HmacSha256,
            secret: "plain".to_owned(),
            over: vec![SignaturePart::Path],
            header: "x-signature".to_owned(),
            value: vec![SignaturePart::Hex],
        }),
        ..request()
    });
    let made = made.unwrap();
    assert_eq!(made.url.as_str(), "https://api.example/bots3cr%2Ft%2B%22tok%5Cen/send?a=b");
    assert_eq!(made.headers["x-key"], format!("key {TOKEN}").as_str());
    assert_eq!(made.headers["authorization"], "Basic dXM6c3dvcmRmaXNo");
    assert_eq!(made.body, br#"{"t":"s3cr/t+\"tok\\en"}"#);
    assert_eq!(made.headers["x-signature"].len(), 64);
    assert!(made.headers.values().all(HeaderValue::is_sensitive));
    let bearer = HttpRequest { authorization: Some(Authorization::Bearer("plain".to_owned())), ..request() };
    assert_eq!(filled(&bearer).unwrap().headers["authorization"], "Bearer swordfish");
}

#[test]
fn a_secret_goes_where_installation_and_secret_may_go_and_nowhere_else() {
    let with_secret = |to: &str| HttpRequest {
        origin: origin(to),
        body: Body::Pieces(vec![secret("token", SecretEncoding::Plain)]),
        ..request()
    };
    assert!(filled(&with_secret("https://api.example")).is_ok());
    for elsewhere in ["http://api.example", "https://api.example:8443", "https://evil.example", "https://example"] {
        let refused = filled(&with_secret(elsewhere)).err();
        assert_eq!(refused, Some(FillError::Origin(origin(elsewhere))));
    }
    let granted_for_nothing_secret = with_secret("https://other.example");
    assert!(matches!(filled(&granted_for_nothing_secret).err(), Some(FillError::SecretElsewhere { .. })));
    assert!(filled(&HttpRequest { body: Body::Empty, ..granted_for_nothing_secret }).is_ok());
    let unknown = HttpRequest { body: Body::Pieces(vec![secret("other", SecretEncoding::Plain)]), ..request() };
    assert_eq!(filled(&unknown).err(), Some(FillError::NoSecret("other".to_owned())));
    let signed = HttpRequest {
        origin: origin("https://other.example"),
        signature: Some(RequestSignature {
            scheme: SignatureScheme::HmacSha256,
            secret: "plain".to_owned(),
            over: vec![SignaturePart::Body],
            header: "x".to_owned(),
            value: vec![SignaturePart::Hex],
        }),
        ..request()
    };
    assert!(matches!(filled(&signed).err(), Some(FillError::SecretElsewhere { .. })));
}

#[test]
fn text_that_looks_like_a_placeholder_stays_text() {
    let written = "{{token}} ${token} secret(token) [secret] %{token} <token>";
    let made = filled(&HttpRequest { body: Body::Pieces(vec![text(written)]), ..header("x-note", written) }).unwrap();
    assert_eq!(made.body, written.as_bytes());
    assert_eq!(made.headers["x-note"], written);
}

#[test]
fn headers_of_the_host_and_headers_within_headers_are_refused() {
    for name in RESERVED.iter().copied().chain(["Host", "CONTENT-LENGTH", "", "a b", "x\r\ny", "x:y", "ü"]) {
        assert!(matches!(filled(&header(name, "1")).err(), Some(FillError::Header { .. })), "{name}");
    }
    for value in ["a\r\nx-evil: 1", "a\nb", "a\rb", "a\0b", "a\u{7f}b", "a\u{85}b"] {
        assert!(matches!(filled(&header("x-note", value)).err(), Some(FillError::Header { .. })), "{value:?}");
    }
    assert!(filled(&header("x-note", "Käthe\tß")).is_ok());
    let twice = HttpRequest {
        authorization: Some(Authorization::Bearer("plain".to_owned())),
        ..header("Authorization", "Bearer mine")
    };
    assert!(matches!(filled(&twice).err(), Some(FillError::Header { .. })));
    let colon = Some(Authorization::Basic { user: text("a:b"), password: "plain".to_owned() });
    assert!(filled(&HttpRequest { authorization: colon, ..request() }).is_err());
}

#[test]
fn a_path_stays_at_its_origin_and_is_sent_as_it_is_written() {
    let sent = |path: &str| filled(&HttpRequest { path: vec![text(path)], ..request() });
    for path in ["/", "/v1/x?y=z&a=%20", "//evil.example/x", "/a@b:c/~d!$&'()*+,;="] {
        let url = sent(path).unwrap().url;
        assert_eq!((url.host_str(), &url[Position::BeforePath..]), (Some("api.example"), path));
    }
    for path in [
        "",
        "x",
        ".evil.example/",
        "@evil.example/",
        ":8080/",
        "/a b",
        "/a#b",
        "/ü",
        "/a\\b",
        "/a\nb",
        "/..",
        "/a/../b",
        "/a/%2e%2e/b",
    ] {
        assert!(matches!(sent(path).err(), Some(FillError::Path(_))), "{path:?}");
    }
}

#[test]
fn a_request_has_a_bounded_size() {
    let large = |bytes: usize| HttpRequest { body: Body::Bytes(vec![0; bytes]), ..request() };
    assert!(filled(&large(60 << 10)).is_ok());
    assert_eq!(filled(&large(64 << 10)).err(), Some(FillError::TooLarge(64)));
}

#[test]
fn small_pieces_unfold_to_no_more_than_a_request_may_have() {
    let long = OpenSecret {
        name: "long".to_owned(),
        value: SecretValue::new("+".repeat(4_096)).unwrap(),
        origins: BTreeSet::from([origin("https://api.example")]),
    };
    let tried = |request: &HttpRequest| {
        let at = Timestamp::from_millis(0).unwrap();
        fill(request, &long.origins, std::slice::from_ref(&long), at, 64).map(|(filled, _)| filled.body.len()).ok()
    };
    let percent = |count| Body::Pieces(vec![secret("long", SecretEncoding::Percent); count]);
    assert_eq!(tried(&HttpRequest { body: percent(5), ..request() }), Some(5 * 3 * 4_096));
    assert_eq!(tried(&HttpRequest { body: percent(6), ..request() }), None);
    // More than any memory holds: whoever writes first and looks then never ends.
    assert_eq!(tried(&HttpRequest { body: percent(100_000), ..request() }), None);
    let in_path =
        vec![text("/"); 1].into_iter().chain(vec![secret("long", SecretEncoding::Percent); 100_000]).collect();
    assert_eq!(tried(&HttpRequest { path: in_path, ..request() }), None);
}

proptest! {
    #[test]
    fn whatever_a_plugin_writes_a_request_goes_to_its_origin(path: String, name: String, value: String) {
        let tried = HttpRequest { path: vec![text(&path)], ..header(&name, &value) };
        if let Ok(made) = filled(&tried) {
            prop_assert_eq!(made.url.origin().ascii_serialization(), "https://api.example");
            prop_assert!(made.headers.len() == 1 && !made.headers.contains_key("host"));
            let whole = made.headers.values().next().unwrap().as_bytes();
            prop_assert!(!whole.contains(&b'\n') && !whole.contains(&b'\r'));
        }
    }
}
