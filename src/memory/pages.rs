//! Memory fresh from the system, and the little of it that depends on the system.

use memmap2::MmapMut;

use crate::memory::block::Line;

/// The lines of one block.
///
/// The system zeroes fresh pages when they are first touched, so nobody writes them before the kernel that was meant to.
pub(super) enum Memory {
    /// From the allocator, which clears what it gives: cheap while it is small.
    Heap(Box<[Line]>),
    /// A mapping of its own, whose lines begin at byte `start`.
    Pages { map: MmapMut, start: usize, lines: usize },
}

/// Bytes from which a block has a mapping of its own. Below the allocator may clear recycled memory by hand.
const MAPPED: usize = 256 << 10;

/// Bytes from which huge pages are asked for. First touching 4 KiB pages takes two to three times the kernel that does it; huge ones
/// save about two thirds of that, and reading through them is a tenth faster.
const ADVISED: usize = 4 << 20;

/// Bytes of a huge page on the systems that we know. Elsewhere advice for another size is only less good.
const HUGE_PAGE: usize = 2 << 20;

impl Memory {
    /// So many lines of zeros, untouched where the system can give them so.
    pub(super) fn fresh(lines: usize) -> Self {
        let bytes = lines.saturating_mul(size_of::<Line>());
        mapped(lines, bytes).unwrap_or_else(|| {
            let heap = bytemuck::allocation::try_zeroed_slice_box(lines);
            Self::Heap(heap.unwrap_or_else(|()| panic!("out of memory: {bytes} bytes were asked for")))
        })
    }

    /// The number of lines.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Heap(heap) => heap.len(),
            Self::Pages { lines, .. } => *lines,
        }
    }

    /// All bytes, on a 64-byte boundary.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Heap(heap) => bytemuck::cast_slice(heap),
            Self::Pages { map, start, lines } => &map[*start..*start + lines * size_of::<Line>()],
        }
    }

    /// All bytes, to be written.
    #[inline]
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Heap(heap) => bytemuck::cast_slice_mut(heap),
            Self::Pages { map, start, lines } => &mut map[*start..*start + *lines * size_of::<Line>()],
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::Heap(Box::default())
    }
}

/// A mapping for large blocks, on the boundary of a huge page where these are asked for; nothing where the system has none to give.
fn mapped(lines: usize, bytes: usize) -> Option<Memory> {
    if bytes < MAPPED {
        return None;
    }
    // The room before the boundary is never touched, so it costs addresses only.
    let room = if bytes >= ADVISED { HUGE_PAGE } else { 0 };
    let map = MmapMut::map_anon(bytes.checked_add(room)?).ok()?;
    let start = if room > 0 { (map.as_ptr() as usize).next_multiple_of(HUGE_PAGE) - map.as_ptr() as usize } else { 0 };
    #[cfg(target_os = "linux")]
    if room > 0 {
        // Whole huge pages only: behind them a page would take memory that is not counted. A refusal costs time, nothing else.
        let _ = map.advise_range(memmap2::Advice::HugePage, start, bytes / HUGE_PAGE * HUGE_PAGE);
    }
    Some(Memory::Pages { map, start, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_memory_is_zero_and_aligned() {
        for bytes in [0, 64, MAPPED - 64, MAPPED, ADVISED - 64, ADVISED, ADVISED + 64] {
            let memory = Memory::fresh(bytes / 64);
            assert_eq!((memory.len(), memory.bytes().len()), (bytes / 64, bytes));
            let boundary = if bytes >= ADVISED { HUGE_PAGE } else { 64 };
            assert_eq!(memory.bytes().as_ptr() as usize % boundary, 0, "{bytes} bytes");
            assert!(memory.bytes().iter().step_by(4032).all(|&byte| byte == 0));
        }
    }
}
