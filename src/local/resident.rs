//! Elements that belong on a GPU: there, in the memory of the host, or in both.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::device::gpu::{Gpu, Memory};
use crate::dtype::Element;
use crate::memory::{Block, Pool};

/// Elements in device memory, in that of the host, or the same ones in both: each side gets them when it first asks.
pub(super) struct Resident<T: Element> {
    gpu: Gpu,
    pool: Pool,
    len: usize,
    host: OnceLock<Arc<Block<T>>>,
    card: OnceLock<Arc<Memory>>,
}

impl<T: Element> Resident<T> {
    pub(super) fn of_block(block: Arc<Block<T>>, gpu: &Gpu) -> Self {
        let (pool, len) = (block.pool().clone(), block.len());
        Self { gpu: gpu.clone(), pool, len, host: OnceLock::from(block), card: OnceLock::new() }
    }

    pub(super) fn of_memory(memory: Memory, pool: &Pool) -> Self {
        let (gpu, len) = (memory.gpu().clone(), memory.len());
        Self { gpu, pool: pool.clone(), len, host: OnceLock::new(), card: OnceLock::from(Arc::new(memory)) }
    }

    pub(super) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// In the memory of the host: brought there, if they were not.
    pub(super) fn host(&self) -> &Arc<Block<T>> {
        self.host.get_or_init(|| {
            let memory = self.card.get().expect("elements are on one of both sides");
            Arc::new(self.gpu.block(memory, &self.pool))
        })
    }

    /// In device memory: brought there, if they were not.
    pub(super) fn card(&self) -> &Arc<Memory> {
        self.card.get_or_init(|| {
            let block = self.host.get().expect("elements are on one of both sides");
            Arc::new(self.gpu.upload(bytemuck::cast_slice(block), size_of::<T>()))
        })
    }

    /// In the memory of the host alone, to be written: device memory would not see what is written.
    pub(super) fn host_alone(self: &mut Arc<Self>) -> &mut Block<T> {
        if Arc::get_mut(self).is_none() || self.card.get().is_some() {
            *self = Arc::new(Self::of_block(self.host().clone(), &self.gpu));
        }
        let own = Arc::get_mut(self).expect("nobody else has it");
        Arc::make_mut(own.host.get_mut().expect("it is on the host"))
    }

    /// In device memory alone, to be written: that of the host would not see what is written.
    pub(super) fn card_alone(self: &mut Arc<Self>) -> &Memory {
        let own = Arc::get_mut(self).filter(|own| own.card.get().is_none_or(|card| Arc::strong_count(card) == 1));
        match own {
            Some(own) => {
                own.card();
                own.host.take();
            }
            None => *self = Arc::new(Self::of_memory(self.card().copied(), &self.pool)),
        }
        self.card.get().expect("it was brought there")
    }

    /// One element, from where they are.
    pub(super) fn element(&self, number: usize) -> T {
        match (self.host.get(), self.card.get()) {
            (None, Some(memory)) => self.gpu.element(memory, number, &self.pool),
            _ => self.host()[number],
        }
    }
}

impl<T: Element> fmt::Debug for Resident<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} on {:?}", self.len, T::DTYPE, self.gpu)
    }
}
