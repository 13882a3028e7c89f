//! Whole requests to servers on this machine.

use super::*;
use stammgast_domain::{
    request::{Body, Header, Method, Piece, SecretEncoding},
    secret::SecretValue,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const TOKEN: &str = "s3cr/t+\"tok\\en";

/// A server that answers every connection with bytes made of the request, and counts them.
struct Peer {
    origin: Origin,
    connections: Arc<AtomicUsize>,
}

/// What a peer answers.
type Answer = fn(&str) -> String;

impl Peer {
    async fn start(answer: Answer) -> Self {
        Self::patient(answer, Duration::ZERO).await
    }

    async fn patient(answer: Answer, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !is_whole(&request) && stream.read_buf(&mut request).await.is_ok_and(|count| count > 0) {}
                    tokio::time::sleep(pause).await;
                    let _ = stream.write_all(answer(&String::from_utf8_lossy(&request)).as_bytes()).await;
                });
            }
        });
        Self { origin, connections }
    }

    fn port(&self) -> &str {
        self.origin.as_str().rsplit(':').next().unwrap()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn limits(allow: &[&str]) -> Limits {
    Limits {
        allowed: Allowed::parse(&allow.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).unwrap(),
        connect_seconds: 2,
        request_seconds: 2,
        request_kib: 64,
        response_kib: 64,
        header_kib: 8,
        concurrent_requests: 16,
        tenant_requests: 8,
    }
}

fn local() -> Egress {
    Egress::new(limits(&["127.0.0.1/32"])).unwrap()
}

fn request(origin: &Origin) -> HttpRequest {
    let secret = |encoding| Piece::Secret { name: "token".to_owned(), encoding };
    HttpRequest {
        method: Method::Post,
        origin: origin.clone(),
        path: vec![Piece::Text("/bot".to_owned()), secret(SecretEncoding::Percent)],
        headers: vec![Header { name: "x-token".to_owned(), value: vec![secret(SecretEncoding::Plain)] }],
        body: Body::Pieces(vec![Piece::Text("{\"token\":\"".to_owned()), secret(SecretEncoding::Json)]),
        authorization: None,
        signature: None,
    }
}

async fn perform(egress: &Egress, origin: &Origin) -> Result<HttpResponse, EgressError> {
    let (tenant, origins) = ("acme".parse().unwrap(), BTreeSet::from([origin.clone()]));
    let value = SecretValue::new(TOKEN).unwrap();
    let secrets = [OpenSecret { name: "token".to_owned(), value, origins: origins.clone() }];
    let reach = Reach { tenant: &tenant, origins: &origins, secrets: &secrets };
    egress.perform(&request(origin), reach, Timestamp::from_millis(0).unwrap()).await
}

fn failed(result: Result<HttpResponse, EgressError>) -> SendError {
    match result {
        Err(EgressError::Send(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_repeats_everything_repeats_no_secret() {
    let peer = Peer::start(|request| {
        let head = request.lines().next().unwrap_or_default();
        let token = request.lines().find_map(|line| line.strip_prefix("x-token: ")).unwrap_or_default();
        assert!(request.contains(TOKEN) && request.contains("/bots3cr%2Ft%2B%22tok%5Cen "), "it is sent: {request}");
        ok(&format!("x-line: {head}\r\nx-token: {token}\r\n"), &serde_json::json!({ "all": request }).to_string())
    });
    let peer = peer.await;
    let response = perform(&local(), &peer.origin).await.unwrap();
    let shown = format!("{response:?} {}", String::from_utf8_lossy(&response.body));
    assert_eq!(response.status, 200);
    assert!(!shown.contains("s3cr") && !shown.contains("ok\\") && !shown.contains("ok%5C"), "{shown}");
    assert!(shown.matches("[secret]").count() >= 4 && shown.contains("user-agent: stammgast/"), "{shown}");
    assert!(shown.contains("accept-encoding: identity") && !shown.contains("content-length\", "), "{shown}");
}

#[tokio::test]
async fn addresses_of_this_machine_are_refused_unless_they_are_allowed() {
    let peer = Peer::start(|_| ok("", "")).await;
    let nothing = Egress::new(limits(&[])).unwrap();
    let refused = |origin: &Origin| SendError::Address(origin.clone());
    assert_eq!(failed(perform(&nothing, &peer.origin).await), refused(&peer.origin));
    for host in ["localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"] {
        let origin: Origin = format!("http://{host}:{}", peer.port()).parse().unwrap();
        assert_eq!(failed(perform(&nothing, &origin).await), refused(&origin), "{host}");
    }
    assert_eq!(peer.connections(), 0);
    let by_name: Origin = format!("http://localhost:{}", peer.port()).parse().unwrap();
    perform(&local(), &by_name).await.unwrap();
    let place = format!("localhost:{}", peer.port());
    let named = Egress::new(limits(&[&place])).unwrap();
    perform(&named, &by_name).await.unwrap();
    assert_eq!(failed(perform(&named, &peer.origin).await), refused(&peer.origin), "by its address it is not named");
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn a_redirect_is_answered_and_not_followed() {
    static ELSEWHERE: std::sync::OnceLock<Origin> = std::sync::OnceLock::new();
    let elsewhere = Peer::start(|_| ok("", "")).await;
    ELSEWHERE.set(elsewhere.origin.clone()).unwrap();
    let peer = Peer::start(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let to = ELSEWHERE.get().unwrap();
        format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}{path}\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
        )
    });
    let peer = peer.await;
    let response = perform(&local(), &peer.origin).await.unwrap();
    assert_eq!(response.status, 307);
    let location = response.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
    assert_eq!(location, Some(format!("{}/bot[secret]", elsewhere.origin)));
    assert_eq!((elsewhere.connections(), peer.connections()), (0, 1));
}

#[tokio::test]
async fn what_comes_back_is_bounded_and_taken_as_it_is() {
    let answers: [(Answer, SendError); 6] = [
        (|_| ok("", &"x".repeat(65 << 10)), SendError::TooLarge(64)),
        (|_| format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(65 << 10)), SendError::TooLarge(64)),
        (|_| ok(&format!("x-long: {}\r\n", "x".repeat(9 << 10)), ""), SendError::HeadersTooLarge(8)),
        (|_| ok("content-encoding: gzip\r\n", "x"), SendError::Encoded),
        (|_| "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_owned(), SendError::Broken),
        (|_| "this is no HTTP\r\n\r\n".to_owned(), SendError::Broken),
    ];
    for (answer, expected) in answers {
        let peer = Peer::start(answer).await;
        assert_eq!(failed(perform(&local(), &peer.origin).await), expected);
        assert_eq!(peer.connections(), 1, "nothing is sent twice");
    }
    let peer = Peer::start(|_| ok("content-encoding: identity\r\n", "x")).await;
    assert_eq!(perform(&local(), &peer.origin).await.unwrap().body, b"x");
}

#[tokio::test]
async fn time_and_turns_are_bounded() {
    let slow = Peer::patient(|_| ok("", ""), Duration::from_mins(1)).await;
    let egress = Egress::new(Limits { tenant_requests: 2, ..limits(&["127.0.0.1"]) }).unwrap();
    let many = futures::future::join_all((0..5).map(|_| perform(&egress, &slow.origin))).await;
    assert!(many.into_iter().all(|result| failed(result) == SendError::Timeout(2)));
    assert_eq!(slow.connections(), 2, "a tenant has so many turns at once");
    let nobody: Origin = "http://127.0.0.1:1".parse().unwrap();
    let refused = failed(perform(&local(), &nobody).await);
    assert_eq!(refused, SendError::Connect(nobody));
    assert!(refused.retryable() && !refused.may_have_arrived());
    let nowhere: Origin = "http://nowhere.invalid".parse().unwrap();
    assert_eq!(failed(perform(&local(), &nowhere).await), SendError::NoSuchHost(nowhere));
}
