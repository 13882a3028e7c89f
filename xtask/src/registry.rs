//! A registry for containers, which the tests push plugins to and install them from.

use crate::{
    run::{run, step, target, works},
    tools,
};
use anyhow::{Context, Result, ensure};
use std::{fs, path::Path, process::Command};

/// The package of Debian, and the name of its program.
const PACKAGE: &str = "docker-registry";
/// The name that its makers give the program.
const ELSEWHERE_NAME: &str = "registry";
/// Where there are no Debian packages.
const ELSEWHERE: &str = "please install a registry for containers and start again. On Debian and Ubuntu: `sudo apt-get \
                         install docker-registry`; elsewhere, with Go, and its folder of programs in PATH: `go install \
                         github.com/distribution/distribution/v3/cmd/registry@latest`";

/// Finds a registry, or unpacks Debian's into the target folder.
///
/// It is not installed: that would set up a service which listens on port 5000 of this computer.
pub(crate) fn setup() -> Result<()> {
    let folder = target().join("tools/registry");
    let unpacked = folder.join("usr/bin").join(PACKAGE);
    let is_there = || works(&unpacked.to_string_lossy(), &["--version"]);
    if works(PACKAGE, &["--version"]) || works(ELSEWHERE_NAME, &["--version"]) || is_there() {
        return Ok(());
    }
    step("Looking for a registry for containers", || {
        ensure!(works("apt-get", &["--version"]), ELSEWHERE);
        unpack(&folder).context(ELSEWHERE)?;
        ensure!(is_there(), ELSEWHERE);
        Ok(())
    })
}

fn unpack(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    tools::update_packages()?;
    run(Command::new("apt-get").args(["download", "-qq", PACKAGE]).current_dir(folder))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            run(Command::new("dpkg-deb").arg("--extract").arg(&path).arg(folder))?;
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
