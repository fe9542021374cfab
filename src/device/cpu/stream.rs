//! Stores that go past the caches.
//!
//! A plain store first reads the line that it writes to. When a result is too large to be found in a cache by whoever reads it next,
//! that is half of a copy's traffic for nothing: measured on AVX2, a copy without it took 0.6 times as long, `a x + y` 0.65 times.
#![allow(unsafe_code)]

use bytemuck::NoUninit;

/// The leave to store past the caches. When it is dropped, what was stored is there for all to see.
pub(super) struct Streaming(());

impl Streaming {
    /// Nothing where the processor has no such stores, or where we know of no gain.
    pub(super) fn begin() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx") {
            return Some(Self(()));
        }
        None
    }

    /// `into = values`; past the caches when they are whole pieces of 32 bytes at a multiple of 32.
    ///
    /// For loops that are compiled for AVX: elsewhere each piece costs a call.
    #[inline(always)]
    #[allow(clippy::unused_self, reason = "who holds it will fence")]
    pub(super) fn store<T: NoUninit, const N: usize>(&self, into: &mut [T; N], values: &[T; N]) {
        #[cfg(target_arch = "x86_64")]
        if size_of::<[T; N]>().is_multiple_of(PIECE) && into.as_ptr().addr().is_multiple_of(PIECE) {
            if size_of::<T>().is_multiple_of(PIECE) {
                // One by one, so that vectors never leave their registers.
                for (into, value) in into.iter_mut().zip(values) {
                    // SAFETY: `into` is aligned, as the first of them is and their size is a multiple of it.
                    unsafe { stream(into, value) };
                }
            } else {
                // SAFETY: it was asked whether `into` is aligned.
                unsafe { stream(into, values) };
            }
            return;
        }
        *into = *values;
    }
}

/// The bytes of a streaming store.
#[cfg(target_arch = "x86_64")]
const PIECE: usize = size_of::<std::arch::x86_64::__m256i>();

/// `into = value`, piece by piece past the caches.
///
/// # Safety
/// There must be AVX, a fence before others look, and `into` must be at a multiple of [`PIECE`], of which T is
/// some, without padding.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn stream<T>(into: &mut T, value: &T) {
    use std::arch::x86_64::{__m256i, _mm256_loadu_si256, _mm256_stream_si256};
    let (from, to) = ((&raw const *value).cast::<__m256i>(), (&raw mut *into).cast::<__m256i>());
    for piece in 0..size_of::<T>() / PIECE {
        // SAFETY: both are so many pieces long, `to` is aligned; the bytes of the value are initialised and become the same type again.
        unsafe { _mm256_stream_si256(to.add(piece), _mm256_loadu_si256(from.add(piece))) };
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: every x86-64 has this fence.
        unsafe {
            std::arch::x86_64::_mm_sfence();
        }
    }
}
