//! Sets of names for the API description, taken from the domain: each is the schema of a domain enum.

use stammgast_domain::{
    access::Scope as DomainScope,
    event::EventType as DomainEventType,
    notice::NoticeKind as DomainNoticeKind,
    plugin::{Capability as DomainCapability, PluginKind as DomainPluginKind, Step as DomainStep},
};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

macro_rules! name_sets {
    ($($name:ident, $description:literal, $names:expr;)*) => {$(
        #[doc = $description]
        pub enum $name {}

        impl $name {
            fn names() -> Vec<&'static str> {
                $names
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($description))
                    .enum_values(Some(Self::names()))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

name_sets! {
    BacktestStatus, "Where a back-test stands.", vec!["queued", "running", "done", "cancelled", "failed"];
    Capability, "One thing that a plugin may be allowed to do.", all(DomainCapability::ALL, DomainCapability::as_str);
    Binding, "Who may use a voucher.", vec!["bearer", "customer"];
    ConsentStatus, "Whether a customer agrees.", vec!["given", "withdrawn"];
    ContactPointKind, "What sort of address a contact point is.", vec!["email", "phone", "postal", "handle", "chat"];
    CustomerKind, "Whether a customer is a human being or a company.", vec!["person", "organisation"];
    DeliveryStatus, "Where a delivery stands that did not go through at once.", vec!["retrying", "waiting", "dead"];
    Direction, "Which way a contact went.", vec!["inbound", "outbound"];
    Downgrade, "What becomes of a tier that was not earned again in its time: the next lower one, or none.", vec!["step", "out"];
    EventType, "The name of a sort of event.", all(DomainEventType::ALL, DomainEventType::as_str);
    FaultKind, "What went wrong in a plugin call, by sort.", vec![
        "cpu", "memory", "stack", "trap", "exit", "wall-clock", "output", "host-calls", "invalid-effect", "refused", "load",
        "host",
    ];
    FeedbackKind, "What sort of feedback it is.", vec!["complaint", "praise", "suggestion", "question"];
    FeedbackStatus, "How far the department has got.", vec!["open", "accepted", "rejected", "done"];
    HeldFrom, "What the group does not get: vouchers and messages, or points and tiers as well.", vec!["measures", "everything"];
    InstallationStatus, "Whether an installation takes events.", vec!["draft", "enabled", "disabled", "quarantined"];
    LifecycleStatus, "Where a customer stands in the relationship.", vec!["prospect", "active", "former"];
    MembershipStatus, "Whether a membership runs.", vec!["active", "ended"];
    MessageStatus, "Where the raw bytes of a message stand.", vec!["received", "read", "unreadable"];
    NoticeKind, "What a notice tells of.", all(DomainNoticeKind::ALL, DomainNoticeKind::as_str);
    OfferStatus, "Whether vouchers of an offer are issued.", vec!["active", "paused"];
    OutreachStatus, "What becomes of a message.", vec!["planned", "held-back"];
    PluginKind, "What sort of question a plugin answers.", all(DomainPluginKind::ALL, DomainPluginKind::as_str);
    Purpose, "What a message is for: the customer needs it, it cares for the relationship, or it sells.", vec!["service", "relationship", "selling"];
    RedemptionStatus, "How far a redemption has come.", vec!["reserved", "captured", "released", "timed-out", "reversed"];
    ReferralStatus, "How far a referral has come.", vec!["pending", "completed", "expired", "over-limit"];
    Renewal, "What happens at the end of a membership's period.", vec!["automatic", "lapses"];
    ReturnStatus, "Whether a return stands.", vec!["standing", "cancelled"];
    OpenTo, "Who may claim a reward.", vec!["everyone", "eligible"];
    EligibilityStatus, "What was said about a customer and a reward.", vec!["eligible", "ended"];
    RewardStatus, "Whether a reward can be claimed.", vec!["active", "paused"];
    Scope, "One permission that a tenant's key may carry.", all(DomainScope::ALL, DomainScope::as_str);
    Step, "A step in the life of an installation.", all(DomainStep::ALL, DomainStep::as_str);
    Severity, "How much a finding matters.", vec!["info", "minor", "major", "critical"];
    WarrantyStatus, "Whether a warranty counts.", vec!["standing", "void"];
    VoucherStatus, "What became of a voucher.", vec!["issued", "used", "cancelled"];
}

fn all<T: Copy>(values: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().copied().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Serialize, de::DeserializeOwned};
    use stammgast_domain::{contact_point, customer, feedback, finding, interaction, plugin};

    fn read_back<T: Serialize + DeserializeOwned>(names: &[&str]) {
        for name in names {
            let value: T = serde_json::from_value((*name).into()).unwrap();
            assert_eq!(serde_json::to_value(&value).unwrap(), *name);
        }
    }

    #[test]
    fn the_names_are_those_of_the_domain() {
        read_back::<DomainCapability>(&Capability::names());
        read_back::<stammgast_domain::backtest::BacktestStatus>(&BacktestStatus::names());
        read_back::<stammgast_domain::voucher::Binding>(&Binding::names());
        read_back::<stammgast_domain::outreach::ConsentStatus>(&ConsentStatus::names());
        read_back::<stammgast_domain::program::Downgrade>(&Downgrade::names());
        read_back::<stammgast_domain::hold_out::HeldFrom>(&HeldFrom::names());
        read_back::<stammgast_domain::voucher::OfferStatus>(&OfferStatus::names());
        read_back::<stammgast_domain::outreach::OutreachStatus>(&OutreachStatus::names());
        read_back::<stammgast_domain::outreach::Purpose>(&Purpose::names());
        read_back::<stammgast_domain::voucher::VoucherStatus>(&VoucherStatus::names());
        read_back::<contact_point::ContactPointKind>(&ContactPointKind::names());
        read_back::<customer::CustomerKind>(&CustomerKind::names());
        read_back::<stammgast_store::DeliveryStatus>(&DeliveryStatus::names());
        read_back::<interaction::Direction>(&Direction::names());
        read_back::<DomainEventType>(&EventType::names());
        read_back::<plugin::FaultKind>(&FaultKind::names());
        read_back::<feedback::FeedbackKind>(&FeedbackKind::names());
        read_back::<feedback::FeedbackStatus>(&FeedbackStatus::names());
        read_back::<plugin::InstallationStatus>(&InstallationStatus::names());
        read_back::<customer::LifecycleStatus>(&LifecycleStatus::names());
        read_back::<interaction::MessageStatus>(&MessageStatus::names());
        read_back::<DomainNoticeKind>(&NoticeKind::names());
        read_back::<DomainPluginKind>(&PluginKind::names());
        read_back::<stammgast_domain::ledger::RedemptionStatus>(&RedemptionStatus::names());
        read_back::<stammgast_domain::purchase_return::ReturnStatus>(&ReturnStatus::names());
        read_back::<stammgast_domain::eligibility::OpenTo>(&OpenTo::names());
        read_back::<stammgast_domain::eligibility::EligibilityStatus>(&EligibilityStatus::names());
        read_back::<stammgast_domain::reward::RewardStatus>(&RewardStatus::names());
        read_back::<stammgast_domain::membership::MembershipStatus>(&MembershipStatus::names());
        read_back::<stammgast_domain::membership::Renewal>(&Renewal::names());
        read_back::<stammgast_domain::referral::ReferralStatus>(&ReferralStatus::names());
        read_back::<stammgast_domain::warranty::WarrantyStatus>(&WarrantyStatus::names());
        read_back::<DomainScope>(&Scope::names());
        read_back::<DomainStep>(&Step::names());
        read_back::<finding::Severity>(&Severity::names());
    }
}
