//! Messages to customers: the tenant's rules, consents, and what became of what was proposed.

use super::{
    super::{problem::Problem, schema},
    provenance::ProvenanceView,
};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    ConsentId, CustomerId, OutreachId, Timestamp, VoucherId,
    contact_point::ContactPointKind,
    hold_out::{HeldFrom, HoldOut},
    outreach::{
        Balance, Cap, Consent, ConsentStatus, ContactPolicy, HeldBack, Outreach, OutreachStatus, Purpose, Quiet,
    },
};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// So many messages of these purposes within so many days.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactCap)]
#[serde(deny_unknown_fields)]
pub struct CapView {
    /// The purposes that are counted together.
    #[schema(value_type = Vec<schema::Purpose>)]
    purposes: BTreeSet<Purpose>,
    /// The most messages.
    most: u16,
    /// Within so many days, today among them.
    #[schema(minimum = 1, maximum = 366)]
    days: u16,
}

/// Hours in which nothing is said, but what the customer needs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = QuietHours)]
#[serde(deny_unknown_fields)]
pub struct QuietView {
    /// When they begin, in the tenant's zone.
    #[schema(examples("20:00"))]
    from: String,
    /// When they end; on the next day where that is earlier.
    #[schema(examples("08:00"))]
    to: String,
}

/// How selling and caring stand to one another.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactBalance)]
#[serde(deny_unknown_fields)]
pub struct BalanceView {
    /// So many selling messages, and as many again for each that cares for the relationship.
    #[schema(minimum = 1)]
    selling_per_relationship: u16,
    /// Within so many days.
    #[schema(minimum = 1, maximum = 366)]
    days: u16,
}

/// What holds for messages that rules propose to customers, whichever plugin proposes them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactPolicy)]
#[serde(deny_unknown_fields)]
pub struct ContactPolicyView {
    /// Purposes that need the customer's consent. What a customer withdrew is never said.
    #[schema(value_type = Vec<schema::Purpose>)]
    consent: BTreeSet<Purpose>,
    /// Caps; all of them count.
    #[serde(default)]
    caps: Vec<CapView>,
    /// Hours of rest: what comes in them is said at their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quiet: Option<QuietView>,
    /// How selling and caring stand to one another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    balance: Option<BalanceView>,
}

/// Customers for whom rules do nothing, so that what rules do can be measured.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = HoldOut)]
#[serde(deny_unknown_fields)]
pub struct HoldOutView {
    /// How many, in percent.
    #[schema(maximum = 50)]
    percent: u8,
    /// Which group it is; another word makes another group.
    #[serde(default)]
    #[schema(max_length = 64)]
    salt: String,
    /// What the group does not get.
    #[serde(default)]
    #[schema(value_type = schema::HeldFrom, default = "measures")]
    from: HeldFrom,
}

/// What a customer said about messages of a purpose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
pub struct ConsentView {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: ConsentId,
    /// Whose.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// For what.
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    /// On which sort of address; left out for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::ContactPointKind>)]
    channel: Option<ContactPointKind>,
    /// What was said.
    #[schema(value_type = schema::ConsentStatus)]
    status: ConsentStatus,
    /// Where it was said, a code.
    source: String,
    /// The proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// Why a message is held back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldBack)]
pub struct HeldBackView {
    /// `hold-out`, `no-consent`, `said-today`, `cap`, `balance`, `offer-used-up` or `too-late`.
    why: &'static str,
    /// The most messages, of `cap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    most: Option<u16>,
    /// Within so many days, of `cap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u16>,
}

/// A message to a customer that was proposed, and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outreach)]
pub struct OutreachView {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: OutreachId,
    /// To whom.
    #[schema(value_type = Uuid)]
    customer: CustomerId,
    /// What it is for.
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    /// What it is about, a code.
    topic: String,
    /// A line that says what it is.
    title: String,
    /// What is said.
    text: String,
    /// The voucher that goes with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    voucher: Option<VoucherId>,
    /// What becomes of it.
    #[schema(value_type = schema::OutreachStatus)]
    status: OutreachStatus,
    /// Why it is held back.
    #[serde(skip_serializing_if = "Option::is_none")]
    held_back: Option<HeldBackView>,
    /// From when on it may be said.
    #[schema(value_type = String, format = DateTime)]
    not_before: Timestamp,
    /// The last day on which it makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
    /// Why it was proposed, a code.
    reason: String,
    /// Why, in a sentence.
    reason_text: String,
    /// Which call of which plugin proposed it; left out for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<ProvenanceView>,
    /// When what led there happened.
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

fn time(field: &str, text: &str) -> Result<Time, Problem> {
    text.parse().map_err(|_| Problem::invalid(field, "that is no time of day; write 20:00"))
}

impl TryFrom<ContactPolicyView> for ContactPolicy {
    type Error = Problem;

