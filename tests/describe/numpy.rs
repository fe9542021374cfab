//! NumPy's answers, and the acceptance checks AC-01, AC-02, AC-06 and AC-10.

use isotherm::prelude::*;
use isotherm::stats::{self, Column, Ordinal};
use serde_json::Value;

use crate::arrays::difference;
use crate::golden::{self, GoldenArray, decimal};
use crate::{layouts, oracle, world};

const RANKS: [usize; 5] = [1, 2, 3, 5, 8];

/// Run an expression with a golden array's dtype as a type.
macro_rules! by_ordinal {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            DType::U8 => {
                type $T = u8;
                $body
            }
            DType::I32 => {
                type $T = i32;
                $body
            }
            DType::I64 => {
                type $T = i64;
                $body
            }
            DType::U64 => {
                type $T = u64;
                $body
            }
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F64 => {
                type $T = f64;
                $body
            }
            other => panic!("{other} has no quantiles"),
        }
    };
}

#[test]
fn quantiles_are_numpys() {
    let file = golden::json("quantiles.json");
    let levels = golden::array(&file["levels"]).unwrap().values::<f64>();
    for case in file["quantiles"].as_array().unwrap() {
        let x = golden::array(&case["x"]).unwrap();
        by_ordinal!(x.dtype, T => quantiles::<T>(&x, &levels, case));
    }
}

fn quantiles<T: Ordinal>(golden: &GoldenArray, levels: &[f64], case: &Value) {
    let axis = case["axis"].as_u64().map(|axis| axis as usize);
    let answer = golden::array(&case["answer"]).unwrap();
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&golden.shape, ranks) {
                let x = cx.from_slice(&golden.values::<T>(), golden.shape.clone(), &layout)?;
                let mut asked = stats::quantile(&x, levels, axis);
                if case["keep"] == true {
                    asked = asked.keep();
                }
                if case["ignore_nan"] == true {
                    asked = asked.ignore_nan();
                }
                let wrong = difference(&asked.eval()?.into(), &answer)?;
                assert_eq!(wrong, None, "{} of {layout} along {axis:?}", T::DTYPE);
            }
            Ok(())
        })
        .unwrap();
    }
}

/// AC-10: percentiles of 101 numbers, by the method `linear`; within 1e-14, and in fact the same bits.
#[test]
fn percentiles_of_the_acceptance_set() {
    let file = golden::json("acceptance/ac10_quantiles.json");
    let x = golden::array(&file["x"]).unwrap();
    let levels: Vec<f64> = file["q"].as_array().unwrap().iter().map(|q| q.as_f64().unwrap() / 100.0).collect();
    let answer = golden::elements(DType::F64, &file["percentile"]["linear"]).values::<f64>();
    for ranks in world::sizes(1..=8) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&x.shape, ranks) {
                let x = cx.from_slice(&x.values::<f64>(), x.shape.clone(), &layout)?;
                let found = stats::quantile(&x, levels.as_slice(), None).eval()?.to_vec()?;
                golden::assert_same(&layout.to_string(), &found, &answer);
            }
            Ok(())
        })
        .unwrap();
    }
    let mut with_nan = x.values::<f64>();
    with_nan[50] = f64::NAN;
    for ranks in world::sizes([2]) {
        world::run_on(ranks, |cx| {
            let x = cx.from_slice(&with_nan, with_nan.len(), 0)?;
            assert!(stats::median(&x, None).eval()?.item()?.is_nan());
            Ok(())
        })
        .unwrap();
    }
}

/// The only column of an array with one axis: the same bits on every number of ranks and in every layout.
fn described(x: &GoldenArray) -> Column {
    let mut seen: Vec<Column> = Vec::new();
    for ranks in world::sizes(1..=8) {
        let columns = world::run_on(ranks, |cx| {
            let all = layouts::all(&x.shape, ranks).into_iter();
            let column =
                |layout| Ok(stats::describe(&cx.from_slice(&x.values::<f64>(), x.shape.clone(), layout)?)?.columns[0]);
            all.map(column).collect::<Result<Vec<_>>>()
        });
        seen.extend(columns.unwrap().into_iter().flatten());
    }
    assert!(seen.iter().all(|column| oracle::bits(column) == oracle::bits(&seen[0])));
    seen[0]
}

