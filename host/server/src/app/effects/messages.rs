//! Messages that a connector read: whose they are, and whether they were recorded before.

use super::{
    NotApplied,
    planning::{Planning, invalid},
};
use crate::{app::identity, clock::Clock};
use stammgast_domain::{
    CustomerId, InteractionId,
    effect::{self, ReceivedMessage},
    event::Fact,
    interaction::{Content, Interaction, Message, MessageStatus},
};
use stammgast_store::TenantStore;

impl Planning<'_> {
    pub(super) async fn receive(
        &mut self,
        store: &TenantStore,
        clock: &Clock,
        message: &ReceivedMessage,
        index: u32,
    ) -> Result<(), NotApplied> {
        let Fact::MessageReceived(raw) = &self.call.event.event.fact else {
            return Err(invalid(effect::InvalidEffect::NoMessage));
        };
        let now = (self.now, self.setup.zone.date(self.now));
        let known = identity::recognise(store, clock, message.party.as_ref(), now, &self.made.owners).await?;
        let content = Content {
            subject: message.subject.clone(),
            text: message.text.clone(),
            attachments: message.attachments.clone(),
            party: known.party.clone(),
        };
        let Some((id, external_id)) = self.name_of(store, raw, message, &content, index).await? else {
            return Ok(());
        };
        let contact = self.contact(raw, message, id, external_id, known.customer, content);
        contact.validate().map_err(invalid)?;
        self.made.contacts.insert(id, contact.content.clone());
        self.made.owners.extend(known.party.map(|party| party.address).zip(known.customer));
        self.change.extend(known.change);
        for fact in known.facts {
            self.tell(fact)?;
        }
        self.fact(Fact::InteractionRecorded(contact))
    }

    /// The id under which a message is recorded, or `None` where it was recorded before. Senders do give one name to
    /// different messages: another one under a known name gets the raw message's own.
    async fn name_of(
        &self,
        store: &TenantStore,
        raw: &Message,
        message: &ReceivedMessage,
        content: &Content,
        index: u32,
    ) -> Result<Option<(InteractionId, String)>, NotApplied> {
        let own = format!("raw:{}/{index}", raw.id);
        let given = message.external_id.clone().filter(|name| !name.trim().is_empty());
        for name in given.into_iter().chain([own]) {
            let id = Interaction::id_for(&self.call.installation.name, &name);
            let recorded = match self.made.contacts.get(&id) {
                Some(made) => Some(made.clone()),
                None => store.interaction(id).await?.map(|contact| contact.content),
            };
            match recorded {
                None => return Ok(Some((id, name))),
                Some(recorded) if recorded == *content => return Ok(None),
                Some(_) => {}
            }
        }
        Ok(None)
    }

    fn contact(
        &self,
        raw: &Message,
        message: &ReceivedMessage,
        id: InteractionId,
        external_id: String,
        customer: Option<CustomerId>,
        content: Content,
    ) -> Interaction {
        Interaction {
            id,
            customer,
            channel: self.call.installation.name.clone(),
            direction: message.direction,
            external_id: Some(external_id),
            content,
            threading: message.threading.clone(),
            documentation: message.documentation.clone(),
            message: Some(raw.id),
            event: Some(self.call.event.seq),
            occurred_at: message.sent_at.unwrap_or(raw.recorded_at),
            recorded_at: self.now,
            version: 1,
        }
    }

    /// Marks the raw message that the call was about, if it was about one.
    pub(super) async fn message_read(
        &mut self,
        store: &TenantStore,
        status: MessageStatus,
        problem: Option<&String>,
    ) -> Result<(), NotApplied> {
        let Fact::MessageReceived(raw) = &self.call.event.event.fact else { return Ok(()) };
        let Some(read) = store.message(raw.id).await? else { return Ok(()) };
        let error = problem.map(|problem| problem.chars().take(1_000).collect());
        let marked = Message { status, error, version: read.version + 1, ..read.clone() };
        Ok(self.change.replace_message(&read, &marked)?)
    }
}
