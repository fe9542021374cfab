//! Writing a file so that its name only ever stands for a whole one.
//!
//! The order among ranks is the caller's: one rank makes a [`Staged`] and tells the others its
//! [`temporary`](Staged::temporary) name; every rank opens a [`Part`], writes its bytes and finishes; all agree; then that
//! one rank commits, or discards.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind::AlreadyExists;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::error::LocalError;

/// A file being written under a temporary name beside its target. Dropped without [`Staged::commit`], it is removed.
#[derive(Debug)]
pub struct Staged {
    target: PathBuf,
    temporary: PathBuf,
    file: File,
    committed: bool,
}

impl Staged {
    /// Make an empty temporary file in the folder of `target`, which is not touched before [`Staged::commit`].
    ///
    /// **Local.** For one rank alone. A symbolic link is followed, so that it stays one.
    ///
    /// # Errors
    /// When the folder is missing or may not be written, or `target` exists and is no regular file or is read-only.
    pub fn create(target: impl AsRef<Path>) -> Result<Self, LocalError> {
        let asked = target.as_ref();
        let target = fs::canonicalize(asked).unwrap_or_else(|_| asked.to_path_buf());
        let permissions = match fs::metadata(&target) {
            Ok(there) if !there.is_file() => return Err(blame(asked, "there is something else than a regular file")),
            // The rename would replace it all the same: its folder decides that, not the file.
            Ok(there) if there.permissions().readonly() => return Err(blame(asked, "the file there is read-only")),
            Ok(there) => Some(there.permissions()),
            Err(_) => None,
        };
        let (temporary, file) = new_beside(&target).map_err(|error| blame(asked, error))?;
        let staged = Self { target, temporary, file, committed: false };
        if let Some(permissions) = permissions {
            staged.file.set_permissions(permissions).map_err(|error| blame(asked, error))?;
        }
        Ok(staged)
    }

    /// The name that the other ranks pass to [`Part::open`].
    ///
    /// **Local.**
    pub fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Give the file its final length, so that parts may be written in any order.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the system refuses that length.
    pub fn set_len(&self, bytes: u64) -> Result<(), LocalError> {
        self.file.set_len(bytes).map_err(|error| blame(&self.target, format_args!("{bytes} bytes: {error}")))
    }

    /// A handle for this rank's own bytes.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`Part::open`].
    pub fn open_part(&self) -> Result<Part, LocalError> {
        Part::open(&self.temporary, &self.target)
    }

    /// Put the file under its target's name, in place of what was there, in one step.
    ///
    /// **Local.** For the rank that made it, after every rank's [`Part::finish`].
    ///
    /// # Errors
    /// When the file cannot be made durable or renamed; the target is then as it was, and the temporary file gone.
    pub fn commit(mut self) -> Result<(), LocalError> {
        self.file
            .sync_all()
            .and_then(|()| fs::rename(&self.temporary, &self.target))
            .map_err(|error| blame(&self.target, error))?;
        self.committed = true;
        // The file is whole under its name whether or not the folder's entry survives a loss of power, and some file
        // systems cannot sync a folder: not an error.
        let _ = File::open(folder_of(&self.target)).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Remove the temporary file. Dropping does the same, this says so.
    ///
    /// **Local.**
    pub fn discard(self) {}
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.committed {
            // Nothing is left to do about a file that cannot be removed; the target's name was never used.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// One rank's handle on a [`Staged`] file: it writes bytes at offsets.
#[derive(Debug)]
pub struct Part {
    file: File,
    target: PathBuf,
}

impl Part {
    /// Open the `temporary` file of a [`Staged`]; errors name its `target`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the file is not there (a folder that this rank's machine does not share) or may not be written.
    pub fn open(temporary: &Path, target: &Path) -> Result<Self, LocalError> {
        let file = OpenOptions::new().write(true).open(temporary).map_err(|error| {
            blame(target, format_args!("its temporary file {} does not open: {error}", temporary.display()))
        })?;
        Ok(Self { file, target: target.to_path_buf() })
    }

    /// Write all of `bytes` from the offset `at` on.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the system cannot, because the disk is full for example.
    pub fn write_all_at(&self, bytes: &[u8], at: u64) -> Result<(), LocalError> {
        self.file.write_all_at(bytes, at).map_err(|error| blame(&self.target, error))
    }

    /// Make what was written durable. Some file systems report a full disk only here.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the system could not write everything.
    pub fn finish(self) -> Result<(), LocalError> {
        self.file.sync_all().map_err(|error| blame(&self.target, error))
    }
}

fn blame(target: &Path, reason: impl Display) -> LocalError {
    LocalError::new(format!("cannot write {}: {reason}", target.display()))
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file in the folder of `target`, hidden and under a name that nobody has.
fn new_beside(target: &Path) -> std::io::Result<(PathBuf, File)> {
    if target.file_name().is_none() {
        return Err(std::io::Error::other("the path does not end in a file's name"));
    }
    let process = std::process::id();
    let mut attempt = 0_u64;
    loop {
        let temporary = folder_of(target).join(format!(".isotherm-{process}-{attempt}.part"));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            // Another write of this process, or of one with our number on another machine.
            Err(error) if error.kind() == AlreadyExists => attempt += 1,
            other => return other.map(|file| (temporary, file)),
        }
    }
}
