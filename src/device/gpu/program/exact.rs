//! Exact sums of `f32`: what becomes of their digits.

use crate::device::cpu::{Cpu, States, states};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::fold::Partial;
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::DType;
use crate::exact::Accumulator;
use crate::memory::Block;
use crate::program::Fold;

pub(super) const EXACT: Shader =
    Shader { name: "program/exact", text: include_str!("../../../../shaders/program/exact.wgsl") };

const ROUND: Shader = Shader { name: "program/round", text: include_str!("../../../../shaders/program/round.wgsl") };

/// Words of a state: digits, and what was seen beside numbers.
pub(super) const WORDS: usize = 16;

/// Digits of a state, and the bits of each; the first one weighs `LEAST`, the least positive `f32`.
const DIGITS: usize = 13;
const BITS: usize = 24;
const LEAST: f64 = 1.0 / (1_u128 << 100) as f64 / (1_u64 << 49) as f64;

/// Elements of a mean that the device can divide by.
const MOST: u64 = 1 << 40;

/// Where a state is stored, beside its digits, that only -0 was seen, +inf, and -inf.
const OTHER: usize = DIGITS;
const POSITIVE_INFINITY: usize = DIGITS + 1;
const NEGATIVE_INFINITY: usize = DIGITS + 2;

impl Partial {
    /// The results of `count` elements each, from states that have one part for each output.
    pub(super) fn rounded(self, gpu: &Gpu, fold: Fold, count: u64) -> Memory {
        let Self { rule, memory, .. } = self;
        assert!(count < MOST, "a mean of {count} elements");
        let out = gpu.empty(memory.len() / WORDS, DType::F32.bytes());
        let divisor = if fold == Fold::Mean { count } else { 1 };
        let head = format!("alias Digit = {};\n", rule.dtype.name());
        let each = gpu.segment() / WORDS;
        for (start, states) in (0..out.len()).step_by(each).zip(memory.segments()) {
            let outputs = each.min(out.len() - start);
            let (segment, into) = (start / gpu.segment(), start % gpu.segment());
            let arrays = [(Access::Read, states), (Access::Write, &out.segments()[segment])];
            let arguments = [outputs as u32, into as u32, divisor as u32, (divisor >> 32) as u32];
            let groups = outputs.div_ceil(gpu.workgroup());
            Launch { shader: &ROUND, parts: &[&head], arrays: &arrays, arguments: &arguments, groups }
                .run(gpu, || format!("exact sums from {}", rule.dtype.name()));
        }
        out
    }

    /// The states on the host, from states that have one part for each output: those of the sum or mean `fold` of `f32` there.
    pub(super) fn accumulators(&self, gpu: &Gpu, cpu: &Cpu, fold: Fold) -> Box<dyn States> {
        let words: Vec<i64> = if self.rule.dtype == DType::I32 {
            let words: Block<i32> = gpu.block(&self.memory, cpu.pool());
            words.iter().map(|&word| word.into()).collect()
        } else {
            let words: Block<i64> = gpu.block(&self.memory, cpu.pool());
            words.to_vec()
        };
        let mut bytes = Vec::new();
        words.chunks(WORDS).for_each(|words| accumulator(words).write(&mut bytes));
        states(fold, DType::F32).fresh(words.len() / WORDS).read(&bytes)
    }
}

/// The sum that these words are. It has seen elements.
fn accumulator(words: &[i64]) -> Accumulator {
    let mut sum = Accumulator::default();
    // What changes no sum, and shows that there were elements: only -0, or others.
    sum.add(if words[OTHER] == 0 { -0.0 } else { 0.0 });
    let mut weight = LEAST;
    for &digit in &words[..DIGITS] {
        if digit != 0 {
            sum.add(digit as f64 * weight);
        }
        weight *= (1_u64 << BITS) as f64;
    }
    for (word, infinity) in [(POSITIVE_INFINITY, f64::INFINITY), (NEGATIVE_INFINITY, f64::NEG_INFINITY)] {
        if words[word] != 0 {
            sum.add(infinity);
        }
    }
    sum
}
