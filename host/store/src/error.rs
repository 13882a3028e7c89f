//! What can go wrong with stored data, and whether trying again helps.

use crate::value::ValueError;
use stammgast_domain::ledger::Refused;
use surrealdb::types::{AlreadyExistsError, ErrorDetails, QueryError};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this id exists already; its id is derived from the key that makes it unique.
    #[error("{record} exists already")]
    Duplicate {
        /// Table and key.
        record: String,
    },
    /// The row is no longer in the version that was read.
    #[error("{record} has changed since it was read")]
    Stale {
        /// Table and key.
        record: String,
    },
    /// A number would have gone past its bound; nothing was written.
    #[error("{record} is used up")]
    Spent {
        /// Table and key.
        record: String,
    },
    /// The ledger refuses what was asked of it; nothing was written.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// An answer cannot be made of what the ledger decided.
    #[error("an answer cannot be made of what the ledger decided")]
    Untold,
    /// Another transaction touched the same rows; nothing was written.
    #[error("another transaction touched the same rows")]
    Conflict,
    /// The data is newer than this program.
    #[error("database `{database}` has schema {found}, but this program knows only up to {known}; run a newer version")]
    NewerSchema {
        /// The database.
        database: String,
        /// Its schema version.
        found: u32,
        /// The newest schema version that this program knows.
        known: u32,
    },
    /// A stored row does not have the expected form.
    #[error("a stored row of {table} cannot be read")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// What does not fit.
        #[source]
        source: ValueError,
    },
    /// A row cannot be written.
    #[error("a row of {table} cannot be written")]
    Unwritable {
        /// The table.
        table: &'static str,
        /// What does not fit.
        #[source]
        source: ValueError,
    },
    /// The personal part of an event was erased with its key, or the master key is another one.
    #[error("the personal data of {subject} cannot be opened: erased, or sealed under another master key")]
    Sealed {
        /// Whose data.
        subject: String,
    },
    /// The settings do not describe a database.
    #[error("store.url: {0}")]
    Url(String),
    /// Another process has the database open.
    #[error("another server uses {url}; stop it first, or use another folder (--data)")]
    Locked {
        /// The database.
        url: String,
    },
    /// The data folder or a key file cannot be used.
    #[error("{path} cannot be used")]
    File {
        /// The file or folder.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A key file does not hold a key.
    #[error("{path} holds no key of 64 hexadecimal digits; restore the file from your backup")]
    MasterKey {
        /// The file.
        path: String,
    },
    /// The data was sealed under another master key.
    #[error("the data was sealed under another master key; restore keys/master.key from your backup")]
    OtherMasterKey,
    /// Secrets were sealed under another operator's key.
    #[error(
        "secrets were sealed under another secrets key; restore keys/secrets.key or secrets.key in the configuration \
         from your backup, or give the key before as secrets.previous_key"
    )]
    OtherSecretsKey,
    /// A secret's row was changed or moved by somebody else than this program.
    #[error("the secret `{name}` cannot be opened: its row was tampered with; set it again")]
    SecretUnopened {
        /// Its name.
        name: String,
    },
    /// Something is too large to be sealed.
    #[error("a text is too large to be sealed")]
    Unsealed,
    /// A scratch file failed.
    #[error("a scratch file failed")]
    Scratch(#[source] Box<redb::Error>),
    /// A scratch file holds something of another form.
    #[error("a scratch file cannot be read: {0}; delete the back-test and run it again")]
    ScratchForm(String),
    /// The store is shutting down.
    #[error("the store is shutting down")]
    Closed,
    /// The database reported something else.
    #[error("the database failed")]
    Database(#[source] Box<surrealdb::Error>),
}

impl StoreError {
    /// Whether the same call may succeed when it is tried again.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Conflict)
    }

    /// Sorts a database error into what a caller can do about it.
    ///
    /// `SurrealDB` 3.3.5 types conflicts and duplicate ids; thrown texts are ours (`stale:<record>`, `spent:<record>`).
    pub(crate) fn from_database(error: surrealdb::Error) -> Self {
        match error.details() {
            ErrorDetails::Query(Some(QueryError::TransactionConflict)) => Self::Conflict,
            ErrorDetails::AlreadyExists(Some(AlreadyExistsError::Record { id })) => {
                Self::Duplicate { record: id.clone() }
            }
            ErrorDetails::Thrown => {
                let after = |mark| error.message().split_once(mark).map(|(_, record)| record.to_owned());
                match (after("stale:"), after("spent:")) {
                    (Some(record), _) => Self::Stale { record },
                    (None, Some(record)) => Self::Spent { record },
                    (None, None) => Self::Database(Box::new(error)),
                }
            }
            _ => Self::Database(Box::new(error)),
        }
    }

    /// In a failed transaction every statement but the guilty one says only that it was not executed.
    pub(crate) fn from_statements(errors: impl IntoIterator<Item = surrealdb::Error>) -> Option<Self> {
        let mut generic = None;
        for error in errors {
            match error.details() {
                ErrorDetails::Query(Some(QueryError::NotExecuted | QueryError::Cancelled)) => generic = Some(error),
                _ => return Some(Self::from_database(error)),
            }
        }
        generic.map(Self::from_database)
    }
}

impl From<surrealdb::Error> for StoreError {
    fn from(error: surrealdb::Error) -> Self {
        Self::from_database(error)
    }
}
