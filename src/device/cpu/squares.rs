//! Sums of squares and of products of arrays that lie whole: folded where they lie, without registers.
//!
//! These are what norms, variances and inner products are made of. The bits are those of the same program, step by step.

use std::any::Any;
use std::ops::Range;

use crate::device::cpu::Cpu;
use crate::device::cpu::lines::Lines;
use crate::device::cpu::pass::Evaluation;
use crate::device::cpu::states::{self, States};
use crate::dtype::{DType, Element};
use crate::exact::Squares;
use crate::memory::{AnySlice, Erase};
use crate::program::{Binary, Fold, Op, Root, Unary};
use crate::shape::Shape;

/// What is added up.
#[derive(Clone, Copy)]
pub(super) enum Terms<'a> {
    /// The squares of the distances from a center.
    Squares(AnySlice<'a>, Option<AnySlice<'a>>),
    Products(AnySlice<'a>, AnySlice<'a>),
}

impl Terms<'_> {
    /// Adds the terms at these positions to the state of a sum.
    pub(super) fn fold(&self, range: &Range<usize>, states: &mut dyn States) {
        match self.dtype() {
            DType::F32 => self.fold_typed::<f32>(range, states),
            _ => self.fold_typed::<f64>(range, states),
        }
    }

    fn dtype(&self) -> DType {
        let (Self::Squares(values, _) | Self::Products(values, _)) = self;
        values.dtype()
    }

    fn fold_typed<T: Squares + Element + Erase>(&self, range: &Range<usize>, states: &mut dyn States) {
        let typed = |slice| T::slice(slice).expect("operands have one dtype");
        let state = states::sum::<T>(states).expect("a sum over everything has one state");
        match *self {
            Self::Squares(values, center) => {
                T::add_squares(
                    state,
                    &typed(values)[range.clone()],
                    center.map_or(T::default(), |center| typed(center)[0]),
                );
            }
            Self::Products(left, right) => {
                T::add_rounded(state, &typed(left)[range.clone()], &typed(right)[range.clone()]);
            }
        }
    }
}

impl Evaluation<'_> {
    /// The terms, when the only root is the sum of all squares, or products, of real arrays that lie as the space is walked.
    pub(super) fn terms(&self, roots: &[&Root]) -> Option<Terms<'_>> {
        let [Root::Reduction { node, fold: Fold::Sum, .. }] = roots else { return None };
        let node = &self.program.nodes[*node];
        let argument = |k: usize| &self.program.nodes[node.arguments[k]];
        match (node.dtype, &node.op) {
            (DType::F32 | DType::F64, Op::Unary(Unary::Square)) => {
                match (&argument(0).op, &argument(0).arguments[..]) {
                    (&Op::Block(slot), _) => Some(Terms::Squares(self.whole(slot)?, None)),
                    (Op::Binary(Binary::Subtract), &[values, center]) => {
                        let (Op::Block(values), Op::Block(center)) =
                            (&self.program.nodes[values].op, &self.program.nodes[center].op)
                        else {
                            return None;
                        };
                        Some(Terms::Squares(self.whole(*values)?, Some(self.one(*center)?)))
                    }
                    _ => None,
                }
            }
            (DType::F32 | DType::F64, Op::Binary(Binary::Multiply)) => {
                let (&Op::Block(left), &Op::Block(right)) = (&argument(0).op, &argument(1).op) else { return None };
                Some(Terms::Products(self.whole(left)?, self.whole(right)?))
            }
            _ => None,
        }
    }

    /// The elements of a block, where they lie side by side in the order of the space.
    fn whole(&self, slot: usize) -> Option<AnySlice<'_>> {
        let leaf = &self.blocks[slot];
        let strides = self.shape.strides();
        let mut axes = self.shape.iter().zip(&strides).zip(&leaf.view.strides);
        let is_whole = axes.all(|((&extent, &stride), &its)| extent == 1 || its == stride as isize);
        leaf.elements.filter(|elements| is_whole && leaf.view.offset == 0 && elements.len() == self.shape.size())
    }

    /// The only element of a block.
    fn one(&self, slot: usize) -> Option<AnySlice<'_>> {
        self.blocks[slot].elements.filter(|elements| elements.len() == 1)
    }
}

impl Cpu {
    /// For each line along these neighbouring `axes` of a row-major block of real floats, the sum of the squared distances from the
    /// mean, as a `Block`. The second time a line is read it is in a cache.
    pub(crate) fn spread(&self, values: AnySlice<'_>, shape: &Shape, axes: &[usize]) -> Box<dyn Any> {
        match values {
            AnySlice::F32(values) => self.spread_typed(values, shape, axes),
            AnySlice::F64(values) => self.spread_typed(values, shape, axes),
            _ => unreachable!("variances without a second evaluation are of real floats"),
        }
    }

    fn spread_typed<T: Squares + Element>(&self, values: &[T], shape: &Shape, axes: &[usize]) -> Box<dyn Any> {
        Box::new(match Lines::new(shape, axes) {
            Some(lines) => lines.results(
                self,
                values,
                |x, len, sums| T::spread_runs(sums, x, len),
                |x, stride, sums| {
                    T::spread_rows(sums, x, stride);
                },
            ),
            None => self.pool().take::<T>(0),
        })
    }
}
