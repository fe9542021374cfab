//! The registers of one task, and the execution of a tape over one cache block.

use std::any::Any;

use crate::device::cpu::kernels;
use crate::device::cpu::space::Space;
use crate::device::cpu::tape::{LeafKind, Source, Step, Tape, Target};
use crate::dtype::{DType, Element, with_dtype};
use crate::layout::Progression;
use crate::memory::{AnySlice, AnySliceMut, Block, Erase, Pool};
use crate::program::{Op, Scalar};

/// What the leaves of a tape are read from.
#[derive(Clone, Copy)]
pub(super) struct Leaves<'a> {
    /// Nothing stands for the first output.
    pub(super) blocks: &'a [Option<AnySlice<'a>>],
    pub(super) indices: &'a [Progression],
    pub(super) scalars: &'a [Scalar],
}

/// A buffer of one cache block whose element type is a value.
type Register = Box<dyn Any + Send>;

/// The registers of one task. A block of elements is read, computed and given away before the next.
pub(super) struct Frame<'a> {
    tape: &'a Tape,
    leaves: Leaves<'a>,
    /// The length of every register.
    len: usize,
    pool: &'a Pool,
    registers: Vec<Register>,
    /// For each leaf, its elements of this block where they do not lie side by side.
    gathered: Vec<Register>,
    /// For each leaf, where its elements begin when they do lie side by side.
    found: Vec<Option<usize>>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(tape: &'a Tape, leaves: Leaves<'a>, len: usize, pool: &'a Pool) -> Self {
        let mut registers: Vec<Register> = tape.registers.iter().map(|&dtype| register(dtype, len, pool)).collect();
        for &(place, slot) in &tape.constants {
            fill(&mut registers[place], leaves.scalars[slot]);
        }
        let gathered = tape.leaves.iter().map(|_| Box::new(()) as Register).collect();
        Self { tape, leaves, len, pool, registers, gathered, found: vec![None; tape.leaves.len()] }
    }

    /// Compute the block of `len` elements at `position` of `space`, those of the outputs from element `done` on.
    pub(super) fn run(
        &mut self,
        space: &Space,
        position: usize,
        len: usize,
        outputs: &mut [AnySliceMut<'_>],
        done: usize,
    ) {
        for leaf in 0..self.tape.leaves.len() {
            self.load(space, leaf, position, len, outputs, done);
        }
        let tape = self.tape;
        for step in &tape.steps {
            let mut registers = std::mem::take(&mut self.registers);
            match step.target {
                Target::Register(place) => {
                    let mut target = std::mem::replace(&mut registers[place], Box::new(()));
                    with_dtype!(step.into, D => {
                        let into = &mut target.downcast_mut::<Block<D>>().expect("a register keeps its dtype")[..len];
                        Operands { frame: self, registers: &registers, len }.execute(step, D::erase_mut(into));
                    });
                    registers[place] = target;
                }
                Target::Output(output) => with_dtype!(step.into, D => {
                    let into = D::slice_mut(&mut outputs[output]).expect("an output has its root's dtype");
                    let into = D::erase_mut(&mut into[done..done + len]);
                    Operands { frame: self, registers: &registers, len }.execute(step, into);
                }),
            }
            self.registers = registers;
        }
    }

    /// The elements of this block at `source`.
    pub(super) fn values(&self, source: Source, len: usize) -> AnySlice<'_> {
        with_dtype!(self.dtype(source), T => T::erase(self.operand(&self.registers, source, len)))
    }

    /// Find or gather this block's elements of a leaf.
    fn load(
        &mut self,
        space: &Space,
        leaf: usize,
        position: usize,
        len: usize,
        outputs: &mut [AnySliceMut<'_>],
        done: usize,
    ) {
        let (kind, dtype) = self.tape.leaves[leaf];
        self.found[leaf] = match kind {
            LeafKind::Block(slot) if self.leaves.blocks[slot].is_some() => space.contiguous(leaf, position, len),
            _ => None,
        };
        if self.found[leaf].is_some() {
            return;
        }
        if self.gathered[leaf].is::<()>() {
            self.gathered[leaf] = register(dtype, self.len, self.pool);
        }
        let register = &mut self.gathered[leaf];
        match kind {
            LeafKind::Block(slot) => with_dtype!(dtype, T => {
                let into = register.downcast_mut::<Block<T>>().expect("a register keeps its dtype");
                let Some(from) = self.leaves.blocks[slot] else {
                    let output = T::slice_mut(&mut outputs[0]).expect("the output has its root's dtype");
                    into[..len].copy_from_slice(&output[done..done + len]);
                    return;
                };
                let from = T::slice(from).expect("a leaf has its node's dtype");
                space.runs(leaf, position, len, |at, start, stride, here| {
                    copy_strided(from, start, stride, &mut into[at..at + here]);
                });
            }),
            LeafKind::Index(axis) => {
                let progression = &self.leaves.indices[axis];
                let into = register.downcast_mut::<Block<i64>>().expect("an index is an i64");
                space.runs(leaf, position, len, |at, start, stride, here| {
                    for (k, index) in into[at..at + here].iter_mut().enumerate() {
                        *index = progression.nth((start + k as isize * stride) as usize) as i64;
                    }
                });
            }
        }
    }
}

