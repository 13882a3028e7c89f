//! Trying a component on this computer: `stammgast plugin test` and `stammgast plugin check`.

mod report;
mod test;
mod update;

pub(in crate::cli) use report::Check;
pub(in crate::cli) use test::Test;

use super::{
    super::{CliError, global::Session},
    component,
};
use crate::{
    kit::folders,
    trial::{Subject, Workshop, workshop},
};
use serde_json::Value;
use stammgast_domain::case::{Case, CaseFile, Expectation};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A component ready to be tried, and the folder that it stands in.
struct Bench {
    workshop: Workshop,
    subject: Subject,
    /// The plugin's folder, where the component lies in one.
    folder: Option<PathBuf>,
}

impl Bench {
    async fn open(session: &Session, component: &Path) -> Result<Self, CliError> {
        let settings = session.settings()?;
        settings.validate()?;
        let component = component::find(component)?;
        let workshop = Workshop::open(&settings, folders::cache().as_deref())?;
        let subject = workshop.take(workshop::read(&component)?).await?;
        let beside = component.parent().map(Path::to_owned).unwrap_or_default();
        // A built component lies in the plugin's `dist` folder.
        let folder = [beside.parent().map(Path::to_owned), Some(beside)];
        let folder = folder.into_iter().flatten().find(|folder| folder.join("manifest.json").is_file());
        Ok(Self { workshop, subject, folder })
    }

    /// The configuration that is given, or the plugin's own `config.json`, or what its schema offers.
    fn config(&self, given: Option<&Path>) -> Result<Value, CliError> {
        let own = self.folder.as_ref().map(|folder| folder.join("config.json")).filter(|path| path.is_file());
        let config = super::grants::config(given.or(own.as_deref()), None)?;
        Ok(self.subject.config(config)?)
    }

    /// No server takes a configuration that the plugin's schema refuses, so a case with one shows a fault or nothing.
    fn check_config(&self, path: &Path, case: &Case) -> Result<(), CliError> {
        let Some(config) = case.config.clone() else { return Ok(()) };
        if matches!(case.expect, Some(Expectation::Fault { .. })) {
            return Ok(());
        }
        self.subject.config(Some(config)).map(drop).map_err(|error| CliError::Given {
            what: path.display().to_string(),
            problem: format!("the configuration of the case `{}` is refused: {error}", case.name),
        })
    }

    /// The plugin's own cases, where it has some.
    fn own_cases(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("tests").join("cases.json")).filter(|path| path.is_file())
    }
}

/// The cases of a file.
fn read_cases(path: &Path) -> Result<CaseFile, CliError> {
    parsed_cases(path, &read(path)?)
}

fn read(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(CliError::file(path))
}

/// The cases that stand in a file's text.
fn parsed_cases(path: &Path, text: &str) -> Result<CaseFile, CliError> {
    let wrong = |problem: String| CliError::Given { what: path.display().to_string(), problem };
    let mut reader = serde_json::Deserializer::from_str(text);
    let file: CaseFile = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| wrong(format!("{}: {}", error.path(), error.inner())))?;
    if file.format != stammgast_domain::case::FORMAT {
        let known = stammgast_domain::case::FORMAT;
        return Err(wrong(format!("it has format {}; this version reads format {known}", file.format)));
    }
    Ok(file)
}
