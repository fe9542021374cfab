//! One rank's block of an array.

mod boxes;
mod distances;
mod drawn;
mod fresh;
mod product;
#[cfg(feature = "gpu")]
mod resident;
mod room;
mod rows;
mod seen;
mod tall;

use std::any::Any;
use std::sync::Arc;

#[cfg(feature = "gpu")]
use crate::device::gpu::{Gpu, Memory};
use crate::device::{Engine, Made, Source, View};
use crate::dtype::{AnySlice, DType, Element, Erase, with_dtype};
use crate::memory::Block;
use crate::shape::Shape;

pub(crate) use boxes::copy_box;
pub(crate) use fresh::Fresh;
#[cfg(feature = "gpu")]
use resident::Resident;
pub(crate) use room::{Elements, Lent, Room};
pub(crate) use rows::{Distances, Rows};
use seen::Seen;
pub(crate) use tall::Tall;

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
    /// On a GPU, or to be brought there.
    #[cfg(feature = "gpu")]
    Card(Arc<Resident<T>>),
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

    /// The block of `shape` with the elements that a pass of this dtype made.
    pub(crate) fn made(made: Made, shape: impl Into<Shape>, engine: &Engine) -> Self {
        match made {
            Made::Host(block) => {
                let block = (block as Box<dyn Any>).downcast().expect("a result has its root's dtype");
                Fresh::Here(*block).done(shape, engine)
            }
            #[cfg(feature = "gpu")]
            Made::Card(memory) => Fresh::Card(memory).done(shape, engine),
        }
    }

    /// The same block where this engine computes: its elements move when they are first used there.
    #[must_use]
    #[cfg_attr(not(feature = "gpu"), allow(unused_mut, unused_variables))]
    pub(crate) fn on(mut self, engine: &Engine) -> Self {
        #[cfg(feature = "gpu")]
        match (engine.gpu(), &self.place) {
            (Some(gpu), Place::Card(resident)) if gpu.is(resident.gpu()) => {}
            (Some(gpu), _) => self.place = Place::Card(Arc::new(Resident::of_block(self.shared(), gpu))),
            (None, Place::Card(resident)) => self.place = Place::Here(resident.host().clone()),
            (None, _) => {}
        }
        self
    }

    /// The elements of `base` that `view` sees in this shape, left where they are; nothing where an engine does not read them there.
    pub(crate) fn seen(base: &Self, shape: Shape, view: View, engine: &Engine) -> Option<Self> {
        if !matches!(base.place, Place::Here(_) | Place::Elsewhere(_)) {
            return None;
        }
        let seen = Seen::new(base.shared(), shape.clone(), view, engine.cpu().clone());
        Some(Self { place: Place::Elsewhere(Arc::new(seen)), shape })
    }

    fn block(&self) -> &Arc<Block<T>> {
        match &self.place {
            Place::Here(block) => block,
            Place::Elsewhere(seen) => seen.copy(),
            #[cfg(feature = "gpu")]
            Place::Card(resident) => resident.host(),
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
    /// **Local.** Those of a block on a GPU are brought to the host when they are first asked for, and stay on both sides.
    pub fn as_slice(&self) -> &[T] {
        self.block()
    }

    /// The elements in the memory of this GPU.
    #[cfg(feature = "gpu")]
    fn card(&self, gpu: &Gpu) -> Arc<Memory> {
        match &self.place {
            Place::Card(resident) if gpu.is(resident.gpu()) => resident.card().clone(),
            _ => Arc::new(gpu.upload(bytemuck::cast_slice(self.as_slice()), size_of::<T>())),
        }
    }

    /// The memory, for others to look into.
    pub(crate) fn shared(&self) -> Arc<Block<T>> {
        Arc::clone(self.block())
    }

    /// The elements, to be written. Copies the block first if another array or expression shares it.
    ///
    /// **Local.** Those of a block on a GPU are brought to the host, and back when they are next used there.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        match self.settled() {
            Place::Here(block) => &mut *Arc::<Block<T>>::make_mut(block),
            #[cfg(feature = "gpu")]
            Place::Card(resident) => Resident::host_alone(resident),
            Place::Elsewhere(_) => unreachable!("the elements were brought here"),
        }
    }

    /// Where the elements are, in a block of their own.
    fn settled(&mut self) -> &mut Place<T> {
        if let Place::Elsewhere(seen) = &self.place {
            let block = Arc::clone(seen.copy());
            self.place = Place::Here(block);
        }
        &mut self.place
    }

    /// The elements where they are, to be written. Copies the block first if another array or expression shares it.
    pub(crate) fn room(&mut self) -> Room<'_, T> {
        match self.settled() {
            Place::Here(block) => Room::Here(&mut *Arc::<Block<T>>::make_mut(block)),
            #[cfg(feature = "gpu")]
            Place::Card(resident) => Room::Card(Resident::card_alone(resident)),
            Place::Elsewhere(_) => unreachable!("the elements were brought here"),
        }
    }

    /// Element number `number` in row-major order.
    pub(crate) fn element(&self, number: usize) -> T {
        match &self.place {
            #[cfg(feature = "gpu")]
            Place::Card(resident) => resident.element(number),
            _ => self.as_slice()[number],
        }
    }

    /// Whether no other array or expression shares the memory.
    ///
    /// **Local.**
    pub fn is_unique(&self) -> bool {
        match &self.place {
            Place::Here(block) => Arc::strong_count(block) == 1,
            Place::Elsewhere(_) => false,
            #[cfg(feature = "gpu")]
            Place::Card(resident) => Arc::strong_count(resident) == 1,
        }
    }

    /// Whether these are the same memory.
    ///
    /// **Local.**
    pub fn shares_memory_with(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Here(own), Place::Here(other)) => Arc::ptr_eq(own, other),
            (Place::Elsewhere(own), Place::Elsewhere(other)) => Arc::ptr_eq(own, other),
            #[cfg(feature = "gpu")]
            (Place::Card(own), Place::Card(other)) => Arc::ptr_eq(own, other),
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
        let place = match &self.place {
            #[cfg(feature = "gpu")]
            Place::Card(resident) => Place::Card(resident.clone()),
            _ => Place::Here(self.shared()),
        };
        Self { place, shape }
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
            #[cfg(feature = "gpu")]
            Place::Card(resident) => resident,
        };
        Self { block, shape: local.shape }
    }
}

