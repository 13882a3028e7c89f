//! What a use case may answer instead of a result.

use super::loyalty::refusal;
use stammgast_domain::access::Scope;
use stammgast_runtime::RuntimeError;
use stammgast_store::StoreError;

/// An error of a use case. The outside text is for callers; causes are for the log.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No such row in this tenant. Another tenant's row looks the same.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A value that the caller gave is wrong.
    #[error("{problem}")]
    Invalid {
        /// The field, as the caller wrote it.
        field: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Several values that the caller gave are wrong.
    #[error("{}", .0.iter().map(WrongField::to_string).collect::<Vec<_>>().join("; "))]
    InvalidFields(Vec<WrongField>),
    /// The request is fine but does not fit what is there.
    #[error("{problem}")]
    Conflict {
        /// A code for machines.
        code: &'static str,
        /// What stands in the way and what to do.
        problem: String,
    },
    /// The row changed since the caller read it.
    #[error("the {0} has changed since you read it; read it again and repeat the change")]
    Outdated(&'static str),
    /// A component, a grant or a configuration is refused.
    #[error("{problem}")]
    Refused {
        /// A code for machines.
        code: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// No credential, or one that nobody knows.
    #[error("no valid API key; send `Authorization: Bearer <key>`")]
    Unauthenticated,
    /// The key does not carry the scope.
    #[error("this key lacks the scope `{0}`; use a key that carries it")]
    MissingScope(Scope),
    /// A delivery to a webhook whose sender nobody knows. It says nothing of what is there and what is not.
    #[error(
        "this delivery is not proven; sign it as the channel's plugin wants it, with the secret that is set for it"
    )]
    Unproven,
    /// Only a partner's own key may do this.
    #[error("this key is no partner's; make one with `partner`, and give it to the partner")]
    NoPartner,
    /// Only the operator may do this.
    #[error("only the operator's key may do this")]
    OperatorOnly,
    /// The same Idempotency-Key with another request.
    #[error("this Idempotency-Key was used for another request; send a new key with a new request")]
    KeyReused,
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
    /// The runtime failed.
    #[error("the plugin runtime failed")]
    Runtime(#[source] RuntimeError),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[from] std::io::Error),
}

/// A value that the caller gave, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct WrongField {
    /// The field, as the caller wrote it.
    pub field: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl AppError {
    /// A wrong value of a field.
    pub fn invalid(field: impl Into<String>, problem: impl ToString) -> Self {
        Self::Invalid { field: field.into(), problem: problem.to_string() }
    }

    /// Whether the same call may succeed when it is tried again.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Store(error) if error.retryable())
    }
}

/// The table of a duplicate row, where that is what went wrong.
#[must_use]
pub fn duplicate_table(error: &StoreError) -> Option<&str> {
    match error {
        StoreError::Duplicate { record } => record.split(':').next(),
        _ => None,
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refused) => refusal::error_of(*refused),
            other => Self::Store(other),
        }
    }
}

impl From<RuntimeError> for AppError {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Refused(refusal) => {
                Self::Refused { code: "component-refused", problem: format!("the component is refused: {refusal}") }
            }
            other => Self::Runtime(other),
        }
    }
}
