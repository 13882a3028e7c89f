//! Proofs as providers make them, and what forgers try.

use super::*;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

const NOW: i64 = 1_700_000_000;

fn proof(manifest: Value) -> WebhookProof {
    serde_json::from_value(manifest).unwrap()
}

struct Delivery {
    headers: Vec<(&'static str, String)>,
    body: &'static str,
    media_type: &'static str,
    urls: Vec<String>,
}

fn delivery(headers: &[(&'static str, &str)], body: &'static str) -> Delivery {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Delivery { headers, body, media_type: "application/json", urls: Vec::new() }
}

impl Delivery {
    fn judged(&self, proof: &WebhookProof, secret: &str) -> Result<(), Unproven> {
        self.named(proof, secret).map(|_| ())
    }

    /// Its own name, once it is proven.
    fn named(&self, proof: &WebhookProof, secret: &str) -> Result<Option<String>, Unproven> {
        let mut headers = Headers::new();
        for (name, value) in &self.headers {
            headers.append(*name, value.parse().unwrap());
        }
        let (secret, now) = (SecretValue::new(secret).unwrap(), Timestamp::from_millis(NOW * 1_000 + 400).unwrap());
        let checked = check(proof, &secret, &headers, now)?;
        checked.verify(self.body.as_bytes(), Some(self.media_type), &self.urls)?;
        Ok(checked.name())
    }
}

fn hmac(key: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn hmac_over_the_body_as_github_makes_it() {
    // The example of GitHub's documentation, "Validating webhook deliveries".
    let proof = proof(json!({
        "scheme": "hmac-sha256", "secret": "key", "header": "x-hub-signature-256", "prefix": "sha256=",
    }));
    let right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let judged = |value: &str, body| {
        delivery(&[("x-hub-signature-256", value)], body).judged(&proof, "It's a Secret to Everybody")
    };
    assert_eq!(judged(right, "Hello, World!"), Ok(()));
    assert_eq!(judged(right, "Hello, world!"), Err(Unproven::Wrong));
    for wrong in ["", "sha256=", &right[7..], "sha256=00", &format!("{right}00"), &right.replace('7', "x")] {
        assert_eq!(judged(wrong, "Hello, World!"), Err(Unproven::Form), "{wrong}");
    }
    let twice = delivery(&[("x-hub-signature-256", right), ("x-hub-signature-256", right)], "Hello, World!");
    assert_eq!(twice.judged(&proof, "It's a Secret to Everybody"), Err(Unproven::Header));
    assert_eq!(delivery(&[], "Hello, World!").judged(&proof, "swordfish"), Err(Unproven::Header));
}

#[test]
fn hmac_with_a_time_as_slack_makes_it() {
    let proof = proof(json!({
        "scheme": "hmac-sha256", "secret": "key", "header": "x-slack-signature", "prefix": "v0=",
        "signed": [{"text": "v0:"}, {"header": "x-slack-request-timestamp"}, {"text": ":"}, "body"],
        "timestamp": {"header": "x-slack-request-timestamp", "tolerance_seconds": 300},
    }));
    let judged = |at: i64, signed_at: i64| {
        let value = format!("v0={}", hex::encode(hmac("swordfish", &format!("v0:{signed_at}:payload"))));
        let headers = [("x-slack-signature", value.as_str()), ("x-slack-request-timestamp", &at.to_string())];
        delivery(&headers, "payload").judged(&proof, "swordfish")
    };
    for at in [NOW, NOW - 300, NOW + 300] {
        assert_eq!(judged(at, at), Ok(()));
    }
    for at in [NOW - 301, NOW + 301, 0, i64::MAX] {
        assert_eq!(judged(at, at), Err(Unproven::Time));
    }
    assert_eq!(judged(NOW, NOW - 1), Err(Unproven::Wrong), "the time is signed, too");
    for written in ["-5", "+1700000000", "1700000000 ", " 1700000000", "1700000000x", "17e8", "99999999999999999999"] {
        let value = format!("v0={}", hex::encode(hmac("swordfish", &format!("v0:{written}:payload"))));
        let headers = [("x-slack-signature", value.as_str()), ("x-slack-request-timestamp", written)];
        assert_eq!(delivery(&headers, "payload").judged(&proof, "swordfish"), Err(Unproven::Form), "{written}");
    }
}

#[test]
fn ed25519_as_discord_makes_it() {
    let proof = proof(json!({
        "scheme": "ed25519", "secret": "key", "header": "x-signature-ed25519",
        "signed": [{"header": "x-signature-timestamp"}, "body"],
        "timestamp": {"header": "x-signature-timestamp", "tolerance_seconds": 300},
    }));
    let key = SigningKey::from_bytes(&[9; 32]);
    let value = hex::encode(key.sign(b"1700000000{}").to_bytes());
    let sent = |time, body| delivery(&[("x-signature-ed25519", &value), ("x-signature-timestamp", time)], body);
    let public = key.verifying_key().to_bytes();
    assert_eq!(sent("1700000000", "{}").judged(&proof, &hex::encode(public)), Ok(()));
    assert_eq!(sent("1700000000", "{}").judged(&proof, &STANDARD.encode(public)), Ok(()));
    assert_eq!(sent("1700000001", "{}").judged(&proof, &hex::encode(public)), Err(Unproven::Wrong));
    assert_eq!(sent("1700000000", "{ }").judged(&proof, &hex::encode(public)), Err(Unproven::Wrong));
    assert_eq!(sent("1700000000", "{}").judged(&proof, "swordfish"), Err(Unproven::Key));
}

#[test]
fn twilio_signs_its_address_and_the_fields_in_order() {
    // The example of Twilio's documentation with a longer token; its own, `12345`, gives RSOYDt4T1cUTdK1PDd93/VVr8B8=.
    const TOKEN: &str = "1234567890";
    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const BODY: &str =
        "To=%2B18005551212&Digits=1234&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";
    const TURNED: &str =
        "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";
    let proof = proof(json!({"scheme": "twilio", "secret": "key"}));
    let sent = |signature: &str, media_type: &'static str, url: &str, body: &'static str| Delivery {
        media_type,
        urls: vec!["http://elsewhere.example/".to_owned(), url.to_owned()],
        ..delivery(&[("x-twilio-signature", signature)], body)
    };
    let form = |url: &str, body| sent("RJbhup5LCE68jR7hVARDR5rVRsQ=", "application/x-www-form-urlencoded", url, body);
    assert_eq!(form(URL, BODY).judged(&proof, TOKEN), Ok(()));
    // The same fields in another order carry the same signature: the same delivery by its name.
    let name = form(URL, BODY).named(&proof, TOKEN).unwrap();
    assert!(name.is_some());
    assert_eq!(form(URL, TURNED).named(&proof, TOKEN), Ok(name));
    assert_eq!(form(URL, BODY).judged(&proof, "1234567891"), Err(Unproven::Wrong));
    assert_eq!(form("https://mycompany.com/myapp.php?foo=1&bar=3", BODY).judged(&proof, TOKEN), Err(Unproven::Wrong));
    assert_eq!(form(URL, "Digits=1235").judged(&proof, TOKEN), Err(Unproven::Wrong));
    assert_eq!(delivery(&[], BODY).judged(&proof, TOKEN), Err(Unproven::Header));
    assert_eq!(sent("AAAA", FORM, URL, BODY).judged(&proof, TOKEN), Err(Unproven::Form));

    let url = "https://mycompany.com/hook?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    let json = |url: &str, body| sent("sD6JXPxtJObIKcmM62Bn5F4Y520=", "application/json", url, body);
    assert_eq!(json(url, "{\"a\":1}").judged(&proof, TOKEN), Ok(()));
    assert_eq!(json(url, "{\"a\":2}").judged(&proof, TOKEN), Err(Unproven::Wrong), "the digest is another");
    // Signed without a word about the body.
    let bare = sent("jPhKewjBiyCEaQ/wkGrGmNNKOCk=", "application/json", &format!("{URL}&x=1"), "{\"a\":1}");
    assert_eq!(bare.judged(&proof, TOKEN), Err(Unproven::Wrong), "a body that nothing covers");
}

#[test]
fn bearer_and_basic_are_credentials() {
    let bearer = proof(json!({"scheme": "bearer", "secret": "key"}));
    let judged =
        |proof: &WebhookProof, header, value: &str| delivery(&[(header, value)], "x").judged(proof, "user:swordfish");
    assert_eq!(judged(&bearer, "authorization", "Bearer user:swordfish"), Ok(()));
    assert_eq!(judged(&bearer, "authorization", "bearer  user:swordfish"), Ok(()));
    for wrong in ["Bearer user:swordfisH", "Bearer ", "Bearer user:swordfish1", "Bearer user"] {
        assert_eq!(judged(&bearer, "authorization", wrong), Err(Unproven::Wrong), "{wrong}");
    }
    assert_eq!(judged(&bearer, "authorization", "user:swordfish"), Err(Unproven::Form));
    let basic = proof(json!({"scheme": "basic", "secret": "key"}));
    let credentials = STANDARD.encode("user:swordfish");
    assert_eq!(judged(&basic, "authorization", &format!("Basic {credentials}")), Ok(()));
    assert_eq!(judged(&basic, "authorization", "Basic !"), Err(Unproven::Form));
    assert_eq!(judged(&basic, "authorization", "Basic dXNlcjp4"), Err(Unproven::Wrong));
    let telegram = proof(json!({"scheme": "bearer", "secret": "key", "header": "x-telegram-bot-api-secret-token"}));
    assert_eq!(judged(&telegram, "x-telegram-bot-api-secret-token", "user:swordfish"), Ok(()));
    assert_eq!(judged(&telegram, "authorization", "Bearer user:swordfish"), Err(Unproven::Header));
}
