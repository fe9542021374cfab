//! AC-05, AC-07 and AC-08 through arrays: element-wise functions with special values, and integers at their limits.
#![allow(clippy::unwrap_used, reason = "a golden file that is not as described fails its test")]

#[path = "common/golden.rs"]
mod golden;
#[path = "common/world.rs"]
mod world;

use golden::{elements, json, ulps};
use isotherm::any::{AnyArray, AnyLike};
use isotherm::prelude::*;
use isotherm::program::{Binary, Compare, Unary};

/// The bound of AC-07 and AC-08 for what is not correctly rounded.
const ULPS: u64 = 2;

fn unary(name: &str) -> (Unary, bool) {
    let exact = match name {
        "sqrt" => Unary::Sqrt,
        "floor" => Unary::Floor,
        "ceil" => Unary::Ceil,
        "trunc" => Unary::Trunc,
        "rint" => Unary::Round,
        "sign" => Unary::Sign,
        "abs" => Unary::Abs,
        "negative" => Unary::Negative,
        "square" => Unary::Square,
        "reciprocal" => Unary::Reciprocal,
        "isnan" => Unary::IsNan,
        "isinf" => Unary::IsInf,
        "isfinite" => Unary::IsFinite,
        "signbit" => Unary::Signbit,
        _ => return (elementary(name), false),
    };
    (exact, true)
}

fn elementary(name: &str) -> Unary {
    match name {
        "exp" => Unary::Exp,
        "expm1" => Unary::Expm1,
        "log" => Unary::Log,
        "log2" => Unary::Log2,
        "log10" => Unary::Log10,
        "log1p" => Unary::Log1p,
        "sin" => Unary::Sin,
        "cos" => Unary::Cos,
        "tan" => Unary::Tan,
        "arcsin" => Unary::Asin,
        "arccos" => Unary::Acos,
        "arctan" => Unary::Atan,
        "sinh" => Unary::Sinh,
        "cosh" => Unary::Cosh,
        "tanh" => Unary::Tanh,
        "arcsinh" => Unary::Asinh,
        "arccosh" => Unary::Acosh,
        "arctanh" => Unary::Atanh,
        other => panic!("no function is called {other}"),
    }
}

fn binary(name: &str) -> (Binary, bool) {
    match name {
        "add" => (Binary::Add, true),
        "subtract" => (Binary::Subtract, true),
        "multiply" => (Binary::Multiply, true),
        "divide" => (Binary::Divide, true),
        "floor_divide" => (Binary::FloorDivide, true),
        "remainder" => (Binary::Remainder, true),
        "power" => (Binary::Pow, false),
        "arctan2" => (Binary::Atan2, false),
        "hypot" => (Binary::Hypot, false),
        "maximum" => (Binary::Maximum, true),
        "minimum" => (Binary::Minimum, true),
        "copysign" => (Binary::CopySign, true),
        "nextafter" => (Binary::NextAfter, true),
        "logaddexp" => (Binary::LogAddExp, false),
        other => panic!("no function is called {other}"),
    }
}

fn comparison(name: &str) -> Option<Compare> {
    Some(match name {
        "less" => Compare::Less,
        "less_equal" => Compare::LessEqual,
        "equal" => Compare::Equal,
        "not_equal" => Compare::NotEqual,
        "greater" => Compare::Greater,
        _ => return None,
    })
}

/// Where and how far an array of floats is from what it should be.
fn apart(actual: &[f64], golden: &[f64], exact: bool, either_zero: bool) -> Option<String> {
    let near = |a: f64, b: f64| if exact { golden::same(a, b) || (either_zero && a == b) } else { ulps(a, b) <= ULPS };
    let place = (0..golden.len()).find(|&i| !near(actual[i], golden[i]))?;
    Some(format!("element {place} is {} and should be {}", actual[place], golden[place]))
}

#[test]
fn functions_of_one_number() {
    let file = json("ac07_unary.json");
    let inputs = elements(DType::F64, &file["inputs"]).values::<f64>();
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let x = AnyArray::from(cx.from_slice(&inputs, inputs.len(), 0)?);
            for (name, result) in file["results"].as_object().unwrap() {
                let (op, exact) = unary(name);
                let y = x.unary(op).eval()?;
                if y.dtype() == DType::Bool {
                    assert_eq!(y.gather::<bool>()?, elements(DType::Bool, result).values::<bool>(), "{name}");
                    continue;
                }
                let wrong = apart(&y.gather()?, &elements(DType::F64, result).values(), exact, false);
                assert_eq!(wrong, None, "{name} on {ranks} ranks");
            }
            Ok(())
        })
        .unwrap();
    }
}

