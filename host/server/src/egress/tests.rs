//! Whole requests to servers on this machine.

use super::{resolve::Lookup, *};
use stammgast_domain::{
    request::{Authorization, Body, Header, Method, Piece, SecretEncoding},
    secret::SecretValue,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
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
        Self::serve(move |request| Some(answer(request).into_bytes())).await
    }

    async fn bytes(answer: fn(&str) -> Vec<u8>) -> Self {
        Self::serve(move |request| Some(answer(request))).await
    }

    /// A server that takes everything and answers nothing.
    async fn silent() -> Self {
        Self::serve(|_| None).await
    }

    async fn serve(answer: impl Fn(&str) -> Option<Vec<u8>> + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !is_whole(&request) && stream.read_buf(&mut request).await.is_ok_and(|count| count > 0) {}
                    match answer(&String::from_utf8_lossy(&request)) {
                        Some(answer) => drop(stream.write_all(&answer).await),
                        None => std::future::pending().await,
                    }
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
        concurrent_searches: 2,
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
    let reach = Reach { tenant: &tenant, origins: &origins, usable: &secrets, known: &secrets };
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
    let answers: [(Answer, SendError); 8] = [
        (|_| ok("", &"x".repeat(65 << 10)), SendError::TooLarge(64)),
        (|_| format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(65 << 10)), SendError::TooLarge(64)),
        (|_| ok(&format!("x-long: {}\r\n", "x".repeat(9 << 10)), ""), SendError::HeadersTooLarge(8)),
        (|_| ok("content-encoding: gzip\r\n", "x"), SendError::Encoded),
        (
            |_| "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n".to_owned(),
            SendError::Encoded,
        ),
        (|_| "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\nconnection: close\r\n\r\nx".to_owned(), SendError::Encoded),
        (|_| "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_owned(), SendError::Broken),
        (|_| "this is no HTTP\r\n\r\n".to_owned(), SendError::Broken),
    ];
    for (answer, expected) in answers {
        let peer = Peer::start(answer).await;
        assert_eq!(failed(perform(&local(), &peer.origin).await), expected);
        assert_eq!(peer.connections(), 1, "nothing is sent twice");
    }
    let large = Egress::new(Limits { response_kib: 2_048, ..limits(&["127.0.0.1"]) }).unwrap();
    let peer = Peer::start(|_| ok("", &"\\".repeat(1 << 20))).await;
    let refused = perform(&large, &peer.origin).await.map(|answer| answer.body.len());
    assert_eq!(refused, Err(EgressError::Send(SendError::Unsearchable(Unsearchable))), "nothing is shown unsearched");
    let peer = Peer::start(|_| ok("content-encoding: identity\r\n", "x")).await;
    assert_eq!(perform(&local(), &peer.origin).await.unwrap().body, b"x");
    let peer = Peer::start(|_| {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
        format!("{head}3\r\n{}\r\nb\r\n{}\r\n0\r\nx-late: {TOKEN}\r\n\r\n", &TOKEN[..3], &TOKEN[3..])
    });
    let response = perform(&local(), &peer.await.origin).await.unwrap();
    assert_eq!(response.body, b"[secret]", "a secret over two chunks is one, and trailers are not read");
    assert!(response.headers.iter().all(|(name, _)| name != "x-late" && name != "transfer-encoding"));
}

