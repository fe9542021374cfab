//! What becomes of the states of reductions: results that stay on the device, or states that ranks merge.

use std::sync::Arc;

use crate::device::cpu::{Cpu, States, states};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::program::emit::{Words, stored};
use crate::device::gpu::program::fold::Partial;
use crate::device::gpu::program::group::Share;
use crate::device::gpu::program::map::{launch, write_binding};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{Operand, Work, scalar_words};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::{DType, Element, Erase, with_dtype};
use crate::math;
use crate::memory::Block;
use crate::program::{Binary, Fold, Node, Op, Program, Root, Scalar};
use crate::shape::Shape;

impl Partial {
    /// The states on the host: those of the same reduction of `fold` over elements of `dtype` there. One for each output comes down, whatever its parts.
    pub(super) fn on_host(self, gpu: &Gpu, cpu: &Cpu, fold: Fold, dtype: DType) -> Box<dyn States> {
        if self.rule.is_exact {
            return self.joined(gpu).accumulators(gpu, cpu, fold);
        }
        self.joined(gpu).states(gpu, cpu, fold, dtype)
    }

    /// The states of one part.
    fn states(self, gpu: &Gpu, cpu: &Cpu, fold: Fold, dtype: DType) -> Box<dyn States> {
        let outputs = self.memory.len();
        if let Some(numbers) = &self.numbers {
            return self.places(gpu, cpu, fold, dtype, numbers);
        }
        // Integers are summed and multiplied modulo 2^64, whatever their dtype.
        let wide = dtype.is_integer() && !fold.needs_elements();
        let mut states = states(fold, if wide { self.rule.dtype } else { dtype }).fresh(outputs);
        with_dtype!(self.rule.dtype, A => {
            let kept: Block<A> = gpu.block(&self.memory, cpu.pool());
            match (self.rule.dtype, dtype) {
                (DType::F64, DType::F32) if fold != Fold::Prod => {
                    halved::<A, f32>(&kept, cpu, |high| states.fold(f32::erase(high), 0));
                }
                (DType::C64, DType::C32) if fold != Fold::Prod => {
                    halved::<A, num_complex::Complex<f32>>(&kept, cpu, |high| states.fold(Erase::erase(high), 0));
                }
                (own, other) if own == other || wide => states.fold(A::erase(&kept), 0),
                _ => with_dtype!(dtype, T => {
                    let mut narrow = cpu.pool().take::<T>(kept.len());
                    narrow.iter_mut().zip(kept.iter()).for_each(|(narrow, &kept)| *narrow = math::cast(kept));
                    states.fold(T::erase(&narrow), 0);
                }),
            }
        });
        states
    }

    /// The states that know which element is theirs.
    fn places(&self, gpu: &Gpu, cpu: &Cpu, fold: Fold, dtype: DType, numbers: &Memory) -> Box<dyn States> {
        let numbers: Block<i32> = gpu.block(numbers, cpu.pool());
        let mut bytes = Vec::new();
        with_dtype!(self.rule.dtype, A => {
            let kept: Block<A> = gpu.block(&self.memory, cpu.pool());
            for (&value, &number) in kept.iter().zip(numbers.iter()) {
                // As such states travel: whether there is one, the element, its number.
                bytes.push(u8::from(number >= 0));
                with_dtype!(dtype, T => bytes.extend_from_slice(bytemuck::bytes_of(&math::cast::<A, T>(value))));
                bytes.extend_from_slice(&(number.max(0) as u64).to_le_bytes());
            }
        });
        states(fold, dtype).fresh(self.memory.len()).read(&bytes)
    }

