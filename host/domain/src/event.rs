//! Events: one immutable fact per change, in the order in which the tenant's changes were committed.

mod lift;

pub use lift::{SCHEMA, lift};

use crate::{
    CustomerId, InstallationId, InteractionId, MessageId, Timestamp,
    activity::Activity,
    contact_point::ContactPoint,
    customer::Customer,
    eligibility::Eligibility,
    feedback::FeedbackItem,
    finding::Finding,
    interaction::{Interaction, Message},
    ledger::Transaction,
    membership::Membership,
    occasion::Occasion,
    outreach::{Consent, Outreach},
    purchase::Purchase,
    purchase_return::PurchaseReturn,
    referral::Referral,
    tier::TierChange,
    voucher::Voucher,
    warranty::Warranty,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How many effects may follow from one another before a chain is cut.
pub const MAX_DEPTH: u8 = 8;

macro_rules! event_types {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $name:literal, personal $personal:expr;)*) => {
        /// What happened, with the complete new values.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Fact {$(
            $(#[$doc])*
            $variant($data),
        )*}

        /// The name of a sort of event, such as `purchase.recorded`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType {$(
            $(#[$doc])*
            $variant,
        )*}

        impl EventType {
            /// Every sort of event there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name as it stands in manifests and logs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $name,)*}
            }

            /// Fields of the data that hold personal text and are encrypted at rest; a dot leads into an object.
            #[must_use]
            pub const fn personal_fields(self) -> &'static [&'static str] {
                match self {$(Self::$variant => &$personal,)*}
            }
        }

        impl Fact {
            /// Its sort.
            #[must_use]
            pub const fn event_type(&self) -> EventType {
                match self {$(Self::$variant(_) => EventType::$variant,)*}
            }

            /// Reads the data of an event of this sort.
            ///
            /// # Errors
            /// The data does not have the form of this sort.
            pub fn from_json(event_type: EventType, data: serde_json::Value) -> Result<Self, serde_json::Error> {
                match event_type {$(EventType::$variant => serde_json::from_value(data).map(Self::$variant),)*}
            }
        }
    };
}

event_types! {
    /// A customer was recorded.
    CustomerCreated(Customer) = "customer.created", personal ["name", "reference", "birthday"];
    /// A customer's details changed.
    CustomerUpdated(Customer) = "customer.updated", personal ["name", "reference", "birthday"];
    /// A contact point was added to a customer.
    ContactPointAdded(ContactPoint) = "contact-point.added", personal ["value", "given"];
    /// A purchase was recorded.
    PurchaseRecorded(Purchase) = "purchase.recorded", personal [];
    /// Something that was bought came back.
    PurchaseReturned(PurchaseReturn) = "purchase.returned", personal [];
    /// A return was undone.
    ReturnCancelled(PurchaseReturn) = "purchase.return-cancelled", personal [];
    /// A channel delivered the raw bytes of a message.
    MessageReceived(Message) = "message.received", personal [];
    /// A contact was recorded on a timeline, or waits for its customer.
    InteractionRecorded(Interaction) = "interaction.recorded",
        personal ["subject", "text", "attachments", "party", "documentation", "threading", "external_id"];
    /// A waiting contact was assigned to its customer.
    InteractionAssigned(Interaction) = "interaction.assigned",
        personal ["subject", "text", "attachments", "party", "documentation", "threading", "external_id"];
    /// Points moved.
    PointsPosted(Transaction) = "loyalty.points-posted", personal ["cause.text"];
    /// A customer's tier moved, or was earned again.
    TierChanged(TierChange) = "loyalty.tier-changed", personal ["cause.text"];
    /// A customer may claim a reward that is not for everyone, or may not any more.
    EligibilityChanged(Eligibility) = "loyalty.eligibility-changed", personal ["cause.text"];
    /// A day came that matters to a customer.
    OccasionReached(Occasion) = "occasion.reached", personal [];
    /// A customer did something that is no purchase.
    ActivityRecorded(Activity) = "activity.recorded", personal ["details", "external_id"];
    /// A voucher was issued.
    VoucherIssued(Voucher) = "voucher.issued", personal ["code", "cause.text"];
    /// A voucher was used, given back or taken back.
    VoucherChanged(Voucher) = "voucher.changed", personal ["code", "cause.text"];
    /// A membership began, was renewed, changed or ended.
    MembershipChanged(Membership) = "membership.changed", personal [];
    /// A warranty was recorded, or became void.
    WarrantyChanged(Warranty) = "warranty.changed", personal ["serial"];
    /// A referral was recorded, or decided.
    ReferralChanged(Referral) = "referral.changed", personal [];
    /// A customer said something about messages.
    ConsentRecorded(Consent) = "consent.recorded", personal ["proof"];
    /// It was decided whether a message is said to a customer.
    OutreachDecided(Outreach) = "outreach.decided", personal ["title", "text", "reason.text"];
    /// A check found a deviation.
    FindingRaised(Finding) = "finding.raised", personal ["text", "evidence"];
    /// Feedback was sent to a department.
    FeedbackOpened(FeedbackItem) = "feedback.opened", personal ["title", "text", "evidence"];
    /// A department decided on feedback.
    FeedbackDecided(FeedbackItem) = "feedback.decided",
        personal ["title", "text", "evidence", "rejection", "root_cause", "action"];
}

/// The text given names no sort of event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not an event type; known are {}", EventType::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownEventType {
    /// The text that was given.
    pub given: String,
}

impl FromStr for EventType {
    type Err = UnknownEventType;

    fn from_str(text: &str) -> Result<Self, UnknownEventType> {
        let unknown = || UnknownEventType { given: text.chars().take(64).collect() };
        Self::ALL.iter().copied().find(|known| known.as_str() == text).ok_or_else(unknown)
    }
}

