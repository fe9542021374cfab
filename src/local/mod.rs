//! One rank's block of an array.

mod seen;

use std::any::Any;
use std::sync::Arc;

use crate::device::cpu::{Cpu, View};
use crate::dtype::Element;
use crate::memory::Block;
use crate::shape::Shape;

use seen::Seen;

/// A contiguous row-major block on one device, shared by reference count: clones share the memory until one of them writes.
///
/// What was sliced from another block may be a view of that until somebody asks for its elements: nobody can tell but by the time it takes.
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
    place: Place<T>,
    shape: Shape,
}

/// Where the elements are.
#[derive(Clone, Debug)]
enum Place<T: Element> {
    Here(Arc<Block<T>>),
    /// Still in the block that they were sliced from.
    Elsewhere(Arc<Seen<T>>),
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
        Self { place: Place::Here(Arc::new(block)), shape }
    }

    /// The elements of `base` that `view` sees in this shape.
    pub(crate) fn seen(base: &Self, shape: Shape, view: View, cpu: &Cpu) -> Self {
        let seen = Seen::new(base.shared(), shape.clone(), view, cpu.clone());
        Self { place: Place::Elsewhere(Arc::new(seen)), shape }
    }

    fn block(&self) -> &Arc<Block<T>> {
        match &self.place {
            Place::Here(block) => block,
            Place::Elsewhere(seen) => seen.copy(),
        }
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
        self.block()
    }

    /// The memory, for others to look into.
    pub(crate) fn shared(&self) -> Arc<Block<T>> {
        Arc::clone(self.block())
    }

    /// The elements, to be written. Copies the block first if another array or expression shares it.
    ///
    /// **Local.**
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        if let Place::Elsewhere(seen) = &self.place {
            let block = Arc::clone(seen.copy());
            self.place = Place::Here(block);
        }
        match &mut self.place {
            Place::Here(block) => &mut *Arc::<Block<T>>::make_mut(block),
            Place::Elsewhere(_) => unreachable!("the elements were brought here"),
        }
    }

    /// Whether no other array or expression shares the memory.
    ///
    /// **Local.**
    pub fn is_unique(&self) -> bool {
        matches!(&self.place, Place::Here(block) if Arc::strong_count(block) == 1)
    }

    /// Whether these are the same memory.
    ///
    /// **Local.**
    pub fn shares_memory_with(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Here(own), Place::Here(other)) => Arc::ptr_eq(own, other),
            (Place::Elsewhere(own), Place::Elsewhere(other)) => Arc::ptr_eq(own, other),
            _ => false,
        }
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
        Self { place: Place::Here(self.shared()), shape }
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
        let block: Arc<dyn Any + Send + Sync> = match local.place {
            Place::Here(block) => block,
            Place::Elsewhere(seen) => match seen.copied() {
                Some(block) => block.clone(),
                None => seen,
            },
        };
        Self { block, shape: local.shape }
    }
}

impl AnyLocal {
    /// The block, when its elements are of this type; itself otherwise.
    pub(crate) fn downcast<T: Element>(self) -> Result<Local<T>, Self> {
        let Self { block, shape } = self;
        match block.downcast() {
            Ok(block) => Ok(Local { place: Place::Here(block), shape }),
            Err(block) => match block.downcast() {
                Ok(seen) => Ok(Local { place: Place::Elsewhere(seen), shape }),
                Err(block) => Err(Self { block, shape }),
            },
        }
    }

    /// The elements, when they are of this type.
    pub(crate) fn as_slice<T: Element>(&self) -> Option<&[T]> {
        let seen = || self.block.downcast_ref::<Seen<T>>().map(|seen| &***seen.copy());
        self.block.downcast_ref::<Block<T>>().map(|block| &**block).or_else(seen)
    }

    /// The block that its elements are still in, and where, when they were sliced and are of this type.
    pub(crate) fn elsewhere<T: Element>(&self) -> Option<(Self, View)> {
        let (block, view) = self.block.downcast_ref::<Seen<T>>()?.base()?;
        Some((Self { block, shape: self.shape.clone() }, view.clone()))
    }

    /// The extents.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }
}
