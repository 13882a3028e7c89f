//! What the plugins of a kind share in all languages.

use stammgast_domain::plugin::PluginKind;

/// The parts of a kind.
pub(super) struct Kind {
    /// What the plugin does, for its README.
    pub about: &'static str,
    /// How it is tried.
    pub walkthrough: &'static str,
    /// How it is tried again.
    pub again: &'static str,
    /// The name that its installation has in the walkthrough.
    pub installation: &'static str,
    /// The manifest.
    pub manifest: &'static str,
    /// A configuration to start with.
    pub config: &'static str,
    /// What it is tried on.
    pub samples: &'static [Sample],
    /// Events and what the plugin has to answer.
    pub cases: &'static str,
}

/// A file that a plugin is tried on.
pub(super) struct Sample {
    /// Its name.
    pub path: &'static str,
    /// What is in it.
    pub text: &'static str,
    /// What it is, for the README.
    pub about: &'static str,
}

macro_rules! kind {
    ($folder:literal, installation $installation:literal, samples $($sample:literal: $about:literal),+) => {
        Kind {
            about: kind!($folder, "about.md"),
            walkthrough: kind!($folder, "try.md"),
            again: kind!($folder, "again.md"),
            installation: $installation,
            manifest: kind!($folder, "manifest.json"),
            config: kind!($folder, "config.json"),
            samples: &[$(Sample { path: $sample, text: kind!($folder, $sample), about: $about }),+],
            cases: kind!($folder, "cases.json"),
        }
    };
    ($folder:literal, $file:literal) => {
        include_str!(concat!("../../../template/", $folder, "/", $file))
    };
}

/// The parts of a kind.
pub(super) const fn kind(kind: PluginKind) -> Kind {
    match kind {
        PluginKind::Loyalty => {
            kind!("loyalty", installation "hello", samples "sample.csv": "something to try it on")
        }
        PluginKind::Quality => {
            kind!("quality", installation "hello", samples "sample.json": "something to try it on")
        }
        PluginKind::Channel => {
            kind!("channel", installation "notes", samples
                "sample.txt": "something to try it on",
                "message.json": "a message to send, once the plugin can answer")
        }
        PluginKind::Feedback => {
            kind!("feedback", installation "hello", samples "sample.json": "something to try it on")
        }
    }
}
