//! The most arithmetic that the cores do: multiply-adds on registers, with nothing to load.

use std::hint::black_box;

use isotherm::Cpu;
use isotherm::prelude::*;
use pulp::{Arch, Simd, WithSimd};

use crate::timing::timed;

/// Chains that do not wait for each other: more than the latency of a multiply-add times the number of units, and with two
/// constants they fit the 16 registers of AVX2.
const CHAINS: usize = 12;
const ROUNDS: usize = 15;

/// Operations per second of all ranks together, in GFLOP/s; `T` is `f32` or `f64`.
pub(crate) fn gflops<T: Fused>(cx: &Context, cpu: &Cpu, quick: bool) -> Result<f64> {
    let steps = if quick { 1_000 } else { 4_000_000 };
    let mut least = f64::INFINITY;
    let mut flops = 0.0;
    for _ in 0..ROUNDS {
        let seconds = timed(cx, &mut || {
            let done = cpu.each((0..cpu.threads()).collect(), |_| Arch::new().dispatch(Chains::<T>(steps, [])));
            flops = done.into_iter().sum();
            Ok(())
        })?;
        least = least.min(seconds);
    }
    let all = cx.comm().all_reduce(&[flops], |a, b| a + b)?;
    Ok(all[0] / least * 1e-9)
}

/// Dtypes with a vector multiply-add.
pub(crate) trait Fused: Element {
    type Vector<S: Simd>: Copy;
    fn splat<S: Simd>(simd: S, value: f64) -> Self::Vector<S>;
    fn fused<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
}

impl Fused for f64 {
    type Vector<S: Simd> = S::f64s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: f64) -> S::f64s {
        simd.splat_f64s(value)
    }

    #[inline(always)]
    fn fused<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        simd.mul_add_f64s(a, b, c)
    }
}

impl Fused for f32 {
    type Vector<S: Simd> = S::f32s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: f64) -> S::f32s {
        simd.splat_f32s(value as f32)
    }

    #[inline(always)]
    fn fused<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        simd.mul_add_f32s(a, b, c)
    }
}

/// So many steps of all chains; gives the number of operations.
struct Chains<T>(usize, [T; 0]);

impl<T: Fused> WithSimd for Chains<T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (factor, term) = (T::splat(simd, black_box(0.999)), T::splat(simd, black_box(0.001)));
        let mut chains = [T::splat(simd, black_box(0.5)); CHAINS];
        for _ in 0..self.0 {
            for chain in &mut chains {
                *chain = T::fused(simd, *chain, factor, term);
            }
        }
        black_box(chains);
        let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
        2.0 * (self.0 * CHAINS * lanes) as f64
    }
}
