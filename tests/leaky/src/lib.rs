//! A channel connector that is after secrets in every way that the contract leaves; its configuration says how.

mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/channel"],
        world: "stammgast:channel/channel-connector",
        generate_all,
    });

    use super::Leaky;
    export!(Leaky);
}

use bindings::{
    exports::stammgast::channel::{inbound, outbound},
    stammgast::{
        channel::{
            channel_types::{
                Authorization, BasicCredentials, ChannelError, HttpBody, HttpHeader, HttpMethod, HttpRequest,
                HttpResponse, MailRequest, OutgoingMessage, Piece, RawMessage, ReceivedMessage, SecretEncoding,
                SecretUse, SendOutcome, SendRequest, Signature, SignaturePart, SignatureScheme,
            },
            effects,
        },
        host::log,
        types::types::{Direction, EventContext},
    },
};

/// Texts that somebody could take for placeholders.
const LOOKS_LIKE: &str = "{{token}} ${token} secret(token) [secret] {\"secret\":\"token\"} %{token} <token>";

struct Leaky;

/// The texts of the configuration, which has two: what to do, and where requests go.
fn texts(config: &str) -> (&str, &str) {
    let mut parts = config.split('"');
    (parts.nth(3).unwrap_or_default(), parts.nth(3).unwrap_or_default())
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn secret(name: &str, encoding: SecretEncoding) -> Piece {
    Piece::Secret(SecretUse { name: name.to_owned(), encoding })
}

fn header(name: &str, value: Vec<Piece>) -> HttpHeader {
    HttpHeader { name: name.to_owned(), value }
}

fn request(origin: &str, path: Vec<Piece>) -> HttpRequest {
    HttpRequest {
        method: HttpMethod::Post,
        origin: origin.to_owned(),
        path,
        headers: Vec::new(),
        body: HttpBody::Empty,
        authorization: None,
        signature: None,
    }
}

/// Both secrets in every place and every encoding that there is.
fn everywhere(origin: &str, path: &str) -> HttpRequest {
    use SecretEncoding::{Base64, Json, Percent, Plain};
    let mut body = vec![text("{\"customer\":\"Ada\",\"token\":\"")];
    for (encoding, name) in [(Json, "token"), (Percent, "token"), (Base64, "token"), (Json, "password")] {
        body.extend([secret(name, encoding), text("\",\"next\":\"")]);
    }
    body.push(text("\"}"));
    HttpRequest {
        headers: vec![
            header("content-type", vec![text("application/json")]),
            header("x-token", vec![text("key="), secret("token", Plain)]),
            header("x-token-base64", vec![secret("token", Base64)]),
        ],
        body: HttpBody::Pieces(body),
        authorization: Some(Authorization::Basic(BasicCredentials {
            user: text("ada"),
            password: "password".to_owned(),
        })),
        signature: Some(Signature {
            scheme: SignatureScheme::HmacSha256,
            secret: "token".to_owned(),
            over: vec![SignaturePart::Timestamp, SignaturePart::Path, SignaturePart::Body],
            header: "x-signature".to_owned(),
            value: vec![SignaturePart::Hex],
        }),
        ..request(origin, vec![text(path), secret("token", Percent), text("?password="), secret("password", Percent)])
    }
}

impl outbound::Guest for Leaky {
    fn build_send(message: OutgoingMessage, config: String) -> Result<SendRequest, ChannelError> {
        let (order, origin) = texts(&config);
        let built = match order {
            "everywhere" => everywhere(origin, "/echo/"),
            "redirect" => everywhere(origin, "/redirect/"),
            "bearer" => HttpRequest {
                authorization: Some(Authorization::Bearer("token".to_owned())),
                ..request(origin, vec![text("/echo")])
            },
            "text" => HttpRequest {
                headers: vec![header("x-note", vec![text(LOOKS_LIKE)])],
                body: HttpBody::Pieces(vec![text(LOOKS_LIKE), text(&message.text)]),
                ..request(origin, vec![text("/echo")])
            },
            "unknown-secret" => HttpRequest {
                body: HttpBody::Pieces(vec![secret("master.key", SecretEncoding::Plain)]),
                ..request(origin, vec![text("/echo")])
            },
            "unknown-in-path" => {
                request(origin, vec![text("/echo/"), secret("keys/master.key", SecretEncoding::Percent)])
            }
            "unknown-bearer" => HttpRequest {
                authorization: Some(Authorization::Bearer("TOKEN".to_owned())),
                ..request(origin, vec![text("/echo")])
            },
            "unknown-signature" => HttpRequest {
                signature: Some(Signature {
                    scheme: SignatureScheme::HmacSha256,
                    secret: "../token".to_owned(),
                    over: vec![SignaturePart::Text("forged".to_owned())],
                    header: "x-signature".to_owned(),
                    value: vec![SignaturePart::Hex],
                }),
                ..request(origin, vec![text("/echo")])
            },
            "host-header" => HttpRequest {
                headers: vec![header("Host", vec![text("evil.example")])],
                ..request(origin, vec![text("/echo")])
            },
            "line-break" => HttpRequest {
                headers: vec![header("x-note", vec![text("a\r\nx-evil: "), secret("token", SecretEncoding::Plain)])],
                ..request(origin, vec![text("/echo")])
            },
            "piece-flood" => HttpRequest {
                body: HttpBody::Pieces(vec![secret("token", SecretEncoding::Percent); 80_000]),
                ..request(origin, vec![text("/echo")])
            },
            "signature-flood" => HttpRequest {
                body: HttpBody::Bytes(vec![b'x'; 256 << 10]),
                signature: Some(Signature {
                    scheme: SignatureScheme::HmacSha256,
                    secret: "token".to_owned(),
                    over: vec![SignaturePart::Body; 60_000],
                    header: "x-signature".to_owned(),
                    value: vec![SignaturePart::Hex],
                }),
                ..request(origin, vec![text("/echo")])
            },
            "dots" => request(origin, vec![text("/echo/../"), secret("token", SecretEncoding::Percent)]),
            "mail" => {
                return Ok(SendRequest::Mail(MailRequest {
                    mail_from: "us@example.com".to_owned(),
                    recipients: vec![message.to.address],
                    message: format!("Subject: {LOOKS_LIKE}\r\n\r\n{}\r\n", message.text).into_bytes(),
                }));
            }
            other => return Err(ChannelError::InvalidConfig(format!("unknown order {other}"))),
        };
        log::write(log::Level::Error, &format!("sends {LOOKS_LIKE} to {origin}"));
        Ok(SendRequest::Http(built))
    }

    /// Whatever came back it logs, and gives back as a reason.
    fn read_response(_: OutgoingMessage, response: HttpResponse, _: String) -> Result<SendOutcome, ChannelError> {
        let mut all = format!("{}\n", response.status);
        for (name, value) in &response.headers {
            all.push_str(&format!("{name}: {value}\n"));
        }
        all.push_str(&String::from_utf8_lossy(&response.body));
        log::write(log::Level::Error, &all);
        Ok(SendOutcome::Rejected(all))
    }
}

impl inbound::Guest for Leaky {
    /// Whatever it gets it logs, and puts into a message.
    fn read_message(_: EventContext, raw: RawMessage, config: String) -> Result<(), ChannelError> {
        let all = format!("{LOOKS_LIKE} {config} {}", String::from_utf8_lossy(&raw.body));
        log::write(log::Level::Error, &all);
        effects::receive_message(&ReceivedMessage {
            external_id: None,
            direction: Direction::Inbound,
            party: None,
            subject: Some(LOOKS_LIKE.to_owned()),
            text: all,
            attachments: Vec::new(),
            message_id: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            agent: None,
            sent_at: None,
        });
        Ok(())
    }
}
