//! Requests that connectors build, out of the contract's types, and responses into them.

use crate::bindings::channel::{
    exports::stammgast::channel::outbound::{HttpResponse as WitResponse, SendOutcome as WitOutcome},
    stammgast::channel::channel_types as wit,
};
use stammgast_domain::{
    plugin::InvalidOrigin,
    request::{
        Authorization, Body, Header, HttpRequest, HttpResponse, Method, Piece, RequestSignature, SecretEncoding,
        SendOutcome, SignaturePart, SignatureScheme,
    },
};

pub(crate) fn http_request(request: wit::HttpRequest) -> Result<HttpRequest, InvalidOrigin> {
    Ok(HttpRequest {
        method: match request.method {
            wit::HttpMethod::Get => Method::Get,
            wit::HttpMethod::Post => Method::Post,
            wit::HttpMethod::Put => Method::Put,
            wit::HttpMethod::Patch => Method::Patch,
            wit::HttpMethod::Delete => Method::Delete,
        },
        origin: request.origin.parse()?,
        path: pieces(request.path),
        headers: request
            .headers
            .into_iter()
            .map(|header| Header { name: header.name, value: pieces(header.value) })
            .collect(),
        body: match request.body {
            wit::HttpBody::Empty => Body::Empty,
            wit::HttpBody::Bytes(bytes) => Body::Bytes(bytes),
            wit::HttpBody::Pieces(given) => Body::Pieces(pieces(given)),
        },
        authorization: request.authorization.map(|authorization| match authorization {
            wit::Authorization::Bearer(secret) => Authorization::Bearer(secret),
            wit::Authorization::Basic(basic) => {
                Authorization::Basic { user: piece(basic.user), password: basic.password }
            }
        }),
        signature: request.signature.map(signature),
    })
}

fn pieces(given: Vec<wit::Piece>) -> Vec<Piece> {
    given.into_iter().map(piece).collect()
}

fn piece(given: wit::Piece) -> Piece {
    match given {
        wit::Piece::Text(text) => Piece::Text(text),
        wit::Piece::Secret(used) => Piece::Secret {
            name: used.name,
            encoding: match used.encoding {
                wit::SecretEncoding::Plain => SecretEncoding::Plain,
                wit::SecretEncoding::Percent => SecretEncoding::Percent,
                wit::SecretEncoding::Json => SecretEncoding::Json,
                wit::SecretEncoding::Base64 => SecretEncoding::Base64,
            },
        },
    }
}

fn signature(given: wit::Signature) -> RequestSignature {
    let parts = |parts: Vec<wit::SignaturePart>| {
        let part = |part| match part {
            wit::SignaturePart::Text(text) => SignaturePart::Text(text),
            wit::SignaturePart::Body => SignaturePart::Body,
            wit::SignaturePart::Path => SignaturePart::Path,
            wit::SignaturePart::Timestamp => SignaturePart::Timestamp,
            wit::SignaturePart::Hex => SignaturePart::Hex,
            wit::SignaturePart::Base64 => SignaturePart::Base64,
        };
        parts.into_iter().map(part).collect()
    };
    RequestSignature {
        scheme: match given.scheme {
            wit::SignatureScheme::HmacSha256 => SignatureScheme::HmacSha256,
            wit::SignatureScheme::Ed25519 => SignatureScheme::Ed25519,
        },
        secret: given.secret,
        over: parts(given.over),
        header: given.header,
        value: parts(given.value),
    }
}

pub(crate) fn http_response(response: HttpResponse) -> WitResponse {
    let HttpResponse { status, headers, body } = response;
    WitResponse { status, headers, body }
}

pub(crate) fn send_outcome(outcome: WitOutcome) -> SendOutcome {
    match outcome {
        WitOutcome::Sent(external_id) => SendOutcome::Sent { external_id },
        WitOutcome::Later(later) => SendOutcome::Later { reason: later.reason, after_ms: later.after_ms },
        WitOutcome::Rejected(reason) => SendOutcome::Rejected { reason },
    }
}
