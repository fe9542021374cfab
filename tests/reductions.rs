//! Reductions against NumPy, NIST and exact rational arithmetic, at several world sizes and layouts: the bits never depend on these.
#![allow(clippy::unwrap_used, reason = "a golden file that is not as described fails its test")]

#[path = "common/arrays.rs"]
mod arrays;
#[path = "common/golden.rs"]
mod golden;
#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use arrays::{difference, pairs, placed};
use golden::{GoldenArray, decimal, lre, npy, relative_error, ulps};
use isotherm::any::{AnyArray, AnyLike, AnyReduction};
use isotherm::prelude::*;
use isotherm::program::{Binary, Fold, Scalar, Unary};
use isotherm::{Axes, Complex, Statistic};
use serde_json::{Value, json};

const WORLDS: [usize; 7] = [1, 2, 3, 4, 5, 7, 8];

/// Variances, deviations and norms round the mean, each distance and its square, the sum, and the end; this many last places are allowed.
const SPREAD_ULPS: u64 = 4;

/// Fails with all that any rank found.
fn none(found: Vec<Vec<String>>) {
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{} failures:\n{}", found.len(), found[..found.len().min(20)].join("\n"));
}

fn statistic(name: &str) -> (Statistic, usize) {
    let fold = match name {
        "sum" => Fold::Sum,
        "prod" => Fold::Prod,
        "mean" => Fold::Mean,
        "min" => Fold::Min,
        "max" => Fold::Max,
        "argmin" => Fold::ArgMin,
        "argmax" => Fold::ArgMax,
        "any" => Fold::Any,
        "all" => Fold::All,
        "var0" => return (Statistic::Variance, 0),
        "var1" => return (Statistic::Variance, 1),
        "std0" => return (Statistic::Deviation, 0),
        "std1" => return (Statistic::Deviation, 1),
        "norm" => return (Statistic::Norm, 0),
        other => panic!("no statistic is called {other}"),
    };
    (fold.into(), 0)
}

fn asked(x: &AnyArray, name: &str, axes: &Axes, keep: bool) -> AnyReduction {
    let (statistic, ddof) = statistic(name);
    let reduction = x.reduce(statistic, axes.clone()).ddof(ddof);
    if keep { reduction.keep() } else { reduction }
}

/// A statistic of an input, and NumPy's answer, if there is one.
struct Answer {
    name: String,
    axes: Axes,
    keep: bool,
    golden: Option<GoldenArray>,
}

fn answers(case: &Value) -> Vec<Answer> {
    let mut answers = Vec::new();
    for answer in case["answers"].as_array().unwrap() {
        let axes = match answer["axes"].as_array() {
            None => Axes::ALL,
            Some(axes) => axes.iter().map(|axis| axis.as_i64().unwrap() as isize).collect::<Vec<_>>().as_slice().into(),
        };
        for (key, keep) in [("shape", false), ("shape_keep", true)] {
            for (name, result) in answer["results"].as_object().unwrap() {
                let array = json!({"dtype": result["dtype"], "bits": result["bits"], "shape": answer[key]});
                let golden = (result["error"] != "empty").then(|| golden::array(&array).unwrap());
                answers.push(Answer { name: name.clone(), axes: axes.clone(), keep, golden });
            }
        }
    }
    answers
}

#[test]
fn reductions_are_numpys() {
    let file = golden::json("reductions.json");
    for case in file["cases"].as_array().unwrap() {
        let (input, answers) = (golden::array(&case["input"]).unwrap(), answers(case));
        for ranks in world::sizes(WORLDS) {
            none(world::run_on(ranks, |cx| reduced(cx, &input, &answers)).unwrap());
        }
    }
}

/// What is wrong with the answers from all layouts of the input; all that exist are one evaluation.
fn reduced(cx: &Context, input: &GoldenArray, answers: &[Answer]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let (some, none): (Vec<&Answer>, Vec<_>) = answers.iter().partition(|answer| answer.golden.is_some());
    for layout in layouts::all(&input.shape, cx.size()) {
        let x = placed(cx, input, &layout)?;
        let ask = |answer: &&Answer| asked(&x, &answer.name, &answer.axes, answer.keep);
        let mut say = |answer: &Answer, what: &str| {
            let Answer { name, axes, keep, .. } = answer;
            found.push(format!("{name} over {axes:?}, keep {keep}, of {} {layout}: {what}", input.dtype));
        };
        for answer in &none {
            match ask(answer).eval() {
                Err(error) if error.kind() == ErrorKind::Shape => {}
                other => say(answer, &format!("{other:?} and should be an error")),
            }
        }
        for (answer, actual) in some.iter().zip(some.iter().map(ask).collect::<Vec<_>>().eval()?) {
            let golden = answer.golden.as_ref().unwrap();
            // NumPy rounds the mean of complex numbers twice, so that it is not the sum divided once.
            let is_fold = matches!(statistic(&answer.name).0, Statistic::Fold(_));
            let exact = is_fold && !(answer.name == "mean" && input.dtype.is_complex());
            if let Some(what) = if exact { difference(&actual, golden)? } else { far(&actual, golden)? } {
                say(answer, &what);
            }
        }
    }
    Ok(found)
}

