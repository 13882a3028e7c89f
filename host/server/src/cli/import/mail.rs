//! `stammgast import mail`.

use super::{
    super::{
        CliError, Done,
        client::{CallError, Client},
        global::Session,
    },
    patience::patiently,
    progress::Progress,
    refusal::{Refusal, Report},
};
use clap::Args;
use indicatif::HumanCount;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Import e-mails or other raw messages into a channel
///
/// Each file is one message, stored as it is and then read by the channel's plugin. The same message twice is one, so
/// an import can be repeated. Folders are searched for .eml files, with the folders in them, in the order of their
/// names.
///
/// A message is stored even if the plugin cannot read it: `stammgast overview` counts those.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast import mail inbox --channel email
  stammgast import mail one.eml two.eml --channel email --report refused.jsonl
  stammgast import mail note.txt --channel notes --media-type text/plain")]
pub(in crate::cli) struct Mail {
    /// Files, or folders of .eml files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The channel: the name of its plugin's installation
    #[arg(long, value_name = "NAME")]
    channel: String,
    /// The messages' media type
    #[arg(long, value_name = "TYPE", default_value = "message/rfc822")]
    media_type: String,
    /// Write every message that is left out, with the reason, to this file (JSON Lines)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Seconds to go on trying while the server does not answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
}

/// What was done so far.
#[derive(Debug, Default)]
struct Totals {
    received: u64,
    existing: u64,
}

impl Mail {
    pub async fn run(self, session: &Session) -> Result<Done, CliError> {
        let output = session.output;
        let client = session.tenant_client()?;
        let mut files = Vec::new();
        for path in &self.paths {
            collect(path, &mut files).map_err(|(path, source)| CliError::File { path, source })?;
        }
        let mut report = Report::start(self.report.as_deref())?;
        let progress = Progress::start(output, files.len() as u64, "messages");
        let mut totals = Totals::default();
        let result = self.deliver(&client, &files, &progress, &mut totals, &mut report).await;
        progress.finish();
        report.finish()?;
        let answer = json!({
            "messages": files.len(),
            "received": totals.received,
            "existing": totals.existing,
            "refused": report.count,
        });
        let sentence = format!(
            "{} messages: {} received, {} there already, {} left out.",
            HumanCount(files.len() as u64),
            HumanCount(totals.received),
            HumanCount(totals.existing),
            HumanCount(report.count)
        );
        output.result(&answer, "", &sentence)?;
        result.map_err(|error| CliError::Stopped(Box::new(error)))?;
        Ok(if report.count == 0 { Done::Fine } else { Done::RowsRefused })
    }

    /// Delivers one message after the other, so that conversations keep their order.
    async fn deliver(
        &self,
        client: &Client,
        files: &[PathBuf],
        progress: &Progress,
        totals: &mut Totals,
        report: &mut Report,
    ) -> Result<(), CliError> {
        let tell = |text: &str| progress.note(text);
        let path = ["v1", "channels", self.channel.as_str(), "inbound"];
        for file in files {
            progress.advance(1);
            let refused =
                |problem: String| Refusal { file: Some(file.display().to_string()), problem, ..Refusal::default() };
            let bytes = match tokio::fs::read(file).await {
                Ok(bytes) => bytes,
                Err(error) => {
                    report.add(refused(format!("the file cannot be read: {error}")))?;
                    continue;
                }
            };
            let post = || client.post_bytes(&path, &self.media_type, bytes.clone());
            match patiently(Duration::from_secs(self.patience), &tell, post).await {
                Ok(answer) if answer.status == 200 => totals.existing += 1,
                Ok(_) => totals.received += 1,
                Err(CallError::Problem(problem)) if matches!(problem.status, 400 | 413 | 415 | 422) => {
                    report.add(refused(problem.to_string()))?;
                }
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    }
}

/// A file itself, or the .eml files of a folder and the folders in it.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), (PathBuf, std::io::Error)> {
    let unusable = |error| (path.to_owned(), error);
    if !fs::metadata(path).map_err(unusable)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(unusable)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(unusable)?;
    paths.sort();
    let is_mail = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
    for path in paths {
        // A link to a folder is not followed: it may lead back here.
        if path.is_dir() && !path.is_symlink() {
            collect(&path, files)?;
        } else if path.is_file() && is_mail(&path) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_mail_in_order_and_a_named_file_is_taken_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("b")).unwrap();
        for name in ["c.eml", "a.EML", "b/d.eml", "note.txt"] {
            fs::write(path(name), "x").unwrap();
        }
        let mut files = Vec::new();
        collect(folder.path(), &mut files).unwrap();
        collect(&path("note.txt"), &mut files).unwrap();
        assert_eq!(files, ["a.EML", "b/d.eml", "c.eml", "note.txt"].map(path));
        assert!(collect(&path("missing"), &mut files).is_err());
    }
}
