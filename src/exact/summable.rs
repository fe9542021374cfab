//! One interface to the sums of every arithmetic type.

use num_complex::Complex;

use super::accumulator::Accumulator;
use super::kernel::{NARROW, Narrow, WIDE, Wide};
use super::strip::Rows;
use super::terms::Plain;
use super::{columns, products, runs};
use crate::dtype::{Floating, Numeric};
use crate::error::LocalError;

/// A running sum: commutative to merge, and the same bytes for the same sum.
pub trait State: Clone + Default + Send + Sync + 'static {
    /// Adds what `other` has added.
    ///
    /// **Local.** Class: Reproducible.
    fn merge(&mut self, other: &Self);

    /// Appends this state to `bytes`; equal sums have equal bytes.
    ///
    /// **Local.** Class: Reproducible.
    fn write(&self, bytes: &mut Vec<u8>);

    /// Takes a state off the front of `bytes`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the bytes end too soon or are not what [`write`](State::write) writes.
    fn read(bytes: &mut &[u8]) -> Result<Self, LocalError>;
}

/// Elements whose sums do not depend on their order: exact for floats and complex numbers, modulo 2^64 for integers.
pub trait Summable: Numeric {
    /// What a sum is while it is being added up.
    type State: State;

    /// Adds every value of a slice.
    ///
    /// **Local.** Class: Reproducible.
    fn add_slice(state: &mut Self::State, values: &[Self]);

    /// Adds each row of a row-major block to the states of its columns, one state per column.
    ///
    /// **Local.** Class: Reproducible.
    ///
    /// # Panics
    /// When `rows` does not hold whole rows.
    fn add_rows(states: &mut [Self::State], rows: &[Self]) {
        Self::add_strided_rows(states, rows, states.len());
    }

    /// As [`add_rows`](Self::add_rows), where each row begins `stride` elements after the one before it, and `rows` ends with the last one.
    ///
    /// **Local.** Class: Reproducible.
    ///
    /// # Panics
    /// When `rows` does not hold whole rows.
    fn add_strided_rows(states: &mut [Self::State], rows: &[Self], stride: usize);

    /// The sum of each run of `len` values, one after the other.
    ///
    /// **Local.** Class: Reproducible.
    fn sum_runs(sums: &mut [Self::Sum], values: &[Self], len: usize) {
        for (sum, run) in sums.iter_mut().zip(values.chunks_exact(len)) {
            let mut state = Self::State::default();
            Self::add_slice(&mut state, run);
            *sum = Self::finish(&state);
        }
    }

    /// The sum of each column of rows, each of which begins `stride` elements after the one before it; `rows` ends with the last one.
    ///
    /// **Local.** Class: Reproducible.
    ///
    /// # Panics
    /// When `rows` does not hold whole rows.
    fn sum_rows(sums: &mut [Self::Sum], rows: &[Self], stride: usize) {
        let mut states = vec![Self::State::default(); sums.len()];
        Self::add_strided_rows(&mut states, rows, stride);
        for (sum, state) in sums.iter_mut().zip(&states) {
            *sum = Self::finish(state);
        }
    }

    /// Adds the products of the elements of two slices of equal length, exactly.
    ///
    /// **Local.** Class: Reproducible. Nothing is conjugated.
    ///
    /// # Panics
    /// When the lengths differ.
    fn add_products(state: &mut Self::State, left: &[Self], right: &[Self]);

    /// The sum.
    ///
    /// **Local.** Class: Reproducible. Rounded once to the nearest value, ties to even.
    fn finish(state: &Self::State) -> Self::Sum;
}

/// Floats, whose means are rounded once.
pub trait Averageable: Summable + Floating {
    /// The sum divided by `count`; NaN when `count` is 0.
    ///
    /// **Local.** Class: Reproducible. Rounded once to the nearest value, also where the sum is out of range.
    fn mean(state: &Self::State, count: u64) -> Self;

    /// The mean of each run of `len` values, one after the other.
    ///
    /// **Local.** Class: Reproducible. Rounded once.
    fn mean_runs(means: &mut [Self], values: &[Self], len: usize);

    /// The mean of each column of rows, each of which begins `stride` elements after the one before it; `rows` ends with the last one.
    ///
    /// **Local.** Class: Reproducible. Rounded once.
    ///
    /// # Panics
    /// When `rows` does not hold whole rows.
    fn mean_rows(means: &mut [Self], rows: &[Self], stride: usize);
}

