//! Reductions across ranks, and the statistics that are made of them.

use std::rc::Rc;

use smallvec::SmallVec;

use crate::array::DistArray;
use crate::array::direct::direct;
use crate::array::evaluate::{Request, Value, What, context, evaluate, leaf};
use crate::array::spread::spread;
use crate::context::Context;
use crate::device::cpu::States;
use crate::device::{Made, Reduced};
use crate::dtype::{DType, Element};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Node, Question, Statistic};
use crate::layout::{Distribution, Layout, Progression};
use crate::program::{Binary, Fold, Op, Scalar, Unary};
use crate::shape::Shape;

/// The layout of a reduction's result: the kept axes stay dealt as they are, over mesh axes of reduced ones it is replicated.
pub(super) fn result_layout(layout: &Layout, axes: &[usize], keep: bool) -> Layout {
    let kept = |axis: &usize| !axes.contains(axis);
    let all = 0..layout.shape().ndim();
    let (shape, distributions): (Vec<usize>, Vec<Distribution>) = if keep {
        let part = |axis| {
            if kept(&axis) {
                (layout.shape()[axis], layout.distribution(axis).clone())
            } else {
                (1, Distribution::Whole)
            }
        };
        all.map(part).unzip()
    } else {
        all.filter(kept).map(|axis| (layout.shape()[axis], layout.distribution(axis).clone())).unzip()
    };
    Layout::new(shape, layout.mesh().clone(), distributions).expect("a part of a layout is a layout")
}

/// The end of a reduction over some axes: merging the states of the ranks that share its results.
pub(super) struct Merging<'a> {
    cx: &'a Context,
    layout: &'a Layout,
    axes: &'a [usize],
    /// The mesh axes along which elements of one result are spread.
    mesh_axes: Vec<usize>,
    /// The number of elements of one result.
    count: u64,
}

impl<'a> Merging<'a> {
    pub(super) fn new(cx: &'a Context, layout: &'a Layout, axes: &'a [usize]) -> Self {
        let over = axes.iter().flat_map(|&axis| layout.distribution(axis).over());
        let mut mesh_axes: Vec<usize> = over.filter(|&axis| layout.mesh().extents()[axis] > 1).collect();
        mesh_axes.sort_unstable();
        let count = axes.iter().map(|&axis| layout.shape()[axis] as u64).product();
        Self { cx, layout, axes, mesh_axes, count }
    }

    /// The number of elements of one result, when this rank holds them all.
    pub(super) fn complete(&self) -> Option<u64> {
        self.mesh_axes.is_empty().then_some(self.count)
    }

    /// The results of a folding pass. `label` gives the same number on ranks that ask the same.
    #[track_caller]
    pub(super) fn finish(&self, reduced: Vec<Reduced>, label: impl FnOnce() -> u64) -> Result<Vec<Made>> {
        let mut results = Vec::with_capacity(reduced.len());
        let mut partial = Vec::new();
        for reduced in reduced {
            match reduced {
                Reduced::Finished(result) => results.push(result),
                Reduced::Partial(states) => partial.push(states),
            }
        }
        results.extend(self.finish_states(partial, label)?);
        Ok(results)
    }

    /// The results of these states: one all-reduce for all of them when elements are on several ranks.
    #[track_caller]
    pub(super) fn finish_states(
        &self,
        mut states: Vec<Box<dyn States>>,
        label: impl FnOnce() -> u64,
    ) -> Result<Vec<Made>> {
        if states.is_empty() {
            return Ok(Vec::new());
        }
        let places = self.places();
        for states in &mut states {
            states.relabel(&places);
        }
        if !self.mesh_axes.is_empty() {
            let comm = self.cx.along(self.layout.mesh(), &self.mesh_axes)?;
            let bytes = comm.all_reduce_states(label(), "eval", packed(&states), |ours, theirs| {
                let mut both = unpacked(&states, &ours);
                for (state, other) in both.iter_mut().zip(unpacked(&states, theirs)) {
                    state.merge(&*other);
                }
                packed(&both)
            })?;
            states = unpacked(&states, &bytes);
        }
        Ok(states.iter().map(|states| Made::Host(states.finish(self.count, self.cx.pool()))).collect())
    }

