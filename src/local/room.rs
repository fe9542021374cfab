//! Copies between blocks, where an engine computes.

use std::sync::Arc;

#[cfg(feature = "gpu")]
use crate::device::gpu::{Gpu, Memory};
use crate::device::{Engine, Target, View};
use crate::dtype::Element;
use crate::local::boxes::copy_box;
use crate::local::{Fresh, Local};
use crate::memory::Block;
#[cfg(feature = "gpu")]
use crate::memory::strided::Step;
use crate::memory::strided::{self, Grid};

/// Elements that are being written, in place.
pub(crate) enum Room<'a, T: Element> {
    Here(&'a mut [T]),
    #[cfg(feature = "gpu")]
    Card(&'a Memory),
}

/// Elements that are copied.
#[derive(Clone, Copy)]
pub(crate) enum Elements<'a, T: Element> {
    /// Those of a block.
    Of(&'a Local<T>),
    /// In the memory of the host.
    Slice(&'a [T]),
    /// Those that another rank lends.
    Lent(&'a Lent<T>),
}

/// The elements of a block, for other ranks to copy from.
pub(crate) enum Lent<T: Element> {
    Here(Arc<Block<T>>),
    #[cfg(feature = "gpu")]
    Card(Arc<Memory>),
}

impl<T: Element> Elements<'_, T> {
    fn slice(&self) -> &[T] {
        match self {
            Self::Of(local) => local.as_slice(),
            Self::Slice(slice) => slice,
            Self::Lent(Lent::Here(block)) => block,
            #[cfg(feature = "gpu")]
            Self::Lent(Lent::Card(_)) => unreachable!("ranks lend what lies where it is copied to"),
        }
    }

    #[cfg(feature = "gpu")]
    fn card(&self, gpu: &Gpu) -> Arc<Memory> {
        match self {
            Self::Of(local) => local.card(gpu),
            Self::Lent(Lent::Card(memory)) => memory.clone(),
            Self::Slice(_) | Self::Lent(Lent::Here(_)) => {
                Arc::new(gpu.upload(bytemuck::cast_slice(self.slice()), size_of::<T>()))
            }
        }
    }
}

impl<'a, T: Element> Room<'a, T> {
    /// The same without its type.
    pub(crate) fn target(self) -> Target<'a> {
        match self {
            Self::Here(slice) => Target::Host(T::erase_mut(slice)),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => Target::Card(memory),
        }
    }

    /// The number of elements.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Here(slice) => slice.len(),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => memory.len(),
        }
    }

    /// Copy the elements of `grid`.
    pub(crate) fn copy(&mut self, grid: &Grid, from: Elements<'_, T>, engine: &Engine) {
        match self {
            Self::Here(slice) => strided::copy(grid, from.slice(), slice, engine.cpu()),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let gpu = memory.gpu().clone();
                gpu.copy(grid, &from.card(&gpu), memory);
            }
        }
    }

    /// Copy a box of `extents` from where one view sees it to where the other does: few elements, as at the rims of blocks.
    pub(crate) fn copy_box(&mut self, extents: &[usize], from: Elements<'_, T>, source: &View, target: &View) {
        match self {
            Self::Here(slice) => copy_box(extents, from.slice(), source, slice, target),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let steps = source.strides.iter().zip(&target.strides).zip(extents);
                let steps = steps.map(|((&from, &into), &extent)| Step { extent, from, into });
                let gpu = memory.gpu().clone();
                let grid = Grid::new(source.offset as usize, target.offset as usize, steps);
                gpu.copy(&grid, &from.card(&gpu), memory);
            }
        }
    }

    /// Room for a message from or to here.
    pub(crate) fn message(&self, len: usize, engine: &Engine) -> Fresh<T> {
        match self {
            Self::Here(_) => Fresh::Here(engine.cpu().pool().take(len)),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => Fresh::Card(memory.gpu().empty(len, size_of::<T>())),
        }
    }

    /// A block for other ranks to copy from into such rooms of their own. They may until they and this rank have met again.
    pub(crate) fn lend(&self, local: &Local<T>) -> Lent<T> {
        match self {
            Self::Here(_) => Lent::Here(local.shared()),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let lent = local.card(memory.gpu());
                memory.gpu().submit();
                Lent::Card(lent)
            }
        }
    }

    /// Hand over what was recorded: others may write what it reads as soon as they know.
    #[cfg_attr(not(feature = "gpu"), allow(clippy::unused_self))]
    pub(crate) fn submit(&self) {
        #[cfg(feature = "gpu")]
        if let Self::Card(memory) = self {
            memory.gpu().submit();
        }
    }
}
