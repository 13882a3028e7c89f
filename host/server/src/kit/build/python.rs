//! Python: componentize-py runs the plugin's module once, with the SDK on its path, and makes a component of the result.

use super::{Made, Messages, Order, program, sdk};
use crate::kit::{KitError, contract, files, language::Language};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The program.
const PROGRAM: &str = "componentize-py";
/// Its version, up to the second number; the next ones write their bindings otherwise.
const VERSION: (u32, u32) = (0, 25);
/// Where somebody says which one to take.
const VARIABLE: &str = "COMPONENTIZE_PY";
/// Where virtual environments keep their programs.
const BIN: &str = if cfg!(windows) { ".venv/Scripts" } else { ".venv/bin" };

/// Builds a plugin's folder.
pub(super) fn make(order: &Order<'_>, say: &mut dyn FnMut(&str)) -> Result<Made, KitError> {
    let sdk = sdk::find(order.folder, Language::Python)?;
    let program = checked(find(order.folder))?;
    say(&format!("{} makes a component of plugin.py; this takes a while", program.display()));
    let work = tempfile::tempdir().map_err(KitError::file(env::temp_dir()))?;
    let (wit, output) = (work.path().join("wit"), work.path().join("plugin.wasm"));
    contract::write_folder(order.families, &wit)?;
    let mut command = Command::new(&program);
    command.arg("--wit-path").arg(&wit).args(["--world", contract::WORLD]);
    if order.messages == Messages::Quiet {
        command.arg("--quiet");
    }
    command.args(["componentize", "plugin", "--python-path"]).arg(order.folder);
    if sdk != order.folder {
        command.arg("--python-path").arg(&sdk);
    }
    command.arg("--output").arg(&output);
    // It would add what is installed for this user or computer. A plugin has what lies in its folder and in `.venv`.
    command.env("VIRTUAL_ENV", packages(order.folder, work.path())?);
    program::run(&mut command, PROGRAM)?;
    let component = fs::read(&output).map_err(KitError::file(output))?;
    Ok(Made { name: None, version: None, component })
}

/// The program: the one that is named, that of the nearest `.venv`, or the installed one.
fn find(folder: &Path) -> Option<PathBuf> {
    let named = env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let near = || files::nearest(folder, &Path::new(BIN).join(program::file_name(PROGRAM)));
    named.or_else(near).or_else(|| program::on_path(PROGRAM))
}

fn checked(found: Option<PathBuf>) -> Result<PathBuf, KitError> {
    let (major, minor) = VERSION;
    let wanted = format!("{PROGRAM} {major}.{minor}");
    let Some(program) = found else {
        return Err(missing(format!("a plugin in Python is built with {wanted}, which is not installed here")));
    };
    let will_do = |answer: &str| program::version(answer) == Some(VERSION);
    let answer = program::answer(&program, &["--version"]);
    program::in_version(&program, answer, &wanted, will_do).map_err(missing)?;
    Ok(program)
}

fn missing(problem: String) -> KitError {
    let beside = Language::Python.first().unwrap_or_default();
    let mut choices =
        format!("  - beside the plugin: {beside}\n  - one that is installed elsewhere: set {VARIABLE} to its path");
    if program::has_debian_packages() {
        choices.push_str("\n  - where `python3 -m venv` fails: apt-get install python3-venv, then the first choice");
    }
    KitError::Toolchain { problem, choices }
}

/// The virtual environment whose packages the plugin may import: the nearest one, or an empty one.
fn packages(folder: &Path, work: &Path) -> Result<PathBuf, KitError> {
    if let Some(found) = files::nearest(folder, Path::new(".venv/lib")).and_then(|lib| lib.parent().map(Path::to_owned))
    {
        return Ok(found);
    }
    let empty = work.join("venv");
    let site = empty.join("lib/site-packages");
    fs::create_dir_all(&site).map_err(KitError::file(site))?;
    Ok(empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_environment_is_taken_and_a_plugin_without_one_gets_an_empty_one() {
        let top = tempfile::tempdir().unwrap();
        let plugin = top.path().join("a");
        fs::create_dir_all(&plugin).unwrap();
        let work = tempfile::tempdir().unwrap();
        let empty = packages(&plugin, work.path()).unwrap();
        assert!(empty.starts_with(work.path()) && empty.join("lib/site-packages").is_dir());
        fs::create_dir_all(top.path().join(".venv/lib")).unwrap();
        assert_eq!(packages(&plugin, work.path()).unwrap(), top.path().join(".venv"));
    }

    #[test]
    fn what_is_missing_or_too_old_is_told_with_the_way_to_it() {
        let none = checked(None).unwrap_err().to_string();
        assert!(none.contains("componentize-py 0.25") && none.contains("python3 -m venv .venv"), "{none}");
        let (major, minor) = VERSION;
        assert!(none.contains(&format!("{BIN}/pip install '{PROGRAM}=={major}.{minor}.*'")), "{none}");
        #[cfg(unix)]
        {
            let old = checked(Some("/bin/echo".into())).unwrap_err().to_string();
            assert!(old.starts_with("/bin/echo is ") && old.contains("0.25 is needed. Choose one:"), "{old}");
        }
    }
}
