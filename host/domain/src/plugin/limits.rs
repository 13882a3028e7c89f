//! Limits: what one call may use, who sets it and how far it may go.

use serde::{Deserialize, Serialize};
use std::time::Duration;

macro_rules! wanted_limits {
    ($($(#[$doc:meta])* $name:ident: $number:ty,)*) => {
        /// Limits that a plugin wishes for or an admin sets; the operator's own limits cap them.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct WantedLimits {$(
            $(#[$doc])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $name: Option<$number>,
        )*}

        impl WantedLimits {
            /// These limits, and those of others where these say nothing.
            fn or(self, others: Self) -> Self {
                Self { $($name: self.$name.or(others.$name),)* }
            }
        }
    };
}

wanted_limits! {
    /// CPU per call in millions of units of fuel, roughly a million executed instructions each.
    cpu_millions: u64,
    /// Memory per call in mebibytes, over all memories.
    memory_mib: u64,
    /// Time per call in milliseconds by the clock on the wall.
    wall_ms: u64,
    /// Calls of one installation that run at once.
    concurrent_calls: u32,
    /// Calls that one instance may serve one after another. For admins to set, not for plugins to wish for: without it
    /// every call has a fresh instance.
    reuse_calls: u32,
    /// Table entries per call, over all tables.
    table_entries: u64,
    /// Core instances that the component may consist of.
    instances: u64,
    /// Kibibytes of one call's input: event, raw message and configuration.
    input_kib: u64,
    /// Kibibytes that one call may hand to the host.
    output_kib: u64,
    /// Calls of host functions in one call.
    host_calls: u32,
    /// Rows of the past that one call may look up.
    read_rows: u64,
    /// Effects of one call.
    effects: u64,
    /// Kibibytes of one value of plugin state.
    state_kib: u64,
    /// Keys of plugin state that one customer may have.
    state_keys: u64,
    /// Keys of plugin state that all customers share.
    shared_state_keys: u64,
    /// Log lines that are kept of one call; further ones are counted and dropped.
    log_lines: u32,
    /// Characters that are kept of one log line.
    log_line_chars: u64,
}

/// What one call may use. All limits hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallLimits {
    /// CPU in units of fuel, roughly one executed WebAssembly instruction each.
    pub fuel: u64,
    /// Time by the clock on the wall, host functions included.
    #[serde(rename = "wall_ms", with = "millis")]
    pub wall: Duration,
    /// Memory in bytes, over all linear memories.
    pub memory_bytes: usize,
    /// Table entries, over all tables.
    pub table_entries: usize,
    /// Core instances that the component may consist of.
    pub instances: usize,
    /// Calls of host functions.
    pub host_calls: u32,
    /// Rows that it may look up.
    pub read_rows: usize,
    /// Effects.
    pub effects: usize,
    /// Bytes that the plugin may hand to the host in one call, effects and logs included.
    pub output_bytes: usize,
    /// Bytes of input: the event and the configuration.
    pub input_bytes: usize,
    /// Lines of log that are kept; further ones are counted and dropped.
    pub log_lines: u32,
    /// Characters of one log line that are kept.
    pub log_line_chars: usize,
    /// Bytes of one value of plugin state.
    pub state_bytes: usize,
    /// Keys of plugin state that one customer may have.
    pub state_keys: usize,
    /// Keys of plugin state that all customers share.
    pub shared_state_keys: usize,
    /// Calls that one instance may serve one after another; 0 or 1: each call has a fresh instance.
    pub reuse_calls: u32,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            fuel: 1_000_000_000,
            wall: Duration::from_secs(5),
            memory_bytes: 128 << 20,
            table_entries: 100_000,
            instances: 200,
            host_calls: 1_000,
            read_rows: 10_000,
            effects: 100,
            output_bytes: 4 << 20,
            input_bytes: 48 << 20,
            log_lines: 100,
            log_line_chars: 2_000,
            state_bytes: 64 << 10,
            state_keys: 100,
            shared_state_keys: 1_000,
            reuse_calls: 0,
        }
    }
}

