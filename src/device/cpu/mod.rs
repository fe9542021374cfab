//! The CPU as a device: memory, threads, and the interpreter of programs.
//!
//! A program runs block by block of some thousand elements, so that everything between its leaves and its roots stays in a cache
//! close by. Within a block there is one loop per step; a step is one operation, or a chain of cheap ones, whose results stay
//! in registers. What is folded is collected in trays of several blocks; results that are too large for any cache go past them.
//!
//! ```text
//! leaf x ──┐  registers of one cache block    ┌── output block
//! leaf y ──┴─▶ exp ─▶ [mul, add, sqrt] ─▶ … ──┴── tray ──▶ reduction state
//! ```

pub(crate) mod clusters;
pub(crate) mod digits;
mod direct;
pub(crate) mod distances;
mod extremes;
mod fold;
mod folds;
mod frame;
mod kernels;
mod lines;
mod pass;
mod plain;
mod register;
mod schedule;
mod squares;
mod states;
mod stream;
mod tape;
mod walk;
mod within;

use std::sync::{Arc, Mutex};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::device::cpu::stream::Streaming;
use crate::dtype::Element;
use crate::memory::Pool;
use crate::memory::strided::Workers;

pub(crate) use direct::{Argument, apply};
pub(crate) use pass::{BlockLeaf, Evaluation, Folded};
pub(crate) use states::States;
#[cfg(feature = "gpu")]
pub(crate) use states::states;
pub(crate) use within::Part;

/// A rank's share of the CPU: a pool of memory, and threads when the share is more than one core.
#[derive(Clone)]
pub struct Cpu {
    pool: Pool,
    threads: Option<Arc<ThreadPool>>,
}

impl Cpu {
    /// A share of `threads` cores.
    ///
    /// **Local.** With one, all work runs on the calling thread.
    ///
    /// # Panics
    /// When the system refuses to start the threads.
    pub fn new(threads: usize) -> Self {
        let build = || rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let threads = (threads > 1).then(|| Arc::new(build().expect("the system starts a few threads")));
        Self { pool: Pool::new(), threads }
    }

    /// The memory of this share.
    ///
    /// **Local.**
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The cores of this share.
    ///
    /// **Local.**
    pub fn threads(&self) -> usize {
        self.threads.as_ref().map_or(1, |threads| threads.current_num_threads())
    }

    /// Do `work` on each item, in parallel when there are threads; the results are in the order of the items.
    ///
    /// **Local.** `work` must not communicate: it may run on another thread.
    pub fn each<I: Send, R: Send>(&self, items: Vec<I>, work: impl Fn(I) -> R + Sync + Send) -> Vec<R> {
        match &self.threads {
            Some(threads) if items.len() > 1 => {
                let places: Vec<_> = items.into_iter().map(|item| Mutex::new((Some(item), None))).collect();
                in_parallel(threads, places.len(), &|i| {
                    let mut place = places[i].lock().expect("no other thread comes to this place");
                    place.1 = place.0.take().map(&work);
                });
                let results = places.into_iter().map(|place| place.into_inner().expect("all have ended").1);
                results.map(|result| result.expect("each item was worked on")).collect()
            }
            _ => items.into_iter().map(work).collect(),
        }
    }

    /// Write `value` everywhere: each thread its parts, whose pages it so touches first. What no cache can hold is stored past them.
    pub(crate) fn fill<T: Element>(&self, elements: &mut [T], value: T) {
        let streams = size_of_val(elements) >= pass::STREAMED;
        let part = elements.len().div_ceil(if streams { 4 * self.threads() } else { self.threads() });
        if part < pass::INLINE {
            elements.fill(value);
        } else {
            let part = part.next_multiple_of(pass::INLINE);
            self.each(elements.chunks_mut(part).collect(), |part: &mut [T]| {
                kernels::fill(part, value, streams.then(Streaming::begin).flatten().as_ref());
            });
        }
    }

    /// Do `work` where parallel work of others (rayon's, faer's) runs on the threads of this share, or here when there are none.
    pub(crate) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

/// Do `work` on each of the numbers below `count`. It is not generic, so that the machinery of the threads is compiled once.
fn in_parallel(threads: &ThreadPool, count: usize, work: &(dyn Fn(usize) + Sync)) {
    threads.install(|| (0..count).into_par_iter().for_each(work));
}

impl Workers for Cpu {
    fn count(&self) -> usize {
        self.threads()
    }

    fn each<I: Send>(&self, items: Vec<I>, work: impl Fn(I) + Sync + Send) {
        Cpu::each(self, items, work);
    }
}
