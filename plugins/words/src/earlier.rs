//! Where an earlier message starts in a text: the one that is answered, or one that is forwarded.

/// What stands between dashes above an earlier message, in lower case.
const TITLES: &[&str] = &[
    "original message",
    "forwarded message",
    "ursprüngliche nachricht",
    "ursprüngliche e-mail",
    "originalnachricht",
    "original-nachricht",
    "weitergeleitete nachricht",
    "weitergeleitete e-mail",
];
/// What Apple's programs write above a message that they forward.
const FORWARDED: &[&str] =
    &["Begin forwarded message:", "Anfang der weitergeleiteten Nachricht:", "Anfang der weitergeleiteten E-Mail:"];
/// The header of an earlier message, as Outlook and others show it.
const SENDER: &[&str] = &["Von:", "From:"];
const SENT: &[&str] = &["Gesendet:", "Sent:"];
const DATE: &[&str] = &["Gesendet:", "Sent:", "Datum:", "Date:"];
/// A list that a person writes may have "from" and "date", too, but neither a subject nor an address.
const SUBJECT: &[&str] = &["Betreff:", "Subject:"];
const REST: &[&str] = &[
    "An:",
    "To:",
    "Cc:",
    "CC:",
    "Kopie:",
    "Betreff:",
    "Subject:",
    "Antwort an:",
    "Reply-To:",
    "Priorität:",
    "Importance:",
];
/// Lines below a sender within which the date has to follow, and the other way about.
const DATE_WITHIN: usize = 4;
/// The most lines of a header.
const LONGEST_HEADER: usize = 12;
/// A date of a mail program has at least so many digits: day and year, or day and time.
const FEWEST_DIGITS: usize = 5;

/// Where an earlier message stands in the lines of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// The first line that announces it.
    pub start: usize,
    /// The first line that it says itself.
    pub text: usize,
}

/// The first earlier message whose lines are not marked with `>`.
pub(crate) fn earlier(lines: &[&str]) -> Option<Earlier> {
    (0..lines.len()).find_map(|start| {
        let announced = start + announcement(lines.get(start..)?)?;
        Some(Earlier { start, text: announced + header(lines.get(announced..)?) })
    })
}

/// Whether a line says whom the lines below it quote: "Am … schrieb …:" or "On … wrote:".
pub(crate) fn is_attribution(line: &str) -> bool {
    let has_written = line.contains(" hat ") && line.ends_with(" geschrieben:");
    let german = (line.contains(" schrieb ") && line.ends_with(':')) || has_written;
    (line.starts_with("Am ") && german) || (line.starts_with("On ") && line.ends_with(" wrote:"))
}

/// Whether a line is quoted.
pub(crate) fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// How many lines announce an earlier message, besides its header, where they do so from the first one on.
fn announcement(lines: &[&str]) -> Option<usize> {
    let (first, rest) = lines.split_first()?;
    if is_title(first) || FORWARDED.contains(&first.trim()) {
        return Some(1);
    }
    let soon = |names, is_dated: fn(&str) -> bool| {
        rest.iter().take(DATE_WITHIN).any(|line| is_field(line, names) && is_dated(line))
    };
    let is_header = ((is_field(first, SENDER) && soon(DATE, is_dated))
        || (is_field(first, SENT) && is_dated(first) && soon(SENDER, |_| true)))
        && lines.iter().take(1 + DATE_WITHIN).any(|line| line.contains('@') || is_field(line, SUBJECT));
    if is_header { Some(0) } else { unmarked_attribution(first, rest) }
}

/// How many lines say whom the lines below them quote, where those are not marked.
///
/// A person may write "On Monday your colleague wrote:", too, so it has to name a date or an address as programs do.
fn unmarked_attribution(first: &str, rest: &[&str]) -> Option<usize> {
    let first = first.trim();
    if !first.starts_with("Am ") && !first.starts_with("On ") {
        return None;
    }
    let second = rest.first().map_or("", |line| line.trim());
    let is_by_program = |line: &str| is_attribution(line) && (is_dated(line) || line.contains('@'));
    let lines = if is_by_program(first) {
        1
    } else if !first.ends_with(['.', '!', '?']) && is_by_program(&format!("{first} {second}")) {
        2
    } else {
        return None;
    };
    let next = rest.iter().skip(lines - 1).find(|line| !line.trim().is_empty());
    (!next.is_some_and(|line| is_quoted(line))).then_some(lines)
}

/// How many lines at the start are blank or the header of a message.
fn header(lines: &[&str]) -> usize {
    let is_blank = |line: &&&str| line.trim().is_empty();
    let blank = lines.iter().take_while(is_blank).count();
    let block = lines.iter().skip(blank).take_while(|line| !is_blank(line)).take(LONGEST_HEADER);
    let is_named = |line: &str| [SENDER, DATE, REST].iter().any(|names| is_field(line, names));
    if !lines.get(blank).is_some_and(|line| is_named(line)) {
        return blank;
    }
    // A long field goes on in the next line, which names none.
    let fields = block.enumerate().filter(|(_, line)| is_named(line)).last();
    blank + fields.map_or(0, |(last, _)| last + 1)
}

/// Whether a line is a title between dashes, such as `-----Original Message-----`.
fn is_title(line: &str) -> bool {
    let is_dash = |c: char| matches!(c, '-' | '–' | '—' | '_');
    let line = line.trim();
    line.starts_with(is_dash) && TITLES.contains(&line.trim_matches(is_dash).trim().to_lowercase().as_str())
}

/// Whether a line is one of the named fields of a header; some programs set the name between asterisks.
fn is_field(line: &str, names: &[&str]) -> bool {
    let line = line.trim_start().trim_start_matches('*');
    names.iter().any(|name| line.starts_with(name))
}

fn is_dated(line: &str) -> bool {
    line.chars().filter(char::is_ascii_digit).count() >= FEWEST_DIGITS
}
