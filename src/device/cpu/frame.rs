//! The registers of one task, and the execution of a tape over one cache block.

use smallvec::SmallVec;

use crate::device::cpu::kernels::{self, LONGEST_STRIP, Lanes, Operand, Placed};
use crate::device::cpu::register::Register;
use crate::device::cpu::schedule::Work;
use crate::device::cpu::stream::Streaming;
use crate::device::cpu::tape::{Constant, LeafKind, Source, Step, Tape, Target};
use crate::device::space::Space;
use crate::dtype::with_dtype;
use crate::layout::Progression;
use crate::memory::{AnySlice, AnySliceMut, Erase, Pool, ask_for_bytes};
use crate::program::{Op, Scalar};

/// Leaves that repeat themselves after at most so many elements are read from a register in which they do so often enough.
const PERIOD: usize = 512;

/// What the leaves of a tape are read from.
#[derive(Clone, Copy)]
pub(super) struct Leaves<'a> {
    /// Nothing stands for the first output.
    pub(super) blocks: &'a [Option<AnySlice<'a>>],
    pub(super) indices: &'a [Progression],
    pub(super) scalars: &'a [Scalar],
}

/// The registers of one task. A block of elements is read, computed and given away before the next.
pub(super) struct Frame<'a> {
    tape: &'a Tape,
    leaves: Leaves<'a>,
    /// The length of every register.
    len: usize,
    pool: &'a Pool,
    /// None is missing but the one that is being written.
    registers: Vec<Option<Register>>,
    constants: Vec<Register>,
    /// For each leaf, its elements of this block where they do not lie side by side.
    gathered: Vec<Option<Register>>,
    /// For each leaf that repeats its elements, those of a block and a repetition more.
    repeated: Vec<Option<Register>>,
    /// For each leaf, where its elements begin when they do lie side by side: in its block, or in what is repeated of it.
    found: Vec<Option<usize>>,
    trays: Vec<Register>,
    streaming: Option<Streaming>,
}

impl<'a> Frame<'a> {
    /// For cache blocks of at most `len` elements, and trays of `tray`.
    pub(super) fn new(tape: &'a Tape, leaves: Leaves<'a>, len: usize, tray: usize, pool: &'a Pool) -> Self {
        let registers = tape.registers.iter().map(|&dtype| Some(Register::new(dtype, len, pool))).collect();
        let constant = |constant: &Constant| {
            let len = if constant.whole { len.max(LONGEST_STRIP) } else { LONGEST_STRIP };
            let mut register = Register::new(constant.dtype, len, pool);
            fill(register.elements_mut(0..len), leaves.scalars[constant.slot]);
            register
        };
        let constants = tape.constants.iter().map(constant).collect();
        let [gathered, repeated] = [(); 2].map(|()| tape.leaves.iter().map(|_| None).collect());
        let found = vec![None; tape.leaves.len()];
        let trays = tape.trays.iter().map(|&dtype| Register::new(dtype, tray, pool)).collect();
        let streaming = tape.streaming.then(Streaming::begin).flatten();
        Self { tape, leaves, len, pool, registers, constants, gathered, repeated, found, trays, streaming }
    }

