//! Leaving out what somebody else wrote.

/// The text without quoted lines and the lines that say whom they quote.
///
/// A line is quoted when it starts with `>` after blanks. Directly before such lines, "Am … schrieb …:" and
/// "On … wrote:" are left out too, also where a mail program has broken them into two lines.
#[must_use]
pub fn without_quotes(text: &str) -> String {
    let mut kept = Vec::new();
    let mut in_quote = false;
    for line in text.lines() {
        let quoted = line.trim_start().starts_with('>');
        if quoted && !in_quote {
            drop_attribution(&mut kept);
        }
        if !quoted {
            kept.push(line);
        }
        in_quote = quoted;
    }
    kept.join("\n")
}

fn drop_attribution(kept: &mut Vec<&str>) {
    let Some(last) = kept.iter().rposition(|line| !line.trim().is_empty()) else { return };
    let line = |place: Option<usize>| place.and_then(|place| kept.get(place)).copied().unwrap_or_default().trim();
    let broken = format!("{} {}", line(last.checked_sub(1)), line(Some(last)));
    if is_attribution(line(Some(last))) {
        kept.truncate(last);
    } else if is_attribution(&broken) && broken.contains(|c: char| c.is_ascii_digit()) {
        kept.truncate(last.saturating_sub(1));
    }
}

fn is_attribution(line: &str) -> bool {
    let german = line.starts_with("Am ") && line.contains(" schrieb ") && line.ends_with(':');
    german || (line.starts_with("On ") && line.ends_with(" wrote:"))
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
    }

    #[test]
    fn what_looks_like_an_attribution_stays_where_nothing_is_quoted() {
        let text = "On Monday your agent wrote:\nnothing at all";
        assert_eq!(without_quotes(text), text);
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
        fn a_text_without_quotes_stays_as_it_is(text in "([a-z :]{0,9}\n){0,6}[a-z]") {
            prop_assert_eq!(without_quotes(&text), text);
        }
    }
}
