//! Asking for memory before it is read.

/// Bytes between what is read and what is asked for. (Measured on AVX2 for exact sums of 64 MiB of `f64`: from 73 to 85 % of the speed
/// of a plain sum.)
pub(crate) const AHEAD: usize = 4096;

/// Asks for the cache line so many `bytes` after the first of `values`, which may lie past their end.
///
/// The hardware asks by itself within a page. At its end it stops, and a loop with much arithmetic for each element waits
/// there instead of running on.
#[inline(always)]
pub(crate) fn ask_ahead<T>(values: &[T], bytes: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(sse) = pulp::core_arch::x86::Sse::try_new() {
        const NEAREST: i32 = core::arch::x86_64::_MM_HINT_T0;
        sse._mm_prefetch::<NEAREST>(values.as_ptr().cast::<i8>().wrapping_add(bytes));
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, bytes);
}