/// The operands of one step.
struct Operands<'f, 'a> {
    frame: &'f Frame<'a>,
    registers: &'f [Register],
    len: usize,
}

impl Frame<'_> {
    fn dtype(&self, source: Source) -> DType {
        match source {
            Source::Register(place) => self.tape.registers[place],
            Source::Leaf(leaf) => self.tape.leaves[leaf].1,
        }
    }

    /// The elements of this block at `source`, where `registers` are.
    fn operand<'s, T: Element>(&'s self, registers: &'s [Register], source: Source, len: usize) -> &'s [T] {
        let register = match source {
            Source::Register(place) => &registers[place],
            Source::Leaf(leaf) => match (self.found[leaf], self.tape.leaves[leaf].0) {
                (Some(start), LeafKind::Block(slot)) => {
                    let block = self.leaves.blocks[slot].expect("the output is read by a copy");
                    let block = T::slice(block).expect("a leaf has its node's dtype");
                    return &block[start..start + len];
                }
                _ => &self.gathered[leaf],
            },
        };
        &register.downcast_ref::<Block<T>>().expect("operands have the dtype that the program says")[..len]
    }
}

impl Operands<'_, '_> {
    fn get<T: Element>(&self, step: &Step, argument: usize) -> &[T] {
        self.frame.operand(self.registers, step.arguments[argument], self.len)
    }

    fn execute(&self, step: &Step, into: AnySliceMut<'_>) {
        let argument = |k: usize| {
            let dtype = self.frame.dtype(step.arguments[k]);
            with_dtype!(dtype, T => T::erase(self.get(step, k)))
        };
        match &step.op {
            Op::Unary(op) => kernels::unary(*op, argument(0), into),
            Op::Binary(op) => kernels::binary(*op, argument(0), argument(1), into),
            Op::Compare(op) => kernels::compare(*op, argument(0), argument(1), into),
            Op::Select => kernels::select(self.get(step, 0), argument(1), argument(2), into),
            Op::Cast => kernels::cast(argument(0), into),
            Op::Closure(closure) => closure.call(argument(0), into),
            Op::Block(_) | Op::Scalar(_) | Op::Index(_) => unreachable!("leaves are no steps"),
        }
    }
}

fn register(dtype: DType, len: usize, pool: &Pool) -> Register {
    with_dtype!(dtype, T => Box::new(pool.take::<T>(len)))
}

fn fill(register: &mut Register, scalar: Scalar) {
    with_dtype!(scalar.dtype(), T => {
        let value = T::try_from(scalar).expect("a scalar has its own dtype");
        register.downcast_mut::<Block<T>>().expect("a register keeps its dtype").fill(value);
    });
}

/// Every `stride`-th element from `start` on.
pub(super) fn copy_strided<T: Copy>(from: &[T], start: isize, stride: isize, into: &mut [T]) {
    match stride {
        1 => into.copy_from_slice(&from[start as usize..start as usize + into.len()]),
        0 => into.fill(from[start as usize]),
        _ => {
            for (k, element) in into.iter_mut().enumerate() {
                *element = from[(start + k as isize * stride) as usize];
            }
        }
    }
}
