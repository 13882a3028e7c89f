//! Bounds of texts.

use super::stop;
use crate::{Evidence, Reason};

pub fn reason(reason: &Reason) {
    code("reason.code", &reason.code);
    required("reason.text", &reason.text, 1_000);
}

pub fn evidence(evidence: Option<&Evidence>) {
    if let Some(Evidence { field, quote }) = evidence {
        code("evidence.field", field);
        at_most("evidence.quote", quote, 500);
    }
}

pub fn code(field: &str, text: &str) {
    let first = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let other = |c: char| first(c) || matches!(c, '-' | '_' | '.');
    if !text.starts_with(first) || !text.chars().all(other) || text.len() > 64 {
        stop(&format!("{field} `{text}` is no code; write 1 to 64 of `a-z 0-9 - _ .`, first a letter or digit"));
    }
}

pub fn required(field: &str, text: &str, limit: usize) {
    if text.trim().is_empty() {
        stop(&format!("{field} is empty; write at least one character"));
    }
    at_most(field, text, limit);
}

pub fn at_most(field: &str, text: &str, limit: usize) {
    let length = text.chars().count();
    if length > limit {
        stop(&format!("{field} has {length} characters; at most {limit} fit"));
    }
}
