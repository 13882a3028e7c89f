//! Native code of components, kept in the target folder from one test and one run to the next: compiling a component in
//! Python or JavaScript takes half a minute of CPU.
//!
//! The command line keeps such code in the user's folder for caches, and a server in its data folder, in the same form.
//! Here both are given one place. Code is found by the digest of its component, so that a changed one is compiled anew.

use crate::target;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};
use tempfile::TempDir;

/// Whoever can write into the target folder can change the tests as well; this key keeps no secret.
const KEY: &str = "5353535353535353535353535353535353535353535353535353535353535353\n";

/// A folder for caches, for the environment of commands as `XDG_CACHE_HOME`.
pub fn caches() -> &'static Path {
    static CACHES: LazyLock<PathBuf> = LazyLock::new(|| {
        let caches = target().join("compiled");
        fs::create_dir_all(caches.join("stammgast/code")).expect("the target folder can be written");
        fs::write(caches.join("stammgast/code-cache.key"), KEY).expect("the target folder can be written");
        caches
    });
    &CACHES
}

/// A fresh folder for [`crate::Server::start_in`], whose server shares compiled code with everybody here.
pub fn folder() -> Arc<TempDir> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    fs::create_dir_all(data.join("keys")).expect("a folder");
    fs::write(data.join("keys/code-cache.key"), KEY).expect("a file");
    std::os::unix::fs::symlink(caches().join("stammgast/code"), data.join("code-cache")).expect("a link");
    Arc::new(folder)
}
