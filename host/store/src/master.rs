//! Keys that the operator gives, told from any other by a known text that was sealed under them.

use crate::{
    StoreError,
    database::{Database, bind},
    value::{self, record},
    vault::SealingKey,
};
use serde::{Deserialize, Serialize};

const TEXT: &[u8] = b"sealed under the master key of this data";

/// A known text, by the row that holds it and the subject that it was sealed for.
pub(crate) struct Check {
    row: &'static str,
    subject: &'static str,
}

/// The text under the master key.
pub(crate) const MASTER: Check = Check { row: "main", subject: "vault" };
/// The text under the key that wraps the tenants' secrets keys.
pub(crate) const SECRETS: Check = Check { row: "secrets", subject: "vault:secrets" };

#[derive(Serialize, Deserialize)]
struct Vault {
    #[serde(with = "serde_bytes")]
    check: Vec<u8>,
}

/// Makes sure that the data is sealed under this key. New data takes the key that it is first opened with.
///
/// # Errors
/// [`StoreError::OtherMasterKey`], or the database failed.
pub(crate) async fn check(control: &Database, master: &SealingKey) -> Result<(), StoreError> {
    if MASTER.is_sealed_by(control, master).await? { Ok(()) } else { Err(StoreError::OtherMasterKey) }
}

impl Check {
    /// Whether the text is sealed under this key. Where there is none yet, it is from now on.
    pub(crate) async fn is_sealed_by(&self, control: &Database, key: &SealingKey) -> Result<bool, StoreError> {
        let id = || bind! { "id" => record("vault", self.row) };
        loop {
            let kept: Option<Vault> = control.row("vault", "SELECT * FROM $id", id()).await?;
            if let Some(kept) = kept {
                return Ok(key.open(self.subject, &kept.check).is_some_and(|text| text == TEXT));
            }
            let mut bindings = id();
            bindings.insert("content", value::to_content(&self.sealed(key)?).map_err(unwritable)?);
            match control.query("CREATE $id CONTENT $content RETURN NONE", bindings).await {
                Ok(_) => return Ok(true),
                // Another process was first: its key counts.
                Err(StoreError::Duplicate { .. } | StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Seals the text under another key, once everything else is.
    pub(crate) async fn seal_anew(&self, control: &Database, key: &SealingKey) -> Result<(), StoreError> {
        let bindings = bind! {
            "id" => record("vault", self.row),
            "content" => value::to_content(&self.sealed(key)?).map_err(unwritable)?,
        };
        control.query("UPSERT $id CONTENT $content RETURN NONE", bindings).await.map(|_| ())
    }

    fn sealed(&self, key: &SealingKey) -> Result<Vault, StoreError> {
        let check = key.seal(self.subject, TEXT).ok_or(StoreError::OtherMasterKey)?;
        Ok(Vault { check })
    }
}

const fn unwritable(source: value::ValueError) -> StoreError {
    StoreError::Unwritable { table: "vault", source }
}
