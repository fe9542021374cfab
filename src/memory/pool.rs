//! The recycling of blocks, and the count of bytes in use.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::dtype::{DType, Element};
use crate::memory::block::{Block, Line};

/// Recycled memory of one rank, with a count of what is in use.
///
/// Writing to fresh pages costs two to three times the kernel that writes them (measured for a scaled vector addition), so
/// blocks are kept for the next taker. What is kept never exceeds a quarter of the peak in use plus 16 MiB, so
/// that a program near the memory's end is not pushed over it by its own past.
///
/// Clones are handles to the same pool.
#[derive(Clone, Default)]
pub struct Pool(Arc<Shared>);

#[derive(Default)]
struct Shared {
    in_use: AtomicUsize,
    peak: AtomicUsize,
    shelf: Mutex<Shelf>,
}

/// Idle memory by (holds bools, lines).
#[derive(Default)]
struct Shelf {
    idle: HashMap<(bool, usize), Vec<Box<[Line]>>>,
    bytes: usize,
}

const KEPT_AT_LEAST: usize = 16 << 20;

impl Pool {
    /// An empty pool.
    ///
    /// **Local.**
    pub fn new() -> Self {
        Self::default()
    }

    /// A block of `len` elements with unspecified (but valid) values; the taker writes them all.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the system has no memory left: the message names the bytes.
    pub fn take<T: Element>(&self, len: usize) -> Block<T> {
        let bytes = len.checked_mul(size_of::<T>()).expect("shapes are checked before they are allocated");
        let lines = size_class(bytes.div_ceil(size_of::<Line>()));
        let in_use = self.0.in_use.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.0.peak.fetch_max(in_use, Ordering::Relaxed);
        let memory = self.recycled(T::DTYPE == DType::Bool, lines).unwrap_or_else(|| fresh(lines));
        Block::new(memory, len, self.clone())
    }

    /// A block of `len` zeros (`false` for bool).
    ///
    /// **Local.**
    pub fn zeroed<T: Element>(&self, len: usize) -> Block<T> {
        let mut block = self.take(len);
        block.fill(T::zeroed());
        block
    }

    /// A block with a copy of `values`.
    ///
    /// **Local.**
    pub fn copy_of<T: Element>(&self, values: &[T]) -> Block<T> {
        let mut block = self.take(values.len());
        block.copy_from_slice(values);
        block
    }

    /// Bytes of all blocks taken and not yet dropped.
    ///
    /// **Local.**
    pub fn in_use(&self) -> usize {
        self.0.in_use.load(Ordering::Relaxed)
    }

    /// The most bytes that were in use at once since the pool was made or [`Pool::reset_peak`] was called.
    ///
    /// **Local.**
    pub fn peak(&self) -> usize {
        self.0.peak.load(Ordering::Relaxed)
    }

    /// Begin a new measurement: the peak becomes what is in use now.
    ///
    /// **Local.**
    pub fn reset_peak(&self) {
        self.0.peak.store(self.in_use(), Ordering::Relaxed);
    }

    fn recycled(&self, bools: bool, lines: usize) -> Option<Box<[Line]>> {
        let mut shelf = self.0.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let memory = shelf.idle.get_mut(&(bools, lines))?.pop()?;
        shelf.bytes -= size_of_val(&*memory);
        Some(memory)
    }

    /// Take memory back from a dropped block that counted `bytes`.
    pub(super) fn put_back(&self, memory: Box<[Line]>, bytes: usize, bools: bool) {
        self.0.in_use.fetch_sub(bytes, Ordering::Relaxed);
        let mut shelf = self.0.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = shelf.bytes + size_of_val(&*memory);
        if !memory.is_empty() && kept <= self.peak() / 4 + KEPT_AT_LEAST {
            shelf.bytes = kept;
            shelf.idle.entry((bools, memory.len())).or_default().push(memory);
        }
    }
}

/// The lines to allocate for a wish of `lines`: at most an eighth more, so that near sizes share their memory.
fn size_class(lines: usize) -> usize {
    let step = (lines / 8).checked_next_power_of_two().map_or(1, |step| step.max(1));
    let step = if step > lines / 8 && step > 1 { step / 2 } else { step };
    lines.next_multiple_of(step)
}

fn fresh(lines: usize) -> Box<[Line]> {
    bytemuck::allocation::try_zeroed_slice_box(lines)
        .unwrap_or_else(|()| panic!("out of memory: {} bytes were asked for", lines.saturating_mul(size_of::<Line>())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_in_use_and_the_peak() {
        let pool = Pool::new();
        let a = pool.zeroed::<f64>(100);
        let b = pool.take::<u8>(7);
        assert_eq!(pool.in_use(), 807);
        drop(a);
        assert_eq!((pool.in_use(), pool.peak()), (7, 807));
        pool.reset_peak();
        assert_eq!(pool.peak(), 7);
        drop(b);
        assert_eq!(pool.in_use(), 0);
    }

    #[test]
    fn recycles_memory_but_never_into_bools() {
        let pool = Pool::new();
        let mut block = pool.take::<u8>(64);
        block.fill(0xff);
        drop(block);
        assert!(pool.take::<bool>(64).iter().all(|&b| !b), "a bool block came from u8 memory");
        assert_eq!(pool.take::<u8>(64)[0], 0xff, "the memory was not recycled");
    }

    #[test]
    fn a_size_class_wastes_an_eighth_at_most() {
        for lines in (0..5000).chain([1 << 20, (1 << 20) + 1, 123_456_789]) {
            let class = size_class(lines);
            assert!(class >= lines && class <= lines + lines / 8, "{lines} became {class}");
            assert_eq!(size_class(class), class, "a class is its own class");
        }
    }
}
