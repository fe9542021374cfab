//! The centres to begin with.
//!
//! k-means++ draws each further centre among the rows with probability proportional to the squared distance from the
//! nearest one so far. Here it is drawn by an *exponential race*: row i arrives at the time -ln(uᵢ) / dᵢ, and the
//! first to arrive is taken. It is first with just that probability, and no rank needs a running sum over the others'
//! rows, whose rounding would depend on the number of ranks. uᵢ is a function of the seed, the number of the draw and
//! the row's number in the array, so the same row wins on any ranks and layout.
//!
//! # References
//! D. Arthur, S. Vassilvitskii, *k-means++: the advantages of careful seeding*, SODA 2007, ACM 10.5555/1283383.1283494.
//! P. S. Efraimidis, P. G. Spirakis, *Weighted random sampling with a reservoir*, Inf. Process. Lett. 97, 2006,
//! DOI 10.1016/j.ipl.2005.11.003.

use pulp::{Arch, NullaryFnOnce};

use super::Coordinate;
use super::rows::Rows;
use super::shortlist::{Candidate, Place, shortlist, smallest};
use crate::context::Context;
use crate::device::Race;
use crate::error::{Error, ErrorKind, Result};
use crate::local::Distances;
use crate::math::{Elementary, cast};
use crate::random::{self, Distribution, OpenUniform, Seed, Uniform};

/// `k` different rows, each as likely as any other: those with the smallest of the numbers that are drawn for all.
///
/// **Collective.** One all-reduce of `k` rows.
#[track_caller]
pub(super) fn random<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, k: usize, seed: u64) -> Result<Vec<T>> {
    let mut keys = cx.pool().take::<f64>(rows.len());
    draw(rows, Uniform, Seed::new(seed), 0, &mut keys);
    let chosen = shortlist(cx, rows, smallest(cx, rows, &keys, k), k)?;
    Ok(chosen.iter().flat_map(row_of::<T>).collect())
}

/// `k` rows by k-means++.
///
/// **Collective.** One all-reduce of a row for each.
#[track_caller]
pub(super) fn plus_plus<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, k: usize, seed: u64) -> Result<Vec<T>> {
    let mut distances = rows.here.distances();
    let mut centers: Vec<T> = Vec::with_capacity(k * rows.columns);
    for pick in 0..k {
        let race = Race { seed: Seed::new(seed).stream(pick as u64), indices: rows.indices };
        let own = first_to_arrive(rows, &race, &centers, &mut distances);
        let Some(first) = shortlist(cx, rows, own, 1)?.into_iter().next() else {
            let message = format!("x has {pick} rows that are not the same, too few for {k} clusters");
            return Err(Error::new(ErrorKind::Argument, message));
        };
        centers.extend(row_of::<T>(&first));
    }
    Ok(centers)
}

/// Rows that a task looks at together.
const TOGETHER: usize = 1024;

/// The first row to arrive of each task's, once the distances were lowered to those from the last centre. Rows whose distance is
/// zero never do; before there is a centre, every row is as likely as any other.
fn first_to_arrive<T: Coordinate>(
    rows: &Rows<'_, T>,
    race: &Race,
    centers: &[T],
    distances: &mut Distances<T>,
) -> Vec<Place> {
    let never = Place { key: f64::INFINITY, position: usize::MAX };
    let found = rows.here.approach(centers, race, distances, &never, |first, position, distances| {
        let mut uniform = [0.0; TOGETHER];
        for (position, distances) in (position..).step_by(TOGETHER).zip(distances.chunks(TOGETHER)) {
            let uniform = &mut uniform[..distances.len()];
            draw(rows, OpenUniform, race.seed, position, uniform);
            Arch::new().dispatch(Arrive { uniform, distances, position, first });
        }
    });
    found.into_iter().filter(|first| first.key < f64::INFINITY).collect()
}

/// Rows that arrive, from a position on.
struct Arrive<'a, T> {
    uniform: &'a [f64],
    distances: &'a [T],
    position: usize,
    first: &'a mut Place,
}

impl<T: Coordinate> NullaryFnOnce for Arrive<'_, T> {
    type Output = ();

    /// As -ln u ≥ 1 - u, few rows can be first, and only they need a logarithm. Its error, and that of the quotient, are far below
    /// the [`SLACK`].
    #[inline(always)]
    fn call(self) {
        const LANES: usize = 32;
        const SLACK: f64 = 1.0 + 1e-12;
        let mut position = self.position;
        for (uniform, distances) in self.uniform.chunks(LANES).zip(self.distances.chunks(LANES)) {
            let limit = self.first.key * SLACK;
            let late = |(&u, &distance): (&f64, &T)| 1.0 - u > cast::<T, f64>(distance) * limit;
            if !uniform.iter().zip(distances).fold(true, |all, row| all & late(row)) {
                for (place, (&u, &distance)) in uniform.iter().zip(distances).enumerate() {
                    let key = arrival(u, cast(distance));
                    if key < self.first.key {
                        *self.first = Place { key, position: position + place };
                    }
                }
            }
            position += uniform.len();
        }
    }
}

/// The time at which a row arrives; never, when its distance is zero.
#[inline(always)]
fn arrival(uniform: f64, distance: f64) -> f64 {
    let time = (-<f64 as Elementary>::log(uniform) / distance).min(f64::MAX);
    if distance > 0.0 { time } else { f64::INFINITY }
}

/// The random numbers of the rows from position `first` on.
fn draw<T: Coordinate>(
    rows: &Rows<'_, T>,
    distribution: impl Distribution<f64>,
    seed: Seed,
    first: usize,
    mut into: &mut [f64],
) {
    for run in rows.runs(first..first + into.len()) {
        let (here, rest) = into.split_at_mut(run.len());
        random::fill(distribution, seed, run.start as u64, here);
        into = rest;
    }
}

/// The row in its own type, which it came from.
fn row_of<T: Coordinate>(candidate: &Candidate) -> impl Iterator<Item = T> {
    candidate.row.iter().map(|&value| cast(value))
}
