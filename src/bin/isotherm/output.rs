//! Places that results go to, looked at before the work begins. Rank 0 writes; what it cannot do is every rank's error.

use std::path::Path;

use isotherm::LocalError;
use isotherm::io::Staged;
use isotherm::prelude::*;

/// Make a folder if it is missing.
pub(crate) fn folder(cx: &Context, path: &Path) -> Result<()> {
    let make = || {
        let made = std::fs::create_dir_all(path);
        made.map_err(|error| LocalError::new(format!("cannot make the folder {}: {error}", path.display())))
    };
    agreed(cx, cx.on_root(make))?;
    Ok(())
}

/// A small text that rank 0 will write, such as a picture. Nothing is left at its place if that never happens.
pub(crate) struct TextFile(Option<Staged>);

impl TextFile {
    /// Reserve the place.
    pub(crate) fn create(cx: &Context, path: &Path) -> Result<Self> {
        Ok(Self(agreed(cx, cx.on_root(|| Staged::create(path)))?))
    }

    /// Write what rank 0 brings.
    pub(crate) fn write(self, cx: &Context, text: Option<&str>) -> Result<()> {
        let write = |staged: Staged| {
            let part = staged.open_part()?;
            part.write_all_at(text.unwrap_or_default().as_bytes(), 0)?;
            part.finish()?;
            staged.commit()
        };
        agreed(cx, self.0.map(write))?;
        Ok(())
    }
}

/// What rank 0 did, or its error on every rank.
fn agreed<R>(cx: &Context, outcome: Option<std::result::Result<R, LocalError>>) -> Result<Option<R>> {
    cx.agree(outcome.transpose())
}
