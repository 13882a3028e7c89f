//! Is the message in a language that the service speaks?

use crate::contact::{Contact, Direction, Finding, Severity};
use serde::Deserialize;
use stammgast_words::{sentence_around, words};
use std::fmt;
use whatlang::{Detector, Lang};

/// Fewer words say too little about their language. Names and numbers do not count.
const FEWEST_WORDS: usize = 6;
/// Fewer letters say too little about their language.
const FEWEST_LETTERS: usize = 30;
/// More words say nothing new about their language.
const MOST_WORDS: usize = 400;

/// ISO 639-1 codes of the languages that can be told apart. Both `nb` and `no` stand for written Norwegian.
#[rustfmt::skip]
const LANGUAGES: &[(&str, Lang)] = &[
    ("af", Lang::Afr), ("ak", Lang::Aka), ("am", Lang::Amh), ("ar", Lang::Ara), ("az", Lang::Aze), ("be", Lang::Bel),
    ("bg", Lang::Bul), ("bn", Lang::Ben), ("ca", Lang::Cat), ("cs", Lang::Ces), ("cy", Lang::Cym), ("da", Lang::Dan),
    ("de", Lang::Deu), ("el", Lang::Ell), ("en", Lang::Eng), ("eo", Lang::Epo), ("es", Lang::Spa), ("et", Lang::Est),
    ("fa", Lang::Pes), ("fi", Lang::Fin), ("fr", Lang::Fra), ("gu", Lang::Guj), ("he", Lang::Heb), ("hi", Lang::Hin),
    ("hr", Lang::Hrv), ("hu", Lang::Hun), ("hy", Lang::Hye), ("id", Lang::Ind), ("it", Lang::Ita), ("ja", Lang::Jpn),
    ("jv", Lang::Jav), ("ka", Lang::Kat), ("km", Lang::Khm), ("kn", Lang::Kan), ("ko", Lang::Kor), ("la", Lang::Lat),
    ("lt", Lang::Lit), ("lv", Lang::Lav), ("mk", Lang::Mkd), ("ml", Lang::Mal), ("mr", Lang::Mar), ("my", Lang::Mya),
    ("nb", Lang::Nob), ("ne", Lang::Nep), ("nl", Lang::Nld), ("no", Lang::Nob), ("or", Lang::Ori), ("pa", Lang::Pan),
    ("pl", Lang::Pol), ("pt", Lang::Por), ("ro", Lang::Ron), ("ru", Lang::Rus), ("si", Lang::Sin), ("sk", Lang::Slk),
    ("sl", Lang::Slv), ("sn", Lang::Sna), ("sr", Lang::Srp), ("sv", Lang::Swe), ("ta", Lang::Tam), ("te", Lang::Tel),
    ("th", Lang::Tha), ("tk", Lang::Tuk), ("tl", Lang::Tgl), ("tr", Lang::Tur), ("uk", Lang::Ukr), ("ur", Lang::Urd),
    ("uz", Lang::Uzb), ("vi", Lang::Vie), ("yi", Lang::Yid), ("zh", Lang::Cmn), ("zu", Lang::Zul),
];

/// A language that the service speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Language {
    code: String,
    lang: Lang,
}

/// A code for no language that can be told apart. Checking for it would call every message foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLanguage(String);

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not the ISO 639-1 code of a language that can be told apart", self.0)
    }
}

impl std::error::Error for UnknownLanguage {}

impl TryFrom<String> for Language {
    type Error = UnknownLanguage;

    fn try_from(text: String) -> Result<Self, UnknownLanguage> {
        match LANGUAGES.iter().find(|(code, _)| *code == text) {
            Some(&(_, lang)) => Ok(Self { code: text, lang }),
            None => Err(UnknownLanguage(text)),
        }
    }
}

/// The codes of all languages that can be told apart.
pub fn codes() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(code, _)| *code)
}

/// A finding where a customer surely writes in a language that is not served.
///
/// Sure means: compared with the served languages alone, another one is by far the likelier. Whether that one is
/// Czech or Slovak may stay open.
#[must_use]
pub fn not_served(contact: &Contact<'_>, served: &[Language]) -> Option<Finding> {
    if contact.direction == Direction::Outbound {
        return None;
    }
    let sample = sample(&contact.text);
    let nearest = whatlang::detect_lang(&sample)?;
    if served.iter().any(|language| language.lang == nearest) || !is_long_enough(&sample, nearest) {
        return None;
    }
    let rivals = served.iter().map(|language| language.lang).chain([nearest]).collect();
    let outcome = Detector::with_allowlist(rivals).detect(&sample)?;
    if outcome.lang() != nearest || !outcome.is_reliable() {
        return None;
    }
    let listed = served.iter().map(|language| language.code.as_str()).collect::<Vec<_>>().join(", ");
    let text = format!("the message reads like {}; the service speaks {listed}", nearest.eng_name());
    let start = contact.text.len() - contact.text.trim_start().len();
    let quote = sentence_around(&contact.text, start, 300);
    Some(Finding::new("language.not-served", Severity::Major, &text, "text", &quote))
}

