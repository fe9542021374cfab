//! The pass of one iteration: every row to its nearest centre, and the sums over each cluster's rows.
//!
//! The sums are kept from pass to pass, and only rows that change their cluster are put in and taken out: sums are
//! exact, so what is taken out leaves no trace. After a few iterations these are a few rows in a hundred.
//!
//! Rows are not even read where their centres cannot have lost them: see [`screen`](super::screen). Of a cloud without clusters these are
//! two thirds after some iterations.

use super::Coordinate;
use super::distance;
use super::drift::Drift;
use super::moves::Moves;
use super::rows::Rows;
use super::screen::Screen;
use super::tally::Tally;
use super::tile::ROWS;
use crate::context::Context;
use crate::error::Result;
use crate::exact::Accumulator;
use crate::memory::Block;

/// Rows in doubt that are compared directly together.
const GATHERED: usize = 64;

/// What to find out in a pass.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// The sum of the squared distances.
    pub(super) inertia: bool,
    /// No squared distance can overflow: see [`Screen::new`].
    pub(super) screened: bool,
}

/// Which rows belong to which cluster, as far as this rank's go.
pub(super) struct Assignment<'a, T: Coordinate> {
    cx: &'a Context,
    rows: &'a Rows<'a, T>,
    clusters: usize,
    drift: Drift<T>,
    passes: Vec<Pass<'a, T>>,
}

impl<'a, T: Coordinate> Assignment<'a, T> {
    /// No row belongs to a cluster yet: all `labels` are -1.
    pub(super) fn new(cx: &'a Context, rows: &'a Rows<'a, T>, clusters: usize, labels: &'a mut [i64]) -> Self {
        let share = rows.share;
        let shares = rows.values.chunks(share * rows.columns).zip(labels.chunks_mut(share));
        let passes = shares.map(|(values, labels)| Pass::new(cx, rows, clusters, values, labels)).collect();
        Self { cx, rows, clusters, drift: Drift::new(), passes }
    }

    /// Label each row here with its nearest centre; the sums over the rows of all ranks.
    ///
    /// **Collective.** One all-reduce: see [`Tally::over_ranks`].
    #[track_caller]
    pub(super) fn renew(&mut self, centers: &[T], wanted: Wanted) -> Result<Tally> {
        let screen = if wanted.screened { Screen::new(centers, self.rows.columns) } else { None };
        let drift = self.drift.follow(centers, self.rows.columns, screen.as_ref().map(Screen::scale));
        let passes = self.passes.iter_mut().collect();
        let tallies = self.cx.cpu().each(passes, |pass: &mut Pass<'a, T>| {
            pass.run(centers, screen.as_ref(), drift, wanted.inertia);
            pass.tally.clone()
        });
        self.over_ranks(tallies)
    }

    /// The tally of the last pass, with the inertia.
    ///
    /// **Collective.** As [`renew`](Self::renew).
    #[track_caller]
    pub(super) fn with_inertia(&mut self, centers: &[T]) -> Result<Tally> {
        let passes = self.passes.iter_mut().collect();
        let tallies = self.cx.cpu().each(passes, |pass: &mut Pass<'a, T>| {
            pass.measure(centers);
            pass.tally.clone()
        });
        self.over_ranks(tallies)
    }

    #[track_caller]
    fn over_ranks(&self, tallies: Vec<Tally>) -> Result<Tally> {
        let tally = tallies.into_iter().reduce(|mut left, right| {
            left.merge(&right);
            left
        });
        tally.unwrap_or_else(|| Tally::new(self.clusters, self.rows.columns)).over_ranks(self.cx.comm())
    }
}

/// Label each row with its nearest centre, and say how far it is.
pub(super) fn label<T: Coordinate>(
    cx: &Context,
    rows: &Rows<'_, T>,
    centers: &[T],
    labels: &mut [i64],
    distances: &mut [T],
) {
    let share = rows.share;
    let results = labels.chunks_mut(share).zip(distances.chunks_mut(share));
    let shares: Vec<_> = rows.values.chunks(share * rows.columns).zip(results).collect();
    cx.cpu().each(shares, |(values, (labels, distances))| {
        distance::nearest(values, rows.columns, centers, labels, distances);
    });
}

