//! The SDK of each language, as it is copied into a new plugin.

use crate::kit::{contract, language::Language};

/// Where a file goes in a plugin's folder, and what is in it.
type File = (&'static str, &'static str);

macro_rules! sdk {
    ($from:literal => $to:literal: $($file:literal,)+) => {
        &[$((concat!($to, $file), include_str!(concat!("../../../../../sdk/", $from, $file)))),+]
    };
}

const RUST: &[File] = sdk! { "rust/" => "sdk/rust/":
    "Cargo.toml",
    "src/bindings.rs",
    "src/channel/calls.rs",
    "src/channel/http.rs",
    "src/channel/message.rs",
    "src/channel/mod.rs",
    "src/channel/pieces.rs",
    "src/channel/response.rs",
    "src/channel/signature.rs",
    "src/config.rs",
    "src/contacts.rs",
    "src/date.rs",
    "src/export.rs",
    "src/feedback.rs",
    "src/host.rs",
    "src/lib.rs",
    "src/log.rs",
    "src/lookup.rs",
    "src/loyalty/activities.rs",
    "src/loyalty/bindings.rs",
    "src/loyalty/effects.rs",
    "src/loyalty/mod.rs",
    "src/loyalty/occasions.rs",
    "src/loyalty/points.rs",
    "src/loyalty/purchases.rs",
    "src/quality.rs",
    "src/reason.rs",
    "src/reminders.rs",
    "src/state.rs",
    "src/testing/effect.rs",
    "src/testing/host.rs",
    "src/testing/mod.rs",
    "src/testing/native.rs",
    "src/testing/recorded.rs",
    "src/testing/rules/loyalty.rs",
    "src/testing/rules/message.rs",
    "src/testing/rules/mod.rs",
    "src/testing/rules/texts.rs",
    "src/testing/samples.rs",
};

const PYTHON: &[File] = sdk! { "python/" => "":
    "stammgast/__init__.py",
    "stammgast/_check.py",
    "stammgast/_edge.py",
    "stammgast/_host.py",
    "stammgast/_lift.py",
    "stammgast/_lower.py",
    "stammgast/_wit.py",
    "stammgast/bodies.py",
    "stammgast/channel.py",
    "stammgast/config.py",
    "stammgast/contacts.py",
    "stammgast/effects.py",
    "stammgast/errors.py",
    "stammgast/events.py",
    "stammgast/feedback.py",
    "stammgast/log.py",
    "stammgast/lookup.py",
    "stammgast/loyalty.py",
    "stammgast/messages.py",
    "stammgast/py.typed",
    "stammgast/quality.py",
    "stammgast/records.py",
    "stammgast/reminders.py",
    "stammgast/requests.py",
    "stammgast/state.py",
    "stammgast/testing/__init__.py",
    "stammgast/testing/base.py",
    "stammgast/testing/call.py",
    "stammgast/testing/fault.py",
    "stammgast/testing/host.py",
    "stammgast/testing/rules.py",
    "stammgast/testing/samples.py",
    "stammgast/testing/sending.py",
};

const JAVASCRIPT: &[File] = sdk! { "js/" => "":
    "stammgast/build.mjs",
    "stammgast/bytes.js",
    "stammgast/call.js",
    "stammgast/check.js",
    "stammgast/clock.js",
    "stammgast/contacts.js",
    "stammgast/contract.d.ts",
    "stammgast/contract/channel.d.ts",
    "stammgast/contract/loyalty.d.ts",
    "stammgast/define.js",
    "stammgast/effects.js",
    "stammgast/environment.js",
    "stammgast/errors.js",
    "stammgast/host.js",
    "stammgast/index.d.ts",
    "stammgast/index.js",
    "stammgast/log.js",
    "stammgast/lookup.js",
    "stammgast/pieces.js",
    "stammgast/plugins.d.ts",
    "stammgast/records.js",
    "stammgast/reminders.js",
    "stammgast/request.js",
    "stammgast/response.js",
    "stammgast/state.js",
    "stammgast/testing.d.ts",
    "stammgast/testing.js",
    "stammgast/testing/effects.js",
    "stammgast/testing/fault.js",
    "stammgast/testing/host.js",
    "stammgast/testing/native.js",
    "stammgast/testing/rules.js",
    "stammgast/testing/samples.js",
    "stammgast/testing/sandbox.js",
    "stammgast/testing/sending.js",
    "stammgast/typescript.mjs",
    "stammgast/unicode.mjs",
};

