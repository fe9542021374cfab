//! AC-11: programs of array operations on small integers, recorded with NumPy. Every sum is exact, so the bits, the shape and
//! the dtype of the result are the same for every number of ranks and every layout of the input.
//!
//! `ISOTHERM_PROGRAMS` names another file of the same form to run.
#![allow(clippy::unwrap_used, reason = "a file that is not as described fails the test")]

#[path = "common/arrays.rs"]
mod arrays;
#[path = "common/golden.rs"]
mod golden;
#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use std::collections::BTreeMap;

use arrays::{difference, placed};
use golden::GoldenArray;
use isotherm::any::{self, AnyArray, AnyLike};
use isotherm::prelude::*;
use isotherm::program::{Binary, Compare, Fold, Scalar, Unary};
use isotherm::{Index, IndexItem, RangeEnd};
use serde_json::Value;

const WORLDS: [usize; 7] = [1, 2, 3, 4, 5, 7, 8];

/// Operations that the library does not have yet. The programs with one of them are not run, and the test prints which.
const MISSING: [&str; 3] = ["cumsum", "select_gt", "sort"];

/// How many of the repository's 200 programs that is.
const NOT_RUN: usize = 54;

struct Program {
    number: usize,
    input: GoldenArray,
    steps: Vec<Value>,
    output: GoldenArray,
}

/// The programs that can be run, and for each missing operation the numbers of the programs with it.
fn programs(file: &Value) -> (Vec<Program>, BTreeMap<String, Vec<usize>>) {
    let (mut programs, mut missing) = (Vec::new(), BTreeMap::<String, Vec<usize>>::new());
    for (number, program) in file["programs"].as_array().unwrap().iter().enumerate() {
        let steps = program["steps"].as_array().unwrap();
        let names = || steps.iter().map(|step| step["op"].as_str().unwrap());
        if let Some(name) = names().find(|name| MISSING.contains(name)) {
            missing.entry(name.to_owned()).or_default().push(number);
            continue;
        }
        let array =
            |key: &str| golden::array(&program[key]).unwrap_or_else(|error| panic!("program {number}: {error}"));
        programs.push(Program { number, input: array("input"), steps: steps.clone(), output: array("output") });
    }
    (programs, missing)
}

#[test]
fn programs_give_the_same_bits_at_every_world_size_and_layout() {
    let other = std::env::var("ISOTHERM_PROGRAMS").ok();
    let file = match &other {
        None => golden::json("acceptance/ac11_programs.json"),
        Some(path) => serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
    };
    let (programs, missing) = programs(&file);
    for (name, numbers) in &missing {
        println!("not run, {name} is missing: programs {numbers:?}");
    }
    let not_run = missing.values().map(Vec::len).sum::<usize>();
    println!("{} programs run, {not_run} not", programs.len());
    if other.is_none() {
        assert_eq!(
            (programs.len() + not_run, not_run),
            (200, NOT_RUN),
            "the list of missing operations is out of date"
        );
    }
    let mut failures = Vec::new();
    for ranks in world::sizes(WORLDS) {
        for program in &programs {
            let number = program.number;
            match world::run_on(ranks, |cx| differences(cx, program)) {
                Ok(found) => failures.extend(found.into_iter().flatten()),
                Err(error) => failures.push(format!("program {number} on {ranks} ranks: {error}")),
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[..failures.len().min(20)].join("\n"));
}

/// What differs from the recorded result when the input lies in each of the layouts.
fn differences(cx: &Context, program: &Program) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for layout in layouts::all(&program.input.shape, cx.size()) {
        let mut x = placed(cx, &program.input, &layout)?;
        for step in &program.steps {
            x = Step(step).run(&x)?;
        }
        if let Some(difference) = difference(&x, &program.output)? {
            found.push(format!("program {} from {layout}, rank {}: {difference}", program.number, cx.rank()));
        }
    }
    Ok(found)
}

/// One step of a program: its operation and arguments by name.
struct Step<'a>(&'a Value);

impl Step<'_> {
    fn run(&self, x: &AnyArray) -> Result<AnyArray> {
        match self.0["op"].as_str().unwrap() {
            "add_s" => x.binary(Binary::Add, self.int("s")).eval(),
            "mul_s" => x.binary(Binary::Multiply, self.int("s")).eval(),
            "max_s" => x.binary(Binary::Maximum, self.int("s")).eval(),
            "neg" => Scalar::I64(0).binary(Binary::Subtract, x).eval(),
            "abs" => x.unary(Unary::Abs).eval(),
            "where_gt0_else_m1" => x.compare(Compare::Greater, 0).select(x, -1).eval(),
            "add_lastaxis_vec" => {
                let v = self.ints("v");
                let v = AnyArray::from(x.context().from_slice(&v, v.len(), None)?);
                x.binary(Binary::Add, v.cast(x.dtype())).eval()
            }
            "sum" => self.reduced(x, Fold::Sum),
            "amax" => self.reduced(x, Fold::Max),
            "amin" => self.reduced(x, Fold::Min),
            "argmax" => self.reduced(x, Fold::ArgMax),
            "any" => self.reduced(x, Fold::Any),
            _ => self.moved(x),
        }
    }

    fn reduced(&self, x: &AnyArray, fold: Fold) -> Result<AnyArray> {
        let reduction = x.reduce(fold, self.axis());
        if self.0["keepdims"].as_bool().unwrap() { reduction.keep().eval() } else { reduction.eval() }
    }

    fn moved(&self, x: &AnyArray) -> Result<AnyArray> {
        match self.0["op"].as_str().unwrap() {
            "transpose" => x.permute_dims(&self.axes("perm")),
            "swapaxes" => x.swap_axes(self.int("a") as isize, self.int("b") as isize),
            "reshape" => x.reshape(self.axes("shape")),
            "slice" => x.slice(self.slice(x.ndim())),
            "concat_self" => any::concatenate(&[x, x], self.axis()),
            "stack_self" => any::stack(&[x, x], self.axis()),
            "roll" => x.roll(self.int("shift") as isize, self.axis()),
            "flip" => x.flip(self.axis()),
            "expand_dims" => x.expand_dims(self.axis()),
            "take" => x.take(&self.axes("idx"), self.axis()),
            "diff" => x.diff(self.axis()),
            "repeat" => x.repeat(self.int("k") as usize, self.axis()),
            "pad_zero" => {
                let mut widths = vec![(0, 0); x.ndim()];
                widths[self.axis() as usize] = (self.int("before") as usize, self.int("after") as usize);
                x.pad(&widths, Scalar::I64(0))
            }
            other => panic!("no such operation: {other}"),
        }
    }

    fn int(&self, key: &str) -> i64 {
        self.0[key].as_i64().unwrap()
    }

    fn ints(&self, key: &str) -> Vec<i64> {
        self.0[key].as_array().unwrap().iter().map(|value| value.as_i64().unwrap()).collect()
    }

    fn axis(&self) -> isize {
        self.int("axis") as isize
    }

    fn axes(&self, key: &str) -> Vec<isize> {
        self.ints(key).into_iter().map(|value| value as isize).collect()
    }

    /// Whole axes, but for one.
    fn slice(&self, ndim: usize) -> Index {
        let end = |key: &str| RangeEnd::from(self.0[key].as_i64().map(|end| end as isize));
        let range = isotherm::range(end("start"), end("stop")).step(self.int("step") as isize);
        let item = |axis| if axis == self.axis() as usize { range.into() } else { IndexItem::from(..) };
        (0..ndim).map(item).collect::<Vec<IndexItem>>().into()
    }
}
