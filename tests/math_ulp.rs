//! Elementary functions against exact values: the tables of `tests/golden/math/`, made by the script there.
//!
//! `ISOTHERM_MATH_TABLES` may name a folder of larger tables of the same form.

use std::path::{Path, PathBuf};

use isotherm::math::Elementary;

/// A table's name, its function of one or two arguments, and the error in ulps that its documentation states.
enum Function {
    Unary(fn(f64) -> f64),
    Binary(fn(f64, f64) -> f64),
}

fn functions() -> Vec<(&'static str, Function, f64)> {
    macro_rules! table {
        ($($kind:ident $name:ident $bound:literal)*) => {
            vec![$((stringify!($name), Function::$kind(<f64 as Elementary>::$name), $bound)),*]
        };
    }
    table! {
        Unary exp 1.0  Unary exp2 0.9  Unary expm1 1.5
        Unary log 1.0  Unary log1p 1.0  Unary log2 1.0  Unary log10 0.9
        Unary sin 0.8  Unary cos 0.8  Unary tan 1.0
        Unary asin 0.7  Unary acos 0.7  Unary atan 0.7
        Unary sinh 1.2  Unary cosh 0.8  Unary tanh 1.1
        Unary asinh 0.7  Unary acosh 0.8  Unary atanh 0.7  Unary cbrt 0.6
        Binary pow 1.2  Binary atan2 0.7  Binary hypot 0.8  Binary logaddexp 0.6
    }
}

/// Counts floats from zero, so that neighbours differ by one.
fn ordinal(x: f64) -> i64 {
    let magnitude = (x.to_bits() & !(1 << 63)) as i64;
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

/// A line's arguments, and the error of `value` at them in ulps.
fn error(line: &str, function: &Function) -> (Vec<f64>, f64) {
    let fields: Vec<&str> = line.split(' ').collect();
    let (rest, fields) = fields.split_last().expect("a line has fields");
    let floats: Vec<f64> =
        fields.iter().map(|f| f64::from_bits(u64::from_str_radix(f, 16).expect("a field is hexadecimal"))).collect();
    let (&expected, arguments) = floats.split_last().expect("a line has an argument and a value");
    let value = match function {
        Function::Unary(f) => f(arguments[0]),
        Function::Binary(f) => f(arguments[0], arguments[1]),
    };
    let steps = i128::from(ordinal(value)) - i128::from(ordinal(expected));
    let toward = if expected.is_sign_negative() { -1.0 } else { 1.0 };
    let rest = toward * rest.parse::<f64>().expect("the last field is a number") / 4096.0;
    let error = if value.is_nan() { f64::INFINITY } else { (steps as f64 * toward - rest).abs() };
    (arguments.to_vec(), error)
}

fn check(folder: &Path) {
    let mut failures = Vec::new();
    for (name, function, bound) in functions() {
        let text = std::fs::read_to_string(folder.join(name).with_extension("txt")).expect("the table is there");
        let worst = text.lines().map(|line| error(line, &function)).max_by(|a, b| a.1.total_cmp(&b.1));
        let (arguments, error) = worst.expect("a table has lines");
        println!("{name:10} {error:.3} ulp at {arguments:?}, {} points", text.lines().count());
        if error > bound {
            failures.push(format!("{name}: {error} ulp at {arguments:?}, stated {bound}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn errors_stay_below_the_stated_ulps() {
    check(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/math")));
    if let Some(folder) = std::env::var_os("ISOTHERM_MATH_TABLES") {
        check(&PathBuf::from(folder));
    }
}