/// The words that tell a language: no numbers, and nothing with a capital, which is mostly a name or a title.
fn sample(text: &str) -> String {
    let tells = |word: &&str| !word.starts_with(char::is_uppercase) && !word.contains(char::is_numeric);
    words(text).map(|word| word.text).filter(tells).take(MOST_WORDS).collect::<Vec<_>>().join(" ")
}

fn is_long_enough(sample: &str, lang: Lang) -> bool {
    let without_blanks = matches!(lang, Lang::Cmn | Lang::Jpn | Lang::Khm | Lang::Mya | Lang::Tha);
    let enough_words = without_blanks || sample.split(' ').count() >= FEWEST_WORDS;
    enough_words && sample.chars().filter(|c| c.is_alphabetic()).count() >= FEWEST_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(text: &str) -> Option<Finding> {
        let contact = Contact {
            channel: "email",
            direction: Direction::Inbound,
            subject: None,
            text: text.to_owned(),
            has_attachments: false,
            agent: None,
            topic: None,
            outcome: None,
        };
        let served = ["de", "en"].map(|code| Language::try_from(code.to_owned()).unwrap());
        not_served(&contact, &served)
    }

    #[test]
    fn a_message_in_another_language_is_found() {
        for (text, language) in [
            ("Bonjour, mon colis n'est toujours pas arrivé, que faire ?", "French"),
            ("Il giradischi non funziona più dopo due giorni. Che cosa devo fare?", "Italian"),
            ("Goedendag, mijn bestelling is nog steeds niet aangekomen.", "Dutch"),
            ("Hola, mi pedido no ha llegado todavía y ya han pasado dos semanas.", "Spanish"),
            ("Dzień dobry, płyta, którą otrzymałem w zeszłym tygodniu, jest porysowana.", "Polish"),
            ("Здравствуйте, пластинка, которую вы мне прислали, поцарапана. Что делать?", "Russian"),
            ("您好，上周你们寄给我的唱片有划痕，请问我应该怎么办？我想换一张新的唱片，谢谢你们的帮助。", "Mandarin"),
        ] {
            let found = finding(text).unwrap_or_else(|| panic!("nothing found in {text}"));
            assert_eq!(found.text, format!("the message reads like {language}; the service speaks de, en"));
            assert!(text.starts_with(&found.quote));
        }
    }

    #[test]
    fn a_message_in_a_served_language_raises_nothing() {
        for text in [
            "Guten Tag, die Schallplatte, die Sie mir geschickt haben, ist leider zerkratzt.",
            "Hallo, wann kommt mein Paket mit der Bestellung KH-123456 endlich an?",
            "moin, wann kommt die platte endlich? ich warte schon zwei wochen",
            "Grüezi mitenand, i ha mini Bstellig no nid übercho, chönd ihr bitte luege?",
            "Hello, the record that you sent me last week has a deep scratch on side A.",
            "Dear team, the Sennheiser headphones arrived broken, please refund Müller",
            "tracking number please? order from tuesday not shipped yet??",
        ] {
            assert_eq!(finding(text), None, "{text}");
        }
    }

    #[test]
    fn foreign_names_and_titles_raise_nothing() {
        for text in [
            "Ich suche Buena Vista Social Club, Compay Segundo und Omara Portuondo auf Vinyl",
            "Bestellung: Édith Piaf La vie en rose, Jacques Brel Ne me quitte pas, Charles Aznavour La Bohème. Danke!",
            "Hi I ordered two LPs La Bamba and Buena Vista Social Club and one is missing",
        ] {
            assert_eq!(finding(text), None, "{text}");
        }
    }

    #[test]
    fn short_texts_raise_nothing() {
        for text in
            ["", "Merci beaucoup!", "Bonjour, disque rayé.", "OK OK OK OK OK OK OK", "KH-123456 KH-123457 KH-123458"]
        {
            assert_eq!(finding(text), None, "{text}");
        }
    }

    #[test]
    fn every_language_that_can_be_detected_can_be_configured() {
        for lang in Lang::all() {
            assert!(LANGUAGES.iter().any(|(_, known)| known == lang), "{lang:?}");
        }
    }
}
