//! Walks over the grid down to runs, and the runs themselves.

use super::turn::{self, Turn};
use super::{Grid, Step};
use crate::dtype::Element;
use crate::memory::cache;

/// Rows and columns of a tile: 32 lines of each side fit the nearest cache.
const TILE: usize = 32;

/// Runs of at least so many bytes need no tiles: they use the lines that they touch.
const LONG: usize = 256;

/// Copies the elements of `grid`, on the calling thread.
pub(super) fn copy<T: Element>(grid: &Grid, source: &[T], destination: &mut [T], past_caches: bool) {
    if grid.len() == 0 {
        return;
    }
    walk(grid, source, destination, past_caches);
    if past_caches {
        cache::settle();
    }
}

fn walk<T: Element>(grid: &Grid, source: &[T], destination: &mut [T], past_caches: bool) {
    let (run, steps) = match grid.steps.split_last() {
        Some((Step { extent, from: 1, into: 1 }, steps)) => (*extent, steps),
        _ => (1, grid.steps.as_slice()),
    };
    let Some((&down, outer)) = steps.split_last() else {
        return long(&source[grid.from..grid.from + run], &mut destination[grid.into..grid.into + run], past_caches);
    };
    let at = [grid.from, grid.into];
    let Some(nearest) = across(outer, down).filter(|_| run * size_of::<T>() < LONG) else {
        return visit(outer, at, &mut |at| row(source, destination, at, down, run, past_caches));
    };
    let mut outer: smallvec::SmallVec<[Step; 6]> = outer.into();
    let across = outer.remove(nearest);
    let turn = Turn { across, down, run };
    if turn::fits::<T>(turn) {
        return visit(&outer, at, &mut |at| turn::copy(source, destination, at, turn, past_caches));
    }
    visit(&outer, at, &mut |at| tiles(source, destination, at, turn));
}

/// The axis along which the source's neighbours are nearest, if they are nearer than along `down`.
fn across(outer: &[Step], down: Step) -> Option<usize> {
    let steps = outer.iter().enumerate().filter(|(_, step)| step.from != 0);
    let (nearest, step) = steps.min_by_key(|(_, step)| step.from.unsigned_abs())?;
    (step.from.unsigned_abs() < down.from.unsigned_abs()).then_some(nearest)
}

/// Calls `visit` with the beginnings of both sides for every place of these axes.
fn visit(steps: &[Step], at: [usize; 2], work: &mut impl FnMut([usize; 2])) {
    let Some((step, faster)) = steps.split_first() else { return work(at) };
    for k in 0..step.extent as isize {
        visit(faster, place(at, k, *step), work);
    }
}

fn place(at: [usize; 2], k: isize, step: Step) -> [usize; 2] {
    [at[0].wrapping_add_signed(k * step.from), at[1].wrapping_add_signed(k * step.into)]
}

/// Runs along one axis.
#[inline]
fn row<T: Element>(source: &[T], destination: &mut [T], at: [usize; 2], step: Step, run: usize, past_caches: bool) {
    match run {
        1 => elements(source, destination, at, step),
        2 => short::<T, 2>(source, destination, at, step),
        3 => short::<T, 3>(source, destination, at, step),
        4 => short::<T, 4>(source, destination, at, step),
        5 => short::<T, 5>(source, destination, at, step),
        6 => short::<T, 6>(source, destination, at, step),
        7 => short::<T, 7>(source, destination, at, step),
        8 => short::<T, 8>(source, destination, at, step),
        _ => {
            for k in 0..step.extent as isize {
                let [from, into] = place(at, k, step);
                long(&source[from..from + run], &mut destination[into..into + run], past_caches);
            }
        }
    }
}

/// A run of many elements.
#[inline]
fn long<T: Element>(from: &[T], into: &mut [T], past_caches: bool) {
    if past_caches && size_of_val(into) >= LONG { cache::stream_lines(from, into) } else { into.copy_from_slice(from) }
}

/// Runs of a length that the compiler knows: a call for each would take longer than the copy.
fn short<T: Element, const RUN: usize>(source: &[T], destination: &mut [T], at: [usize; 2], step: Step) {
    for k in 0..step.extent as isize {
        let [from, into] = place(at, k, step);
        let run: &[T; RUN] = source[from..].first_chunk().expect("a run lies in its block");
        *destination[into..].first_chunk_mut().expect("a run lies in its block") = *run;
    }
}

/// Single elements along one axis.
fn elements<T: Element>(source: &[T], destination: &mut [T], [from, into]: [usize; 2], step: Step) {
    let Step { extent, from: stride, into: apart } = step;
    let to = destination[into..].iter_mut().step_by(apart as usize).take(extent);
    match stride {
        0 if apart == 1 => destination[into..into + extent].fill(source[from]),
        0 => to.for_each(|to| *to = source[from]),
        1 => to.zip(&source[from..from + extent]).for_each(|(to, &from)| *to = from),
        -1 if apart == 1 => {
            let back = source[from + 1 - extent..=from].iter().rev();
            destination[into..into + extent].iter_mut().zip(back).for_each(|(to, &from)| *to = from);
        }
        2 if apart == 1 && from + 2 * extent <= source.len() => {
            let pairs = source[from..].as_chunks::<2>().0;
            destination[into..into + extent].iter_mut().zip(pairs).for_each(|(to, pair)| *to = pair[0]);
        }
        2.. if apart == 1 => {
            let from = source[from..].iter().step_by(stride as usize);
            destination[into..into + extent].iter_mut().zip(from).for_each(|(to, &from)| *to = from);
        }
        2.. => to.zip(source[from..].iter().step_by(stride as usize)).for_each(|(to, &from)| *to = from),
        _ => {
            let back = source[..=from].iter().rev().step_by(stride.unsigned_abs());
            to.zip(back).for_each(|(to, &from)| *to = from);
        }
    }
}

/// Runs along two axes, tile by tile, so that every line of either side is used while it is near. The inner loop is the longer one.
fn tiles<T: Element>(source: &[T], destination: &mut [T], at: [usize; 2], turn: Turn) {
    let Turn { across, down, run } = turn;
    let (fast, slow) = if down.extent < across.extent.min(TILE) { (across, down) } else { (down, across) };
    let long = TILE * TILE / slow.extent.min(TILE);
    for left in (0..fast.extent).step_by(long) {
        let (at, part) = (place(at, left as isize, fast), Step { extent: long.min(fast.extent - left), ..fast });
        for top in (0..slow.extent).step_by(TILE) {
            for k in top..slow.extent.min(top + TILE) {
                row(source, destination, place(at, k as isize, slow), part, run, false);
            }
        }
    }
}
