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
                let place = if at < front { format!("{} bytes before", 4 * (front - at)) } else { format!("{} bytes behind the end of", 4 * (at - front)) };
                panic!("{kernel} wrote {place} array {number}, which has {} bytes", array.size());
            }
        }
    }
}
