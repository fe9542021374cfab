//! The nearest centre of most rows at the price of a matrix product in single precision.
//!
//! The direct distances of [`distance`](super::distance) decide which centre is nearest. For most rows there is no doubt
//! about their order, and a cheaper estimate with a bound on its error shows that. The rows in doubt are listed, and
//! whoever asks compares them directly: the labels are those of direct distances, always.
//!
//! With an origin o, a scale s (a power of two) and yⱼ = s(xⱼ - oⱼ), bⱼ = s(cⱼ - oⱼ), the nearest centre has the largest
//! *score* y·b - ½|b|², since s²|x - c|² = |y|² - 2(y·b - ½|b|²).
//!
//! **The bound.** Let m be the columns, u = 2⁻²⁴, Y = |y| and B the largest |b|.
//!
//! - A score has an error below (m + 3)u(Y² + B²): each yⱼ and bⱼ is rounded to single precision, each of the m fused
//!   steps rounds once, and Σ|yⱼbⱼ| + ½|b|² ≤ YB + ½B² ≤ Y² + B².
//! - A direct distance has a relative error below (m + 2)u, in either dtype; half of it, scaled, is below
//!   (m + 2)u(Y² + B²), because s|x - c| ≤ Y + B.
//!
//! Two scores and two distances make (4m + 10)u(Y² + B²) in the first order. [`Screen::new`] takes (5m + 20)u for it: the
//! rest covers what is of higher order, the rounding of Y² and of the bound itself, as long as m ≤ 2¹⁶. What underflows
//! adds less than m 2⁻¹⁴⁰ to the scores (B is between 1 and 2), and 2ms² least subnormals of the dtype to
//! squares and distances. A winner ahead
//! by more than all that has the strictly smallest direct distance. Whatever is infinite or NaN leaves a row in doubt.
//!
//! **The lead** says how far centres may move before a row could have another winner. Let d and e be the distances of a row from its
//! nearest centre and from another, and L the difference of their scores less the bound. Then s²(e² - d²) ≥ 2L, and s(d + e) is at most
//! 2R with R² = Y² - (both scores) + the bound, since (d + e)² ≤ 2(d² + e²). So s(e - d) ≥ L/R. While two centres together
//! move by less than that (scaled), the first remains the nearer one; and also its direct distance the smaller one, when the difference
//! stays above (m + 3)u(d + e), of which d + e grows to no more than twice its value: the lead is L/R less (5m + 20)uR.
//!
//! # References
//! G. Hamerly, *Making k-means even faster*, SDM 2010, DOI 10.1137/1.9781611972801.12: bounds that move with the centres.

use pulp::{Arch, Simd, WithSimd};

use super::tile::{Lanes, ROWS, Shift, VECTORS};
use crate::device::tally::Coordinate;
use crate::math::cast;
use crate::memory::ask_for_bytes;

/// Centres that a tile is compared with together: with two vectors of rows each, eight independent sums.
const GROUP: usize = 4;
/// Tiles between what is compared and what is asked for: the hardware does not know which rows come next.
const AHEAD: usize = 4;
/// Up to here the bound of the [module](self) holds.
const MOST_COLUMNS: usize = 1 << 16;

/// Centres, prepared for estimates.
pub(super) struct Screen<T> {
    scale: f64,
    shift: Shift<T>,
    /// Group after group, column by column: centres, moved and scaled as rows are. The last group is filled up with zeros.
    centers: Vec<[f32; GROUP]>,
    /// Half the square of each one's length; infinite for what fills up, so that it never wins.
    halves: Vec<[f32; GROUP]>,
    /// The bound: so many times Y², and so much more.
    per_square: f32,
    constant: f32,
}

