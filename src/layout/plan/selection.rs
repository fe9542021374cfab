//! The steps of one axis of iteration that two ranks have in common.

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

/// A place in a selection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    position: usize,
    cycle_start: usize,
    run: usize,
    within: usize,
}

impl Cursor {
    /// Whether this is the first selected step.
    pub(super) fn is_first(&self) -> bool {
        self.position == 0
    }
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

    /// Whether all steps follow each other.
    pub(super) fn is_one_run(&self) -> bool {
        self.runs.first().is_some_and(|run| run.len == self.len)
    }

    /// The place of the selected step number `position`, which exists.
    pub(super) fn seek(&self, position: usize) -> Cursor {
        let (cycle, inside) = (position / self.in_period, position % self.in_period);
        let run = self.runs.partition_point(|run| run.before <= inside) - 1;
        let cycle_start = self.low + cycle * self.period;
        Cursor { position, cycle_start, run, within: inside - self.runs[run].before }
    }

    /// The step at `cursor`.
    pub(super) fn step(&self, cursor: &Cursor) -> usize {
        cursor.cycle_start + self.runs[cursor.run].start + cursor.within
    }

    /// The number of steps from `cursor` to the end of its run.
    pub(super) fn left_in_run(&self, cursor: &Cursor) -> usize {
        (self.runs[cursor.run].len - cursor.within).min(self.len - cursor.position)
    }

    /// Goes on by `steps`, at most to the end of the run. False, and back at the beginning, after the last step.
    pub(super) fn advance(&self, cursor: &mut Cursor, steps: usize) -> bool {
        cursor.position += steps;
        cursor.within += steps;
        if cursor.position == self.len {
            *cursor = self.seek(0);
            return false;
        }
        if cursor.within == self.runs[cursor.run].len {
            cursor.within = 0;
            cursor.run += 1;
            if cursor.run == self.runs.len() {
                cursor.run = 0;
                cursor.cycle_start += self.period;
            }
        }
        true
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
