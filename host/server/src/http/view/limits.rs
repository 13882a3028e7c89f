//! Limits of calls.

use serde::{Deserialize, Serialize};
use stammgast_domain::plugin::WantedLimits;
use utoipa::ToSchema;

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $number:ident,)*) => {
        /// Limits of one call that a plugin wishes for or an admin sets; the operator's own limits cap them.
        #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
        #[schema(as = WantedLimits)]
        #[serde(deny_unknown_fields)]
        pub struct LimitsView {$(
            $(#[$doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            $name: Option<$number>,
        )*}

        impl From<LimitsView> for WantedLimits {
            fn from(limits: LimitsView) -> Self {
                Self { $($name: limits.$name,)* }
            }
        }

        impl From<WantedLimits> for LimitsView {
            fn from(limits: WantedLimits) -> Self {
                Self { $($name: limits.$name,)* }
            }
        }
    };
}

limits! {
    /// CPU in millions of units of fuel.
    cpu_millions: u64,
    /// Memory in mebibytes.
    memory_mib: u64,
    /// Time in milliseconds by the clock on the wall.
    wall_ms: u64,
    /// Calls of one installation that run at once.
    concurrent_calls: u32,
    /// Calls that one instance may serve one after another; without it every call has a fresh instance. For admins to
    /// set: what an instance remembers of one call, the next one sees.
    reuse_calls: u32,
    /// Table entries, over all tables.
    table_entries: u64,
    /// Core instances that the component may consist of.
    instances: u64,
    /// Kibibytes of input: event, raw message and configuration.
    input_kib: u64,
    /// Kibibytes that it may hand to the host.
    output_kib: u64,
    /// Calls of host functions.
    host_calls: u32,
    /// Rows of the past that it may look up.
    read_rows: u64,
    /// Effects.
    effects: u64,
    /// Kibibytes of one value of plugin state.
    state_kib: u64,
    /// Keys of plugin state that one customer may have.
    state_keys: u64,
    /// Keys of plugin state that all customers share.
    shared_state_keys: u64,
    /// Log lines that are kept; further ones are counted and dropped.
    log_lines: u32,
    /// Characters that are kept of one log line.
    log_line_chars: u64,
}
