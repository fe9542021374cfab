//! What all parts of one side of an axis have in common, for bounds where there are too many pairs to count.

use super::arithmetic::{gcd, lcm};
use super::side::Side;

/// No part has more than `steps` steps in any window of `period`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    parts: usize,
    period: usize,
    steps: usize,
    /// The steps of the part that has the fewest in a window.
    fewest: usize,
    /// Whether the steps of every part in a window are one run.
    one_run: bool,
    /// Whether no two parts have the same step modulo the period, so that the steps modulo the period name the part.
    disjoint: bool,
    /// The longest span of a part.
    span: usize,
}

impl Envelope {
    /// The envelope of some parts, none of them empty. When their periods differ, it says nothing.
    pub(super) fn of(sides: &[(usize, Side)]) -> Self {
        let span = sides.iter().map(|(_, side)| side.span().len()).max().unwrap_or(0);
        let whole = sides.iter().map(|(_, side)| side.span().end).max().unwrap_or(0);
        let period = sides.iter().find_map(|(_, side)| side.period()).unwrap_or(whole.max(1));
        let nothing =
            Self { parts: sides.len(), period: 1, steps: 1, fewest: 1, one_run: false, disjoint: false, span };
        let mut envelope = Self { period, steps: 0, fewest: period, one_run: true, disjoint: true, ..nothing };
        let mut all_steps = 0_usize;
        for (_, side) in sides {
            if side.period().is_some_and(|other| other != period) {
                return nothing;
            }
            let steps = side.steps_in_period().min(period);
            envelope.steps = envelope.steps.max(steps);
            envelope.fewest = envelope.fewest.min(steps);
            envelope.one_run &= side.is_unit() && (side.period().is_some() || side.span().len() <= period);
            all_steps = all_steps.saturating_add(steps);
        }
        envelope.disjoint = all_steps <= period;
        envelope
    }

    /// The most steps in a window.
    fn within(&self, window: usize) -> usize {
        window.div_ceil(self.period).saturating_mul(self.steps).min(window)
    }

    /// The most common steps of one part each, of `extent` in all.
    ///
    /// For two periods P and Q with runs of b and c, every distance between a run of one and a run of the other that is
    /// congruent to their offset modulo gcd(P, Q) occurs once in lcm(P, Q), and only b + c - 1 distances make them meet.
    pub(super) fn meeting(&self, other: &Self, extent: usize) -> usize {
        let windows = self.within(other.span).min(other.within(self.span));
        if !(self.one_run && other.one_run) {
            return windows;
        }
        let distances = (self.steps + other.steps).saturating_sub(1).div_ceil(gcd(self.period, other.period));
        let in_cycle = distances.saturating_mul(self.steps.min(other.steps));
        windows.min(extent.div_ceil(lcm(self.period, other.period)).saturating_mul(in_cycle))
    }

    /// The most parts of `other` that one part of this meets.
    ///
    /// A run of length c meets at most 2 + (c - 2) / b parts in blocks of at least b: all but the first and the last lie
    /// inside it. Which ones depends on where it begins modulo the other's period Q, and runs at distances of P begin
    /// at Q / gcd(P, Q) such places.
    pub(super) fn parts_met(&self, other: &Self) -> usize {
        if !(self.one_run && other.one_run && other.disjoint) || other.fewest == 0 {
            return other.parts;
        }
        let places = (other.period / gcd(self.period, other.period)).min(self.span.div_ceil(self.period));
        let in_run = if self.steps <= 1 { 1 } else { 2 + (self.steps - 2) / other.fewest };
        places.saturating_mul(in_run).min(other.parts)
    }
}
