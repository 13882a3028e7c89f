//! Secrets in every form, and texts that hold none.

use super::{super::encode::basic, *};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;

/// A form in which a server may repeat a text.
type Form = fn(&str) -> String;

fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

fn special(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric()
}

/// Forms that leave the neighbours of a secret alone.
const FORMS: &[(&str, Form)] = &[
    ("plain", str::to_owned),
    ("percent, upper case", |text| {
        each(text, |byte| if special(byte) { format!("%{byte:02X}") } else { char::from(byte).into() })
    }),
    ("percent, lower case", |text| {
        each(text, |byte| if special(byte) { format!("%{byte:02x}") } else { char::from(byte).into() })
    }),
    ("percent, all", |text| each(text, |byte| format!("%{byte:02x}"))),
    ("form", |text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect()),
    ("json", |text| serde_json::Value::from(text).to_string()),
    ("json, slashes", |text| serde_json::Value::from(text).to_string().replace('/', "\\/")),
    ("json, unicode", |text| {
        each(text, |byte| if special(byte) { format!("\\u{byte:04x}") } else { char::from(byte).into() })
    }),
    ("json, unicode, upper case", |text| each(text, |byte| format!("\\u{byte:04X}"))),
    ("javascript", |text| each(text, |byte| format!("\\x{byte:02x}"))),
    ("html", |text| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('"', "&quot;").replace('\'', "&#039;")
    }),
    ("html, numbers", |text| {
        each(text, |byte| if special(byte) { format!("&#{byte};") } else { char::from(byte).into() })
    }),
    ("html, hexadecimal", |text| each(text, |byte| format!("&#x{byte:X};"))),
    ("quoted-printable", |text| {
        each(text, |byte| if special(byte) { format!("={byte:02X}") } else { char::from(byte).into() })
    }),
    ("hex, lower case", |text| hex::encode(text)),
    ("hex, upper case", |text| hex::encode_upper(text)),
    ("hex, with colons", |text| each(text, |byte| format!("{byte:02x}:"))),
    ("octal", |text| each(text, |byte| format!("\\{byte:03o}"))),
    ("decimal", |text| format!("{:?}", text.as_bytes())),
    ("csv", |text| format!("\"{}\"", text.replace('"', "\"\""))),
    ("sql", |text| text.replace('\'', "''")),
    ("utf-16", |text| each(text, |byte| format!("{}\0", char::from(byte)))),
    ("softly broken", |text| format!("{}=\r\n{}", &text[..5], &text[5..])),
    ("folded", |text| format!("{}\r\n {}", &text[..5], &text[5..])),
    ("upper case", str::to_uppercase),
    ("lower case", str::to_lowercase),
];

fn redactor(secrets: &[&str], written: &[&str]) -> Redactor {
    Redactor::new(secrets.iter().copied(), &written.iter().map(|form| (*form).to_owned()).collect())
}

fn blotted_out(redactor: &Redactor, bytes: &[u8]) -> Vec<u8> {
    redactor.redacted(bytes.to_vec(), &steps_for(bytes.len())).unwrap()
}

fn redacted(redactor: &Redactor, text: &str) -> String {
    String::from_utf8(blotted_out(redactor, text.as_bytes())).unwrap()
}

/// What base64 makes of a text between others, and the part of it that hangs on the text alone.
fn base64(before: &str, text: &str, after: &str, url: bool) -> (String, String) {
    let engine = if url { base64::engine::general_purpose::URL_SAFE } else { STANDARD };
    let whole = engine.encode(format!("{before}{text}{after}"));
    let (start, end) = ((before.len() * 8).div_ceil(6), (before.len() + text.len()) * 8 / 6);
    let core = whole[start..end].to_owned();
    (whole, core)
}