/// One task's rows, with its part of the sums and its buffers.
struct Pass<'a, T> {
    values: &'a [T],
    labels: &'a mut [i64],
    /// The drift up to which each row keeps its label for sure.
    until: Block<f32>,
    columns: usize,
    counted: bool,
    /// Rows of a chunk.
    chunk: usize,
    tally: Tally,
    moves: Moves<T>,
    nearest: Vec<i64>,
    distances: Vec<T>,
    /// The rows of a chunk that are looked at, with what the screen says of them.
    seen: Vec<u32>,
    winners: Vec<u32>,
    leads: Vec<f32>,
    doubtful: Vec<usize>,
    gathered: Vec<T>,
}

impl<'a, T: Coordinate> Pass<'a, T> {
    fn new(cx: &Context, rows: &Rows<'_, T>, clusters: usize, values: &'a [T], labels: &'a mut [i64]) -> Self {
        let chunk = rows.chunk().min(labels.len());
        let whole = chunk.next_multiple_of(ROWS);
        Self {
            values,
            until: cx.pool().take(labels.len()),
            labels,
            columns: rows.columns,
            counted: rows.counted,
            chunk,
            tally: Tally::new(clusters, rows.columns),
            moves: Moves::new(clusters, rows.counted),
            nearest: vec![0; chunk],
            distances: vec![T::ZERO; chunk],
            seen: vec![0; whole],
            winners: vec![0; whole],
            leads: vec![0.0; whole],
            doubtful: Vec::new(),
            gathered: Vec::with_capacity(GATHERED * rows.columns),
        }
    }

    fn run(&mut self, centers: &[T], screen: Option<&Screen<T>>, drift: Option<f32>, inertia: bool) {
        (self.tally.moved, self.tally.inertia) = (0, Accumulator::default());
        let drift = drift.unwrap_or_else(|| {
            self.until.fill(0.0);
            0.0
        });
        for start in (0..self.labels.len()).step_by(self.chunk) {
            let end = self.labels.len().min(start + self.chunk);
            match screen {
                Some(screen) => self.screen_chunk(start, end, centers, screen, drift),
                None => self.compare_chunk(start, end, centers),
            }
            if self.moves.are_many() {
                self.moves.carry_out(self.values, self.columns, &mut self.tally);
            }
            if inertia && self.counted {
                self.measure_chunk(start, end, centers);
            }
        }
        self.moves.carry_out(self.values, self.columns, &mut self.tally);
    }

    /// Find the nearest centres of some rows, by direct distances.
    fn compare_chunk(&mut self, start: usize, end: usize, centers: &[T]) {
        let values = &self.values[start * self.columns..end * self.columns];
        let (nearest, distances) = (&mut self.nearest[..end - start], &mut self.distances[..end - start]);
        distance::nearest(values, self.columns, centers, nearest, distances);
        for (row, (label, &to)) in (start..).zip(self.labels[start..end].iter_mut().zip(&*nearest)) {
            self.moves.note(row, label, to);
        }
    }

    /// The same, without looking at those that keep their label at this drift.
    fn screen_chunk(&mut self, start: usize, end: usize, centers: &[T], screen: &Screen<T>, drift: f32) {
        let (until, labels) = (&mut self.until[start..end], &mut self.labels[start..end]);
        let mut count = 0;
        for (place, &until) in until.iter().enumerate() {
            self.seen[count] = place as u32;
            count += usize::from(until <= drift);
        }
        let whole = count.next_multiple_of(ROWS);
        // What fills up the last tile is labelled too, and left.
        let last = self.seen[count.saturating_sub(1)];
        self.seen[count..whole].fill(last);
        let (seen, winners, leads) = (&self.seen[..whole], &mut self.winners[..whole], &mut self.leads[..whole]);
        screen.label(&self.values[start * self.columns..end * self.columns], seen, winners, leads);
        self.doubtful.clear();
        for ((&place, &winner), &lead) in seen[..count].iter().zip(&*winners).zip(&*leads) {
            let (until, label) = (&mut until[place as usize], &mut labels[place as usize]);
            if lead < 0.0 {
                *until = 0.0;
                self.doubtful.push(start + place as usize);
                continue;
            }
            *until = (drift + lead) * (1.0 - 2.0 * f32::EPSILON); // rounded down, all in all
            self.moves.note(start + place as usize, label, winner.into());
        }
        let doubtful = std::mem::take(&mut self.doubtful);
        for rows in doubtful.chunks(GATHERED) {
            self.gathered.clear();
            for &row in rows {
                self.gathered.extend_from_slice(&self.values[row * self.columns..][..self.columns]);
            }
            let (mut found, mut distances) = ([0; GATHERED], [T::ZERO; GATHERED]);
            let len = rows.len();
            distance::nearest(&self.gathered, self.columns, centers, &mut found[..len], &mut distances[..len]);
            for (&row, to) in rows.iter().zip(found) {
                self.moves.note(row, &mut self.labels[row], to);
            }
        }
        self.doubtful = doubtful;
    }

