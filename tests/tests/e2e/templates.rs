//! What `plugin new` writes works as it stands: every kind in every language is built, passes its native tests and its
//! cases, and stands the conformance suite.

use stammgast_tests::{binary, target};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// The kinds of plugins.
const KINDS: [&str; 4] = ["loyalty", "quality", "feedback", "channel"];

/// Somebody who makes one plugin after the other in the same place, so that what was compiled for one serves the next.
struct Author {
    language: &'static str,
    desk: TempDir,
}

impl Author {
    fn of(language: &'static str) -> Self {
        Self { language, desk: tempfile::tempdir().unwrap() }
    }

    fn plugin(&self) -> PathBuf {
        self.desk.path().join("plugin")
    }

    /// Begins a plugin in place of the one before.
    fn begin(&self, kind: &str) {
        if self.plugin().exists() {
            fs::remove_dir_all(self.plugin()).unwrap();
        }
        let begin = format!("stammgast plugin new hello-{kind} --kind {kind} --lang {} --dir plugin", self.language);
        self.run_in(self.desk.path(), &begin);
    }

    fn build(&self) {
        self.run("stammgast plugin build");
    }

    /// Runs the plugin's cases and the conformance suite on what was built.
    fn try_out(&self, kind: &str) {
        let tested = self.run(&format!("stammgast plugin test dist/hello-{kind}.wasm"));
        assert!(tested.trim_end().ends_with("2 cases passed."), "{} {kind}: {tested}", self.language);
        let checked = self.run(&format!("stammgast plugin check dist/hello-{kind}.wasm"));
        assert!(checked.contains("ok      "), "{} {kind}: {checked}", self.language);
    }

    /// Types a line of a shell in the plugin's folder; gives what it printed.
    fn run(&self, line: &str) -> String {
        self.run_in(&self.plugin(), line)
    }

    fn run_in(&self, folder: &Path, line: &str) -> String {
        let mut command = Command::new("bash");
        command.args(["-c", line]).current_dir(folder).env("PATH", path());
        // A second build of the same libraries would only take time. Native code is of no use to a later run: in Python
        // and JavaScript no two builds are the same.
        command.env("CARGO_TARGET_DIR", target().join("guests")).env("XDG_CACHE_HOME", self.desk.path());
        let output = command.output().unwrap();
        let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "`{line}` in {}:\n{printed}\n{errors}", self.language);
        printed.into_owned()
    }
}

/// Where programs are looked for: the one under test, the tools that `cargo xtask test` installed, and the system's.
fn path() -> OsString {
    let own = [binary().parent().unwrap().to_owned(), target().join("tools/python/bin")];
    let system = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&system))).unwrap()
}

#[test]
fn every_kind_in_rust_builds_and_passes_its_tests() {
    let author = Author::of("rust");
    for kind in KINDS {
        author.begin(kind);
        author.build();
        author.try_out(kind);
    }
    // One kind shows that they run: for each the SDK would be compiled once more, for this computer.
    author.run("cargo test --quiet");
}

#[test]
fn every_kind_in_python_builds_and_passes_its_tests() {
    let author = Author::of("python");
    for kind in KINDS {
        author.begin(kind);
        author.run("python3 -m unittest");
        author.build();
        author.try_out(kind);
    }
}

#[test]
fn every_kind_in_javascript_builds_and_passes_its_tests() {
    let author = Author::of("js");
    // Another plugin with the same packages.
    let packages = target().join("languages/examples/plugins/points-js/node_modules");
    assert!(packages.is_dir(), "{} is missing; run `cargo xtask plugins`", packages.display());
    for kind in KINDS {
        author.begin(kind);
        // Before the packages are there: the tests need none.
        author.run("npm test");
        std::os::unix::fs::symlink(&packages, author.plugin().join("node_modules")).unwrap();
        author.build();
        author.try_out(kind);
    }
}

#[test]
fn every_kind_in_c_builds_and_passes_its_tests() {
    let author = Author::of("c");
    for kind in KINDS {
        author.begin(kind);
        author.build();
        let readme = fs::read_to_string(author.plugin().join("README.md")).unwrap();
        let tests = readme.lines().find(|line| line.starts_with("cc ")).expect("the README says how to run the tests");
        author.run(tests);
        author.try_out(kind);
    }
}