#[test]
fn a_secret_in_a_sentence_is_blotted_out_and_nothing_else() {
    let one = redactor(&["sw/ord+fi\"sh"], &[]);
    for (name, form) in FORMS {
        let text = format!("before {} after", form("sw/ord+fi\"sh"));
        let shown = redacted(&one, &text);
        assert!(shown.starts_with("before ") && shown.ends_with(" after") && shown.contains(BLOT), "{name}: {shown}");
        assert!(shown.len() <= "before \"[secret]\": after".len(), "{name}: {shown}");
    }
    for text in ["", "nothing here", "sw/ord+fi", "{\"a\":\"\\u0041%41&amp;+\"}", "swordfish", "[secret]"] {
        assert_eq!(redacted(&one, text), text);
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(4_096).collect();
    assert_eq!(blotted_out(&one, &bytes), bytes);
}

#[test]
fn forms_within_forms_are_seen_through() {
    let secret = "a\"b/c&d+e<f";
    let one = redactor(&[secret], &[]);
    // What is made of digits alone, and what breaks an escape apart, is found innermost only.
    let outermost =
        |name: &str| !name.starts_with("hex") && !["decimal", "utf-16", "softly broken", "folded"].contains(&name);
    for (outer_name, outer) in FORMS.iter().filter(|(name, _)| outermost(name)) {
        for (inner_name, inner) in FORMS.iter().filter(|(name, _)| !name.starts_with("hex") && !name.ends_with("case"))
        {
            let text = format!("({})", outer(&inner(secret)));
            assert!(redacted(&one, &text).contains(BLOT), "{inner_name} in {outer_name}: {text}");
        }
    }
}

#[test]
fn what_the_request_held_is_found_however_it_is_repeated() {
    let credentials = basic("user", "sw\"rdfish");
    let one = redactor(&["sw\"rdfish"], &[&credentials, "sw%22rdfish", "sw\\\"rdfish"]);
    for text in [
        format!("Basic {credentials}"),
        base64("{\"authorization\":\"Basic ", &credentials, "\"}", false).0,
        hex::encode(format!("authorization: Basic {credentials}")),
        base64("body=", "sw%22rdfish", "&x=y", false).0,
        base64("{\"t\":\"", "sw\\\"rdfish", "\"}", true).0,
    ] {
        let shown = redacted(&one, &text);
        assert!(shown.contains(BLOT), "{text}: {shown}");
    }
    let wrapped: String = base64("x", "sw\"rdfish", "y", false).0.chars().flat_map(|letter| [letter, '\n']).collect();
    assert!(redacted(&one, &wrapped).contains(BLOT));
}

#[test]
fn several_secrets_are_found_and_blots_make_no_new_one() {
    let some = redactor(&["swordfish", "fishmonger", "t]password"], &[]);
    assert_eq!(redacted(&some, "a swordfishmonger b"), "a [secret] b");
    let shown = redacted(&some, "swordfishpassword");
    assert!(!shown.contains("t]password"), "{shown}");
}

#[test]
fn a_large_answer_is_searched_within_its_steps() {
    let secret = "0123456789abcdef0123456789abcdef";
    let some = redactor(&[secret], &[&basic("user", secret)]);
    for filling in ["{\\\"a\\\":\\\"b%20c\\\"},", "0123456789abcde", "MDEyMzQ1Njc4", "a+b=c&d=e&amp;"] {
        let mut text = filling.repeat((1 << 20) / filling.len());
        text.push_str(secret);
        // Within its steps, which are what bounds the time.
        assert!(redacted(&some, &text).ends_with(BLOT), "{filling}");
    }
}

#[test]
fn what_takes_too_long_is_refused_and_not_shown() {
    let long = format!("{}b", "a".repeat(4_095));
    let quotes = "\"".repeat(4_000);
    for (secrets, text) in [
        (vec![long.as_str()], "a".repeat(32 << 10)),
        (vec!["swordfish", "x[secret]y"], format!("{}{}", "x".repeat(20_000), "swordfishy".repeat(20_000))),
        (vec!["swordfish", "]]]]]]]]"], format!("{}swordfish{}", "[secret".repeat(20_000), "]".repeat(20_000))),
        (vec!["swordfish"], "\\".repeat(1 << 20)),
        (vec![quotes.as_str()], "\"".repeat(100_000)),
        (vec!["+       +"], "+".repeat(1 << 20)),
    ] {
        let some = redactor(&secrets, &[]);
        let steps = steps_for(text.len());
        match some.redacted(text.clone().into_bytes(), &steps) {
            Err(Unsearchable) => {}
            Ok(bytes) => {
                let shown = String::from_utf8(bytes).unwrap();
                assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{}", secrets.concat());
            }
        }
    }
    let nothing_left = redactor(&[&long], &[]).redacted(long.clone().into_bytes(), &Steps::new(1_000));
    assert_eq!(nothing_left, Err(Unsearchable));
    assert_eq!(redactor(&[], &[]).redacted(b"+".repeat(1 << 20), &Steps::new(0)), Ok(b"+".repeat(1 << 20)));
}

#[test]
fn half_a_secret_stays_so_that_nobody_can_guess_by_it() {
    let one = redactor(&["sw/ord+fi\"sh"], &[]);
    for text in ["sw/ord+fi\"s", "w/ord+fi\"sh", "sw%2Ford%2Bfi%22s", "sw/ord+fi\"s\0", "sw/ord-fi\"sh"] {
        assert_eq!(redacted(&one, text), text);
    }
}

#[test]
fn base64_and_digits_of_what_servers_made_of_a_secret_are_found() {
    let secret = "sw/o\"rd fish";
    let one = redactor(&[secret], &[]);
    let json = serde_json::json!({ "token": secret }).to_string();
    let form = format!("a=b&token={}&c=d", form(secret));
    let inner = STANDARD.encode(format!("ada:{secret}"));
    for (name, text) in [
        ("base64 of json", STANDARD.encode(&json)),
        ("hex of json", hex::encode(&json)),
        ("decimal of json", format!("{:?}", json.as_bytes())),
        ("base64 of a form", STANDARD.encode(&form)),
        ("base64 of base64", STANDARD.encode(format!("x{inner}"))),
        ("base64 of hex", STANDARD.encode(hex::encode(format!("-{secret}")))),
        ("hex of base64", hex::encode(&inner)),
    ] {
        assert!(redacted(&one, &text).contains(BLOT), "{name}: {text}");
    }
}

proptest! {
    #[test]
    fn a_secret_is_never_found_again(
        secret in "[!-~][ -~]{6,60}[!-~]",
        before in "[ -~]{0,12}",
        after in "[ -~]{0,12}",
        user in "[a-z]{0,6}",
        url: bool,
    ) {
        // Redaction must not be asked for what stands in its own mark, or looks like nothing but itself in every form.
        prop_assume!(!BLOT.contains(&secret.to_ascii_lowercase()));
        let credentials = basic(&user, &secret);
        let some = redactor(&[&secret], &[&credentials]);
        for (name, form) in FORMS {
            let written = form(&secret);
            let shown = redacted(&some, &format!("{before}{written}{after}"));
            prop_assert!(!shown.contains(&written), "{}: {}", name, shown);
            let in_json = serde_json::Value::from(format!("{before}{written}{after}")).to_string();
            let shown = redacted(&some, &in_json);
            let read: String = serde_json::from_str(&shown).unwrap_or_default();
            prop_assert!(!shown.contains(&written) && !read.contains(&written), "{} in json: {}", name, shown);
        }
        let (whole, core) = base64(&before, &secret, &after, url);
        let shown = redacted(&some, &whole);
        prop_assert!(!shown.contains(&core), "base64: {}", shown);
        let unpadded = redacted(&some, whole.trim_end_matches('='));
        prop_assert!(!unpadded.contains(&core), "base64 without padding: {}", unpadded);
        let repeated = redacted(&some, &base64(&before, &credentials, &after, url).0);
        prop_assert!(!repeated.contains(&base64(&before, &credentials, &after, url).1));
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is(bytes: Vec<u8>) {
        let some = redactor(&["sk_live_0123456789ABCDEF"], &[&basic("user", "sk_live_0123456789ABCDEF")]);
        prop_assert_eq!(blotted_out(&some, &bytes), bytes);
    }
}
