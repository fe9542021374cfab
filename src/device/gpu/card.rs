//! An opened device, shared by the ranks of this process that compute on it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use wgpu::{
    BufferDescriptor, BufferUsages, Device, DeviceDescriptor, ErrorFilter, Features, MemoryHints, PollType, Queue,
};

use crate::device::gpu::adapters::{Adapter, all, describe};
use crate::device::gpu::compiled::{self, Compiled};
use crate::device::gpu::groups::{Gone, number};
use crate::device::gpu::kernels::Kernels;
use crate::error::LocalError;

/// A device with its queue and the kernels that were made for it.
pub(super) struct Card {
    pub(super) adapter: Adapter,
    pub(super) device: Device,
    pub(super) queue: Queue,
    pub(super) kernels: Kernels,
    /// What the driver made of them, kept for other processes.
    pub(super) compiled: Compiled,
    /// What befell it, if something did: all that is asked of it afterwards silently does nothing.
    lost: Arc<OnceLock<String>>,
    /// What streams are told of buffers that are let go.
    listening: Mutex<Vec<Weak<Mutex<Vec<u64>>>>>,
    /// The elements of a segment: see `memory.rs`.
    pub(super) segment: usize,
    /// The boundary on which arguments of kernels begin.
    pub(super) alignment: u32,
}

/// The devices that this process has opened, by number, for as long as it lives. Drivers reserve memory and threads for each opening, and kernels are
/// compiled for each: ranks that are threads therefore share one, and so do programs that run one after the other.
static OPEN: Mutex<BTreeMap<usize, Arc<Card>>> = Mutex::new(BTreeMap::new());

/// The widest element: a complex number of two `f64`.
const WIDEST: u64 = 16;

/// What kernels may use where a device has it.
const WANTED: Features = Features::SHADER_F64
    .union(Features::SHADER_INT64)
    .union(Features::SHADER_F16)
    .union(Features::SUBGROUP)
    .union(Features::TIMESTAMP_QUERY)
    .union(Features::TIMESTAMP_QUERY_INSIDE_ENCODERS)
    .union(Features::PIPELINE_CACHE);

impl Card {
    /// The device of this number, opened once in a process.
    pub(super) fn open(number: usize) -> Result<Arc<Self>, LocalError> {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(card) = open.get(&number).filter(|card| card.lost.get().is_none()) {
            return Ok(card.clone());
        }
        let card = Arc::new(Self::new(number, compiled::folder().as_deref())?);
        open.insert(number, card.clone());
        Ok(card)
    }

    /// The device of this number, whose compiled kernels are kept in this folder.
    pub(super) fn new(number: usize, folder: Option<&Path>) -> Result<Self, LocalError> {
        let adapters = all();
        let Some(adapter) = adapters.get(number) else {
            let has = match adapters.len() {
                0 => "no Vulkan device".to_owned(),
                1 => "one Vulkan device, gpu:0".to_owned(),
                n => format!("{n} Vulkan devices, gpu:0 to gpu:{}", n - 1),
            };
            return Err(LocalError::new(format!("gpu:{number}: this machine has {has}")));
        };
        let limits = adapter.limits();
        let asked = DeviceDescriptor {
            required_features: adapter.features() & WANTED,
            required_limits: limits.clone(),
            memory_hints: MemoryHints::MemoryUsage,
            ..DeviceDescriptor::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&asked))
            .map_err(|error| LocalError::new(format!("gpu:{number} cannot be opened: {error}")))?;
        let lost = Arc::new(OnceLock::new());
        let tell = lost.clone();
        device.set_device_lost_callback(move |reason, why| drop(tell.set(format!("{reason:?}: {why}"))));
        let tell = lost.clone();
        device.on_uncaptured_error(Arc::new(move |error| drop(tell.set(error.to_string()))));
        let largest = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        Ok(Self {
            adapter: describe(adapter),
            segment: 1 << (largest / WIDEST).ilog2(),
            alignment: limits.min_uniform_buffer_offset_alignment,
            compiled: Compiled::load(folder, &device, &adapter.get_info()),
            device,
            queue,
            kernels: Kernels::default(),
            listening: Mutex::default(),
            lost,
        })
    }

    /// New memory of so many bytes, a multiple of four.
    ///
    /// # Panics
    /// When the device has none left: a context's budget refuses arrays before that.
    pub(super) fn buffer(&self, bytes: u64, usage: BufferUsages) -> wgpu::Buffer {
        let scope = self.device.push_error_scope(ErrorFilter::OutOfMemory);
        let descriptor = BufferDescriptor { label: None, size: bytes, usage, mapped_at_creation: false };
        let buffer = self.device.create_buffer(&descriptor);
        if let Some(error) = pollster::block_on(scope.pop()) {
            panic!("{} has no {bytes} bytes left: {error}", self.adapter.name);
        }
        buffer
    }

    /// Where buffers will be noted that are let go from now on.
    pub(super) fn listen(&self) -> Gone {
        let gone = Gone::default();
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        listening.retain(|listener| listener.strong_count() > 0);
        listening.push(Arc::downgrade(&gone));
        gone
    }

    /// Tell all streams of this device that buffers are let go: ranks read the arrays of others.
    pub(super) fn let_go(&self, buffers: &[wgpu::Buffer]) {
        let listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        for gone in listening.iter().filter_map(Weak::upgrade) {
            gone.lock().unwrap_or_else(PoisonError::into_inner).extend(buffers.iter().map(number));
        }
    }

    /// Whether it does nothing any more.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    /// Let callbacks run, and wait for all that was submitted if asked to. `last` is the operation that this follows.
    ///
    /// # Panics
    /// When the device is lost.
    pub(super) fn poll(&self, wait: PollType, last: &str) {
        let polled = self.device.poll(wait);
        if let Some(why) = self.lost.get() {
            panic!("{} was lost during or before {last}: {why}", self.adapter.name);
        }
        if let Err(error) = polled {
            panic!("{} does not answer after {last}: {error}", self.adapter.name);
        }
    }
}
