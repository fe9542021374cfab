//! Indexing and movement after NumPy: every golden case on several numbers of ranks, in every kind of layout.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "common/golden.rs"]
mod golden;
#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;
use isotherm::{Axes, Axis, Extents, Index, IndexItem};
use serde_json::Value;

const RANKS: [usize; 5] = [1, 2, 3, 5, 8];

#[test]
fn every_case_in_every_layout() {
    let cases = golden::json("indexing.json");
    let cases = cases["cases"].as_array().unwrap();
    world::on_each(RANKS, |cx| {
        let mut compared = 0;
        for case in cases {
            for variant in 0..variants(case, cx.size()) {
                check(cx, case, variant);
                compared += 1;
            }
        }
        assert!(compared > 2_000, "{compared} comparisons");
        Ok(())
    });
}

/// How many layouts there are for the first input.
fn variants(case: &Value, ranks: usize) -> usize {
    layouts::all(&shape(&case["inputs"][0]), ranks).len()
}

/// The inputs in the layout number `variant`, later ones in the next; the result against NumPy's.
fn check(cx: &Context, case: &Value, variant: usize) {
    let inputs: Vec<DistArray<i64>> = case["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(number, input)| counted(cx, &shape(input), 100 * number as i64, variant + number))
        .collect();
    let before: Vec<Vec<i64>> = inputs.iter().map(|input| input.local().to_vec()).collect();
    let what = || format!("{case} with {} on {} ranks", inputs[0].layout(), cx.size());
    let result = apply(cx, case, &inputs, variant);
    for (input, before) in inputs.iter().zip(before) {
        assert_eq!(input.local(), before, "an operand changed: {}", what());
    }
    match (case["error"].as_str(), result) {
        (Some(_), Err(error)) => {
            let numbers_named = error.message().contains(|letter: char| letter.is_ascii_digit());
            assert!(numbers_named, "{error} names nothing: {}", what());
            assert!(kinds(case).contains(&error.kind()), "{error:?}: {}", what());
        }
        (None, Ok(result)) => {
            assert_eq!(*result.shape(), shape(&case["shape"]), "{}", what());
            assert_eq!(result.gather().unwrap(), integers(&case["values"]), "{}", what());
        }
        (_, result) => panic!("{:?} from {}", result.map(|x| x.layout().to_string()), what()),
    }
}

/// The kinds of error that stand for the class that NumPy raises.
fn kinds(case: &Value) -> &'static [ErrorKind] {
    match case["error"].as_str().unwrap() {
        "IndexError" => &[ErrorKind::Index],
        "AxisError" => &[ErrorKind::Axis],
        _ => &[ErrorKind::Shape, ErrorKind::Axis, ErrorKind::Index],
    }
}

fn apply(cx: &Context, case: &Value, inputs: &[DistArray<i64>], variant: usize) -> Result<DistArray<i64>> {
    let x = &inputs[0];
    let all: Vec<&DistArray<i64>> = inputs.iter().collect();
    let axes = || case["axes"].as_array().map(|_| integers(&case["axes"]));
    let one = |axis: i64| Axis::from(axis as isize);
    match case["op"].as_str().unwrap() {
        "index" => x.slice(items(&case["items"])),
        "assign" => {
            let mut x = x.clone();
            if let Some(value) = case["value"].as_i64() {
                x.set(items(&case["items"]), value)?;
            } else {
                let value = counted(cx, &shape(&case["value"]["shape"]), 1000, variant + 1);
                x.set(items(&case["items"]), &value)?;
            }
            Ok(x)
        }
        "concatenate" => concatenate(&all, one(case["axis"].as_i64().unwrap())),
        "stack" => stack(&all, one(case["axis"].as_i64().unwrap())),
        "roll" => match (case["shift"].as_i64(), axes()) {
            (Some(shift), None) => x.roll(shift as isize, None),
            (shift, axes) => {
                let shifts = shift.map_or_else(|| integers(&case["shift"]), |shift| vec![shift]);
                let pairs = shifts.iter().zip(axes.unwrap());
                pairs.into_iter().try_fold(x.clone(), |x, (&shift, axis)| x.roll(shift as isize, axis as isize))
            }
        },
        "flip" => x.flip(axes().map_or(Axes::ALL, |axes| Axes::from(&signed(&axes)[..]))),
        "pad" => {
            let pair = |pair: &Value| (pair[0].as_u64().unwrap() as usize, pair[1].as_u64().unwrap() as usize);
            let widths: Vec<_> = case["widths"].as_array().unwrap().iter().map(pair).collect();
            x.pad(&widths, case["value"].as_i64().unwrap())
        }
        "transpose" => axes().map_or_else(|| x.transpose(), |axes| x.permute_dims(&signed(&axes))),
        "reshape" => x.reshape(Extents::from(signed(&integers(&case["to"])))),
        other => panic!("no op is called {other}"),
    }
}

fn items(items: &Value) -> Index {
    let item = |item: &Value| match (&item["slice"], &item["int"]) {
        (Value::Array(ends), _) => {
            let end = |k: usize| ends[k].as_i64().map(|end| end as isize);
            range(end(0), end(1)).step(end(2).unwrap_or(1)).into()
        }
        (_, Value::Number(index)) => IndexItem::At(index.as_i64().unwrap() as isize),
        _ => IndexItem::NewAxis,
    };
    items.as_array().unwrap().iter().map(item).collect::<Vec<_>>().into()
}

/// The integers from `first` on in the layout number `variant` of all that there are.
fn counted(cx: &Context, shape: &Shape, first: i64, variant: usize) -> DistArray<i64> {
    let layouts = layouts::all(shape, cx.size());
    let layout = &layouts[variant % layouts.len()];
    cx.from_fn(shape, layout, |index| first + shape.ravel(index) as i64).unwrap()
}

fn shape(extents: &Value) -> Shape {
    extents.as_array().unwrap().iter().map(|extent| extent.as_u64().unwrap() as usize).collect()
}

fn integers(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|value| value.as_i64().unwrap()).collect()
}

fn signed(list: &[i64]) -> Vec<isize> {
    list.iter().map(|&value| value as isize).collect()
}