/// Every number of the grid with every other: a row against a column, dealt along different axes.
#[test]
fn functions_of_two_numbers() {
    let file = json("ac08_binary.json");
    let grid = elements(DType::F64, &file["grid"]).values::<f64>();
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let column = AnyArray::from(cx.from_slice(&grid, (grid.len(), 1), 0)?);
            let row = AnyArray::from(cx.from_slice(&grid, grid.len(), 0)?);
            for (name, result) in file["results"].as_object().unwrap() {
                if let Some(op) = comparison(name) {
                    let bits: Vec<bool> = result.as_str().unwrap().chars().map(|bit| bit == '1').collect();
                    assert_eq!(column.compare(op, &row).eval()?.gather::<bool>()?, bits, "{name} on {ranks} ranks");
                    continue;
                }
                let (op, exact) = binary(name);
                let actual = column.binary(op, &row).eval()?.gather()?;
                // NumPy leaves open which of two zeros is the greater.
                let either_zero = matches!(op, Binary::Maximum | Binary::Minimum);
                let wrong = apart(&actual, &elements(DType::F64, result).values(), exact, either_zero);
                assert_eq!(wrong, None, "{name} on {ranks} ranks");
            }
            Ok(())
        })
        .unwrap();
    }
}

/// AC-05's pairs of `int8`, which we do not have: the same quotients and remainders in the dtypes that we have, to eight bits.
#[test]
fn integer_division() {
    let file = json("acceptance/ac05_integers.json");
    let pairs = file["int8_pairs"].as_array().unwrap();
    let column = |key: &str| pairs.iter().map(|pair| pair[key].as_i64()).collect::<Vec<_>>();
    let operand = |key: &str| column(key).into_iter().map(Option::unwrap).collect::<Vec<i64>>();
    let (a, b) = (operand("a"), operand("b"));
    let ops = [
        ("floor_div", Binary::FloorDivide),
        ("rem", Binary::Remainder),
        ("add", Binary::Add),
        ("mul", Binary::Multiply),
    ];
    world::on_each([3], |cx| {
        for dtype in [DType::I32, DType::I64] {
            let placed =
                |values: &[i64], axis| AnyArray::from(cx.from_slice(values, values.len(), axis)?).cast(dtype).eval();
            let (a, b) = (placed(&a, Some(0))?, placed(&b, None)?);
            for (key, op) in ops {
                let actual = a.binary(op, &b).cast(DType::I64).eval()?.gather::<i64>()?;
                for (i, golden) in column(key).into_iter().enumerate().filter_map(|(i, value)| Some((i, value?))) {
                    assert_eq!(actual[i] as i8, golden as i8, "{key} of {}", pairs[i]);
                }
            }
        }
        Ok(())
    });
    assert!(pairs.iter().any(|pair| pair["b"] == -1) && pairs.len() > 100);
}

/// Division by zero gives 0 on every rank, and the least number over -1 wraps.
#[test]
fn nothing_divides_by_zero() {
    world::on_each([3], |cx| {
        for dtype in [DType::U8, DType::I32, DType::I64, DType::U64] {
            let x = AnyArray::from(cx.from_slice(&[7_i64, 0, 1, 100], 4, 0)?).cast(dtype).eval()?;
            for op in [Binary::FloorDivide, Binary::Remainder] {
                let zero = x.binary(op, 0).cast(DType::I64).eval()?;
                assert_eq!(zero.gather::<i64>()?, [0; 4], "{op:?} of {dtype} by 0");
            }
        }
        let least = AnyArray::from(cx.full(4, i64::MIN, 0)?);
        assert_eq!(least.binary(Binary::FloorDivide, -1).eval()?.gather::<i64>()?, [i64::MIN; 4]);
        assert_eq!(least.binary(Binary::Remainder, -1).eval()?.gather::<i64>()?, [0; 4]);
        Ok(())
    });
}
