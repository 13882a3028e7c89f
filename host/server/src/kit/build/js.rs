//! JavaScript and TypeScript: the SDK's own build program, run by Node.js, bundles the plugin and makes a component of it.

use super::{Made, Order, program, sdk};
use crate::kit::{KitError, contract, files, language::Language};
use serde::Deserialize;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The program.
const PROGRAM: &str = "node";
/// Its oldest version that will do.
const OLDEST: u32 = 20;
/// The package that does the work, as `npm install` puts it there.
const COMPONENTIZER: &str = "node_modules/@bytecodealliance/componentize-js/package.json";

/// What the kit wants to know of `package.json`.
#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
}

/// Builds a plugin's folder.
pub(super) fn make(order: &Order<'_>, say: &mut dyn FnMut(&str)) -> Result<Made, KitError> {
    let package = read(order.folder)?;
    let sdk = sdk::find(order.folder, Language::JavaScript)?;
    let node = checked(program::on_path(PROGRAM))?;
    if files::nearest(order.folder, Path::new(COMPONENTIZER)).is_none() {
        return Err(KitError::Toolchain {
            problem: "the packages that build a plugin in JavaScript are not installed".to_owned(),
            choices: format!("  - cd {} && npm install", order.folder.display()),
        });
    }
    say("componentize-js makes a component of the plugin; this takes a while");
    let work = tempfile::tempdir().map_err(KitError::file(env::temp_dir()))?;
    let (wit, output) = (work.path().join("plugin.wit"), work.path().join("plugin.wasm"));
    files::write(&wit, contract::as_text(order.families).as_bytes())?;
    let mut command = Command::new(node);
    command.arg(sdk.join(sdk::FOLDER).join("build.mjs")).arg("--wit").arg(&wit);
    command.args(["--world", contract::WORLD]).arg("--output").arg(&output).current_dir(order.folder);
    program::run(&mut command, "node stammgast/build.mjs")?;
    let component = fs::read(&output).map_err(KitError::file(output))?;
    Ok(Made { name: package.name.and_then(|name| plain(&name)), version: package.version, component })
}

fn read(folder: &Path) -> Result<Package, KitError> {
    let text = files::read(&folder.join(Language::JavaScript.file()))?;
    serde_json::from_str(&text).map_err(|error| KitError::Project {
        folder: folder.to_owned(),
        problem: format!("package.json cannot be read: {error}"),
    })
}

/// A package's name without the scope of its owner, where it can name a file.
fn plain(name: &str) -> Option<String> {
    let name = name.rsplit('/').next().unwrap_or_default();
    (!name.is_empty() && !name.starts_with('.')).then(|| name.to_owned())
}

fn checked(found: Option<PathBuf>) -> Result<PathBuf, KitError> {
    let Some(node) = found else {
        return Err(missing("a plugin in JavaScript is built with Node.js, which is not installed here".to_owned()));
    };
    let will_do = |answer: &str| program::version(answer).is_some_and(|(major, _)| major >= OLDEST);
    let answer = program::answer(&node, &["--version"]);
    program::in_version(&node, answer, &format!("Node.js {OLDEST} or newer"), will_do).map_err(missing)?;
    Ok(node)
}

fn missing(problem: String) -> KitError {
    let mut choices = vec![format!("  - Node.js {OLDEST} or newer, with npm, from https://nodejs.org")];
    if program::has_debian_packages() {
        choices.push("  - from Debian 13 on: apt-get install nodejs npm".to_owned());
    }
    if cfg!(target_os = "macos") {
        choices.push("  - brew install node".to_owned());
    }
    KitError::Toolchain { problem, choices: choices.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_names_the_component_without_its_scope() {
        assert_eq!(plain("hello-points").as_deref(), Some("hello-points"));
        assert_eq!(plain("@acme/hello-points").as_deref(), Some("hello-points"));
        assert_eq!((plain(""), plain("@acme/.."), plain("a/")), (None, None, None));
    }

    #[test]
    fn a_node_that_is_missing_or_too_old_is_told_with_the_way_to_it() {
        let none = checked(None).unwrap_err().to_string();
        assert!(none.contains("Node.js 20 or newer"), "{none}");
    }
}