/// As [`difference`], but within [`SPREAD_ULPS`].
fn far(x: &AnyArray, golden: &GoldenArray) -> Result<Option<String>> {
    if x.dtype() != golden.dtype || *x.shape() != golden.shape {
        return difference(x, golden);
    }
    let apart: Vec<u64> = match golden.dtype {
        DType::F32 => pairs::<f32>(x, golden)?.into_iter().map(|(a, b)| ulps(a, b)).collect(),
        DType::F64 => pairs::<f64>(x, golden)?.into_iter().map(|(a, b)| ulps(a, b)).collect(),
        DType::C32 => pairs(x, golden)?.into_iter().map(|(a, b)| of_parts::<f32>(a, b)).collect(),
        _ => pairs(x, golden)?.into_iter().map(|(a, b)| of_parts::<f64>(a, b)).collect(),
    };
    Ok(apart.into_iter().find(|&apart| apart > SPREAD_ULPS).map(|apart| format!("{apart} ulps away")))
}

fn of_parts<T: golden::Ulps>(a: Complex<T>, b: Complex<T>) -> u64 {
    ulps(a.re, b.re).max(ulps(a.im, b.im))
}

/// The bits of one number computed from an array on every world size from 1 to 8 and in every layout; they must be one.
fn bits_everywhere(golden: &GoldenArray, value: impl Fn(&AnyArray) -> Result<AnyArray> + Send + Sync) -> Scalar {
    let mut seen: Vec<Scalar> = Vec::new();
    for ranks in world::sizes(1..=8) {
        let values = world::run_on(ranks, |cx| {
            let layouts = layouts::all(&golden.shape, ranks).into_iter();
            layouts.map(|layout| value(&placed(cx, golden, &layout)?)?.item()).collect::<Result<Vec<_>>>()
        });
        seen.extend(values.unwrap().into_iter().flatten());
    }
    let bits = |scalar: &Scalar| format!("{scalar:?}");
    assert!(
        seen.iter().all(|scalar| bits(scalar) == bits(&seen[0])),
        "the result depends on where elements lie: {seen:?}"
    );
    seen[0]
}

fn float(scalar: Scalar) -> f64 {
    scalar.cast(DType::F64).try_into().unwrap()
}

/// The first autocorrelation coefficient, as NIST defines it: of neighbours' distances from the mean.
fn autocorrelation(x: &AnyArray) -> Result<AnyArray> {
    let distance = x.binary(Binary::Subtract, x.reduce(Fold::Mean, None).eval()?).eval()?;
    let products = distance.slice(1..)?.binary(Binary::Multiply, distance.slice(..-1)?);
    let (products, squares) =
        (products.reduce(Fold::Sum, None), distance.unary(Unary::Square).reduce(Fold::Sum, None)).eval()?;
    products.binary(Binary::Divide, squares).eval()
}

