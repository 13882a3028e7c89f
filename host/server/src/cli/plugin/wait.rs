//! `stammgast plugin wait`.

use super::{
    super::{CliError, client::Client, global::Session, import::progress::Progress},
    installations::quarantined,
};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How often the server is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// Wait until every enabled installation has dealt with every event
///
/// An event is dealt with when its effects are applied, or when it failed for good and is a dead letter. New events
/// that arrive in the meantime are waited for, too. An installation that is stopped is not waited for; where the server
/// stopped it, you are told.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast plugin wait
  stammgast plugin wait --seconds 60")]
pub(in crate::cli) struct Wait {
    /// Give up after so many seconds
    #[arg(long, value_name = "N", default_value_t = 3_600)]
    seconds: u64,
}

#[derive(Default)]
struct Open {
    behind: u64,
    dead: u64,
    /// What is said of installations that the server stopped.
    stopped: Vec<String>,
}

impl Wait {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let client = session.tenant_client()?;
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let mut open = look(&client).await?;
        let (mut most, mut done) = (open.behind, 0);
        let bar = Progress::start(session.output, most, "events");
        while open.behind > 0 {
            if Instant::now() >= until {
                bar.finish();
                return Err(CliError::StillWaiting { events: open.behind, seconds: self.seconds });
            }
            tokio::time::sleep(PAUSE).await;
            open = look(&client).await?;
            most = most.max(open.behind);
            let now_done = most - open.behind;
            bar.advance(now_done.saturating_sub(done));
            done = done.max(now_done);
        }
        bar.finish();
        for line in &open.stopped {
            session.output.note(line);
        }
        let answer = json!({ "behind": open.behind, "dead_letters": open.dead });
        let sentence = match open.dead {
            0 => "Every enabled installation has dealt with every event.".to_owned(),
            dead => format!("Every event is dealt with; {dead} failed for good: `stammgast dead-letters list`."),
        };
        session.output.result(&answer, "", &sentence)
    }
}

/// Events that enabled installations have not dealt with, over all of them.
async fn look(client: &Client) -> Result<Open, CliError> {
    let mut open = Open::default();
    for one in client.items(&["v1", "installations"], &[], None).await? {
        let text = |field: &str| one.get(field).and_then(Value::as_str).unwrap_or_default();
        if text("status") == "enabled" {
            let progress = client.get(&["v1", "installations", text("id"), "progress"]).await?;
            let number = |field: &str| progress.get(field).and_then(Value::as_u64).unwrap_or_default();
            open.behind += number("behind") + number("held");
            open.dead += number("dead");
        }
        open.stopped.extend(quarantined(&one));
    }
    Ok(open)
}
