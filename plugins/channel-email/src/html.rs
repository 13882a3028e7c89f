//! HTML as the text that its reader sees.

use crate::page::Page;
use html5gum::{Emitter, Error, State, Tokenizer};

/// The longest name of a tag that matters; longer ones are cut, so that they are none of those.
const LONGEST_TAG: usize = 32;

/// The text of an HTML document, of which at least `limit` characters are there.
///
/// Blocks, rows and line breaks start a line, cells stand apart, lines of a quotation (`blockquote`) start with `> `.
/// The head, scripts and comments are left out, and entities are the characters that they stand for.
#[must_use]
pub fn to_text(html: &str, limit: usize) -> String {
    let mut page = Page::new(limit);
    let reader = Reader { page: &mut page, tag: Vec::new(), is_end: false, last_start: Vec::new() };
    // There is an item only once the page is full: asking for the first one reads as much as is needed.
    let _ = Tokenizer::new_with_emitter(html, reader).next();
    page.into_text()
}

/// Takes tags and text from the tokenizer, and nothing else: an attribute may hold a picture of many megabytes.
#[derive(Debug)]
struct Reader<'p> {
    page: &'p mut Page,
    /// Name of the tag that is being read.
    tag: Vec<u8>,
    /// Whether that tag ends an element.
    is_end: bool,
    /// Name of the element that started last.
    last_start: Vec<u8>,
}

impl Emitter for Reader<'_> {
    type Token = ();

    fn pop_token(&mut self) -> Option<()> {
        self.page.is_full().then_some(())
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.page.write(text);
    }

    fn init_start_tag(&mut self) {
        self.tag.clear();
        self.is_end = false;
    }

    fn init_end_tag(&mut self) {
        self.tag.clear();
        self.is_end = true;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        let room = LONGEST_TAG.saturating_sub(self.tag.len());
        self.tag.extend(name.iter().take(room));
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        if self.is_end {
            self.page.close(&self.tag);
            return None;
        }
        self.page.open(&self.tag);
        self.last_start.clone_from(&self.tag);
        // What stands in these is no markup up to their end (HTML, section 13.2.6.2).
        match self.tag.as_slice() {
            b"title" | b"textarea" => Some(State::RcData),
            b"script" => Some(State::ScriptData),
            b"style" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => Some(State::RawText),
            _ => None,
        }
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.tag.is_empty() && self.tag == self.last_start
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start = name.unwrap_or_default().to_vec();
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}
    fn emit_eof(&mut self) {}
    fn set_self_closing(&mut self) {}
    fn init_attribute(&mut self) {}
    fn push_attribute_name(&mut self, _: &[u8]) {}
    fn push_attribute_value(&mut self, _: &[u8]) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn emit_current_doctype(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(html: &str) -> String {
        to_text(html, 10_000)
    }

    #[test]
    fn blocks_start_a_line_and_cells_stand_apart() {
        assert_eq!(text("<div>meine CD ist kaputt</div><div>Bitte</div>"), "meine CD ist kaputt\nBitte");
        assert_eq!(
            text("<table><tr><td>Kratzer</td><td>Seite B</td></tr><tr><th>a<td>b</table>"),
            "Kratzer Seite B\na b"
        );
        assert_eq!(text("<h1>Liste</h1><ul><li>eins<li>zwei</ul>Ende"), "Liste\neins\nzwei\nEnde");
        assert_eq!(text("<section><P class=x>a</P><p>b</section><hr>c<footer>d</footer>"), "a\nb\nc\nd");
        assert_eq!(text("in<b>line</b> <i>tags</i>\r\n  do<span> not</span>"), "inline tags do not");
    }

    #[test]
    fn line_breaks_leave_at_most_one_line_empty() {
        assert_eq!(text("<div>a</div>\n<div><br></div>\n<div>b<br/></div><div>c</div>"), "a\n\nb\nc");
        assert_eq!(text("a<br clear=all>b<br><br><br>c"), "a\nb\n\nc");
        assert_eq!(text("<br><p></p>a<br></p><br>"), "a");
    }

    #[test]
    fn entities_are_the_characters_that_they_stand_for() {
        assert_eq!(text("<p>Gr&uuml;&szlig;e &amp; mehr &lt;3 &#8364;&#x20AC;&euro;</p>"), "Grüße & mehr <3 €€€");
        assert_eq!(text("a&nbsp;b &copy 2026 &xyz; 1 < 2 <é>"), "a\u{a0}b © 2026 &xyz; 1 < 2 <é>");
    }

    #[test]
    fn head_styles_scripts_and_comments_are_left_out() {
        let head = "<!DOCTYPE html><html><head><title>T &lt;</title><STYLE type=\"text/css\">p > b {}</STYLE>";
        for rest in ["</head><body>", "<body>", ""] {
            assert_eq!(text(&format!("{head}<meta name=a>{rest}<p>Hallo</p></html>")), "Hallo", "{rest}");
        }
        assert_eq!(text("a<script>if (1 < 2) { '</b>' }</script>b<!-- <p>c</p> --><template>d</template>"), "ab");
        assert_eq!(text("a<!--[if mso]><p>Word</p><![endif]--><![if !mso]>b<![endif]><o:p></o:p>"), "ab");
        assert_eq!(text("<a title='a > b' href=\"data:,<p>\">c</a><img alt=d src=e>"), "c");
    }

    #[test]
    fn lines_of_quotations_are_marked() {
        let reply = "<div>Danke!</div><div>Am 3. M&auml;rz schrieb Jo:<br></div><blockquote type=cite><p>a<br>b</p>\
                     <br><blockquote>c</blockquote></blockquote><p>Ende</p>";
        assert_eq!(text(reply), "Danke!\nAm 3. März schrieb Jo:\n> a\n> b\n> \n> > c\nEnde");
        assert_eq!(text("<blockquote>a</blockquote><br>b</blockquote>c"), "> a\n\nb\nc");
        assert_eq!(text("<blockquote><pre>a\nb  c\n\nd</pre></blockquote>e\nf"), "> a\n> b c\n> \n> d\ne f");
    }

    #[test]
    fn a_long_page_is_read_as_far_as_needed() {
        let quotes = "<blockquote>x".repeat(2_000);
        for html in [quotes, "a<b>".repeat(2_000), "ä".repeat(2_000)] {
            let text = to_text(&html, 100);
            assert!((100..500).contains(&text.chars().count()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_html_makes_it_panic(html in "(<|/|>|!|-|&|#|;|'|\"|=|[a-z]{1,3}|script|pre|\\PC| |\n){0,80}") {
            let _ = text(&html);
        }

        #[test]
        fn text_without_markup_keeps_its_words(html in "[a-zäß€ \n]{0,80}") {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(text(&html), words(&html));
        }
    }
}
