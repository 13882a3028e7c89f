//! Words, phrases, quoted lines and excerpts: how the reference plugins read what people write.
//!
//! Nothing here knows about plugins. Every function takes text and gives text, so each is tested by properties.

mod earlier;
mod excerpt;
mod phrase;
mod quotes;
mod word;

pub use excerpt::{one_line, sentence_around, shorten};
pub use phrase::{InvalidPhrase, Match, Phrase};
pub use quotes::without_quotes;
pub use word::{Word, words};
