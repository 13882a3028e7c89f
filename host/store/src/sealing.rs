//! Events on their way into and out of the log: the personal part sealed under the subject's key.

use crate::{
    StoreError,
    change::{Change, SealedRow},
    database::{Database, bind},
    value,
    vault::SealingKey,
};
use serde::{Deserialize, Serialize};
use stammgast_domain::{
    Timestamp,
    event::{Cause, Event, EventType, Fact, NewEvent, SCHEMA, Subject, lift},
};
use std::collections::{BTreeSet, HashMap};
use surrealdb::types::{Object, RecordId, Value};

/// Data keys that one process keeps at hand, per tenant.
const KEYS_AT_HAND: usize = 50_000;

/// Keys by subject.
pub(crate) type Keys = HashMap<String, SealingKey>;

/// Seals and opens the events of one tenant.
pub(crate) struct Sealer {
    master: SealingKey,
    at_hand: Keys,
}

#[derive(Serialize, Deserialize)]
struct KeyRow {
    #[serde(default, skip_serializing)]
    id: String,
    #[serde(with = "serde_bytes")]
    wrapped: Vec<u8>,
}

/// The plain part of an event, as it is written.
#[derive(Serialize)]
struct EventRow {
    #[serde(rename = "type")]
    event_type: EventType,
    schema: u32,
    subject: String,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    depth: u8,
}

/// An event as it is stored.
#[derive(Deserialize)]
pub(crate) struct StoredEvent {
    id: u64,
    #[serde(rename = "type")]
    event_type: EventType,
    schema: u32,
    subject: String,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    actor: String,
    #[serde(default)]
    cause: Option<Cause>,
    depth: u8,
    data: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    sealed: Option<serde_bytes::ByteBuf>,
}

impl StoredEvent {
    /// Its sequence number.
    pub(crate) const fn seq(&self) -> u64 {
        self.id
    }
}

impl Sealer {
    pub(crate) fn new(master: SealingKey) -> Self {
        Self { master, at_hand: Keys::new() }
    }

    /// The keys that these events and rows need; new ones join the change.
    pub(crate) async fn keys_for(
        &self,
        database: &Database,
        events: &[NewEvent],
        rows: &[SealedRow],
        change: &mut Change,
    ) -> Result<Keys, StoreError> {
        let personal = events.iter().filter(|event| !event.fact.event_type().personal_fields().is_empty());
        let of_events = personal.map(|event| event.subject.to_string());
        let needed: BTreeSet<String> = of_events.chain(rows.iter().map(|row| row.subject.clone())).collect();
        let (known, missing): (Vec<_>, Vec<_>) =
            needed.into_iter().partition(|subject| self.at_hand.contains_key(subject));
        let mut keys: Keys = known
            .into_iter()
            .filter_map(|subject| self.at_hand.get(&subject).cloned().map(|key| (subject, key)))
            .collect();
        let mut stored = read_keys(database, &missing).await?;
        for subject in missing {
            let key = if let Some(wrapped) = stored.remove(&subject) {
                self.master.unwrap_key(&subject, &wrapped).ok_or_else(|| sealed(&subject))?
            } else {
                let (key, wrapped) = self.master.draw(&subject).ok_or_else(|| sealed(&subject))?;
                change.insert("subject_key", subject.as_str(), &KeyRow { id: String::new(), wrapped })?;
                key
            };
            keys.insert(subject, key);
        }
        Ok(keys)
    }

    /// The content of an event's row.
    pub(crate) fn row(keys: &Keys, event: NewEvent) -> Result<Object, StoreError> {
        let NewEvent { fact, subject, occurred_at, recorded_at, actor, cause, depth } = event;
        let unwritable = |source| StoreError::Unwritable { table: "event", source };
        let event_type = fact.event_type();
        let subject = subject.to_string();
        let mut data = match value::to_value(&fact).map_err(unwritable)? {
            Value::Object(data) => data,
            _ => Object::new(),
        };
        let mut personal = serde_json::Map::new();
        for field in event_type.personal_fields() {
            if let Some(value) = take(&mut data, field) {
                personal.insert((*field).to_owned(), value::from_value(value).map_err(unwritable)?);
            }
        }
        let sealed_part = match keys.get(&subject) {
            Some(key) if !personal.is_empty() => {
                let plain = serde_json::to_vec(&personal).map_err(|_| sealed(&subject))?;
                Some(key.seal(&subject, &plain).ok_or_else(|| sealed(&subject))?)
            }
            _ => None,
        };
        let row = EventRow { event_type, schema: SCHEMA, subject, occurred_at, recorded_at, actor, cause, depth };
        let mut content = value::to_content(&row).map_err(unwritable)?;
        content.insert("data", Value::Object(data));
        if let Some(sealed_part) = sealed_part {
            content.insert("sealed", Value::Bytes(sealed_part.into()));
        }
        Ok(content)
    }