    /// From the number of an element among this rank's elements of a result to its number among all.
    fn places(&self) -> impl Fn(u64) -> u64 + use<> {
        let rank = self.cx.rank();
        let parts: Vec<Progression> = self.axes.iter().map(|&axis| self.layout.progression(axis, rank)).collect();
        let here: Shape = parts.iter().map(Progression::len).collect();
        let whole: Shape = self.axes.iter().map(|&axis| self.layout.shape()[axis]).collect();
        move |place| {
            let index = here.unravel(place as usize);
            let global: SmallVec<[usize; 4]> = index.iter().zip(&parts).map(|(&i, part)| part.nth(i)).collect();
            whole.ravel(&global) as u64
        }
    }
}

/// All states as one message: each with its length before it.
fn packed(states: &[Box<dyn States>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for states in states {
        let its = states.write();
        bytes.extend_from_slice(&(its.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&its);
    }
    bytes
}

fn unpacked(like: &[Box<dyn States>], mut bytes: &[u8]) -> Vec<Box<dyn States>> {
    let mut states = Vec::with_capacity(like.len());
    for like in like {
        let (len, rest) = bytes.split_first_chunk::<8>().expect("a message is read as it was packed");
        let (its, rest) = rest.split_at(u64::from_le_bytes(*len) as usize);
        bytes = rest;
        states.push(like.read(its));
    }
    states
}

/// A question of an evaluation: an expression or a statistic of one.
#[doc(hidden)]
pub struct Ask {
    node: Rc<Node>,
    cx: Context,
    statistic: Option<Statistic>,
    axes: SmallVec<[usize; 4]>,
    keep: bool,
    ddof: usize,
}

/// The answer to an [`Ask`].
#[doc(hidden)]
pub struct Answer {
    value: Value,
    cx: Context,
}

impl Answer {
    /// The value, its type forgotten, and its context.
    pub(super) fn into_parts(self) -> (Value, Context) {
        (self.value, self.cx)
    }

    pub(super) fn into_array<T: Element>(self) -> DistArray<T> {
        let (local, layout) = self.value;
        let local = local.downcast::<T>().ok().expect("an answer has the dtype of its question");
        DistArray::from_parts(local, layout, self.cx)
    }
}

impl Ask {
    #[track_caller]
    pub(super) fn array(node: &Rc<Node>) -> Result<Self> {
        let cx = context(node)?;
        Ok(Self { node: node.clone(), cx, statistic: None, axes: SmallVec::new(), keep: false, ddof: 0 })
    }

    #[track_caller]
    pub(super) fn reduction(question: &Question) -> Result<Self> {
        let node = question.node.clone();
        if let Some(error) = &node.error {
            return Err(error.clone());
        }
        let blame = |kind, message: &str| Error::at(kind, message, question.at);
        let axes = question.axes.resolve(node.shape.ndim()).map_err(|error| blame(error.kind(), error.message()))?;
        if let Statistic::Fold(fold) = question.statistic {
            if matches!(fold, Fold::ArgMin | Fold::ArgMax) && axes.len() != 1 && axes.len() != node.shape.ndim() {
                return Err(blame(ErrorKind::Axis, "an argmin or argmax runs over one axis or all"));
            }
            if let (true, Some(axis)) = (fold.needs_elements(), axes.iter().find(|&&axis| node.shape[axis] == 0)) {
                let message = format!("{fold:?} over axis {axis} of shape {}: there are no elements", node.shape);
                return Err(blame(ErrorKind::Shape, &message.to_lowercase()));
            }
        }
        let (statistic, keep, ddof) = (Some(question.statistic), question.keep, question.ddof);
        let cx = context(&node)?;
        Ok(Self { node, cx, statistic, axes, keep, ddof })
    }

    /// The answer, when one operation on small arrays gives it.
    #[track_caller]
    pub(super) fn direct(&self) -> Result<Option<Answer>> {
        if self.statistic.is_some() {
            return Ok(None);
        }
        Ok(direct(&self.cx, &self.node)?.map(|value| Answer { value, cx: self.cx.clone() }))
    }

    /// Whether it is a variance or a deviation.
    fn is_spread(&self) -> bool {
        matches!(self.statistic, Some(Statistic::Variance | Statistic::Deviation))
    }

    fn count(&self) -> usize {
        self.axes.iter().map(|&axis| self.node.shape[axis]).product()
    }

    fn fold(&self, node: Rc<Node>, fold: Fold, keep: bool) -> Request {
        Request { node, what: What::Fold { fold, axes: self.axes.clone(), keep } }
    }

    /// The first question to ask the device: the result itself, or the mean on the way to a variance.
    fn first(&self) -> Request {
        match self.statistic {
            None => Request { node: self.node.clone(), what: What::Array },
            Some(Statistic::Fold(fold)) => self.fold(self.node.clone(), fold, self.keep),
            Some(Statistic::Norm) => self.fold(squared_magnitude(&self.node), Fold::Sum, self.keep),
            Some(Statistic::Variance | Statistic::Deviation) => self.fold(self.node.clone(), Fold::Mean, true),
        }
    }

    /// The second question, of a variance: the sum of squared distances from the mean.
    fn second(&self, mean: Value) -> Request {
        // Σ |x - mean|²
        let mean = Rc::new(leaf(self.node.dtype, mean, &self.cx));
        let distance = op(Op::Binary(Binary::Subtract), self.node.dtype, &[&self.node, &mean]);
        self.fold(squared_magnitude(&distance), Fold::Sum, self.keep)
    }

    /// The last question, of a variance, deviation or norm: what becomes of the sum.
    fn last(&self, sum: Value, dtype: DType) -> Request {
        let mut node = Rc::new(leaf(dtype, sum, &self.cx));
        if self.statistic != Some(Statistic::Norm) {
            let freedom = self.count().saturating_sub(self.ddof) as f64;
            let freedom = if dtype == DType::F32 { Scalar::F32(freedom as f32) } else { Scalar::F64(freedom) };
            node = op(Op::Binary(Binary::Divide), dtype, &[&node, &Rc::new(Node::scalar(freedom))]);
        }
        if self.statistic != Some(Statistic::Variance) {
            node = op(Op::Unary(Unary::Sqrt), dtype, &[&node]);
        }
        Request { node, what: What::Array }
    }
}

/// Answer all questions: one evaluation, one more if there are variances, and a small one to end variances and norms.
#[track_caller]
pub(super) fn answers(asks: Vec<Ask>) -> Result<Vec<Answer>> {
    if asks.iter().any(|ask| !ask.cx.is(&asks[0].cx)) {
        return Err(Error::new(ErrorKind::Context, "arrays of different contexts have no evaluation in common"));
    }
    let mut values: Vec<Option<Value>> = Vec::with_capacity(asks.len());
    for ask in &asks {
        values.push(if ask.is_spread() { spread(&ask.cx, &ask.node, &ask.axes, ask.keep)? } else { None });
    }
    let open: Vec<bool> = values.iter().map(Option::is_none).collect();
    again(&asks, &mut values, |k| open[k], |ask, _| ask.first())?;
    let mean = |ask: &Ask, mean: Option<Value>| ask.second(mean.expect("the mean was asked for first"));
    again(&asks, &mut values, |k| open[k] && asks[k].is_spread(), mean)?;
    let ends = |k: usize| asks[k].is_spread() || asks[k].statistic == Some(Statistic::Norm);
    let end =
        |ask: &Ask, sum: Option<Value>| ask.last(sum.expect("the sum was asked for before"), part(ask.node.dtype));
    again(&asks, &mut values, ends, end)?;
    let answer =
        |(ask, value): (Ask, Option<Value>)| Answer { value: value.expect("every ask has its value"), cx: ask.cx };
    Ok(asks.into_iter().zip(values).map(answer).collect())
}

/// Replace the values of the chosen asks by the answers to a further question about them.
#[track_caller]
fn again(
    asks: &[Ask],
    values: &mut [Option<Value>],
    chosen: impl Fn(usize) -> bool,
    question: impl Fn(&Ask, Option<Value>) -> Request,
) -> Result<()> {
    let places: Vec<usize> = (0..asks.len()).filter(|&k| chosen(k)).collect();
    let next = |&k: &usize| question(&asks[k], values[k].take());
    let requests: Vec<Request> = places.iter().map(next).collect();
    if !requests.is_empty() {
        for (place, value) in places.into_iter().zip(evaluate(&requests)?) {
            values[place] = Some(value);
        }
    }
    Ok(())
}

/// The dtype of magnitudes.
fn part(dtype: DType) -> DType {
    Unary::Abs.result(dtype).expect("statistics are of numbers")
}

fn squared_magnitude(node: &Rc<Node>) -> Rc<Node> {
    if !node.dtype.is_complex() {
        return op(Op::Unary(Unary::Square), node.dtype, &[node]);
    }
    let part = part(node.dtype);
    let square = |which| op(Op::Unary(Unary::Square), part, &[&op(Op::Unary(which), part, &[node])]);
    op(Op::Binary(Binary::Add), part, &[&square(Unary::Real), &square(Unary::Imag)])
}

#[track_caller]
fn op(op: Op, dtype: DType, arguments: &[&Rc<Node>]) -> Rc<Node> {
    Rc::new(Node::op(op, dtype, arguments, std::panic::Location::caller()))
}
