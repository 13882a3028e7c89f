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
    /// Something to try it on: the file's name and what is in it.
    pub sample: (&'static str, &'static str),
    /// Events and what the plugin has to answer.
    pub cases: &'static str,
}

macro_rules! kind {
    ($folder:literal, installation $installation:literal, sample $sample:literal) => {
        Kind {
            about: kind!($folder, "about.md"),
            walkthrough: kind!($folder, "try.md"),
            again: kind!($folder, "again.md"),
            installation: $installation,
            manifest: kind!($folder, "manifest.json"),
            config: kind!($folder, "config.json"),
            sample: ($sample, kind!($folder, $sample)),
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
        PluginKind::Loyalty => kind!("loyalty", installation "hello", sample "sample.csv"),
        PluginKind::Quality => kind!("quality", installation "hello", sample "sample.json"),
        PluginKind::Channel => kind!("channel", installation "notes", sample "sample.txt"),
        PluginKind::Feedback => kind!("feedback", installation "hello", sample "sample.json"),
    }
}

/// Events and what a new plugin of a kind has to answer, whatever language it is written in.
#[must_use]
pub const fn cases(of: PluginKind) -> &'static str {
    kind(of).cases
}
