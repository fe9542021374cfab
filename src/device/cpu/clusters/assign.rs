//! The pass of one iteration: every row to its nearest centre, and the sums over each cluster's rows.
//!
//! The sums are kept from pass to pass, and only rows that change their cluster are put in and taken out: sums are
//! exact, so what is taken out leaves no trace. After a few iterations these are a few rows in a hundred.
//!
//! Rows are not even read where their centres cannot have lost them: see [`screen`](super::screen). Of a cloud without clusters these are
//! two thirds after some iterations.

use super::drift::Drift;
use super::moves::Moves;
use super::screen::Screen;
use super::tile::ROWS;
use super::{Rows, distance};
use crate::device::cpu::Cpu;
use crate::device::tally::{Coordinate, Tally, Wanted};
use crate::exact::Accumulator;
use crate::memory::Block;

/// Rows in doubt that are compared directly together.
const GATHERED: usize = 64;

/// Which rows belong to which cluster.
pub(crate) struct Assignment<'a, T: Coordinate> {
    cpu: &'a Cpu,
    rows: Rows<'a, T>,
    clusters: usize,
    drift: Drift<T>,
    labels: Block<i64>,
    passes: Vec<Pass<T>>,
}

impl<'a, T: Coordinate> Assignment<'a, T> {
    /// No row belongs to a cluster yet: all labels are -1.
    pub(crate) fn new(cpu: &'a Cpu, rows: Rows<'a, T>, clusters: usize) -> Self {
        let mut labels = cpu.pool().take(rows.len());
        labels.fill(-1);
        let passes = labels.chunks(rows.share).map(|labels| Pass::new(cpu, &rows, clusters, labels.len())).collect();
        Self { cpu, rows, clusters, drift: Drift::new(), labels, passes }
    }

    /// Label each row with its nearest centre; the sums over the rows.
    pub(crate) fn renew(&mut self, centers: &[T], wanted: Wanted) -> Tally {
        let columns = self.rows.columns;
        let screen = if wanted.screened { Screen::new(centers, columns) } else { None };
        let drift = self.drift.follow(centers, columns, screen.as_ref().map(Screen::scale));
        self.each(|pass, values, labels| pass.run(values, labels, centers, screen.as_ref(), drift, wanted.inertia))
    }

    /// The tally of the last pass, with the inertia.
    pub(crate) fn with_inertia(&mut self, centers: &[T]) -> Tally {
        self.each(|pass, values, labels| pass.measure(values, labels, centers))
    }

    /// The label of each row.
    pub(crate) fn into_labels(self) -> Block<i64> {
        self.labels
    }

    /// Do `work` in each task, with its rows and their labels; what all tasks have counted.
    fn each(&mut self, work: impl Fn(&mut Pass<T>, &[T], &mut [i64]) + Sync + Send) -> Tally {
        let shares = self.rows.shares().zip(self.labels.chunks_mut(self.rows.share));
        let tasks = self.passes.iter_mut().zip(shares).collect();
        let tallies = self.cpu.each(tasks, |(pass, (values, labels)): (&mut Pass<T>, _)| {
            work(pass, values, labels);
            pass.tally.clone()
        });
        let tally = tallies.into_iter().reduce(|mut left, right| {
            left.merge(&right);
            left
        });
        tally.unwrap_or_else(|| Tally::new(self.clusters, self.rows.columns))
    }
}

