//! The keys that a plugin's author signs with: files in a folder of the author's own.

use super::{KitError, files, folders};
use crate::secrets::write_private;
use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes, spki::der::pem::LineEnding},
};
use rand::Rng as _;
use stammgast_domain::signature::PublicKey;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The name of the key that is taken where none is named.
pub const USUAL_NAME: &str = "default";
/// The longest name of a key.
const LONGEST_NAME: usize = 64;

/// A folder with private keys, one a file: `NAME.pem`, PKCS#8 (RFC 5958), readable by its owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFolder {
    path: PathBuf,
}

/// A key, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Its public half.
    pub public: PublicKey,
}

impl KeyFolder {
    /// A folder, or where none is given the user's own: `stammgast/keys` where the user's programs keep their settings.
    ///
    /// # Errors
    /// None is given, and the user has no folder of its own.
    pub fn of(given: Option<PathBuf>) -> Result<Self, KitError> {
        given.or_else(folders::keys).map(|path| Self { path }).ok_or(KitError::NoKeyFolder)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a key. A key that is there is never overwritten.
    ///
    /// # Errors
    /// The name cannot be a key's, there is one of that name, or its file cannot be written.
    pub fn make(&self, name: &str) -> Result<NamedKey, KitError> {
        let path = self.file(name)?;
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        let key = SigningKey::from_bytes(&secret);
        // Without the public half, which not every program that reads PKCS#8 knows of.
        let written = KeypairBytes { secret_key: secret, public_key: None }.to_pkcs8_pem(LineEnding::LF);
        let pem = written.map_err(|error| KitError::Key { path: path.clone(), problem: error.to_string() })?;
        match write_private(&path, &pem) {
            Ok(()) => Ok(NamedKey { name: name.to_owned(), path, public: PublicKey::of(&key) }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(KitError::KeyTaken(path)),
            Err(error) => Err(KitError::file(path)(error)),
        }
    }

    /// Reads a key.
    ///
    /// # Errors
    /// There is none of that name, or its file holds no key.
    pub fn read(&self, name: &str) -> Result<SigningKey, KitError> {
        let path = self.file(name)?;
        if !path.is_file() {
            return Err(KitError::NoKey { name: name.to_owned(), folder: self.path.clone() });
        }
        let pem = files::read(&path)?;
        SigningKey::from_pkcs8_pem(&pem).map_err(|error| KitError::Key { path, problem: error.to_string() })
    }

    /// Every key, by name.
    ///
    /// # Errors
    /// The folder or one of its keys cannot be read.
    pub fn list(&self) -> Result<Vec<NamedKey>, KitError> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(KitError::file(&self.path)(error)),
        };
        let paths = entries.flatten().map(|entry| entry.path());
        let pem = paths.filter(|path| path.extension().is_some_and(|extension| extension == "pem"));
        let mut names: Vec<String> =
            pem.filter_map(|path| path.file_stem().map(|name| name.to_string_lossy().into_owned())).collect();
        names.sort();
        names.into_iter().map(|name| self.named(name)).collect()
    }

    /// A key with its name and its public half.
    ///
    /// # Errors
    /// As for [`KeyFolder::read`].
    pub fn named(&self, name: String) -> Result<NamedKey, KitError> {
        let (public, path) = (PublicKey::of(&self.read(&name)?), self.file(&name)?);
        Ok(NamedKey { name, path, public })
    }

    fn file(&self, name: &str) -> Result<PathBuf, KitError> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
        if name.len() > LONGEST_NAME || name.is_empty() || name.starts_with('.') || !name.bytes().all(is_plain) {
            return Err(KitError::KeyName(name.chars().take(LONGEST_NAME).collect()));
        }
        Ok(self.path.join(format!("{name}.pem")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, KeyFolder) {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyFolder { path: folder.path().join("keys") };
        (folder, keys)
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_read_again() {
        let (_folder, keys) = folder();
        assert_eq!(keys.list().unwrap(), []);
        let made = keys.make("default").unwrap();
        assert_eq!(PublicKey::of(&keys.read("default").unwrap()), made.public);
        assert!(matches!(keys.make("default"), Err(KitError::KeyTaken(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&made.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let other = keys.make("acme.release").unwrap();
        assert_eq!(keys.list().unwrap(), [other, made]);
    }

    #[test]
    fn a_key_that_another_program_wrote_is_read() {
        let (_folder, keys) = folder();
        // RFC 8410, section 10.3.
        let pem = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                   -----END PRIVATE KEY-----\n";
        files::write(&keys.path.join("theirs.pem"), pem.as_bytes()).unwrap();
        let public = PublicKey::of(&keys.read("theirs").unwrap()).to_string();
        assert_eq!(public, "ed25519:Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
        files::write(&keys.path.join("broken.pem"), b"no key").unwrap();
        assert!(matches!(keys.read("broken"), Err(KitError::Key { .. })));
    }

    #[test]
    fn a_name_never_leaves_the_folder() {
        let (_folder, keys) = folder();
        for name in ["", "../up", "a/b", ".hidden", "A", "a b"] {
            assert!(matches!(keys.make(name), Err(KitError::KeyName(_))), "{name}");
        }
        assert!(matches!(keys.read("missing"), Err(KitError::NoKey { .. })));
    }
}
