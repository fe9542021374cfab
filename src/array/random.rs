//! Arrays of random numbers, as methods of [`Context`].

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::array::{DistArray, Placement};
use crate::context::Context;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::math::Integer;
use crate::random::{Distribution, Integers, Normal, Seed, Uniform};
use crate::shape::Shape;

impl Context {
    /// An array drawn from `distribution`: element i, counted in row-major order, is a function of the seed and of i.
    ///
    /// **Collective.** One all-reduce of 16 bytes, which finds out whether all ranks give the same seed, dtype and layout. The same numbers for any ranks and layout; the same array
    /// for the same seed: take another [`Seed::stream`] for an independent one. A GPU draws the distributions of [`random`](crate::random) itself;
    /// what others give is drawn on the host, and its bytes go to the GPU.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when ranks give different seeds, dtypes or layouts; otherwise as [`Context::zeros`].
    ///
    /// ```
    /// use isotherm::random::{Integers, Seed};
    /// isotherm::run_on(2, |cx| {
    ///     let dice = cx.random::<u8>(Integers::new(1, 7)?, 1000, 0, Seed::new(42))?;
    ///     assert!(dice.local().iter().all(|&pips| (1..=6).contains(&pips)));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn random<T: Element>(
        &self,
        distribution: impl Distribution<T>,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        seed: impl Into<Seed>,
    ) -> Result<DistArray<T>> {
        let (shape, seed) = (shape.into().checked(size_of::<T>())?, seed.into());
        let layout = placement.into().layout(&shape, self.size())?;
        let mut label = DefaultHasher::new();
        (seed, &layout, T::DTYPE).hash(&mut label);
        if !self.comm().is_same(label.finish())? {
            let message = "the ranks draw random numbers of different seeds, dtypes or layouts";
            return Err(Error::new(ErrorKind::Argument, message));
        }
        self.fresh(shape, layout, |block, layout| {
            block.draw(distribution, seed, &layout.region(self.rank()), self.engine());
        })
    }

    /// Uniform numbers in [0, 1): `f32` and `f64`, and complex numbers of two such parts.
    ///
    /// **Collective.** As [`Context::random`]. Class: Exact.
    ///
    /// # Errors
    /// As [`Context::random`].
    #[track_caller]
    pub fn random_uniform<T: Element>(
        &self,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        seed: impl Into<Seed>,
    ) -> Result<DistArray<T>>
    where
        Uniform: Distribution<T>,
    {
        self.random(Uniform, shape, placement, seed)
    }

    /// Normal numbers with mean 0 and variance 1: `f32` and `f64`, and complex numbers of two such parts.
    ///
    /// **Collective.** As [`Context::random`]. Class: Reproducible; on a GPU Bounded, within 2 ulp of the CPU's numbers.
    ///
    /// # Errors
    /// As [`Context::random`].
    #[track_caller]
    pub fn random_normal<T: Element>(
        &self,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        seed: impl Into<Seed>,
    ) -> Result<DistArray<T>>
    where
        Normal: Distribution<T>,
    {
        self.random(Normal, shape, placement, seed)
    }

    /// Integers from `low` on and below `high`, all alike probable.
    ///
    /// **Collective.** As [`Context::random`]. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) when there is no such integer; otherwise as [`Context::random`].
    #[track_caller]
    pub fn random_integers<T: Integer>(
        &self,
        low: T,
        high: T,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        seed: impl Into<Seed>,
    ) -> Result<DistArray<T>>
    where
        Integers<T>: Distribution<T>,
    {
        self.random(Integers::new(low, high)?, shape, placement, seed)
    }
}