/// One task's rows, with its part of the sums and its buffers.
struct Pass<T> {
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

impl<T: Coordinate> Pass<T> {
    /// For a task of `len` rows.
    fn new(cpu: &Cpu, rows: &Rows<'_, T>, clusters: usize, len: usize) -> Self {
        let chunk = rows.chunk().min(len);
        let whole = chunk.next_multiple_of(ROWS);
        Self {
            until: cpu.pool().take(len),
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

    fn run(
        &mut self,
        values: &[T],
        labels: &mut [i64],
        centers: &[T],
        screen: Option<&Screen<T>>,
        drift: Option<f32>,
        inertia: bool,
    ) {
        (self.tally.moved, self.tally.inertia) = (0, Accumulator::default());
        let drift = drift.unwrap_or_else(|| {
            self.until.fill(0.0);
            0.0
        });
        for start in (0..labels.len()).step_by(self.chunk) {
            let mut chunk = self.chunk_from(start, values, labels);
            match screen {
                Some(screen) => self.screen_chunk(&mut chunk, centers, screen, drift),
                None => self.compare_chunk(&mut chunk, centers),
            }
            if inertia && self.counted {
                self.measure_chunk(&chunk, centers);
            }
            if self.moves.are_many() {
                self.moves.carry_out(values, self.columns, &mut self.tally);
            }
        }
        self.moves.carry_out(values, self.columns, &mut self.tally);
    }

    fn chunk_from<'c>(&self, start: usize, values: &'c [T], labels: &'c mut [i64]) -> Chunk<'c, T> {
        let end = labels.len().min(start + self.chunk);
        Chunk { start, values: &values[start * self.columns..end * self.columns], labels: &mut labels[start..end] }
    }

    /// Find the nearest centres of some rows, by direct distances.
    fn compare_chunk(&mut self, chunk: &mut Chunk<'_, T>, centers: &[T]) {
        let len = chunk.labels.len();
        let (nearest, distances) = (&mut self.nearest[..len], &mut self.distances[..len]);
        distance::nearest(chunk.values, self.columns, centers, nearest, distances);
        for (row, (label, &to)) in (chunk.start..).zip(chunk.labels.iter_mut().zip(&*nearest)) {
            self.moves.note(row, label, to);
        }
    }

    /// The same, without looking at those that keep their label at this drift.
    fn screen_chunk(&mut self, chunk: &mut Chunk<'_, T>, centers: &[T], screen: &Screen<T>, drift: f32) {
        let (start, values, labels) = (chunk.start, chunk.values, &mut *chunk.labels);
        let until = &mut self.until[start..start + labels.len()];
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
        screen.label(values, seen, winners, leads);
        self.doubtful.clear();
        for ((&place, &winner), &lead) in seen[..count].iter().zip(&*winners).zip(&*leads) {
            let (until, label) = (&mut until[place as usize], &mut labels[place as usize]);
            if lead < 0.0 {
                *until = 0.0;
                self.doubtful.push(place as usize);
                continue;
            }
            *until = (drift + lead) * (1.0 - 2.0 * f32::EPSILON); // rounded down, all in all
            self.moves.note(start + place as usize, label, winner.into());
        }
        for places in self.doubtful.chunks(GATHERED) {
            self.gathered.clear();
            for &place in places {
                self.gathered.extend_from_slice(&values[place * self.columns..][..self.columns]);
            }
            let (mut found, mut distances) = ([0; GATHERED], [T::ZERO; GATHERED]);
            let len = places.len();
            distance::nearest(&self.gathered, self.columns, centers, &mut found[..len], &mut distances[..len]);
            for (&place, to) in places.iter().zip(found) {
                self.moves.note(start + place, &mut labels[place], to);
            }
        }
    }

    /// Add up the distances of all rows from their centres.
    fn measure(&mut self, values: &[T], labels: &mut [i64], centers: &[T]) {
        self.tally.inertia = Accumulator::default();
        for start in (0..labels.len()).step_by(self.chunk) {
            if self.counted {
                let chunk = self.chunk_from(start, values, labels);
                self.measure_chunk(&chunk, centers);
            }
        }
    }

    fn measure_chunk(&mut self, chunk: &Chunk<'_, T>, centers: &[T]) {
        let distances = &mut self.distances[..chunk.labels.len()];
        distance::from_own(chunk.values, self.columns, centers, chunk.labels, distances);
        T::add_slice(&mut self.tally.inertia, distances);
    }
}

/// Some rows of a task, with their labels.
struct Chunk<'c, T> {
    /// The place of the first one among the task's.
    start: usize,
    values: &'c [T],
    labels: &'c mut [i64],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::cast;

    fn value(seed: usize) -> f64 {
        ((seed * 7919 + 13) % 10_007) as f64 / 10_007.0 - 0.4
    }

    /// After each of some passes over rows around `offset` the labels of direct distances; the rows that the last pass did not look at.
    fn follow<T: Coordinate>(cpu: &Cpu, columns: usize, clusters: usize, offset: f64) -> usize {
        let x: Vec<T> = (0..500 * columns).map(|place| cast(value(place) + offset)).collect();
        let rows = Rows::new(&x, columns, true, cpu);
        let (mut direct, mut distances) = (vec![-1; rows.len()], vec![T::ZERO; rows.len()]);
        let mut assignment = Assignment::new(cpu, rows, clusters);
        let mut centers: Vec<T> = (0..clusters * columns).map(|place| cast(value(place + 77) + offset)).collect();
        let mut unseen = 0;
        for step in 0..30 {
            // Small steps, now and then a jump, and once another scale.
            let reach = [0.3, 0.02, 0.01, 0.005, 0.001, 0.0][step % 6];
            let stretch = if step == 20 { 40.0 } else { 1.0 };
            for (place, center) in centers.iter_mut().enumerate() {
                let moved = (cast::<T, f64>(*center) - offset) * stretch + reach * value(place + 31 * step);
                *center = cast(moved + offset);
            }
            let before = assignment.labels.to_vec();
            let tally = assignment.renew(&centers, Wanted { inertia: false, screened: true });
            distance::nearest(rows.values, columns, &centers, &mut direct, &mut distances);
            assert_eq!(&assignment.labels[..], direct, "step {step}");
            let moved = direct.iter().zip(&before).filter(|(now, before)| now != before).count() as u64;
            assert_eq!(tally.moved, moved, "step {step}");
            let drift = assignment.drift.so_far();
            unseen =
                assignment.passes.iter().flat_map(|pass| pass.until.iter()).filter(|&&until| until > drift).count();
        }
        unseen
    }

    #[test]
    fn rows_that_are_not_looked_at_have_the_labels_of_direct_distances() {
        for threads in [1, 3] {
            let cpu = Cpu::new(threads);
            for (columns, clusters) in [(1, 2), (3, 5), (16, 8), (18, 13)] {
                for offset in [0.0, 100.0] {
                    let narrow = follow::<f32>(&cpu, columns, clusters, offset);
                    let wide = follow::<f64>(&cpu, columns, clusters, offset);
                    assert!(narrow.min(wide) > 100, "{narrow} and {wide} of 500 rows are not looked at");
                }
            }
        }
    }
}
