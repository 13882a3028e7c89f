//! Programs of other people: where they are, and running them.

use crate::kit::KitError;
use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A program in one of the folders of `PATH`.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(file_name(name))).find(|path| path.is_file())
}

/// What a program's file is called on this computer.
pub(super) fn file_name(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// What a program says on standard output, where it ends well.
pub(super) fn answer(program: &Path, arguments: &[&str]) -> Option<String> {
    answer_in(Path::new("."), program, arguments)
}

/// What a program says in a folder, since a folder may choose its own toolchain.
pub(super) fn answer_in(folder: &Path, program: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a version will do, by what the program answered to `--version`; `wanted` names the one that is needed.
///
/// # Errors
/// What is wrong, as a sentence without its full stop.
pub(super) fn in_version(
    program: &Path,
    answer: Option<String>,
    wanted: &str,
    will_do: impl FnOnce(&str) -> bool,
) -> Result<(), String> {
    let program = program.display();
    match answer {
        Some(answer) if will_do(&answer) => Ok(()),
        Some(answer) => {
            Err(format!("{program} is {}, but {wanted} is needed", answer.lines().next().unwrap_or_default()))
        }
        None => Err(format!("{program} does not run, and {wanted} is needed")),
    }
}

/// Runs a program to its end. All that it says goes to standard error: standard output is for the result.
pub(super) fn run(command: &mut Command, name: &'static str) -> Result<(), KitError> {
    let status = command.stdin(Stdio::null()).stdout(io::stderr()).status().map_err(KitError::program(name))?;
    if status.success() { Ok(()) } else { Err(KitError::Compile(name)) }
}

/// Whether this computer takes Debian's packages.
pub(super) fn has_debian_packages() -> bool {
    Path::new("/usr/bin/apt-get").is_file()
}

/// The first two numbers of the first version in a text: `componentize-py 0.25.1` is 0 and 25.
pub(super) fn version(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut numbers = word.trim_start_matches('v').split('.').map(|number| number.parse().ok());
        Some((numbers.next()??, numbers.next()??))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_in_a_text_is_read() {
        assert_eq!(version("componentize-py 0.25.1"), Some((0, 25)));
        assert_eq!(version("v20.11.1"), Some((20, 11)));
        assert_eq!(version("Debian clang version 14.0.6"), Some((14, 0)));
        assert_eq!(version("no version"), None);
    }

    #[test]
    fn a_version_that_will_not_do_is_told_with_the_one_that_is_needed() {
        let says = |answer: Option<&str>| {
            let will_do = |answer: &str| version(answer) >= Some((20, 0));
            in_version(Path::new("/bin/node"), answer.map(str::to_owned), "Node.js 20 or newer", will_do)
        };
        assert_eq!(says(Some("v20.11.1")), Ok(()));
        let old = "/bin/node is v18.19.0, but Node.js 20 or newer is needed";
        assert_eq!(says(Some("v18.19.0\nmore")), Err(old.to_owned()));
        assert!(says(None).unwrap_err().contains("does not run"));
    }
}
