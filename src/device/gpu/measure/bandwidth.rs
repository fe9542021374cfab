//! The rates at which a device copies and reads.

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::Launch;
use crate::device::gpu::measure::{COPY, READ};
use crate::device::gpu::{Gpu, Memory};

/// Elements that an invocation of `read.wgsl` reads.
const READS: usize = 16;

impl Gpu {
    /// Bytes that a kernel reads and writes in a second when it copies an array that no cache can hold.
    ///
    /// **Local.** It takes two arrays of up to 1 GiB for some tenths of a second (4 MiB on a software device): the median of several rounds, after some that are not counted.
    pub fn copy_bandwidth(&self) -> f64 {
        let elements = self.large();
        let (source, destination) = (self.random_memory(elements), self.empty(elements, 16));
        (32 * elements) as f64 / self.seconds(|| self.copy_elements(&source, &destination))
    }

    /// Bytes that a kernel reads in a second of an array that no cache can hold.
    ///
    /// **Local.** As [`Gpu::copy_bandwidth`], of one array.
    pub fn read_bandwidth(&self) -> f64 {
        let elements = self.large();
        let (source, kept) = (self.random_memory(elements), self.empty(self.workgroup(), 16));
        let launch = || {
            let arrays = [(Access::Read, &source.segments()[0]), (Access::Write, &kept.segments()[0])];
            let groups = elements.div_ceil(READS * self.workgroup());
            let arguments = [elements as u32, u32::MAX];
            Launch { shader: &READ, parts: &[""], arrays: &arrays, arguments: &arguments, groups }
                .run(self, || "the rate of reading".to_owned());
        };
        (16 * elements) as f64 / self.seconds(launch)
    }

    /// Copy elements of 16 bytes, all of them in one segment.
    pub(super) fn copy_elements(&self, source: &Memory, destination: &Memory) {
        let arrays = [(Access::Read, &source.segments()[0]), (Access::Write, &destination.segments()[0])];
        let (arguments, groups) = ([source.len() as u32], source.len().div_ceil(self.workgroup()));
        Launch { shader: &COPY, parts: &[""], arrays: &arrays, arguments: &arguments, groups }
            .run(self, || "the rate of copying".to_owned());
    }
}
