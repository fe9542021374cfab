//! What a workload is: where it is listed, what it prepares, what is repeated.

use std::hint::black_box;

use isotherm::prelude::*;

use super::ceilings::{Ceiling, Ceilings};
use super::sizes::Sizes;

/// What a workload is given.
pub(super) struct Bench<'a> {
    pub(super) cx: &'a Context,
    /// The same ranks on their processors.
    pub(super) cpu: &'a Context,
    pub(super) sizes: &'a Sizes,
    pub(super) ceilings: &'a Ceilings,
}

/// What is to be reached.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// Such a share of the ceiling.
    Share(f64),
    /// At most so many seconds for each call.
    Seconds(f64),
    /// So many keys in a second.
    Keys(f64),
    /// So many times as fast as `PyTorch` on the same card, which another program measures.
    OfTorch(f64),
}

/// One line of the table.
pub(super) struct Workload {
    pub(super) name: &'static str,
    pub(super) case: String,
    pub(super) dtype: DType,
    /// The extents that another program needs to do the same.
    pub(super) size: Vec<usize>,
    pub(super) target: Option<Target>,
    /// The least number of ranks.
    pub(super) ranks: usize,
    prepare: Box<Prepare>,
}

/// Make the operands and check one result.
type Prepare = dyn Fn(&Bench) -> Result<Task>;

impl Workload {
    /// A workload on elements of type `T`. `prepare` makes the operands and checks one result; it is collective.
    pub(super) fn new<T: Element>(
        name: &'static str,
        size: &[usize],
        prepare: impl Fn(&Bench) -> Result<Task> + 'static,
    ) -> Self {
        let case = size.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
        let (size, prepare) = (size.to_vec(), Box::new(prepare));
        Self { name, case, dtype: T::DTYPE, size, target: None, ranks: 1, prepare }
    }

    /// With more words than the size.
    pub(super) fn of(mut self, words: &str) -> Self {
        self.case = format!("{} {words}", self.case);
        self
    }

    pub(super) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Of several ranks only.
    pub(super) fn on_several(mut self) -> Self {
        self.ranks = 2;
        self
    }

    /// Make the operands and check one result.
    pub(super) fn prepare(&self, bench: &Bench) -> Result<Task> {
        (self.prepare)(bench)
    }
}

/// What a repetition does at the least, of all ranks together.
#[derive(Clone, Copy)]
pub(super) enum Amount {
    /// Bytes that must be read and written.
    Bytes(f64),
    /// Floating-point operations.
    Operations(f64),
    /// Calls of something small.
    Calls(f64),
    /// Keys that are put in order.
    Keys(f64),
}

impl Amount {
    /// The rate, in words.
    pub(super) fn rate(self, seconds: f64) -> String {
        let (number, unit) = match self {
            Self::Bytes(bytes) => (bytes * 1e-9 / seconds, "GB/s"),
            Self::Operations(operations) => (operations * 1e-9 / seconds, "GFLOP/s"),
            Self::Calls(calls) => (seconds * 1e6 / calls, "us each"),
            Self::Keys(keys) => (keys * 1e-9 / seconds, "Gkey/s"),
        };
        let decimals = if number < 100.0 { 2 } else { 0 };
        format!("{number:.decimals$} {unit}")
    }
}

/// Work to repeat.
pub(super) struct Task {
    pub(super) amount: Amount,
    pub(super) ceiling: Option<Ceiling>,
    /// One repetition; it is collective.
    pub(super) run: Box<dyn FnMut() -> Result<()>>,
}

impl Task {
    /// A repetition. What it returns counts as used, and is dropped within the time.
    pub(super) fn new<R>(
        amount: Amount,
        ceiling: impl Into<Option<Ceiling>>,
        mut run: impl FnMut() -> Result<R> + 'static,
    ) -> Self {
        let run = move || run().map(|result| drop(black_box(result)));
        Self { amount, ceiling: ceiling.into(), run: Box::new(run) }
    }
}