    /// Add up the distances of all rows from their centres.
    fn measure(&mut self, centers: &[T]) {
        self.tally.inertia = Accumulator::default();
        for start in (0..self.labels.len()).step_by(self.chunk) {
            if self.counted {
                self.measure_chunk(start, self.labels.len().min(start + self.chunk), centers);
            }
        }
    }

    fn measure_chunk(&mut self, start: usize, end: usize, centers: &[T]) {
        let values = &self.values[start * self.columns..end * self.columns];
        let distances = &mut self.distances[..end - start];
        distance::from_own(values, self.columns, centers, &self.labels[start..end], distances);
        T::add_slice(&mut self.tally.inertia, distances);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::DistArray;
    use crate::math::cast;

    fn value(seed: usize) -> f64 {
        ((seed * 7919 + 13) % 10_007) as f64 / 10_007.0 - 0.4
    }

    /// After each of some passes over rows around `offset` the labels of direct distances; the rows that the last pass did not look at.
    fn follow<T: Coordinate>(cx: &Context, columns: usize, clusters: usize, offset: f64) -> Result<usize> {
        let x: DistArray<T> =
            cx.from_fn((500, columns), 0, |index| cast(value(index[0] * columns + index[1]) + offset))?;
        let rows = Rows::of(&x);
        let (mut labels, mut direct) = (vec![-1; rows.len()], vec![-1; rows.len()]);
        let mut distances = vec![T::ZERO; rows.len()];
        let mut assignment = Assignment::new(cx, &rows, clusters, &mut labels);
        let mut centers: Vec<T> = (0..clusters * columns).map(|place| cast(value(place + 77) + offset)).collect();
        let (mut before, mut unseen) = (vec![-1; rows.len()], 0);
        for step in 0..30 {
            // Small steps, now and then a jump, and once another scale.
            let reach = [0.3, 0.02, 0.01, 0.005, 0.001, 0.0][step % 6];
            let stretch = if step == 20 { 40.0 } else { 1.0 };
            for (place, center) in centers.iter_mut().enumerate() {
                let moved = (cast::<T, f64>(*center) - offset) * stretch + reach * value(place + 31 * step);
                *center = cast(moved + offset);
            }
            let tally = assignment.renew(&centers, Wanted { inertia: false, screened: true })?;
            distance::nearest(rows.values, columns, &centers, &mut direct, &mut distances);
            let found: Vec<i64> = assignment.passes.iter().flat_map(|pass| pass.labels.iter().copied()).collect();
            assert_eq!(found, direct, "step {step}");
            let moved = found.iter().zip(&before).filter(|(now, before)| now != before).count() as u64;
            assert_eq!(tally.moved, cx.comm().all_reduce(&[moved], |a, b| a + b)?[0], "step {step}");
            before = found;
            let drift = assignment.drift.so_far();
            unseen =
                assignment.passes.iter().flat_map(|pass| pass.until.iter()).filter(|&&until| until > drift).count();
        }
        Ok(unseen)
    }

    #[test]
    fn rows_that_are_not_looked_at_have_the_labels_of_direct_distances() {
        for ranks in [1, 3] {
            crate::run_on(ranks, |cx| {
                for (columns, clusters) in [(1, 2), (3, 5), (16, 8), (18, 13)] {
                    for offset in [0.0, 100.0] {
                        let rows = cx.comm().size();
                        let (narrow, wide) = (
                            follow::<f32>(cx, columns, clusters, offset)?,
                            follow::<f64>(cx, columns, clusters, offset)?,
                        );
                        assert!(
                            narrow.min(wide) * rows > 100,
                            "{narrow} and {wide} of {} rows are not looked at",
                            500 / rows
                        );
                    }
                }
                Ok(())
            })
            .unwrap();
        }
    }
}
