//! What an effect brings about: the host validates it against what it knows, and says what follows.

use super::{Effect, Reason};
use crate::{
    CustomerId, FeedbackItemId, FindingId, InteractionId, Points, Timestamp,
    event::{Event, Fact, NewEvent},
    feedback::{FeedbackItem, FeedbackStatus},
    finding::{Evidence, Finding, Provenance},
    ledger::{Account, Cause, Command, Earn, MAX_ENTRY, WalletId},
    occasion::Reminder,
    outreach::Purpose,
    plugin::Capability,
    program::{Policy, Program, Terms},
    purchase::Purchase,
    tenant::Setup,
    text,
    tier::TierRefused,
};

/// Why an effect cannot be applied. One such effect spoils its whole call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEffect {
    /// Not granted to the installation.
    #[error("the installation has no grant for `{}`", .0.as_str())]
    NotGranted(Capability),
    /// The event has no customer, and the effect needs one.
    #[error(
        "the event has no customer, so there is nobody to earn points, hold a tier, claim a reward or be reminded of"
    )]
    NoCustomer,
    /// The event is about no interaction, and the effect needs one.
    #[error("the event is about no interaction, so it cannot be checked or sent to a department")]
    NoInteraction,
    /// The event carried no raw message.
    #[error("the event carried no raw message, so nothing can be received from it")]
    NoMessage,
    /// A voucher would go around the rules of contact.
    #[error(
        "a service message carries no offer; choose the purpose `relationship` or `selling`, or leave the offer out"
    )]
    ServiceOffer,
    /// No such program.
    #[error("there is no loyalty program `{0}`; create it or correct the configuration")]
    UnknownProgram(String),
    /// No such department.
    #[error("there is no department `{0}`; create it or correct the configuration")]
    UnknownDepartment(String),
    /// No such offer.
    #[error("there is no offer `{0}`; create it or correct the configuration")]
    UnknownOffer(String),
    /// No such reward.
    #[error("there is no reward `{0}`; create it or correct the configuration")]
    UnknownReward(String),
    /// Zero or fewer points, or an absurd number.
    #[error("{0} points cannot be earned; earn between 1 and {MAX_ENTRY}")]
    BadPoints(i64),
    /// No number of points.
    #[error(
        "`{0}` is no number of points; write digits, and after a point 1 to 9 more, above 0 and at most {MAX_ENTRY}"
    )]
    BadDecimal(String),
    /// No such tier.
    #[error(transparent)]
    Tier(#[from] TierRefused),
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
    /// Rows that depend on what the store holds.
    Rows,
    /// Nothing: fewer than one point, after rounding.
    Nothing,
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
        Effect::EarnDecimal { program, points, reason } => {
            match rounded(points, &program_of(program, around)?.policy)? {
                0 => check(reason, None).map(|()| Consequence::Nothing),
                points => {
                    earn(program, points, reason, &origin, around).map(|earn| Consequence::Ledger(Command::Earn(earn)))
                }
            }
        }
        Effect::ProposeTier { program, tier, reason } => {
            around.customer.ok_or(InvalidEffect::NoCustomer)?;
            check(reason, None)?;
            let known = program_of(program, around)?.policy.tiers.as_ref();
            if known.and_then(|tiers| tiers.rank(Some(tier))).is_none() {
                return Err(TierRefused::Unknown { program: program.clone(), tier: tier.clone() }.into());
            }
            Ok(Consequence::Rows)
        }
        Effect::ProposeNoTier { program, reason } => {
            around.customer.ok_or(InvalidEffect::NoCustomer)?;
            check(reason, None)?;
            if program_of(program, around)?.policy.tiers.is_none() {
                return Err(TierRefused::None(program.clone()).into());
            }
            Ok(Consequence::Rows)
        }
        Effect::IssueVoucher { offer, reason } => {
            around.customer.ok_or(InvalidEffect::NoCustomer)?;
            check(reason, None)?;
            known_offer(offer, around).map(|()| Consequence::Rows)
        }
        Effect::MakeEligible { reward, reason, .. } | Effect::EndEligibility { reward, reason } => {
            around.customer.ok_or(InvalidEffect::NoCustomer)?;
            check(reason, None)?;
            let is_known = around.setup.rewards.contains(reward);
            if is_known { Ok(Consequence::Rows) } else { Err(InvalidEffect::UnknownReward(reward.clone())) }
        }
        Effect::ProposeContact(contact) => {
            around.customer.ok_or(InvalidEffect::NoCustomer)?;
            check(&contact.reason, None)?;
            contact.validate()?;
            if contact.purpose == Purpose::Service && contact.offer.is_some() {
                return Err(InvalidEffect::ServiceOffer);
            }
            contact.offer.as_ref().map_or(Ok(()), |offer| known_offer(offer, around)).map(|()| Consequence::Rows)
        }
        Effect::SetReminder { name, .. } | Effect::CancelReminder { name } => {
            around.customer.ok_or(InvalidEffect::NoCustomer)?;
            Reminder::check_name(name)?;
            Ok(Consequence::Rows)
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
    let Program { code, policy, .. } = program_of(program, around)?;
    check(reason, None)?;
    if !(1..=MAX_ENTRY).contains(&points) {
        return Err(InvalidEffect::BadPoints(points));
    }
    if let Some(most) = policy.max_earning.filter(|most| points > *most) {
        return Err(InvalidEffect::TooManyPoints { program: code.clone(), points, most });
    }
    let Terms { active_from, expires_at, lapses_at, notice } = policy.terms(around.occurred_at, &around.setup.zone);
    let Reason { code: reason, text } = reason.clone();
    Ok(Box::new(Earn {
        wallet: WalletId { program: code.clone(), customer },
        points,
        earned_at: around.occurred_at,
        active_from,
        expires_at,
        lapses_at,
        notice,
        source: Account::Issuance { program: code.clone() },
        sale: around.purchase.map(Purchase::sale_terms),
        reversal: policy.reversal,
        quota: None,
        cause: Cause { reason, text, rule_version: origin.rule_version(), event: Some(origin.event) },
        key: origin.idempotency_key(),
    }))
}

fn program_of<'a>(program: &str, around: &Surroundings<'a>) -> Result<&'a Program, InvalidEffect> {
    around.setup.programs.get(program).ok_or_else(|| InvalidEffect::UnknownProgram(program.to_owned()))
}

