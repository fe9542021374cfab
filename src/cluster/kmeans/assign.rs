//! The pass of one iteration: every row to its nearest centre, and the sums over each cluster's rows.

use std::ops::Range;

use super::Coordinate;
use super::distance;
use super::rows::Rows;
use super::tally::Tally;
use crate::context::Context;
use crate::error::Result;

/// Rows of one cluster that are brought together before they are added: exact sums of many rows are faster than of one.
const GATHERED: usize = 256;

/// Label each row here with its nearest centre; the sums over the rows of all ranks.
///
/// **Collective.** One all-reduce: see [`Tally::over_ranks`].
#[track_caller]
pub(super) fn assign<T: Coordinate>(
    cx: &Context,
    rows: &Rows<'_, T>,
    centers: &[T],
    labels: &mut [i64],
) -> Result<Tally> {
    let share = rows.share;
    let shares: Vec<_> = rows.values.chunks(share * rows.columns).zip(labels.chunks_mut(share)).collect();
    let tallies = cx.cpu().each(shares, |(values, labels)| {
        let mut pass = Pass::new(rows, centers);
        pass.run(values, labels);
        pass.tally
    });
    let empty = Tally::new(centers.len() / rows.columns, rows.columns);
    let tally = tallies.into_iter().reduce(|mut left, right| {
        left.merge(&right);
        left
    });
    tally.unwrap_or(empty).over_ranks(cx.comm())
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

/// One task's pass, with its buffers.
struct Pass<'a, T> {
    centers: &'a [T],
    columns: usize,
    counted: bool,
    /// Rows of a chunk.
    chunk: usize,
    tally: Tally,
    labels: Vec<i64>,
    distances: Vec<T>,
    /// The positions in the chunk, ordered by label.
    order: Vec<usize>,
    gathered: Vec<T>,
}

impl<'a, T: Coordinate> Pass<'a, T> {
    fn new(rows: &Rows<'_, T>, centers: &'a [T]) -> Self {
        let (columns, clusters) = (rows.columns, centers.len() / rows.columns);
        // A chunk should hold several rows of each cluster, or there is nothing to bring together.
        let chunk = rows.chunk().max(8 * clusters).min(rows.len());
        Self {
            centers,
            columns,
            counted: rows.counted,
            chunk,
            tally: Tally::new(clusters, columns),
            labels: vec![0; chunk],
            distances: vec![T::ZERO; chunk],
            order: vec![0; chunk],
            gathered: Vec::with_capacity(GATHERED.min(chunk) * columns),
        }
    }

    fn run(&mut self, values: &[T], labels: &mut [i64]) {
        for (values, labels) in values.chunks(self.chunk * self.columns).zip(labels.chunks_mut(self.chunk)) {
            let len = labels.len();
            let distances = &mut self.distances[..len];
            distance::nearest(values, self.columns, self.centers, &mut self.labels[..len], distances);
            if self.counted {
                T::add_slice(&mut self.tally.inertia, distances);
                self.tally.moved += self.labels.iter().zip(&*labels).filter(|(new, old)| new != old).count() as u64;
                self.add_rows(values, len);
            }
            labels.copy_from_slice(&self.labels[..len]);
        }
    }

    /// Add the chunk's rows to the sums of their clusters.
    fn add_rows(&mut self, values: &[T], len: usize) {
        let columns = self.columns;
        for (cluster, places) in self.ordered(len) {
            self.tally.sizes[cluster] += places.len() as u64;
            let sums = &mut self.tally.sums[cluster * columns..][..columns];
            for places in self.order[places].chunks(GATHERED) {
                self.gathered.clear();
                for &place in places {
                    self.gathered.extend_from_slice(&values[place * columns..][..columns]);
                }
                T::add_rows(sums, &self.gathered);
            }
        }
    }

    /// Order the chunk's rows by label; each cluster that has some, with its part of the order.
    fn ordered(&mut self, len: usize) -> Vec<(usize, Range<usize>)> {
        let mut ends = vec![0; self.tally.sizes.len()];
        for &label in &self.labels[..len] {
            ends[label as usize] += 1;
        }
        let mut end = 0;
        for slot in &mut ends {
            (*slot, end) = (end, end + *slot);
        }
        let starts = ends.clone();
        for (place, &label) in self.labels[..len].iter().enumerate() {
            self.order[ends[label as usize]] = place;
            ends[label as usize] += 1;
        }
        let parts = starts.into_iter().zip(ends).map(|(start, end)| start..end).enumerate();
        parts.filter(|(_, part)| !part.is_empty()).collect()
    }
}
