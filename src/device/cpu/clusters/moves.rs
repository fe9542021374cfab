//! Rows that change their cluster, brought together: exact sums of many rows are faster than of one.

use std::ops::Range;

use crate::device::tally::{Coordinate, Tally};

/// Rows that are added at once.
const GATHERED: usize = 256;
/// Moves that are worth carrying out.
const MANY: usize = 4096;

/// A row goes to another cluster, from none if `from` is negative.
#[derive(Clone, Copy)]
struct Move {
    row: usize,
    from: i64,
    to: i64,
}

/// Moves that are noted and not yet carried out.
pub(super) struct Moves<T> {
    noted: Vec<Move>,
    clusters: usize,
    /// Of the ranks that hold the same rows, one counts them.
    counted: bool,
    /// The rows that move, ordered by cluster.
    order: Vec<usize>,
    gathered: Vec<T>,
}

impl<T: Coordinate> Moves<T> {
    pub(super) fn new(clusters: usize, counted: bool) -> Self {
        Self { noted: Vec::new(), clusters, counted, order: Vec::new(), gathered: Vec::new() }
    }

    /// Gives a row its label; if that is another one, the row moves.
    #[inline(always)]
    pub(super) fn note(&mut self, row: usize, label: &mut i64, to: i64) {
        let from = std::mem::replace(label, to);
        if from != to && self.counted {
            self.noted.push(Move { row, from, to });
        }
    }

    /// Whether it is time to carry them out: several for each cluster.
    pub(super) fn are_many(&self) -> bool {
        self.noted.len() >= MANY.max(8 * self.clusters)
    }

    /// Change the sums and sizes of the clusters, and forget the moves.
    pub(super) fn carry_out(&mut self, values: &[T], columns: usize, tally: &mut Tally) {
        tally.moved += self.noted.len() as u64;
        for (cluster, part) in self.ordered(|moved| moved.to) {
            tally.sizes[cluster] += part.len() as u64;
            let sums = &mut tally.sums[cluster * columns..][..columns];
            for rows in self.order[part].chunks(GATHERED) {
                gather(&mut self.gathered, values, columns, rows);
                T::add_rows(sums, &self.gathered);
            }
        }
        for (cluster, part) in self.ordered(|moved| moved.from) {
            tally.sizes[cluster] -= part.len() as u64;
            let sums = &mut tally.sums[cluster * columns..][..columns];
            for rows in self.order[part].chunks(GATHERED) {
                gather(&mut self.gathered, values, columns, rows);
                self.gathered.iter_mut().for_each(|value| *value = -*value);
                T::add_rows(sums, &self.gathered);
            }
        }
        self.noted.clear();
    }

    /// Order the rows by a cluster of their moves; each cluster that has some, with its part of the order.
    fn ordered(&mut self, cluster: impl Fn(&Move) -> i64) -> Vec<(usize, Range<usize>)> {
        let clusters = self.noted.iter().map(|moved| usize::try_from(cluster(moved)).ok());
        let mut ends = vec![0; self.clusters];
        for cluster in clusters.clone().flatten() {
            ends[cluster] += 1;
        }
        let mut end = 0;
        for slot in &mut ends {
            (*slot, end) = (end, end + *slot);
        }
        let starts = ends.clone();
        self.order.resize(end, 0);
        for (moved, cluster) in self.noted.iter().zip(clusters) {
            if let Some(cluster) = cluster {
                self.order[ends[cluster]] = moved.row;
                ends[cluster] += 1;
            }
        }
        let parts = starts.into_iter().zip(ends).map(|(start, end)| start..end).enumerate();
        parts.filter(|(_, part)| !part.is_empty()).collect()
    }
}

/// Bring rows together, one after the other.
fn gather<T: Coordinate>(gathered: &mut Vec<T>, values: &[T], columns: usize, rows: &[usize]) {
    gathered.clear();
    for &row in rows {
        gathered.extend_from_slice(&values[row * columns..][..columns]);
    }
}
