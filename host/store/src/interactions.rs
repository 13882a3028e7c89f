//! Interactions and the raw messages they were read from.

use crate::{
    Change, Page, PageRequest, StoreError, TenantStore,
    database::bind,
    purchases::timeline_key,
    value::{self, record},
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    CustomerId, InteractionId, MessageId,
    interaction::{Interaction, Message, MessageStatus},
};

/// Stands in place of a customer while nobody knows whose contact it is.
const WAITING: &str = "waiting";

#[derive(Serialize, Deserialize)]
pub(crate) struct InteractionRow<I> {
    owner: String,
    pub(crate) timeline_key: String,
    pub(crate) contact: I,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(with = "serde_bytes")]
    body: Vec<u8>,
}

#[derive(Deserialize)]
struct MessageRow {
    timeline_key: String,
    #[serde(flatten)]
    message: Message,
}

fn row(contact: &Interaction) -> InteractionRow<&Interaction> {
    InteractionRow {
        owner: contact.customer.map_or_else(|| WAITING.to_owned(), |customer| customer.to_string()),
        timeline_key: timeline_key(contact.occurred_at, contact.id),
        contact,
        version: contact.version,
    }
}

impl Change {
    /// A new interaction; the same channel and external id a second time fails as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn record_interaction(&mut self, contact: &Interaction) -> Result<(), StoreError> {
        self.insert("interaction", contact.id.to_string(), &row(contact))
    }

    /// An interaction in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_interaction(&mut self, read: &Interaction, contact: &Interaction) -> Result<(), StoreError> {
        self.replace("interaction", contact.id.to_string(), read.version, &row(contact))
    }

    /// A raw message with its bytes; the same bytes on the same channel a second time fail as a duplicate.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn receive_message(&mut self, message: &Message, body: Vec<u8>) -> Result<(), StoreError> {
        let unwritable = |source| StoreError::Unwritable { table: "message", source };
        let mut content = value::to_content(message).map_err(unwritable)?;
        content.insert("timeline_key", timeline_key(message.recorded_at, message.id));
        self.insert_object("message", message.id.to_string(), content);
        self.bytes += body.len();
        self.insert("message_body", message.id.to_string(), &Body { body })
    }

    /// A raw message's record in place of the version that was read.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn replace_message(&mut self, read: &Message, message: &Message) -> Result<(), StoreError> {
        #[derive(Serialize)]
        struct Row<'a> {
            timeline_key: String,
            #[serde(flatten)]
            message: &'a Message,
        }
        let timeline_key = timeline_key(message.recorded_at, message.id);
        self.replace("message", message.id.to_string(), read.version, &Row { timeline_key, message })
    }
}

impl TenantStore {
    /// One interaction.
    ///
    /// # Errors
    /// The database failed.
    pub async fn interaction(&self, id: InteractionId) -> Result<Option<Interaction>, StoreError> {
        let bindings = bind! { "id" => record("interaction", id.to_string()) };
        self.database.row("interaction", "SELECT VALUE contact FROM $id", bindings).await
    }

    /// A customer's interactions, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn interactions_of(
        &self,
        customer: CustomerId,
        page: &PageRequest,
    ) -> Result<Page<Interaction>, StoreError> {
        self.interactions_owned_by(&customer.to_string(), page).await
    }

    /// Interactions that wait for a person to say whose they are, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_interactions(&self, page: &PageRequest) -> Result<Page<Interaction>, StoreError> {
        self.interactions_owned_by(WAITING, page).await
    }

    /// Interactions in the order of their ids.
    ///
    /// # Errors
    /// The database failed.
    pub async fn interactions(&self, page: &PageRequest) -> Result<Page<Interaction>, StoreError> {
        let rows: Vec<InteractionRow<Interaction>> = self.rows_by_id("interaction", page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.contact.id.to_string(), row.contact)).collect()))
    }

    async fn interactions_owned_by(&self, owner: &str, page: &PageRequest) -> Result<Page<Interaction>, StoreError> {
        let rows: Vec<InteractionRow<Interaction>> = self.timeline_rows("interaction", "owner", owner, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.contact)).collect()))
    }

    /// One raw message's record.
    ///
    /// # Errors
    /// The database failed.
    pub async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let bindings = bind! { "id" => record("message", id.to_string()) };
        self.database.row("message", "SELECT * FROM $id", bindings).await
    }

    /// A raw message's bytes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn message_body(&self, id: MessageId) -> Result<Option<Vec<u8>>, StoreError> {
        let bindings = bind! { "id" => record("message_body", id.to_string()) };
        let body: Option<Body> = self.database.row("message_body", "SELECT * FROM $id", bindings).await?;
        Ok(body.map(|body| body.body))
    }

    /// Raw messages with one status, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn messages(&self, status: MessageStatus, page: &PageRequest) -> Result<Page<Message>, StoreError> {
        let status = match status {
            MessageStatus::Received => "received",
            MessageStatus::Read => "read",
            MessageStatus::Unreadable => "unreadable",
        };
        let rows: Vec<MessageRow> = self.timeline_rows("message", "status", status, page).await?;
        Ok(page.cut(rows.into_iter().map(|row| (row.timeline_key, row.message)).collect()))
    }
}
