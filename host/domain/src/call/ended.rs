//! How recorded calls ended, as a question about many of them.

use crate::plugin::FaultKind;
use std::str::FromStr;

/// Which recorded calls are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Those that asked for effects, or for none.
    Effects,
    /// Those whose bytes are no message of the channel.
    Malformed,
    /// Those that ended in a fault of any sort.
    Faults,
    /// Those that ended in this fault.
    Fault(FaultKind),
}

/// A word that says of no call how it ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to end; write effects, malformed, faults, or one sort of fault: {sorts}", sorts = sorts())]
pub struct InvalidEnded(pub String);

impl Ended {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Effects => "effects",
            Self::Malformed => "malformed",
            Self::Faults => "faults",
            Self::Fault(kind) => kind.as_str(),
        }
    }
}

impl FromStr for Ended {
    type Err = InvalidEnded;

    fn from_str(text: &str) -> Result<Self, InvalidEnded> {
        let whole = [Self::Effects, Self::Malformed, Self::Faults];
        let mut all = whole.into_iter().chain(FaultKind::ALL.map(Self::Fault));
        all.find(|ended| ended.as_str() == text).ok_or_else(|| InvalidEnded(text.to_owned()))
    }
}

fn sorts() -> String {
    FaultKind::ALL.map(FaultKind::as_str).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_end_reads_back_and_nothing_else_is_one() {
        for kind in FaultKind::ALL {
            assert_eq!(kind.as_str().parse::<Ended>(), Ok(Ended::Fault(kind)));
        }
        for ended in [Ended::Effects, Ended::Malformed, Ended::Faults] {
            assert_eq!(ended.as_str().parse::<Ended>(), Ok(ended));
        }
        let wrong = "fault".parse::<Ended>().unwrap_err().to_string();
        let sorts =
            "cpu, memory, stack, trap, exit, wall-clock, output, host-calls, invalid-effect, refused, load, host";
        assert!(wrong.starts_with("`fault` is no way to end") && wrong.ends_with(sorts), "{wrong}");
        assert!("".parse::<Ended>().is_err());
    }
}