/// What the operator lets a plugin wish for at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// CPU in units of fuel.
    pub fuel: u64,
    /// Time by the clock on the wall.
    pub wall: Duration,
    /// Memory in bytes, over all linear memories.
    pub memory_bytes: usize,
    /// Calls that one instance may serve.
    pub reuse_calls: u32,
}

impl CallLimits {
    /// These limits with what the admin set and the plugin wishes for, as far as the operator allows: up to the ceiling
    /// where there is one, and nowhere else more than these.
    #[must_use]
    pub fn with(self, set: WantedLimits, wished: WantedLimits, ceiling: &Ceiling) -> Self {
        let wanted = wished.under(set);
        let fuel = wanted.cpu_millions.map_or(self.fuel, |millions| millions.saturating_mul(1_000_000));
        let wall = wanted.wall_ms.map_or(self.wall, Duration::from_millis);
        let memory_bytes = wanted.memory_mib.map_or(self.memory_bytes, |mebibytes| size(mebibytes, 1 << 20));
        Self {
            fuel: fuel.min(ceiling.fuel),
            wall: wall.min(ceiling.wall),
            memory_bytes: memory_bytes.min(ceiling.memory_bytes),
            table_entries: fewer(self.table_entries, wanted.table_entries, 1),
            instances: fewer(self.instances, wanted.instances, 1),
            host_calls: wanted.host_calls.map_or(self.host_calls, |calls| calls.min(self.host_calls)),
            read_rows: fewer(self.read_rows, wanted.read_rows, 1),
            effects: fewer(self.effects, wanted.effects, 1),
            output_bytes: fewer(self.output_bytes, wanted.output_kib, 1 << 10),
            input_bytes: fewer(self.input_bytes, wanted.input_kib, 1 << 10),
            log_lines: wanted.log_lines.map_or(self.log_lines, |lines| lines.min(self.log_lines)),
            log_line_chars: fewer(self.log_line_chars, wanted.log_line_chars, 1),
            state_bytes: fewer(self.state_bytes, wanted.state_kib, 1 << 10),
            state_keys: fewer(self.state_keys, wanted.state_keys, 1),
            shared_state_keys: fewer(self.shared_state_keys, wanted.shared_state_keys, 1),
            reuse_calls: wanted.reuse_calls.unwrap_or_default().min(ceiling.reuse_calls),
        }
    }

    /// What has to be wanted to come to these limits again.
    #[must_use]
    pub fn wanted(&self) -> WantedLimits {
        WantedLimits {
            cpu_millions: Some(self.fuel / 1_000_000),
            memory_mib: Some((self.memory_bytes >> 20) as u64),
            wall_ms: u64::try_from(self.wall.as_millis()).ok(),
            concurrent_calls: None,
            reuse_calls: None,
            table_entries: Some(self.table_entries as u64),
            instances: Some(self.instances as u64),
            input_kib: Some((self.input_bytes >> 10) as u64),
            output_kib: Some((self.output_bytes >> 10) as u64),
            host_calls: Some(self.host_calls),
            read_rows: Some(self.read_rows as u64),
            effects: Some(self.effects as u64),
            state_kib: Some((self.state_bytes >> 10) as u64),
            state_keys: Some(self.state_keys as u64),
            shared_state_keys: Some(self.shared_state_keys as u64),
            log_lines: Some(self.log_lines),
            log_line_chars: Some(self.log_line_chars as u64),
        }
    }
}

/// So many units of a size.
fn size(number: u64, unit: u64) -> usize {
    usize::try_from(number.saturating_mul(unit)).unwrap_or(usize::MAX)
}

/// The operator's limit, or a lower one where that is wanted.
fn fewer(operators: usize, wanted: Option<u64>, unit: u64) -> usize {
    wanted.map_or(operators, |wanted| size(wanted, unit).min(operators))
}

