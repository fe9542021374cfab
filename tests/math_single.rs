//! Single precision functions against the double precision ones, over bit patterns of every kind.

use isotherm::math::Elementary;

/// A prime, so that the patterns reach every exponent and no mantissa twice: some 40,000 of them.
const STRIDE: usize = 107_377;

/// The distance of a single precision result from a value of double precision, in ulps of the result.
fn error(single: f32, exact: f64) -> f64 {
    if single.is_nan() || exact.is_nan() {
        return if single.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    // What lies beyond the largest float by half an ulp rounds to infinity.
    if f64::from(single) == f64::from(exact as f32) {
        let sign_lost = single.is_sign_negative() != exact.is_sign_negative();
        return if sign_lost { f64::INFINITY } else { 0.5 };
    }
    let (low, high) = (f64::from(single.next_down()), f64::from(single.next_up()));
    (f64::from(single) - exact).abs() / ((high - low) / 2.0)
}

fn patterns() -> impl Iterator<Item = f32> {
    (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits)
}

/// Arguments of ordinary size, which are rare among the patterns.
fn ordinary() -> impl Iterator<Item = f32> {
    (-40_000..40_000).map(|k| k as f32 * 0.002_3)
}

#[test]
fn unary_functions_stay_below_the_stated_ulps() {
    macro_rules! check {
        ($($function:ident $bound:literal)*) => {$(
            let at = |x: f32| error(<f32 as Elementary>::$function(x), <f64 as Elementary>::$function(f64::from(x)));
            let arguments = patterns().chain(ordinary());
            let worst = arguments.max_by(|&x, &y| at(x).total_cmp(&at(y))).expect("there are patterns");
            println!("{:6} {:.4} ulp at {worst:e}", stringify!($function), at(worst));
            assert!(at(worst) < $bound, "{}({worst:e}): {} ulp", stringify!($function), at(worst));
        )*};
    }
    check! {
        exp 1.1  exp2 1.1  expm1 1.3  log 0.9  log1p 1.0  log2 1.1  log10 1.0
        sin 0.51  cos 0.51  tan 0.51  asin 1.3  acos 1.0  atan 1.3
        sinh 0.52  cosh 0.52  tanh 0.52  asinh 0.51  acosh 0.51  atanh 0.51  cbrt 0.51  sqrt 0.51
    }
}

#[test]
fn binary_functions_stay_below_the_stated_ulps() {
    macro_rules! check {
        ($($function:ident $bound:literal)*) => {$(
            for (x, y) in patterns().zip(patterns().skip(7_919)).chain(ordinary().zip(ordinary().skip(23_456))) {
                let double = <f64 as Elementary>::$function(f64::from(x), f64::from(y));
                let error = error(<f32 as Elementary>::$function(x, y), double);
                assert!(error < $bound, "{}({x:e}, {y:e}): {error} ulp", stringify!($function));
            }
        )*};
    }
    check! { pow 0.52  atan2 1.6  hypot 0.51  logaddexp 0.51 }
}

/// The loops without the branch for huge arguments, and what mends them, give the bits of the plain function.
#[test]
fn slices_agree_with_elements() {
    macro_rules! check {
        ($float:ident: $($slice:ident $function:ident)*) => {$(
            let input: Vec<$float> = patterns().chain(ordinary()).map($float::from).collect();
            let mut output = vec![0.0; input.len()];
            <$float as Elementary>::$slice(&input, &mut output);
            for (&x, y) in input.iter().zip(output) {
                let value = <$float as Elementary>::$function(x);
                let same = y.to_bits() == value.to_bits() || (y.is_nan() && value.is_nan());
                assert!(same, "{}({x:e}) = {value:e}, in a slice {y:e}", stringify!($function));
            }
        )*};
    }
    check! { f32: sin_slice sin  cos_slice cos  tan_slice tan }
    check! { f64: sin_slice sin  cos_slice cos  tan_slice tan }
}
