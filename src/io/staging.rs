//! The memory between a file and an array.

use crate::context::Context;
use crate::dtype::Element;
use crate::memory::{Block, Pool};

/// Where buffers between file and memory come from, and how many bytes one of them may have.
///
/// The default is a pool of its own and 256 KiB, which stay in the second-level cache.
#[derive(Clone)]
pub struct Staging {
    pool: Pool,
    bytes: usize,
}

impl Staging {
    const BYTES: usize = 256 << 10;
    /// Less would not hold a value as text.
    const LEAST: usize = 64;

    /// Buffers from the context's pool, of 256 KiB or its staging limit, if that is less.
    ///
    /// **Local.**
    pub fn of(cx: &Context) -> Self {
        Self { pool: cx.pool().clone(), bytes: cx.staging_limit().clamp(Self::LEAST, Self::BYTES) }
    }

    /// The bytes that a buffer may have.
    ///
    /// **Local.**
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Some memory, counted by the pool.
    pub(super) fn take<T: Element>(&self, len: usize) -> Block<T> {
        self.pool.take(len)
    }
}

impl std::fmt::Debug for Staging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "buffers of {} bytes", self.bytes)
    }
}

impl Default for Staging {
    fn default() -> Self {
        Self { pool: Pool::new(), bytes: Self::BYTES }
    }
}
