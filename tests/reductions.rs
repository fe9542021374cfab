//! Reductions against NumPy, NIST and exact rational arithmetic, at several world sizes and layouts: the bits never depend on these.
#![allow(clippy::unwrap_used, reason = "a golden file that is not as described fails its test")]

#[path = "common/arrays.rs"]
mod arrays;
#[path = "common/golden.rs"]
mod golden;

use arrays::{difference, layouts, lopsided, placed};
use golden::{GoldenArray, decimal, json, lre, npy, relative_error, ulps};
use isotherm::any::{AnyArray, AnyLike, AnyReduction};
use isotherm::prelude::*;
use isotherm::program::{Fold, Scalar};
use isotherm::{Axes, Complex, Statistic};
use serde_json::Value;

const WORLDS: [usize; 5] = [1, 2, 3, 5, 8];

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

#[test]
fn reductions_are_numpys() {
    let file = json("reductions.json");
    let cases = file["cases"].as_array().unwrap();
    for ranks in WORLDS {
        none(
            isotherm::run_on(ranks, |cx| cases.iter().try_fold(Vec::new(), |found, case| reduced(cx, case, found)))
                .unwrap(),
        );
    }
}

/// All answers of a case from all layouts of its input.
fn reduced(cx: &Context, case: &Value, mut found: Vec<String>) -> Result<Vec<String>> {
    let input = golden::array(&case["input"]).unwrap();
    for layout in layouts(&input.shape, cx.size()) {
        let x = placed(cx, &input, &layout)?;
        for answer in case["answers"].as_array().unwrap() {
            let axes = match answer["axes"].as_array() {
                None => Axes::ALL,
                Some(axes) => {
                    axes.iter().map(|axis| axis.as_i64().unwrap() as isize).collect::<Vec<_>>().as_slice().into()
                }
            };
            for keep in [false, true] {
                for (name, what) in wrong(&x, answer, &axes, keep)? {
                    found.push(format!("{name} over {axes:?}, keep {keep}, of {} {layout}: {what}", input.dtype));
                }
            }
        }
    }
    Ok(found)
}

/// What is wrong with the statistics over these axes, by name; all of those that exist in one evaluation.
fn wrong(x: &AnyArray, answer: &Value, axes: &Axes, keep: bool) -> Result<Vec<(String, String)>> {
    let mut wrong = Vec::new();
    let (errors, values): (Vec<_>, Vec<_>) =
        answer["results"].as_object().unwrap().iter().partition(|(_, result)| result["error"] == "empty");
    for (name, _) in errors {
        match asked(x, name, axes, keep).eval() {
            Err(error) if error.kind() == ErrorKind::Shape => {}
            other => wrong.push((name.clone(), format!("{other:?} and should be an error"))),
        }
    }
    let actual = values.iter().map(|(name, _)| asked(x, name, axes, keep)).collect::<Vec<_>>().eval()?;
    for ((name, result), actual) in values.into_iter().zip(actual) {
        let shape = &answer[if keep { "shape_keep" } else { "shape" }];
        let golden = golden::array(&serde_json::json!({
            "dtype": result["dtype"], "bits": result["bits"], "shape": shape,
        }));
        // NumPy rounds the mean of complex numbers twice, so that it is not the sum divided once.
        let bounded = !matches!(statistic(name).0, Statistic::Fold(_)) || (name == "mean" && x.dtype().is_complex());
        let what = if bounded { far(&actual, &golden.unwrap())? } else { difference(&actual, &golden.unwrap())? };
        wrong.extend(what.map(|what| (name.clone(), what)));
    }
    Ok(wrong)
}

/// As [`difference`], but within [`SPREAD_ULPS`].
fn far(x: &AnyArray, golden: &GoldenArray) -> Result<Option<String>> {
    if x.dtype() != golden.dtype || *x.shape() != golden.shape {
        return difference(x, golden);
    }
    let apart: Vec<u64> = match golden.dtype {
        DType::F32 => x.gather::<f32>()?.into_iter().zip(golden.values()).map(|(a, b)| ulps(a, b)).collect(),
        DType::F64 => x.gather::<f64>()?.into_iter().zip(golden.values()).map(|(a, b)| ulps(a, b)).collect(),
        DType::C32 => x.gather::<Complex<f32>>()?.into_iter().zip(golden.values()).map(|(a, b)| parts(a, b)).collect(),
        _ => x.gather::<Complex<f64>>()?.into_iter().zip(golden.values()).map(|(a, b)| parts(a, b)).collect(),
    };
    Ok(apart.into_iter().find(|&apart| apart > SPREAD_ULPS).map(|apart| format!("{apart} ulps away")))
}

