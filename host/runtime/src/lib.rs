//! Running plugins: components are inspected, compiled once, and called in a fresh, limited instance each time.
//!
//! A plugin has no authority of its own. It is given one event, reads through the host, and asks for effects,
//! which this crate only collects. Whatever goes wrong inside is a [`Fault`](stammgast_domain::call::Fault): data.

mod bindings;
mod cache;
mod call;
mod compiler;
mod config_schema;
mod configuration;
mod convert;
mod effects;
mod engine;
mod evaluation;
mod exports;
mod facts;
mod fault;
mod fresh;
mod host;
mod inspect;
mod instance;
mod limits;
mod lookup;
mod moments;
mod outbound;
mod output;
mod request;
mod schema_error;
mod settings;
mod tenant_names;
mod threads;
mod time;
mod warm;
mod written;

pub use call::{Answer, Call, CallReport, Question, Usage};
pub use compiler::{ChildCompiler, Compiler, CompilerError, Uncompilable, compile_as_child};
pub use config_schema::{ConfigError, config_errors};
pub use engine::{LoadedPlugin, Runtime, RuntimeError};
pub use evaluation::{Evaluation, concerns};
pub use facts::{Facts, FactsError, FactsFuture};
pub use inspect::{CONTRACT, Inspection, Refusal, check_component, check_manifest};
pub use outbound::{Building, ConnectorReport, Outgoing, Request};
pub use settings::RuntimeSettings;
pub use stammgast_domain::plugin::{CallLimits, Ceiling};
pub use tenant_names::{Named, TenantNames};
pub use time::Time;
pub use warm::{Served, WarmInstances};
