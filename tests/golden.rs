//! The golden files can be read, the comparisons can fail, and what needs no array is checked here already.

#[path = "common/golden.rs"]
mod golden;

use golden::{array, assert_same, decimal, elements, json, lre, npy, relative_error, same, ulps};
use isotherm::{Complex, DType, Shape};
use serde_json::{Value, json};

#[test]
fn arrays_are_read_from_bits() {
    let x =
        array(&json!({"dtype": "float32", "shape": [2, 1], "bits": ["bf800000", "7fc00000"]})).expect("a known dtype");
    assert_eq!((x.dtype, x.shape.clone()), (DType::F32, Shape::from((2, 1))));
    assert_same("f32", &x.values::<f32>(), &[-1.0, f32::NAN]);
    let z = elements(DType::C64, &json!(["3ff0000000000000c000000000000000"]));
    assert_eq!(z.values::<Complex<f64>>(), [Complex::new(1.0, -2.0)]);
    assert_eq!(elements(DType::C32, &json!(["3f800000bf800000"])).values::<Complex<f32>>(), [Complex::new(1.0, -1.0)]);
    assert_eq!(elements(DType::Bool, &json!([true, false])).values::<bool>(), [true, false]);
    assert_eq!(elements(DType::U64, &json!(u64::MAX)).values::<u64>(), [u64::MAX]);
    assert_eq!(elements(DType::I32, &json!(-7)).shape, Shape::from(()));
    assert!(array(&json!({"dtype": "int8", "bits": [1]})).is_err_and(|message| message.contains("int8")));
}

#[test]
#[should_panic(expected = "another dtype")]
fn a_wrong_type_is_refused() {
    elements(DType::U8, &json!([1])).values::<bool>();
}

#[test]
fn npy_files_are_read() {
    let iris = npy("acceptance/ac24_kmeans_iris_X.npy");
    assert_eq!((iris.dtype, iris.shape.clone()), (DType::F64, Shape::from((150, 4))));
    assert_eq!(iris.values::<f64>()[..5], [5.1, 3.5, 1.4, 0.2, 4.9]);
    let digits = npy("acceptance/ac02_nist_univariate_PiDigits.npy").values::<f64>();
    assert_eq!(digits[..6], [3.0, 1.0, 4.0, 1.0, 5.0, 9.0]);
    assert_eq!(npy("acceptance/ac04_sums_float32_c1e02.npy").dtype, DType::F32);
}

#[test]
fn comparisons_see_the_last_bit() {
    assert!(!same(0.0, -0.0) && same(f64::NAN, -f64::NAN) && !same(1.0_f32, 1.0 + f32::EPSILON));
    assert!(same(Complex::new(f32::NAN, 0.0), Complex::new(1.0, f32::NAN)));
    assert_eq!(ulps(1.0, 1.0 + f64::EPSILON), 1);
    assert_eq!(ulps(-f32::from_bits(1), f32::from_bits(1)), 2);
    assert_eq!((ulps(0.0, -0.0), ulps(f64::NAN, f64::NAN), ulps(1.0, f64::NAN)), (0, 0, u64::MAX));
    assert_eq!(ulps(f64::MAX, f64::INFINITY), 1);
    assert_eq!(ulps(f64::NEG_INFINITY, f64::INFINITY), 2 * f64::INFINITY.to_bits());
    assert_eq!((lre(1.0, 1.0), lre(f64::NAN, 1.0)), (f64::INFINITY, f64::NEG_INFINITY));
    assert!((lre(1.001, 1.0) - 3.0).abs() < 1e-9 && (lre(0.01, 0.0) - 2.0).abs() < 1e-9);
    assert!((relative_error(Complex::new(3.0, 4.1), Complex::new(3.0, 4.0)) - 0.02).abs() < 1e-12);
    assert_eq!(decimal(&json!("0.1000000000000000055511151231")), 0.1);
}

#[test]
#[should_panic(expected = "negated zeros: element 1 is 0.0 and should be -0.0")]
fn a_difference_is_named() {
    assert_same("negated zeros", &[1.0, 0.0], &[1.0, -0.0]);
}

/// Every array that the generated files hold can be decoded, and has as many elements as its shape says.
#[test]
fn the_generated_files_are_as_described() {
    let reductions = json("reductions.json");
    for case in reductions["cases"].as_array().expect("a list") {
        let input = array(&case["input"]).expect("only our dtypes");
        for answer in case["answers"].as_array().expect("a list") {
            let extents = |key: &str| answer[key].as_array().expect("a shape").iter().map(index).collect::<Shape>();
            assert_eq!(extents("shape").size(), extents("shape_keep").size());
            assert_eq!(extents("shape_keep").ndim(), input.shape.ndim());
            for (name, result) in answer["results"].as_object().expect("results by name") {
                let fits = |result: &Value| array(result).is_ok_and(|a| a.shape.size() == extents("shape").size());
                assert!(result["error"] == "empty" || fits(result), "{name} of {case}");
            }
        }
    }
    let indexing = json("indexing.json");
    for case in indexing["cases"].as_array().expect("a list") {
        let values = || case["values"].as_array().expect("values").len();
        let shape = || case["shape"].as_array().expect("a shape").iter().map(index).product::<usize>();
        assert!(case["error"].is_string() || values() == shape(), "{case}");
    }
}

fn index(value: &Value) -> usize {
    value.as_u64().expect("a count") as usize
}

/// AC-12: the promotion table of NumPy 2 and the array API, for every pair of dtypes that we have.
#[test]
fn promotion_follows_numpy() {
    let table = json("acceptance/ac12_promotion.json");
    let mut pairs = 0;
    for (a, row) in table["promote"].as_object().expect("a table") {
        for (b, both) in row.as_object().expect("a row") {
            let both = both.as_str().expect("a dtype's name");
            if let (Ok(a), Ok(b)) = (a.parse::<DType>(), b.parse::<DType>()) {
                assert_eq!(Ok(a.promote(b)), both.parse::<DType>(), "{a} with {b}");
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, DType::ALL.len() * DType::ALL.len(), "a pair of ours is not in the table");
}
