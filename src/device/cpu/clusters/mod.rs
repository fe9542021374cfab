//! Rows and their nearest centres, in the memory of the host: the loops of k-means.
//!
//! ```text
//!   Assignment ──▶ screen (tile) ──▶ distance, where in doubt ──▶ moves ──▶ Tally
//!        └─ drift: which rows cannot have another nearest centre than before
//! ```

mod assign;
mod distance;
mod drift;
mod moves;
mod reach;
mod screen;
mod tile;

pub(crate) use assign::Assignment;

use crate::device::cpu::Cpu;
use crate::device::tally::Coordinate;
use crate::math;

/// Elements of a chunk of rows, so that it stays in the second-level cache between the steps of a pass.
const CHUNK: usize = 1 << 14;

/// Rows that a start looks at together.
const TOGETHER: usize = 1024;

/// The rows of a block, whole.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, T> {
    pub(crate) values: &'a [T],
    columns: usize,
    /// Of the ranks that hold the same rows, one counts them.
    counted: bool,
    /// The most rows that one task takes: an equal share for each thread, and at least one.
    pub(crate) share: usize,
}

impl<'a, T: Coordinate> Rows<'a, T> {
    /// Rows of so many columns, at least one.
    pub(crate) fn new(values: &'a [T], columns: usize, counted: bool, cpu: &Cpu) -> Self {
        let share = (values.len() / columns).div_ceil(cpu.threads()).max(1);
        Self { values, columns, counted, share }
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// The rows at these positions, one after the other.
    pub(crate) fn at(&self, positions: &[usize]) -> Vec<T> {
        positions.iter().flat_map(|&row| &self.values[row * self.columns..][..self.columns]).copied().collect()
    }

    /// What each task works on.
    fn shares(&self) -> std::slice::Chunks<'a, T> {
        self.values.chunks(self.share * self.columns)
    }

    /// How many rows a pass looks at together.
    fn chunk(&self) -> usize {
        (CHUNK / self.columns).max(64)
    }

    /// Label each row with its nearest centre, and say how far it is.
    pub(crate) fn label(&self, cpu: &Cpu, centers: &[T], labels: &mut [i64], distances: &mut [T]) {
        let results = labels.chunks_mut(self.share).zip(distances.chunks_mut(self.share));
        cpu.each(self.shares().zip(results).collect(), |(values, (labels, distances))| {
            distance::nearest(values, self.columns, centers, labels, distances);
        });
    }

    /// Lower the distances to those from `center`, and show `see` all of them, each task's to a state of its own, with the position of the first.
    pub(crate) fn approach<R: Clone + Send + Sync>(
        &self,
        cpu: &Cpu,
        center: Option<&[T]>,
        distances: &mut [T],
        fresh: &R,
        see: impl Fn(&mut R, usize, &[T]) + Sync + Send,
    ) -> Vec<R> {
        let shares: Vec<_> = self.shares().zip(distances.chunks_mut(self.share)).enumerate().collect();
        cpu.each(shares, |(number, (values, distances))| {
            let (mut state, mut position) = (fresh.clone(), number * self.share);
            for (values, distances) in values.chunks(TOGETHER * self.columns).zip(distances.chunks_mut(TOGETHER)) {
                if let Some(center) = center {
                    distance::approach(values, center, distances);
                }
                see(&mut state, position, distances);
                position += distances.len();
            }
            state
        })
    }

    /// The largest magnitude; infinity if a value is not finite.
    pub(crate) fn largest(&self, cpu: &Cpu) -> f64 {
        let found =
            cpu.each(self.shares().collect(), |values| reach::of_finite(values).map_or(f64::INFINITY, math::cast));
        found.into_iter().fold(0.0, f64::max)
    }
}

/// The number of the centre that is nearest to a row; of equally near ones the first.
pub(crate) fn nearest_center<T: Coordinate>(row: &[T], centers: &[T]) -> usize {
    let (mut nearest, mut distance) = ([0], [T::ZERO]);
    distance::nearest(row, row.len(), centers, &mut nearest, &mut distance);
    nearest[0] as usize
}

/// The places of the `count` largest distances, with these; of equal ones the first.
pub(crate) fn farthest<T: Coordinate>(distances: &[T], count: usize) -> Vec<(usize, T)> {
    let Some(least) = count.min(distances.len()).checked_sub(1) else { return Vec::new() };
    let mut ordered = distances.to_vec();
    let order = |a: &T, b: &T| b.partial_cmp(a).expect("no distance is NaN");
    let (_, &mut least, _) = ordered.select_nth_unstable_by(least, order);
    drop(ordered);
    let far = |&(_, distance): &(usize, T)| distance >= least;
    let mut found: Vec<(usize, T)> = distances.iter().copied().enumerate().filter(far).collect();
    found.sort_by(|a, b| order(&a.1, &b.1).then(a.0.cmp(&b.0)));
    found.truncate(count);
    found
}
