//! The rules of least and greatest elements, and of where they are.
//!
//! The fast loops compare, and report whether there was a NaN; what was none is found all the same. Only where there was one it is looked
//! for, and only where the least or greatest is a zero, which of the two.

mod arg;
mod columns;
mod extreme;
mod group;
mod key;
mod order;
mod runs;

use crate::device::cpu::extremes::columns::Columns;
use crate::device::cpu::extremes::runs::BATCH;
use crate::device::cpu::fold::Folding;
use crate::device::cpu::tape::STRIP;
use crate::dtype::Element;

pub(super) use arg::Arg;
pub(super) use extreme::Extreme;
pub(super) use order::Ordered;

/// A long run is seen in pieces of so many elements, few enough for the first cache.
const PIECE: usize = 4096;
/// So many pieces are seen in one go.
const PIECES: usize = 16;
/// Fewer elements are seen one by one.
const FEW: usize = 64;

/// A narrow row is as many rows as make this many columns: a whole [`Group`](group::Group) for all instruction sets.
const NARROW: usize = 128;
/// After about so many elements, or so many rows if that is more, it is seen whether there was a NaN.
const SLAB: [usize; 2] = [1 << 15, 64];
/// Rows of one [`Columns`]: their numbers fit into places.
const ROWS: usize = 1 << 30;

/// Show `see(column, value, row)` each column's best value, its first NaN at least, and for narrow rows a few more.
fn see_columns<T: Ordered>(
    (greatest, placed): (bool, bool),
    columns: usize,
    values: &[T],
    stride: usize,
    mut see: impl FnMut(usize, T, u64),
) {
    for (number, values) in values.chunks(ROWS.saturating_mul(stride)).enumerate() {
        let mut see = |column, value, row: usize| see(column, value, (number * ROWS + row) as u64);
        let rows = (values.len() - columns) / stride + 1;
        let times = if columns == stride && columns < NARROW { NARROW.div_ceil(columns).min(rows) } else { 1 };
        let (width, stride, whole) = (times * columns, times * stride, rows / times);
        let keys = T::keys(values);
        let mut seen = Columns::<T::Key>::new(greatest, placed, width);
        let step = (SLAB[0] / width).max(SLAB[1]);
        for slab in (0..whole).step_by(step).map(|start| start..whole.min(start + step)) {
            if !seen.see(keys, stride, slab.clone()) {
                for (row, time) in slab.clone().flat_map(|row| (0..times).map(move |time| (row, time))) {
                    let row_values = values[row * stride + time * columns..][..columns].iter().enumerate();
                    let nans = row_values.filter(|(_, value)| value.is_nan());
                    nans.for_each(|(column, &value)| see(column, value, row * times + time));
                }
            }
            if !placed {
                seen.prefer_zero(keys, stride, slab);
            }
        }
        for (time, best) in seen.best.chunks(columns).enumerate() {
            for (column, &key) in best.iter().enumerate() {
                see(column, T::of(key), seen.place(time * columns + column) * times + time);
            }
        }
        if times > 1 {
            let rest = values[whole * width..].chunks(columns).enumerate();
            rest.for_each(|(row, values)| {
                values.iter().enumerate().for_each(|(column, &value)| see(column, value, whole * times + row));
            });
        }
    }
}

/// The results of runs, a batch at a time.
fn finish_runs<T: Element, R: Folding<T>>(rule: R, values: &[T], len: usize, results: &mut [R::Output]) {
    let mut states = vec![rule.start(); BATCH.min(results.len())];
    for (results, values) in results.chunks_mut(BATCH).zip(values.chunks(BATCH * len)) {
        states.fill(rule.start());
        rule.runs(&mut states[..results.len()], values, len);
        results.iter_mut().zip(&states).for_each(|(result, state)| *result = rule.finish(state, len as u64));
    }
}

