//! Tests that kernels stay in their arrays: each runs on copies between words that must not change.
//!
//! Devices drop what is written outside of what is bound, and so hide such faults. Here what is bound goes on behind the array's end. In front of it nothing is
//! bound that an index could reach: what a device that does not drop it would write there is found as well.

use wgpu::{Buffer, BufferBinding, BufferUsages, CommandEncoder, MapMode, PollType};

use crate::device::gpu::card::Card;
use crate::device::gpu::kernel::Access;

/// Bytes in front of an array: a boundary on which bindings may begin on every device.
const FRONT: u64 = 256;

/// Bytes behind it: more than a workgroup of the widest elements is wide.
const BEHIND: u64 = 16 << 10;

/// What is there: a NaN for floats of both widths, so that results show who reads it.
const WORD: u32 = 0x7ff5_a5a5;

/// The copies of a kernel's arrays.
pub(super) struct Cage<'a> {
    card: &'a Card,
    arrays: &'a [(Access, &'a Buffer)],
    copies: Vec<Buffer>,
    read: Buffer,
}

impl<'a> Cage<'a> {
    /// Copies of these arrays, made by `encoder`.
    pub(super) fn new(card: &'a Card, encoder: &mut CommandEncoder, arrays: &'a [(Access, &'a Buffer)]) -> Self {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
        let words = [WORD; (BEHIND / 4) as usize];
        let words: &[u8] = bytemuck::cast_slice(&words);
        let copied = |(_, array): &(Access, &Buffer)| {
            let copy = card.buffer(FRONT + array.size() + BEHIND, usage);
            card.queue.write_buffer(&copy, 0, &words[..FRONT as usize]);
            card.queue.write_buffer(&copy, FRONT + array.size(), words);
            encoder.copy_buffer_to_buffer(array, 0, &copy, FRONT, array.size());
            copy
        };
        let copies = arrays.iter().map(copied).collect();
        let bytes = (FRONT + BEHIND) * arrays.len().max(1) as u64;
        Self { card, arrays, copies, read: card.buffer(bytes, BufferUsages::MAP_READ | BufferUsages::COPY_DST) }
    }

    /// What a kernel is given for them.
    pub(super) fn windows(&self) -> Vec<BufferBinding<'_>> {
        self.copies.iter().map(|buffer| BufferBinding { buffer, offset: FRONT, size: None }).collect()
    }

    /// Bring back what was written.
    pub(super) fn leave(&self, encoder: &mut CommandEncoder) {
        for (number, (copy, (access, array))) in (0..).zip(self.copies.iter().zip(self.arrays)) {
            if *access == Access::Write {
                encoder.copy_buffer_to_buffer(copy, FRONT, array, 0, array.size());
            }
            let at = number * (FRONT + BEHIND);
            encoder.copy_buffer_to_buffer(copy, 0, &self.read, at, FRONT);
            encoder.copy_buffer_to_buffer(copy, FRONT + array.size(), &self.read, at + FRONT, BEHIND);
        }
    }

    /// Look, once all that was recorded has been submitted.
    ///
    /// # Panics
    /// When `kernel` has written outside of an array.
    pub(super) fn check(&self, kernel: &str) {
        self.read.slice(..).map_async(MapMode::Read, |_| {});
        self.card.poll(PollType::wait_indefinitely(), kernel);
        let view = self.read.slice(..).get_mapped_range().expect("it is mapped");
        let words: &[u32] = bytemuck::cast_slice(&view);
        let each = ((FRONT + BEHIND) / 4) as usize;
        for (number, ((_, array), words)) in self.arrays.iter().zip(words.chunks(each)).enumerate() {
            if let Some(at) = words.iter().position(|&word| word != WORD) {
                let front = (FRONT / 4) as usize;
                let place = if at < front { "before the beginning" } else { "behind the end" };
                let bytes = 4 * front.abs_diff(at);
                panic!("{kernel} wrote {bytes} bytes {place} of array {number}, which has {} bytes", array.size());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::device::gpu::launch::{Launch, Shader};
    use crate::device::gpu::options::Options;
    use crate::device::gpu::{Gpu, Memory};

    const COUNT: Shader = Shader {
        name: "tests/count",
        text: "struct Arguments { elements: u32 }
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
//!end
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) i: u32) {
    if i < arguments.elements {
        b0[i] = i;
    }
}
",
    };

    /// Write the first `elements` of an array of ten.
    fn count(gpu: &Gpu, memory: &Memory, elements: u32) {
        let head = "@group(0) @binding(1) var<storage, read_write> b0: array<u32>;\n";
        let arrays = [(Access::Write, &memory.segments()[0])];
        Launch { shader: &COUNT, parts: &[head], arrays: &arrays, arguments: &[elements], groups: 1 }
            .run(gpu, || "to ten".to_owned());
    }

    #[test]
    fn canaries_find_a_kernel_that_leaves_its_array() {
        let gpu = Gpu::open_with(0, Options { canaries: true, ..Options::default() }).unwrap();
        let memory = gpu.upload(bytemuck::cast_slice(&[7_u32; 10]), 4);
        let back = || {
            let mut elements = [0_u32; 10];
            gpu.download(&memory, bytemuck::cast_slice_mut(&mut elements));
            elements
        };
        count(&gpu, &memory, 9);
        assert_eq!(back(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 7]);
        count(&gpu, &memory, 10);
        assert_eq!(back(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let found = catch_unwind(AssertUnwindSafe(|| count(&gpu, &memory, 13))).unwrap_err();
        let message = found.downcast_ref::<String>().unwrap();
        assert_eq!(message, "tests/count: to ten wrote 0 bytes behind the end of array 0, which has 48 bytes");
    }

    /// Without canaries nobody sees it: that is why there are some.
    #[test]
    fn devices_drop_what_is_written_outside_of_arrays() {
        let gpu = Gpu::open_with(0, Options::default()).unwrap();
        count(&gpu, &gpu.empty(10, 4), 11);
    }
}
