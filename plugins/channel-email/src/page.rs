//! Laying out a page of HTML as lines of text.

use std::mem;

/// The most `>` that a line starts with.
const DEEPEST_QUOTE: usize = 9;

/// A page on which tags and text are put one after the other.
#[derive(Debug)]
pub struct Page {
    /// What is there already, in UTF-8. Bytes, because a character may come in two pieces.
    text: Vec<u8>,
    /// Bytes after which nothing is added.
    most: usize,
    /// Line ends that come before the next text; two leave a line empty.
    line_ends: usize,
    /// Whether a blank comes before the next text.
    is_blank_due: bool,
    /// How many quotations are open.
    quotes: usize,
    /// How many quotations were open around the last text.
    quotes_before: usize,
    /// How many elements are open that keep their line ends.
    preformatted: usize,
    /// How many elements are open that nobody sees.
    hidden: usize,
}

impl Page {
    /// An empty page for at least so many characters.
    #[must_use]
    pub fn new(characters: usize) -> Self {
        Self {
            text: Vec::new(),
            most: characters.saturating_mul(4),
            line_ends: 0,
            is_blank_due: false,
            quotes: 0,
            quotes_before: 0,
            preformatted: 0,
            hidden: 0,
        }
    }

    /// Whether nothing more is added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.text.len() >= self.most
    }

    /// An element starts; `tag` is its name in lower case.
    pub fn open(&mut self, tag: &[u8]) {
        match tag {
            _ if is_hidden(tag) => self.hidden = self.hidden.saturating_add(1),
            b"br" => self.end_line(),
            b"td" | b"th" => self.is_blank_due = true,
            _ if is_block(tag) => self.start_line(),
            _ => {}
        }
        match tag {
            b"blockquote" => self.quotes = self.quotes.saturating_add(1),
            b"pre" => self.preformatted = self.preformatted.saturating_add(1),
            _ => {}
        }
    }

    /// An element ends; `tag` is its name in lower case.
    pub fn close(&mut self, tag: &[u8]) {
        match tag {
            _ if is_hidden(tag) => self.hidden = self.hidden.saturating_sub(1),
            b"td" | b"th" => self.is_blank_due = true,
            _ if is_block(tag) => self.start_line(),
            _ => {}
        }
        match tag {
            b"blockquote" => self.quotes = self.quotes.saturating_sub(1),
            b"pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
    }

    /// Adds text, or a piece of one.
    pub fn write(&mut self, text: &[u8]) {
        if self.hidden > 0 {
            return;
        }
        for &byte in text {
            match byte {
                _ if self.is_full() => return,
                b'\n' if self.preformatted > 0 => self.end_line(),
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => self.is_blank_due = true,
                _ => {
                    self.separate();
                    self.text.push(byte);
                }
            }
        }
    }

    /// The lines of the page.
    #[must_use]
    pub fn into_text(self) -> String {
        String::from_utf8(self.text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// The next text stands on a line of its own.
    fn start_line(&mut self) {
        if self.hidden == 0 {
            self.line_ends = self.line_ends.max(1);
        }
    }

    /// The next text stands one line further down, below at most one empty line.
    fn end_line(&mut self) {
        if self.hidden == 0 {
            self.line_ends = (self.line_ends + 1).min(2);
        }
    }

    /// Puts what is due between the last text and the next.
    fn separate(&mut self) {
        let (line_ends, is_blank_due) = (mem::take(&mut self.line_ends), mem::take(&mut self.is_blank_due));
        if self.text.is_empty() {
            self.mark(self.quotes);
        } else if line_ends > 0 {
            if line_ends > 1 {
                self.text.push(b'\n');
                self.mark(self.quotes.min(self.quotes_before));
            }
            self.text.push(b'\n');
            self.mark(self.quotes);
        } else if is_blank_due {
            self.text.push(b' ');
        }
        self.quotes_before = self.quotes;
    }

    /// Marks the line that starts as a quotation.
    fn mark(&mut self, quotes: usize) {
        for _ in 0..quotes.min(DEEPEST_QUOTE) {
            self.text.extend(b"> ");
        }
    }
}

/// Of a page's head only the title, styles and scripts hold text, so the head itself may go unclosed.
fn is_hidden(tag: &[u8]) -> bool {
    matches!(tag, b"title" | b"style" | b"script" | b"template" | b"iframe" | b"noembed" | b"noframes")
}

#[rustfmt::skip]
fn is_block(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"caption" | b"center" | b"dd" | b"div" | b"dl"
            | b"dt" | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"h1" | b"h2" | b"h3" | b"h4"
            | b"h5" | b"h6" | b"header" | b"hr" | b"li" | b"main" | b"nav" | b"ol" | b"p" | b"pre" | b"section"
            | b"table" | b"tr" | b"ul"
    )
}