    fn try_from(view: ContactPolicyView) -> Result<Self, Problem> {
        let ContactPolicyView { consent, caps, quiet, balance } = view;
        let quiet = match quiet {
            Some(QuietView { from, to }) => {
                Some(Quiet { from: time("contact.quiet.from", &from)?, to: time("contact.quiet.to", &to)? })
            }
            None => None,
        };
        let caps = caps.into_iter().map(|CapView { purposes, most, days }| Cap { purposes, most, days }).collect();
        let balance =
            balance.map(|BalanceView { selling_per_relationship, days }| Balance { selling_per_relationship, days });
        Ok(Self { consent, caps, quiet, balance })
    }
}

impl From<ContactPolicy> for ContactPolicyView {
    fn from(policy: ContactPolicy) -> Self {
        let ContactPolicy { consent, caps, quiet, balance } = policy;
        let clock = |time: Time| time.strftime("%H:%M").to_string();
        Self {
            consent,
            caps: caps.into_iter().map(|Cap { purposes, most, days }| CapView { purposes, most, days }).collect(),
            quiet: quiet.map(|Quiet { from, to }| QuietView { from: clock(from), to: clock(to) }),
            balance: balance
                .map(|Balance { selling_per_relationship, days }| BalanceView { selling_per_relationship, days }),
        }
    }
}

impl From<HoldOutView> for HoldOut {
    fn from(HoldOutView { percent, salt, from }: HoldOutView) -> Self {
        Self { percent, salt, from }
    }
}

impl From<HoldOut> for HoldOutView {
    fn from(HoldOut { percent, salt, from }: HoldOut) -> Self {
        Self { percent, salt, from }
    }
}

impl From<Consent> for ConsentView {
    fn from(consent: Consent) -> Self {
        let Consent { id, customer, purpose, channel, status, source, proof, occurred_at, recorded_at } = consent;
        Self { id, customer, purpose, channel, status, source, proof, occurred_at, recorded_at }
    }
}

impl From<HeldBack> for HeldBackView {
    fn from(held: HeldBack) -> Self {
        let why = |why| Self { why, most: None, days: None };
        match held {
            HeldBack::HoldOut => why("hold-out"),
            HeldBack::NoConsent => why("no-consent"),
            HeldBack::SaidToday => why("said-today"),
            HeldBack::Cap { most, days } => Self { why: "cap", most: Some(most), days: Some(days) },
            HeldBack::Balance => why("balance"),
            HeldBack::OfferUsedUp => why("offer-used-up"),
            HeldBack::TooLate => why("too-late"),
        }
    }
}

impl From<Outreach> for OutreachView {
    fn from(outreach: Outreach) -> Self {
        Self {
            id: outreach.id,
            customer: outreach.customer,
            purpose: outreach.purpose,
            topic: outreach.topic,
            title: outreach.title,
            text: outreach.text,
            voucher: outreach.voucher,
            status: outreach.status,
            held_back: outreach.held_back.map(HeldBackView::from),
            not_before: outreach.not_before,
            last_day: outreach.last_day,
            reason: outreach.reason.code,
            reason_text: outreach.reason.text,
            provenance: outreach.provenance.map(ProvenanceView::from),
            occurred_at: outreach.occurred_at,
            recorded_at: outreach.recorded_at,
        }
    }
}