const C: &[File] = sdk! { "c/" => "":
    "stammgast/stammgast.h",
    "stammgast/stammgast_call.h",
    "stammgast/stammgast_channel.h",
    "stammgast/stammgast_channel_answer.h",
    "stammgast/stammgast_channel_types.h",
    "stammgast/stammgast_config.h",
    "stammgast/stammgast_dates.h",
    "stammgast/stammgast_feedback.h",
    "stammgast/stammgast_host.h",
    "stammgast/stammgast_json.h",
    "stammgast/stammgast_loyalty.h",
    "stammgast/stammgast_loyalty_effects.h",
    "stammgast/stammgast_memory.h",
    "stammgast/stammgast_numbers.h",
    "stammgast/stammgast_quality.h",
    "stammgast/stammgast_text.h",
    "stammgast/stammgast_types.h",
    "stammgast/stammgast_words.h",
    "stammgast/testing.h",
    "stammgast/testing_calls.h",
    "stammgast/testing_channel.h",
    "stammgast/testing_contact.h",
    "stammgast/testing_expect.h",
    "stammgast/testing_feedback.h",
    "stammgast/testing_grants.h",
    "stammgast/testing_host.h",
    "stammgast/testing_loyalty.h",
    "stammgast/testing_loyalty_effects.h",
    "stammgast/testing_quality.h",
    "stammgast/testing_record.h",
    "stammgast/yyjson.LICENSE",
    "stammgast/yyjson.c",
    "stammgast/yyjson.h",
};

macro_rules! readme {
    ($from:literal => $to:literal) => {
        ($to, include_str!(concat!("../../../../../sdk/", $from, "/README.md")))
    };
}

/// What an SDK can do, beside its files.
const fn readme(language: Language) -> File {
    match language {
        Language::Rust => readme!("rust" => "sdk/rust/README.md"),
        Language::Python => readme!("python" => "stammgast/README.md"),
        Language::JavaScript => readme!("js" => "stammgast/README.md"),
        Language::C => readme!("c" => "stammgast/README.md"),
    }
}

/// The SDK's files for a language. That of Rust is made from the contract by the compiler, so the contract comes along.
pub(super) fn files(language: Language) -> impl Iterator<Item = File> {
    let sdk = match language {
        Language::Rust => RUST,
        Language::Python => PYTHON,
        Language::JavaScript => JAVASCRIPT,
        Language::C => C,
    };
    let wit = contract::PACKAGES.iter().map(|package| (package.path, package.text));
    sdk.iter().copied().chain([readme(language)]).chain(wit.filter(move |_| language == Language::Rust))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    /// Files below a folder of this repository, relative to another, without what tools leave there.
    fn below(folder: &Path, root: &Path) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "__pycache__" && name != "node_modules" {
                found.extend(below(&path, root));
            } else if path.is_file() {
                found.insert(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
        found
    }

    #[test]
    fn no_file_of_an_sdk_is_forgotten() {
        let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        for language in Language::ALL {
            let sdk = repository.join("sdk").join(language.as_str());
            let (folder, root) = match language {
                Language::Rust => (sdk.join("src"), repository.clone()),
                _ => (sdk.join("stammgast"), sdk),
            };
            let there = below(&folder, &root);
            let embedded: BTreeSet<String> = files(language).map(|(path, _)| path.to_owned()).collect();
            let forgotten: Vec<&String> = there.difference(&embedded).collect();
            assert!(forgotten.is_empty(), "{language}: {forgotten:?} are missing in template/sdk.rs");
            assert!(embedded.iter().any(|path| path.ends_with("/README.md")), "{language}");
        }
        assert!(files(Language::Rust).any(|(path, _)| path == "sdk/rust/Cargo.toml"));
        assert_eq!(
            files(Language::Rust).filter(|(path, _)| path.starts_with("wit/")).count(),
            contract::PACKAGES.len()
        );
    }
}
