//! Elements that are still where they were sliced from.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::device::{Cpu, View};
use crate::dtype::Element;
use crate::memory::Block;
use crate::memory::strided::{self, Alone, Grid, Step};
use crate::shape::Shape;

/// Elements of another array's block, at equal distances along each axis: copied when somebody wants them side by side.
pub(crate) struct Seen<T: Element> {
    shape: Shape,
    view: View,
    cpu: Cpu,
    /// Let go as soon as they are copied.
    base: Mutex<Option<Arc<Block<T>>>>,
    copy: OnceLock<Arc<Block<T>>>,
}

impl<T: Element> Seen<T> {
    pub(super) fn new(base: Arc<Block<T>>, shape: Shape, view: View, cpu: Cpu) -> Self {
        Self { shape, view, cpu, base: Mutex::new(Some(base)), copy: OnceLock::new() }
    }

    /// The elements side by side.
    pub(super) fn copy(&self) -> &Arc<Block<T>> {
        self.copy.get_or_init(|| {
            let base = self.base.lock().unwrap_or_else(PoisonError::into_inner).take();
            let base = base.expect("the block is there until it is copied from");
            let mut block = self.cpu.pool().take::<T>(self.shape.size());
            let strides = self.shape.strides();
            let steps = self.shape.iter().zip(&self.view.strides).zip(strides.iter());
            let step =
                |((&extent, &from), &into): ((&usize, &isize), &usize)| Step { extent, from, into: into as isize };
            let grid = Grid::new(self.view.offset as usize, 0, steps.map(step));
            // A worker that waits for others may begin a task that waits for this very copy.
            match rayon::current_thread_index() {
                Some(_) => strided::copy(&grid, &base, &mut block, &Alone),
                None => strided::copy(&grid, &base, &mut block, &self.cpu),
            }
            Arc::new(block)
        })
    }

    /// The copy, if there is one.
    pub(super) fn copied(&self) -> Option<&Arc<Block<T>>> {
        self.copy.get()
    }

    /// Where they are, unless they have been copied.
    pub(super) fn base(&self) -> Option<(Arc<Block<T>>, &View)> {
        let base = self.base.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some((base, &self.view))
    }
}

impl<T: Element> fmt::Debug for Seen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of another block", self.shape, T::DTYPE)
    }
}