    /// Compute the block of `len` elements at `position` of `space`: those of the outputs from element `done` on, those of the trays
    /// from element `collected` on.
    pub(super) fn run(
        &mut self,
        space: &Space,
        position: usize,
        len: usize,
        outputs: &mut [AnySliceMut<'_>],
        [done, collected]: [usize; 2],
    ) {
        for leaf in 0..self.tape.leaves.len() {
            self.load(space, leaf, position, len, outputs, done);
        }
        let tape = self.tape;
        for (number, step) in tape.steps.iter().enumerate() {
            self.prefetch(len, number);
            match step.target {
                Target::Register(place) => {
                    let mut target = self.registers[place].take().expect("only the target is ever missing");
                    self.execute(step, len, target.elements_mut(0..len), None);
                    self.registers[place] = Some(target);
                }
                Target::Tray(place) => {
                    let mut trays = std::mem::take(&mut self.trays);
                    self.execute(step, len, trays[place].elements_mut(collected..collected + len), None);
                    self.trays = trays;
                }
                Target::Output(output) => {
                    self.execute(step, len, outputs[output].part(done..done + len), self.streaming.as_ref());
                }
            }
        }
    }

    /// Before step `number`, ask for its share of the next block of each leaf, so that memory is not idle while this one is computed.
    /// A single step reads as it computes, and chains ask for themselves.
    fn prefetch(&self, len: usize, number: usize) {
        let steps = self.tape.steps.len();
        if steps == 1 {
            return;
        }
        for (leaf, &(kind, dtype)) in self.tape.leaves.iter().enumerate() {
            let (LeafKind::Block(slot), Some(start)) = (kind, self.start_in_memory(leaf)) else { continue };
            if self.tape.is_chained(leaf) {
                continue;
            }
            with_dtype!(dtype, T => if let Some(elements) = self.leaves.blocks[slot].and_then(T::slice) {
                let next = &elements[start + len..];
                let next = &next[..len.min(next.len())];
                let next = &next[next.len() * number / steps..next.len() * (number + 1) / steps];
                ask_for_bytes(next, 0, size_of_val(next));
            });
        }
    }

    /// Where the elements of a leaf begin in its block, if they lie there side by side.
    fn start_in_memory(&self, leaf: usize) -> Option<usize> {
        self.found[leaf].filter(|_| self.repeated[leaf].is_none())
    }

    /// The first `len` elements of a tray.
    pub(super) fn collected(&self, tray: usize, len: usize) -> AnySlice<'_> {
        self.trays[tray].elements(len)
    }

    /// Copy the elements of this block at `source` into an output.
    pub(super) fn store(&self, source: Source, mut output: AnySliceMut<'_>) {
        let values = self.values(source, output.len());
        with_dtype!(values.dtype(), T => {
            let values = T::slice(values).expect("the dtype was asked for");
            let output = T::slice_mut(&mut output).expect("an output has its root's dtype");
            kernels::copy(values, output, self.streaming.as_ref());
        });
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
        if let (LeafKind::Block(slot), Some(period)) = (kind, space.period(leaf).filter(|&period| period <= PERIOD))
            && let Some(elements) = self.leaves.blocks[slot]
        {
            let (len, pool) = (self.len + period, self.pool);
            self.repeated[leaf].get_or_insert_with(|| repeated(space, leaf, elements, period, len, pool));
            self.found[leaf] = Some(position % period);
            return;
        }
        self.found[leaf] = match kind {
            LeafKind::Block(slot) if self.leaves.blocks[slot].is_some() => space.contiguous(leaf, position, len),
            _ => None,
        };
        if self.found[leaf].is_some() {
            return;
        }
        let register = self.gathered[leaf].get_or_insert_with(|| Register::new(dtype, self.len, self.pool));
        let mut into = register.elements_mut(0..len);
        match kind {
            LeafKind::Block(slot) => with_dtype!(dtype, T => {
                let into = T::slice_mut(&mut into).expect("a register keeps its dtype");
                let Some(from) = self.leaves.blocks[slot] else {
                    let output = T::slice_mut(&mut outputs[0]).expect("the output has its root's dtype");
                    into.copy_from_slice(&output[done..done + len]);
                    return;
                };
                let from = T::slice(from).expect("a leaf has its node's dtype");
                space.runs(leaf, position, len, |at, start, stride, here| {
                    copy_strided(from, start, stride, &mut into[at..at + here]);
                });
            }),
            LeafKind::Index(axis) => {
                let progression = &self.leaves.indices[axis];
                let into = i64::slice_mut(&mut into).expect("an index is an i64");
                space.runs(leaf, position, len, |at, start, stride, here| {
                    for (k, index) in into[at..at + here].iter_mut().enumerate() {
                        *index = progression.nth((start + k as isize * stride) as usize) as i64;
                    }
                });
            }
        }
    }

