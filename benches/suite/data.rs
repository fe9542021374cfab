//! Random operands, and the arithmetic that plain loops need on them.

use std::ops::{Add, Mul};

use bytemuck::Pod;
use isotherm::prelude::*;
use isotherm::random::{Normal, Seed, Uniform, at};

/// Dtypes of element-wise workloads.
pub(crate) trait Number: Real + Pod + Operand<Self> + Add<Output = Self> + Mul<Output = Self> {
    /// Random numbers, dealt along axis 0: in [0, 1), or integers in [-1000, 1000).
    fn random(cx: &Context, shape: impl Into<Shape>, seed: u64) -> Result<DistArray<Self>>;
    /// The nearest number of this dtype.
    fn of(value: f64) -> Self;
    /// The nearest `f64`.
    fn double(self) -> f64;
}

impl Number for i64 {
    fn random(cx: &Context, shape: impl Into<Shape>, seed: u64) -> Result<DistArray<Self>> {
        cx.random_integers(-1000, 1000, shape, 0, seed)
    }

    fn of(value: f64) -> Self {
        value as Self
    }

    fn double(self) -> f64 {
        self as f64
    }
}

/// The same lines for both floats.
macro_rules! floats {
    ($($float:ident),*) => {$(
        impl Number for $float {
            fn random(cx: &Context, shape: impl Into<Shape>, seed: u64) -> Result<DistArray<Self>> {
                cx.random_uniform(shape, 0, seed)
            }

            fn of(value: f64) -> Self {
                value as Self
            }

            fn double(self) -> f64 {
                f64::from(self)
            }
        }

        impl Decimal for $float {
            const ULP: f64 = $float::EPSILON as f64;

            fn uniform_at(seed: u64, index: usize) -> Self {
                at(Uniform, Seed::new(seed), index as u64)
            }

            fn normal_at(seed: u64, index: usize) -> Self {
                at(Normal, Seed::new(seed), index as u64)
            }

            fn normal(
                cx: &Context,
                shape: impl Into<Shape>,
                placement: impl Into<Placement>,
                seed: u64,
            ) -> Result<DistArray<Self>> {
                cx.random_normal(shape, placement, seed)
            }
        }
    )*};
}
floats!(f32, f64);

/// Dtypes of everything else.
pub(crate) trait Decimal: Number + Float + Numeric<Sum = Self> {
    /// The distance from 1 to the next number.
    const ULP: f64;
    /// Element `index` of what [`Number::random`] draws.
    fn uniform_at(seed: u64, index: usize) -> Self;
    /// Normal numbers.
    fn normal(
        cx: &Context,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        seed: u64,
    ) -> Result<DistArray<Self>>;
    /// Element `index` of what [`Decimal::normal`] draws.
    fn normal_at(seed: u64, index: usize) -> Self;
}

/// Uniform numbers between two ends, dealt along axis 0.
pub(crate) fn uniform<T: Decimal>(
    cx: &Context,
    shape: impl Into<Shape>,
    [low, high]: [f64; 2],
    seed: u64,
) -> Result<DistArray<T>> {
    (T::random(cx, shape, seed)? * T::of(high - low) + T::of(low)).eval()
}

/// Bytes of all ranks' blocks of an array, counting each element once.
pub(crate) fn bytes<T: Element>(x: &DistArray<T>) -> usize {
    x.size() * size_of::<T>()
}
