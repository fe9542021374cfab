//! A folder of a test's own that all ranks see, removed with the guard.

use std::path::{Path, PathBuf};

use crate::world;

pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(test: &str) -> Self {
        // In memory where there is such a place: every commit waits for the disk otherwise.
        let memory = PathBuf::from("/dev/shm");
        let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let path = parent.join(format!("isotherm-test-{}-{test}", world::id()));
        world::first(|| std::fs::create_dir_all(&path).unwrap());
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        world::first(|| std::fs::write(self.path(name), bytes).unwrap());
        self.path(name)
    }

    /// The names in it, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        world::first(|| std::fs::remove_dir_all(&self.0).unwrap());
    }
}

/// A file of tests/golden/io.
pub(crate) fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/io").join(name)
}