    /// The results of `count` elements each, of the dtype that `fold` gives for elements of `dtype`.
    pub(super) fn finished(self, gpu: &Gpu, fold: Fold, dtype: DType, count: u64) -> Memory {
        if self.rule.is_exact {
            return self.joined(gpu).rounded(gpu, fold, count);
        }
        let Self { rule, memory, numbers, .. } = self.joined(gpu);
        let result = fold.result(dtype).expect("the types of reductions say so");
        let (kept, memory) = numbers.map_or((rule.dtype, memory), |numbers| (DType::I32, numbers));
        if kept == result && fold != Fold::Mean {
            return memory;
        }
        let node = |op, dtype, arguments: &[usize]| Node { op, dtype, arguments: arguments.into() };
        if fold == Fold::Mean && kept.is_complex() {
            return means(gpu, &memory, kept, result, count);
        }
        let mut nodes = vec![node(Op::Block(0), kept, &[])];
        if fold == Fold::Mean {
            nodes.push(node(Op::Scalar(0), kept, &[]));
            nodes.push(node(Op::Binary(Binary::Divide), kept, &[0, 1]));
        }
        nodes.push(node(Op::Cast, result, &[nodes.len() - 1]));
        let root = Root::Array(nodes.len() - 1);
        let (shape, scalars) = (Shape::from([memory.len()]), [Scalar::U64(count).cast(kept)]);
        let out = gpu.empty(memory.len(), result.bytes());
        let blocks = vec![Operand { memory: Some(Arc::new(memory)), view: View::row_major(&shape) }];
        let program = Program { nodes, roots: Vec::new() };
        let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
        work.store(gpu, &[&root], &[&out], &View::row_major(&shape));
        out
    }
}

/// Sums of complex numbers, of dtype `kept`, divided by a real number, part by part, for which no operation stands.
fn means(gpu: &Gpu, sums: &Memory, kept: DType, result: DType, count: u64) -> Memory {
    let out = gpu.empty(sums.len(), result.bytes());
    let part = if kept == DType::C64 { DType::F64 } else { DType::F32 };
    let (mut words, values) = (Words::default(), scalar_words(Scalar::U64(count).cast(part)));
    let divisor = format!("scalar_{}({})", part.name(), words.list(values.len()));
    let divided = |of: &str| format!("divide_{}(a0[first].{of}, {divisor})", part.name());
    let mean = format!("{}({}, {})", stored(kept), divided("x"), divided("y"));
    let cast = if kept == result { mean } else { format!("cast_{}_{}({mean})", kept.name(), result.name()) };
    let body = format!("b0[first] = {cast};\n");
    let mut head = Text::default();
    head.line(format_args!("@group(0) @binding(1) var<storage, read> a0: array<{}>;", stored(kept)));
    write_binding(&mut head, 2, 0, stored(result), false);
    for (segment, (from, into)) in sums.segments().iter().zip(out.segments()).enumerate() {
        let elements = gpu.segment().min(sums.len() - segment * gpu.segment());
        let arrays = [(Access::Read, from), (Access::Write, into)];
        launch(gpu, Share::One, [&head, &body], &arrays, elements, &values, || format!("means of {}", result.name()));
    }
    out
}

/// Show `see` these values as two of half their width that add up to them: the nearest, and the nearest to what is left.
fn halved<A: Element, T: Element + bytemuck::Pod>(kept: &Block<A>, cpu: &Cpu, mut see: impl FnMut(&[T])) {
    let kept: &[f64] = bytemuck::checked::cast_slice(kept);
    let width = size_of::<T>() / size_of::<f32>();
    let mut half = cpu.pool().take::<T>(kept.len() / width);
    let mut show = |part: fn(f64) -> f32| {
        let floats: &mut [f32] = bytemuck::cast_slice_mut(&mut half);
        floats.iter_mut().zip(kept).for_each(|(half, &value)| *half = part(value));
        see(&half);
    };
    show(|value| value as f32);
    show(|value| {
        let rest = value - f64::from(value as f32);
        // -0 is what adds nothing, also to -0.
        if rest.is_finite() && rest != 0.0 { rest as f32 } else { -0.0 }
    });
}
