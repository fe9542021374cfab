//! The exact functions: quotients and remainders by Python's rules, signs, extremes, neighbours, in both widths.

use isotherm::math::Elementary;
use proptest::prelude::*;

/// Any bits at all, or a moderate number.
fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![any::<u64>().prop_map(f64::from_bits), -1e3..1e3, (-50_i32..50).prop_map(|k| f64::from(k) / 4.0)]
}

/// NumPy's `npy_divmod`, on the platform's exact `fmod`.
fn divmod(x: f64, y: f64) -> (f64, f64) {
    let rest = x % y;
    if y == 0.0 {
        return (x / y, rest);
    }
    let opposite = rest != 0.0 && (y < 0.0) != (rest < 0.0);
    let quotient = (x - rest) / y - if opposite { 1.0 } else { 0.0 };
    let rest = if rest == 0.0 {
        0_f64.copysign(y)
    } else if opposite {
        rest + y
    } else {
        rest
    };
    let floor = quotient.floor();
    let nearest = if quotient - floor > 0.5 { floor + 1.0 } else { floor };
    (if quotient == 0.0 { 0_f64.copysign(x / y) } else { nearest }, rest)
}

fn same<T: Elementary>(a: T, b: T) -> bool {
    let nan = |x: T| x.partial_cmp(&x).is_none();
    (a == b && T::copysign(T::ONE, a) == T::copysign(T::ONE, b)) || (nan(a) && nan(b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn quotient_and_remainder_are_those_of_numpy(x in any_float(), y in any_float()) {
        let (quotient, rest) = divmod(x, y);
        let (ours, our_rest) = (<f64 as Elementary>::floor_divide(x, y), <f64 as Elementary>::remainder(x, y));
        prop_assert!(same(our_rest, rest), "{x:e} % {y:e} = {our_rest:e}, expected {rest:e}");
        prop_assert!(same(ours, quotient), "{x:e} // {y:e} = {ours:e}, expected {quotient:e}");
    }

    #[test]
    fn single_remainders_are_exact(x in any::<u32>(), y in any::<u32>()) {
        let (x, y) = (f32::from_bits(x), f32::from_bits(y));
        let rest = x % y;
        let rest = if rest == 0.0 { 0_f32.copysign(y) } else if (y < 0.0) == (rest < 0.0) { rest } else { rest + y };
        let ours = <f32 as Elementary>::remainder(x, y);
        prop_assert!(same(ours, rest), "{x:e} % {y:e} = {ours:e}, expected {rest:e}");
    }

    #[test]
    fn extremes_keep_nan(x in any_float(), y in any_float()) {
        let (low, high) = (<f64 as Elementary>::minimum(x, y), <f64 as Elementary>::maximum(x, y));
        if x.is_nan() || y.is_nan() {
            prop_assert!(low.is_nan() && high.is_nan());
        } else {
            prop_assert!(low <= x && low <= y && high >= x && high >= y);
            prop_assert!((low == x && high == y) || (low == y && high == x));
        }
    }

    #[test]
    fn the_next_float_has_nothing_between(x in any_float(), y in any_float()) {
        let next = <f64 as Elementary>::nextafter(x, y);
        if x.is_nan() || y.is_nan() {
            prop_assert!(next.is_nan());
        } else if x == y {
            prop_assert!(same(next, y));
        } else {
            let between = f64::midpoint(x, next);
            prop_assert!((x < next) == (x < y) && next != x);
            prop_assert!(!between.is_finite() || between == x || between == next);
        }
    }
}

#[test]
fn halves_round_to_even_and_zero_has_no_sign() {
    for (x, rounded) in [(0.5, 0.0), (1.5, 2.0), (2.5, 2.0), (-0.5, -0.0), (-1.5, -2.0), (4.4e15 + 0.5, 4.4e15)] {
        assert!(same(<f64 as Elementary>::round(x), rounded), "{x}");
        assert!(same(<f32 as Elementary>::round(x as f32), rounded as f32) || x > 1e10, "{x}");
    }
    assert!(same(<f32 as Elementary>::sign(-0.0), 0.0));
    assert!(<f32 as Elementary>::sign(f32::NAN).is_nan());
}
