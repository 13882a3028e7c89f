//! `stammgast notices`.

use super::{CliError, global::Session, output::plain};
use clap::Args;
use serde_json::{Value, json};

/// See what you should look at: plugins that keep failing, and events that they did not take
///
/// A plugin whose calls keep failing rests for a while (`breaker-opened`) and is tried again. Then it either works
/// (`breaker-closed`) or is stopped until you decide (`quarantined`); its events wait all the while. An event that was
/// given up after all its tries is a dead letter (`dead-letter`); of these, the first one is told. Every notice says
/// what happened and what to do. Without an option, those that nobody has marked as seen are shown, newest first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast notices
  stammgast notices --seen            show them, then mark those shown as seen
  stammgast notices --all --limit 500 --json")]
pub(super) struct Notices {
    /// Also those that are marked as seen
    #[arg(long)]
    all: bool,
    /// Mark those that are shown as seen
    #[arg(long)]
    seen: bool,
    /// The most notices to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

const NONE_UNSEEN: &str = "There is no notice that nobody has seen; --all shows the others, too.";

impl Notices {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let filter: &[(&str, &str)] = if self.all { &[] } else { &[("unseen", "true")] };
        let empty = if self.all { "There is no notice." } else { NONE_UNSEEN };
        let items = client.items(&["v1", "notices"], filter, Some(self.limit)).await?;
        if items.len() == self.limit {
            session.output.note(&format!("These are the newest {}; --limit shows more.", self.limit));
        }
        let text = if items.is_empty() { empty.to_owned() } else { page(&items) };
        session.output.show(&json!({ "items": items }), &text)?;
        let unseen: Vec<&str> = items.iter().filter(|one| !is_seen(one)).filter_map(|one| field(one, "id")).collect();
        if !self.seen || unseen.is_empty() {
            return Ok(());
        }
        // One by one: what came in the meantime, or was cut off, nobody has seen.
        for id in unseen.iter().copied() {
            client.post(&["v1", "notices", id, "seen"], &json!({})).await?;
        }
        session.output.note(&format!("Marked as seen: {}.", unseen.len()));
        Ok(())
    }
}

fn field<'a>(notice: &'a Value, name: &str) -> Option<&'a str> {
    notice.get(name).and_then(Value::as_str)
}

fn is_seen(notice: &Value) -> bool {
    field(notice, "seen_at").is_some()
}

fn page(notices: &[Value]) -> String {
    notices.iter().map(entry).collect::<Vec<_>>().join("\n\n")
}

/// When and what, the sentences, and the commands that help.
fn entry(notice: &Value) -> String {
    let text = |name: &str| plain(field(notice, name).unwrap_or_default());
    let name = plain(notice.pointer("/details/name").and_then(Value::as_str).unwrap_or_default());
    let seen =
        if is_seen(notice) { format!("  seen {} by {}", text("seen_at"), text("seen_by")) } else { String::new() };
    let head = format!("{}  {}  {name}{seen}", text("at"), text("kind"));
    let commands = commands(&text("kind"), &name).into_iter().map(|command| format!("    stammgast {command}"));
    [head, format!("  {}", text("text"))].into_iter().chain(commands).collect::<Vec<_>>().join("\n")
}

fn commands(kind: &str, name: &str) -> Vec<String> {
    let calls = format!("plugin calls list {name} --ended faults");
    match kind {
        "breaker-opened" => vec![calls],
        "quarantined" => vec![calls, format!("plugin resume {name} --waiting run")],
        "dead-letter" => vec!["dead-letters list".to_owned(), format!("dead-letters retry {name} --all")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn a_notice_shows_its_sentences_and_what_to_type() {
        let notice = json!({
            "id": "1", "at": "2026-03-01T10:00:00.000Z", "kind": "quarantined", "object": "installation:1",
            "text": "`points` is stopped\u{1b}.", "details": { "name": "points" },
        });
        let expected = "2026-03-01T10:00:00.000Z  quarantined  points\n  `points` is stopped .\n    \
                        stammgast plugin calls list points --ended faults\n    \
                        stammgast plugin resume points --waiting run";
        assert_eq!(page(std::slice::from_ref(&notice)), expected);
        let mut seen = notice;
        seen["seen_at"] = json!("2026-03-01T11:00:00.000Z");
        seen["seen_by"] = json!("operator");
        assert!(page(&[seen]).contains("quarantined  points  seen 2026-03-01T11:00:00.000Z by operator\n"));
    }

    #[test]
    fn every_command_that_a_notice_names_is_one() {
        for kind in stammgast_domain::notice::NoticeKind::ALL {
            for command in commands(kind.as_str(), "points") {
                let words = std::iter::once("stammgast").chain(command.split(' '));
                assert!(crate::cli::Cli::try_parse_from(words).is_ok(), "{command}");
            }
        }
    }
}
