//! What the commands that work on the rows of a file begin with.

use std::borrow::Cow;
use std::path::Path;
use std::time::Instant;

use isotherm::io::csv;
use isotherm::prelude::*;

use crate::arguments::{Common, Rows};
use crate::input;
use crate::output::{self, TextFile};
use crate::progress::Progress;

/// A command at work on the rows of a file.
pub(crate) struct Work<'a> {
    rows: &'a Rows,
    pub(crate) start: Instant,
    pub(crate) progress: Progress,
    pub(crate) plot: Option<TextFile>,
}

impl<'a> Work<'a> {
    /// Look at where results shall be written, before the work begins.
    pub(crate) fn begin(
        cx: &Context,
        rows: &'a Rows,
        out: Option<&Path>,
        plot: Option<&Path>,
        common: &Common,
    ) -> Result<Self> {
        let start = Instant::now();
        if let Some(folder) = out {
            output::folder(cx, folder)?;
        }
        let plot = match plot {
            Some(path) => Some(TextFile::create(cx, path)?),
            None => None,
        };
        Ok(Self { rows, start, progress: common.progress(cx), plot })
    }

    /// The dtype to compute in.
    pub(crate) fn dtype(&self, cx: &Context) -> Result<DType> {
        match self.rows.dtype {
            Some(dtype) => Ok(dtype),
            None => input::real_dtype(cx, &self.rows.file),
        }
    }

    /// The rows.
    pub(crate) fn read<T: csv::Field>(&mut self, cx: &Context) -> Result<DistArray<T>> {
        self.progress.say(format_args!("reading {}", self.rows.file.display()));
        input::read(cx, &self.rows.file, &self.rows.split)
    }

    /// Seconds since the beginning.
    pub(crate) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// What a picture of the rows is called.
    pub(crate) fn title(&self) -> Cow<'a, str> {
        self.rows.file.file_name().unwrap_or_default().to_string_lossy()
    }
}
