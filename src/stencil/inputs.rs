//! The arrays that a sweep reads.

use smallvec::SmallVec;

use super::boundary::{Boundary, Halo};
use super::exchange::{self, Margin, Messages};
use super::formula::{Neighbours, Shifts};
use super::margin::Reading;
use super::places::Places;
use crate::array::DistArray;
use crate::context::Context;
use crate::dtype::{DType, Element};
use crate::error::Result;
use crate::layout::Layout;
use crate::local::{AnyLocal, Elements, Fresh, Typed};
use crate::memory::Buffer;

/// What a [`sweep`](super::sweep()) reads: an array (`&u`), an array with boundaries (a [`Halo`]), or a tuple of these.
pub trait Inputs<'a> {
    /// What the closure is given a reference to: [`Neighbours`], or a tuple of them.
    type Neighbours;

    /// How many arrays these are.
    #[doc(hidden)]
    const COUNT: usize;
    #[doc(hidden)]
    fn neighbours(&self, first: usize, shifts: &Shifts) -> Self::Neighbours;
    #[doc(hidden)]
    fn fields(self) -> Fields<'a>;
}

impl<'a, T: Element> Inputs<'a> for Halo<'a, T> {
    type Neighbours = Neighbours<T>;
    const COUNT: usize = 1;

    fn neighbours(&self, first: usize, shifts: &Shifts) -> Neighbours<T> {
        let (local, layout) = (self.array.block().clone(), self.array.layout().clone());
        Neighbours::new(local, layout, self.array.context().clone(), first, shifts.clone())
    }

    fn fields(self) -> Fields<'a> {
        Fields(vec![Box::new(Read { halo: self, margin: None, messages: Messages::new() })])
    }
}

impl<'a, T: Element> Inputs<'a> for &'a DistArray<T> {
    type Neighbours = Neighbours<T>;
    const COUNT: usize = 1;

    fn neighbours(&self, first: usize, shifts: &Shifts) -> Neighbours<T> {
        self.halo().neighbours(first, shifts)
    }

    fn fields(self) -> Fields<'a> {
        self.halo().fields()
    }
}

/// Tuples of two to four.
macro_rules! tuples {
    ($(($($input:ident $place:tt),*);)*) => {$(
        impl<'a, $($input: Inputs<'a>),*> Inputs<'a> for ($($input,)*) {
            type Neighbours = ($($input::Neighbours,)*);
            const COUNT: usize = 0 $(+ $input::COUNT)*;

            /// The arrays of a tuple within the tuple are numbered as [`Self::fields`] lists them.
            fn neighbours(&self, first: usize, shifts: &Shifts) -> Self::Neighbours {
                let mut next = first;
                let mut number = |count: usize| {
                    next += count;
                    next - count
                };
                ($(self.$place.neighbours(number($input::COUNT), shifts),)*)
            }

            fn fields(self) -> Fields<'a> {
                let mut fields = Vec::new();
                $(fields.extend(self.$place.fields().0);)*
                Fields(fields)
            }
        }
    )*};
}
tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}

/// The arrays of a sweep in their order.
pub struct Fields<'a>(pub(super) Vec<Box<dyn Field + 'a>>);

/// One array that is read, its type forgotten.
pub(super) trait Field {
    fn layout(&self) -> &Layout;
    fn context(&self) -> &Context;
    fn dtype(&self) -> DType;
    /// Learns which offsets are read, of the array dealt as `layout`.
    fn reach(&mut self, layout: &Layout, offsets: &[SmallVec<[isize; 4]>]) -> Result<()>;
    fn reading(&self) -> &Reading;
    /// Messages to others.
    fn post(&mut self) -> Vec<(usize, Buffer)>;
    /// Who sends how many bytes.
    fn receives(&self) -> Vec<(usize, usize)>;
    fn arrived(&mut self, buffers: &mut dyn Iterator<Item = Buffer>);
    /// This rank's block.
    fn block(&self) -> Typed;
    /// A block of the elements at `places`, own ones and margin.
    fn slab(&self, places: &Places) -> Typed;
}

struct Read<'a, T: Element> {
    halo: Halo<'a, T>,
    margin: Option<Margin<'a, T>>,
    messages: Messages<T>,
}

impl<'a, T: Element> Read<'a, T> {
    fn margin(&self) -> &Margin<'a, T> {
        self.margin.as_ref().expect("the reach is known before anything is read")
    }

    fn home(&self) -> Places {
        Places::of_shape(self.halo.array.local_shape())
    }
}

impl<'a, T: Element> Field for Read<'a, T> {
    fn layout(&self) -> &Layout {
        self.halo.array.layout()
    }

    fn context(&self) -> &Context {
        self.halo.array.context()
    }

    fn dtype(&self) -> DType {
        T::DTYPE
    }

    fn reach(&mut self, layout: &Layout, offsets: &[SmallVec<[isize; 4]>]) -> Result<()> {
        let boundaries: Vec<[Boundary<'a, T>; 2]> = exchange::boundaries(&self.halo)?;
        if layout != self.layout() {
            self.halo.array = self.halo.array.redistribute(layout)?;
        }
        self.margin = Some(Margin::new(boundaries, layout, offsets, self.context(), self.context().engine().clone()));
        Ok(())
    }

    fn reading(&self) -> &Reading {
        &self.margin().reading
    }

    fn post(&mut self) -> Vec<(usize, Buffer)> {
        let packed = self.margin().pack(Elements::Of(self.halo.array.block()), &self.home());
        let (others, own) = self.margin().posted(packed);
        self.messages = own;
        others
    }

    fn receives(&self) -> Vec<(usize, usize)> {
        self.margin().receives()
    }

    fn arrived(&mut self, buffers: &mut dyn Iterator<Item = Buffer>) {
        let mut messages = std::mem::take(&mut self.messages);
        self.margin().arrived(buffers, &mut messages);
        self.messages = messages;
    }

    fn block(&self) -> Typed {
        Typed { dtype: T::DTYPE, local: self.halo.array.block().clone().into() }
    }

    fn slab(&self, places: &Places) -> Typed {
        let engine = self.context().engine();
        let mut slab = Fresh::new(places.shape().size(), engine);
        let home = self.home();
        let own = places.meet(&home);
        let (corner, block) = (own.corner(), Elements::Of(self.halo.array.block()));
        slab.room().copy_box(&own.shape(), block, &home.view(&corner), &places.view(&corner));
        self.margin().fill(&self.messages, places, &mut slab.room());
        let local: AnyLocal = slab.done(places.shape(), engine).into();
        Typed { dtype: T::DTYPE, local }
    }
}
