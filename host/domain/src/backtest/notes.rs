//! How a back-test has to be read.

use super::{Against, Backtest};
use crate::plugin::Capability;

/// How a back-test has to be read: what is simulated, what is historical, and what cannot be known.
#[must_use]
pub fn notes(test: &Backtest) -> Vec<String> {
    let grants = &test.candidate.grants;
    let mut notes = vec![
        "Events are replayed in the order of the log, from an empty state of the plugin; nothing is written."
            .to_owned(),
        "What the tried version asks for causes no further events: plugins that would have been called for those are \
         not called."
            .to_owned(),
    ];
    if grants.contains(&Capability::LookupPoints) {
        notes.push(match test.installation {
            Some(_) => {
                "Points that it looks up are those of the time, with its own postings in place of those that the \
                        installation made in the period."
                    .to_owned()
            }
            None => {
                "Points that it looks up are those of the time and its own postings; name the installation that it \
                     stands for if that one's postings are to be left out."
                    .to_owned()
            }
        });
    }
    if grants.contains(&Capability::StateShared) {
        notes.push("It keeps state for all customers together, so its events were run one after another.".to_owned());
    }
    let happened = matches!(test.against, Against::Happened { .. });
    if happened && test.status.is_over() && test.totals.baseline.calls == 0 {
        let nothing =
            "The installation was never called for these events: nothing happened that this could differ from.";
        notes.insert(0, nothing.to_owned());
    } else if happened {
        notes.push(
            "What happened is what was applied; calls that failed and were given up count as not called.".to_owned(),
        );
    }
    let totals = &test.totals;
    if totals.unknown > 0 {
        notes.push(format!(
            "For {} events it is not known what happened: the installation was not called for them, or so long ago that \
             only their effects were kept.",
            totals.unknown
        ));
    }
    if totals.erased > 0 {
        notes.push(format!("{} events were left out: the personal data of their customers was erased.", totals.erased));
    }
    if totals.events == 0 && test.status.is_over() {
        notes.push(
            "No event of the period is one that the plugin is called for: choose another period, or look at `events` in \
             its manifest."
                .to_owned(),
        );
    }
    notes
}