fn relative_error(value: f64, exact: f64) -> f64 {
    ((value - exact) / exact).abs()
}

/// AC-01, AC-02, AC-06: the mean is the exact one, rounded; the deviation within a few roundings of the exact one of the stored numbers,
/// which is tighter than the certified digits that the checks ask for.
#[test]
fn moments_of_the_acceptance_set() {
    let [numacc, univariate, moments] = ["ac01_nist_numacc", "ac02_nist_univariate", "ac06_moments"]
        .map(|name| golden::json(&format!("acceptance/{name}.json")));
    let file = |name: &str| golden::npy(&format!("acceptance/{name}.npy"));
    let mut cases: Vec<(String, GoldenArray, &Value)> = Vec::new();
    for (name, array) in numacc["data"].as_object().unwrap() {
        cases.push((name.clone(), golden::array(array).unwrap(), &numacc["exact_on_f64"][name]));
    }
    for (prefix, json) in [("ac02_nist_univariate", &univariate), ("ac06_moments", &moments)] {
        for name in json["files"].as_object().unwrap().keys() {
            cases.push((name.clone(), file(&format!("{prefix}_{name}")), &json["exact_on_f64"][name]));
        }
    }
    assert_eq!(cases.len(), 10);
    for (name, x, exact) in cases {
        let column = described(&x);
        assert_eq!(column.mean, decimal(&exact["mean"]), "mean of {name}");
        let error = relative_error(column.std, decimal(&exact["sd_ddof1"]));
        assert!(error <= 4.0 * f64::EPSILON, "deviation of {name}: relative error {error:e}");
        if let Some(certified) = [&numacc, &univariate].into_iter().find_map(|file| file["certified"].get(&name)) {
            let digits = |value: f64, key: &str| -relative_error(value, decimal(&certified[key])).max(1e-17).log10();
            let [mean, sd] = match name.as_str() {
                "NumAcc1" => [14.0, 15.0],
                "NumAcc2" => [14.0, 13.0],
                "NumAcc3" => [14.0, 9.0],
                _ => [12.0, 12.0],
            };
            assert!(digits(column.mean, "mean") >= mean && digits(column.std, "sd") >= sd, "{name}: {column:?}");
        }
    }
}

#[test]
fn descriptions_are_numpys() {
    let file = golden::json("quantiles.json");
    for case in file["described"].as_array().unwrap() {
        let (x, facts) = (golden::array(&case["x"]).unwrap(), golden::array(&case["facts"]).unwrap().values::<f64>());
        by_ordinal!(x.dtype, T => facts_agree::<T>(&x, &facts));
    }
}

fn facts_agree<T: Ordinal>(golden: &GoldenArray, facts: &[f64]) {
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&golden.shape, ranks) {
                let x = cx.from_slice(&golden.values::<T>(), golden.shape.clone(), &layout)?;
                let found = stats::describe(&x)?.columns;
                for (place, column) in found.iter().enumerate() {
                    let fact = |row: usize| facts[row * found.len() + place];
                    let Column { count, nan, mean, std, min, q25, median, q75, max } = *column;
                    let ordered = [count as f64, nan as f64, min, q25, median, q75, max];
                    golden::assert_same("order", &ordered, &[0, 1, 4, 5, 6, 7, 8].map(fact));
                    // NumPy rounds every addition.
                    let near = |value: f64, fact: f64| {
                        value.is_nan() && fact.is_nan() || (value - fact).abs() <= 1e-13 * fact.abs()
                    };
                    assert!(near(mean, fact(2)) && near(std, fact(3)), "column {place} of {layout}: {column:?}");
                }
            }
            Ok(())
        })
        .unwrap();
    }
}
