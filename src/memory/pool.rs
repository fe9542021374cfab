//! The recycling of blocks, and the count of bytes in use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dtype::{DType, Element};
use crate::memory::block::{Block, Line};
use crate::memory::pages::Memory;

/// Recycled memory of one rank, with a count of what is in use.
///
/// Writing to fresh pages costs two to three times the kernel that writes them (measured for a scaled vector addition), so
/// every block that comes back is kept for the next taker, and a loop that takes and drops the same sizes asks the system for nothing
/// after its first turns. So that a program near the memory's end is not pushed over it by its own past, the memory held, in use and
/// kept, has a bound: the most that was ever in use at once, and 16 MiB. Before fresh memory would break it
/// 1. a kept block is taken that is up to twice as long as needed;
/// 2. if there is none, kept blocks are given up. A size that was given up and is asked for again tells of a loop that takes its sizes at
///    different times: the bound rises by these bytes, by a quarter of the most at the most.
///
/// So only a loop whose phases take all of its memory each, in sizes far apart, asks the system again in each turn.
///
/// Clones are handles to the same pool.
#[derive(Clone, Default)]
pub struct Pool(Arc<Mutex<Shelf>>);

/// Idle memory, and the account. Bytes of blocks are as many as were asked for; bytes that are held are those of the memory behind them.
#[derive(Default)]
struct Shelf {
    /// By whether it holds nothing but bools, and by size class.
    idle: [Vec<Vec<Memory>>; 2],
    /// By size class, how many were given up and not asked for since.
    given_up: Vec<u32>,
    /// Bytes of the sizes that were given up and asked for again.
    regretted: usize,
    in_use: usize,
    peak: usize,
    fresh: u64,
    /// Bytes held by blocks.
    taken: usize,
    /// The most bytes that blocks ever held at once.
    most: usize,
    /// Bytes held by idle memory.
    kept: usize,
}

/// Bytes that may be kept beyond the most that was in use.
const SPARE: usize = 16 << 20;

/// How many classes further memory is at most twice as long.
const OCTAVE: usize = 8;

impl Pool {
    /// An empty pool.
    ///
    /// **Local.**
    pub fn new() -> Self {
        Self::default()
    }

    /// A block of `len` elements with unspecified (but valid) values; the taker writes them all.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the system has no memory left: the message names the bytes.
    pub fn take<T: Element>(&self, len: usize) -> Block<T> {
        let bytes = len.checked_mul(size_of::<T>()).expect("shapes are checked before they are allocated");
        let class = class_of(bytes.div_ceil(size_of::<Line>()));
        let mut shelf = self.shelf();
        shelf.in_use += bytes;
        shelf.peak = shelf.peak.max(shelf.in_use);
        let memory = shelf.recycled(T::DTYPE == DType::Bool, class).unwrap_or_else(|| {
            let given_up = shelf.make_room(class);
            drop(shelf);
            drop(given_up);
            Memory::fresh(lines_of(class))
        });
        Block::new(memory, len, self.clone())
    }

    /// A block of `len` zeros (`false` for bool).
    ///
    /// **Local.**
    pub fn zeroed<T: Element>(&self, len: usize) -> Block<T> {
        let mut block = self.take(len);
        block.fill(T::zeroed());
        block
    }

    /// A block with a copy of `values`.
    ///
    /// **Local.**
    pub fn copy_of<T: Element>(&self, values: &[T]) -> Block<T> {
        let mut block = self.take(values.len());
        block.copy_from_slice(values);
        block
    }

    /// Bytes of all blocks taken and not yet dropped.
    ///
    /// **Local.**
    pub fn in_use(&self) -> usize {
        self.shelf().in_use
    }

    /// The most bytes that were in use at once since the pool was made or [`Pool::reset_peak`] was called.
    ///
    /// **Local.**
    pub fn peak(&self) -> usize {
        self.shelf().peak
    }

    /// Begin a new measurement: the peak becomes what is in use now.
    ///
    /// **Local.**
    pub fn reset_peak(&self) {
        let mut shelf = self.shelf();
        shelf.peak = shelf.in_use;
    }

    /// How often the system was asked for memory: a loop in its steady state adds nothing.
    ///
    /// **Local.**
    pub fn fresh(&self) -> u64 {
        self.shelf().fresh
    }

    /// Bytes of the memory that is kept for the next takers.
    ///
    /// **Local.**
    pub fn kept(&self) -> usize {
        self.shelf().kept
    }

