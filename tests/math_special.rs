//! AC-07 and AC-08: special and ordinary arguments against NumPy and correctly rounded values.

use isotherm::math::Elementary;
use serde_json::Value;

fn golden(file: &str) -> Value {
    let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the golden file is there")).expect("it is JSON")
}

/// A list of floats, each a string of its bits.
fn floats(list: &Value) -> Vec<f64> {
    let bits =
        |v: &Value| u64::from_str_radix(v.as_str().expect("bits are a string"), 16).expect("of hexadecimal digits");
    list.as_array().expect("a list").iter().map(|v| f64::from_bits(bits(v))).collect()
}

/// Counts floats from zero, so that neighbours differ by one and the two zeros by none.
fn ordinal(x: f64) -> i128 {
    let magnitude = i128::from(x.to_bits() & !(1 << 63));
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

/// How far a result may be from the golden one.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// The same bits; any NaN for a NaN.
    Bits,
    /// As `Bits`, but either zero for a zero.
    AnyZero,
    /// At most two ulps; zeros, infinities and NaN as `Bits`.
    TwoUlps,
    /// As `Bits` where the golden result is finite, and not finite elsewhere.
    BitsWhereFinite,
}

impl Rule {
    fn accepts(self, value: f64, expected: f64) -> bool {
        let same = value.to_bits() == expected.to_bits() || (value.is_nan() && expected.is_nan());
        match self {
            Self::Bits => same,
            Self::AnyZero => same || value == expected,
            Self::TwoUlps => {
                same || (value != 0.0 && expected.is_finite() && value.is_finite() && close(value, expected))
            }
            Self::BitsWhereFinite => same || (!expected.is_finite() && !value.is_finite()),
        }
    }
}

fn close(value: f64, expected: f64) -> bool {
    (ordinal(value) - ordinal(expected)).abs() <= 2
}

type Unary = fn(f64) -> f64;
type Binary = fn(f64, f64) -> f64;

fn unary() -> Vec<(&'static str, Unary, Rule)> {
    macro_rules! table {
        ($($name:literal $function:ident $rule:ident)*) => {
            vec![$(($name, <f64 as Elementary>::$function as Unary, Rule::$rule)),*]
        };
    }
    table! {
        "sqrt" sqrt Bits  "floor" floor Bits  "ceil" ceil Bits  "trunc" trunc Bits  "rint" round Bits
        "sign" sign Bits  "abs" abs Bits  "square" square Bits  "reciprocal" reciprocal Bits
        "exp" exp TwoUlps  "expm1" expm1 TwoUlps  "log" log TwoUlps  "log2" log2 TwoUlps  "log10" log10 TwoUlps
        "log1p" log1p TwoUlps  "sin" sin TwoUlps  "cos" cos TwoUlps  "tan" tan TwoUlps
        "arcsin" asin TwoUlps  "arccos" acos TwoUlps  "arctan" atan TwoUlps
        "sinh" sinh TwoUlps  "cosh" cosh TwoUlps  "tanh" tanh TwoUlps
        "arcsinh" asinh TwoUlps  "arccosh" acosh TwoUlps  "arctanh" atanh TwoUlps
    }
}

fn binary() -> Vec<(&'static str, Binary, Rule)> {
    macro_rules! table {
        ($($name:literal $function:ident $rule:ident)*) => {
            vec![$(($name, <f64 as Elementary>::$function as Binary, Rule::$rule)),*]
        };
    }
    table! {
        "copysign" copysign Bits  "nextafter" nextafter Bits  "maximum" maximum AnyZero  "minimum" minimum AnyZero
        "floor_divide" floor_divide BitsWhereFinite  "remainder" remainder BitsWhereFinite
        "power" pow TwoUlps  "arctan2" atan2 TwoUlps  "hypot" hypot TwoUlps  "logaddexp" logaddexp TwoUlps
    }
}

#[test]
fn unary_functions_agree_with_ac07() {
    let golden = golden("ac07_unary.json");
    let inputs = floats(&golden["inputs"]);
    for (name, function, rule) in unary() {
        let results = floats(&golden["results"][name]);
        assert_eq!(results.len(), inputs.len(), "{name}");
        for (&x, &expected) in inputs.iter().zip(&results) {
            let value = function(x);
            assert!(rule.accepts(value, expected), "{name}({x:e}) = {value:e}, expected {expected:e}");
        }
    }
}

#[test]
fn binary_functions_agree_with_ac08() {
    let golden = golden("ac08_binary.json");
    let grid = floats(&golden["grid"]);
    for (name, function, rule) in binary() {
        let results = floats(&golden["results"][name]);
        assert_eq!(results.len(), grid.len() * grid.len(), "{name}");
        for (i, &x) in grid.iter().enumerate() {
            for (j, &y) in grid.iter().enumerate() {
                let (value, expected) = (function(x, y), results[i * grid.len() + j]);
                assert!(rule.accepts(value, expected), "{name}({x:e}, {y:e}) = {value:e}, expected {expected:e}");
            }
        }
    }
}

/// What is not our own function in those files is Rust's arithmetic or another test's; nothing else may hide there.
#[test]
fn every_golden_function_is_checked_or_named() {
    let elsewhere = [
        "negative",
        "isnan",
        "isinf",
        "isfinite",
        "signbit",
        "add",
        "subtract",
        "multiply",
        "divide",
        "less",
        "less_equal",
        "equal",
        "not_equal",
        "greater",
    ];
    let known: Vec<&str> = unary().iter().map(|f| f.0).chain(binary().iter().map(|f| f.0)).chain(elsewhere).collect();
    for file in ["ac07_unary.json", "ac08_binary.json"] {
        for name in golden(file)["results"].as_object().expect("a table of functions").keys() {
            assert!(known.contains(&name.as_str()), "{name} of {file} is not checked");
        }
    }
}

/// The float32 results at arguments that float32 holds are those of float64: where these need rounding, one of the two
/// floats beside.
#[test]
fn single_precision_has_the_same_special_values() {
    let golden = golden("ac08_binary.json");
    let grid: Vec<f32> = floats(&golden["grid"]).iter().map(|&x| x as f32).collect();
    let same = |single: f32, double: f64| {
        let rounded = double as f32;
        let beside = f64::from(rounded) != double && (rounded == single.next_down() || rounded == single.next_up());
        let same = single.to_bits() == rounded.to_bits() || (single.is_nan() && double.is_nan());
        same || beside
    };
    macro_rules! agree {
        (unary: $($function:ident)*) => {$(for &x in &grid {
            let double = <f64 as Elementary>::$function(f64::from(x));
            let single = <f32 as Elementary>::$function(x);
            assert!(same(single, double), "{}({x:e}) = {single:e}, {double:e}", stringify!($function));
        })*};
        (binary: $($function:ident)*) => {$(for &x in &grid { for &y in &grid {
            let double = <f64 as Elementary>::$function(f64::from(x), f64::from(y));
            let single = <f32 as Elementary>::$function(x, y);
            assert!(same(single, double), "{}({x:e}, {y:e}) = {single:e}, {double:e}", stringify!($function));
        }})*};
    }
    agree!(unary: sqrt floor ceil trunc round sign abs exp exp2 expm1 log log1p log2 log10 sin cos tan asin acos atan
        sinh cosh tanh asinh acosh atanh cbrt square reciprocal);
    agree!(binary: copysign minimum maximum pow atan2 hypot logaddexp);
}