impl State for Accumulator {
    fn merge(&mut self, other: &Self) {
        self.merge(other);
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        self.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, LocalError> {
        Self::read(bytes)
    }
}

/// The real and the imaginary part.
impl State for [Accumulator; 2] {
    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.iter_mut().zip(other) {
            mine.merge(theirs);
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        for part in self {
            part.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, LocalError> {
        Ok([Accumulator::read(bytes)?, Accumulator::read(bytes)?])
    }
}

/// An integer sum modulo 2^64; of signed integers in two's complement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrapping(u64);

impl State for Wrapping {
    fn merge(&mut self, other: &Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.to_le_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, LocalError> {
        let (sum, rest) = bytes.split_first_chunk().ok_or_else(|| LocalError::new("an integer sum takes 8 bytes"))?;
        *bytes = rest;
        Ok(Self(u64::from_le_bytes(*sum)))
    }
}

/// The table of integer types and of what they are sign-extended to.
macro_rules! integers {
    ($($rust:ty => $wide:ty;)*) => {$(
        impl Summable for $rust {
            type State = Wrapping;

            fn add_slice(state: &mut Wrapping, values: &[Self]) {
                state.0 = values.iter().fold(state.0, |sum, &value| sum.wrapping_add(<$wide>::from(value) as u64));
            }

            fn add_strided_rows(states: &mut [Wrapping], rows: &[Self], stride: usize) {
                for row in Rows::new(rows, states.len(), stride).iter() {
                    for (state, &value) in states.iter_mut().zip(row) {
                        state.0 = state.0.wrapping_add(<$wide>::from(value) as u64);
                    }
                }
            }

            fn add_products(state: &mut Wrapping, left: &[Self], right: &[Self]) {
                assert_eq!(left.len(), right.len(), "factors of products come in pairs");
                let products = left.iter().zip(right).map(|(&x, &y)| <$wide>::from(x).wrapping_mul(<$wide>::from(y)) as u64);
                state.0 = products.fold(state.0, u64::wrapping_add);
            }

            fn finish(state: &Wrapping) -> Self::Sum {
                state.0 as $wide
            }
        }
    )*};
}
integers! {
    u8 => u64;
    i32 => i64;
    i64 => i64;
    u64 => u64;
}

/// The table of real types: their kernels and how they round.
macro_rules! reals {
    ($($rust:ty: $add_slice:ident, $kernel:ty, $lanes:ident, $add_products:ident, $round:ident, $mean:ident;)*) => {$(
        impl Summable for $rust {
            type State = Accumulator;

            fn add_slice(state: &mut Accumulator, values: &[Self]) {
                state.$add_slice(values);
            }

            fn add_strided_rows(states: &mut [Accumulator], rows: &[Self], stride: usize) {
                let rows = Rows::new(rows, states.len(), stride);
                match states {
                    [] => {}
                    [state] if rows.stride == 1 => state.$add_slice(rows.values),
                    states => columns::add_rows(states, &rows),
                }
            }

            fn sum_runs(sums: &mut [Self], values: &[Self], len: usize) {
                runs::sum_runs::<_, $kernel, $lanes>(Plain(values), len, |run, total| sums[run] = total.$round());
            }

            fn sum_rows(sums: &mut [Self], rows: &[Self], stride: usize) {
                let rows = Rows::new(rows, sums.len(), stride);
                columns::sum_rows(&rows, |column, total| sums[column] = total.$round());
            }

            fn add_products(state: &mut Accumulator, left: &[Self], right: &[Self]) {
                state.$add_products(left, right);
            }

            fn finish(state: &Accumulator) -> Self {
                state.$round()
            }
        }

        impl Averageable for $rust {
            fn mean(state: &Accumulator, count: u64) -> Self {
                state.$mean(count)
            }

            fn mean_runs(means: &mut [Self], values: &[Self], len: usize) {
                let count = len as u64;
                runs::sum_runs::<_, $kernel, $lanes>(Plain(values), len, |run, total| means[run] = total.$mean(count));
            }

            fn mean_rows(means: &mut [Self], rows: &[Self], stride: usize) {
                let rows = Rows::new(rows, means.len(), stride);
                let count = rows.len() as u64;
                columns::sum_rows(&rows, |column, total| means[column] = total.$mean(count));
            }
        }

        /// A complex sum is the sum of two columns, the real parts and the imaginary ones.
        impl Summable for Complex<$rust> {
            type State = [Accumulator; 2];

            fn add_slice(state: &mut Self::State, values: &[Self]) {
                columns::add_rows::<$rust>(state, &Rows::new(bytemuck::cast_slice(values), 2, 2));
            }

            fn add_strided_rows(states: &mut [Self::State], rows: &[Self], stride: usize) {
                let rows = Rows::new(bytemuck::cast_slice(rows), 2 * states.len(), 2 * stride);
                columns::add_rows::<$rust>(states.as_flattened_mut(), &rows);
            }

            fn sum_rows(sums: &mut [Self], rows: &[Self], stride: usize) {
                <$rust>::sum_rows(bytemuck::cast_slice_mut(sums), bytemuck::cast_slice(rows), 2 * stride);
            }

            fn add_products(state: &mut Self::State, left: &[Self], right: &[Self]) {
                products::add_complex(state, left, right, Accumulator::$add_products);
            }

            fn finish([real, imaginary]: &Self::State) -> Self {
                Self::new(real.$round(), imaginary.$round())
            }
        }

        impl Averageable for Complex<$rust> {
            fn mean([real, imaginary]: &Self::State, count: u64) -> Self {
                Self::new(real.$mean(count), imaginary.$mean(count))
            }

            fn mean_runs(means: &mut [Self], values: &[Self], len: usize) {
                for (mean, run) in means.iter_mut().zip(values.chunks_exact(len)) {
                    let mut state = Self::State::default();
                    Self::add_slice(&mut state, run);
                    *mean = Self::mean(&state, len as u64);
                }
            }

            fn mean_rows(means: &mut [Self], rows: &[Self], stride: usize) {
                <$rust>::mean_rows(bytemuck::cast_slice_mut(means), bytemuck::cast_slice(rows), 2 * stride);
            }
        }
    )*};
}
reals! {
    f32: add_slice_f32, Narrow, NARROW, add_products_f32, round_f32, mean_f32;
    f64: add_slice, Wide, WIDE, add_products, round_f64, mean_f64;
}