    /// Take memory back from a dropped block that counted `bytes`.
    pub(super) fn put_back(&self, memory: Memory, bytes: usize, bools: bool) {
        let mut shelf = self.shelf();
        shelf.in_use -= bytes;
        shelf.taken -= held(memory.len());
        shelf.kept += held(memory.len());
        let (class, idle) = (class_of(memory.len()), &mut shelf.idle[usize::from(bools)]);
        if idle.len() <= class {
            idle.resize_with(class + 1, Vec::new);
        }
        idle[class].push(memory);
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Idle memory of this class; or longer, if fresh memory would cost some that is kept.
    fn recycled(&mut self, bools: bool, class: usize) -> Option<Memory> {
        let crowded = self.excess(held(lines_of(class))) > 0;
        let longest = if crowded { class + OCTAVE } else { class };
        let idle = self.idle[usize::from(bools)].iter_mut();
        let memory = idle.take(longest + 1).skip(class).find_map(Vec::pop)?;
        self.kept -= held(memory.len());
        self.took(held(memory.len()));
        Some(memory)
    }

    /// Count fresh memory of this class, and give up what must go for it.
    fn make_room(&mut self, class: usize) -> Vec<Memory> {
        let bytes = held(lines_of(class));
        if let Some(missing) = self.given_up.get_mut(class).filter(|missing| **missing > 0) {
            *missing -= 1;
            self.regretted += bytes;
        }
        let mut given_up = Vec::new();
        while let excess @ 1.. = self.excess(bytes) {
            given_up.push(self.give_up(excess));
        }
        self.fresh += 1;
        self.took(bytes);
        given_up
    }

    /// The bytes too many that would be held after so many fresh ones.
    fn excess(&self, bytes: usize) -> usize {
        let most = self.most.max(self.taken + bytes);
        let bound = most + SPARE + self.regretted.min(most / 4);
        (self.taken + bytes + self.kept).saturating_sub(bound)
    }

    /// The shortest idle memory of at least so many bytes, or else the longest.
    fn give_up(&mut self, bytes: usize) -> Memory {
        let enough = class_of(bytes.div_ceil(size_of::<Line>()));
        let classes = self.idle[0].len().max(self.idle[1].len());
        let mut order = (enough..classes).chain((0..enough.min(classes)).rev());
        let memory = order.find_map(|class| self.idle.iter_mut().find_map(|idle| idle.get_mut(class)?.pop()));
        let memory = memory.expect("more is held than blocks hold");
        self.kept -= held(memory.len());
        let class = class_of(memory.len());
        self.given_up.resize(self.given_up.len().max(class + 1), 0);
        self.given_up[class] += 1;
        memory
    }

    fn took(&mut self, bytes: usize) {
        self.taken += bytes;
        self.most = self.most.max(self.taken);
    }
}

/// The bytes of so many lines.
fn held(lines: usize) -> usize {
    lines.saturating_mul(size_of::<Line>())
}

/// The number of the size class for a wish of `lines`. Classes have 1, 2, .. 15 lines, and from there on eight to every doubling: at
/// most an eighth more than was wished for, so that near sizes share their memory.
fn class_of(lines: usize) -> usize {
    let doublings = (lines / OCTAVE).max(1).ilog2() as usize;
    OCTAVE * doublings + lines.div_ceil(1 << doublings)
}

/// The lines of a size class.
fn lines_of(class: usize) -> usize {
    let doublings = (class / OCTAVE).saturating_sub(1);
    (class - OCTAVE * doublings) << doublings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_in_use_and_the_peak() {
        let pool = Pool::new();
        let a = pool.zeroed::<f64>(100);
        let b = pool.take::<u8>(7);
        assert_eq!(pool.in_use(), 807);
        drop(a);
        assert_eq!((pool.in_use(), pool.peak()), (7, 807));
        pool.reset_peak();
        assert_eq!(pool.peak(), 7);
        drop(b);
        assert_eq!(pool.in_use(), 0);
    }

    #[test]
    fn recycles_memory_but_never_into_bools() {
        let pool = Pool::new();
        let mut block = pool.take::<u8>(64);
        block.fill(0xff);
        drop(block);
        assert!(pool.take::<bool>(64).iter().all(|&b| !b), "a bool block came from u8 memory");
        assert_eq!(pool.take::<u8>(64)[0], 0xff, "the memory was not recycled");
    }

    #[test]
    fn a_size_class_wastes_an_eighth_at_most() {
        for lines in (0..5000).chain([1 << 20, (1 << 20) + 1, 123_456_789]) {
            let class = class_of(lines);
            let whole = lines_of(class);
            assert!(whole >= lines && whole <= lines + lines / 8, "{lines} became {whole}");
            assert_eq!(class_of(whole), class, "a class is its own class");
            assert!(class == 0 || lines_of(class - 1) < lines, "{lines} fit the class before");
        }
    }

    /// Takes so many MiB, untouched.
    fn megabytes(pool: &Pool, count: usize) -> Block<u8> {
        pool.take(count << 20)
    }

    #[test]
    fn a_loop_asks_the_system_in_its_first_turns_only() {
        let pool = Pool::new();
        let (_x, _y) = (megabytes(&pool, 256), megabytes(&pool, 256));
        let mut z = megabytes(&pool, 256);
        let mut fresh = 0;
        for turn in 0..6 {
            // The old one goes when the new one is there; the last one has its place at another time than the second.
            let scratch = megabytes(&pool, 40);
            z = megabytes(&pool, z.len() >> 20);
            drop(scratch);
            let _later = megabytes(&pool, 100);
            if turn == 1 {
                fresh = pool.fresh();
            }
        }
        assert_eq!(pool.fresh(), fresh);
    }

    #[test]
    fn what_is_held_has_its_bound() {
        let pool = Pool::new();
        let (mut most, mut blocks) = (0, Vec::new());
        let mut state = 1_u32;
        for step in 0..2000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if blocks.len() > 6 || state >> 30 == 0 {
                blocks.clear();
            }
            blocks.push(megabytes(&pool, 1 + (state as usize >> 12) % 200));
            let taken = pool.shelf().taken;
            most = most.max(taken);
            assert!(taken + pool.kept() <= most + most / 4 + SPARE, "step {step}");
            assert!(pool.in_use() <= taken && taken <= 2 * pool.in_use() + pool.in_use() / 4, "step {step}");
        }
    }

    #[test]
    fn another_phase_takes_the_place_of_the_one_before() {
        let pool = Pool::new();
        drop([(); 10].map(|()| megabytes(&pool, 64)));
        assert_eq!(pool.kept(), 640 << 20);
        let one = megabytes(&pool, 500);
        assert!(pool.kept() <= (140 << 20) + SPARE, "{} are kept beside 500 MiB", pool.kept());
        drop(one);
        let fresh = pool.fresh();
        drop(megabytes(&pool, 300)); // fits into what 500 had
        assert_eq!(pool.fresh(), fresh);
    }
}
