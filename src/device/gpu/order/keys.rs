//! Elements as kernels see them that look at their order: words, and keys made of these.

use crate::device::gpu::program::emit::is_bytes;
use crate::device::gpu::program::text::Text;
use crate::dtype::DType;

/// What arrays of a dtype are made of.
pub(super) fn words(dtype: DType) -> &'static str {
    if dtype.bytes() == 8 { "vec2<u32>" } else { "u32" }
}

/// Add the declaration of an array that is read.
pub(super) fn declare(head: &mut Text, dtype: DType, array: &str, binding: usize) {
    let of = words(dtype);
    head.line(format_args!("@group(0) @binding({binding}) var<storage, read> {array}: array<{of}>;"));
}

/// The bits of the element of `array` at `at`.
pub(super) fn bits(dtype: DType, array: &str, at: &str) -> String {
    if is_bytes(dtype) { format!("load_u8({array}[{at} >> 2u], {at})") } else { format!("{array}[{at}]") }
}

/// Its key: a word, or a pair of words.
pub(super) fn key(dtype: DType, array: &str, at: &str) -> String {
    format!("key_{}({})", dtype.name(), bits(dtype, array, at))
}
