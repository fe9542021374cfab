//! A GPU as a device, whoever made it: Vulkan through wgpu, and kernels written by hand in WGSL (the folder `shaders`).
//!
//! ```text
//!   Gpu      a rank's handle: what it asked for so far, its memory, its account
//!    └─ Card     the opened device with its kernels, shared by the ranks of a process
//! ```
//!
//! Work is recorded by [`stream`] and handed over in batches; nobody waits for it but a download. Arrays live in [`memory`]; elements
//! come and go through [`staging`].

mod adapters;
mod bandwidth;
mod card;
pub(crate) mod clusters;
mod kernel;
mod launch;
mod library;
mod memory;
pub(crate) mod program;
mod source;
mod staging;
mod stream;
mod trial;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use wgpu::Buffer;

use crate::device::engine::Abilities;
use crate::dtype::{DType, Element};
use crate::error::LocalError;
use crate::memory::{Block, Pool};

pub use adapters::{Adapter, AdapterKind, adapters};
use card::Card;
use kernel::WORKGROUP;
pub(crate) use memory::Memory;
use memory::Shelf;
use staging::Staging;
use stream::Stream;

/// A rank's share of a GPU. Clones are handles to the same share.
#[derive(Clone)]
pub struct Gpu(Arc<Inner>);

struct Inner {
    card: Arc<Card>,
    work: Mutex<Work>,
    shelf: Mutex<Shelf>,
    traffic: [AtomicU64; 2],
    segment: usize,
    /// What this device and those of the other ranks have in common.
    common: OnceLock<Abilities>,
}

/// What is recorded and what is on its way: both under one lock, since a transfer is a part of what is recorded.
struct Work {
    stream: Stream,
    staging: Staging,
}

/// Bytes that went between host and device memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the host to the device.
    pub up: u64,
    /// From the device to the host.
    pub down: u64,
}

impl Gpu {
    /// A share of the GPU of this number (see [`adapters`]).
    ///
    /// **Local.** The first opening in a process takes some tens of milliseconds.
    ///
    /// # Errors
    /// When there is no such device, or its driver refuses.
    pub fn open(number: usize) -> Result<Self, LocalError> {
        let card = Card::open(number)?;
        let segment = card.segment;
        Ok(Self::of(card, segment))
    }

    /// As [`Gpu::open`], with arrays in segments of so many elements: tests take tiny ones.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`Gpu::open`].
    ///
    /// # Panics
    /// When the number is no power of two, or below four.
    pub fn open_with_segments_of(number: usize, elements: usize) -> Result<Self, LocalError> {
        assert!(elements.is_power_of_two() && elements >= 4, "segments of {elements} elements");
        let card = Card::open(number)?;
        let segment = elements.min(card.segment);
        Ok(Self::of(card, segment))
    }

    fn of(card: Arc<Card>, segment: usize) -> Self {
        let work = Work { stream: Stream::new(card.clone()), staging: Staging::new(card.clone()) };
        Self(Arc::new(Inner {
            card,
            work: Mutex::new(work),
            shelf: Mutex::default(),
            traffic: Default::default(),
            segment,
            common: OnceLock::new(),
        }))
    }

    /// What the device is and can do.
    ///
    /// **Local.**
    pub fn adapter(&self) -> &Adapter {
        &self.0.card.adapter
    }

    /// Bytes that went between host and device memory on this rank so far.
    ///
    /// **Local.**
    pub fn traffic(&self) -> Traffic {
        let [up, down] = self.0.traffic.each_ref().map(|bytes| bytes.load(Ordering::Relaxed));
        Traffic { up, down }
    }

    /// Bytes of device memory that this rank's arrays hold now, and held at most at once.
    ///
    /// **Local.**
    pub fn memory_in_use(&self) -> (u64, u64) {
        self.shelf().account()
    }

    /// Whether these are handles to the same share.
    ///
    /// **Local.**
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether kernels compute with elements of this dtype.
    ///
    /// **Local.**
    pub fn supports(&self, dtype: DType) -> bool {
        let Abilities { f64, i64, .. } = self.abilities();
        match dtype {
            DType::F64 | DType::C64 => f64 && i64,
            DType::I64 | DType::U64 => i64,
            DType::Bool | DType::U8 | DType::I32 | DType::F32 | DType::C32 => true,
        }
    }

    /// What kernels may use: with other ranks, what their devices have as well.
    pub(crate) fn abilities(&self) -> Abilities {
        let Adapter { f64, i64, memory, .. } = *self.adapter();
        self.0.common.get().copied().unwrap_or(Abilities { f64, i64, memory })
    }

    /// Use from now on only what the devices of all ranks have.
    pub(crate) fn limit(&self, common: Abilities) {
        // Only an opening limits, and once.
        let _ = self.0.common.set(common);
    }

    fn card(&self) -> &Card {
        &self.0.card
    }

    /// Invocations of a workgroup, unless a kernel says otherwise.
    fn workgroup(&self) -> usize {
        WORKGROUP
    }

    /// Elements of a segment.
    fn segment(&self) -> usize {
        self.0.segment
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.0.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, bytes: u64) -> Buffer {
        let class = memory::class(bytes);
        let idle = self.shelf().take(class);
        idle.unwrap_or_else(|| self.0.card.buffer(class, memory::USAGE))
    }

    fn give_back(&self, buffer: Buffer) {
        self.shelf().give_back(buffer);
    }

    /// Room for `len` elements of `width` bytes, with unspecified values.
    pub(crate) fn empty(&self, len: usize, width: usize) -> Memory {
        Memory::new(self, len, width)
    }

    /// These bytes as elements of `width` bytes.
    pub(crate) fn upload(&self, bytes: &[u8], width: usize) -> Memory {
        let memory = self.empty(bytes.len() / width, width);
        let mut work = self.work();
        let Work { stream, staging } = &mut *work;
        for (segment, part) in memory.segments().iter().zip(bytes.chunks(self.segment() * width)) {
            staging.upload(stream, part, segment, 0);
        }
        self.0.traffic[0].fetch_add(bytes.len() as u64, Ordering::Relaxed);
        memory
    }

    /// The elements in the memory of the host, once all that is recorded has run.
    pub(crate) fn block<T: Element>(&self, memory: &Memory, pool: &Pool) -> Block<T> {
        let mut bytes = pool.take::<u8>(memory.len() * memory.width());
        self.download(memory, &mut bytes);
        bytes.into_buffer().into_block().expect("kernels write elements of their dtype")
    }

    /// The elements as bytes, once all that is recorded has run.
    pub(crate) fn download(&self, memory: &Memory, bytes: &mut [u8]) {
        assert_eq!(bytes.len(), memory.len() * memory.width(), "room for what is there");
        let mut work = self.work();
        let Work { stream, staging } = &mut *work;
        for (segment, part) in memory.segments().iter().zip(bytes.chunks_mut(self.segment() * memory.width())) {
            staging.download(stream, segment, 0, part);
        }
        self.0.traffic[1].fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

impl fmt::Debug for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.adapter().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_went() {
        let gpu = Gpu::open_with_segments_of(0, 1024).unwrap();
        for len in [0, 1, 3, 1024, 1025, 5000, 3 << 20] {
            let bytes: Vec<u8> = (0..len).map(|k| (k % 251) as u8).collect();
            let memory = gpu.upload(&bytes, 1);
            let mut back = vec![0; len];
            gpu.download(&memory, &mut back);
            assert!(back == bytes, "{len}");
        }
    }
}
