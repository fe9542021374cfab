//! The elementary functions in loops that are compiled for this processor's vectors: the same bits, and how fast.
//!
//! `cargo test --release --test math_speed -- --ignored --nocapture` prints the speeds.
#![allow(clippy::inline_always)]

use std::hint::black_box;
use std::time::Instant;

use isotherm::math::Elementary;
use pulp::{Arch, Simd, WithSimd};

/// In cache, and a multiple of every vector.
const LENGTH: usize = 65_536;

/// Compares vector code with scalar code by bits; returns millions of elements a second, the best of some passes.
macro_rules! measure {
    ($passes:expr, $float:ident, |$x:ident| $value:expr, $low:expr, $high:expr) => {{
        struct Kernel<'a>(&'a [$float], &'a mut [$float]);
        impl WithSimd for Kernel<'_> {
            type Output = ();
            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) {
                for (y, &$x) in self.1.iter_mut().zip(self.0) {
                    *y = $value;
                }
            }
        }
        let step = ($high - $low) / LENGTH as $float;
        let input: Vec<$float> = (0..LENGTH).map(|i| $low + step * i as $float).collect();
        let mut output = vec![0.0; LENGTH];
        let arch = Arch::new();
        let pass = || {
            let start = Instant::now();
            arch.dispatch(Kernel(black_box(&input), &mut output));
            black_box(&output);
            start.elapsed().as_secs_f64()
        };
        let best = std::iter::repeat_with(pass).take($passes).fold(f64::INFINITY, f64::min);
        for (&$x, y) in input.iter().zip(output) {
            let value: $float = $value;
            assert_eq!(y.to_bits(), value.to_bits(), "{} at {}", stringify!($value), $x);
        }
        LENGTH as f64 / best / 1e6
    }};
}

/// A line for each function, between two arguments.
macro_rules! measure_all {
    ($passes:expr, $float:ident: $($function:ident $low:literal $high:literal)*) => {$(
        let speed = measure!($passes, $float, |x| <$float as Elementary>::$function(x), $low, $high);
        println!("{} {:14} {speed:6.0} Melem/s", stringify!($float), stringify!($function));
    )*};
}

fn measure(passes: usize) {
    measure_all! { passes, f64:
        sqrt 0.0 9.0  exp -20.0 20.0  exp2 -20.0 20.0  expm1 -2.0 2.0
        log 0.01 100.0  log1p -0.5 5.0  log2 0.01 100.0  log10 0.01 100.0
        sin_moderate -50.0 50.0  cos_moderate -50.0 50.0  tan_moderate -50.0 50.0  sin -50.0 50.0
        asin -1.0 1.0  acos -1.0 1.0  atan -5.0 5.0  sinh -5.0 5.0  cosh -5.0 5.0  tanh -5.0 5.0
        asinh -5.0 5.0  acosh 1.0 9.0  atanh -0.9 0.9  cbrt -9.0 9.0
    }
    let speed = measure!(passes, f64, |x| <f64 as Elementary>::pow(x, 2.5), 0.01, 100.0);
    println!("f64 pow            {speed:6.0} Melem/s");
    let speed = measure!(passes, f64, |x| <f64 as Elementary>::remainder(x, 1.5), -100.0, 100.0);
    println!("f64 remainder      {speed:6.0} Melem/s");
    measure_all! { passes, f32:
        exp -20.0 20.0  exp2 -20.0 20.0  expm1 -2.0 2.0  log 0.01 100.0  log1p -0.5 5.0  log2 0.01 100.0  log10 0.01 100.0
        sin_moderate -50.0 50.0  cos_moderate -50.0 50.0  tan_moderate -50.0 50.0
        asin -1.0 1.0  acos -1.0 1.0  atan -5.0 5.0  sinh -5.0 5.0  cosh -5.0 5.0  tanh -5.0 5.0
        asinh -5.0 5.0  acosh 1.0 9.0  atanh -0.9 0.9  cbrt -9.0 9.0
    }
    let speed = measure!(passes, f32, |x| <f32 as Elementary>::pow(x, 2.5), 0.01, 100.0);
    println!("f32 pow            {speed:6.0} Melem/s");
    let speed = measure!(passes, f32, |x| <f32 as Elementary>::atan2(x, 1.5), -100.0, 100.0);
    println!("f32 atan2          {speed:6.0} Melem/s");
}

#[test]
fn vector_code_has_the_bits_of_scalar_code() {
    measure(1);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    measure(50);
}