impl AnyLocal {
    /// The block, when its elements are of this type; itself otherwise.
    pub(crate) fn downcast<T: Element>(self) -> Result<Local<T>, Self> {
        let Self { block, shape } = self;
        let block = match block.downcast() {
            Ok(block) => return Ok(Local { place: Place::Here(block), shape }),
            Err(block) => block,
        };
        let block = match block.downcast() {
            Ok(seen) => return Ok(Local { place: Place::Elsewhere(seen), shape }),
            Err(block) => block,
        };
        #[cfg(feature = "gpu")]
        let block = match block.downcast() {
            Ok(resident) => return Ok(Local { place: Place::Card(resident), shape }),
            Err(block) => block,
        };
        Err(Self { block, shape })
    }

    /// The elements, when they are of this type.
    pub(crate) fn as_slice<T: Element>(&self) -> Option<&[T]> {
        #[cfg(feature = "gpu")]
        if let Some(resident) = self.block.downcast_ref::<Resident<T>>() {
            return Some(resident.host());
        }
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

/// A block of elements of this dtype, for a device to read.
pub(crate) struct Typed {
    pub(crate) dtype: DType,
    pub(crate) local: AnyLocal,
}

impl Source for Typed {
    fn host(&self) -> AnySlice<'_> {
        with_dtype!(self.dtype, T => T::erase(self.local.as_slice::<T>().expect("a block of this dtype")))
    }

    #[cfg(feature = "gpu")]
    fn card(&self, gpu: &Gpu) -> Arc<Memory> {
        with_dtype!(self.dtype, T => match self.local.block.downcast_ref::<Resident<T>>() {
            Some(resident) if gpu.is(resident.gpu()) => resident.card().clone(),
            _ => self.local.clone().downcast::<T>().ok().expect("a block of this dtype").card(gpu),
        })
    }
}
