//! Complex functions against 400-digit arithmetic and against NumPy's special values (`golden/complex.py`).

use std::f64::consts::PI;

use isotherm::Complex;
use isotherm::math::complex;
use isotherm::math::{Part, cast::cast};
use serde_json::Value;

type Unary<T> = fn(Complex<T>) -> Complex<T>;
type Binary<T> = fn(Complex<T>, Complex<T>) -> Complex<T>;

/// Which parts a bound in units of the last place is measured in.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Each,
    Larger,
}
use Of::{Each, Larger};

/// The table of the module's docs.
fn unary<T: Part>() -> Vec<(&'static str, Unary<T>, f64, Of)> {
    vec![
        ("sqrt", complex::sqrt, 3.0, Each),
        ("exp", complex::exp, 3.0, Each),
        ("expm1", complex::expm1, 3.0, Larger),
        ("log", complex::log, 3.0, Each),
        ("log1p", complex::log1p, 3.0, Each),
        ("log2", complex::log2, 4.0, Each),
        ("log10", complex::log10, 4.0, Each),
        ("sin", complex::sin, 3.0, Each),
        ("cos", complex::cos, 3.0, Each),
        ("tan", complex::tan, 6.0, Each),
        ("asin", complex::asin, 4.0, Each),
        ("acos", complex::acos, 4.0, Each),
        ("atan", complex::atan, 4.0, Each),
        ("sinh", complex::sinh, 3.0, Each),
        ("cosh", complex::cosh, 3.0, Each),
        ("tanh", complex::tanh, 6.0, Each),
        ("asinh", complex::asinh, 4.0, Each),
        ("acosh", complex::acosh, 4.0, Each),
        ("atanh", complex::atanh, 4.0, Each),
    ]
}

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/complex.json")).expect("the golden file is JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("the golden file has a list here")
}

fn float(word: &Value) -> f64 {
    f64::from_bits(u64::from_str_radix(word.as_str().expect("a string"), 16).expect("hexadecimal"))
}

fn number(words: &[Value]) -> Complex<f64> {
    Complex::new(float(&words[0]), float(&words[1]))
}

/// The spacing of a format with `digits` bits and smallest exponent `lowest` at `x`.
fn spacing(x: f64, digits: i32, lowest: i32) -> f64 {
    let exponent = if x == 0.0 { lowest } else { (x.abs().log2().floor() as i32 - digits + 1).max(lowest) };
    // In two factors: the smallest spacing is not reached in one.
    2.0_f64.powi(exponent / 2) * 2.0_f64.powi(exponent - exponent / 2)
}

/// The error of each part in units of the last place of that part or of the larger.
fn errors(got: Complex<f64>, want: Complex<f64>, of: Of, (digits, lowest, max): (i32, i32, f64)) -> [f64; 2] {
    let larger = want.re.abs().max(want.im.abs());
    [(got.re, want.re), (got.im, want.im)].map(|(got, want)| {
        if got == want || (want.abs() > max && got.is_infinite() && got.signum() == want.signum()) {
            return 0.0;
        }
        let scale = if of == Larger { larger } else { want };
        let error = (got - want).abs() / spacing(scale, digits, lowest);
        if error.is_nan() { f64::INFINITY } else { error }
    })
}

const DOUBLE: (i32, i32, f64) = (53, -1074, f64::MAX);
const SINGLE: (i32, i32, f64) = (24, -149, f32::MAX as f64);

