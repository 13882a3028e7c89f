//! The master key, told from any other by a known text that was sealed under it.

use crate::{
    StoreError,
    database::{Database, bind},
    value::{self, record},
    vault::SealingKey,
};
use serde::{Deserialize, Serialize};

const SUBJECT: &str = "vault";
const TEXT: &[u8] = b"sealed under the master key of this data";

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
    let id = || bind! { "id" => record("vault", "main") };
    loop {
        let kept: Option<Vault> = control.row("vault", "SELECT * FROM $id", id()).await?;
        if let Some(kept) = kept {
            let same = master.open(SUBJECT, &kept.check).is_some_and(|text| text == TEXT);
            return if same { Ok(()) } else { Err(StoreError::OtherMasterKey) };
        }
        let check = master.seal(SUBJECT, TEXT).ok_or(StoreError::OtherMasterKey)?;
        let unwritable = |source| StoreError::Unwritable { table: "vault", source };
        let mut bindings = id();
        bindings.insert("content", value::to_content(&Vault { check }).map_err(unwritable)?);
        match control.query("CREATE $id CONTENT $content RETURN NONE", bindings).await {
            Ok(_) => return Ok(()),
            // Another process was first: its key counts.
            Err(StoreError::Duplicate { .. } | StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
}