/// The results of columns, a strip at a time: its rows should be worth the way from one to the next, and its states stay close by.
fn finish_rows<T: Element, R: Folding<T>>(rule: R, values: &[T], stride: usize, results: &mut [R::Output]) {
    let columns = results.len();
    let mut states = vec![rule.start(); STRIP.min(columns)];
    for (start, results) in (0..).step_by(STRIP).zip(results.chunks_mut(STRIP)) {
        let states = &mut states[..results.len()];
        states.fill(rule.start());
        rule.rows(states, &values[start..values.len() - (columns - start - results.len())], stride, 0);
        results.iter_mut().zip(states).for_each(|(result, state)| *result = rule.finish(state, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows, columns, and elements from one row to the next.
    const SHAPES: [[usize; 3]; 10] = [
        [1, 1, 1],
        [5, 3, 3],
        [700, 3, 3],
        [700, 3, 5],
        [130, 31, 40],
        [9, 64, 64],
        [301, 129, 129],
        [70, 513, 600],
        [3, 4100, 4100],
        [2, 70_000, 70_000],
    ];

    /// The states as bytes after what `see` shows them.
    fn seen<T: Element, R: Folding<T>>(rule: R, states: usize, see: impl FnOnce(&mut [R::State])) -> Vec<u8> {
        let mut states = vec![rule.start(); states];
        see(&mut states);
        let mut bytes = Vec::new();
        for state in &states {
            rule.write(state, &mut bytes);
        }
        bytes
    }

    /// Whether all ways to show a rule many elements come to the same as to show one by one.
    fn agrees<T: Ordered, R: Folding<T>>(rule: R, element: &impl Fn(usize) -> T) {
        for [rows, columns, stride] in SHAPES {
            let values: Vec<T> = (0..(rows - 1) * stride + columns).map(element).collect();
            let one = |state: &mut R::State, at: usize, place: usize| rule.row(state, &values[at..=at], place as u64);
            let of_columns = seen(rule, columns, |states| rule.rows(states, &values, stride, 3));
            let slowly = seen(rule, columns, |states| {
                let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
                cells.for_each(|(row, column)| one(&mut states[column], row * stride + column, 3 + row));
            });
            assert!(of_columns == slowly, "columns of {rows} x {columns}, {stride} apart, of {}", T::DTYPE);
            assert!(
                finishes(rule, &values, [rows, columns, stride]),
                "{columns} results of {} rows of {}",
                rows,
                T::DTYPE
            );
            let of_row = seen(rule, 1, |states| rule.row(&mut states[0], &values, 3));
            let slowly = seen(rule, 1, |states| (0..values.len()).for_each(|at| one(&mut states[0], at, 3 + at)));
            assert!(of_row == slowly, "a row of {} {}", values.len(), T::DTYPE);
            if columns == stride {
                let of_runs = seen(rule, rows, |states| rule.runs(states, &values, columns));
                let slowly = seen(rule, rows, |states| {
                    (0..values.len()).for_each(|at| one(&mut states[at / columns], at, at % columns));
                });
                assert!(of_runs == slowly, "{rows} runs of {columns} {}", T::DTYPE);
            }
        }
    }

    /// Whether results without states are those with them.
    fn finishes<T: Ordered, R: Folding<T>>(rule: R, values: &[T], [rows, columns, stride]: [usize; 3]) -> bool {
        let finished = |states: &[R::State]| states.iter().map(|state| rule.finish(state, 1)).collect::<Vec<_>>();
        let (mut states, mut results) = (vec![rule.start(); columns], vec![R::Output::default(); columns]);
        rule.rows(&mut states, values, stride, 0);
        rule.finish_rows(values, stride, &mut results);
        let same = bytemuck::cast_slice::<_, u8>(&results) == bytemuck::cast_slice::<_, u8>(&finished(&states));
        let (mut states, mut results) = (vec![rule.start(); rows], vec![R::Output::default(); rows]);
        rule.runs(&mut states, &values[..rows * columns], columns);
        rule.finish_runs(&values[..rows * columns], columns, &mut results);
        same && bytemuck::cast_slice::<_, u8>(&results) == bytemuck::cast_slice::<_, u8>(&finished(&states))
    }

    fn all_agree<T: Ordered>(element: impl Fn(usize) -> T) {
        for greatest in [false, true] {
            agrees(Extreme { greatest }, &element);
            agrees(Arg { greatest }, &element);
        }
    }

    fn scattered(place: usize) -> u64 {
        (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 17
    }

    #[test]
    fn many_at_once_are_as_one_by_one() {
        all_agree(|place| scattered(place) as u8);
        all_agree(|place| scattered(place).is_multiple_of(77));
        all_agree(|place| scattered(place) as i32);
        all_agree(|place| scattered(place) as i64 - (1 << 46));
        all_agree(|place| scattered(place) << 17);
        all_agree(|place| (scattered(place) % 1000) as f32);
        all_agree(|place| scattered(place) as f64 - 7e13);
    }

    #[test]
    fn so_are_special_floats() {
        // The bits of a NaN tell which it was.
        let nan = |place| f32::from_bits(0x7fc0_0000 + place as u32 % 1000);
        all_agree(|place| if scattered(place).is_multiple_of(997) { nan(place) } else { scattered(place) as f32 });
        all_agree(nan);
        all_agree(|_| f64::INFINITY);
        all_agree(|_| f64::NEG_INFINITY);
        for other in [1.0, -1.0] {
            let zeros = [0.0, -0.0, other];
            all_agree(|place| zeros[scattered(place) as usize % 3]);
            all_agree(|place| if place == 250 { -0.0 } else { 0.0_f64.max(other) });
            all_agree(|place| if scattered(place).is_multiple_of(299) { 0.0 } else { -0.0_f32 });
        }
    }
}