impl Fact {
    /// The contact that it tells of.
    #[must_use]
    pub const fn interaction(&self) -> Option<&Interaction> {
        match self {
            Self::InteractionRecorded(contact) | Self::InteractionAssigned(contact) => Some(contact),
            _ => None,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whom or what an event is about. Events with one subject are handled one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A customer.
    Customer(CustomerId),
    /// A contact without a known customer.
    Interaction(InteractionId),
    /// A raw message that has not been read yet.
    Message(MessageId),
    /// The tenant as a whole.
    Tenant,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::Interaction(id) => write!(f, "interaction:{id}"),
            Self::Message(id) => write!(f, "message:{id}"),
            Self::Tenant => f.write_str("tenant"),
        }
    }
}

impl Subject {
    /// The customer, where the subject is one.
    #[must_use]
    pub const fn customer(self) -> Option<CustomerId> {
        if let Self::Customer(id) = self { Some(id) } else { None }
    }
}

/// What an event followed from, when a plugin's effect made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Sequence number of the event that the plugin was called for.
    pub event: u64,
    /// The installation that was called.
    pub installation: InstallationId,
}

/// An event on its way into the log; the log gives it its sequence number.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub fact: Fact,
    /// Whom or what it is about.
    pub subject: Subject,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who did it: `key:<id>`, `operator` or `installation:<id>`.
    pub actor: String,
    /// What it followed from.
    pub cause: Option<Cause>,
    /// How many effects led here.
    pub depth: u8,
}

/// An event of a tenant's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Place in the tenant's log, in commit order, from 1.
    pub seq: u64,
    /// The event itself.
    pub event: NewEvent,
}

impl Fact {
    /// Whether an installation may be asked about it: reminders are for the one that set them alone.
    #[must_use]
    pub fn is_for(&self, installation: Option<InstallationId>) -> bool {
        match self {
            Self::OccasionReached(occasion) => occasion.installation.is_none() || occasion.installation == installation,
            _ => true,
        }
    }

    /// Whom or what the fact is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::CustomerCreated(customer) | Self::CustomerUpdated(customer) => Subject::Customer(customer.id),
            Self::ContactPointAdded(point) => Subject::Customer(point.customer),
            Self::PurchaseRecorded(purchase) => Subject::Customer(purchase.customer),
            Self::PurchaseReturned(made) | Self::ReturnCancelled(made) => Subject::Customer(made.customer),
            Self::MessageReceived(message) => Subject::Message(message.id),
            Self::InteractionRecorded(contact) | Self::InteractionAssigned(contact) => {
                contact.customer.map_or(Subject::Interaction(contact.id), Subject::Customer)
            }
            Self::PointsPosted(transaction) => {
                let owner = transaction.entries.iter().find_map(|entry| entry.account.customer());
                owner.map_or(Subject::Tenant, Subject::Customer)
            }
            Self::TierChanged(change) => Subject::Customer(change.standing.customer),
            Self::EligibilityChanged(eligibility) => Subject::Customer(eligibility.customer),
            Self::OccasionReached(occasion) => Subject::Customer(occasion.customer),
            Self::ActivityRecorded(activity) => Subject::Customer(activity.customer),
            Self::VoucherIssued(voucher) | Self::VoucherChanged(voucher) => Subject::Customer(voucher.customer),
            Self::MembershipChanged(membership) => Subject::Customer(membership.customer),
            Self::WarrantyChanged(warranty) => Subject::Customer(warranty.customer),
            Self::ReferralChanged(referral) => Subject::Customer(referral.customer),
            Self::ConsentRecorded(consent) => Subject::Customer(consent.customer),
            Self::OutreachDecided(outreach) => Subject::Customer(outreach.customer),
            Self::FindingRaised(finding) => {
                finding.customer.map_or(Subject::Interaction(finding.interaction), Subject::Customer)
            }
            Self::FeedbackOpened(item) | Self::FeedbackDecided(item) => {
                item.customer.map_or(Subject::Interaction(item.interaction), Subject::Customer)
            }
        }
    }

    /// When the fact happened in the world; `None` where recording it is what happened.
    #[must_use]
    pub const fn occurred_at(&self) -> Option<Timestamp> {
        match self {
            Self::PurchaseRecorded(purchase) => Some(purchase.occurred_at),
            Self::PurchaseReturned(made) => Some(made.occurred_at),
            Self::InteractionRecorded(contact) | Self::InteractionAssigned(contact) => Some(contact.occurred_at),
            Self::PointsPosted(transaction) => Some(transaction.occurred_at),
            Self::TierChanged(change) => Some(change.occurred_at),
            Self::EligibilityChanged(eligibility) => Some(eligibility.occurred_at),
            Self::OccasionReached(occasion) => Some(occasion.occurred_at),
            Self::ActivityRecorded(activity) => Some(activity.occurred_at),
            Self::VoucherIssued(voucher) => Some(voucher.occurred_at),
            Self::MembershipChanged(membership) => Some(membership.occurred_at),
            Self::ConsentRecorded(consent) => Some(consent.occurred_at),
            Self::OutreachDecided(outreach) => Some(outreach.occurred_at),
            Self::FindingRaised(finding) => Some(finding.occurred_at),
            Self::FeedbackOpened(item) => Some(item.occurred_at),
            Self::CustomerCreated(_)
            | Self::CustomerUpdated(_)
            | Self::ContactPointAdded(_)
            | Self::MessageReceived(_)
            | Self::ReturnCancelled(_)
            | Self::VoucherChanged(_)
            | Self::WarrantyChanged(_)
            | Self::ReferralChanged(_)
            | Self::FeedbackDecided(_) => None,
        }
    }
}
