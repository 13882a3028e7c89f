//! Every command of the documentation is one that this program takes.

use super::Cli;
use clap::{Parser, error::ErrorKind};
use std::{
    fs, mem,
    path::{Path, PathBuf},
};

/// Folders that hold no documentation of ours.
const LEFT_OUT: [&str; 3] = ["target", "node_modules", "dist"];
/// What stands in the place of a command between `$(` and `)`.
const PRINTED: &str = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// How a command stands in the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a block, to be copied: it has all that it needs.
    Block,
    /// In a sentence: its arguments may be left out.
    Sentence,
}

/// All files of documentation, and those that new plugins get.
fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
                folders.push(path);
            } else if Path::new(name.strip_suffix(".in").unwrap_or(&name)).extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The lines of a page that a terminal may be given.
fn lines(page: &str) -> Vec<(Place, String)> {
    let (mut found, mut paragraph, mut block) = (Vec::new(), String::new(), String::new());
    let mut in_block = false;
    for line in page.lines().chain([""]) {
        let line = line.trim();
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            block.push_str(line.trim_end_matches('\\'));
            if !line.ends_with('\\') {
                found.push((Place::Block, mem::take(&mut block)));
            }
            continue;
        } else if !line.is_empty() {
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        let marked = mem::take(&mut paragraph);
        found.extend(marked.split('`').skip(1).step_by(2).map(|code| (Place::Sentence, code.to_owned())));
    }
    found
}

/// The commands of a line and the words of each, as far as the documentation needs a shell.
fn commands(line: &str) -> Vec<Vec<String>> {
    if let Some((before, (inner, after))) =
        line.split_once("$(").and_then(|(before, rest)| Some((before, rest.split_once(')')?)))
    {
        return [commands(inner), commands(&format!("{before}{PRINTED}{after}"))].concat();
    }
    let (mut all, mut words) = (Vec::new(), Vec::new());
    let (mut word, mut is_word, mut quote) = (String::new(), false, None);
    for letter in line.chars().chain(['\n']) {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => word.push(letter),
            (None, '\'' | '"') => (quote, is_word) = (Some(letter), true),
            (None, '#') if !is_word => break,
            (None, ' ' | '\n' | '|' | ';' | '&' | '>' | '<') => {
                if mem::take(&mut is_word) {
                    words.push(mem::take(&mut word));
                }
                if letter != ' ' {
                    all.push(mem::take(&mut words));
                }
            }
            (None, _) => {
                word.push(letter);
                is_word = true;
            }
        }
    }
    all.push(words);
    all
}

/// The arguments of a command, if it is one of ours.
fn ours(words: Vec<String>) -> Option<Vec<String>> {
    let is_setting = |word: &String| {
        let name = word.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
    };
    let mut words = words.into_iter().skip_while(is_setting);
    words.next().filter(|program| program == "stammgast" || program.ends_with("/stammgast"))?;
    Some(words.collect())
}

/// Why a command is none.
fn problem(place: Place, arguments: &[String]) -> Option<String> {
    let line = std::iter::once("stammgast").chain(arguments.iter().map(String::as_str));
    let error = Cli::try_parse_from(line).err()?;
    let is_fine = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::MissingRequiredArgument
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => place == Place::Sentence,
        _ => false,
    };
    (!is_fine).then(|| error.to_string())
}

#[test]
fn every_command_of_the_documentation_can_be_parsed() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for (place, line) in lines(&text) {
            for arguments in commands(&line).into_iter().filter_map(ours) {
                seen += 1;
                let told = problem(place, &arguments);
                wrong.extend(told.map(|told| format!("{}: {line}\n{told}", page.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 150, "only {seen} commands were found");
}

#[test]
fn commands_are_found_where_a_reader_finds_them() {
    let page = "See `stammgast plugin\nlist`.\n```sh\nA=1 stammgast key create \\\n  --name 'web shop' # a key\n\
                cd x && target/debug/stammgast serve > log\nstammgast trust add me \"$(stammgast plugin key show)\"\n```\n";
    let found: Vec<_> = lines(page)
        .into_iter()
        .flat_map(|(place, line)| commands(&line).into_iter().map(move |words| (place, words)))
        .filter_map(|(place, words)| Some((place, ours(words)?.join(","))))
        .collect();
    let expected = [
        (Place::Sentence, "plugin,list".to_owned()),
        (Place::Block, "key,create,--name,web shop".to_owned()),
        (Place::Block, "serve".to_owned()),
        (Place::Block, "plugin,key,show".to_owned()),
        (Place::Block, format!("trust,add,me,{PRINTED}")),
    ];
    assert_eq!(found, expected);
    assert!(problem(Place::Block, &["plugin".to_owned(), "back-test".to_owned()]).is_some());
}
