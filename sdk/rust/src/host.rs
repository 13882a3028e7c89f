//! Where the helpers find the host: in a component the contract's imports, in native tests [`crate::testing`].

#[cfg(target_family = "wasm")]
pub use crate::bindings::stammgast::host::{log, lookup, state};
#[cfg(not(target_family = "wasm"))]
pub use crate::testing::native::{log, lookup, state};
