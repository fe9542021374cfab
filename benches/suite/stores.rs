//! Stores that go past the caches: what a plain loop cannot ask for.
//!
//! A line that is only written need not be read first. Whether that pays depends on the machine and on how much is written, so ceilings try
//! both kinds of stores.
#![allow(unsafe_code)]

use bytemuck::{Pod, cast_slice, cast_slice_mut};

/// Copy `from` into `into` without reading or keeping the lines of `into`, where the processor can do so.
///
/// # Panics
/// When the lengths differ.
pub(crate) fn stream<T: Pod>(into: &mut [T], from: &[T]) {
    assert_eq!(into.len(), from.len());
    let (into, from): (&mut [u8], &[u8]) = (cast_slice_mut(into), cast_slice(from));
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the processor has AVX.
        unsafe { stream_avx(into, from) };
        return;
    }
    into.copy_from_slice(from);
}

/// Wait until all that this thread has streamed can be seen by others.
pub(crate) fn fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE belongs to every processor of this architecture.
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
unsafe fn stream_avx(into: &mut [u8], from: &[u8]) {
    use std::arch::x86_64::{__m256i, _mm256_loadu_si256, _mm256_stream_si256};
    const WIDTH: usize = size_of::<__m256i>();

    let head = into.as_ptr().align_offset(WIDTH).min(into.len());
    into[..head].copy_from_slice(&from[..head]);
    let (into, from) = (&mut into[head..], &from[head..]);
    let whole = into.len() - into.len() % WIDTH;
    for at in (0..whole).step_by(WIDTH) {
        // SAFETY: both have WIDTH bytes from `at` on.
        let value = unsafe { _mm256_loadu_si256(from.as_ptr().add(at).cast()) };
        // SAFETY: as above, and this place is a multiple of WIDTH.
        unsafe { _mm256_stream_si256(into.as_mut_ptr().add(at).cast(), value) };
    }
    into[whole..].copy_from_slice(&from[whole..]);
}
