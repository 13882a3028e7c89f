//! Leaving out what somebody else wrote.

use crate::earlier::{earlier, is_attribution, is_quoted};

/// How many messages that are forwarded in one another are opened.
const MOST_FORWARDS: usize = 10;
/// What telephones and mail programs add of their own, at the start of a line.
const SIGNATURES: &[&str] = &["Gesendet von ", "Gesendet mit ", "Sent from ", "Sent with ", "Get Outlook "];

/// The text without what it quotes.
///
/// A line is quoted when it starts with `>` after blanks. Directly before such lines, "Am … schrieb …:" and
/// "On … wrote:" are left out too, also where a mail program has broken them into two lines.
///
/// An earlier message below the text is left out to the end. It starts with a title between dashes
/// (`-----Original Message-----`), with a header (`Von:` and, soon after, `Gesendet:`) or with such a line as above
/// that names a date. Only where nothing stands above it, it was forwarded, and what it says itself is the text.
#[must_use]
pub fn without_quotes(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for _ in 0..MOST_FORWARDS {
        let Some(earlier) = earlier(&lines) else { break };
        let own = unquoted(lines.get(..earlier.start).unwrap_or_default());
        if own.lines().any(says_something) {
            return own.trim_end().to_owned();
        }
        lines = forwarded(lines.get(earlier.text..).unwrap_or_default());
    }
    unquoted(&lines)
}

fn unquoted(lines: &[&str]) -> String {
    let mut kept = Kept::default();
    let mut in_quote = false;
    for line in lines {
        let quoted = is_quoted(line);
        if quoted && !in_quote {
            kept.drop_attribution();
        }
        if !quoted {
            kept.push(line);
        }
        in_quote = quoted;
    }
    kept.lines.join("\n")
}

/// The lines that are kept so far, and the places of those that are not blank.
#[derive(Default)]
struct Kept<'t> {
    lines: Vec<&'t str>,
    written: Vec<usize>,
}

impl<'t> Kept<'t> {
    fn push(&mut self, line: &'t str) {
        if !line.trim().is_empty() {
            self.written.push(self.lines.len());
        }
        self.lines.push(line);
    }

    fn drop_attribution(&mut self) {
        let Some(last) = self.written.last().copied() else { return };
        let line = |place: Option<usize>| place.and_then(|place| self.lines.get(place)).map_or("", |line| line.trim());
        let (before, own) = (line(last.checked_sub(1)), line(Some(last)));
        let broken = format!("{before} {own}");
        let is_broken = !before.ends_with(['.', '!', '?']) && broken.contains(|c: char| c.is_ascii_digit());
        let end = if is_attribution(own) {
            last
        } else if is_broken && is_attribution(&broken) {
            last.saturating_sub(1)
        } else {
            return;
        };
        self.lines.truncate(end);
        while self.written.last().is_some_and(|place| *place >= end) {
            self.written.pop();
        }
    }
}

/// Whether a line is more than blanks, a rule or what a mail program adds of its own.
fn says_something(line: &str) -> bool {
    let line = line.trim();
    let is_signature = SIGNATURES.iter().any(|start| line.starts_with(start))
        || (line.starts_with("Von meinem ") && line.ends_with("gesendet"));
    line.contains(char::is_alphanumeric) && !is_signature
}

