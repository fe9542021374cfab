//! Copies between two ways of lying in memory: transposes, slices, pieces of blocks.
//!
//! A [`Grid`] says from where to where, axis by axis. It is brought into one form, in which axes that both sides walk as one are one.
//! Then four cases are left:
//!
//! ```text
//!   both sides run side by side                 runs.rs   as many bytes at once as the run has
//!   one side steps                              runs.rs   gather, scatter
//!   the sides run along different axes          turn.rs   tile by tile through registers: a transpose
//!   as before, but in no whole registers        runs.rs   tile by tile, one after another
//! ```

mod grid;
mod parts;
mod runs;
mod turn;

use crate::dtype::Element;

pub(crate) use grid::{Grid, Step};
pub(crate) use parts::{Alone, Workers};

/// Copies of at least so many bytes are shared among the workers.
const SHARED: usize = 256 << 10;

/// Parts of a shared copy for each worker, so that one which is late holds up little.
const PARTS: usize = 4;

/// Results of at least so many bytes are written past the caches: they would push out more than the next reader finds.
const PAST_CACHES: usize = 4 << 20;

/// Copies the elements of `grid` from `source` to `destination`.
pub(crate) fn copy<T: Element>(grid: &Grid, source: &[T], destination: &mut [T], workers: &impl Workers) {
    let bytes = grid.len() * size_of::<T>();
    let past_caches = bytes >= PAST_CACHES;
    if workers.count() > 1 && bytes >= SHARED {
        let parts = grid.clone().cut(PARTS * workers.count());
        if let Some(windows) = parts::windows(parts, destination) {
            return workers.each(windows, |(part, window)| runs::copy(&part, source, window, past_caches));
        }
    }
    runs::copy(grid, source, destination, past_caches);
}

#[cfg(test)]
mod tests {
    use num_complex::Complex;

    use super::*;

    /// Two hands that work one after the other.
    struct Two;

    impl Workers for Two {
        fn count(&self) -> usize {
            2
        }

        fn each<I: Send>(&self, items: Vec<I>, work: impl Fn(I) + Sync + Send) {
            items.into_iter().rev().for_each(work);
        }
    }

    /// Every element by itself, where `element(k)` is number `k` of the source.
    fn check<T: Element>(from: usize, into: usize, steps: &[Step], lens: [usize; 2], element: fn(usize) -> T) {
        let source: Vec<T> = (0..lens[0]).map(element).collect();
        let before: Vec<T> = (0..lens[1]).map(|k| element(3 * k + 1)).collect();
        let mut expected = before.clone();
        let elements: usize = steps.iter().map(|step| step.extent).product();
        for mut number in 0..elements {
            let mut at = [from as isize, into as isize];
            for step in steps.iter().rev() {
                let k = (number % step.extent) as isize;
                at = [at[0] + k * step.from, at[1] + k * step.into];
                number /= step.extent;
            }
            expected[at[1] as usize] = source[at[0] as usize];
        }
        let grid = Grid::new(from, into, steps.iter().copied());
        let (mut alone, mut shared) = (before.clone(), before);
        copy(&grid, &source, &mut alone, &Alone);
        copy(&grid, &source, &mut shared, &Two);
        assert!(alone == expected, "{} {from} {into} {steps:?}", T::DTYPE);
        assert!(shared == expected, "{} {from} {into} {steps:?}, shared", T::DTYPE);
    }

    /// As [`check`], for elements of 1, 4, 8 and 16 bytes; the sides begin and end where the steps lead them.
    fn check_all(steps: &[Step]) {
        let side = |stride: fn(&Step) -> isize| {
            let ends = steps.iter().map(|step| (step.extent.max(1) as isize - 1) * stride(step));
            let (low, high) = ends.fold((0, 0), |(low, high), end| (low + end.min(0), high + end.max(0)));
            ((-low) as usize, (high - low) as usize + 1)
        };
        let ((from, read), (into, written)) = (side(|step| step.from), side(|step| step.into));
        check::<u8>(from, into, steps, [read, written], |k| (k * 7 + k / 251) as u8);
        check::<bool>(from, into, steps, [read, written], |k| (k * 7 + k / 3) % 5 < 2);
        check::<f32>(from, into, steps, [read, written], |k| k as f32);
        check::<i64>(from, into, steps, [read, written], |k| k as i64);
        check::<Complex<f64>>(from, into, steps, [read, written], |k| Complex::new(k as f64, -1.0));
    }

    fn step(extent: usize, from: usize, into: usize) -> Step {
        Step { extent, from: from as isize, into: into as isize }
    }

    /// Extents around those of vectors, lines and tiles.
    const EXTENTS: [usize; 14] = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65, 255, 257];

    #[test]
    fn transposes_of_all_extents() {
        for (rows, columns) in EXTENTS.into_iter().flat_map(|rows| EXTENTS.map(|columns| (rows, columns))) {
            check_all(&[step(rows, 1, columns), step(columns, rows, 1)]);
            check_all(&[step(rows, 1, columns + 3), step(columns, rows + 5, 1)]);
        }
    }

    #[test]
    fn transposes_of_short_runs() {
        for run in [2, 3, 4, 5, 8, 16, 40] {
            for (rows, columns) in [(3, 70), (33, 65), (130, 9)] {
                check_all(&[step(rows, run, columns * run), step(columns, rows * run, run), step(run, 1, 1)]);
            }
        }
    }

    #[test]
    fn axes_in_every_order() {
        let (extents, strides) = ([5, 18, 3, 34], [18 * 3 * 34, 3 * 34, 34, 1]);
        for order in 0..24 {
            let mut axes = vec![0, 1, 2, 3];
            let order: Vec<usize> = [order / 6, order / 2 % 3, order % 2, 0].iter().map(|&k| axes.remove(k)).collect();
            let mut into = 1;
            let mut steps: Vec<Step> = order
                .iter()
                .rev()
                .map(|&axis| {
                    into *= extents[axis];
                    step(extents[axis], strides[axis], into / extents[axis])
                })
                .collect();
            check_all(&steps);
            for k in 0..4 {
                steps[k].from *= -1;
                check_all(&steps);
                steps[k].into *= -1;
                check_all(&steps);
            }
        }
    }

    #[test]
    fn steps_and_repetitions() {
        for extent in EXTENTS {
            for (from, into) in [(1, 1), (2, 1), (0, 1), (1, 3), (-1, 1), (-2, 1), (3, 2), (0, 2), (1, -1), (-3, -2)] {
                check_all(&[Step { extent, from, into }]);
                check_all(&[Step { extent: 3, from: 0, into: 900 }, Step { extent, from, into }]);
                check_all(&[Step { extent: 3, from: 1, into: 900 }, Step { extent, from: from * 3, into }]);
            }
        }
    }

    #[test]
    fn nothing_and_one() {
        check_all(&[]);
        check_all(&[step(0, 1, 1)]);
        check_all(&[step(4, 5, 0), step(0, 1, 1)]);
        check_all(&[step(1, 5, 9), step(1, 0, 0)]);
    }

    /// What is shared among workers and written past the caches.
    #[test]
    fn large_ones() {
        let (rows, columns) = (1030, 1025);
        check_all(&[step(rows, 1, columns), step(columns, rows, 1)]);
        check_all(&[step(2, 1, 3), step(3, 2, 1), step(rows * 32, 6, 6)]);
        check_all(&[step(3, 512 * 400, 1), step(512 * 400, 1, 3)]);
        check_all(&[step(2, 512 * 300, 512 * 300), step(512, 300, 1), step(300, 1, 512)]);
    }
}