impl<T: Coordinate> Screen<T> {
    /// Nothing when there is no sensible scale: all centres are the same, or the range of `T` ends.
    ///
    /// No squared distance from these centres may overflow.
    pub(super) fn new(centers: &[T], columns: usize) -> Option<Self> {
        if columns > MOST_COLUMNS {
            return None;
        }
        let origin = mean_of_rows(centers, columns);
        let moved: Vec<f64> = centers
            .chunks_exact(columns)
            .flat_map(|center| center.iter().zip(&origin).map(|(&c, &o)| cast::<T, f64>(c) - cast::<T, f64>(o)))
            .collect();
        let squares: Vec<f64> = moved.chunks_exact(columns).map(|b| b.iter().map(|x| x * x).sum()).collect();
        let reach = squares.iter().copied().fold(0.0, f64::max).sqrt();
        let scale = power_of_two_near_inverse(reach)?;
        let narrow: T = cast(scale);
        if !(narrow.is_finite() && narrow >= T::MIN_POSITIVE) {
            return None;
        }
        let m = columns as f64;
        let relative = (5.0 * m + 20.0) * f64::from(f32::EPSILON) / 2.0;
        let least: f64 = cast::<T, f64>(T::MIN_POSITIVE) * cast::<T, f64>(T::EPSILON);
        let underflow = m * (f64::from(f32::MIN_POSITIVE) / 16384.0 + 2.0 * scale * scale * least);
        Some(Self {
            scale,
            shift: Shift::new(narrow, &origin),
            centers: moved.chunks(GROUP * columns).flat_map(|group| by_columns(group, columns, scale)).collect(),
            halves: squares.chunks(GROUP).map(|group| halves(group, scale)).collect(),
            per_square: cast(relative),
            constant: cast(relative * 4.0 + underflow),
        })
    }

    /// The nearest centre of each of the rows with these numbers, and its [lead](self) in scaled units. A lead is negative where the two
    /// nearest centres have to be compared directly.
    ///
    /// # Panics
    /// When there are not as many results as rows, or no multiple of [`ROWS`].
    pub(super) fn label(&self, rows: &[T], numbers: &[u32], winners: &mut [u32], leads: &mut [f32]) {
        let count = numbers.len();
        assert!(count.is_multiple_of(ROWS) && winners.len() == count && leads.len() == count, "{count} rows to label");
        Arch::new().dispatch(Label { screen: self, rows, numbers, winners, leads });
    }

    /// What the screen multiplies distances with.
    pub(super) fn scale(&self) -> f64 {
        self.scale
    }
}

fn mean_of_rows<T: Coordinate>(rows: &[T], columns: usize) -> Vec<T> {
    let count = (rows.len() / columns) as f64;
    let mut means = vec![0.0_f64; columns];
    for row in rows.chunks_exact(columns) {
        // Divided first, so that no sum overflows.
        means.iter_mut().zip(row).for_each(|(mean, &value)| *mean += cast::<T, f64>(value) / count);
    }
    means.into_iter().map(cast).collect()
}

/// A group of centres, column by column.
fn by_columns(centers: &[f64], columns: usize, scale: f64) -> impl Iterator<Item = [f32; GROUP]> {
    (0..columns).map(move |column| {
        let coordinate = |n: usize| centers.get(n * columns + column).map_or(0.0, |x| cast(x * scale));
        std::array::from_fn(coordinate)
    })
}

/// Half the scaled squares of a group.
fn halves(squares: &[f64], scale: f64) -> [f32; GROUP] {
    std::array::from_fn(|n| squares.get(n).map_or(f32::INFINITY, |square| cast(square * scale * scale / 2.0)))
}

/// The power of two that brings `length` to between 1 and 2, if that and its inverse are normal numbers.
fn power_of_two_near_inverse(length: f64) -> Option<f64> {
    let exponent = length.to_bits() >> 52;
    (1..=2045).contains(&exponent).then(|| f64::from_bits((2046 - exponent) << 52))
}

struct Label<'a, T> {
    screen: &'a Screen<T>,
    rows: &'a [T],
    numbers: &'a [u32],
    winners: &'a mut [u32],
    leads: &'a mut [f32],
}

/// A value for each row of a tile.
type Rows<S> = [<S as Simd>::f32s; VECTORS];

/// The best two scores of each row so far.
struct Contest<S: Simd> {
    best: Rows<S>,
    second: Rows<S>,
    winner: [S::u32s; VECTORS],
}

