//! Components that would take too much. Whoever installs one may stop waiting before its compiler is stopped: the next
//! try gets the reason at once, and costs nothing.

use super::Uncompilable;
use stammgast_domain::digest::Digest;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Components that are remembered, until the server ends.
const MOST: usize = 256;

/// What was refused lately, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Refused(Mutex<VecDeque<(Digest, Uncompilable)>>);

impl Refused {
    /// Why this component was refused before.
    pub(crate) fn reason(&self, digest: &Digest) -> Option<Uncompilable> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.iter().find(|(known, _)| known == digest).map(|(_, reason)| reason.clone())
    }

    /// Remembers what will be no different the next time.
    pub(crate) fn remember(&self, digest: Digest, reason: &Uncompilable) {
        match reason {
            Uncompilable::Cpu { .. } | Uncompilable::Memory { .. } | Uncompilable::Code { .. } => {}
            Uncompilable::Wall { .. } | Uncompilable::Machine { .. } | Uncompilable::Crash(_) => return,
        }
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() >= MOST {
            refused.pop_front();
        }
        refused.push_back((digest, reason.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_no_different_is_remembered_and_the_oldest_goes_first() {
        let refused = Refused::default();
        let (slow, starved) = (Digest::of(b"slow"), Digest::of(b"starved"));
        refused.remember(slow, &Uncompilable::Cpu { seconds: 1 });
        refused.remember(starved, &Uncompilable::Wall { seconds: 64 });
        assert_eq!(refused.reason(&slow), Some(Uncompilable::Cpu { seconds: 1 }));
        assert_eq!(refused.reason(&starved), None);
        for number in 0..MOST {
            refused.remember(Digest::of(&number.to_be_bytes()), &Uncompilable::Memory { mib: 1 });
        }
        assert_eq!(refused.reason(&slow), None);
    }
}
