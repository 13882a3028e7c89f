//! Running plugins: components are inspected, compiled once, and called in a fresh, limited instance each time.
//!
//! A plugin has no authority of its own. It is given one event, reads through the host, and asks for effects,
//! which this crate only collects. Whatever goes wrong inside is a [`Fault`](stammgast_domain::call::Fault): data.

mod bindings;
mod cache;
mod call;
mod config_schema;
mod convert;
mod engine;
mod fault;
mod fresh;
mod host;
mod inspect;
mod limits;
mod output;
mod send;
mod settings;
mod threads;

pub use call::{Answer, Call, CallReport, Question, Usage};
pub use config_schema::config_validator;
pub use engine::{LoadedPlugin, Runtime, RuntimeError};
pub use host::{Facts, FactsError, StateValue};
pub use inspect::{Inspection, Refusal, check_manifest};
pub use limits::{CallLimits, Ceiling};
pub use send::{Building, Outgoing, Request};
pub use settings::RuntimeSettings;
