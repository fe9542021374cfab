//! Squared distances between rows and centres: the inner loops.
//!
//! A distance is Σⱼ (xⱼ - cⱼ)², the columns in ascending order, each square added by one fused multiply-add. The
//! lanes of the vectors are different rows, never different columns, so neither their number nor how rows are cut
//! into blocks can show in a distance's bits. Direct differences, not ‖x‖² - 2 x·c + ‖c‖²: that loses all digits when
//! rows lie far from the origin and close together.
//!
//! [`LANES`] rows are transposed into a tile once, and read from the first-level cache for every centre.
#![allow(clippy::inline_always, reason = "what is not inlined into the dispatched call is compiled for the baseline")]

use pulp::{Arch, NullaryFnOnce};

use crate::device::tally::Coordinate;

/// Rows that are compared with a centre together: two registers of AVX2, or one of AVX-512.
const LANES: usize = 8;
/// Centres that a tile is compared with together: enough independent sums to hide the latency of the additions.
const GROUP: usize = 4;

/// Columns by lanes.
type Tile<T> = Vec<[T; LANES]>;

/// For each row the number of the nearest centre, and the squared distance to it; of equally near centres the first.
pub(super) fn nearest<T: Coordinate>(
    rows: &[T],
    columns: usize,
    centers: &[T],
    labels: &mut [i64],
    distances: &mut [T],
) {
    Arch::new().dispatch(Nearest { rows, columns, centers, labels, distances });
}

/// For each row the squared distance to the centre that its label names: the bits that [`nearest`] gives.
pub(super) fn from_own<T: Coordinate>(rows: &[T], columns: usize, centers: &[T], labels: &[i64], distances: &mut [T]) {
    Arch::new().dispatch(FromOwn { rows, columns, centers, labels, distances });
}

/// Lower each row's distance to that from `center`, if it is less.
pub(super) fn approach<T: Coordinate>(rows: &[T], center: &[T], distances: &mut [T]) {
    Arch::new().dispatch(Approach { rows, center, distances });
}

// Structs, because a closure would be called through a shim that is not inlined: a tenth of the speed.

struct Nearest<'a, T> {
    rows: &'a [T],
    columns: usize,
    centers: &'a [T],
    labels: &'a mut [i64],
    distances: &'a mut [T],
}

impl<T: Coordinate> NullaryFnOnce for Nearest<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let mut tile = vec![[T::ZERO; LANES]; self.columns];
        let results = self.labels.chunks_mut(LANES).zip(self.distances.chunks_mut(LANES));
        for (rows, (labels, distances)) in self.rows.chunks(LANES * self.columns).zip(results) {
            transpose(rows, &mut tile);
            let (best, found) = nearest_of_tile(&tile, self.centers);
            labels.copy_from_slice(&found[..labels.len()]);
            distances.copy_from_slice(&best[..distances.len()]);
        }
    }
}

struct FromOwn<'a, T> {
    rows: &'a [T],
    columns: usize,
    centers: &'a [T],
    labels: &'a [i64],
    distances: &'a mut [T],
}

impl<T: Coordinate> NullaryFnOnce for FromOwn<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let columns = self.columns;
        let mut differences = vec![[T::ZERO; LANES]; columns];
        let results = self.labels.chunks(LANES).zip(self.distances.chunks_mut(LANES));
        for (rows, (labels, distances)) in self.rows.chunks(LANES * columns).zip(results) {
            for (lane, (row, &label)) in rows.chunks_exact(columns).zip(labels).enumerate() {
                let center = &self.centers[label as usize * columns..][..columns];
                for ((values, &x), &c) in differences.iter_mut().zip(row).zip(center) {
                    values[lane] = x - c;
                }
            }
            let mut sums = [T::ZERO; LANES];
            for values in &differences {
                for lane in 0..LANES {
                    sums[lane] = values[lane].mul_add(values[lane], sums[lane]);
                }
            }
            distances.copy_from_slice(&sums[..distances.len()]);
        }
    }
}

struct Approach<'a, T> {
    rows: &'a [T],
    center: &'a [T],
    distances: &'a mut [T],
}

