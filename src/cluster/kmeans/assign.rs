//! The pass of one iteration: every row to its nearest centre, and the sums over each cluster's rows.
//!
//! The sums are kept from pass to pass, and only rows that change their cluster are put in and taken out: sums are
//! exact, so what is taken out leaves no trace. After a few iterations these are a few rows in a hundred.

use super::Coordinate;
use super::distance;
use super::moves::{Move, Moves};
use super::rows::Rows;
use super::screen::Screen;
use super::tally::Tally;
use crate::context::Context;
use crate::error::Result;
use crate::exact::Accumulator;

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
    passes: Vec<Pass<'a, T>>,
}

impl<'a, T: Coordinate> Assignment<'a, T> {
    /// No row belongs to a cluster yet: all `labels` are -1.
    pub(super) fn new(cx: &'a Context, rows: &'a Rows<'a, T>, clusters: usize, labels: &'a mut [i64]) -> Self {
        let share = rows.share;
        let shares = rows.values.chunks(share * rows.columns).zip(labels.chunks_mut(share));
        let passes = shares.map(|(values, labels)| Pass::new(rows, clusters, values, labels)).collect();
        Self { cx, rows, clusters, passes }
    }

    /// Label each row here with its nearest centre; the sums over the rows of all ranks.
    ///
    /// **Collective.** One all-reduce: see [`Tally::over_ranks`].
    #[track_caller]
    pub(super) fn renew(&mut self, centers: &[T], wanted: Wanted) -> Result<Tally> {
        let screen = if wanted.screened { Screen::new(centers, self.rows.columns) } else { None };
        let passes = self.passes.iter_mut().collect();
        let tallies = self.cx.cpu().each(passes, |pass: &mut Pass<'a, T>| {
            pass.run(centers, screen.as_ref(), wanted.inertia);
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
    columns: usize,
    counted: bool,
    /// Rows of a chunk.
    chunk: usize,
    tally: Tally,
    moves: Moves<T>,
    nearest: Vec<i64>,
    distances: Vec<T>,
    doubtful: Vec<usize>,
    gathered: Vec<T>,
}

impl<'a, T: Coordinate> Pass<'a, T> {
    fn new(rows: &Rows<'_, T>, clusters: usize, values: &'a [T], labels: &'a mut [i64]) -> Self {
        let chunk = rows.chunk().min(labels.len());
        Self {
            values,
            labels,
            columns: rows.columns,
            counted: rows.counted,
            chunk,
            tally: Tally::new(clusters, rows.columns),
            moves: Moves::new(clusters),
            nearest: vec![0; chunk],
            distances: vec![T::ZERO; chunk],
            doubtful: Vec::new(),
            gathered: Vec::with_capacity(GATHERED * rows.columns),
        }
    }

    fn run(&mut self, centers: &[T], screen: Option<&Screen<T>>, inertia: bool) {
        (self.tally.moved, self.tally.inertia) = (0, Accumulator::default());
        for start in (0..self.labels.len()).step_by(self.chunk) {
            let end = self.labels.len().min(start + self.chunk);
            self.label_chunk(start, end, centers, screen);
            if self.counted {
                self.note_moves(start, end);
            }
            self.labels[start..end].copy_from_slice(&self.nearest[..end - start]);
            if inertia && self.counted {
                self.measure_chunk(start, end, centers);
            }
        }
        self.moves.carry_out(self.values, self.columns, &mut self.tally);
    }

    /// Find the nearest centres of some rows.
    fn label_chunk(&mut self, start: usize, end: usize, centers: &[T], screen: Option<&Screen<T>>) {
        let columns = self.columns;
        let values = &self.values[start * columns..end * columns];
        let nearest = &mut self.nearest[..end - start];
        let Some(screen) = screen else {
            return distance::nearest(values, columns, centers, nearest, &mut self.distances[..end - start]);
        };
        self.doubtful.clear();
        screen.label(values, nearest, &mut self.doubtful);
        for places in self.doubtful.chunks(GATHERED) {
            self.gathered.clear();
            for &place in places {
                self.gathered.extend_from_slice(&values[place * columns..][..columns]);
            }
            let (mut found, mut distances) = ([0; GATHERED], [T::ZERO; GATHERED]);
            let len = places.len();
            distance::nearest(&self.gathered, columns, centers, &mut found[..len], &mut distances[..len]);
            places.iter().zip(found).for_each(|(&place, found)| nearest[place] = found);
        }
    }

    /// Note which rows of a chunk have another cluster than before, and put them there when there are enough of them.
    fn note_moves(&mut self, start: usize, end: usize) {
        for (row, (&from, &to)) in (start..).zip(self.labels[start..end].iter().zip(&self.nearest)) {
            if from != to {
                self.moves.note(Move { row, from, to });
            }
        }
        if self.moves.are_many() {
            self.moves.carry_out(self.values, self.columns, &mut self.tally);
        }
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
