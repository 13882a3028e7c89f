//! What an effect brings about: the host validates it against what it knows, and says what follows.

use super::{Effect, Reason};
use crate::{
    CustomerId, FeedbackItemId, FindingId, InteractionId, Timestamp,
    event::{Event, Fact, NewEvent},
    feedback::{FeedbackItem, FeedbackStatus},
    finding::{Evidence, Finding, Provenance},
    ledger::{Account, Cause, Command, Earn, MAX_ENTRY, WalletId},
    plugin::Capability,
    program::{Program, Terms},
    purchase::Purchase,
    tenant::Setup,
    text,
};

/// Why an effect cannot be applied. One such effect spoils its whole call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEffect {
    /// Not granted to the installation.
    #[error("the installation has no grant for `{}`", .0.as_str())]
    NotGranted(Capability),
    /// The event has no customer, and the effect needs one.
    #[error("the event has no customer, so nobody can earn points")]
    NoCustomer,
    /// The event is about no interaction, and the effect needs one.
    #[error("the event is about no interaction, so it cannot be checked or sent to a department")]
    NoInteraction,
    /// The event carried no raw message.
    #[error("the event carried no raw message, so nothing can be received from it")]
    NoMessage,
    /// No such program.
    #[error("there is no loyalty program `{0}`; create it or correct the configuration")]
    UnknownProgram(String),
    /// No such department.
    #[error("there is no department `{0}`; create it or correct the configuration")]
    UnknownDepartment(String),
    /// Zero or fewer points, or an absurd number.
    #[error("{0} points cannot be earned; earn between 1 and {MAX_ENTRY}")]
    BadPoints(i64),
    /// More than the program gives at once.
    #[error("{points} points are more than the program `{program}` gives at once (max_earning is {most})")]
    TooManyPoints {
        /// The program.
        program: String,
        /// Points that were asked for.
        points: i64,
        /// The most that it gives.
        most: i64,
    },
    /// A text is blank, too long or no code.
    #[error(transparent)]
    Text(#[from] text::InvalidText),
}

/// What the host knows when it validates effects.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// What the tenant has set up.
    pub setup: &'a Setup,
    /// The event's customer.
    pub customer: Option<CustomerId>,
    /// The event's interaction.
    pub interaction: Option<InteractionId>,
    /// The event's purchase.
    pub purchase: Option<&'a Purchase>,
    /// When the event happened.
    pub occurred_at: Timestamp,
    /// Now.
    pub recorded_at: Timestamp,
}

impl<'a> Surroundings<'a> {
    /// What the host knows when it validates the effects of a call for an event.
    #[must_use]
    pub fn of(event: &'a Event, setup: &'a Setup, recorded_at: Timestamp) -> Self {
        let Event { event: NewEvent { subject, fact, occurred_at, .. }, .. } = event;
        let purchase = match fact {
            Fact::PurchaseRecorded(purchase) => Some(purchase),
            _ => None,
        };
        Self {
            setup,
            customer: subject.customer(),
            interaction: fact.interaction().map(|contact| contact.id),
            purchase,
            occurred_at: *occurred_at,
            recorded_at,
        }
    }
}

/// What an effect brings about.
#[derive(Debug, Clone, PartialEq)]
pub enum Consequence {
    /// A fact that is true from now on.
    Fact(Box<Fact>),
    /// Something that the ledger decides in its turn.
    Ledger(Command),
    /// Rows that have to be looked up first: [`Effect::ReceiveMessage`] and [`Effect::SetState`].
    Rows,
}

