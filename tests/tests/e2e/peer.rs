//! Another company's server: it takes what plugins send, and repeats all of it in every form that servers know.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A server on this machine.
pub struct Peer {
    /// Scheme, host and port.
    pub origin: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// Starts a server. What is sent to `/redirect…` it redirects to `elsewhere`.
    pub async fn start(elsewhere: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, elsewhere) = (Arc::clone(&requests), elsewhere.to_owned());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while !is_whole(&bytes) && stream.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {}
                let request = String::from_utf8_lossy(&bytes).into_owned();
                let answer = answer(&request, &elsewhere);
                kept.lock().unwrap().push(request);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { origin, requests }
    }

    /// Whatever was sent here.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn answer(request: &str, elsewhere: &str) -> String {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let headers =
        || request.lines().skip(1).take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(": "));
    let (status, location) = if path.starts_with("/redirect") {
        ("302 Found", format!("location: {elsewhere}{path}\r\n"))
    } else {
        ("200 OK", String::new())
    };
    let repeated: String = headers().map(|(name, value)| format!("x-got-{name}: {value}\r\n")).collect();
    let body = repeated_in_every_form(request).to_string();
    format!(
        "HTTP/1.1 {status}\r\n{location}{repeated}x-got-path: {path}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn repeated_in_every_form(request: &str) -> Value {
    let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    json!({
        "request": request,
        "json": serde_json::from_str::<Value>(body).unwrap_or(Value::Null),
        "json_in_json": json!({ "request": request }).to_string(),
        "forms": forms(request),
        "body_forms": forms(body),
        "lines": request.lines().map(forms).collect::<Vec<_>>(),
    })
}

/// A text in every form that servers know.
pub fn forms(text: &str) -> Vec<String> {
    let mut all = letter_by_letter(text);
    let json = Value::from(text).to_string();
    let percent = all[1].clone();
    // In lines, as mail carries them: broken softly, or folded.
    let broken =
        |pieces: Vec<String>, with: &str| pieces.chunks(20).map(<[String]>::concat).collect::<Vec<_>>().join(with);
    let quoted_printable = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("={byte:02X}") }
    };
    all.extend([
        broken(text.bytes().map(quoted_printable).collect(), "=\r\n"),
        broken(text.chars().map(String::from).collect(), "\r\n "),
        STANDARD.encode(text),
        URL_SAFE.encode(text),
        STANDARD_NO_PAD.encode(format!("x{text}")),
        STANDARD_NO_PAD.encode(format!("xx{text}")),
        STANDARD.encode(&json),
        STANDARD.encode(&percent),
        STANDARD.encode(STANDARD.encode(text)),
        STANDARD.encode(URL_SAFE.encode(format!("x{text}"))),
        hex(&json, false),
        hex(&STANDARD.encode(text), true),
    ]);
    all
}

/// Forms in which a part of a text is written like that part alone.
fn letter_by_letter(text: &str) -> Vec<String> {
    let each = |write: &dyn Fn(u8) -> String| text.bytes().map(write).collect::<String>();
    let special =
        |byte: u8, written: String| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { written };
    let quoted = Value::from(text).to_string();
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let numbers: Vec<String> = text.bytes().map(|byte| byte.to_string()).collect();
    vec![
        text.to_owned(),
        each(&|byte| special(byte, format!("%{byte:02X}"))),
        each(&|byte| special(byte, format!("%{byte:02x}"))),
        each(&|byte| if byte == b' ' { "+".to_owned() } else { special(byte, format!("%{byte:02X}")) }),
        quoted[1..quoted.len() - 1].to_owned(),
        quoted[1..quoted.len() - 1].replace('/', "\\/"),
        each(&|byte| special(byte, format!("\\u{byte:04x}"))),
        each(&|byte| special(byte, format!("={byte:02X}"))),
        each(&|byte| format!("\\{byte:03o}")),
        html.replace('\'', "&#39;"),
        html.replace('\'', "&#x27;"),
        each(&|byte| special(byte, format!("&#{byte};"))),
        text.replace('"', "\"\""),
        text.replace('\'', "''"),
        each(&|byte| format!("{}\0", char::from(byte))),
        numbers.join(", "),
        numbers.join(","),
        hex(text, false),
        hex(text, true),
    ]
}

fn hex(text: &str, upper: bool) -> String {
    text.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
}

/// Everything that gives a secret away wherever it is found: its forms, and what base64 makes of it and of some of them
/// between others.
pub fn needles(secret: &str) -> Vec<Vec<u8>> {
    let forms = letter_by_letter(secret);
    let within_base64 = |text: &str| -> Vec<String> {
        let each = (0..3).flat_map(|before| [(before, &STANDARD), (before, &URL_SAFE)]);
        each.map(|(before, engine)| {
            let whole = engine.encode(format!("{}{text}", &"xx"[..before]));
            let (start, end) = ((before * 8_usize).div_ceil(6), (before + text.len()) * 8 / 6);
            whole[start..end].to_owned()
        })
        .collect()
    };
    let inner: Vec<String> = within_base64(secret).into_iter().chain([forms[1].clone(), forms[4].clone()]).collect();
    let outer =
        inner.iter().flat_map(|text| within_base64(text).into_iter().chain([hex(text, false), hex(text, true)]));
    forms.iter().chain(&inner).cloned().chain(outer).map(String::into_bytes).collect()
}

/// Which of the secrets are found in some bytes, and where.
pub fn found(secrets: &[&str], bytes: &[u8]) -> Vec<String> {
    let mut by_start: HashMap<[u8; 2], Vec<(&str, Vec<u8>)>> = HashMap::new();
    for secret in secrets {
        for needle in needles(secret) {
            by_start.entry([needle[0], needle[1]]).or_default().push((*secret, needle));
        }
    }
    let mut found = Vec::new();
    for (at, start) in bytes.windows(2).enumerate() {
        for (secret, needle) in by_start.get(&[start[0], start[1]]).into_iter().flatten() {
            if bytes[at..].starts_with(needle) {
                let around = &bytes[at.saturating_sub(60)..(at + needle.len() + 20).min(bytes.len())];
                found.push(format!("{secret} at {at}: {}", String::from_utf8_lossy(around)));
            }
        }
    }
    found
}

#[test]
fn whatever_is_repeated_would_be_found() {
    let secret = "sw/ord+fi\"s&h";
    for form in forms(secret) {
        assert!(!found(&[secret], format!("before {form} after").as_bytes()).is_empty(), "{form}");
    }
    for before in ["", "a", "ab"] {
        let between = STANDARD.encode(format!("{before}{secret} and more"));
        assert!(!found(&[secret], between.as_bytes()).is_empty());
    }
    assert!(found(&[secret], b"before [secret] after").is_empty());
}
