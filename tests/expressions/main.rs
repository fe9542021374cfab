//! Random expressions on arrays in random layouts, against element by element on plain vectors: the same bits at every world size.
//!
//! A case is drawn outside and run inside the ranks (they never draw). Reductions of floats, for which plain vectors have no exact
//! answer, are compared with those of one rank.
#![allow(clippy::unwrap_used, reason = "a case that cannot be run fails the test")]

#[path = "../common/arrays.rs"]
mod arrays;
mod chains;
#[path = "../common/golden.rs"]
mod golden;
#[path = "../common/layouts.rs"]
mod layouts;
mod oracle;
#[path = "../common/world.rs"]
mod world;

use arrays::by_dtype;
use isotherm::any::{AnyArray, AnyExpr, AnyLike};
use isotherm::prelude::*;
use isotherm::program::{Binary, Compare, Fold, Scalar, Unary};
use isotherm::{Axes, Statistic};
use oracle::{Dense, Step};
use proptest::prelude::*;

const WORLDS: [usize; 5] = [1, 2, 3, 5, 8];

const UNARY: [Unary; 14] = [
    Unary::Negative,
    Unary::Abs,
    Unary::Sign,
    Unary::Square,
    Unary::Floor,
    Unary::Sqrt,
    Unary::Exp,
    Unary::Sin,
    Unary::Conj,
    Unary::Imag,
    Unary::IsNan,
    Unary::IsFinite,
    Unary::LogicalNot,
    Unary::BitwiseInvert,
];
const BINARY: [Binary; 12] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::FloorDivide,
    Binary::Remainder,
    Binary::Maximum,
    Binary::Minimum,
    Binary::BitwiseAnd,
    Binary::BitwiseXor,
    Binary::LeftShift,
    Binary::Atan2,
];
const COMPARE: [Compare; 3] = [Compare::Equal, Compare::Less, Compare::GreaterEqual];
const FOLDS: [Fold; 9] =
    [Fold::Sum, Fold::Mean, Fold::Prod, Fold::Min, Fold::Max, Fold::ArgMin, Fold::ArgMax, Fold::Any, Fold::All];

/// Numbers from which a case is made; each is taken modulo what it chooses from, so that any numbers make a case.
#[derive(Clone, Debug)]
struct Case {
    /// The extents of the widest operand, of which there are at most four.
    extents: Vec<usize>,
    operands: Vec<Drawn>,
    steps: Vec<[usize; 5]>,
    /// Two nodes, the axes and folds of two reductions, and whether they are kept.
    roots: [usize; 6],
}

#[derive(Clone, Debug)]
struct Drawn {
    dtype: usize,
    layout: usize,
    /// Which axes have extent one here, and how many leading axes are missing.
    ones: usize,
    missing: usize,
    seed: u64,
}

fn cases() -> impl Strategy<Value = Case> {
    let drawn = (0..9_usize, 0..64_usize, 0..16_usize, 0..5_usize, any::<u64>())
        .prop_map(|(dtype, layout, ones, missing, seed)| Drawn { dtype, layout, ones, missing, seed });
    let step = prop::array::uniform5(0..1000_usize);
    // Mostly small; some longer than the pieces in which a device works.
    let small = prop::collection::vec(0..5_usize, 0..=4);
    let extents = prop_oneof![7 => small, 1 => (1..4_usize, 1..1500_usize).prop_map(|(m, n)| vec![m, n])];
    let parts = (extents, prop::collection::vec(drawn, 1..4), prop::collection::vec(step, 1..9));
    (parts, prop::array::uniform6(0..1000_usize)).prop_map(|((extents, operands, steps), roots)| Case {
        extents,
        operands,
        steps,
        roots,
    })
}

impl Case {
    /// The operands as plain vectors: the first has all the extents.
    fn dense(&self) -> Vec<Dense> {
        let one = |(k, drawn): (usize, &Drawn)| {
            let narrow =
                |(axis, &extent): (usize, &usize)| if k > 0 && drawn.ones >> axis & 1 == 1 { 1 } else { extent };
            let missing = if k > 0 { drawn.missing.min(self.extents.len()) } else { 0 };
            let shape: Shape = self.extents.iter().enumerate().map(narrow).skip(missing).collect();
            oracle::random(DType::ALL[drawn.dtype], shape, drawn.seed)
        };
        self.operands.iter().enumerate().map(one).collect()
    }

