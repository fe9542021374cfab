//! How near a result on the GPU must be to the one on the CPU.

use isotherm::Complex;
use isotherm::prelude::*;

/// What may differ. A NaN agrees with every NaN and with nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// Nothing.
    Bits,
    /// Zeros have their signs; so many floats lie between both; of complex numbers, each part by so many units in the last place of the larger part.
    Ulps(f64),
    /// As `Ulps`, or so much in absolute terms, and zeros of either sign: where terms cancel.
    Near(f64, f64),
    /// Everything: the stated error is as large as the result.
    Any,
}

/// A type whose elements can be compared so.
pub(crate) trait Sample: Element {
    /// Whether this result of the GPU agrees with the one of the CPU.
    fn agrees(self, cpu: Self, bound: Bound) -> bool;
}

macro_rules! discrete {
    ($($rust:ty),*) => {$(
        impl Sample for $rust {
            fn agrees(self, cpu: Self, _: Bound) -> bool {
                self == cpu
            }
        }
    )*};
}
discrete!(bool, u8, i32, i64, u64);

macro_rules! floats {
    ($($rust:ty),*) => {$(
        impl Sample for $rust {
            fn agrees(self, cpu: Self, bound: Bound) -> bool {
                /// Counts floats from zero, so that neighbours differ by one.
                fn ordinal(x: $rust) -> i128 {
                    let magnitude = i128::from(x.abs().to_bits());
                    if x.is_sign_negative() { -magnitude } else { magnitude }
                }
                if bound != Bound::Any && (self.is_nan() || cpu.is_nan()) {
                    return self.is_nan() && cpu.is_nan();
                }
                let apart = (ordinal(self) - ordinal(cpu)).abs() as f64;
                match bound {
                    Bound::Any => true,
                    Bound::Near(ulps, distance) => apart <= ulps || f64::from((self - cpu).abs()) <= distance,
                    _ if self == cpu => self.to_bits() == cpu.to_bits(),
                    Bound::Bits => false,
                    Bound::Ulps(ulps) => apart <= ulps,
                }
            }
        }

        impl Sample for Complex<$rust> {
            fn agrees(self, cpu: Self, bound: Bound) -> bool {
                let (own, its) = ([self.re, self.im], [cpu.re, cpu.im]);
                let larger = its[0].abs().max(its[1].abs());
                // Of an infinite part as of the largest float that has a next one.
                let larger = if larger.is_nan() { 0.0 } else { larger.min(<$rust>::MAX.next_down()) };
                let unit = f64::from(larger.next_up() - larger);
                let part = |own: $rust, its: $rust| match bound {
                    Bound::Ulps(ulps) if own != its => own.agrees(its, Bound::Near(ulps, ulps * unit)),
                    Bound::Near(ulps, distance) => own.agrees(its, Bound::Near(ulps, distance.max(ulps * unit))),
                    other => own.agrees(its, other),
                };
                own.into_iter().zip(its).all(|(own, its)| part(own, its))
            }
        }
    )*};
}
floats!(f32, f64);

/// A NaN of one kind agrees with one of another; +0 and -0 do not.
#[test]
fn agreement_is_what_it_says() {
    assert!(f32::NAN.agrees(-f32::NAN, Bound::Bits) && !f32::NAN.agrees(1.0, Bound::Ulps(1e30)));
    assert!(!0.0_f64.agrees(-0.0, Bound::Ulps(5.0)) && 1.0_f64.agrees(1.0_f64.next_up(), Bound::Ulps(1.0)));
    assert!(!1.0_f64.agrees(1.0_f64.next_up().next_up(), Bound::Ulps(1.0)));
    assert!(0.0_f32.agrees(1e-9, Bound::Near(1.0, 1e-8)) && !0.0_f32.agrees(1e-7, Bound::Near(1.0, 1e-8)));
    let z = Complex::new(1.0_f32, 1e-9);
    assert!(
        z.agrees(Complex::new(1.0, 2e-9), Bound::Ulps(1.0)) && !z.agrees(Complex::new(1.0, 1e-6), Bound::Ulps(1.0))
    );
}
