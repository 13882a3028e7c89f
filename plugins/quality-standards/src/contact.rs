//! What the checks read and what they find, in plain types.

use stammgast_words::shorten;

/// What the checks need to know of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact<'a> {
    /// The channel's code.
    pub channel: &'a str,
    /// Which way it went.
    pub direction: Direction,
    /// Subject line.
    pub subject: Option<&'a str>,
    /// What was said, without quoted lines.
    pub text: String,
    /// Whether anything was attached.
    pub has_attachments: bool,
    /// Who handled it.
    pub agent: Option<&'a str>,
    /// What it was about, as an agent documented it.
    pub topic: Option<&'a str>,
    /// How it ended, as an agent documented it.
    pub outcome: Option<&'a str>,
}

/// Which way a contact went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the customer to the company.
    Inbound,
    /// From the company to the customer.
    Outbound,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Should be put right.
    Minor,
    /// Must be put right.
    Major,
}

/// A deviation from a standard, with the place where it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Code of the broken rule.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence for people.
    pub text: String,
    /// The field in which it shows.
    pub field: &'static str,
    /// The words that show it; empty where something is missing.
    pub quote: String,
}

impl Finding {
    /// A finding whose texts fit what the host takes: 1,000 characters of text, 500 of evidence.
    #[must_use]
    pub fn new(rule: &'static str, severity: Severity, text: &str, field: &'static str, quote: &str) -> Self {
        Self { rule, severity, text: shorten(text, 1_000), field, quote: shorten(quote, 500) }
    }
}

/// Whether a text is absent or holds nothing but white space.
#[must_use]
pub fn blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}