#[test]
fn unary_functions_are_within_their_bounds_in_double_precision() {
    let golden = golden();
    let mut failures = Vec::new();
    for (name, function, bound, of) in unary::<f64>() {
        let mut worst = 0.0_f64;
        for (input, want) in list(&golden["unary_inputs"]).iter().zip(list(&golden["unary"][name])) {
            let (z, want) = (number(list(input)), number(list(want)));
            let got = function(z);
            let error = errors(got, want, of, DOUBLE);
            worst = worst.max(error[0]).max(error[1]);
            if error[0] > bound || error[1] > bound {
                failures.push(format!("{name}({z:e}) = {got:e}, not {want:e}: off by {error:.1?} ulp"));
            }
        }
        println!("{name:6} {worst:6.2} ulp");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Points of single precision where a squared modulus is 1 to within the square of the precision, and one whose imaginary
/// part leaves the normal range on the way.
const HARD_IN_SINGLE: [Complex<f32>; 4] = [
    Complex::new(2.388_779_2e-1, 9.710_496e-1),
    Complex::new(-9.958_182_6e-1, 9.135_643_4e-2),
    Complex::new(9.997_764e-1, 2.114_482e-2),
    Complex::new(1.000_414_5, -3.171_45e-40),
];

/// What double precision, tested above, gives at the same points.
#[test]
fn unary_functions_are_within_their_bounds_in_single_precision() {
    let golden = golden();
    let mut failures = Vec::new();
    for ((name, function, bound, of), (_, double, ..)) in unary::<f32>().into_iter().zip(unary::<f64>()) {
        let mut worst = 0.0_f64;
        let inputs = list(&golden["unary_inputs"]).iter().map(|z| cast(number(list(z))));
        for z in inputs.chain(HARD_IN_SINGLE) {
            if !z.re.is_finite() || !z.im.is_finite() || (z.re == 0.0 || z.im == 0.0) {
                continue;
            }
            let (got, want) = (cast(function(z)), double(cast(z)));
            let error = errors(got, want, of, SINGLE);
            worst = worst.max(error[0]).max(error[1]);
            if error[0] > bound || error[1] > bound {
                failures.push(format!("{name}({z:e}) = {got:e}, not {want:e}: off by {error:.1?} ulp"));
            }
        }
        println!("{name:6} {worst:6.2} ulp");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn binary_functions_are_within_their_bounds() {
    let golden = golden();
    let table: [(&str, Binary<f64>, f64, Of); 3] = [
        ("multiply", complex::multiply, 2.0, Each),
        ("divide", complex::divide, 5.0, Each),
        ("pow", complex::pow, 8.0, Larger),
    ];
    let mut failures = Vec::new();
    for (name, function, bound, of) in table {
        let mut worst = 0.0_f64;
        for row in list(&golden["binary"][name]) {
            let row = list(row);
            let (x, y, want) = (number(row), number(&row[2..]), number(&row[4..]));
            let got = function(x, y);
            let error = errors(got, want, of, DOUBLE);
            worst = worst.max(error[0]).max(error[1]);
            let angle = if name == "pow" { complex::abs(complex::multiply(y, complex::log(x))) } else { 0.0 };
            if error[0].max(error[1]) > bound + 4.0 * angle {
                failures.push(format!("{name}({x:e}, {y:e}) = {got:e}, not {want:e}: off by {error:.1?} ulp"));
            }
        }
        println!("{name:8} {worst:6.2} ulp");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether a part is what NumPy has: NaN for NaN, the same infinity or signed zero, finite values nearly.
fn same(got: f64, want: f64) -> bool {
    (got.is_nan() && want.is_nan())
        || (got == want && got.is_sign_negative() == want.is_sign_negative())
        || (want != 0.0 && want.is_finite() && (got - want).abs() <= 1e-14 * want.abs())
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Where the array API 2024.12 decides and NumPy differs: function, argument, result.
const ARRAY_API: [(&str, Complex<f64>, Complex<f64>); 25] = [
    ("sign", Complex::new(INF, NAN), Complex::new(NAN, NAN)),
    ("sign", Complex::new(-INF, NAN), Complex::new(NAN, NAN)),
    ("sign", Complex::new(NAN, INF), Complex::new(NAN, NAN)),
    ("sign", Complex::new(NAN, -INF), Complex::new(NAN, NAN)),
    ("expm1", Complex::new(INF, 0.0), Complex::new(INF, 0.0)),
    ("expm1", Complex::new(INF, -0.0), Complex::new(INF, -0.0)),
    ("expm1", Complex::new(INF, INF), Complex::new(INF, NAN)),
    ("expm1", Complex::new(INF, -INF), Complex::new(INF, NAN)),
    ("expm1", Complex::new(INF, NAN), Complex::new(INF, NAN)),
    ("expm1", Complex::new(-INF, INF), Complex::new(-1.0, 0.0)),
    ("expm1", Complex::new(-INF, -INF), Complex::new(-1.0, -0.0)),
    ("expm1", Complex::new(-INF, NAN), Complex::new(-1.0, 0.0)),
    ("expm1", Complex::new(NAN, 0.0), Complex::new(NAN, 0.0)),
    ("expm1", Complex::new(NAN, -0.0), Complex::new(NAN, -0.0)),
    ("expm1", Complex::new(NAN, NAN), Complex::new(NAN, NAN)),
    ("sinh", Complex::new(-INF, INF), Complex::new(-INF, NAN)),
    ("sinh", Complex::new(-INF, -INF), Complex::new(-INF, NAN)),
    ("sinh", Complex::new(-INF, NAN), Complex::new(-INF, NAN)),
    ("sin", Complex::new(INF, -INF), Complex::new(NAN, -INF)),
    ("sin", Complex::new(-INF, -INF), Complex::new(NAN, -INF)),
    ("sin", Complex::new(NAN, -INF), Complex::new(NAN, -INF)),
    ("asin", Complex::new(INF, NAN), Complex::new(NAN, -INF)),
    ("asin", Complex::new(-INF, NAN), Complex::new(NAN, -INF)),
    ("atan", Complex::new(INF, NAN), Complex::new(PI / 2.0, -0.0)),
    ("atan", Complex::new(-INF, NAN), Complex::new(-PI / 2.0, -0.0)),
];

#[test]
fn special_values_are_numpys() {
    let golden = golden();
    let mut functions: Vec<(&str, Unary<f64>)> = vec![("sign", complex::sign), ("square", complex::square)];
    functions.extend(unary::<f64>().into_iter().map(|(name, function, ..)| (name, function)));
    let mut failures = Vec::new();
    for (name, function) in functions {
        for (input, want) in list(&golden["special_inputs"]).iter().zip(list(&golden["special"][name])) {
            let (z, mut want) = (number(list(input)), number(list(want)));
            let standard = ARRAY_API.iter().find(|(of, at, _)| *of == name && same(at.re, z.re) && same(at.im, z.im));
            if let Some((.., result)) = standard {
                want = *result;
            }
            let got = function(z);
            if !same(got.re, want.re) || !same(got.im, want.im) {
                failures.push(format!("{name}({z}) = {got}, not {want}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn special_products_and_quotients_are_numpys() {
    let golden = golden();
    let inputs: Vec<_> = list(&golden["special_binary_inputs"]).iter().map(|z| number(list(z))).collect();
    let pairs = inputs.iter().flat_map(|x| inputs.iter().map(move |y| (*x, *y)));
    let table: [(&str, Binary<f64>); 2] = [("multiply", complex::multiply), ("divide", complex::divide)];
    let mut failures = Vec::new();
    for (name, function) in table {
        for ((x, y), want) in pairs.clone().zip(list(&golden["special_binary"][name])) {
            let (mut got, mut want) = (function(x, y), number(list(want)));
            if name == "divide" {
                // The sign of a zero quotient is an accident of the formula; neither standard gives it.
                got += Complex::new(0.0, 0.0);
                want += Complex::new(0.0, 0.0);
            }
            if !same(got.re, want.re) || !same(got.im, want.im) {
                failures.push(format!("{name}({x}, {y}) = {got}, not {want}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn inputs() -> Vec<Complex<f64>> {
    list(&golden()["unary_inputs"]).iter().map(|z| number(list(z))).collect()
}

#[test]
fn products_commute_bit_by_bit_and_norms_are_real() {
    let inputs = inputs();
    for &x in &inputs {
        for &y in &inputs {
            let (xy, yx) = (complex::multiply(x, y), complex::multiply(y, x));
            assert!(same(xy.re, yx.re) && same(xy.im, yx.im), "{x} {y}: {xy}, {yx}");
            assert_eq!(format!("{xy:e}"), format!("{yx:e}"));
        }
        let norm = complex::multiply(x, x.conj());
        assert!(norm.im == 0.0 || norm.re.is_infinite(), "{x}: {norm}");
    }
}

#[test]
fn signs_have_length_1_and_reciprocals_undo_at_any_magnitude() {
    for z in inputs() {
        let sign = complex::sign(z);
        assert!((complex::abs(sign) - 1.0).abs() <= 4.0 * f64::EPSILON, "{z:e}: {sign:e}");
        let reciprocal = complex::reciprocal(z);
        if reciprocal.re.is_finite() && reciprocal.im.is_finite() && complex::abs(reciprocal) > 1e-290 {
            let one = complex::divide(complex::sign(reciprocal), complex::sign(z.conj()));
            assert!(complex::abs(one - 1.0) <= 8.0 * f64::EPSILON, "{z:e}: {reciprocal:e}");
        }
    }
    assert_eq!(complex::sign(Complex::new(0.0, -0.0)), Complex::new(0.0, 0.0));
}

#[test]
fn small_whole_powers_are_products() {
    let z = Complex::new(1.0, 1.0);
    let power = |n: f64| complex::pow(z, Complex::new(n, 0.0));
    assert_eq!(power(2.0), Complex::new(0.0, 2.0));
    assert_eq!(power(8.0), Complex::new(16.0, 0.0));
    assert_eq!(power(-4.0), Complex::new(-0.25, 0.0));
    assert_eq!(power(0.0), Complex::new(1.0, 0.0));
    let zero = Complex::new(0.0, 0.0);
    assert_eq!(complex::pow(zero, z.scale(0.0)), Complex::new(1.0, 0.0));
    assert_eq!(complex::pow(zero, Complex::new(0.5, 0.0)), zero);
    assert!(complex::pow(zero, z).re.is_nan());
}
