//! What one rank holds along one axis of iteration.

use std::ops::Range;

use super::arithmetic::{div_ceil, first_multiple_in, gcd};
use crate::layout::Progression;
use crate::layout::linear::Linear;

/// The steps `t` of one axis of iteration at which one rank holds the index `offset + step * t`, and where.
///
/// A step other than 1 comes with a single array axis, whose part is a progression.
#[derive(Clone, Debug)]
pub(super) struct Side {
    held: Linear,
    step: isize,
    offset: isize,
    span: Range<usize>,
    /// Distance in the local block between neighbours along the fastest axis; 0 when the block has no such axis.
    stride: usize,
}

impl Side {
    /// The steps below `extent` whose index is in `held`.
    pub(super) fn new(held: Linear, step: isize, offset: isize, extent: usize) -> Self {
        debug_assert!(step == 1 || held.as_progression().is_some());
        let indices = held.span();
        let (first, end) = (indices.start as isize - offset, indices.end as isize - offset);
        let (first, end) = match step {
            _ if indices.is_empty() => (0, 0),
            1.. => (div_ceil(first, step), div_ceil(end, step)),
            _ => (div_ceil(1 - end, -step), (-first).div_euclid(-step) + 1),
        };
        let (first, end) = (first.max(0) as usize, (end.max(0) as usize).min(extent));
        Self { held, step, offset, span: first..end.max(first), stride: 0 }
    }

    /// The same with the distance between neighbours in the local block.
    pub(super) fn with_stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// The first step, and the one after the last.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// After how many steps the pattern inside the span repeats; nothing when it has no gaps.
    pub(super) fn period(&self) -> Option<usize> {
        if self.held.as_progression().is_some_and(Progression::is_interval) {
            return None;
        }
        let period = self.held.period();
        Some(period / gcd(self.step.unsigned_abs(), period))
    }

    /// An upper bound of the number of steps within one period.
    pub(super) fn steps_in_period(&self) -> usize {
        match (self.held.as_progression(), self.period()) {
            (_, None) => self.span.len(),
            (Some(part), Some(_)) => part.run().div_ceil(gcd(self.step.unsigned_abs(), part.period())),
            (None, Some(period)) => period,
        }
    }

    /// Whether each step goes one index further, so that runs of indices are runs of steps.
    pub(super) fn is_unit(&self) -> bool {
        self.step == 1 && self.held.as_progression().is_some()
    }

    /// The first run of steps, or the rest of one, at or after `t`. Local positions within it are an arithmetic progression.
    pub(super) fn next_run(&self, t: usize) -> Option<Range<usize>> {
        let t = t.max(self.span.start);
        if t >= self.span.end {
            return None;
        }
        let run = if self.step == 1 { self.next_unit_run(t)? } else { self.next_strided_run(t)? };
        (run.start < self.span.end).then(|| run.start..run.end.min(self.span.end))
    }

    fn next_unit_run(&self, t: usize) -> Option<Range<usize>> {
        let run = self.held.next_run(self.index(t))?;
        let step_at = |index: usize| (index as isize - self.offset) as usize;
        Some(step_at(run.start)..step_at(run.end))
    }

    fn next_strided_run(&self, t: usize) -> Option<Range<usize>> {
        let part = self.held.as_progression()?;
        let period = part.period();
        let phase = (self.index(t) - part.start()) % period;
        let stride = self.step.rem_euclid(period as isize) as usize;
        // Inside a run at once, or after the first number of steps that leads from this phase into 0..run.
        let skipped = if phase < part.run() {
            0
        } else {
            first_multiple_in(stride, period, period - phase, period - phase + part.run() - 1)?
        };
        let first = t.checked_add(skipped).filter(|&first| first < self.span.end)?;
        let phase = (self.index(first) - part.start()) % period;
        let behind = if self.step > 0 { part.run() - 1 - phase } else { phase };
        Some(first..first + behind / self.step.unsigned_abs() + 1)
    }

    /// Where step `t`, one of its own, stands in the local block.
    pub(super) fn local(&self, t: usize) -> usize {
        if self.stride == 0 { 0 } else { self.held.local(self.index(t)) * self.stride }
    }

    /// How far the local position goes with each step inside a run.
    pub(super) fn local_step(&self) -> isize {
        self.step * self.stride as isize
    }

    fn index(&self, t: usize) -> usize {
        (self.offset + self.step * t as isize) as usize
    }
}
