//! Scratch files that are open: each once, shared by all who use it, since redb opens a file for one only.

use super::Scratch;
use crate::StoreError;
use std::{
    collections::HashMap,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Files = HashMap<PathBuf, Arc<Scratch>>;

/// The scratch files that this process has open.
#[derive(Clone, Default)]
pub struct ScratchDesk(Arc<Mutex<Files>>);

/// A scratch file in use; the last one to let go of it closes it.
pub struct OpenScratch {
    path: PathBuf,
    scratch: Option<Arc<Scratch>>,
    desk: ScratchDesk,
}

impl ScratchDesk {
    /// Opens a file, or joins those who have it open. It blocks while a file is opened.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn open(&self, path: &Path, master_key: &[u8; 32], memory: usize) -> Result<OpenScratch, StoreError> {
        let mut files = self.files();
        let scratch = if let Some(open) = files.get(path) {
            Arc::clone(open)
        } else {
            let opened = Arc::new(Scratch::open(path, master_key, memory)?);
            files.insert(path.to_owned(), Arc::clone(&opened));
            opened
        };
        Ok(OpenScratch { path: path.to_owned(), scratch: Some(scratch), desk: self.clone() })
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for OpenScratch {
    type Target = Scratch;

    #[expect(clippy::expect_used, reason = "only `drop` takes it out")]
    fn deref(&self) -> &Scratch {
        self.scratch.as_deref().expect("it is there until it is dropped")
    }
}

impl Drop for OpenScratch {
    fn drop(&mut self) {
        // Closed while nobody else can open it: the file's lock is gone before the next one asks.
        let mut files = self.desk.files();
        drop(self.scratch.take());
        if files.get(&self.path).is_some_and(|open| Arc::strong_count(open) == 1) {
            files.remove(&self.path);
        }
    }
}