/// AC-01 and AC-02: NIST's data for means, deviations and autocorrelations.
#[test]
fn nists_univariate_data() {
    let (numacc, univariate) =
        (golden::json("acceptance/ac01_nist_numacc.json"), golden::json("acceptance/ac02_nist_univariate.json"));
    let data = |name: &str| match numacc["data"].get(name) {
        Some(array) => golden::array(array).unwrap(),
        None => npy(&format!("acceptance/ac02_nist_univariate_{name}.npy")),
    };
    // Digits against the certified mean and deviation, relative error against the exact deviation of the stored numbers.
    let bounds = [
        ("NumAcc1", f64::INFINITY, 15.0, 1e-14_f64),
        ("NumAcc2", 14.0, 13.0, 1e-13),
        ("NumAcc3", 14.0, 9.0, 1e-8),
        ("Michelso", 12.0, 12.0, 1e-12),
        ("Lew", 12.0, 12.0, 1e-12),
        ("PiDigits", 12.0, 12.0, 1e-12),
    ];
    for (name, mean_digits, deviation_digits, deviation_error) in bounds {
        let file = if name.starts_with("NumAcc") { &numacc } else { &univariate };
        let x = data(name);
        let mean = float(bits_everywhere(&x, |x| x.reduce(Fold::Mean, None).eval()));
        let deviation = float(bits_everywhere(&x, |x| x.reduce(Statistic::Deviation, None).ddof(1).eval()));
        let r1 = float(bits_everywhere(&x, autocorrelation));
        let exact = &file["exact_on_f64"][name];
        let error = relative_error(r1, decimal(&exact["r1"]));
        assert!(error <= deviation_error.max(1e-12), "autocorrelation of {name}: {error}");
        assert_eq!(mean, decimal(&exact["mean"]), "mean of {name}: the exact one, rounded once");
        let error = relative_error(deviation, decimal(&exact["sd_ddof1"]));
        assert!(error <= deviation_error, "deviation of {name}: {error}");
        if let Some(certified) = file["certified"].get(name) {
            assert!(lre(mean, decimal(&certified["mean"])) >= mean_digits, "mean of {name}: {mean}");
            assert!(lre(deviation, decimal(&certified["sd"])) >= deviation_digits, "deviation of {name}: {deviation}");
            let r1_digits = if name.starts_with("NumAcc") { deviation_digits } else { 12.0 };
            assert!(lre(r1, decimal(&certified["r1"])) >= r1_digits, "autocorrelation of {name}: {r1}");
        }
    }
}

/// AC-04: sums with condition numbers up to 10^18 are the exact sums rounded once, on any ranks and in any order.
#[test]
fn sums_are_rounded_once() {
    let file = golden::json("acceptance/ac04_sums.json");
    for case in file["cases"].as_array().unwrap() {
        let name = case["case"].as_str().unwrap();
        let x = npy(&format!("acceptance/ac04_sums_{name}.npy"));
        let exact = golden::elements(x.dtype, &case["exact_sum_rounded_bits"]);
        let exact = if x.dtype == DType::F32 { f64::from(exact.values::<f32>()[0]) } else { exact.values::<f64>()[0] };
        assert_eq!(float(bits_everywhere(&x, |x| x.reduce(Fold::Sum, None).eval())), exact, "{name}");
        world::on_each([3], |cx| {
            let stride = 7; // coprime to the number of elements: every one once, in another order
            let n = x.shape.size();
            let sum = if x.dtype == DType::F32 {
                let values = x.values::<f32>();
                AnyArray::from(cx.from_fn(n, 0, |i| values[i[0] * stride % n])?).reduce(Fold::Sum, None).eval()?
            } else {
                let values = x.values::<f64>();
                AnyArray::from(cx.from_fn(n, 0, |i| values[i[0] * stride % n])?).reduce(Fold::Sum, None).eval()?
            };
            assert_eq!(float(sum.item()?), exact, "{name} in another order");
            Ok(())
        });
    }
}

/// AC-05: dtypes, wrapping and empty arrays. Dtypes that we do not have are listed.
#[test]
fn integers_and_empty_arrays() {
    let file = golden::json("acceptance/ac05_integers.json");
    let mut lacking = Vec::new();
    for case in file["reductions"].as_array().unwrap() {
        let (name, what) = (case["dtype"].as_str().unwrap(), case["case"].as_str().unwrap());
        let Ok(dtype) = name.parse::<DType>() else {
            lacking.push(name);
            continue;
        };
        let input = golden::elements(dtype, &case["x"]);
        for ranks in world::sizes(WORLDS) {
            none(
                world::run_on(ranks, |cx| empties_and_wraps(cx, &input, case))
                    .unwrap_or_else(|e| panic!("{name} {what}: {e}")),
            );
        }
    }
    lacking.dedup();
    println!("not run, no such dtypes: {lacking:?}");
    assert_eq!(lacking, ["int8", "int16"]);
}

fn empties_and_wraps(cx: &Context, input: &GoldenArray, case: &Value) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for layout in layouts::all(&input.shape, cx.size()) {
        let x = placed(cx, input, &layout)?;
        for (name, result) in case["results"].as_object().unwrap() {
            let wrong = match (asked(&x, name, &Axes::ALL, false).eval(), result["dtype"].as_str()) {
                (Ok(value), Some(dtype)) => difference(&value, &golden::elements(dtype.parse()?, &result["bits"]))?,
                (Err(error), None) if error.kind() == ErrorKind::Shape => None,
                (outcome, _) => Some(format!("{outcome:?} and should be {result}")),
            };
            found.extend(wrong.map(|wrong| format!("{name} of {} {}: {wrong}", case["dtype"], case["case"])));
        }
    }
    Ok(found)
}

