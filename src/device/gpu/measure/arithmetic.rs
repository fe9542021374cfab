//! The rate at which a device multiplies and adds.

use crate::device::gpu::Gpu;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::Launch;
use crate::device::gpu::measure::ARITHMETIC;
use crate::dtype::DType;

/// Operations of an invocation in one trip of `arithmetic.wgsl`.
const OPERATIONS: usize = 16 * 8 * 2;

impl Gpu {
    /// Operations in a second of a loop of fused multiply-adds, each of which counts as two; nothing for a dtype that is neither `f32` nor `f64`, or that the device lacks.
    ///
    /// **Local.** It takes some tenths of a second: the median of several rounds. Units for products of matrices, which no Vulkan kernel reaches in full, are not in it.
    pub fn arithmetic_peak(&self, dtype: DType) -> Option<f64> {
        let (name, factors): (_, Vec<u8>) = match dtype {
            DType::F32 => ("f32", bytemuck::cast_slice(&[0.999_f32, 0.5]).to_vec()),
            DType::F64 => ("f64", bytemuck::cast_slice(&[0.999_f64, 0.5]).to_vec()),
            _ => return None,
        };
        if !self.supports(dtype) {
            return None;
        }
        let (groups, trips) = if self.is_software() { (16, 16) } else { (1 << 13, 512) };
        let invocations = groups * self.workgroup();
        let (factors, results) = (self.upload(&factors, dtype.bytes()), self.empty(invocations, dtype.bytes()));
        let launch = || {
            let arrays = [(Access::Read, &factors.segments()[0]), (Access::Write, &results.segments()[0])];
            let declared = format!("alias T = {name};\n");
            Launch { shader: &ARITHMETIC, parts: &[&declared], arrays: &arrays, arguments: &[trips], groups }
                .run(self, || format!("the rate of arithmetic in {name}"));
        };
        Some((invocations * trips as usize * OPERATIONS) as f64 / self.seconds(launch))
    }
}
