//! Typed views of aligned memory.
//!
//! The only unsafe code of this layer: a slice of lines seen as a slice of elements, and the marks that let bytemuck allocate
//! lines. bytemuck does the same cast for all our types but `bool`, whose check would read every byte at every look.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::dtype::{DType, Element};
use crate::error::LocalError;
use crate::memory::Pool;
use crate::memory::pages::Memory;

/// 64 bytes on a 64-byte boundary: a cache line, and the widest vector register.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Line([u8; 64]);

// SAFETY: a line is 64 plain bytes without padding; every pattern of bits, zeros included, is one.
unsafe impl bytemuck::Zeroable for Line {}
// SAFETY: as above; it is `Copy`, `repr(C)` and holds no pointer.
unsafe impl bytemuck::Pod for Line {}

/// Elements on a 64-byte boundary, given back to their [`Pool`] when dropped. Used as a slice.
pub struct Block<T: Element> {
    buffer: Buffer,
    element: PhantomData<T>,
}

/// The memory of a [`Block`] whose element type is forgotten: what a message is made of.
pub struct Buffer {
    memory: Memory,
    bytes: usize,
    /// Whether every byte is 0 or 1, for good.
    bools: bool,
    pool: Pool,
}

impl<T: Element> Block<T> {
    /// `memory` must hold only valid bools when T is `bool`: see the pool, which keeps them apart.
    pub(super) fn new(memory: Memory, len: usize, pool: Pool) -> Self {
        let bytes = len * size_of::<T>();
        assert!(bytes <= memory.bytes().len(), "a block of {bytes} bytes in {} lines", memory.len());
        Self { buffer: Buffer { memory, bytes, bools: T::DTYPE == DType::Bool, pool }, element: PhantomData }
    }

    /// Forget the element type.
    ///
    /// **Local.** No copy.
    pub fn into_buffer(self) -> Buffer {
        self.buffer
    }

    /// The pool that this block returns to.
    ///
    /// **Local.**
    pub fn pool(&self) -> &Pool {
        &self.buffer.pool
    }
}

impl Buffer {
    /// The length in bytes.
    ///
    /// **Local.**
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether there are no bytes.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The bytes.
    ///
    /// **Local.**
    pub fn as_bytes(&self) -> &[u8] {
        &self.memory.bytes()[..self.bytes]
    }

    /// The bytes as elements, without a copy. Messages of `bool` are checked to hold only 0 and 1.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the bytes are no whole number of elements, or a byte is no `bool`.
    pub fn into_block<T: Element>(mut self) -> Result<Block<T>, LocalError> {
        if !self.bytes.is_multiple_of(size_of::<T>()) {
            return Err(LocalError::new(format!("{} bytes are no whole number of {}", self.bytes, T::DTYPE)));
        }
        let bools = T::DTYPE == DType::Bool;
        if bools && !self.bools {
            if let Some(byte) = self.as_bytes().iter().find(|&&byte| byte > 1) {
                return Err(LocalError::new(format!("the byte {byte} is no bool")));
            }
            // The rest of the last lines may hold anything; from here on it counts as bools.
            let bytes = self.bytes;
            self.memory.bytes_mut()[bytes..].fill(0);
        }
        self.bools = bools;
        Ok(Block { buffer: self, element: PhantomData })
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.pool.put_back(std::mem::take(&mut self.memory), self.bytes, self.bools);
    }
}

impl<T: Element> Deref for Block<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        let len = self.buffer.bytes / size_of::<T>();
        // SAFETY: the memory holds at least `bytes` initialised bytes (checked in `new`) on a 64-byte boundary, more than any
        // element asks for; every pattern of bits is a T, and for bool the pool hands out only memory that held
        // nothing but bools since it was zeroed.
        unsafe { std::slice::from_raw_parts(self.buffer.memory.bytes().as_ptr().cast(), len) }
    }
}

impl<T: Element> DerefMut for Block<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        let len = self.buffer.bytes / size_of::<T>();
        // SAFETY: as in `deref`; `&mut self` makes the view unique, and no T has padding to write into the bytes.
        unsafe { std::slice::from_raw_parts_mut(self.buffer.memory.bytes_mut().as_mut_ptr().cast(), len) }
    }
}

impl<T: Element> Clone for Block<T> {
    fn clone(&self) -> Self {
        self.pool().copy_of(self)
    }
}

impl<T: Element> fmt::Debug for Block<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block of {} {}", self.len(), T::DTYPE)
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "buffer of {} bytes", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_survive_the_way_through_bytes() {
        let pool = Pool::new();
        let buffer = pool.copy_of(&[1.5_f64, -0.0, f64::INFINITY]).into_buffer();
        assert_eq!(buffer.len(), 24);
        let block = buffer.into_block::<f64>().unwrap();
        assert_eq!(block[0].to_bits(), 1.5_f64.to_bits());
        assert_eq!(block[1].to_bits(), (-0.0_f64).to_bits());
        assert!(pool.copy_of(&[1_u8, 2, 3]).into_buffer().into_block::<i32>().is_err());
    }

    #[test]
    fn a_byte_that_is_no_bool_is_refused() {
        let pool = Pool::new();
        assert!(pool.copy_of(&[0_u8, 1, 2]).into_buffer().into_block::<bool>().is_err());
        let block = pool.copy_of(&[0_u8, 1, 1]).into_buffer().into_block::<bool>().unwrap();
        assert_eq!(&*block, [false, true, true]);
    }
}
