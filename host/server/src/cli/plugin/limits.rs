//! Limits of calls: those that an admin sets, and those that a plugin wishes for.

use clap::Args;
use serde_json::{Value, json};
use std::str::FromStr;

const HEADING: &str = "Limits of calls";

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $word:literal, $unit:literal;)*) => {
        /// Each limit as the API calls it, as people do, and what it is counted in.
        const LIMITS: &[(&str, &str, &str)] = &[$((stringify!($name), $word, $unit),)*];

        /// Limits that the admin sets. They come before the plugin's wishes and lie within the operator's.
        #[derive(Debug, Clone, Copy, Default, Args)]
        pub(in crate::cli) struct Limits {$(
            $(#[$doc])*
            #[arg(long, value_name = "N", help_heading = HEADING)]
            $name: Option<Limit>,
        )*}

        impl Limits {
            /// What is said of each, by its name in the API.
            fn said(self) -> impl Iterator<Item = (&'static str, Limit)> {
                [$((stringify!($name), self.$name),)*].into_iter().filter_map(|(name, limit)| Some((name, limit?)))
            }
        }
    };
}

limits! {
    /// CPU in millions of units, about an instruction each; `default`: what the plugin wishes for
    cpu_millions: "CPU", "million units";
    /// Memory in mebibytes; `default`: what the plugin wishes for
    memory_mib: "memory", "MiB";
    /// Time in milliseconds by the clock on the wall; `default`: what the plugin wishes for
    wall_ms: "time", "ms";
    /// Calls that run at once; `default`: what the plugin wishes for
    concurrent_calls: "at once", "calls";
    /// Calls that one instance may serve one after another; `default`: a fresh one for each call
    ///
    /// It makes plugins in Python and JavaScript many times faster. What an instance remembers of one call, the next one
    /// of the same installation sees, so a recorded call may not repeat exactly: ask its author whether that is right.
    reuse_calls: "one instance for", "calls";
    /// Entries of all tables; `default`: what the plugin wishes for
    table_entries: "tables", "entries";
    /// Core instances that the component may consist of; `default`: what the plugin wishes for
    instances: "parts", "core instances";
    /// Kibibytes of input, the configuration included; `default`: what the plugin wishes for
    input_kib: "input", "KiB";
    /// Kibibytes that it may hand to the host; `default`: what the plugin wishes for
    output_kib: "output", "KiB";
    /// Calls of the host; `default`: what the plugin wishes for
    host_calls: "of the host", "calls";
    /// Rows of the past that it may look up; `default`: what the plugin wishes for
    read_rows: "looked up", "rows";
    /// Effects; `default`: what the plugin wishes for
    effects: "asked for", "effects";
    /// Kibibytes of one value of state; `default`: what the plugin wishes for
    state_kib: "a value of state", "KiB";
    /// Keys of state of one customer; `default`: what the plugin wishes for
    state_keys: "state of a customer", "keys";
    /// Keys of state that all customers share; `default`: what the plugin wishes for
    shared_state_keys: "shared state", "keys";
    /// Lines of its log that are kept; `default`: what the plugin wishes for
    log_lines: "log", "lines";
    /// Characters that are kept of one line of its log; `default`: what the plugin wishes for
    log_line_chars: "a line of log", "characters";
}

/// What is said of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// It is this.
    Set(u64),
    /// The admin sets none.
    Default,
}

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().filter(|number| *number > 0 && !text.starts_with('+'));
        match (text, number) {
            ("default", _) => Ok(Self::Default),
            (_, Some(number)) => Ok(Self::Set(number)),
            (_, None) => Err("write a whole number from 1 on, or `default`"),
        }
    }
}

impl Limits {
    /// All limits that the admin sets when these come on top of those that are set already; `None` where nothing is
    /// said.
    pub fn over(self, present: &Value) -> Option<Value> {
        let mut said = self.said().peekable();
        said.peek()?;
        let mut limits = present.as_object().cloned().unwrap_or_default();
        for (name, limit) in said {
            match limit {
                Limit::Set(number) => limits.insert(name.to_owned(), json!(number)),
                Limit::Default => limits.remove(name),
            };
        }
        Some(Value::Object(limits))
    }
}

/// The limits that are given, such as `memory 64 MiB`.
pub(super) fn in_words(limits: &Value) -> Vec<String> {
    let words = |(name, word, unit): &(&str, &str, &str)| Some(format!("{word} {} {unit}", number(limits, name)?));
    LIMITS.iter().filter_map(words).collect()
}

/// The limits that differ, with what they were and what they would be.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let words = |(name, word, unit): &(&str, &str, &str)| {
        let (before, after) = (number(before, name), number(after, name));
        let shown = |number: Option<u64>| number.map_or_else(|| "none".to_owned(), |number| format!("{number} {unit}"));
        (before != after).then(|| format!("{word}: {} before, {} now", shown(before), shown(after)))
    };
    LIMITS.iter().filter_map(words).collect()
}

fn number(limits: &Value, name: &str) -> Option<u64> {
    limits.get(name).and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_the_plugins_wish() {
        assert_eq!("64".parse(), Ok(Limit::Set(64)));
        assert_eq!("default".parse(), Ok(Limit::Default));
        for wrong in ["0", "-1", "+1", "1.5", "64MiB", "", "18446744073709551616"] {
            assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_said_stays_and_default_takes_a_limit_away() {
        let none = Limits::default();
        assert_eq!(none.over(&json!({ "memory_mib": 64 })), None);
        let memory = Limits { memory_mib: Some(Limit::Set(32)), ..none };
        assert_eq!(memory.over(&Value::Null), Some(json!({ "memory_mib": 32 })));
        let both = Limits { wall_ms: Some(Limit::Default), ..memory };
        let present = json!({ "cpu_millions": 5, "memory_mib": 64, "wall_ms": 100 });
        assert_eq!(both.over(&present), Some(json!({ "cpu_millions": 5, "memory_mib": 32 })));
    }

    #[test]
    fn limits_are_shown_with_their_units() {
        let (before, after) = (json!({ "memory_mib": 64, "wall_ms": 9 }), json!({ "cpu_millions": 5, "wall_ms": 9 }));
        assert_eq!(in_words(&before), ["memory 64 MiB", "time 9 ms"]);
        assert_eq!(
            differences(&before, &after),
            ["CPU: none before, 5 million units now", "memory: 64 MiB before, none now"]
        );
        assert_eq!(differences(&Value::Null, &json!({})), [""; 0]);
    }

    #[test]
    fn every_limit_of_the_api_has_a_flag_and_a_word() {
        let wanted = stammgast_domain::plugin::CallLimits::default().wanted();
        let names = serde_json::to_value(wanted).unwrap().as_object().unwrap().clone();
        for name in names.keys() {
            assert!(LIMITS.iter().any(|(known, _, _)| known == name), "{name}");
        }
        assert_eq!(
            in_words(&json!({ "host_calls": 5, "state_kib": 2 })),
            ["of the host 5 calls", "a value of state 2 KiB"]
        );
    }
}
