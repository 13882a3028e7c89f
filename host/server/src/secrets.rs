//! The server's own keys: files in the data folder that only its user may read, made at first start.

use rand::Rng;
use stammgast_store::StoreError;
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Reads a key of 32 bytes, or makes one.
pub(crate) fn key_file(path: &Path) -> Result<[u8; 32], StoreError> {
    let unusable = |source: io::Error| StoreError::File { path: path.display().to_string(), source };
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).ok_or_else(|| StoreError::MasterKey { path: path.display().to_string() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0_u8; 32];
            rand::rng().fill_bytes(&mut key);
            write_private(path, &format!("{}\n", hex::encode(key))).map_err(unusable)?;
            Ok(key)
        }
        Err(error) => Err(unusable(error)),
    }
}

fn parse(text: &str) -> Option<[u8; 32]> {
    let mut key = [0_u8; 32];
    hex::decode_to_slice(text.trim(), &mut key).ok()?;
    Some(key)
}

/// Writes a file that only its owner may read; it appears whole and synced, or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    // tempfile makes its files readable by their owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        let key = key_file(&path).unwrap();
        assert_eq!(key_file(&path).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(key_file(&path), Err(StoreError::MasterKey { .. })));
    }
}