    /// The steps whose operations exist for the dtypes that they meet.
    fn steps(&self, operands: &[Dense]) -> Vec<Step> {
        let mut dtypes: Vec<DType> = operands.iter().map(|dense| dense.dtype).collect();
        let mut steps = Vec::new();
        for &[kind, op, a, b, c] in &self.steps {
            let (a, b, c) = (a % dtypes.len(), b % dtypes.len(), c % dtypes.len());
            let both = dtypes[a].promote(dtypes[b]);
            let (step, dtype) = match kind % 6 {
                0 => (Step::Unary(UNARY[op % UNARY.len()], a), UNARY[op % UNARY.len()].result(dtypes[a])),
                1 => (Step::Binary(BINARY[op % BINARY.len()], a, b), BINARY[op % BINARY.len()].result(both)),
                2 => {
                    let value = Scalar::I64(op as i64 % 5).cast(dtypes[a]);
                    let op = BINARY[c % BINARY.len()];
                    (Step::WithScalar(op, value, a), op.result(dtypes[a]))
                }
                3 => {
                    let op = COMPARE[op % COMPARE.len()];
                    (Step::Compare(op, a, b), op.is_defined(both).then_some(DType::Bool))
                }
                4 => (Step::Select(c, a, b), Some(both)),
                _ => (Step::Cast(DType::ALL[op % 9], a), Some(DType::ALL[op % 9])),
            };
            if let Some(dtype) = dtype {
                steps.push(step);
                dtypes.push(dtype);
            }
        }
        steps
    }

    /// The fold that a number chooses for elements of this dtype and shape, and its axes.
    fn fold(choice: usize, axes: usize, of: &Dense) -> (Fold, Vec<isize>) {
        let ndim = of.shape.ndim();
        let axes: Vec<isize> = (0..ndim).filter(|axis| axes >> axis & 1 == 1).map(|axis| axis as isize).collect();
        let exists = |fold: Fold| match fold {
            Fold::Any | Fold::All => true,
            // The order of float products is free, within a bound.
            Fold::Prod => of.dtype.is_integer(),
            Fold::ArgMin | Fold::ArgMax if axes.len() != 1 && axes.len() != ndim => false,
            fold if fold.needs_elements() && axes.iter().any(|&axis| of.shape[axis as usize] == 0) => false,
            fold => fold.result(of.dtype).is_some(),
        };
        let fold = FOLDS[choice % FOLDS.len()];
        (if exists(fold) { fold } else { Fold::Any }, axes)
    }
}

/// This plain array, dealt as one of the layouts.
fn placed(cx: &Context, dense: &Dense, layout: usize) -> Result<AnyArray> {
    let layouts = layouts::all(&dense.shape, cx.size());
    by_dtype!(dense.dtype, T => {
        let values: Vec<T> = dense.values.iter().map(|&value| value.try_into().unwrap()).collect();
        Ok(cx.from_slice(&values, dense.shape.clone(), &layouts[layout % layouts.len()])?.into())
    })
}

/// All elements of an array as a plain one.
fn gathered(x: &AnyArray) -> Result<Dense> {
    let values = by_dtype!(x.dtype(), T => x.gather::<T>()?.into_iter().map(Scalar::from).collect());
    Ok(Dense { dtype: x.dtype(), shape: x.shape().clone(), values })
}

/// The operands and what the steps make of them.
fn built(operands: &[AnyArray], steps: &[Step]) -> Vec<AnyExpr> {
    let mut nodes: Vec<AnyExpr> = operands.iter().map(AnyLike::any_expr).collect();
    for step in steps {
        nodes.push(match *step {
            Step::Unary(op, a) => nodes[a].unary(op),
            Step::Binary(op, a, b) => nodes[a].binary(op, &nodes[b]),
            Step::WithScalar(op, value, a) => value.binary(op, &nodes[a]),
            Step::Compare(op, a, b) => nodes[a].compare(op, &nodes[b]),
            Step::Select(c, a, b) => nodes[c].cast(DType::Bool).select(&nodes[a], &nodes[b]),
            Step::Cast(dtype, a) => nodes[a].cast(dtype),
        });
    }
    nodes
}

