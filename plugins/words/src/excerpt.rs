//! Short pieces of text for titles, reasons and evidence. Lengths count characters (Unicode scalar values).

/// The text on one line: every run of white space becomes one blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text, cut to at most `limit` characters; a cut shows as `…`.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    if limit == 0 { kept } else { kept + "…" }
}

/// The sentence, at most the line, in which byte `at` of the text stands, in at most `limit` characters.
#[must_use]
pub fn sentence_around(text: &str, at: usize, limit: usize) -> String {
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { return shorten(text, limit) };
    let before = before.get(last_end(before)..).unwrap_or_default().trim_start();
    let after = after.get(..first_end(after)).unwrap_or_default().trim_end();
    let surplus = before.chars().count().saturating_sub(limit / 2);
    if surplus == 0 {
        return shorten(&format!("{before}{after}"), limit);
    }
    let nearest: String = before.chars().skip(surplus.saturating_add(1)).collect();
    shorten(&format!("…{nearest}{after}"), limit)
}

/// Byte after the last sentence that ends in the text; 0 where none does.
fn last_end(text: &str) -> usize {
    ends(text).last().unwrap_or_default()
}

/// Byte after the first sentence of the text.
fn first_end(text: &str) -> usize {
    ends(text).next().unwrap_or(text.len())
}

/// Bytes after which a new sentence or line starts.
fn ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.char_indices().filter_map(|(at, c)| {
        let end = at + c.len_utf8();
        let blank_follows = text.get(end..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
        (c == '\n' || (matches!(c, '.' | '!' | '?') && blank_follows)).then_some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sentence_or_line_around_a_word_is_found() {
        let text = "Guten Tag,\nmein Paket kam zu spät. Es war offen! Danke";
        let around = |word: &str| sentence_around(text, text.find(word).unwrap(), 300);
        assert_eq!(around("Guten"), "Guten Tag,");
        assert_eq!(around("Paket"), "mein Paket kam zu spät.");
        assert_eq!(around("offen"), "Es war offen!");
        assert_eq!(around("Danke"), "Danke");
    }

    #[test]
    fn a_cut_shows() {
        assert_eq!(shorten("Geräusch", 5), "Gerä…");
        assert_eq!(shorten("Geräusch", 8), "Geräusch");
        assert_eq!(one_line(" a\n\tb  c "), "a b c");
    }

    proptest! {
        #[test]
        fn nothing_is_longer_than_its_limit(text in ".*", at in 0_usize..80, limit in 0_usize..40) {
            prop_assert!(shorten(&text, limit).chars().count() <= limit);
            prop_assert!(sentence_around(&text, at, limit).chars().count() <= limit);
        }

        #[test]
        fn the_word_stays_inside_its_excerpt(before in "[a-z .\n]{0,60}", after in "[a-z .\n]{0,60}") {
            let text = format!("{before}WORD{after}");
            let excerpt = sentence_around(&text, before.len(), 20);
            prop_assert!(excerpt.contains("WORD"), "{excerpt}");
        }
    }
}
