//! What a workload is: where it is listed, what it prepares, what is repeated.

use std::fmt;
use std::hint::black_box;

use isotherm::prelude::*;

use crate::ceilings::{Ceiling, Ceilings};

/// What a workload is given.
pub(crate) struct Bench<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) quick: bool,
    pub(crate) part: usize,
    pub(crate) ceilings: &'a Ceilings,
}

impl Bench<'_> {
    /// The agreed size; the tiny one of a quick run.
    pub(crate) fn size<S>(&self, agreed: S, tiny: S) -> S {
        if self.quick { tiny } else { agreed }
    }

    /// As `size`, for an extent that the work is proportional to: the part of it that is asked for.
    pub(crate) fn extent(&self, agreed: usize, tiny: usize) -> usize {
        self.size(agreed / self.part, tiny)
    }
}

/// One line of the suite.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) case: &'static str,
    pub(crate) dtype: DType,
    prepare: Box<Prepare>,
}

/// Make the operands and check one result.
type Prepare = dyn Fn(&Bench) -> Result<Task> + Send + Sync;

impl Workload {
    /// A workload on elements of type `T`. `prepare` makes the operands and checks one result; it is collective.
    pub(crate) fn new<T: Element>(
        name: &'static str,
        case: &'static str,
        prepare: impl Fn(&Bench) -> Result<Task> + Send + Sync + 'static,
    ) -> Self {
        Self { name, case, dtype: T::DTYPE, prepare: Box::new(prepare) }
    }

    /// Make the operands and check one result.
    pub(crate) fn prepare(&self, bench: &Bench) -> Result<Task> {
        (self.prepare)(bench)
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:15} {:28} {}", self.name, self.case, self.dtype)
    }
}

/// What a repetition is, at the least.
pub(crate) struct Work {
    /// The bytes that must be read and written: each input once, each output once; of all ranks.
    pub(crate) bytes: usize,
    /// The bytes of inputs and outputs, of all ranks.
    pub(crate) operand_bytes: usize,
    /// Floating-point operations, by the usual count of the textbook's algorithm.
    pub(crate) flops: f64,
    /// Operations in one repetition, where these are small.
    pub(crate) units: usize,
    /// What the machine takes for the same.
    pub(crate) ceiling: Option<Ceiling>,
}

/// Work to repeat.
pub(crate) struct Task {
    pub(crate) work: Work,
    /// One repetition; it is collective.
    pub(crate) run: Box<dyn FnMut() -> Result<()>>,
}

impl Task {
    /// A repetition of which inputs and outputs together are so many bytes. What it returns counts as used, and is dropped within the time.
    pub(crate) fn new<R>(operand_bytes: usize, mut run: impl FnMut() -> Result<R> + 'static) -> Self {
        let work = Work { bytes: operand_bytes, operand_bytes, flops: 0.0, units: 1, ceiling: None };
        let run = move || run().map(|result| std::mem::drop(black_box(result)));
        Self { work, run: Box::new(run) }
    }

    /// With traffic that is not each operand once.
    pub(crate) fn bytes(mut self, bytes: usize) -> Self {
        self.work.bytes = bytes;
        self
    }

    /// With arithmetic to count.
    pub(crate) fn flops(mut self, flops: f64) -> Self {
        self.work.flops = flops;
        self
    }

    /// Of so many small operations.
    pub(crate) fn units(mut self, units: usize) -> Self {
        self.work.units = units;
        self
    }

    /// With a limit to be compared with.
    pub(crate) fn against(mut self, ceiling: impl Into<Option<Ceiling>>) -> Self {
        self.work.ceiling = ceiling.into();
        self
    }
}