/// What one rank computes: two arrays and two reductions in one evaluation, then the last node assigned to the first operand.
fn computed(cx: &Context, case: &Case, dense: &[Dense], nodes: &[Dense], steps: &[Step]) -> Result<Vec<Dense>> {
    let operands = dense.iter().zip(&case.operands).map(|(dense, drawn)| placed(cx, dense, drawn.layout));
    let mut operands = operands.collect::<Result<Vec<AnyArray>>>()?;
    let results = {
        let exprs = built(&operands, steps);
        let [a, b, axes, first, second, keep] = case.roots;
        let (a, last) = (a % exprs.len(), exprs.len() - 1);
        let reduction = |node: usize, fold: usize| {
            let (fold, axes) = Case::fold(fold, axes, &nodes[node]);
            let reduction = exprs[node].reduce(Statistic::Fold(fold), Axes::from(axes.as_slice()));
            if keep % 2 == 0 { reduction.keep() } else { reduction }
        };
        let b = b % exprs.len();
        let (x, y, p, q) =
            (exprs[a].clone(), exprs[last].clone(), reduction(b, first), reduction(last, second)).eval()?;
        [gathered(&x)?, gathered(&y)?, gathered(&p)?, gathered(&q)?]
    };
    let value = built(&operands, steps).pop().unwrap().cast(operands[0].dtype());
    let mut target = operands.swap_remove(0);
    target.assign(value)?;
    Ok(results.into_iter().chain([gathered(&target)?]).collect())
}

/// What the plain vectors give for the same; nothing for reductions that they have no exact answer to.
fn expected(case: &Case, nodes: &[Dense]) -> Vec<Option<Dense>> {
    let [a, b, axes, first, second, keep] = case.roots;
    let last = nodes.len() - 1;
    let reduction = |node: usize, fold: usize| {
        let (fold, axes) = Case::fold(fold, axes, &nodes[node]);
        nodes[node].reduced(fold, &axes, keep % 2 == 0)
    };
    let assigned = nodes[last].cast(nodes[0].dtype).broadcast(&nodes[0].shape);
    vec![
        Some(nodes[a % nodes.len()].clone()),
        Some(nodes[last].clone()),
        reduction(b % nodes.len(), first),
        reduction(last, second),
        Some(assigned),
    ]
}

proptest! {
    #![proptest_config(world::cases(ProptestConfig { cases: 2 * ProptestConfig::default().cases, max_shrink_iters: 4096, ..ProptestConfig::default() }))]

    #[test]
    fn expressions_are_what_plain_vectors_give(case in cases()) {
        let dense = case.dense();
        let steps = case.steps(&dense);
        let nodes = oracle::run(&dense, &steps);
        let mut expected = expected(&case, &nodes);
        for ranks in world::sizes(WORLDS) {
            let ranks_results = world::run_on(ranks, |cx| computed(cx, &case, &dense, &nodes, &steps)).unwrap();
            for results in ranks_results {
                for (root, (result, expected)) in results.into_iter().zip(&mut expected).enumerate() {
                    let expected = expected.get_or_insert_with(|| result.clone());
                    prop_assert!(result.is(expected), "root {root} on {ranks} ranks: {result:?}\nand should be {expected:?}\n{steps:?}");
                }
            }
        }
    }
}

/// An expression of more operations than a program has is cut, and its shared parts are still computed once each.
#[test]
fn long_expressions_are_cut() {
    let step = |x: f64, y: f64| (x * 0.75 + y).sqrt();
    for ranks in world::sizes([1, 3]) {
        let results = world::run_on(ranks, |cx| {
            let x = cx.arange(0.0, 40.0, 1.0, 0)?;
            let mut expr = (&x * 1.0, &x + 2.0);
            for _ in 0..150 {
                let next = (&expr.0 * 0.75 + &expr.1).sqrt();
                expr = (expr.1, next);
            }
            let (one, other, sum) = (expr.0.clone(), expr.1.clone(), expr.1.max(0)).eval()?;
            Ok((one.gather()?, other.gather()?, sum.item()?))
        });
        for (one, other, most) in results.unwrap() {
            for (i, (&one, &other)) in one.iter().zip(&other).enumerate() {
                let pair = (0..150).fold((i as f64, i as f64 + 2.0), |(a, b), _| (b, step(a, b)));
                assert_eq!((one, other), pair);
            }
            assert_eq!(most, other[39]);
        }
    }
}