impl<T: Coordinate> WithSimd for Label<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { screen, rows, numbers, winners, leads } = self;
        let columns = screen.shift.columns();
        let row_bytes = columns * size_of::<T>();
        let mut lanes = Lanes::new(simd, columns);
        let count = Lanes::<S>::COUNT;
        let (winners, _) = S::as_mut_simd_u32s(winners).0.as_chunks_mut();
        let (leads, _) = S::as_mut_simd_f32s(leads).0.as_chunks_mut();
        for (tile, (winners, leads)) in winners.iter_mut().zip(leads).enumerate() {
            let (start, later) = (tile * count, numbers.len().min((tile + AHEAD) * count));
            for &number in &numbers[later..numbers.len().min(later + count)] {
                ask_for_bytes(rows, number as usize * row_bytes, row_bytes);
            }
            lanes.fill(simd, rows, &numbers[start..start + count], &screen.shift);
            let contest = contest(simd, lanes.columns(), screen);
            *leads = screen.leads(simd, lanes.columns(), &contest);
            *winners = contest.winner;
        }
    }
}

impl<T> Screen<T> {
    /// How far the winners of a tile's rows lead.
    #[inline(always)]
    fn leads<S: Simd>(&self, simd: S, tile: &[Rows<S>], contest: &Contest<S>) -> Rows<S> {
        let mut leads = [simd.splat_f32s(0.0); VECTORS];
        let mut squares = leads;
        for column in tile {
            for (square, &y) in squares.iter_mut().zip(column) {
                *square = simd.mul_add_f32s(y, y, *square);
            }
        }
        let splat = |value| simd.splat_f32s(value);
        for v in 0..VECTORS {
            let (best, second) = (contest.best[v], contest.second[v]);
            let bound = simd.mul_add_f32s(squares[v], splat(self.per_square), splat(self.constant));
            let sure = simd.sub_f32s(simd.sub_f32s(best, second), bound);
            let root = simd.sqrt_f32s(simd.add_f32s(simd.sub_f32s(squares[v], simd.add_f32s(best, second)), bound));
            let margin = simd.mul_add_f32s(root, splat(self.per_square), splat(self.constant));
            let lead = simd.sub_f32s(simd.div_f32s(sure, root), margin);
            // By comparison: what a maximum makes of NaN differs between processors, and a row would never be looked at again.
            let lead = simd.select_f32s(simd.less_than_f32s(splat(0.0), lead), lead, splat(0.0));
            leads[v] = simd.select_f32s(simd.less_than_f32s(splat(0.0), sure), lead, splat(-1.0));
        }
        leads
    }
}

#[inline(always)]
fn contest<S: Simd, T>(simd: S, tile: &[Rows<S>], screen: &Screen<T>) -> Contest<S> {
    let none = [simd.splat_f32s(f32::NEG_INFINITY); VECTORS];
    let mut contest = Contest::<S> { best: none, second: none, winner: [simd.splat_u32s(0); VECTORS] };
    let mut number = 0;
    for (halves, centers) in screen.halves.iter().zip(screen.centers.chunks_exact(tile.len())) {
        for score in scores::<S>(simd, tile, centers, halves) {
            contest.enter(simd, &score, number);
            number += 1;
        }
    }
    contest
}

impl<S: Simd> Contest<S> {
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "four arrays side by side")]
    fn enter(&mut self, simd: S, score: &Rows<S>, center: u32) {
        let center = simd.splat_u32s(center);
        for v in 0..VECTORS {
            let wins = simd.less_than_f32s(self.best[v], score[v]);
            self.second[v] = simd.max_f32s(self.second[v], simd.min_f32s(self.best[v], score[v]));
            self.best[v] = simd.max_f32s(self.best[v], score[v]);
            self.winner[v] = simd.select_u32s(wins, center, self.winner[v]);
        }
    }
}

