//! Saying something to customers, through the grant `contacts.propose`. For loyalty plugins.
//!
//! The host decides whether it is said: it goes by consent, by the tenant's limits for each purpose, and by hours of
//! rest.

use crate::{Date, Reason};

#[doc(inline)]
pub use crate::bindings::stammgast::host::contacts::{Message, Purpose};

/// Proposes a message to the event's customer.
pub fn propose(message: Message, reason: Reason) {
    #[cfg(target_family = "wasm")]
    crate::bindings::stammgast::host::contacts::propose(&message, &reason);
    #[cfg(not(target_family = "wasm"))]
    crate::testing::ask(crate::testing::Effect::ProposeContact { message, reason });
}

impl Message {
    /// A message that always makes sense: what it is for, what it is about (a code such as `birthday`; the same topic
    /// is said once a day at most), a line that says what it is (1 to 300 characters), and what is said (1 to 10,000).
    ///
    /// ```
    /// use stammgast_sdk::{Date, contacts::{Message, Purpose}};
    ///
    /// let message = Message::new(Purpose::Relationship, "birthday", "Happy birthday!", "There is cake for you.");
    /// let message = Message { last_day: Date::new(2026, 2, 28), ..message.offer("cake") };
    /// assert_eq!(message.offer.as_deref(), Some("cake"));
    /// ```
    pub fn new(purpose: Purpose, topic: impl Into<String>, title: impl Into<String>, text: impl Into<String>) -> Self {
        let (topic, title, text) = (topic.into(), title.into(), text.into());
        Self { purpose, topic, title, text, offer: None, last_day: None }
    }

    /// With a voucher: the code of one of the tenant's offers. Where the message may not be said, none is issued. The
    /// host refuses an offer in a message of the purpose [`Purpose::Service`].
    #[must_use]
    pub fn offer(self, offer: impl Into<String>) -> Self {
        Self { offer: Some(offer.into()), ..self }
    }

    /// With the last day on which it makes sense.
    #[must_use]
    pub fn until(self, last_day: Date) -> Self {
        Self { last_day: Some(last_day), ..self }
    }
}