fn known_offer(offer: &str, around: &Surroundings<'_>) -> Result<(), InvalidEffect> {
    let is_known = around.setup.offers.contains_key(offer);
    if is_known { Ok(()) } else { Err(InvalidEffect::UnknownOffer(offer.to_owned())) }
}

/// A number of points as the program rounds it.
fn rounded(given: &str, policy: &Policy) -> Result<i64, InvalidEffect> {
    let bad = || InvalidEffect::BadDecimal(given.chars().take(40).collect());
    let (whole, rest) = given.split_once('.').unwrap_or((given, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(rest) || whole.len() > 13 || rest.len() > 9 {
        return Err(bad());
    }
    let scaled: i128 = format!("{whole}{rest:0<9}").parse().map_err(|_| bad())?;
    let scale = 1_000_000_000;
    if scaled == 0 || scaled > i128::from(MAX_ENTRY) * scale {
        return Err(bad());
    }
    Ok(policy.reversal.rounding.divide(scaled, scale))
}

/// Effects with numbers of points as their programs round them; what rounds to nothing is left out. What cannot be rounded
/// stays as it is, and is refused.
#[must_use]
pub fn whole(effects: Vec<Effect>, setup: &Setup) -> Vec<Effect> {
    let whole = |effect: Effect| match &effect {
        Effect::EarnDecimal { program, points, reason } => {
            let policy = setup.programs.get(program).map(|program| &program.policy);
            match policy.map(|policy| rounded(points, policy)) {
                Some(Ok(0)) => None,
                Some(Ok(points)) => {
                    Some(Effect::Earn { program: program.clone(), points: Points(points), reason: reason.clone() })
                }
                None | Some(Err(_)) => Some(effect),
            }
        }
        _ => Some(effect),
    };
    effects.into_iter().filter_map(whole).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Reversal, Rounding};

    #[test]
    fn a_number_of_points_is_rounded_as_the_program_says() {
        let given = ["0.4", "0.5", "12.5", "12.499999999", "7", "0.000000001"];
        for (rounding, wanted) in [
            (Rounding::Down, [0, 0, 12, 12, 7, 0]),
            (Rounding::HalfUp, [0, 1, 13, 12, 7, 0]),
            (Rounding::Up, [1, 1, 13, 13, 7, 1]),
        ] {
            let policy = Policy { reversal: Reversal { rounding, ..Reversal::default() }, ..Policy::default() };
            assert_eq!(given.map(|given| rounded(given, &policy).unwrap()), wanted, "{rounding:?}");
        }
        for wrong in ["", "0", "0.0", "-1", "1.", ".5", "1e3", "1.0000000001", "1000000000001", "one", "1 "] {
            assert!(matches!(rounded(wrong, &Policy::default()), Err(InvalidEffect::BadDecimal(_))), "{wrong}");
        }
    }
}