    /// The elements of this block at `source`; of a constant, as many as there are.
    pub(super) fn values(&self, source: Source, len: usize) -> AnySlice<'_> {
        match source {
            Source::Register(place) => self.registers[place].as_ref().expect("a target is not read").elements(len),
            Source::Constant(place) => self.constants[place].elements(len),
            Source::Leaf(leaf) => match (self.found[leaf], self.tape.leaves[leaf].0) {
                (Some(start), LeafKind::Block(slot)) => {
                    let elements = match &self.repeated[leaf] {
                        Some(register) => register.elements(start + len),
                        None => self.leaves.blocks[slot].expect("the output is read by a copy"),
                    };
                    elements.part(start..start + len)
                }
                _ => self.gathered[leaf].as_ref().expect("a leaf is found or gathered").elements(len),
            },
        }
    }

    fn execute(&self, step: &Step, len: usize, into: AnySliceMut<'_>, streaming: Option<&Streaming>) {
        let argument = |k: usize| self.values(step.arguments[k], len);
        let op = match &step.work {
            Work::Op(op) => op,
            Work::Chain(links) => {
                return match into {
                    AnySliceMut::F32(into) => self.chain(&step.arguments, links, into, streaming),
                    AnySliceMut::F64(into) => self.chain(&step.arguments, links, into, streaming),
                    _ => unreachable!("chains are of real numbers"),
                };
            }
        };
        match op {
            Op::Unary(op) => kernels::unary(*op, argument(0), into),
            Op::Binary(op) => kernels::binary(*op, argument(0), argument(1), into, streaming),
            Op::Compare(op) => kernels::compare(*op, argument(0), argument(1), into, streaming),
            Op::Select => {
                let condition = bool::slice(argument(0)).expect("a condition is a bool");
                kernels::select(condition, argument(1), argument(2), into, streaming);
            }
            Op::Cast => kernels::cast(argument(0), into, streaming),
            Op::Closure(closure) => closure.call(argument(0), into),
            Op::Block(_) | Op::Scalar(_) | Op::Index(_) => unreachable!("leaves are no steps"),
        }
    }

    fn chain<T: Lanes>(&self, arguments: &[Source], links: &[Placed], into: &mut [T], streaming: Option<&Streaming>) {
        let typed = |slice| T::slice(slice).expect("a chain keeps its dtype");
        let operand = |argument: &Source| match *argument {
            Source::Constant(place) => Operand::constant(typed(self.constants[place].elements(LONGEST_STRIP))),
            Source::Leaf(leaf) if self.start_in_memory(leaf).is_some() => {
                Operand::remote(typed(self.values(*argument, into.len())))
            }
            source => Operand::elements(typed(self.values(source, into.len()))),
        };
        let operands: SmallVec<[Operand<'_, T>; 16]> = arguments.iter().map(operand).collect();
        kernels::chain(&operands, links, into, streaming);
    }
}

/// `len` elements of a leaf that repeats its first `period` ones.
fn repeated(space: &Space, leaf: usize, elements: AnySlice<'_>, period: usize, len: usize, pool: &Pool) -> Register {
    let mut register = Register::new(elements.dtype(), len, pool);
    let mut into = register.elements_mut(0..len);
    with_dtype!(elements.dtype(), T => {
        let from = T::slice(elements).expect("the dtype was asked for");
        let into = T::slice_mut(&mut into).expect("a register keeps its dtype");
        space.runs(leaf, 0, period, |at, start, stride, here| {
            copy_strided(from, start, stride, &mut into[at..at + here]);
        });
        for at in (period..len).step_by(period) {
            into.copy_within(..period.min(len - at), at);
        }
    });
    register
}

/// Every element is `scalar`.
pub(super) fn fill(mut into: AnySliceMut<'_>, scalar: Scalar) {
    with_dtype!(scalar.dtype(), T => {
        let value = T::try_from(scalar).expect("a scalar has its own dtype");
        T::slice_mut(&mut into).expect("a register keeps its dtype").fill(value);
    });
}

/// Every `stride`-th element from `start` on.
pub(super) fn copy_strided<T: Copy>(from: &[T], start: isize, stride: isize, into: &mut [T]) {
    match stride {
        1 => into.copy_from_slice(&from[start as usize..start as usize + into.len()]),
        0 => into.fill(from[start as usize]),
        // In pairs, of which vector code takes the firsts.
        2 if start as usize + 2 * into.len() <= from.len() => {
            for (element, pair) in into.iter_mut().zip(from[start as usize..].as_chunks::<2>().0) {
                *element = pair[0];
            }
        }
        _ => {
            for (k, element) in into.iter_mut().enumerate() {
                *element = from[(start + k as isize * stride) as usize];
            }
        }
    }
}
