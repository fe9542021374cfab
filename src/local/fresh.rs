//! Blocks that are being filled, where an engine computes.

#[cfg(feature = "gpu")]
use std::sync::Arc;

use crate::device::Engine;
#[cfg(feature = "gpu")]
use crate::device::gpu::Memory;
use crate::dtype::Element;
use crate::local::{Local, Room};
#[cfg(feature = "gpu")]
use crate::local::{Place, Resident};
use crate::memory::Block;
use crate::shape::Shape;

/// The elements of a block, or of a message, before they are one.
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

    /// `len` elements of one value.
    pub(crate) fn full(len: usize, value: T, engine: &Engine) -> Self {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = engine.gpu() {
            return Self::Card(gpu.full(len, value));
        }
        let mut block = engine.cpu().pool().take(len);
        engine.cpu().fill(&mut block, value);
        Self::Here(block)
    }

    /// The elements, to be written.
    pub(crate) fn room(&mut self) -> Room<'_, T> {
        match self {
            Self::Here(block) => Room::Here(block),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => Room::Card(memory),
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

    /// The block in which they lie in a line.
    pub(crate) fn done_in_line(mut self, engine: &Engine) -> Local<T> {
        let len = self.room().len();
        self.done(len, engine)
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
