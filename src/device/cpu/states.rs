//! The states of reductions, their rules and types forgotten.
//!
//! Sums go through exact accumulators, so that neither the order of elements nor the cut between threads and ranks leaves a trace.

use std::any::Any;
use std::ops::Range;

use num_complex::Complex;

use crate::device::cpu::Cpu;
use crate::device::cpu::extremes::{Arg, Extreme, Ordered};
use crate::device::cpu::fold::Folding;
use crate::device::cpu::folds::{Exact, Logical, Mean, Product};
use crate::device::cpu::kernels::Arithmetic;
use crate::device::cpu::lines::Lines;
use crate::dtype::{DType, Element};
use crate::exact::Summable;
use crate::memory::{AnySlice, Block, Pool};
use crate::program::Fold;

/// The states of a run of outputs; the rule and the types are forgotten.
pub(crate) trait States: Send + Sync {
    /// As many fresh states of the same rule.
    fn fresh(&self, outputs: usize) -> Box<dyn States>;
    /// See a row-major block with one column per state (or, with one state, a run), from row `first` on.
    fn fold(&mut self, values: AnySlice<'_>, first: u64);
    /// As [`States::fold`], of rows that are `stride` elements apart; the values end with the last row.
    fn fold_rows(&mut self, values: AnySlice<'_>, stride: usize, first: u64);
    /// As [`States::fold_rows`], of rows with one column for each of these outputs.
    fn fold_strip(&mut self, values: AnySlice<'_>, stride: usize, first: u64, outputs: Range<usize>);
    /// See runs of `len` elements, one for each state from the state `first` on.
    fn fold_runs(&mut self, values: AnySlice<'_>, len: usize, first: usize);
    /// Whether the rule finds the results of whole lines without states.
    fn finishes_lines(&self) -> bool;
    /// The results of all `lines` of these elements, as a `Block` of the result's dtype, by a rule that [finishes
    /// them](States::finishes_lines).
    fn lines(&self, values: AnySlice<'_>, lines: &Lines, cpu: &Cpu) -> Box<dyn Any + Send>;
    /// See what the same number of other states, of later elements, have seen.
    fn merge(&mut self, later: &dyn States);
    /// Add the states of further outputs at the end.
    fn append(&mut self, further: Box<dyn States>);
    /// Replace the number of the element that each state points at.
    fn relabel(&mut self, place: &dyn Fn(u64) -> u64);
    /// The states as bytes.
    fn write(&self) -> Vec<u8>;
    /// As many states as these from bytes that [`States::write`] made.
    fn read(&self, bytes: &[u8]) -> Box<dyn States>;
    /// The results of `count` elements each, as a `Block` of the result's dtype.
    fn finish(&self, count: u64, pool: &Pool) -> Box<dyn Any + Send>;
    /// One `Block` of the results in these ones, which [`States::finish`] made.
    fn concatenate(&self, blocks: Vec<Box<dyn Any + Send>>, pool: &Pool) -> Box<dyn Any + Send>;
    /// This, to be cast back.
    fn as_any(&self) -> &dyn Any;
    /// This, to be cast back.
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// This, to be cast back.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

struct Typed<T: Element, F: Folding<T>> {
    rule: F,
    states: Vec<F::State>,
    element: std::marker::PhantomData<T>,
}

impl<T: Element, F: Folding<T>> Typed<T, F> {
    fn new(rule: F, states: Vec<F::State>) -> Self {
        Self { rule, states, element: std::marker::PhantomData }
    }
}

impl<T: Element, F: Folding<T>> States for Typed<T, F> {
    fn fresh(&self, outputs: usize) -> Box<dyn States> {
        Box::new(Self::new(self.rule, vec![self.rule.start(); outputs]))
    }

    fn fold(&mut self, values: AnySlice<'_>, first: u64) {
        self.fold_rows(values, self.states.len(), first);
    }

    fn fold_rows(&mut self, values: AnySlice<'_>, stride: usize, first: u64) {
        self.fold_strip(values, stride, first, 0..self.states.len());
    }

    fn fold_strip(&mut self, values: AnySlice<'_>, stride: usize, first: u64, outputs: Range<usize>) {
        let values = T::slice(values).expect("a reduction folds its own dtype");
        match &mut self.states[outputs] {
            [] => {}
            [one] if stride == 1 => self.rule.row(one, values, first),
            many => self.rule.rows(many, values, stride, first),
        }
    }

    fn fold_runs(&mut self, values: AnySlice<'_>, len: usize, first: usize) {
        let values = T::slice(values).expect("a reduction folds its own dtype");
        self.rule.runs(&mut self.states[first..], values, len);
    }

    fn finishes_lines(&self) -> bool {
        F::FINISHES
    }

    fn lines(&self, values: AnySlice<'_>, lines: &Lines, cpu: &Cpu) -> Box<dyn Any + Send> {
        let values = T::slice(values).expect("a reduction folds its own dtype");
        let rule = self.rule;
        Box::new(lines.results(
            cpu,
            values,
            |values, len, results| rule.finish_runs(values, len, results),
            |values, stride, results| rule.finish_rows(values, stride, results),
        ))
    }

    fn merge(&mut self, later: &dyn States) {
        let later = later.as_any().downcast_ref::<Self>().expect("states of one reduction have one type");
        for (state, other) in self.states.iter_mut().zip(&later.states) {
            self.rule.merge(state, other);
        }
    }

    fn append(&mut self, further: Box<dyn States>) {
        let further = further.into_any().downcast::<Self>().expect("states of one reduction have one type");
        self.states.extend(further.states);
    }

    fn relabel(&mut self, place: &dyn Fn(u64) -> u64) {
        for state in &mut self.states {
            self.rule.relabel(state, place);
        }
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for state in &self.states {
            self.rule.write(state, &mut bytes);
        }
        bytes
    }

    fn read(&self, mut bytes: &[u8]) -> Box<dyn States> {
        let states = self.states.iter().map(|_| self.rule.read(&mut bytes)).collect();
        Box::new(Self::new(self.rule, states))
    }

    fn finish(&self, count: u64, pool: &Pool) -> Box<dyn Any + Send> {
        let mut block = pool.take::<F::Output>(self.states.len());
        for (result, state) in block.iter_mut().zip(&self.states) {
            *result = self.rule.finish(state, count);
        }
        Box::new(block)
    }

    fn concatenate(&self, blocks: Vec<Box<dyn Any + Send>>, pool: &Pool) -> Box<dyn Any + Send> {
        let typed = |block: Box<dyn Any + Send>| block.downcast::<Block<F::Output>>().expect("results have one dtype");
        let mut blocks: Vec<_> = blocks.into_iter().map(typed).collect();
        if blocks.len() == 1 {
            return blocks.remove(0);
        }
        let mut all = pool.take::<F::Output>(blocks.iter().map(|block| block.len()).sum());
        let mut done = 0;
        for block in blocks {
            all[done..done + block.len()].copy_from_slice(&block);
            done += block.len();
        }
        Box::new(all)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The state of a sum over everything.
pub(super) fn sum<T: Summable>(states: &mut dyn States) -> Option<&mut T::State> {
    states.as_any_mut().downcast_mut::<Typed<T, Exact>>()?.states.first_mut()
}

/// No states yet of the rule that `fold` is for elements of `dtype`.
pub(crate) fn states(fold: Fold, dtype: DType) -> Box<dyn States> {
    match (fold, dtype) {
        (Fold::Any, _) => made::<bool>(Logical { all: false }),
        (Fold::All, _) => made::<bool>(Logical { all: true }),
        (_, DType::U8) => ordered::<u8>(fold),
        (_, DType::I32) => ordered::<i32>(fold),
        (_, DType::I64) => ordered::<i64>(fold),
        (_, DType::U64) => ordered::<u64>(fold),
        (Fold::Mean, DType::F32) => made::<f32>(Mean),
        (Fold::Mean, DType::F64) => made::<f64>(Mean),
        (Fold::Mean, DType::C32) => made::<Complex<f32>>(Mean),
        (Fold::Mean, DType::C64) => made::<Complex<f64>>(Mean),
        (_, DType::F32) => ordered::<f32>(fold),
        (_, DType::F64) => ordered::<f64>(fold),
        (_, DType::C32) => summed::<Complex<f32>>(fold),
        (_, DType::C64) => summed::<Complex<f64>>(fold),
        (_, DType::Bool) => extreme::<bool>(fold),
    }
}

fn made<T: Element>(rule: impl Folding<T>) -> Box<dyn States> {
    Box::new(Typed::new(rule, Vec::new()))
}

fn summed<T: Summable + Arithmetic>(fold: Fold) -> Box<dyn States> {
    if fold == Fold::Prod { made::<T>(Product) } else { made::<T>(Exact) }
}

fn ordered<T: Summable + Arithmetic + Ordered>(fold: Fold) -> Box<dyn States> {
    if fold.needs_elements() { extreme::<T>(fold) } else { summed::<T>(fold) }
}

fn extreme<T: Ordered>(fold: Fold) -> Box<dyn States> {
    match fold {
        Fold::Min => made::<T>(Extreme { greatest: false }),
        Fold::Max => made::<T>(Extreme { greatest: true }),
        Fold::ArgMin => made::<T>(Arg { greatest: false }),
        Fold::ArgMax => made::<T>(Arg { greatest: true }),
        _ => unreachable!("{fold:?} of {} is refused when the expression is built", T::DTYPE),
    }
}
