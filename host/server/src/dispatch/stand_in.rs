//! What the host does for a plugin that is out of order: contacts of customers that nobody can sort go to the tenant's
//! default department, so that nobody waits for an answer until an admin has time. Everything else waits.

use super::invoke::{Attempt, Delivered, Invoker};
use crate::app::effects::{self, Applicable, CallOutcome, NotApplied};
use stammgast_domain::{
    effect::{Effect, Reason},
    event::Fact,
    feedback::FeedbackKind,
    interaction::{Direction, Interaction},
    plugin::{Installation, PluginKind},
    tenant::Setup,
    text,
};
use stammgast_runtime::Usage;

/// Characters of a title.
const TITLE: usize = 200;

/// Whether the host can stand in for an installation: it does nothing but sort feedback, and its effects count.
pub(super) fn is_possible(installation: &Installation) -> bool {
    let kinds = &installation.release.kinds;
    installation.shadow_of.is_none() && kinds.len() == 1 && kinds.contains(&PluginKind::Feedback)
}

impl Invoker {
    /// Deals with an event as the tenant wants it while the plugin is out of order.
    pub(super) async fn stand_in(&self, attempt: Attempt<'_>, setup: &Setup) -> Delivered {
        let Attempt { event, was_held, .. } = attempt;
        let installation = &self.callee.installation;
        let route = |contact| setup.default_department.as_deref().map(|to| route(installation, contact, to));
        let effects = match &event.event.fact {
            // What the company itself wrote is no feedback.
            Fact::InteractionRecorded(contact) if contact.direction == Direction::Inbound => route(contact),
            _ => None,
        };
        let outcome = CallOutcome::Effects(effects.into_iter().collect());
        let record = self.record(&outcome, Usage::default(), setup);
        let call = Applicable { installation, event, outcome, record, recorded: None, was_held };
        match effects::apply(&self.callee.store, &self.callee.app.clock, setup, &call).await {
            Ok(()) => Delivered::Done(None),
            Err(NotApplied::Fault(fault)) => Delivered::Postponed(fault.message),
            Err(NotApplied::StateChanged) => Delivered::Postponed("its state changed".to_owned()),
            Err(NotApplied::Failed(error)) => self.failed(event, &error),
        }
    }
}

fn route(installation: &Installation, contact: &Interaction, department: &str) -> Effect {
    let subject = contact.content.subject.as_deref().map(|subject| text::one_line(subject, TITLE));
    let title = subject.filter(|subject| !subject.trim().is_empty());
    Effect::OpenFeedback {
        department: department.to_owned(),
        kind: FeedbackKind::Question,
        topic: "unsorted".to_owned(),
        title: title.unwrap_or_else(|| "A contact that nobody has sorted yet".to_owned()),
        reason: Reason {
            code: "default-route".to_owned(),
            text: format!(
                "`{}` ({} {}) is out of order, so this goes to the default department",
                installation.name, installation.plugin, installation.release.plugin_version
            ),
        },
        evidence: None,
    }
}
