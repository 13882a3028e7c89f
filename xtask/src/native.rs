//! Tests of the SDKs and of the examples as programs of this computer: no server, no WebAssembly.

use crate::{
    build::in_guest,
    examples::{EXAMPLES, Example, fingerprint, made_from, place},
    languages::Languages,
    run::{output, root, run, step, works},
};
use anyhow::Result;
use std::{fs, path::Path, process::Command};

/// What runs the tests of a folder in JavaScript, with one line each.
const NODE_TESTS: [&str; 2] = ["--test", "--test-reporter=spec"];
/// What the compiler for C is asked for everywhere.
const USUAL: [&str; 4] = ["-std=gnu99", "-g", "-Wall", "-Wextra"];
/// See what the sandbox of a plugin does not.
const SANITIZERS: &str = "-fsanitize=address,undefined";
/// Tests in C: the example, and the file in its folder.
const C_TESTS: [(&str, &str); 4] = [
    ("every-kind-c", "test_plugin"),
    ("every-kind-c", "test_values"),
    ("every-kind-c", "test_loyalty"),
    ("points-c", "test_plugin"),
];

/// Runs all of them. The examples are built before: that makes the headers which the tests in C include.
pub(crate) fn test(languages: &Languages) -> Result<()> {
    step("Running the tests of the SDK and the example in Rust", || {
        run(&mut in_guest("sdk/rust", &["test", "--all-features", "--locked"]))?;
        run(&mut in_guest("examples/plugins/points-rust", &["test", "--locked"]))
    })?;
    step("Running the tests of the SDK and the example in Python", || {
        let sdk = root().join("sdk/python");
        run(languages.python().args(["-m", "unittest", "discover", "-s", "tests"]).current_dir(&sdk))?;
        let example = root().join("examples/plugins/points-python");
        run(languages.python().args(["-m", "unittest"]).env("PYTHONPATH", sdk).current_dir(example))
    })?;
    step("Running the tests of the SDK and the example in JavaScript", || {
        ["sdk/js", "examples/plugins/points-js"]
            .iter()
            .try_for_each(|folder| run(languages.command("node").args(NODE_TESTS).current_dir(root().join(folder))))
    })?;
    step("Running the tests of the SDK and the example in C", || {
        let programs = place().join("native");
        fs::create_dir_all(&programs)?;
        let sanitizers = sanitizers(&programs)?;
        let compiler = output(Command::new("cc").arg("--version"))?;
        for (name, test) in C_TESTS {
            for example in EXAMPLES.iter().filter(|example| example.name == name) {
                let program = programs.join(format!("{name}-{test}"));
                let from = [&fingerprint(example, languages)?, sanitizers.unwrap_or("none"), &compiler].join(" ");
                made_from(&program, &from, || compile(&program, sanitizers, example, test))?;
                run(Command::new(program).current_dir(root().join(example.folder)))?;
            }
        }
        Ok(())
    })
}

/// Compiles a test from the repository, with the headers that were made beside the copy.
fn compile(program: &Path, sanitizers: Option<&str>, example: &Example, test: &str) -> Result<()> {
    let mut command = Command::new("cc");
    command.args(USUAL).args(sanitizers).arg("-I").arg(place().join(example.folder).join("build"));
    command.arg("-I").arg(root().join("sdk/c/stammgast")).arg(format!("{test}.c")).arg("-o").arg(program);
    run(command.current_dir(root().join(example.folder)))
}

/// The sanitizers, where a program with them compiles and runs.
fn sanitizers(programs: &Path) -> Result<Option<&'static str>> {
    let (source, program) = (programs.join("empty.c"), programs.join("empty"));
    fs::write(&source, "int main(void) { return 0; }\n")?;
    let (from, to) = (source.to_string_lossy(), program.to_string_lossy());
    if works("cc", &[SANITIZERS, &from, "-o", &to]) && works(&to, &[]) {
        return Ok(Some(SANITIZERS));
    }
    println!("   the compiler has no sanitizers here; the tests run without them");
    Ok(None)
}