/// The lines of a forwarded message, without a `>` before each where a mail program has put one before all of them.
fn forwarded<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    let lines = lines.iter().copied().skip_while(|line| line.trim().is_empty());
    if lines.clone().any(|line| !line.trim().is_empty() && !is_quoted(line)) {
        return lines.collect();
    }
    let opened = |line: &'t str| {
        let rest = line.trim_start().strip_prefix('>').unwrap_or(line);
        rest.strip_prefix(' ').unwrap_or(rest)
    };
    lines.map(opened).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quoted_lines_and_their_attribution_are_left_out() {
        let german = "Danke!\n\nAm 03.03.2026 um 10:00 schrieb Service:\n> Guten Tag\n  > Wie geht es?\nGruß";
        assert_eq!(without_quotes(german), "Danke!\n\nGruß");
        assert_eq!(without_quotes("Yes.\r\nOn Mon, 3 Mar 2026, Ann wrote:\r\n\r\n> Really?"), "Yes.");
    }

    #[test]
    fn an_attribution_broken_into_two_lines_is_left_out() {
        let text = "Ja.\n\nAm Di., 3. März 2026 um 10:00 Uhr schrieb Service <\nservice@klanghaus.example>:\n\n> Hallo";
        assert_eq!(without_quotes(text).trim(), "Ja.");
        let own_words = "On Monday I called.\nThen he wrote:\n> no";
        assert_eq!(without_quotes(own_words), "On Monday I called.\nThen he wrote:");
        let own_words = "On 3 March I called you twice.\nThen your agent wrote:\n> no";
        assert_eq!(without_quotes(own_words), "On 3 March I called you twice.\nThen your agent wrote:");
    }

    #[test]
    fn answers_between_quoted_lines_stay() {
        let text = "On 3 Mar 2026 at 10:00, Ann wrote:\n> When?\nOn Monday.\n> Where?\nHere.";
        assert_eq!(without_quotes(text), "On Monday.\nHere.");
    }

    #[test]
    fn an_earlier_message_below_the_text_is_left_out() {
        for announced in [
            "-----Original Message-----\nFrom: Ann",
            "-----Ursprüngliche Nachricht-----\nVon: Ann",
            "-------- Original-Nachricht --------",
            "---------- Forwarded message ---------\nFrom: Ann",
            "——— Weitergeleitete Nachricht ———",
            "Von: Ann <ann@klanghaus.example>\nGesendet: Dienstag, 3. März 2026 10:00\nAn: Jo\nBetreff: AW: CD",
            "*From:* Ann\n*To:* Jo <jo@mail.example>;\n Eve\n*Cc:* Al\n*Sent:* Tuesday, March 3, 2026 10:00",
            "Gesendet: Dienstag, 3. März 2026 um 10:00 Uhr\nVon: \"Ann\" <ann@klanghaus.example>",
            "________________________________\nFrom: Ann\nDate: 2026-03-03\nSubject: CD",
            "Am 03.03.2026 um 10:00 schrieb Ann:",
            "Am Dienstag, 3. März 2026 um 10:00:00 MEZ hat Ann Folgendes geschrieben:",
            "On Tue, Mar 3, 2026 at 10:00, Ann <\nann@klanghaus.example> wrote:",
            "On Tuesday, ann@klanghaus.example wrote:",
        ] {
            let text = format!("Danke!\n\n{announced}\n\nSorry, the CD is broken.\n> Where is it?\nAnn");
            assert_eq!(without_quotes(&text).trim_end_matches(['_', '\n']), "Danke!", "{announced}");
        }
    }

    #[test]
    fn what_only_looks_like_an_earlier_message_stays() {
        for text in [
            "On Monday your agent wrote:\nnothing at all",
            "Am Montag schrieb Ihr Kollege:\nDas geht nicht.",
            "On 3 March 2026 I called.\nThen he wrote:\nno",
            "Von: Hamburg\nDatum: Montag\nBitte abholen",
            "From: me\n1\n2\n3\n4\nDate: 2026-03-03",
            "Die Lieferung:\nVon: Berlin\nAn: Hamburg\nDatum: 12.03.2026\nDas Paket ist kaputt.",
            "My original message\n- original messages",
            "--\nAnn",
        ] {
            assert_eq!(without_quotes(text), text);
        }
    }

    #[test]
    fn a_message_that_is_only_forwarded_is_the_text() {
        let header = "Von: Jo\nGesendet: Dienstag, 3. März 2026 10:00\nAn: Ann <ann@mail.example>;\n Eve\nBetreff: CD";
        for above in ["", "\n \n", "Von meinem iPhone gesendet\n\n", "______\n", "> no\n"] {
            for title in ["", "-----Weitergeleitete Nachricht-----\n"] {
                let text = format!("{above}{title}{header}\n\nDie CD ist kaputt.\nJo");
                assert_eq!(without_quotes(&text), "Die CD ist kaputt.\nJo", "{text}");
            }
        }
        let marked = "Begin forwarded message:\n\n> From: Jo\n> Subject: CD\n> Date: 3 March 2026\n> \n> It is broken.\n> > Really?\n";
        assert_eq!(without_quotes(marked), "It is broken.");
        let answered = format!("{header}\n\nDie CD ist kaputt.\n\n-----Original Message-----\n{header}\n\nGuten Tag");
        assert_eq!(without_quotes(&answered), "Die CD ist kaputt.");
    }

    #[test]
    fn what_a_customer_says_above_is_no_signature() {
        let text = "Von meinem Konto wurde zweimal abgebucht!\nAm 03.03.2026 um 10:00 schrieb Service:\nGuten Tag";
        assert_eq!(without_quotes(text), "Von meinem Konto wurde zweimal abgebucht!");
    }

    #[test]
    fn a_long_row_of_quotes_and_blank_lines_takes_linear_time() {
        let text = format!("Hello\n{}", ">\n\n".repeat(200_000));
        assert_eq!(without_quotes(&text).trim(), "Hello");
    }

    #[test]
    fn forwards_in_forwards_are_opened_only_so_far() {
        let title = "-----Original Message-----\n";
        assert_eq!(without_quotes(&format!("{}text", title.repeat(MOST_FORWARDS))), "text");
        assert_eq!(without_quotes(&format!("{}text", title.repeat(MOST_FORWARDS + 1))), format!("{title}text"));
    }

    proptest! {
        #[test]
        fn no_quoted_line_is_left(text in "([ >]{0,2}(On 1 wrote:|[a-z:]{0,5})\n){0,12}") {
            let rest = without_quotes(&text);
            prop_assert!(!rest.lines().any(|line| line.trim_start().starts_with('>')));
            let again = without_quotes(&rest);
            prop_assert_eq!(again.trim_end(), rest.trim_end());
        }

        #[test]
        fn what_is_left_are_lines_of_the_text(
            text in "((> ){0,2}(On 3 Mar 2026 Jo wrote:|-Original Message-|From: Jo|Sent: 20260303|[a-z]{0,5})\n){0,9}",
        ) {
            let kept = without_quotes(&text);
            prop_assert!(kept.lines().all(|line| text.lines().any(|known| known.ends_with(line))));
        }

        #[test]
        fn a_text_without_quotes_stays_as_it_is(text in "([a-z :]{0,9}\n){0,6}[a-z]") {
            prop_assert_eq!(without_quotes(&text), text);
        }
    }
}
