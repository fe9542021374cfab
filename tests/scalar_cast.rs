//! Promotion and conversion between dtypes, against NumPy (AC-12) and the documented rules.

use isotherm::math::cast::{Cast, cast, exact};
use isotherm::{Complex, DType};
use proptest::prelude::*;

fn golden() -> serde_json::Value {
    serde_json::from_str(include_str!("golden/ac12_promotion.json")).expect("JSON")
}

#[test]
fn promotion_is_numpys_wherever_numpy_stays_among_our_dtypes() {
    let golden = golden();
    let (mut compared, mut others) = (0, Vec::new());
    for (left, row) in golden["promote"].as_object().expect("a table") {
        for (right, result) in row.as_object().expect("a row") {
            let result = result.as_str().expect("a name");
            let (Ok(a), Ok(b)) = (left.parse::<DType>(), right.parse::<DType>()) else { continue };
            match result.parse::<DType>() {
                Ok(result) => assert_eq!(a.promote(b), result, "{left} with {right}"),
                Err(_) => others.push((left.clone(), right.clone())),
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 81);
    assert!(others.is_empty(), "NumPy leaves our dtypes for {others:?}");
}

#[test]
fn casts_are_numpys() {
    let golden = golden();
    let word = |value: &serde_json::Value| u64::from_str_radix(value.as_str().expect("a string"), 16).expect("hex");
    let inputs: Vec<f64> =
        golden["cast_inputs"].as_array().expect("a list").iter().map(|x| f64::from_bits(word(x))).collect();
    let singles = golden["cast"]["f64_to_f32"].as_array().expect("a list");
    assert_eq!(inputs.len(), singles.len());
    for (&x, want) in inputs.iter().zip(singles) {
        let (got, want) = (cast::<f64, f32>(x), f32::from_bits(word(want) as u32));
        assert!(got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan()), "{x:e}: {got:e}, not {want:e}");
    }
    let integers = golden["cast"]["f64_to_i64_finite"].as_array().expect("a list");
    for (&x, want) in inputs.iter().zip(integers) {
        assert_eq!(cast::<f64, i64>(x), want.as_i64().expect("an integer"), "{x:e}");
    }
}

#[test]
fn the_rules_that_numpy_leaves_open() {
    assert_eq!([f64::NAN, 300.0, -1.0, 2.9].map(cast::<f64, u8>), [0, 255, 0, 2]);
    assert_eq!([1e30, -1e30, f32::INFINITY].map(cast::<f32, i64>), [i64::MAX, i64::MIN, i64::MAX]);
    assert_eq!([-1, 256, 257].map(cast::<i32, u8>), [255, 0, 1]);
    assert_eq!(cast::<i32, u64>(-1), u64::MAX);
    assert_eq!(cast::<u64, i64>(u64::MAX), -1);
    assert_eq!([0.0, -0.0, f64::NAN, 1e-320].map(cast::<f64, bool>), [false, false, true, true]);
    assert_eq!(cast::<_, i32>(Complex::new(-2.5_f64, 9.0)), -2);
    assert!(cast::<_, bool>(Complex::new(0.0_f32, 1.0)));
    assert_eq!(cast::<_, Complex<f32>>(true), Complex::new(1.0, 0.0));
    assert_eq!(cast::<_, Complex<f32>>(Complex::new(0.1_f64, -0.0)), Complex::new(0.1_f32, -0.0));
}

#[test]
fn exact_conversion_refuses_what_would_change() {
    assert_eq!(exact::<f64, f32>(0.1), None);
    assert_eq!(exact::<f64, f32>(1e300), None);
    assert_eq!(exact::<f64, f32>(f64::INFINITY), Some(f32::INFINITY));
    assert!(exact::<f64, f32>(f64::NAN).is_some_and(f32::is_nan));
    assert_eq!(exact::<f64, i32>(f64::NAN), None);
    assert_eq!(exact::<f64, bool>(f64::NAN), None);
    assert_eq!(exact::<f64, i64>(9.223_372_036_854_776e18), None);
    assert_eq!(exact::<f64, u64>(1.844_674_407_370_955_2e19), None);
    assert_eq!(exact::<u64, f64>(u64::MAX), None);
    assert_eq!(exact::<i64, f64>(i64::MAX), None);
    assert_eq!(exact::<i64, f64>(i64::MIN), Some(-9.223_372_036_854_776e18));
    assert_eq!(exact::<i32, u64>(-1), None);
    assert_eq!(exact::<i32, f32>(16_777_217), None);
    assert_eq!(exact::<i32, bool>(2), None);
    assert_eq!(exact::<i32, bool>(1), Some(true));
    assert_eq!(exact::<f64, i32>(-0.0), Some(0));
    assert_eq!(exact::<_, f64>(Complex::new(2.0_f32, 0.0)), Some(2.0));
    assert_eq!(exact::<_, f64>(Complex::new(2.0_f32, 1.0)), None);
    assert_eq!(exact::<_, Complex<f32>>(Complex::new(0.5_f64, 0.1)), None);
}

/// What is exact comes back, through every type between.
fn returns<A: Cast, B: Cast>(a: A) -> bool {
    exact::<A, B>(a).is_none_or(|b| exact::<B, A>(b) == Some(a) && cast::<B, A>(b) == a)
}

fn returns_from_all<A: Cast>(a: A) -> bool {
    returns::<A, bool>(a)
        && returns::<A, u8>(a)
        && returns::<A, i32>(a)
        && returns::<A, i64>(a)
        && returns::<A, u64>(a)
        && returns::<A, f32>(a)
        && returns::<A, f64>(a)
        && returns::<A, Complex<f32>>(a)
        && returns::<A, Complex<f64>>(a)
}

proptest! {
    #[test]
    fn exact_conversions_return(a in any::<i64>(), shift in 0_u32..64, x in any::<f64>()) {
        let small = a >> shift;
        prop_assert!(returns_from_all(small));
        prop_assert!(returns_from_all(small as u64));
        prop_assert!(returns_from_all(small as i32));
        prop_assert!(returns_from_all(small as u8));
        prop_assert!(returns_from_all(small as f64));
        prop_assert!(returns_from_all(x));
        prop_assert!(returns_from_all(x as f32));
        prop_assert!(returns_from_all(Complex::new(x, small as f64)));
    }
}
