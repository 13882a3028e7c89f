//! The kit for plugin authors: a folder to start from, a way to WebAssembly for each language, the manifest in its
//! place, and a signature beside it.
//!
//! Plain functions, offline: the command line, the tasks of this repository and its tests all call them.

pub mod build;
pub mod contract;
pub mod error;
mod files;
pub mod folders;
pub mod inspect;
pub mod keys;
pub mod language;
pub mod manifest;
pub mod new;
pub mod pack;
pub mod settings;
pub mod signing;
mod template;

pub use error::KitError;