impl<T: Coordinate> NullaryFnOnce for Approach<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let mut tile = vec![[T::ZERO; LANES]; self.center.len()];
        for (rows, distances) in self.rows.chunks(LANES * tile.len()).zip(self.distances.chunks_mut(LANES)) {
            transpose(rows, &mut tile);
            let [squared] = squared_distances(&tile, [self.center]);
            for (distance, &new) in distances.iter_mut().zip(&squared) {
                *distance = if new < *distance { new } else { *distance };
            }
        }
    }
}

/// Lanes without a row keep what they had, which nobody looks at.
#[inline(always)]
fn transpose<T: Coordinate>(rows: &[T], tile: &mut Tile<T>) {
    for (lane, row) in rows.chunks_exact(tile.len()).enumerate() {
        for (values, &value) in tile.iter_mut().zip(row) {
            values[lane] = value;
        }
    }
}

#[inline(always)]
fn nearest_of_tile<T: Coordinate>(tile: &Tile<T>, centers: &[T]) -> ([T; LANES], [i64; LANES]) {
    let columns = tile.len();
    let (mut best, mut found) = ([T::INFINITY; LANES], [0; LANES]);
    let mut improve = |squared: &[T; LANES], center: i64| {
        for lane in 0..LANES {
            let nearer = squared[lane] < best[lane];
            best[lane] = if nearer { squared[lane] } else { best[lane] };
            found[lane] = if nearer { center } else { found[lane] };
        }
    };
    let groups = centers.chunks_exact(GROUP * columns);
    let (rest, mut center) = (groups.remainder(), 0);
    for group in groups {
        let rows: [&[T]; GROUP] = std::array::from_fn(|k| &group[k * columns..][..columns]);
        for squared in squared_distances(tile, rows) {
            improve(&squared, center);
            center += 1;
        }
    }
    for row in rest.chunks_exact(columns) {
        let [squared] = squared_distances(tile, [row]);
        improve(&squared, center);
        center += 1;
    }
    (best, found)
}

#[inline(always)]
fn squared_distances<T: Coordinate, const N: usize>(tile: &Tile<T>, centers: [&[T]; N]) -> [[T; LANES]; N] {
    let centers = centers.map(|center| &center[..tile.len()]);
    let mut sums = [[T::ZERO; LANES]; N];
    for (column, values) in tile.iter().enumerate() {
        for (sums, center) in sums.iter_mut().zip(&centers) {
            for lane in 0..LANES {
                let difference = values[lane] - center[column];
                sums[lane] = difference.mul_add(difference, sums[lane]);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(row: &[f64], center: &[f64]) -> f64 {
        row.iter().zip(center).fold(0.0, |sum, (x, c)| (x - c).mul_add(x - c, sum))
    }

    #[test]
    fn the_nearest_centre_is_found_with_the_same_bits_at_every_place() {
        let value = |seed: usize| ((seed * 7919 + 13) % 1009) as f64 / 97.0;
        for (rows, columns, k) in [(1, 1, 1), (7, 3, 2), (8, 5, 4), (9, 4, 5), (40, 11, 13)] {
            let x: Vec<f64> = (0..rows * columns).map(value).collect();
            let centers: Vec<f64> = (0..k * columns).map(|i| value(i + 500)).collect();
            let (mut labels, mut distances) = (vec![0; rows], vec![0.0; rows]);
            nearest(&x, columns, &centers, &mut labels, &mut distances);
            let mut approached = vec![f64::INFINITY; rows];
            centers.chunks(columns).for_each(|center| approach(&x, center, &mut approached));
            for (i, row) in x.chunks(columns).enumerate() {
                let all: Vec<f64> = centers.chunks(columns).map(|center| plain(row, center)).collect();
                let least = all.iter().copied().fold(f64::INFINITY, f64::min);
                assert_eq!(distances[i].to_bits(), least.to_bits());
                assert_eq!(approached[i].to_bits(), least.to_bits());
                assert_eq!(labels[i] as usize, all.iter().position(|&distance| distance == least).unwrap());
            }
        }
    }

    #[test]
    fn of_equally_near_centres_the_first_is_taken() {
        let (mut labels, mut distances) = ([9; 2], [0.0; 2]);
        nearest(&[0.0, 1e200], 1, &[1.0, -1.0, -1.0, 1.0, 1.0, -1e300], &mut labels, &mut distances);
        assert_eq!((labels, distances), ([0, 0], [1.0, f64::INFINITY]));
    }
}
