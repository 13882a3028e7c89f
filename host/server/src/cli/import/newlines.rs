//! Line ends of one sort, so that lines can be counted.

use std::io::{self, BufRead, Read};

/// Hands text on with `\n` in place of `\r\n`, and with a line end at its end.
pub(super) struct Newlines<R> {
    input: R,
    /// A carriage return that waits for what follows it.
    held: bool,
    last: u8,
}

impl<R> Newlines<R> {
    pub fn new(input: R) -> Self {
        Self { input, held: false, last: b'\n' }
    }
}

impl<R: BufRead> Read for Newlines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while let Some(slot) = out.get_mut(written) {
            let next = match self.input.fill_buf() {
                Ok(buffer) => buffer.first().copied(),
                Err(_) if written > 0 => break,
                Err(error) => return Err(error),
            };
            let byte = match (self.held, next) {
                (false, Some(b'\r')) => {
                    self.held = true;
                    self.input.consume(1);
                    continue;
                }
                (true, Some(b'\n')) | (false, Some(_)) => {
                    self.input.consume(1);
                    next.unwrap_or_default()
                }
                (true, _) => b'\r',
                (false, None) if self.last == b'\n' => break,
                (false, None) => b'\n',
            };
            self.held = false;
            self.last = byte;
            *slot = byte;
            written += 1;
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_ends_change() {
        let read = |text: &str| {
            let mut out = String::new();
            Newlines::new(text.as_bytes()).read_to_string(&mut out).unwrap();
            out
        };
        assert_eq!(read("a\r\nb\rc\nd"), "a\nb\rc\nd\n");
        assert_eq!(read("a\r\r\n\r"), "a\r\n\r\n");
        assert_eq!(read(""), "");
    }
}
