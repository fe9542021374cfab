//! What a command has to say, for people and for programs.

use std::io::{ErrorKind, Write};
use std::time::Instant;

use isotherm::comm::Exact;
use isotherm::prelude::*;
use serde_json::{Map, Value, json};

use crate::arguments::Common;
use crate::{json, table};

/// A command's result in both forms.
pub(crate) struct Report {
    text: String,
    json: Map<String, Value>,
}

/// What every command reports.
pub(crate) struct Facts {
    pub(crate) shape: Option<Vec<usize>>,
    pub(crate) dtype: Option<DType>,
    pub(crate) ranks: usize,
    pub(crate) transport: &'static str,
    pub(crate) seconds: f64,
    /// By all ranks together.
    pub(crate) bytes_sent: u64,
    pub(crate) messages: u64,
}

impl Facts {
    /// What has happened since `start`, of no array.
    pub(crate) fn of_run(cx: &Context, start: Instant) -> Result<Self> {
        let sent = cx.comm().counters().total();
        let all = cx.comm().all_reduce_exact(&[sent.bytes, sent.messages], Exact::Sum)?;
        Ok(Self {
            shape: None,
            dtype: None,
            ranks: cx.size(),
            transport: cx.comm().transport(),
            seconds: start.elapsed().as_secs_f64(),
            bytes_sent: all[0],
            messages: all[1],
        })
    }

    /// What has happened since `start`, for this array.
    pub(crate) fn of<T: Element>(x: &DistArray<T>, start: Instant) -> Result<Self> {
        Ok(Self { shape: Some(x.shape().to_vec()), dtype: Some(T::DTYPE), ..Self::of_run(x.context(), start)? })
    }

    /// `on 4 ranks (threads)`.
    pub(crate) fn place(&self) -> String {
        let noun = if self.ranks == 1 { "rank" } else { "ranks" };
        format!("on {} {noun} ({})", self.ranks, self.transport)
    }

    /// `1.99 MiB in 683 messages, all ranks together`.
    pub(crate) fn traffic(&self) -> String {
        let (bytes, messages) = (table::bytes(self.bytes_sent), table::count(self.messages));
        format!("{bytes} in {messages} messages, all ranks together")
    }
}

impl Report {
    /// A report of `own` entries and the facts that every command reports.
    pub(crate) fn new<const N: usize>(facts: Facts, own: [(&str, Value); N], text: String) -> Self {
        Self::of(facts, json::object(own), text)
    }

    /// The same, of entries that are an object already.
    pub(crate) fn of(facts: Facts, mut json: Map<String, Value>, text: String) -> Self {
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

    /// Show it on rank 0 as the arguments say.
    pub(crate) fn print(self, cx: &Context, common: &Common) -> Result<()> {
        let text = match common {
            Common { json: true, .. } => format!("{}\n", Value::Object(self.json)),
            Common { quiet: true, .. } => String::new(),
            _ => self.text,
        };
        let write = || {
            let mut stdout = std::io::stdout().lock();
            match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
                // Who reads no further, as `head` does, has seen enough.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                other => other.map_err(|error| format!("cannot write to standard output: {error}")),
            }
        };
        cx.agree(cx.on_root(write).unwrap_or(Ok(())))
    }
}
