//! Numbers at equal distances.

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::{Gpu, Memory};
use crate::device::steps::Steps;
use crate::dtype::{DType, Real};
use crate::layout::Progression;

const STEPS: Shader = Shader { name: "memory/steps", text: include_str!("../../../shaders/memory/steps.wgsl") };

fn words(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// The bits of a number, in the words that the kernel takes it from.
fn bits<T: Real>(value: T) -> [u32; 2] {
    let mut bytes = [0; 8];
    bytes[..size_of::<T>()].copy_from_slice(bytemuck::bytes_of(&value));
    bytemuck::cast(bytes)
}

/// What stands in the place of the example. Only products of floats could be fused.
fn head(dtype: DType) -> String {
    let name = dtype.name();
    let kept = if dtype.is_real() { format!("kept_{name}(x)") } else { "x".to_owned() };
    let scalar = if dtype.bytes() == 8 { "words.x, words.y" } else { "words.x" };
    format!(
        "alias T = {name};\n\
         fn kept(x: T) -> T {{ return {kept}; }}\n\
         fn number(index: u64) -> T {{ return cast_u64_{name}(index); }}\n\
         fn scalar(words: vec2<u32>) -> T {{ return scalar_{name}({scalar}); }}\n"
    )
}

impl Gpu {
    /// Fill `memory` with the numbers at the indices `part`; whether there is a kernel for that which gives the bits of the CPU.
    pub(crate) fn steps<T: Real>(&self, memory: &Memory, steps: &Steps<T>, part: &Progression) -> bool {
        // Bytes have at most 256 steps. A device may flush subnormal numbers.
        let known = T::DTYPE != DType::U8 && self.supports(DType::I64) && steps.is_normal();
        if known && !part.is_empty() {
            let head = head(T::DTYPE);
            let (last, end) = steps.last.map_or((steps.start, u64::MAX), |(end, last)| (last, end as u64));
            for (number, segment) in memory.segments().iter().enumerate() {
                let at = number * self.segment();
                let len = self.segment().min(memory.len() - at);
                let first = part.start() + at / part.run() * part.period();
                let place = [first, at % part.run(), part.run(), part.period()].map(|number| words(number as u64));
                let numbers = [bits(steps.start), bits(steps.step), bits(last), words(end), [len as u32, 0]];
                let arguments = [place.as_flattened(), numbers.as_flattened()].concat();
                let (arrays, groups) = ([(Access::Write, segment)], len.div_ceil(self.workgroup()));
                let launch = Launch { shader: &STEPS, parts: &[&head], arrays: &arrays, arguments: &arguments, groups };
                launch.run(self, || T::DTYPE.name().to_owned());
            }
        }
        known
    }
}