impl WantedLimits {
    /// These limits, where others do not say something else.
    #[must_use]
    pub fn under(self, others: Self) -> Self {
        Self { reuse_calls: others.reuse_calls, ..others.or(self) }
    }
}

/// Durations as whole milliseconds.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_decides_between_the_plugins_wish_and_the_operators_ceiling() {
        let ceiling = Ceiling { fuel: 5_000_000, wall: Duration::from_secs(3), memory_bytes: 64 << 20, reuse_calls: 9 };
        let wished = WantedLimits { cpu_millions: Some(4), memory_mib: Some(32), ..WantedLimits::default() };
        let set = WantedLimits { cpu_millions: Some(9), wall_ms: Some(50), ..WantedLimits::default() };
        let limits = CallLimits::default().with(set, wished, &ceiling);
        assert_eq!((limits.fuel, limits.memory_bytes), (5_000_000, 32 << 20), "never past the operator's ceiling");
        assert_eq!(limits.wall, Duration::from_millis(50));
        let json = serde_json::to_value(limits).unwrap();
        assert_eq!(json["wall_ms"], 50);
        assert_eq!(serde_json::from_value::<CallLimits>(json).unwrap(), limits);
    }

    #[test]
    fn an_admin_lowers_what_the_operator_has_set_and_never_raises_it() {
        let ceiling = Ceiling { fuel: 5, wall: Duration::from_secs(3), memory_bytes: 64 << 20, reuse_calls: 9 };
        let operators = CallLimits::default();
        let with = |set: WantedLimits| operators.with(set, WantedLimits::default(), &ceiling);
        let every = |number: u32| WantedLimits {
            table_entries: Some(number.into()),
            instances: Some(number.into()),
            input_kib: Some(number.into()),
            output_kib: Some(number.into()),
            host_calls: Some(number),
            read_rows: Some(number.into()),
            effects: Some(number.into()),
            state_kib: Some(number.into()),
            state_keys: Some(number.into()),
            shared_state_keys: Some(number.into()),
            log_lines: Some(number),
            log_line_chars: Some(number.into()),
            ..WantedLimits::default()
        };
        let unset = with(WantedLimits::default());
        assert_eq!(with(every(u32::MAX)), unset);
        let low = with(every(3));
        assert_eq!((low.table_entries, low.instances, low.host_calls, low.read_rows, low.effects), (3, 3, 3, 3, 3));
        assert_eq!((low.input_bytes, low.output_bytes, low.state_bytes), (3 << 10, 3 << 10, 3 << 10));
        assert_eq!((low.state_keys, low.shared_state_keys, low.log_lines, low.log_line_chars), (3, 3, 3, 3));
        assert_eq!(
            (low.fuel, low.wall, low.memory_bytes, low.reuse_calls),
            (unset.fuel, unset.wall, unset.memory_bytes, 0)
        );
        let wished = operators.with(WantedLimits::default(), every(3), &ceiling);
        assert_eq!(wished, low, "a plugin may wish for less as well");
    }

    #[test]
    fn what_was_wanted_comes_to_the_same_limits_again() {
        let ceiling =
            Ceiling { fuel: u64::MAX, wall: Duration::from_hours(1), memory_bytes: usize::MAX, reuse_calls: 0 };
        let set =
            WantedLimits { host_calls: Some(7), state_kib: Some(1), cpu_millions: Some(3), ..WantedLimits::default() };
        let limits = CallLimits::default().with(set, WantedLimits::default(), &ceiling);
        let again = CallLimits::default().with(limits.wanted(), WantedLimits::default(), &ceiling);
        assert_eq!((again, again.host_calls, again.state_bytes), (limits, 7, 1 << 10));
    }

    #[test]
    fn no_plugin_wishes_for_instances_that_remember() {
        let wished = WantedLimits { reuse_calls: Some(5), effects: Some(4), ..WantedLimits::default() };
        let set = WantedLimits { effects: Some(2), ..WantedLimits::default() };
        assert_eq!(wished.under(set), set);
    }
}