/// What an effect brings about, where nothing but the surroundings is needed to know.
///
/// # Errors
/// See [`InvalidEffect`].
pub fn consequence_of(
    effect: &Effect,
    origin: Provenance,
    around: &Surroundings<'_>,
) -> Result<Consequence, InvalidEffect> {
    match effect {
        Effect::Earn { program, points, reason } => {
            earn(program, points.0, reason, &origin, around).map(|earn| Consequence::Ledger(Command::Earn(earn)))
        }
        Effect::RaiseFinding { reason, severity, evidence } => {
            check(reason, evidence.as_ref())?;
            Ok(Consequence::Fact(Box::new(Fact::FindingRaised(Finding {
                id: FindingId::derived(&[&origin.idempotency_key()]),
                interaction: around.interaction.ok_or(InvalidEffect::NoInteraction)?,
                customer: around.customer,
                rule: reason.code.clone(),
                severity: *severity,
                text: reason.text.clone(),
                evidence: evidence.clone(),
                provenance: origin,
                occurred_at: around.occurred_at,
                recorded_at: around.recorded_at,
                version: 1,
            }))))
        }
        Effect::OpenFeedback { department, kind, topic, title, reason, evidence } => {
            check(reason, evidence.as_ref())?;
            text::code("topic", topic)?;
            text::required("title", title, 300)?;
            if !around.setup.departments.contains(department) {
                return Err(InvalidEffect::UnknownDepartment(department.clone()));
            }
            Ok(Consequence::Fact(Box::new(Fact::FeedbackOpened(FeedbackItem {
                id: FeedbackItemId::derived(&[&origin.idempotency_key()]),
                department: department.clone(),
                kind: *kind,
                topic: topic.clone(),
                title: title.clone(),
                text: reason.text.clone(),
                evidence: evidence.clone(),
                interaction: around.interaction.ok_or(InvalidEffect::NoInteraction)?,
                customer: around.customer,
                status: FeedbackStatus::Open,
                rejection: None,
                root_cause: None,
                action: None,
                provenance: origin,
                occurred_at: around.occurred_at,
                recorded_at: around.recorded_at,
                version: 1,
            }))))
        }
        Effect::ReceiveMessage(_) | Effect::SetState(_) => Ok(Consequence::Rows),
    }
}

fn earn(
    program: &str,
    points: i64,
    reason: &Reason,
    origin: &Provenance,
    around: &Surroundings<'_>,
) -> Result<Box<Earn>, InvalidEffect> {
    let customer = around.customer.ok_or(InvalidEffect::NoCustomer)?;
    let Some(Program { code, policy, .. }) = around.setup.programs.get(program) else {
        return Err(InvalidEffect::UnknownProgram(program.to_owned()));
    };
    check(reason, None)?;
    if !(1..=MAX_ENTRY).contains(&points) {
        return Err(InvalidEffect::BadPoints(points));
    }
    if let Some(most) = policy.max_earning.filter(|most| points > *most) {
        return Err(InvalidEffect::TooManyPoints { program: code.clone(), points, most });
    }
    let Terms { active_from, expires_at, lapses_at } = policy.terms(around.occurred_at, &around.setup.zone);
    let Reason { code: reason, text } = reason.clone();
    Ok(Box::new(Earn {
        wallet: WalletId { program: code.clone(), customer },
        points,
        earned_at: around.occurred_at,
        active_from,
        expires_at,
        lapses_at,
        source: Account::Issuance { program: code.clone() },
        sale: around.purchase.map(Purchase::sale_terms),
        reversal: policy.reversal,
        quota: None,
        cause: Cause { reason, text, rule_version: origin.rule_version(), event: Some(origin.event) },
        key: origin.idempotency_key(),
    }))
}

/// The first of some effects that would be refused, and why; its index stands first.
#[must_use]
pub fn first_refused(
    effects: &[Effect],
    origin: &Provenance,
    around: &Surroundings<'_>,
) -> Option<(usize, InvalidEffect)> {
    effects.iter().enumerate().find_map(|(index, effect)| {
        let effect_index = u32::try_from(index).unwrap_or(u32::MAX);
        let origin = Provenance { effect: effect_index, ..origin.clone() };
        consequence_of(effect, origin, around).err().map(|refused| (index, refused))
    })
}

fn check(reason: &Reason, evidence: Option<&Evidence>) -> Result<(), InvalidEffect> {
    text::code("reason.code", &reason.code)?;
    text::required("reason.text", &reason.text, 1_000)?;
    if let Some(Evidence { field, quote }) = evidence {
        text::code("evidence.field", field)?;
        text::at_most("evidence.quote", quote, 500)?;
    }
    Ok(())
}
