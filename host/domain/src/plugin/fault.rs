//! What can go wrong in a plugin call.

use serde::{Deserialize, Serialize};

/// What went wrong in a plugin call, by sort. A WIT error is a business answer and none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Its CPU budget was spent.
    Cpu,
    /// It asked for more memory than it may have.
    Memory,
    /// Its stack overflowed.
    Stack,
    /// It trapped: a panic, an illegal access, a division by zero.
    Trap,
    /// It called exit.
    Exit,
    /// It took too long by the clock on the wall.
    WallClock,
    /// It returned more bytes or effects than it may.
    Output,
    /// It called the host too often.
    HostCalls,
    /// It asked for something that is invalid or not granted.
    InvalidEffect,
    /// It answered with an error of its own.
    Refused,
    /// It could not be loaded or instantiated.
    Load,
    /// The host could not do its part, again and again: nobody's fault.
    Host,
}

impl FaultKind {
    /// Every sort there is.
    pub const ALL: [Self; 12] = [
        Self::Cpu,
        Self::Memory,
        Self::Stack,
        Self::Trap,
        Self::Exit,
        Self::WallClock,
        Self::Output,
        Self::HostCalls,
        Self::InvalidEffect,
        Self::Refused,
        Self::Load,
        Self::Host,
    ];

    /// The name used in texts and rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Stack => "stack",
            Self::Trap => "trap",
            Self::Exit => "exit",
            Self::WallClock => "wall-clock",
            Self::Output => "output",
            Self::HostCalls => "host-calls",
            Self::InvalidEffect => "invalid-effect",
            Self::Refused => "refused",
            Self::Load => "load",
            Self::Host => "host",
        }
    }

    /// What happened, in words that can follow "because".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Cpu => "it spent its CPU budget",
            Self::Memory => "it asked for more memory than it may have",
            Self::Stack => "its stack overflowed",
            Self::Trap => "it trapped",
            Self::Exit => "it called exit",
            Self::WallClock => "it took too long",
            Self::Output => "it returned more than it may",
            Self::HostCalls => "it called the host too often",
            Self::InvalidEffect => "it asked for something that is invalid or not granted",
            Self::Refused => "it answered with an error of its own",
            Self::Load => "it could not be loaded",
            Self::Host => "the server could not do its part",
        }
    }
}
