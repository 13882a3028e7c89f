//! The files of a new plugin, one set for each kind, with the contract that this binary was built with.

use stammgast_domain::plugin::PluginKind;

/// One file of a new plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateFile {
    /// Where it goes, relative to the plugin's folder.
    pub path: &'static str,
    /// What is in it.
    pub text: String,
}

/// What differs from kind to kind.
struct Kind {
    about: &'static str,
    walkthrough: &'static str,
    again: &'static str,
    rule: &'static str,
    installation: &'static str,
    code: &'static str,
    manifest: &'static str,
    config: &'static str,
    sample: (&'static str, &'static str),
    contract: (&'static str, &'static str),
}

macro_rules! template {
    ($($part:literal),+) => {
        include_str!(concat!("../../template/", $($part),+))
    };
}

macro_rules! contract {
    ($($part:literal),+) => {
        include_str!(concat!("../../../../wit/", $($part),+))
    };
}

macro_rules! kind {
    ($folder:literal, rule $rule:literal, installation $installation:literal, sample $sample:literal) => {
        Kind {
            about: template!($folder, "/about.md"),
            walkthrough: template!($folder, "/try.md"),
            again: template!($folder, "/again.md"),
            rule: $rule,
            installation: $installation,
            code: template!($folder, "/lib.rs"),
            manifest: template!($folder, "/manifest.json"),
            config: template!($folder, "/config.json"),
            sample: ($sample, template!($folder, "/", $sample)),
            contract: (concat!("wit/", $folder, "/", $folder, ".wit"), contract!($folder, "/", $folder, ".wit")),
        }
    };
}

const fn kind(kind: PluginKind) -> Kind {
    match kind {
        PluginKind::Loyalty => kind!("loyalty", rule "earned", installation "hello", sample "sample.csv"),
        PluginKind::Quality => kind!("quality", rule "word_in", installation "hello", sample "sample.json"),
        PluginKind::Channel => kind!("channel", rule "read", installation "notes", sample "sample.txt"),
        PluginKind::Feedback => kind!("feedback", rule "word_in", installation "hello", sample "sample.json"),
    }
}

/// The files of a new plugin of this name and kind.
pub(super) fn files(name: &str, plugin_kind: PluginKind) -> Vec<TemplateFile> {
    let kind = kind(plugin_kind);
    let id = format!("example.{name}");
    let title = title(name);
    let fill = |text: &str| {
        let parts = [("about", kind.about), ("try", kind.walkthrough), ("again", kind.again)];
        let whole = parts.iter().fold(text.to_owned(), |text, (mark, part)| replace(&text, mark, part.trim_end()));
        let names = [("name", name), ("id", &id), ("title", &title), ("rule", kind.rule), ("sample", kind.sample.0)];
        let filled = names.iter().fold(whole, |text, (mark, part)| replace(&text, mark, part));
        replace(&filled, "installation", kind.installation)
    };
    let verbatim = |path, text: &str| TemplateFile { path, text: text.to_owned() };
    vec![
        TemplateFile { path: "Cargo.toml", text: fill(template!("common/Cargo.toml.in")) },
        TemplateFile { path: "README.md", text: fill(template!("common/README.md.in")) },
        verbatim(".gitignore", template!("common/gitignore")),
        TemplateFile { path: "manifest.json", text: fill(kind.manifest) },
        verbatim("config.json", kind.config),
        verbatim(kind.sample.0, kind.sample.1),
        verbatim("src/lib.rs", kind.code),
        verbatim("wit/types/types.wit", contract!("types/types.wit")),
        verbatim("wit/host/host.wit", contract!("host/host.wit")),
        verbatim(kind.contract.0, kind.contract.1),
    ]
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

    #[test]
    fn every_kind_fills_every_mark_and_starts_with_a_valid_configuration() {
        for plugin_kind in PluginKind::ALL {
            let files = files("hello-world", *plugin_kind);
            for file in &files {
                assert!(!file.text.contains("{{"), "{plugin_kind} {}: {}", file.path, file.text);
            }
            let text = |path: &str| files.iter().find(|file| file.path == path).unwrap().text.clone();
            let manifest = manifest::check(&text("manifest.json")).unwrap().manifest;
            assert_eq!((manifest.id.as_str(), manifest.name.as_str()), ("example.hello-world", "Hello world"));
            assert!(manifest.kinds.contains(plugin_kind));
            let config: serde_json::Value = serde_json::from_str(&text("config.json")).unwrap();
            jsonschema::draft202012::validate(&manifest.config_schema, &config).unwrap();
            assert!(text("README.md").contains("plugin enable example.hello-world"));
            assert!(text("src/lib.rs").contains(&format!("fn {}", kind(*plugin_kind).rule)));
        }
    }
}
