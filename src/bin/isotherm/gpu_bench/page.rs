//! What is shown as it comes, and kept: a run may be cut short.

use std::io::Write;
use std::path::Path;

use isotherm::prelude::*;
use serde_json::{Map, Value};

/// Lines on standard output and entries of the JSON object.
pub(super) struct Page<'a> {
    cx: &'a Context,
    shown: bool,
    out: Option<&'a Path>,
    pub(super) json: Map<String, Value>,
}

impl<'a> Page<'a> {
    /// A page that rank 0 shows, if it is `shown`, and writes to `out`.
    pub(super) fn new(cx: &'a Context, shown: bool, out: Option<&'a Path>) -> Self {
        Self { cx, shown: shown && cx.rank() == 0, out, json: Map::new() }
    }

    /// Show a section.
    pub(super) fn section(&self, title: &str, lines: impl IntoIterator<Item = String>) {
        self.line(&format!("\n== {title}"));
        lines.into_iter().for_each(|line| self.line(&line));
    }

    pub(super) fn line(&self, text: &str) {
        if self.shown {
            // Who reads no further has seen enough.
            let _ = writeln!(std::io::stdout().lock(), "{text}");
        }
    }

    /// Keep an entry, and write all of them. Collective.
    pub(super) fn keep(&mut self, key: &str, value: Value) -> Result<()> {
        self.json.insert(key.to_owned(), value);
        let Some(path) = self.out else { return Ok(()) };
        let text = Value::Object(self.json.clone()).to_string();
        let write = || std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()));
        self.cx.agree(self.cx.on_root(write).unwrap_or(Ok(())))
    }
}
