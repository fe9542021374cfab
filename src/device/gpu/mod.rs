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
mod canary;
mod card;
pub(crate) mod clusters;
mod compiled;
mod doubled;
mod fill;
pub(crate) mod gram;
mod groups;
mod kernel;
mod kernels;
mod key;
mod launch;
mod library;
mod measure;
mod memo;
mod memory;
mod options;
pub(crate) mod order;
#[cfg(test)]
pub(crate) mod overhead;
mod product;
mod profile;
pub(crate) mod program;
mod random;
mod source;
mod staging;
mod steps;
mod stream;
mod trial;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use wgpu::Buffer;

use crate::device::cpu::Cpu;
use crate::device::engine::Abilities;
use crate::dtype::{DType, Element};
use crate::error::LocalError;
use crate::memory::strided::Grid;
use crate::memory::{Block, Pool};

pub use adapters::{Adapter, AdapterKind, adapters};
use card::Card;
use kernel::Variant;
pub use measure::{Finding, Transfers};
pub(crate) use memory::Memory;
use memory::Shelf;
use options::Options;
pub use profile::KernelTime;
use staging::Staging;
use stream::Stream;

/// Invocations that keep a large device busy.
const BUSY: usize = 256 << 10;

/// A rank's share of a GPU. Clones are handles to the same share.
#[derive(Clone)]
pub struct Gpu(Arc<Inner>);

struct Inner {
    card: Arc<Card>,
    work: Mutex<Work>,
    shelf: Mutex<Shelf>,
    traffic: [AtomicU64; 2],
    segment: usize,
    variant: Variant,
    canaries: bool,
    /// What this device and those of the other ranks have in common.
    common: OnceLock<Abilities>,
    /// What programs came to that may come again.
    plans: program::Plans,
    /// Whose share it is, if a profile shall be printed when it ends.
    reported: OnceLock<String>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.report();
        let idle = self.shelf.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        self.card.let_go(&idle);
        self.card.compiled.save();
    }
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
        Self::open_with(number, Options::from_environment()?)
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
        Self::open_with(number, Options { segment: Some(elements), ..Options::from_environment()? })
    }

    /// A share for tests.
    pub(crate) fn open_with(number: usize, options: Options) -> Result<Self, LocalError> {
        let card = Card::open(number)?;
        let segment = options.segment.map_or(card.segment, |elements| elements.min(card.segment));
        assert!(segment.is_power_of_two() && segment >= 4, "segments of {segment} elements");
        let stream = Stream::new(card.clone(), options.canaries);
        let work = Work { stream, staging: Staging::new(card.clone()) };
        Ok(Self(Arc::new(Inner {
            card,
            work: Mutex::new(work),
            shelf: Mutex::default(),
            traffic: Default::default(),
            segment,
            variant: options.variant(),
            canaries: options.canaries,
            common: OnceLock::new(),
            plans: program::Plans::default(),
            reported: OnceLock::new(),
        })))
    }

    /// The same share, for which these threads of the host bring elements there and back.
    pub(crate) fn served_by(self, cpu: &Cpu) -> Self {
        self.work().staging.hands = cpu.clone();
        self
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

    /// Wait for all that this rank asked of the device so far.
    ///
    /// **Local.** Nothing else needs it but clocks: results that are looked at have been waited for.
    pub fn wait(&self) {
        self.work().stream.finish();
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
        self.0.common.get().copied().unwrap_or(Abilities { f64, i64, memory, shared: false })
    }

    /// Use from now on only what the devices of all ranks have.
    pub(crate) fn limit(&self, common: Abilities) {
        // Only an opening limits, and once.
        let _ = self.0.common.set(common);
    }

    /// A number of the opened device, its own in this process.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0.card) as usize
    }

    fn card(&self) -> &Card {
        &self.0.card
    }

    /// Invocations of a workgroup, unless a kernel says otherwise.
    fn workgroup(&self) -> usize {
        self.0.variant.workgroup
    }

    /// How kernels are made.
    fn variant(&self) -> Variant {
        self.0.variant
    }

    /// Invocations that keep the device busy; with tiny segments, as in tests, few do.
    fn busy(&self) -> usize {
        BUSY.min(self.segment() / 16)
    }

    /// The most arrays that a kernel may have, beside its arguments.
    fn most_arrays(&self) -> usize {
        let limits = self.card().device.limits();
        limits.max_storage_buffers_per_shader_stage.min(limits.max_bindings_per_bind_group - 1) as usize
    }

    /// The most bytes that the invocations of a workgroup may share.
    fn most_shared(&self) -> usize {
        self.card().device.limits().max_compute_workgroup_storage_size as usize
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
        // Between canaries nothing lies behind an array that a kernel could write unseen, but what is left of 16 bytes: some write and read as many at once.
        let class = if self.0.canaries { bytes.next_multiple_of(16) } else { memory::class(bytes) };
        let (idle, gone) = {
            let mut shelf = self.shelf();
            (shelf.take(class), shelf.gone())
        };
        self.forget(&gone);
        idle.unwrap_or_else(|| self.0.card.buffer(class, memory::USAGE))
    }

    fn give_back(&self, buffer: Buffer) {
        let gone = {
            let mut shelf = self.shelf();
            shelf.give_back(buffer);
            shelf.gone()
        };
        self.forget(&gone);
    }

    /// See to it that nothing keeps these buffers alive: at once here, and where another rank's stream has seen them when it submits.
    fn forget(&self, gone: &[Buffer]) {
        if !gone.is_empty() {
            self.0.card.let_go(gone);
            if let Ok(mut work) = self.0.work.try_lock() {
                work.stream.forget();
            }
        }
    }

    /// Room for `len` elements of `width` bytes, with unspecified values.
    pub(crate) fn empty(&self, len: usize, width: usize) -> Memory {
        Memory::new(self, len, width)
    }

    /// Hand over what is recorded, without waiting for it.
    pub(crate) fn submit(&self) {
        self.work().stream.submit();
    }

    /// These bytes as elements of `width` bytes.
    pub(crate) fn upload(&self, bytes: &[u8], width: usize) -> Memory {
        let memory = self.empty(bytes.len() / width, width);
        self.upload_into(bytes, &memory);
        memory
    }

    /// Overwrite all elements with those of these bytes.
    pub(crate) fn upload_into(&self, bytes: &[u8], memory: &Memory) {
        assert_eq!(bytes.len(), memory.len() * memory.width(), "as many bytes as are there");
        let mut work = self.work();
        let Work { stream, staging } = &mut *work;
        for (segment, part) in memory.segments().iter().zip(bytes.chunks(memory.segment() * memory.width())) {
            staging.upload(stream, part, segment, 0);
        }
        self.0.traffic[0].fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }

    /// Element number `number`, once all that is recorded has run.
    pub(crate) fn element<T: Element>(&self, memory: &Memory, number: usize, pool: &Pool) -> T {
        let copy = self.empty(1, memory.width());
        self.copy(&Grid::new(number, 0, []), memory, &copy);
        self.block::<T>(&copy, pool)[0]
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
        for (segment, part) in memory.segments().iter().zip(bytes.chunks_mut(memory.segment() * memory.width())) {
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
mod tests;
