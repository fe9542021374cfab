//! Blocks that are being filled, where an engine computes.

#[cfg(feature = "gpu")]
use std::sync::Arc;

#[cfg(feature = "gpu")]
use crate::device::gpu::Memory;
use crate::device::{Engine, Steps};
use crate::dtype::{Element, Real};
use crate::layout::Progression;
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

    /// Give every element this value.
    pub(crate) fn fill(&mut self, value: T, engine: &Engine) {
        match self {
            Self::Here(block) => engine.cpu().fill(block, value),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => memory.gpu().fill(memory, value),
        }
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

impl<T: Real> Fresh<T> {
    /// Fill it with the numbers at the indices `part`; `value` is what `steps` says of an index, for the host.
    #[cfg_attr(not(feature = "gpu"), allow(unused_variables))]
    pub(crate) fn steps(&mut self, steps: &Steps<T>, part: &Progression, value: impl Fn(usize) -> T, engine: &Engine) {
        let fill = |block: &mut [T]| {
            let mut rest = block;
            for run in part.runs() {
                let (here, after) = std::mem::take(&mut rest).split_at_mut(run.len());
                here.iter_mut().zip(run).for_each(|(element, index)| *element = value(index));
                rest = after;
            }
        };
        match self {
            Self::Here(block) => fill(block),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let gpu = memory.gpu().clone();
                if !gpu.steps(memory, steps, part) {
                    let mut block = engine.cpu().pool().take(memory.len());
                    fill(&mut block);
                    *memory = gpu.upload(bytemuck::cast_slice(&block), size_of::<T>());
                }
            }
        }
    }
}
