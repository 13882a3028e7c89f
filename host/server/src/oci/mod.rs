//! Plugins in OCI registries, in the form of the Bytecode Alliance's tools: one artifact, one layer, the component.
//!
//! Only the command line calls this room: a server never fetches a plugin. What comes from a registry is checked as a
//! file would be: its digest, its size, its manifest and its signatures.

mod access;
mod artifact;
mod error;
mod pull;
mod push;
mod reference;
mod session;

pub use access::{Access, Login, Transport};
pub use error::OciError;
pub use pull::{Pulled, pull};
pub use push::{Pushed, push};
pub use reference::{InvalidReference, Reference};