/// AC-06: far from zero, tiny and huge; with the first two ranks empty, and with one element on each.
#[test]
fn moments_far_from_zero() {
    let exact = &golden::json("acceptance/ac06_moments.json")["exact_on_f64"];
    for name in ["off1e8", "off1e12", "tiny", "huge"] {
        let x = npy(&format!("acceptance/ac06_moments_{name}.npy"));
        let mean = float(bits_everywhere(&x, |x| x.reduce(Fold::Mean, None).eval()));
        assert_eq!(mean, decimal(&exact[name]["mean"]), "{name}");
        for (ddof, key) in [(0, "var_ddof0"), (1, "var_ddof1")] {
            let var = float(bits_everywhere(&x, |x| x.reduce(Statistic::Variance, None).ddof(ddof).eval()));
            let error = relative_error(var, decimal(&exact[name][key]));
            // A few roundings, and the rounding of the mean, squared; AC-06 allows 1e-7.
            let unit = f64::EPSILON / 2.0;
            let bound = 8.0 * unit + (unit * mean).powi(2) / var;
            assert!(error <= bound, "{key} of {name}: relative error {error}, bound {bound}");
        }
    }
}

#[test]
fn one_element_on_each_rank_has_a_sample_variance() {
    let values = [1e8 + 1.0, 1e8 + 2.0, 1e8 + 4.0];
    world::on_each([3], |cx| {
        let x = cx.from_slice(&values, 3, 0)?;
        let (sample, none): (f64, f64) = (x.var(0).ddof(1).item()?, x.var(0).ddof(3).item()?);
        let mean = x.mean(0).item()?;
        assert!(ulps(sample, 7.0 / 3.0) <= SPREAD_ULPS && mean == 1e8 + 7.0 / 3.0, "{sample}, {mean}");
        assert!(none.is_infinite(), "nothing is left to divide by");
        Ok(())
    });
}

/// AC-09: NaN, infinities and signed zeros.
#[test]
fn order_with_special_values() {
    let file = golden::json("acceptance/ac09_order.json");
    for case in file["cases"].as_array().unwrap() {
        let x = golden::elements(DType::F64, &case["x"]);
        for ranks in world::sizes(1..=8) {
            none(world::run_on(ranks, |cx| special(cx, &x, &case["results"])).unwrap());
        }
    }
}

fn special(cx: &Context, input: &GoldenArray, results: &Value) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for layout in layouts::all(&input.shape, cx.size()) {
        let x = placed(cx, input, &layout)?;
        for name in ["min", "max", "argmin", "argmax", "any", "all", "sum", "mean"] {
            let dtype = match name {
                "argmin" | "argmax" => DType::I64,
                "any" | "all" => DType::Bool,
                _ => DType::F64,
            };
            let wrong = match (asked(&x, name, &Axes::ALL, false).eval(), &results[name]) {
                (Err(error), golden) if error.kind() == ErrorKind::Shape && golden == "error:ValueError" => None,
                (Ok(value), golden) => difference(&value, &golden::elements(dtype, golden))?,
                (outcome, golden) => Some(format!("{outcome:?} and should be {golden}")),
            };
            found.extend(wrong.map(|wrong| format!("{name} of {layout}: {wrong}")));
        }
    }
    Ok(found)
}

/// The least of zeros is -0 and the greatest 0, wherever they lie; among them the first is the place of both.
#[test]
fn zeros_of_both_signs_have_an_order_for_min_and_max() {
    let mut values = vec![0.0_f64; 80];
    values[33] = -0.0;
    let x = |cx: &Context| cx.from_slice(&values, 80, 0);
    for ranks in world::sizes([1, 2, 3, 8]) {
        let outcomes = world::run_on(ranks, |cx| {
            let (least, most) = (x(cx)?.min(0).eval()?.item()?, x(cx)?.max(0).eval()?.item()?);
            let places = (x(cx)?.argmin(0).eval()?.item()?, x(cx)?.argmax(0).eval()?.item()?);
            Ok((least.is_sign_negative(), most.is_sign_negative(), places))
        });
        assert!(outcomes.unwrap().into_iter().all(|outcome| outcome == (true, false, (0, 0))), "{ranks} ranks");
    }
}
