//! Aligned memory: the one kind of buffer that blocks, registers and messages are made of.
//!
//! A [`Block<T>`] is a run of elements on a 64-byte boundary. Blocks come from a [`Pool`], which takes them back when they
//! are dropped, counts what is in use and remembers the peak: tests assert memory bounds on that counter. A [`Buffer`] is
//! the same memory with its element type forgotten, which is how messages travel.
//!
//! `strided` copies between two ways of lying in it; `cache` has a word with the caches.
//!
//! Fresh memory is zeroed by the system, lazily and page by page, so the first kernel that writes it places it; large blocks ask for huge
//! pages. Recycled memory holds
//! old elements: whoever takes a block writes all of it. Blocks of `bool` are recycled only among themselves, because
//! other types leave bytes that are no `bool`.

mod block;
pub(crate) mod cache;
mod pages;
mod pool;
pub(crate) mod strided;

pub use crate::dtype::{AnySlice, AnySliceMut, Erase};
pub use block::{Block, Buffer};
pub(crate) use cache::{AHEAD, ask_ahead, ask_for_bytes};
pub use pool::Pool;
