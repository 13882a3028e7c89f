//! Display names that say who writes for whom, such as "Anna Meier (Klanghaus)".

use crate::text;

/// The most characters of an agent's name, and of a company's.
const MOST: usize = 200;
/// The most characters of a display name that holds both.
pub const LONGEST: usize = 2 * MOST + " ()".len();

/// The name that a message comes from; `None` where neither an agent nor a company is named.
#[must_use]
pub fn written(agent: Option<&str>, company: Option<&str>) -> Option<String> {
    match (kept(agent), kept(company)) {
        (Some(agent), Some(company)) => Some(format!("{agent} ({company})")),
        (agent, company) => agent.or(company),
    }
}

/// The agent who wrote under a display name: the name without a company in brackets at its end.
///
/// `None` where it names nobody but the company.
#[must_use]
pub fn agent(name: &str, company: Option<&str>) -> Option<String> {
    let name = text::line(name, LONGEST)?;
    let company = kept(company);
    if company.as_ref() == Some(&name) {
        return None;
    }
    let beside = company.and_then(|company| name.strip_suffix(&format!(" ({company})")));
    text::line(beside.unwrap_or_else(|| without_brackets(&name)), MOST)
}

fn kept(name: Option<&str>) -> Option<String> {
    name.and_then(|name| text::line(name, MOST))
}

/// The text before the brackets at its end, and all of it where there are none.
fn without_brackets(text: &str) -> &str {
    let mut open = 0_usize;
    for (at, c) in text.char_indices().rev() {
        open = match c {
            ')' => open + 1,
            '(' => open.saturating_sub(1),
            _ => open,
        };
        if open == 0 {
            return if c == '(' { text.get(..at).unwrap_or(text) } else { text };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_stands_in_brackets_beside_an_agent() {
        assert_eq!(written(Some("Anna Meier"), Some("Klanghaus")).as_deref(), Some("Anna Meier (Klanghaus)"));
        assert_eq!(written(Some("Anna  Meier\n"), None).as_deref(), Some("Anna Meier"));
        assert_eq!(written(Some(" "), Some("Klanghaus")).as_deref(), Some("Klanghaus"));
        assert_eq!(written(None, None), None);
    }

    #[test]
    fn an_agent_is_the_name_without_the_company() {
        for name in ["Anna Meier", "Anna Meier (Klanghaus)", "Anna Meier (Klanghaus (Berlin))", " Anna  Meier(Phono)"] {
            assert_eq!(agent(name, Some("Klanghaus")).as_deref(), Some("Anna Meier"), "{name}");
            assert_eq!(agent(name, None).as_deref(), Some("Anna Meier"), "{name}");
        }
        assert_eq!(agent("Anna (Service) Meier", None).as_deref(), Some("Anna (Service) Meier"));
        assert_eq!(agent("Meier :)", None).as_deref(), Some("Meier :)"));
        assert_eq!(agent("Anna :( (Klanghaus :)", Some("Klanghaus :")).as_deref(), Some("Anna :("));
    }

    #[test]
    fn the_company_alone_is_no_agent() {
        assert_eq!(agent("Klanghaus", Some(" Klanghaus ")), None);
        assert_eq!(agent("(Klanghaus)", None), None);
        assert_eq!(agent("Klanghaus", None).as_deref(), Some("Klanghaus"));
    }

    #[test]
    fn the_longest_names_read_back() {
        let (person, company) = ("ä".repeat(MOST), "ö".repeat(MOST));
        let name = written(Some(&person), Some(&company)).unwrap();
        assert_eq!((name.chars().count(), agent(&name, Some(&company))), (LONGEST, Some(person)));
    }
}
