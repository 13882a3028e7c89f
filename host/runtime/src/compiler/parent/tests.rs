//! What the server makes of processes that end in every way. A shell plays the compiler.

#![cfg(unix)]

use super::*;
use std::path::PathBuf;

const COMPATIBILITY: u64 = 7;

/// A compiler that does what a shell is told to; its limits are in `$0` and `$1`.
fn shell(script: &str) -> ChildCompiler {
    ChildCompiler {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), script.into()],
        memory_bytes: 64 << 20,
        cpu: Duration::from_secs(3),
        wall: Duration::from_mins(1),
        code_bytes: 1 << 20,
    }
}

fn compiled_by(compiler: &ChildCompiler) -> Result<Vec<u8>, RuntimeError> {
    compile(compiler, &vec![b'x'; 100_000], COMPATIBILITY, &AtomicBool::new(false))
}

fn reason(script: &str) -> String {
    compiled_by(&shell(script)).unwrap_err().to_string()
}

#[test]
fn code_for_this_engine_is_taken_and_no_other() {
    let sends = |compatibility: &str, size: &str| {
        shell(&format!(r"printf '\0\0\0\0\0\0\0\{compatibility}\0\0\0\0\{size}\0\0\4code'"))
    };
    assert_eq!(compiled_by(&sends("7", "0")).unwrap(), b"code");
    let other = compiled_by(&sends("6", "0")).unwrap_err().to_string();
    assert!(other.contains("/bin/sh is no longer the program"), "{other}");
    let large = compiled_by(&sends("7", "1")).unwrap_err().to_string();
    assert_eq!(
        large,
        "it becomes more than 1 MiB of native code; the operator's runtime.compile_code_mib allows no more"
    );
    let cut = reason(r"printf '\0\0\0'");
    assert!(cut.contains("cannot be watched"), "{cut}");
    // Whole, but not of a good end.
    let failed = reason(r"printf '\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\4code'; exit 12");
    assert!(failed.contains("gave up"), "{failed}");
}

#[test]
fn it_gets_the_limits_and_nothing_of_the_servers_environment() {
    let says = reason("echo \"$0 $1\" >&2; pwd >&2; export -p >&2; exit 10");
    assert!(says.starts_with("it is not a valid component: 67108864 3\n/\n"), "{says}");
    assert!(says.contains("RAYON_NUM_THREADS") && !says.contains("CARGO"), "{says}");
}

#[test]
fn every_end_is_told_in_words() {
    let ends = [
        ("echo 'it is odd' >&2; exit 10", "it is not a valid component: it is odd"),
        ("exit 11", "more than 64 MiB of memory; the operator's runtime.compile_memory_mib allows no more"),
        ("echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$", "more than 64 MiB of memory"),
        ("kill -XCPU $$", "more than 3 s of CPU; the operator's runtime.compile_seconds allows no more"),
        ("kill -KILL $$", "for want of memory"),
        ("kill -TERM $$", "compiling was interrupted"),
        ("echo 'stack overflow' >&2; kill -ABRT $$", "the compiler breaks off on it (signal: 6 (SIGABRT)"),
        ("echo 'panicked' >&2; exit 101", "the compiler breaks off on it (panicked)"),
        ("echo 'no limits' >&2; exit 12", "gave up: exit status: 12: no limits"),
    ];
    for (script, words) in ends {
        let reason = reason(script);
        assert!(reason.contains(words), "{script}: {reason}");
    }
    let nowhere = ChildCompiler { program: PathBuf::from("/nowhere/stammgast"), ..shell("") };
    let reason = compiled_by(&nowhere).unwrap_err().to_string();
    assert!(reason.contains("cannot be started from /nowhere/stammgast"), "{reason}");
}

#[test]
fn one_that_does_not_end_is_ended() {
    let endless = shell("while :; do :; done");
    let hurried = ChildCompiler { wall: Duration::from_millis(50), ..endless.clone() };
    let late = compiled_by(&hurried).unwrap_err().to_string();
    assert!(late.contains("was not done after"), "{late}");
    let stopped = compile(&endless, b"", COMPATIBILITY, &AtomicBool::new(true)).unwrap_err();
    assert!(matches!(stopped, RuntimeError::Compiler(CompilerError::Interrupted)), "{stopped}");
}

#[test]
fn much_that_it_says_is_cut_and_holds_nothing_up() {
    let says = reason(
        "i=0; while [ $i -lt 3000 ]; do echo 'all work and no play makes a dull compiler' >&2; i=$((i+1)); done; exit 10",
    );
    assert!(says.len() < 20_000, "{}", says.len());
}
