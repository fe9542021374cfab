//! The centres to begin with.
//!
//! k-means++ draws each further centre among the rows with probability proportional to the squared distance from the
//! nearest one so far. Here it is drawn by an *exponential race*: row i arrives at the time -ln(uᵢ) / dᵢ, and the first to
//! arrive is taken. It is first with just that probability, and no rank needs a running sum over the others' rows,
//! whose rounding would depend on the number of ranks. uᵢ is a function of the seed, the number of the draw and the row's number in the
//! array, so the same row wins on any ranks and layout.
//!
//! # References
//! D. Arthur, S. Vassilvitskii, *k-means++: the advantages of careful seeding*, SODA 2007, ACM 10.5555/1283383.1283494.
//! P. S. Efraimidis, P. G. Spirakis, *Weighted random sampling with a reservoir*, Inf. Process. Lett. 97, 2006,
//! DOI 10.1016/j.ipl.2005.11.003.

use pulp::{Arch, NullaryFnOnce};

use super::Coordinate;
use super::distance;
use super::rows::Rows;
use super::shortlist::{Candidate, shortlist};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::math::{Elementary, cast};
use crate::random::{self, Distribution, OpenUniform, Seed, Uniform};

/// `k` different rows, each as likely as any other: those with the smallest of the numbers that are drawn for all.
///
/// **Collective.** One all-reduce of `k` rows.
#[track_caller]
pub(super) fn random<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, k: usize, seed: u64) -> Result<Vec<T>> {
    let mut keys = cx.pool().take::<f64>(rows.len());
    draw(rows, Uniform, Seed::new(seed), 0, &mut keys);
    let chosen = shortlist(cx, rows, &keys, k)?;
    Ok(chosen.iter().flat_map(row_of::<T>).collect())
}

/// `k` rows by k-means++.
///
/// **Collective.** One all-reduce of a row for each.
#[track_caller]
pub(super) fn plus_plus<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, k: usize, seed: u64) -> Result<Vec<T>> {
    let pool = cx.pool();
    let (mut times, mut distances) = (pool.take::<f64>(rows.len()), pool.take::<T>(rows.len()));
    // Before there is a centre, every row is as likely as any other.
    distances.fill(T::ONE);
    let mut centers = Vec::with_capacity(k * rows.columns);
    for pick in 0..k {
        arrive(cx, rows, Seed::new(seed).stream(pick as u64), &distances, &mut times);
        let first = shortlist(cx, rows, &times, 1)?.into_iter().next().filter(|first| first.key < f64::INFINITY);
        let Some(first) = first else {
            let message = format!("x has {pick} rows that are not the same, too few for {k} clusters");
            return Err(Error::new(ErrorKind::Argument, message));
        };
        let center: Vec<T> = row_of(&first).collect();
        if pick == 0 {
            distances.fill(T::INFINITY);
        }
        approach(cx, rows, &center, &mut distances);
        centers.extend(center);
    }
    Ok(centers)
}

/// The time at which each row arrives; never, where its distance is zero.
fn arrive<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, seed: Seed, distances: &[T], times: &mut [f64]) {
    let share = rows.share;
    let shares: Vec<_> = times.chunks_mut(share).zip(distances.chunks(share)).enumerate().collect();
    cx.cpu().each(shares, |(number, (times, distances))| {
        draw(rows, OpenUniform, seed, number * share, times);
        Arch::new().dispatch(Arrive { times, distances });
    });
}

/// From uniform numbers to times.
struct Arrive<'a, T> {
    times: &'a mut [f64],
    distances: &'a [T],
}

impl<T: Coordinate> NullaryFnOnce for Arrive<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (time, &distance) in self.times.iter_mut().zip(self.distances) {
            let distance: f64 = cast(distance);
            let arrival = (-<f64 as Elementary>::log(*time) / distance).min(f64::MAX);
            *time = if distance > 0.0 { arrival } else { f64::INFINITY };
        }
    }
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

/// Lower each row's distance to that from `center`, if it is less.
fn approach<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, center: &[T], distances: &mut [T]) {
    let share = rows.share;
    let shares: Vec<_> = rows.values.chunks(share * rows.columns).zip(distances.chunks_mut(share)).collect();
    cx.cpu().each(shares, |(values, distances)| distance::approach(values, center, distances));
}

/// The row in its own type, which it came from.
fn row_of<T: Coordinate>(candidate: &Candidate) -> impl Iterator<Item = T> {
    candidate.row.iter().map(|&value| cast(value))
}
