//! A file that is read at offsets.

use std::fmt::Display;
use std::fs::File;
use std::io::ErrorKind::Interrupted;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::error::LocalError;

/// A regular file opened for reading, with its length when it was opened. Its errors name it.
#[derive(Debug)]
pub struct Source {
    file: File,
    path: PathBuf,
    len: u64,
}

impl Source {
    /// Open the file at `path`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When it is missing, may not be read, or is no regular file: what has no length cannot be shared among ranks.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LocalError> {
        let path = path.as_ref().to_path_buf();
        let blame = |reason: &dyn Display| LocalError::new(format!("cannot read {}: {reason}", path.display()));
        // Looked at before it is opened, because opening a pipe that nobody writes would wait for ever.
        let kind = std::fs::metadata(&path).map_err(|error| blame(&error))?;
        if kind.is_dir() {
            return Err(blame(&"it is a folder"));
        }
        if !kind.is_file() {
            return Err(blame(&"it is no regular file, so its length is unknown"));
        }
        let file = File::open(&path).map_err(|error| blame(&error))?;
        let len = file.metadata().map_err(|error| blame(&error))?.len();
        Ok(Self { file, path, len })
    }

    /// The length in bytes when the file was opened.
    ///
    /// **Local.**
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// The path it was opened by.
    ///
    /// **Local.**
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// An error about this file: its path, the place in it, the reason.
    ///
    /// **Local.**
    pub fn error(&self, place: impl Display, reason: impl Display) -> LocalError {
        LocalError::new(format!("{}, {place}: {reason}", self.path.display()))
    }

    /// Fill `bytes` from the offset `at`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the file ends before (it has shrunk since it was opened) or the system cannot read it.
    pub fn read_exact_at(&self, bytes: &mut [u8], at: u64) -> Result<(), LocalError> {
        self.file.read_exact_at(bytes, at).map_err(|error| {
            let end = at.saturating_add(bytes.len() as u64);
            self.error(format_args!("bytes {at} to {end}"), error)
        })
    }

    /// Read up to `bytes.len()` bytes from the offset `at`: how many, fewer only at the end of the file.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the system cannot read it.
    pub fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, LocalError> {
        let mut filled = 0;
        while filled < bytes.len() {
            match self.file.read_at(&mut bytes[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == Interrupted => {}
                Err(error) => return Err(self.error(format_args!("byte {at}"), error)),
            }
        }
        Ok(filled)
    }
}
