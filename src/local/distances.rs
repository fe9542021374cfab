//! Pairwise between the rows of two blocks, where an engine computes.

use crate::device::{Engine, Pairwise, cpu};
use crate::dtype::Float;
use crate::local::{Fresh, Local};

impl<T: Float> Fresh<T> {
    /// Fill the places of `distances` with those between the rows of x and y, blocks of the same engine.
    pub(crate) fn measure(&mut self, distances: &Pairwise, [x, y]: [&Local<T>; 2], engine: &Engine) {
        match self {
            Self::Here(block) => {
                let tables = [T::erase(x.as_slice()), T::erase(y.as_slice())];
                cpu::distances::distances(engine.cpu(), distances, T::erase_mut(block), tables);
            }
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let gpu = memory.gpu();
                gpu.distances(distances, T::DTYPE, [&x.card(gpu), &y.card(gpu)], memory);
            }
        }
    }
}
