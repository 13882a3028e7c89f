//! Messages for whoever operates the server.
//!
//! Long lines are cut, and lines past the host's limit are counted and dropped. Never log personal data: the host
//! cannot erase what it cannot recognise.

use crate::host::log;

#[doc(inline)]
pub use crate::bindings::stammgast::host::log::Level;

/// Writes a line for the author.
pub fn debug(message: impl AsRef<str>) {
    log::write(Level::Debug, message.as_ref());
}

/// Writes a line for the record.
pub fn info(message: impl AsRef<str>) {
    log::write(Level::Info, message.as_ref());
}

/// Writes a line that somebody should look at.
pub fn warn(message: impl AsRef<str>) {
    log::write(Level::Warn, message.as_ref());
}

/// Writes a line that somebody must look at.
pub fn error(message: impl AsRef<str>) {
    log::write(Level::Error, message.as_ref());
}
