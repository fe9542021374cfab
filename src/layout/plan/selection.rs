//! The steps of one axis of iteration that two ranks have in common.

use std::ops::Range;

use smallvec::SmallVec;

use super::arithmetic::lcm;
use super::side::Side;

/// The steps at which both sides hold their element: the runs of one period, repeated.
///
/// Within a run, the local positions of both sides are arithmetic progressions. Its size depends on the periods and never
/// on the extent: one run when both sides are blocks.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    low: usize,
    period: usize,
    runs: SmallVec<[SelectedRun; 1]>,
    in_period: usize,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct SelectedRun {
    /// From the beginning of the period.
    start: usize,
    len: usize,
    /// Selected steps of the period before this run.
    before: usize,
}

/// `cycles` runs at the distance of a period, each of `len` selected steps that follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// The number of its first step among the selected ones.
    pub(super) position: usize,
    /// Its first step.
    pub(super) first: usize,
    pub(super) cycles: usize,
    pub(super) len: usize,
}

impl Selection {
    /// What both sides have.
    pub(super) fn between(one: &Side, other: &Side) -> Self {
        let (a, b) = (one.span(), other.span());
        let (low, high) = (a.start.max(b.start), a.end.min(b.end));
        let span = high.saturating_sub(low);
        let period = match (one.period(), other.period()) {
            (None, None) => span,
            (Some(period), None) | (None, Some(period)) => period,
            (Some(one), Some(other)) => lcm(one, other),
        };
        let period = period.clamp(1, span.max(1));
        let mut runs = SmallVec::new();
        let in_period = if span == 0 { 0 } else { common_runs(one, other, low, period, &mut runs) };
        let (cycles, rest) = (span / period, span % period);
        let in_rest: usize = runs.iter().map(|run: &SelectedRun| run.len.min(rest.saturating_sub(run.start))).sum();
        Self { low, period, runs, in_period, len: cycles * in_period + in_rest }
    }

    /// The number of steps.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The distance of two cycles in steps.
    pub(super) fn period(&self) -> usize {
        self.period
    }

    /// The number of selected steps in a period.
    pub(super) fn in_period(&self) -> usize {
        self.in_period
    }

    /// Visits the selected steps number `range`: whole cycles together, the rest run by run.
    pub(super) fn spans(&self, range: Range<usize>, mut visit: impl FnMut(Span)) {
        let mut position = range.start;
        while position < range.end {
            let (cycle, inside) = (position / self.in_period, position % self.in_period);
            let (start, cycles) = (self.low + cycle * self.period, (range.end - position) / self.in_period);
            if inside == 0 && cycles > 0 {
                for run in &self.runs {
                    visit(Span { position: position + run.before, first: start + run.start, cycles, len: run.len });
                }
                position += cycles * self.in_period;
            } else {
                let run = self.runs[self.runs.partition_point(|run| run.before <= inside) - 1];
                let within = inside - run.before;
                let len = (run.len - within).min(range.end - position);
                visit(Span { position, first: start + run.start + within, cycles: 1, len });
                position += len;
            }
        }
    }
}

/// Lists the runs that both have in the first period from `low`, and counts their steps.
///
/// Whoever is behind jumps to the other, so that this takes about as many steps as the coarser side has runs in the period.
fn common_runs(one: &Side, other: &Side, low: usize, period: usize, runs: &mut SmallVec<[SelectedRun; 1]>) -> usize {
    let (mut t, mut count) = (low, 0);
    let end = low + period;
    while let (Some(a), Some(b)) = (one.next_run(t), other.next_run(t)) {
        let (first, last) = (a.start.max(b.start), a.end.min(b.end).min(end));
        if first >= end {
            break;
        }
        if first < last {
            runs.push(SelectedRun { start: first - low, len: last - first, before: count });
            count += last - first;
        }
        t = first.max(last);
    }
    count
}
