//! What a command has to say, for people and for programs.

use std::fmt::{self, Display};
use std::io::{ErrorKind, Write};

use isotherm::{DType, Error, LocalError};
use serde_json::{Map, Value, json};

use crate::arguments::Common;
use crate::json;

/// A command's result in both forms.
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) json: Map<String, Value>,
}

/// What every command reports.
pub(crate) struct Facts {
    pub(crate) shape: Option<Vec<usize>>,
    pub(crate) dtype: Option<DType>,
    pub(crate) ranks: usize,
    pub(crate) transport: String,
    pub(crate) seconds: f64,
    /// By all ranks together.
    pub(crate) bytes_sent: u64,
}

impl Report {
    /// A report of `own` entries and the facts that every command reports.
    pub(crate) fn new<const N: usize>(facts: Facts, own: [(&str, Value); N], text: String) -> Self {
        let mut json = json::object(own);
        json.extend(json::object([
            ("shape", json!(facts.shape)),
            ("dtype", json!(facts.dtype.map(DType::name))),
            ("ranks_used", json!(facts.ranks)),
            ("transport", json!(facts.transport)),
            ("seconds", json::number(facts.seconds)),
            ("bytes_sent", json!(facts.bytes_sent)),
        ]));
        Self { text, json }
    }

    /// Show it as the arguments say.
    pub(crate) fn print(self, common: &Common) -> Result<(), Failure> {
        let text = match common {
            Common { json: true, .. } => format!("{}\n", Value::Object(self.json)),
            Common { quiet: true, .. } => return Ok(()),
            _ => self.text,
        };
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // Who reads no further, as `head` does, has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|error| Failure(format!("cannot write to standard output: {error}"))),
        }
    }
}

/// Why there is no report, in a line or two.
pub(crate) struct Failure(String);

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Without the line of the source, which is no line of the user's.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error.message().to_owned())
    }
}

impl From<LocalError> for Failure {
    fn from(error: LocalError) -> Self {
        Self(error.to_string())
    }
}
