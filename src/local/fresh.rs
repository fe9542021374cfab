//! Blocks that are being filled, where an engine computes.

#[cfg(feature = "gpu")]
use std::sync::Arc;

use crate::device::Engine;
#[cfg(feature = "gpu")]
use crate::device::gpu::Memory;
use crate::dtype::Element;
use crate::local::Local;
#[cfg(feature = "gpu")]
use crate::local::{Place, Resident};
use crate::memory::Block;
use crate::memory::strided::{self, Grid};
use crate::shape::Shape;

/// Room for the elements of a block, or of a message.
pub(crate) enum Fresh<T: Element> {
    Here(Block<T>),
    #[cfg(feature = "gpu")]
    Card(Memory),
}

impl<T: Element> Fresh<T> {
    /// Room for `len` elements, with unspecified values.
    pub(crate) fn new(len: usize, engine: &Engine) -> Self {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = engine.gpu() {
            return Self::Card(gpu.empty(len, size_of::<T>()));
        }
        Self::Here(engine.cpu().pool().take(len))
    }

    /// The number of elements.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Here(block) => block.len(),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => memory.len(),
        }
    }

    /// Copy the elements of `grid` from a block of the same engine.
    pub(crate) fn copy(&mut self, grid: &Grid, source: &Local<T>, engine: &Engine) {
        match self {
            Self::Here(block) => strided::copy(grid, source.as_slice(), block, engine.cpu()),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let gpu = memory.gpu().clone();
                gpu.copy(grid, &source.card(&gpu), memory);
            }
        }
    }

    /// The block of this shape.
    pub(crate) fn done(self, shape: impl Into<Shape>, engine: &Engine) -> Local<T> {
        match self {
            Self::Here(block) => Local::new(block, shape).on(engine),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let resident = Resident::of_memory(memory, engine.cpu().pool());
                Local { place: Place::Card(Arc::new(resident)), shape: shape.into() }
            }
        }
    }

    /// The elements in the memory of the host, from where they can be sent.
    #[cfg_attr(not(feature = "gpu"), allow(unused_variables))]
    pub(crate) fn into_block(self, engine: &Engine) -> Block<T> {
        match self {
            Self::Here(block) => block,
            #[cfg(feature = "gpu")]
            Self::Card(memory) => memory.gpu().block(&memory, engine.cpu().pool()),
        }
    }
}
