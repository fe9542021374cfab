//! Gram matrices of a block's rows, and rows times a small matrix, where an engine computes.

use std::ops::Neg;
#[cfg(feature = "gpu")]
use std::sync::Arc;

use crate::device::Engine;
#[cfg(feature = "gpu")]
use crate::device::gpu::gram as card;
use crate::dtype::Element;
use crate::local::{Fresh, Local};
use crate::memory::Block;

/// Whole rows of a block.
#[derive(Clone, Copy)]
pub(crate) struct Tall<'a, T: Element> {
    pub(crate) rows: &'a Local<T>,
    pub(crate) columns: usize,
    /// What is taken away from each row before it is used.
    pub(crate) offset: Option<&'a [T]>,
    pub(crate) engine: &'a Engine,
}

#[cfg_attr(not(feature = "gpu"), allow(unused_variables, clippy::unused_self, clippy::extra_unused_type_parameters))]
impl<T: Element> Tall<'_, T> {
    /// The most additions that an element of [`gram`](Self::gram) goes through on any of the ranks, of which one has `most` rows and none has more; `host`
    /// of them in the memory of the host.
    pub(crate) fn additions(engine: &Engine, most: usize, columns: usize, host: usize) -> usize {
        #[cfg(feature = "gpu")]
        if engine.gpu().is_some() {
            return host.max(card::additions(most, columns));
        }
        host
    }

    /// Room for the rows that [`gram`](Self::gram) keeps.
    pub(crate) fn store<W: Element>(&self) -> Fresh<T> {
        let (len, engine) = (self.rows.shape().size(), self.engine);
        #[cfg(feature = "gpu")]
        if engine.gpu().is_some_and(|gpu| gpu.supports(W::DTYPE)) {
            return Fresh::new(len, engine);
        }
        Fresh::Here(engine.cpu().pool().take(len))
    }

    /// The sum of xᴴx over the rows, in the precision of `W`, row by row; below the diagonal is anything. `r`, an upper triangle row by row, divides them
    /// first. They are kept in `store`, when they are wanted. Where the engine has no such numbers `host` computes it, from the rows.
    pub(crate) fn gram<W: Element + Neg<Output = W>>(
        &self,
        r: Option<&[W]>,
        store: Option<&mut Fresh<T>>,
        host: impl FnOnce(&[T], Option<&mut [T]>) -> Block<W>,
    ) -> Block<W> {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = self.engine.gpu().filter(|gpu| gpu.supports(W::DTYPE)) {
            let store = store.map(|store| match store {
                Fresh::Card(memory) => &*memory,
                Fresh::Here(_) => unreachable!("rows are kept where they are multiplied"),
            });
            let rows = card::Rows { memory: &self.rows.card(gpu), columns: self.columns, offset: self.offset };
            return gpu.block(&gpu.gram(rows, r, store), self.engine.cpu().pool());
        }
        let store = store.map(|store| match store {
            Fresh::Here(block) => &mut block[..],
            #[cfg(feature = "gpu")]
            Fresh::Card(_) => unreachable!("rows are kept where they are multiplied"),
        });
        host(self.rows.as_slice(), store)
    }

    /// The rows times a matrix whose rows have `k` elements, plus the row `after` if there is one, in a line; `host` computes them in the memory of the host.
    pub(crate) fn times(
        &self,
        (matrix, k): (&[T], usize),
        after: Option<&[T]>,
        host: impl FnOnce(&[T], &mut [T]),
    ) -> Fresh<T> {
        let mut results = Fresh::new(self.rows.shape().size() / self.columns.max(1) * k, self.engine);
        match &mut results {
            Fresh::Here(block) => host(self.rows.as_slice(), block),
            #[cfg(feature = "gpu")]
            Fresh::Card(results) => {
                let gpu = results.gpu();
                let rows = card::Rows { memory: &self.rows.card(gpu), columns: self.columns, offset: self.offset };
                gpu.rows_times(rows, (matrix, k), after, results);
            }
        }
        results
    }
}

impl<T: Element> Fresh<T> {
    /// Rows of n elements times an n x n matrix, in their place; `host` does that in the memory of the host.
    #[cfg_attr(not(feature = "gpu"), allow(unused_variables))]
    pub(crate) fn multiplied(self, matrix: &[T], n: usize, host: impl FnOnce(&mut [T])) -> Self {
        match self {
            Self::Here(mut block) => {
                host(&mut block);
                Self::Here(block)
            }
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let memory = Arc::new(memory);
                let rows = card::Rows { memory: &memory, columns: n, offset: None };
                memory.gpu().rows_times(rows, (matrix, n), None, &memory);
                Self::Card(Arc::into_inner(memory).expect("no one else has it"))
            }
        }
    }
}
