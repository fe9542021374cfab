//! One value in all elements of an array.

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::Element;

const FILL: Shader = Shader { name: "memory/fill", text: include_str!("../../../shaders/memory/fill.wgsl") };

/// The bytes that an invocation writes.
const QUAD: usize = 16;

impl Gpu {
    /// Give every element of `memory` this value.
    pub(crate) fn fill<T: Element>(&self, memory: &Memory, value: T) {
        let mut pattern = [0; QUAD];
        for part in pattern.chunks_exact_mut(size_of::<T>()) {
            part.copy_from_slice(bytemuck::bytes_of(&value));
        }
        let pattern: [u32; 4] = bytemuck::cast(pattern);
        for (number, segment) in memory.segments().iter().enumerate() {
            let len = memory.segment().min(memory.len() - number * memory.segment());
            let quads = (len * size_of::<T>()).div_ceil(QUAD);
            let arguments = [pattern[0], pattern[1], pattern[2], pattern[3], quads as u32];
            let (arrays, groups) = ([(Access::Write, segment)], quads.div_ceil(self.workgroup()));
            let launch = Launch { shader: &FILL, parts: &[""], arrays: &arrays, arguments: &arguments, groups };
            launch.run(self, || "a value".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex;

    use super::*;
    use crate::memory::Pool;

    fn filled<T: Element>(gpu: &Gpu, value: T) {
        let pool = Pool::new();
        for len in [0, 1, 3, 16, 33, 255, 70_000] {
            let memory = gpu.empty(len, size_of::<T>());
            gpu.fill(&memory, value);
            let elements = gpu.block::<T>(&memory, &pool);
            assert_eq!(elements.len(), len);
            assert!(elements.iter().all(|element| *element == value), "{len} of {value}");
        }
    }

    #[test]
    fn every_dtype_and_every_element() {
        for gpu in [Gpu::open_with_segments_of(0, 16).unwrap(), Gpu::open(0).unwrap()] {
            filled(&gpu, true);
            filled(&gpu, 171_u8);
            filled(&gpu, -123_456_789_i32);
            filled(&gpu, i64::MIN + 5);
            filled(&gpu, u64::MAX - 5);
            filled(&gpu, -1.5_f32);
            filled(&gpu, std::f64::consts::PI);
            filled(&gpu, Complex::new(1.5_f32, -2.5));
            filled(&gpu, Complex::new(1.0e300, -2.0e-300));
        }
    }
}
