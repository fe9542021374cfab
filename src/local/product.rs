//! Products of matrices where an engine computes.

use crate::device::{Engine, Product};
use crate::dtype::Numeric;
use crate::local::{Fresh, Local};

impl<T: Numeric> Fresh<T> {
    /// Fill this with products of matrices of blocks of the same engine, or add them to what is there; in the memory of the host `host` computes them from
    /// the elements of the product and the factors.
    #[cfg_attr(not(feature = "gpu"), allow(unused_variables))]
    pub(crate) fn multiply(
        &mut self,
        product: &Product,
        [a, b]: [&Local<T>; 2],
        host: impl FnOnce(&mut [T], [&[T]; 2]),
    ) {
        match self {
            Self::Here(block) => host(block, [a.as_slice(), b.as_slice()]),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let gpu = memory.gpu();
                gpu.multiply(product, T::DTYPE, [&a.card(gpu), &b.card(gpu)], memory);
            }
        }
    }

    /// The sum of `parts` blocks of equal length that lie one after another, in their order; it begins the result, which may be longer. In the memory
    /// of the host `add` adds the second of two slices to the first.
    pub(crate) fn sum_of_parts(self, parts: usize, engine: &Engine, add: impl Fn(&mut [T], &[T])) -> Local<T> {
        match self {
            Self::Here(mut block) => {
                let len = block.len();
                let (sum, rest) = block.split_at_mut(len / parts);
                rest.chunks(sum.len().max(1)).for_each(|part| add(sum, part));
                Self::Here(block).done(len, engine)
            }
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let sum = memory.gpu().sum_of_parts(T::DTYPE, &memory, parts);
                let len = sum.len();
                Self::Card(sum).done(len, engine)
            }
        }
    }
}
