//! Elements to messages and back.

use crate::dtype::Element;
use crate::memory::{Buffer, Pool};

/// A message with a copy of `values`.
pub(super) fn message<T: Element>(pool: &Pool, values: &[T]) -> Buffer {
    pool.copy_of(values).into_buffer()
}

/// A copy of a message.
pub(super) fn copy(pool: &Pool, message: &Buffer) -> Buffer {
    pool.copy_of(message.as_bytes()).into_buffer()
}

/// The elements of a message.
pub(super) fn values<T: Element>(message: &Buffer) -> &[T] {
    // Only a message of bools is looked through; every pattern of bits is one of the other types.
    bytemuck::checked::cast_slice(message.as_bytes())
}
