//! The compiled-code cache: authenticated, because loading native code trusts every byte of it.
//!
//! A file is named after the component's digest and the compiler's compatibility hash, and begins with an
//! HMAC-SHA-256 (RFC 2104) of both and of the code, under a key that only this server has. A file that does not
//! verify is not loaded but made anew.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use stammgast_domain::digest::Digest;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

const TAG: usize = 32;

/// A folder of compiled code.
#[derive(Debug, Clone)]
pub(crate) struct CodeCache {
    folder: PathBuf,
    key: [u8; 32],
    compatibility: u64,
}

impl CodeCache {
    pub(crate) fn open(folder: &Path, key: [u8; 32], compatibility: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), key, compatibility })
    }

    /// The code that was kept for this component, if it is ours and unchanged.
    pub(crate) fn load(&self, digest: &Digest) -> Option<Vec<u8>> {
        let mut file = fs::read(self.path(digest)).ok()?;
        if file.len() < TAG {
            return None;
        }
        let code = file.split_off(TAG);
        if self.mac(digest, &code)?.verify_slice(&file).is_ok() {
            return Some(code);
        }
        tracing::error!(plugin.digest = %digest, "compiled code in the cache is not authentic; compiling anew");
        None
    }

    /// Keeps compiled code; the file appears whole or not at all.
    pub(crate) fn keep(&self, digest: &Digest, code: &[u8]) -> io::Result<()> {
        let Some(mac) = self.mac(digest, code) else { return Ok(()) };
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&mac.finalize().into_bytes())?;
        file.write_all(code)?;
        file.persist(self.path(digest)).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{}-{:016x}.cwasm", digest.hex(), self.compatibility))
    }

    fn mac(&self, digest: &Digest, code: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(digest.bytes());
        mac.update(&self.compatibility.to_be_bytes());
        mac.update(code);
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_authentic_code_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let cache = CodeCache::open(folder.path(), [1; 32], 5).unwrap();
        let digest = Digest::of(b"component");
        assert!(cache.load(&digest).is_none());
        cache.keep(&digest, b"code").unwrap();
        assert_eq!(cache.load(&digest).unwrap(), b"code");

        let other_key = CodeCache::open(folder.path(), [2; 32], 5).unwrap();
        assert!(other_key.load(&digest).is_none());
        let other_compiler = CodeCache::open(folder.path(), [1; 32], 6).unwrap();
        assert!(other_compiler.load(&digest).is_none());

        let other = Digest::of(b"other");
        fs::copy(cache.path(&digest), cache.path(&other)).unwrap();
        assert!(cache.load(&other).is_none(), "code of one component must not pass for another's");

        let mut bytes = fs::read(cache.path(&digest)).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(cache.path(&digest), bytes).unwrap();
        assert!(cache.load(&digest).is_none());
    }
}
