//! One rank's block of an array.

use std::any::Any;
use std::sync::Arc;

use crate::dtype::Element;
use crate::memory::Block;
use crate::shape::Shape;

/// A contiguous row-major block on one device, shared by reference count: clones share the memory until one of them writes.
///
/// Unlike a distributed array it may go to other threads: it cannot communicate.
///
/// ```
/// use isotherm::{Local, memory::Pool};
/// let pool = Pool::new();
/// let a = Local::new(pool.copy_of(&[1, 2, 3, 4]), (2, 2));
/// let mut b = a.clone();
/// b.as_mut_slice()[0] = 9; // copies: a sees nothing of it
/// assert_eq!((a.as_slice()[0], b.as_slice()[0]), (1, 9));
/// ```
#[derive(Clone, Debug)]
pub struct Local<T: Element> {
    block: Arc<Block<T>>,
    shape: Shape,
}

impl<T: Element> Local<T> {
    /// The block of `shape` with these elements.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When their number is not that of the shape.
    pub fn new(block: Block<T>, shape: impl Into<Shape>) -> Self {
        let shape = shape.into();
        assert_eq!(block.len(), shape.size(), "a block of shape {shape}");
        Self { block: Arc::new(block), shape }
    }

    /// The extents of this block.
    ///
    /// **Local.**
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The elements in row-major order.
    ///
    /// **Local.**
    pub fn as_slice(&self) -> &[T] {
        &self.block
    }

    /// The memory, for others to look into.
    pub(crate) fn shared(&self) -> Arc<Block<T>> {
        Arc::clone(&self.block)
    }

    /// The elements, to be written. Copies the block first if another array or expression shares it.
    ///
    /// **Local.**
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut *Arc::<Block<T>>::make_mut(&mut self.block)
    }

    /// Whether no other array or expression shares the memory.
    ///
    /// **Local.**
    pub fn is_unique(&self) -> bool {
        Arc::strong_count(&self.block) == 1
    }

    /// Whether these are the same memory.
    ///
    /// **Local.**
    pub fn shares_memory_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.block, &other.block)
    }

    /// The same elements in another shape.
    ///
    /// **Local.** No copy.
    ///
    /// # Panics
    /// When the shapes differ in size.
    #[must_use]
    pub fn reshaped(&self, shape: impl Into<Shape>) -> Self {
        let shape = shape.into();
        assert_eq!(self.shape.size(), shape.size(), "{} as {shape}", self.shape);
        Self { block: self.block.clone(), shape }
    }
}

/// A [`Local`] whose element type is forgotten.
#[derive(Clone)]
pub(crate) struct AnyLocal {
    block: Arc<dyn Any + Send + Sync>,
    shape: Shape,
}

impl<T: Element> From<Local<T>> for AnyLocal {
    fn from(local: Local<T>) -> Self {
        Self { block: local.block, shape: local.shape }
    }
}

impl AnyLocal {
    /// The block, when its elements are of this type; itself otherwise.
    pub(crate) fn downcast<T: Element>(self) -> Result<Local<T>, Self> {
        let Self { block, shape } = self;
        match block.downcast() {
            Ok(block) => Ok(Local { block, shape }),
            Err(block) => Err(Self { block, shape }),
        }
    }

    /// The elements, when they are of this type.
    pub(crate) fn as_slice<T: Element>(&self) -> Option<&[T]> {
        self.block.downcast_ref::<Block<T>>().map(|block| &**block)
    }

    /// The extents.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }
}
