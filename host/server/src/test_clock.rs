//! Tests let days pass with a clock of their own. A data folder belongs to one sort of clock for good, so that real data
//! never meets a time that somebody made up.

use crate::{clock::Clock, secrets, server::ServeError};
use stammgast_domain::Timestamp;
use std::path::Path;

/// The file that says so.
const MARK: &str = "test-clock";

/// The clock for a data folder.
///
/// # Errors
/// The folder holds data that was made with the other sort of clock, or cannot be used.
pub(crate) fn of(folder: &Path, start: Option<Timestamp>) -> Result<Clock, ServeError> {
    let mark = folder.join(MARK);
    let unusable = |source| ServeError::Folder { path: mark.display().to_string(), source };
    let (is_marked, holds_data) = (mark.exists(), folder.join("keys").exists());
    match start {
        None if is_marked => {
            let folder = folder.display();
            Err(ServeError::TestClock(format!(
                "{folder} was made with a test clock; start with --test-clock, or use another folder (--data)"
            )))
        }
        None => Ok(Clock::system()),
        Some(_) if holds_data && !is_marked => {
            let folder = folder.display();
            Err(ServeError::TestClock(format!(
                "{folder} holds real data, so --test-clock is refused; use another folder (--data)"
            )))
        }
        Some(start) => {
            if !is_marked {
                std::fs::create_dir_all(folder).map_err(unusable)?;
                secrets::write_private(&mark, "Data that was made with a test clock.\n").map_err(unusable)?;
            }
            Ok(Clock::test(start))
        }
    }
}
