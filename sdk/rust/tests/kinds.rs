//! Plugins of every kind, called as the host calls them.
#![cfg(all(feature = "loyalty", feature = "quality", feature = "channel", feature = "feedback"))]

use serde::Deserialize;
use stammgast_sdk::{
    EventContext, Evidence, Interaction, NoConfig, PluginError, Purchase, Reason,
    channel::{self, ChannelConnector, ChannelError, Party, RawMessage, ReceivedMessage, SendOutcome},
    feedback::{self, FeedbackRoutes, Item, Kind},
    loyalty::{self, LoyaltyRules},
    quality::{self, QualityChecks, Severity},
    testing::{self, Effect, Host, run},
};

#[derive(Deserialize)]
struct Config {
    program: String,
}

/// One plugin of all kinds: they do not get in one another's way.
struct Everything;

impl LoyaltyRules for Everything {
    type Config = Config;

    fn on_purchase(_: &EventContext, purchase: &Purchase, config: Config) -> Result<(), PluginError> {
        loyalty::earn(&config.program, purchase.amount.minor, Reason::new("purchase", "a purchase"));
        Ok(())
    }
}

impl QualityChecks for Everything {
    type Config = NoConfig;

    fn check_interaction(_: &EventContext, contact: &Interaction, _: NoConfig) -> Result<(), PluginError> {
        let evidence = contact.subject.as_ref().map(|subject| Evidence::new("subject", subject));
        quality::raise_finding(Severity::Major, Reason::new("rude", "it is rude"), evidence);
        Ok(())
    }
}

impl FeedbackRoutes for Everything {
    type Config = NoConfig;

    fn route_interaction(_: &EventContext, contact: &Interaction, _: NoConfig) -> Result<(), PluginError> {
        feedback::open_item(item(&contact.text));
        Ok(())
    }
}

impl ChannelConnector for Everything {
    type Config = NoConfig;

    fn read_message(_: &EventContext, raw: &RawMessage, _: NoConfig) -> Result<(), ChannelError> {
        let text = str::from_utf8(&raw.body).map_err(|error| ChannelError::Malformed(error.to_string()))?;
        channel::receive_message(ReceivedMessage::inbound(text));
        Ok(())
    }
}

stammgast_sdk::export!(Everything: loyalty, quality, channel, feedback);

fn item(title: &str) -> Item {
    Item {
        department: "logistics".to_owned(),
        kind: Kind::Praise,
        topic: "delivery".to_owned(),
        title: title.to_owned(),
        reason: Reason::new("fast", "it was fast"),
        evidence: None,
    }
}

#[test]
fn every_kind_asks_for_its_effect() {
    let (purchase, contact) = (testing::purchase(5, "EUR", 2), testing::interaction("Hm", "It came at once"));
    let (result, recorded) = run(Host::new(), || {
        let event = testing::event("purchase.recorded");
        loyalty::on_purchase::<Everything>(&event, &purchase, r#"{ "program": "points" }"#)?;
        quality::check_interaction::<Everything>(&event, &contact, "{}")?;
        feedback::route_interaction::<Everything>(&event, &contact, "{}")
    });
    assert_eq!(result, Ok(()));
    let [program, reason] = ["points".to_owned(), "a purchase".to_owned()];
    let finding = Effect::RaiseFinding {
        severity: Severity::Major,
        reason: Reason::new("rude", "it is rude"),
        evidence: Some(Evidence::new("subject", "Hm")),
    };
    let earn = Effect::Earn { program, points: 5, reason: Reason::new("purchase", reason) };
    assert_eq!(recorded.effects, [earn, finding, Effect::OpenItem(item("It came at once"))]);
}

#[test]
fn a_configuration_that_does_not_fit_is_told_with_its_place() {
    let (event, purchase) = (testing::event("purchase.recorded"), testing::purchase(5, "EUR", 2));
    let (result, recorded) = run(Host::new(), || loyalty::on_purchase::<Everything>(&event, &purchase, "{}"));
    assert_eq!(result, Err(PluginError::InvalidConfig("missing field `program` at line 1 column 2".to_owned())));
    assert_eq!(recorded.effects, []);
    let raw = testing::raw_message("text/plain", "Hello");
    let (result, _) = run(Host::new(), || channel::read_message::<Everything>(&event, &raw, "3"));
    assert!(matches!(result, Err(ChannelError::InvalidConfig(_))), "{result:?}");
}

#[test]
fn a_connector_reads_messages_and_cannot_send_unless_it_says_how() {
    let event = testing::event("message.received");
    let raw = testing::raw_message("text/plain", "Hello");
    let (result, recorded) = run(Host::new(), || channel::read_message::<Everything>(&event, &raw, "{}"));
    assert_eq!(result, Ok(()));
    assert_eq!(recorded.effects, [Effect::ReceiveMessage(Box::new(ReceivedMessage::inbound("Hello")))]);
    let message = testing::outgoing_message(Party::email("ada@example.com"), "Hello");
    let unsupported = ChannelError::Unsupported("this channel cannot send messages".to_owned());
    assert_eq!(channel::build_send::<Everything>(&message, "{}"), Err(unsupported));
    let outcome = channel::read_response::<Everything>(&message, &testing::response(202, ""), "{}");
    assert_eq!(outcome, Ok(SendOutcome::Sent(None)));
}
