//! Device memory: segments of elements, recycled and counted.
//!
//! No binding of a kernel may see more than 2 GiB, and many drivers make no larger buffers, so an array is a row of *segments* of as many
//! elements whatever their dtype, the last one shorter, each a buffer of its own. Kernels number the elements of a segment by 32 bits; the host
//! counts in 64.

use std::collections::BTreeMap;

use smallvec::SmallVec;
use wgpu::{Buffer, BufferUsages};

use crate::device::gpu::Gpu;
use crate::memory::strided::{Grid, Step};

/// The elements of an array on a device, given back to its rank's shelf when dropped.
pub(crate) struct Memory {
    gpu: Gpu,
    segments: SmallVec<[Buffer; 1]>,
    /// Elements of a segment, but the last one.
    segment: usize,
    len: usize,
    /// Bytes of an element.
    width: usize,
}

impl Memory {
    /// Room for `len` elements of `width` bytes, with unspecified values.
    pub(super) fn new(gpu: &Gpu, len: usize, width: usize) -> Self {
        Self::in_segments_of(gpu, gpu.segment(), len, width)
    }

    /// The same in one segment, however long: for tables that a kernel sees as a whole.
    pub(super) fn whole(gpu: &Gpu, len: usize, width: usize) -> Self {
        Self::in_segments_of(gpu, len.max(1), len, width)
    }

    fn in_segments_of(gpu: &Gpu, segment: usize, len: usize, width: usize) -> Self {
        let lens = (0..len).step_by(segment).map(|start| segment.min(len - start));
        let segments = lens.map(|len| gpu.take((len * width) as u64)).collect();
        Self { gpu: gpu.clone(), segments, segment, len, width }
    }

    /// The number of elements.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes of an element.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The same elements in memory of their own.
    pub(crate) fn copied(&self) -> Self {
        let copy = Self::new(&self.gpu, self.len, self.width);
        let whole = Step { extent: self.len, from: 1, into: 1 };
        self.gpu.copy(&Grid::new(0, 0, [whole]), self, &copy);
        copy
    }

    /// The rank's device that it is on.
    pub(crate) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    pub(super) fn segments(&self) -> &[Buffer] {
        &self.segments
    }

    /// Elements of a segment, but the last one.
    pub(super) fn segment(&self) -> usize {
        self.segment
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for segment in self.segments.drain(..) {
            self.gpu.give_back(segment);
        }
    }
}

/// Idle buffers of one rank, and the account of all that it holds.
///
/// What comes back is kept for the next taker of that size, as long as no more is held, in use and kept, than was ever in use at once. A buffer
/// may be taken again while kernels that used it before are still recorded: those of one queue run in their order.
#[derive(Default)]
pub(super) struct Shelf {
    idle: BTreeMap<u64, Vec<Buffer>>,
    in_use: u64,
    peak: u64,
    kept: u64,
    /// Those that were let go, until somebody asks: what else keeps them alive must hear of it.
    gone: Vec<Buffer>,
}

impl Shelf {
    /// An idle buffer of this class, if there is one; if not, room is made for a fresh one.
    pub(super) fn take(&mut self, class: u64) -> Option<Buffer> {
        self.in_use += class;
        self.peak = self.peak.max(self.in_use);
        if let Some(buffer) = self.idle.get_mut(&class).and_then(Vec::pop) {
            self.kept -= class;
            return Some(buffer);
        }
        while self.kept > 0 && self.in_use + self.kept > self.peak {
            self.drop_largest();
        }
        None
    }

    fn drop_largest(&mut self) {
        if let Some(mut entry) = self.idle.last_entry() {
            let class = *entry.key();
            if let Some(buffer) = entry.get_mut().pop() {
                self.kept -= class;
                self.gone.push(buffer);
            }
            if entry.get().is_empty() {
                entry.remove();
            }
        }
    }

    pub(super) fn give_back(&mut self, buffer: Buffer) {
        let class = buffer.size();
        self.in_use -= class;
        if self.in_use + self.kept + class <= self.peak {
            self.kept += class;
            self.idle.entry(class).or_default().push(buffer);
        } else {
            self.gone.push(buffer);
        }
    }

    /// All idle buffers, let go.
    pub(super) fn clear(&mut self) -> Vec<Buffer> {
        self.kept = 0;
        std::mem::take(&mut self.idle).into_values().flatten().collect()
    }

    /// The buffers that were let go since the last call.
    pub(super) fn gone(&mut self) -> Vec<Buffer> {
        std::mem::take(&mut self.gone)
    }

    /// Bytes in use now, and at most at once.
    pub(super) fn account(&self) -> (u64, u64) {
        (self.in_use, self.peak)
    }
}

/// How a buffer may be used.
pub(super) const USAGE: BufferUsages =
    BufferUsages::STORAGE.union(BufferUsages::COPY_SRC).union(BufferUsages::COPY_DST);

/// The bytes of the buffer that is taken for so many: at most a quarter more, from 256 on.
pub(super) fn class(bytes: u64) -> u64 {
    let step = (bytes.max(1).next_power_of_two() / 8).max(256);
    bytes.max(1).next_multiple_of(step)
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn a_class_wastes_at_most_a_quarter() {
        for bytes in (1..5000).chain([1 << 20, (1 << 20) + 1, (5 << 30) + 3]) {
            let class = class(bytes);
            assert!(class >= bytes && class.is_multiple_of(256), "{bytes} {class}");
            assert!(class <= (bytes + bytes / 4).max(bytes + 255), "{bytes} {class}");
        }
    }
}