/// The scores of a tile's rows for a group of centres.
#[inline(always)]
fn scores<S: Simd>(simd: S, tile: &[Rows<S>], centers: &[[f32; GROUP]], halves: &[f32; GROUP]) -> [Rows<S>; GROUP] {
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; GROUP];
    for n in 0..GROUP {
        sums[n] = [simd.splat_f32s(-halves[n]); VECTORS];
    }
    for (column, centers) in tile.iter().zip(centers) {
        for n in 0..GROUP {
            let b = simd.splat_f32s(centers[n]);
            for v in 0..VECTORS {
                sums[n][v] = simd.mul_add_f32s(column[v], b, sums[n][v]);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::distance;
    use super::*;

    fn value(seed: usize) -> f64 {
        ((seed * 7919 + 13) % 1009) as f64 / 1009.0 - 0.4
    }

    fn labels<T: Coordinate>(screen: &Screen<T>, rows: &[T], columns: usize) -> (Vec<u32>, Vec<f32>) {
        let count = rows.len() / columns;
        let numbers: Vec<u32> = (0..count.next_multiple_of(ROWS)).map(|row| row.min(count - 1) as u32).collect();
        let (mut winners, mut leads) = (vec![u32::MAX; numbers.len()], vec![f32::NAN; numbers.len()]);
        screen.label(rows, &numbers, &mut winners, &mut leads);
        winners.truncate(count);
        leads.truncate(count);
        (winners, leads)
    }

    /// The rows in doubt, and of the others those with another label than by direct distances.
    fn compare<T: Coordinate>(rows: &[T], centers: &[T], columns: usize) -> (usize, usize) {
        let count = rows.len() / columns;
        let (mut direct, mut distances) = (vec![-1; count], vec![T::ZERO; count]);
        distance::nearest(rows, columns, centers, &mut direct, &mut distances);
        let (winners, leads) = labels(&Screen::new(centers, columns).expect("a scale"), rows, columns);
        let doubtful = leads.iter().filter(|&&lead| lead < 0.0).count();
        let wrong = (0..count).filter(|&row| leads[row] >= 0.0 && i64::from(winners[row]) != direct[row]).count();
        (doubtful, wrong)
    }

    fn scaled<T: Coordinate>(values: impl Iterator<Item = f64>, scale: f64, offset: f64) -> Vec<T> {
        values.map(|value| cast(value * scale + offset)).collect()
    }

    fn on_many_scales<T: Coordinate>(scales: &[f64]) {
        for (rows, columns, k) in [(1, 1, 1), (7, 3, 2), (16, 4, 4), (33, 5, 5), (100, 16, 8), (61, 18, 13)] {
            for &scale in scales {
                for offset in [0.0, 1e3 * scale] {
                    let x: Vec<T> = scaled((0..rows * columns).map(value), scale, offset);
                    let centers: Vec<T> = scaled((0..k * columns).map(|i| value(i + 500)), scale, offset);
                    if Screen::new(&centers, columns).is_none() {
                        assert_eq!(k, 1, "a scale was not found");
                        continue;
                    }
                    let (doubtful, wrong) = compare(&x, &centers, columns);
                    assert_eq!(wrong, 0);
                    assert!(doubtful * 10 <= rows, "{doubtful} of {rows} rows are in doubt at {scale} + {offset}");
                }
            }
        }
    }

    #[test]
    fn few_rows_are_in_doubt_and_no_other_is_wrong() {
        on_many_scales::<f32>(&[1e-15, 1.0, 1e15]);
        on_many_scales::<f64>(&[1e-140, 1e-20, 1.0, 1e20, 1e140]);
    }

    #[test]
    fn ties_are_in_doubt() {
        let rows: Vec<f64> = (0..40).flat_map(|i| [f64::from(i), 0.0]).collect();
        assert_eq!(compare(&rows, &[0.0, 1.0, 0.0, -1.0], 2), (40, 0));
        // The second centre is nearer by less than single precision can tell.
        assert_eq!(compare(&rows, &[0.0, 1.0 + 1e-9, 0.0, -1.0], 2), (40, 0));
    }

    #[test]
    fn distances_that_underflow_are_in_doubt() {
        // Both squares are zero in single precision, so that the first centre wins, although the second is nearer.
        assert_eq!(compare(&[1e-25_f32, 2e-25], &[0.0, 1e-25], 1), (2, 0));
        assert_eq!(compare(&[1e-160_f64, 2e-160], &[0.0, 1e-160], 1), (2, 0));
        assert!(Screen::new(&[0.0_f64, 1e-170], 1).is_none());
    }

    #[test]
    fn rows_far_beyond_the_centres_are_in_doubt() {
        assert_eq!(compare(&[1e30_f64, -1e30, 3.0], &[1.0, 2.0], 1), (2, 0));
        assert_eq!(compare(&[1e300_f64, f64::MAX / 4.0], &[1e-10, 2e-10], 1), (2, 0));
    }

    #[test]
    fn equal_centres_have_no_scale() {
        assert!(Screen::new(&[3.0, 4.0, 3.0, 4.0], 2).is_none());
        assert!(Screen::new(&[1e-320, -1e-320], 1).is_none());
    }
}