#[tokio::test]
async fn what_is_compressed_without_a_word_is_refused_where_a_secret_was_sent() {
    let peer = Peer::bytes(|_| [b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n".as_slice(), &[0x1f, 0x8b, 8]].concat());
    let peer = peer.await;
    assert_eq!(failed(perform(&local(), &peer.origin).await), SendError::Encoded);
    let harmless = HttpRequest {
        path: vec![Piece::Text("/".to_owned())],
        headers: Vec::new(),
        body: Body::Empty,
        ..request(&peer.origin)
    };
    let (tenant, origins) = ("acme".parse().unwrap(), BTreeSet::from([peer.origin.clone()]));
    let reach = Reach { tenant: &tenant, origins: &origins, usable: &[], known: &[] };
    let answer = local().perform(&harmless, reach, Timestamp::from_millis(0).unwrap()).await.unwrap();
    assert_eq!(answer.body, [0x1f, 0x8b, 8]);
}

#[tokio::test]
async fn secrets_that_no_version_asks_for_any_more_are_blotted_out_as_well() {
    let peer = Peer::start(|_| ok("x-old: goldfish\r\n", "swordfish and goldfish")).await;
    let (tenant, origins) = ("acme".parse().unwrap(), BTreeSet::from([peer.origin.clone()]));
    let secret = |name: &str, value: &str| OpenSecret {
        name: name.to_owned(),
        value: SecretValue::new(value).unwrap(),
        origins: origins.clone(),
    };
    let known = [secret("token", TOKEN), secret("old", "goldfish")];
    let reach = Reach { tenant: &tenant, origins: &origins, usable: &known[..1], known: &known };
    let egress = local();
    let answer = egress.perform(&request(&peer.origin), reach, Timestamp::from_millis(0).unwrap()).await.unwrap();
    assert_eq!(answer.body, b"swordfish and [secret]");
    assert!(answer.headers.contains(&("x-old".to_owned(), "[secret]".to_owned())));
    let uses_old =
        HttpRequest { authorization: Some(Authorization::Bearer("old".to_owned())), ..request(&peer.origin) };
    let refused = egress.perform(&uses_old, reach, Timestamp::from_millis(0).unwrap()).await;
    assert!(matches!(refused, Err(EgressError::Fill(FillError::NoSecret(_)))), "{refused:?}");
    let delivered = egress.blotted(&tenant, &known, ("text/goldfish", b"a goldfish".to_vec())).await.unwrap();
    assert_eq!(delivered, ("text/[secret]".to_owned(), b"a [secret]".to_vec()));
}

#[tokio::test]
async fn of_a_names_addresses_those_alone_are_connected_to_that_are_permitted() {
    let peer = Peer::start(|_| ok("", "hello")).await;
    // The port comes from the request, and nothing listens at the other address.
    let mixed: Vec<SocketAddr> = vec!["10.255.255.1:0".parse().unwrap(), "127.0.0.1:0".parse().unwrap()];
    let looking_up = |allow: &[&str], found: Vec<SocketAddr>| {
        let lookup: Lookup = Arc::new(move |_| {
            let found = found.clone();
            Box::pin(async move { found })
        });
        Egress::looking_up(limits(allow), lookup).unwrap()
    };
    let by_name: Origin = format!("http://mixed.example:{}", peer.port()).parse().unwrap();
    let some = looking_up(&["127.0.0.1"], mixed.clone());
    assert_eq!(perform(&some, &by_name).await.unwrap().body, b"hello");
    let none = looking_up(&[], mixed);
    assert_eq!(failed(perform(&none, &by_name).await), SendError::Address(by_name.clone()));
    let empty = looking_up(&["127.0.0.1"], Vec::new());
    assert_eq!(failed(perform(&empty, &by_name).await), SendError::NoSuchHost(by_name));
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn lookups_that_outlive_their_requests_hold_their_tenants_turns_and_nobody_elses() {
    let peer = Peer::start(|_| ok("", "")).await;
    let (release, released) = tokio::sync::watch::channel(false);
    let lookup: Lookup = Arc::new(move |_| {
        let mut released = released.clone();
        Box::pin(async move {
            let _ = released.wait_for(|released| *released).await;
            vec!["127.0.0.1:0".parse().unwrap()]
        })
    });
    let few = Limits { tenant_requests: 2, request_seconds: 1, ..limits(&["127.0.0.1"]) };
    let egress = Egress::looking_up(few, lookup).unwrap();
    let by_name: Origin = format!("http://slow.example:{}", peer.port()).parse().unwrap();
    let origins = BTreeSet::from([by_name.clone(), peer.origin.clone()]);
    let send = async |tenant: &str, origin: &Origin| {
        let tenant = tenant.parse().unwrap();
        let harmless = HttpRequest {
            path: vec![Piece::Text("/".to_owned())],
            headers: Vec::new(),
            body: Body::Empty,
            ..request(origin)
        };
        let reach = Reach { tenant: &tenant, origins: &origins, usable: &[], known: &[] };
        egress.perform(&harmless, reach, Timestamp::from_millis(0).unwrap()).await
    };
    let late = futures::future::join_all((0..2).map(|_| send("acme", &by_name))).await;
    assert_eq!(late.into_iter().map(failed).collect::<Vec<_>>(), [SendError::Timeout(1), SendError::Timeout(1)]);
    let waiting = futures::future::join_all((0..3).map(|_| send("acme", &peer.origin))).await;
    let waiting: Vec<SendError> = waiting.into_iter().map(failed).collect();
    assert_eq!(waiting, vec![SendError::Busy(1); 3], "a tenant has so many turns at once");
    assert!(waiting.iter().all(|error| !error.may_have_arrived()));
    assert_eq!(peer.connections(), 0);
    send("other", &peer.origin).await.unwrap();
    release.send(true).unwrap();
    send("acme", &by_name).await.unwrap();
}

#[tokio::test]
async fn time_is_bounded() {
    let slow = Peer::silent().await;
    let egress = Egress::new(Limits { tenant_requests: 2, ..limits(&["127.0.0.1"]) }).unwrap();
    let both = futures::future::join_all((0..2).map(|_| perform(&egress, &slow.origin))).await;
    assert_eq!(both.into_iter().map(failed).collect::<Vec<_>>(), [SendError::Timeout(2), SendError::Timeout(2)]);
    assert_eq!(slow.connections(), 2);
    let nobody: Origin = "http://127.0.0.1:1".parse().unwrap();
    let refused = failed(perform(&local(), &nobody).await);
    assert_eq!(refused, SendError::Connect(nobody));
    assert!(!refused.may_have_arrived());
    let nowhere: Origin = "http://nowhere.invalid".parse().unwrap();
    assert_eq!(failed(perform(&local(), &nowhere).await), SendError::NoSuchHost(nowhere));
}
