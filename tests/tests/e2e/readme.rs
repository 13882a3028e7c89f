//! The README, followed to the letter: its code blocks are run as they stand, and so is the page about loyalty.

use stammgast_tests::{binary, root};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// What a reader has to type until the plugin is enabled, and to change in its files.
const MOST_COMMANDS: usize = 8;
const MOST_EDITED_LINES: usize = 30;

/// A block of code: its language and its lines.
struct Block {
    language: String,
    text: String,
}

/// The blocks below a heading of a page, up to the next one of the same depth.
fn blocks(page: &str, heading: &str) -> Vec<Block> {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).expect("the page has this section");
    let section = section.split("\n## ").next().unwrap();
    let fenced = section.split("```").skip(1).step_by(2);
    fenced
        .map(|block| {
            let (language, text) = block.split_once('\n').unwrap();
            Block { language: language.to_owned(), text: text.to_owned() }
        })
        .collect()
}

/// A terminal that a reader types into. A command that fails ends it.
struct Terminal {
    shell: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Terminal {
    fn open(folder: &Path, environment: &[(&str, String)]) -> Self {
        let mut command = Command::new("bash");
        command.args(["-e", "-u", "-o", "pipefail"]).current_dir(folder).envs(environment.iter().cloned());
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (shell.stdin.take().unwrap(), BufReader::new(shell.stdout.take().unwrap()));
        Self { shell, input, output }
    }

    /// Types a block and waits until all its commands are done; gives what they printed.
    fn run(&mut self, block: &str) -> String {
        writeln!(self.input, "{block}\necho END-OF-BLOCK").unwrap();
        let mut printed = String::new();
        loop {
            let before = printed.len();
            let read = self.output.read_line(&mut printed).unwrap();
            assert!(read > 0, "the terminal ended with {:?} in\n{block}\n{printed}", self.shell.wait());
            if printed[before..].trim_end() == "END-OF-BLOCK" {
                printed.truncate(before);
                return printed;
            }
        }
    }
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Makes the edit that a `diff` block shows; gives the number of lines that were taken out or put in.
fn edit(folder: &Path, diff: &str) -> usize {
    let file = diff.lines().find_map(|line| line.strip_prefix("+++ ")).expect("the diff names its file");
    let path = folder.join(file);
    let side = |sign: char, other: &str| -> String {
        let lines = diff.lines().filter(|line| !line.starts_with("---") && !line.starts_with("+++"));
        let lines = lines.filter(|line| !line.starts_with(other));
        lines.map(|line| format!("{}\n", line.strip_prefix([sign, ' ']).unwrap_or(line))).collect()
    };
    let (before, after) = (side('-', "+"), side('+', "-"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(&before).count(), 1, "{file} does not have these lines once:\n{before}");
    std::fs::write(&path, text.replace(&before, &after)).unwrap();
    diff.lines().filter(|line| line.starts_with(['+', '-'])).count() - 2
}

#[test]
fn its_first_plugin_works_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let build = binary();
    std::fs::create_dir(folder.path().join("target")).unwrap();
    std::os::unix::fs::symlink(build.parent().unwrap(), folder.path().join("target/debug")).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let guests = build.ancestors().nth(2).unwrap().join("guests");
    // Another server may use the usual port, and a second build of the same libraries would only take time.
    let environment = [
        ("STAMMGAST_HTTP__LISTEN", format!("127.0.0.1:{port}")),
        ("STAMMGAST_URL", format!("http://127.0.0.1:{port}")),
        ("CARGO_TARGET_DIR", guests.display().to_string()),
    ];

    let mut steps = blocks("README.md", "Write a plugin").into_iter();
    let serve = steps.next().unwrap();
    let mut commands = serve.text.trim().lines().count();
    let server = Command::new("bash")
        .args(["-c", &format!("exec {}", serve.text.trim())])
        .current_dir(folder.path())
        .envs(environment.clone())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut server = Running(server.unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("http://"), "the server says where it listens: {line}");

    let mut terminal = Terminal::open(folder.path(), &environment);
    let (mut edited, mut enabled, mut promised) = (0, false, false);
    let mut printed = String::new();
    for block in steps {
        match block.language.as_str() {
            "sh" => {
                printed = terminal.run(&block.text);
                if !enabled {
                    commands += block.text.trim().lines().filter(|line| !line.starts_with("  ")).count();
                }
                enabled |= block.text.contains("plugin enable");
            }
            "diff" => edited += edit(folder.path(), &block.text),
            "text" => {
                promised = true;
                let shown = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let (printed, promised) = (shown(&printed), shown(&block.text));
                assert!(
                    printed.ends_with(&promised),
                    "the README promises\n{promised}\nbut this was printed\n{printed}"
                );
            }
            other => panic!("the test does not know what to do with {other}"),
        }
    }
    assert!(enabled && promised);
    assert!(commands <= MOST_COMMANDS, "{commands} commands");
    assert!((1..=MOST_EDITED_LINES).contains(&edited), "{edited} edited lines");

    // The page about loyalty goes on in the same folder.
    std::os::unix::fs::symlink(root().join("plugins"), folder.path().join("plugins")).unwrap();
    for block in blocks("host/loyalty.md", "Try it").into_iter().filter(|block| block.language == "sh") {
        printed = terminal.run(&block.text.replace("127.0.0.1:7700", &format!("127.0.0.1:{port}")));
    }
    assert!(printed.contains("\"points\":110") && printed.trim_end().ends_with("Everything adds up."), "{printed}");
}
