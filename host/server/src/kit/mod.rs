//! The kit for plugin authors: a folder to start from, a way to WebAssembly, and the manifest in its place.
//!
//! Plain functions, offline: the command line, the tasks of this repository and its tests all call them.

pub mod build;
pub mod error;
pub mod manifest;
pub mod new;
pub mod pack;
mod project;
mod remap;
pub mod route;
mod template;

pub use error::KitError;
