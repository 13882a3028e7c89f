//! Plugins: kinds, capabilities, manifests, grants and installations.

mod capability;
mod family;
mod fault;
mod history;
mod installation;
mod kind;
mod limits;
mod manifest;
mod quarantine;
mod reach;

pub use capability::Capability;
pub use family::Family;
pub use fault::FaultKind;
pub use history::{HistoryEntry, Step};
pub use installation::{Installation, InstallationStatus, Plugin, Release, Shadowed, StateLineage, Trust};
pub use kind::PluginKind;
pub use limits::{CallLimits, Ceiling, WantedLimits};
pub use manifest::{CapabilityRequest, InvalidManifest, Manifest};
pub use quarantine::{Failing, Quarantine};
pub use reach::{
    HostRequest, InvalidOrigin, Origin, ProofScheme, SecretRequest, SignatureEncoding, SignedPart, SignedTime,
    WantedOrigin, WebhookProof,
};

/// An enumeration whose values have fixed names in texts.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $variant,
        )*}

        impl $name {
            /// Every value there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name as it stands in manifests and requests.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $text,)*}
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
use names;
