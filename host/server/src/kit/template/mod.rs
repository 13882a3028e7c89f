//! The files of a new plugin, for each kind in each language, with the SDK and the contract of this binary.

mod kind;
mod language;
mod sdk;

use self::{kind::kind, language::Text};
use super::language::Language;
use stammgast_domain::plugin::PluginKind;

/// One file of a new plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateFile {
    /// Where it goes, relative to the plugin's folder.
    pub path: &'static str,
    /// What is in it.
    pub text: String,
}

macro_rules! common {
    ($file:literal) => {
        include_str!(concat!("../../../template/common/", $file))
    };
}

/// The files of a new plugin of this name and kind, in this language.
pub(super) fn files(name: &str, plugin_kind: PluginKind, language: Language) -> Vec<TemplateFile> {
    let kind = kind(plugin_kind);
    let parts = language::parts(language, plugin_kind);
    let fill = |text: &str| fill(text, name, plugin_kind);
    let verbatim = |path, text: &str| TemplateFile { path, text: text.to_owned() };
    let mut files = vec![
        TemplateFile { path: "README.md", text: fill(&readme(&kind, &parts, language)) },
        verbatim(".gitignore", parts.gitignore),
        TemplateFile { path: "manifest.json", text: fill(kind.manifest) },
        verbatim("config.json", kind.config),
        verbatim("tests/cases.json", kind.cases),
    ];
    files.extend(kind.samples.iter().map(|sample| verbatim(sample.path, sample.text)));
    files.extend(parts.files.iter().map(|(path, text)| match text {
        Text::Marked(text) => TemplateFile { path, text: fill(text) },
        Text::Verbatim(text) => verbatim(path, text),
    }));
    files.extend(sdk::files(language).map(|(path, text)| verbatim(path, text)));
    files
}

/// The README with what the kind and the language say; the names are still marks.
fn readme(kind: &kind::Kind, parts: &language::Parts, language: Language) -> String {
    let version_too = parts.package.map_or_else(String::new, |file| format!(" and in `{file}`"));
    let samples: Vec<String> =
        kind.samples.iter().map(|sample| format!("| `{}` | {} |", sample.path, sample.about)).collect();
    let samples = samples.join("\n");
    let first = language.first().map(|line| format!("{line}\n")).unwrap_or_default();
    let words = [
        ("language", parts.readme.trim_end()),
        ("about", kind.about.trim_end()),
        ("try", kind.walkthrough.trim_end()),
        ("again", kind.again.trim_end()),
        ("title_of_language", language.title()),
        ("code", parts.code),
        ("rows", parts.rows),
        ("test", parts.test),
        ("first", &first),
        ("version_too", &version_too),
        ("samples", &samples),
        ("installation", kind.installation),
    ];
    words.iter().fold(common!("README.md.in").to_owned(), |text, (mark, part)| replace(&text, mark, part))
}

/// Fills in the names of a plugin.
fn fill(text: &str, name: &str, kind: PluginKind) -> String {
    let (id, title) = (format!("example.{name}"), title(name));
    let names = [("name", name), ("id", id.as_str()), ("title", title.as_str()), ("kind", kind.as_str())];
    names.iter().fold(text.to_owned(), |text, (mark, part)| replace(&text, mark, part))
}

fn replace(text: &str, mark: &str, part: &str) -> String {
    text.replace(&format!("{{{{{mark}}}}}"), part)
}

/// `double-points` is shown as `Double points`.
fn title(name: &str) -> String {
    let spaced = name.replace('-', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::manifest;
    use stammgast_domain::case::CaseFile;
    use std::collections::BTreeSet;

    /// Every kind in every language.
    fn all() -> impl Iterator<Item = (PluginKind, Language, Vec<TemplateFile>)> {
        let kinds = PluginKind::ALL.iter().copied();
        kinds.flat_map(|kind| Language::ALL.map(|language| (kind, language, files("hello-world", kind, language))))
    }

    fn text<'f>(files: &'f [TemplateFile], path: &str) -> &'f str {
        &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} is missing")).text
    }

    #[test]
    fn every_kind_in_every_language_starts_with_a_valid_configuration() {
        for (kind, language, files) in all() {
            let manifest = manifest::check(text(&files, "manifest.json")).unwrap().manifest;
            assert_eq!((manifest.id.as_str(), manifest.name.as_str()), ("example.hello-world", "Hello world"));
            assert!(manifest.kinds.contains(&kind));
            let config: serde_json::Value = serde_json::from_str(text(&files, "config.json")).unwrap();
            jsonschema::draft202012::validate(&manifest.config_schema, &config).unwrap();
            assert!(text(&files, "README.md").contains("plugin enable example.hello-world"), "{language}");
            let cases: CaseFile = serde_json::from_str(text(&files, "tests/cases.json")).unwrap();
            assert!(!cases.cases.is_empty(), "{kind} {language}");
        }
    }

    #[test]
    fn every_mark_is_filled_and_no_path_comes_twice() {
        for (kind, language, files) in all() {
            let own =
                files.iter().filter(|file| !file.path.starts_with("sdk/") && !file.path.starts_with("stammgast/"));
            for file in own {
                assert!(!file.text.contains("{{"), "{kind} {language} {}: {}", file.path, file.text);
            }
            let paths: BTreeSet<&str> = files.iter().map(|file| file.path).collect();
            assert_eq!(paths.len(), files.len(), "{kind} {language}");
        }
    }

    #[test]
    fn the_readme_names_files_that_are_there() {
        for (kind, language, files) in all() {
            let readme = text(&files, "README.md");
            let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
            let named: Vec<&str> = rows.map(|(file, _)| file).collect();
            assert!(named.len() > 4, "{kind} {language}: {named:?}");
            for name in named {
                let is_there =
                    files.iter().any(|file| file.path == name || (name.ends_with('/') && file.path.starts_with(name)));
                assert!(is_there, "{kind} {language}: {name}");
            }
        }
    }

    #[test]
    fn a_new_plugin_shows_its_language_by_one_file() {
        for (kind, language, files) in all() {
            let shown: Vec<Language> =
                Language::ALL.into_iter().filter(|one| files.iter().any(|file| file.path == one.file())).collect();
            assert_eq!(shown, [language], "{kind}");
        }
    }
}
