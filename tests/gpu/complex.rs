//! Functions of complex numbers.

use isotherm::Complex;
use isotherm::expr::{Arithmetic, Functions, Logic, Parts, select};
use isotherm::prelude::*;

use crate::agreement::{Bound, Sample};
use crate::devices::{Devices, KERNELS, Operation, alone, bits, operations};
use crate::unary::{elementary, predicates};
use crate::values::{Random, Values, one, two};
use crate::world;

/// What both devices' errors come to for most functions, in units of the larger part.
fn near<T>(_: &[T]) -> Bound {
    Bound::Ulps(8.0)
}

/// Powers: each device is within 8 + 4 |w log z| of them, because the error of the logarithm is multiplied. It turns them, also past the axes
/// when they underflow to zeros with signs; where it is the whole circle, the direction is anyone's.
fn of_power<P: Float + Into<f64>>(base: Complex<P>, exponent: Complex<P>) -> Bound {
    let wide = |z: Complex<P>| Complex::new(z.re.into(), z.im.into());
    let (z, w) = (wide(base), wide(exponent));
    let power = w * z.ln();
    let single = P::DTYPE == DType::F32;
    let (greatest, circle) = if single { (f32::MAX.into(), f32::EPSILON.into()) } else { (f64::MAX, f64::EPSILON) };
    // An infinite part counts as the largest float, and may be larger.
    let beyond = (power.re - f64::ln(greatest)).max(0.0).exp();
    let ulps = 2.0 * (8.0 + 4.0 * power.norm()) * beyond;
    match z.is_finite() && w.is_finite() && z.norm() > 0.0 {
        false => Bound::Ulps(16.0),
        true if ulps < 1.0 / circle => Bound::Near(ulps, 0.0),
        true => Bound::Any,
    }
}

fn unary<P: Float + Sample + Into<f64> + std::ops::Add<Output = P>>(devices: &Devices) -> Result<()>
where
    Complex<P>: Floating<Part = P> + Values,
{
    let columns = one::<Complex<P>>(20_000);
    let parts: Vec<Operation<Complex<P>, P>> = operations! {
        "real": |a| a[0].real(), bits;
        "imag": |a| a[0].imag(), bits;
        "abs": |a| a[0].magnitude(), |_| Bound::Ulps(2.0);
    };
    devices.compare(&columns, &parts)?;
    devices.compare(&columns, &predicates())?;
    let own: Vec<Operation<Complex<P>, Complex<P>>> = operations! {
        "negative": |a| -&a[0], bits;
        "conj": |a| a[0].conj(), bits;
        "square": |a| a[0].square(), near;
        "sign": |a| a[0].sign(), near;
        "sqrt": |a| a[0].sqrt(), near;
        "reciprocal": |a| a[0].reciprocal(), near;
        "exp2": |a| a[0].exp2(), |z| of_power(Complex::new(P::ONE + P::ONE, P::ZERO), z[0]);
    };
    devices.compare(&columns, &own)?;
    devices.compare(&columns, &elementary(near))
}

fn binary<P: Float + Into<f64>>(devices: &Devices) -> Result<()>
where
    Complex<P>: Floating + Values,
{
    let columns = two::<Complex<P>>(20_000);
    let own: Vec<Operation<Complex<P>, Complex<P>>> = operations! {
        "add": |a| &a[0] + &a[1], bits;
        "subtract": |a| &a[0] - &a[1], bits;
        "multiply": |a| &a[0] * &a[1], near;
        "divide": |a| &a[0] / &a[1], near;
        "select": |a| select(a[0].equal(&a[1]), &a[1], &a[0]), bits;
        "pow": |a| a[0].pow(&a[1]), |z| of_power(z[0], z[1]);
    };
    devices.compare(&columns, &own)?;
    let equal = operations! { "equal": |a| a[0].equal(&a[1]), bits; "not_equal": |a| a[0].not_equal(&a[1]), bits; };
    devices.compare(&columns, &equal)
}

#[test]
fn functions_of_c32() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(unary::<f32>);
}

#[test]
fn functions_of_c64() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(unary::<f64>);
}

#[test]
fn functions_of_two_c32() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(binary::<f32>);
}

#[test]
fn functions_of_two_c64() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(binary::<f64>);
}

/// Whole exponents, for which powers are repeated products.
#[test]
fn whole_powers() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        let mut random = Random(4);
        let bases: Vec<Complex<f64>> = (0..40).map(|_| Complex::new(random.unit(), random.unit()) * 1.5).collect();
        let exponents = [-100, -9, -1, 0, 1, 2, 3, 5, 64, 99, 100, 101].map(|n| Complex::new(f64::from(n), 0.0));
        let grid: Vec<_> = bases.iter().flat_map(|&base| exponents.map(|exponent| (base, exponent))).collect();
        let columns: (Vec<_>, Vec<_>) = grid.into_iter().unzip();
        let power = operations! { "pow": |a| a[0].pow(&a[1]), |z| of_power(z[0], z[1]); };
        devices.compare(&[columns.0, columns.1], &power)
    });
}