fn parts<T: golden::Ulps>(a: Complex<T>, b: Complex<T>) -> u64 {
    ulps(a.re, b.re).max(ulps(a.im, b.im))
}

/// The bits of a full reduction on every world size from 1 to 8 and in every layout; they must be one.
fn bits_everywhere(golden: &GoldenArray, ask: impl Fn(&AnyArray) -> AnyReduction + Send + Sync) -> Scalar {
    let mut seen: Vec<Scalar> = Vec::new();
    for ranks in 1..=8 {
        let values = isotherm::run_on(ranks, |cx| {
            let layouts = layouts(&golden.shape, ranks).into_iter();
            layouts.map(|layout| ask(&placed(cx, golden, &layout)?).eval()?.item()).collect::<Result<Vec<_>>>()
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

/// AC-01 and AC-02: NIST's data for means and deviations.
#[test]
fn nists_univariate_data() {
    let (numacc, univariate) = (json("acceptance/ac01_nist_numacc.json"), json("acceptance/ac02_nist_univariate.json"));
    let data = |name: &str| match numacc["data"].get(name) {
        Some(array) => golden::array(array).unwrap(),
        None => npy(&format!("acceptance/ac02_nist_univariate_{name}.npy")),
    };
    // Digits against the certified mean and deviation, relative error against the exact deviation of the stored numbers.
    let bounds = [
        ("NumAcc1", f64::INFINITY, 15.0, 1e-14),
        ("NumAcc2", 14.0, 13.0, 1e-13),
        ("NumAcc3", 14.0, 9.0, 1e-8),
        ("Michelso", 12.0, 12.0, 1e-12),
        ("Lew", 12.0, 12.0, 1e-12),
        ("PiDigits", 12.0, 12.0, 1e-12),
    ];
    for (name, mean_digits, deviation_digits, deviation_error) in bounds {
        let file = if name.starts_with("NumAcc") { &numacc } else { &univariate };
        let x = data(name);
        let mean = float(bits_everywhere(&x, |x| x.reduce(Fold::Mean, None)));
        let deviation = float(bits_everywhere(&x, |x| x.reduce(Statistic::Deviation, None).ddof(1)));
        let exact = &file["exact_on_f64"][name];
        assert_eq!(mean, decimal(&exact["mean"]), "mean of {name}: the exact one, rounded once");
        let error = relative_error(deviation, decimal(&exact["sd_ddof1"]));
        assert!(error <= deviation_error, "deviation of {name}: {error}");
        if let Some(certified) = file["certified"].get(name) {
            assert!(lre(mean, decimal(&certified["mean"])) >= mean_digits, "mean of {name}: {mean}");
            assert!(lre(deviation, decimal(&certified["sd"])) >= deviation_digits, "deviation of {name}: {deviation}");
        }
    }
}

/// AC-04: sums with condition numbers up to 10^18 are the exact sums rounded once, on any ranks and in any order.
#[test]
fn sums_are_rounded_once() {
    let file = json("acceptance/ac04_sums.json");
    for case in file["cases"].as_array().unwrap() {
        let name = case["case"].as_str().unwrap();
        let x = npy(&format!("acceptance/ac04_sums_{name}.npy"));
        let exact = golden::elements(x.dtype, &case["exact_sum_rounded_bits"]);
        let exact = if x.dtype == DType::F32 { f64::from(exact.values::<f32>()[0]) } else { exact.values::<f64>()[0] };
        assert_eq!(float(bits_everywhere(&x, |x| x.reduce(Fold::Sum, None))), exact, "{name}");
        let shuffled = isotherm::run_on(3, |cx| {
            let stride = 7; // coprime to the number of elements: every one once, in another order
            let n = x.shape.size();
            let sum = if x.dtype == DType::F32 {
                let values = x.values::<f32>();
                AnyArray::from(cx.from_fn(n, 0, |i| values[i[0] * stride % n])?).reduce(Fold::Sum, None).eval()?
            } else {
                let values = x.values::<f64>();
                AnyArray::from(cx.from_fn(n, 0, |i| values[i[0] * stride % n])?).reduce(Fold::Sum, None).eval()?
            };
            sum.item()
        });
        assert_eq!(float(shuffled.unwrap()[0]), exact, "{name} in another order");
    }
}

/// AC-05: dtypes, wrapping and empty arrays. Dtypes that we do not have are listed.
#[test]
fn integers_and_empty_arrays() {
    let file = json("acceptance/ac05_integers.json");
    let mut lacking = Vec::new();
    for case in file["reductions"].as_array().unwrap() {
        let (name, what) = (case["dtype"].as_str().unwrap(), case["case"].as_str().unwrap());
        let Ok(dtype) = name.parse::<DType>() else {
            lacking.push(name);
            continue;
        };
        let input = golden::elements(dtype, &case["x"]);
        for ranks in WORLDS {
            none(
                isotherm::run_on(ranks, |cx| empties_and_wraps(cx, &input, case))
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
    for layout in layouts(&input.shape, cx.size()) {
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
    let exact = &json("acceptance/ac06_moments.json")["exact_on_f64"];
    for name in ["off1e8", "off1e12", "tiny", "huge"] {
        let x = npy(&format!("acceptance/ac06_moments_{name}.npy"));
        let mean = float(bits_everywhere(&x, |x| x.reduce(Fold::Mean, None)));
        assert_eq!(mean, decimal(&exact[name]["mean"]), "{name}");
        for (ddof, key) in [(0, "var_ddof0"), (1, "var_ddof1")] {
            let var = float(bits_everywhere(&x, |x| x.reduce(Statistic::Variance, None).ddof(ddof)));
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
    let outcomes = isotherm::run_on(3, |cx| {
        let x = cx.from_slice(&values, 3, 0)?;
        (x.var(0).ddof(1).eval()?.item(), x.var(0).ddof(3).eval()?.item(), x.mean(0).eval()?.item()).all()
    });
    for (sample, none, mean) in outcomes.unwrap() {
        assert!(ulps(sample, 7.0 / 3.0) <= SPREAD_ULPS && mean == 1e8 + 7.0 / 3.0, "{sample}, {mean}");
        assert!(none.is_infinite(), "nothing is left to divide by");
    }
    assert_eq!(lopsided(5, 4), [0, 0, 0, 4, 5]);
}

/// Three results as one.
trait All {
    fn all(self) -> Result<(f64, f64, f64)>;
}

impl All for (Result<f64>, Result<f64>, Result<f64>) {
    fn all(self) -> Result<(f64, f64, f64)> {
        Ok((self.0?, self.1?, self.2?))
    }
}

/// AC-09: NaN, infinities and signed zeros.
#[test]
fn order_with_special_values() {
    let file = json("acceptance/ac09_order.json");
    for case in file["cases"].as_array().unwrap() {
        let x = golden::elements(DType::F64, &case["x"]);
        for ranks in 1..=8 {
            none(isotherm::run_on(ranks, |cx| special(cx, &x, &case["results"])).unwrap());
        }
    }
}

fn special(cx: &Context, input: &GoldenArray, results: &Value) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for layout in layouts(&input.shape, cx.size()) {
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
    for ranks in [1, 2, 3, 8] {
        let outcomes = isotherm::run_on(ranks, |cx| {
            let (least, most) = (x(cx)?.min(0).eval()?.item()?, x(cx)?.max(0).eval()?.item()?);
            let places = (x(cx)?.argmin(0).eval()?.item()?, x(cx)?.argmax(0).eval()?.item()?);
            Ok((least.is_sign_negative(), most.is_sign_negative(), places))
        });
        assert!(outcomes.unwrap().into_iter().all(|outcome| outcome == (true, false, (0, 0))), "{ranks} ranks");
    }
}