    /// Seals the personal part of a row into its content.
    pub(crate) fn seal_row(keys: &Keys, row: SealedRow) -> Result<(&'static str, RecordId, Object), StoreError> {
        let SealedRow { table, id, subject, mut content, personal } = row;
        let sealed_part = keys.get(&subject).and_then(|key| key.seal(&subject, &personal));
        content.insert("sealed", Value::Bytes(sealed_part.ok_or_else(|| sealed(&subject))?.into()));
        Ok((table, id, content))
    }

    /// Keeps keys at hand after the commit that needed them.
    pub(crate) fn keep(&mut self, keys: Keys) {
        if self.at_hand.len() + keys.len() > KEYS_AT_HAND {
            self.at_hand.clear();
        }
        self.at_hand.extend(keys);
    }

    /// Forgets all keys at hand, because another process may have made some.
    pub(crate) fn forget(&mut self) {
        self.at_hand.clear();
    }
}

/// Opens stored events, each by itself: one whose key was erased is an error that names its subject.
pub(crate) async fn open_events(
    database: &Database,
    master: &SealingKey,
    stored: Vec<StoredEvent>,
) -> Result<impl Iterator<Item = Result<Event, StoreError>>, StoreError> {
    let subjects: BTreeSet<String> =
        stored.iter().filter(|event| event.sealed.is_some()).map(|event| event.subject.clone()).collect();
    let wrapped = read_keys(database, &subjects.into_iter().collect::<Vec<_>>()).await?;
    let keys: Keys = wrapped
        .into_iter()
        .filter_map(|(subject, wrapped)| master.unwrap_key(&subject, &wrapped).map(|key| (subject, key)))
        .collect();
    Ok(stored.into_iter().map(move |event| open_event(&keys, event)))
}

fn open_event(keys: &Keys, stored: StoredEvent) -> Result<Event, StoreError> {
    let StoredEvent { id: seq, event_type, schema, subject, mut data, sealed: sealed_part, .. } = stored;
    if let Some(sealed_part) = sealed_part {
        let opened = keys.get(&subject).and_then(|key| key.open(&subject, &sealed_part));
        let plain = opened.ok_or_else(|| sealed(&subject))?;
        let personal: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&plain).map_err(|_| sealed(&subject))?;
        for (field, value) in personal {
            put_back(&mut data, &field, value);
        }
    }
    lift(event_type, schema, &mut data);
    let unreadable = |source| StoreError::Unreadable { table: "event", source };
    let fact = Fact::from_json(event_type, serde_json::Value::Object(data))
        .map_err(|error| unreadable(serde::de::Error::custom(error)))?;
    let subject = subject_of(&subject, &fact);
    let StoredEvent { occurred_at, recorded_at, actor, cause, depth, .. } = stored;
    Ok(Event { seq, event: NewEvent { fact, subject, occurred_at, recorded_at, actor, cause, depth } })
}

/// Opens what was sealed for a subject; `None` where its key is gone, or never was.
pub(crate) async fn open_for(
    database: &Database,
    master: &SealingKey,
    subject: &str,
    sealed_part: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    let wrapped = read_keys(database, &[subject.to_owned()]).await?;
    let key = wrapped.get(subject).and_then(|wrapped| master.unwrap_key(subject, wrapped));
    Ok(key.and_then(|key| key.open(subject, sealed_part)))
}

/// Takes a field out of an object; a dot leads into an object inside.
fn take(data: &mut Object, field: &str) -> Option<Value> {
    match field.split_once('.') {
        None => data.remove(field),
        Some((outer, inner)) => match data.get_mut(outer) {
            Some(Value::Object(data)) => take(data, inner),
            _ => None,
        },
    }
}

/// Puts a field back where it was taken from.
fn put_back(data: &mut serde_json::Map<String, serde_json::Value>, field: &str, value: serde_json::Value) {
    match field.split_once('.') {
        None => {
            data.insert(field.to_owned(), value);
        }
        Some((outer, inner)) => {
            if let Some(serde_json::Value::Object(data)) = data.get_mut(outer) {
                put_back(data, inner, value);
            }
        }
    }
}

fn subject_of(text: &str, fact: &Fact) -> Subject {
    let subject = fact.subject();
    debug_assert_eq!(text, subject.to_string(), "an event's subject follows from its fact");
    subject
}

fn sealed(subject: &str) -> StoreError {
    StoreError::Sealed { subject: subject.to_owned() }
}

async fn read_keys(database: &Database, subjects: &[String]) -> Result<HashMap<String, Vec<u8>>, StoreError> {
    if subjects.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Value> =
        subjects.iter().map(|subject| Value::RecordId(value::record("subject_key", subject.as_str()))).collect();
    let rows: Vec<KeyRow> =
        database.rows("subject_key", "SELECT * FROM $ids", bind! { "ids" => Value::Array(ids.into()) }).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.wrapped)).collect())
}
