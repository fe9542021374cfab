//! Words in one buffer, however long: what kernels count, and what the host tells them.

use std::sync::atomic::Ordering;

use wgpu::Buffer;

use crate::device::gpu::{Gpu, Work};
use crate::dtype::Element;

/// Words of 32 bits in device memory, given back to its rank's shelf when dropped.
pub(super) struct Table {
    gpu: Gpu,
    buffer: Option<Buffer>,
    words: usize,
}

impl Table {
    /// Room for so many words, with unspecified values.
    pub(super) fn new(gpu: &Gpu, words: usize) -> Self {
        Self { gpu: gpu.clone(), buffer: Some(gpu.take(4 * words as u64)), words }
    }

    /// These words.
    pub(super) fn of(gpu: &Gpu, words: &[u32]) -> Self {
        let table = Self::new(gpu, words.len());
        let mut work = gpu.work();
        let Work { stream, staging } = &mut *work;
        staging.upload(stream, bytemuck::cast_slice(words), table.buffer(), 0);
        gpu.0.traffic[0].fetch_add(4 * words.len() as u64, Ordering::Relaxed);
        drop(work);
        table
    }

    pub(super) fn buffer(&self) -> &Buffer {
        self.buffer.as_ref().expect("it is taken away by the drop alone")
    }

    /// The words on the host, once all that is recorded has run.
    pub(super) fn download(&self) -> Vec<u32> {
        first_words(&self.gpu, self.buffer(), self.words)
    }

    /// Have the words of another table of this length.
    pub(super) fn copy(&self, other: &Self) {
        self.gpu.work().stream.copy((other.buffer(), 0), (self.buffer(), 0), 4 * self.words as u64);
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if let Some(buffer) = self.buffer.take() {
            self.gpu.give_back(buffer);
        }
    }
}

/// So many words of a buffer, from its first one on.
pub(super) fn first_words(gpu: &Gpu, buffer: &Buffer, count: usize) -> Vec<u32> {
    let mut words = vec![0; count];
    let mut work = gpu.work();
    let Work { stream, staging } = &mut *work;
    staging.download(stream, buffer, 0, bytemuck::cast_slice_mut(&mut words));
    gpu.0.traffic[1].fetch_add(4 * count as u64, Ordering::Relaxed);
    words
}

/// The elements that these words are.
pub(super) fn elements<T: Element>(words: &[u32]) -> Vec<T> {
    let bytes: &[u8] = bytemuck::cast_slice(words);
    bytes.chunks_exact(size_of::<T>()).map(bytemuck::checked::pod_read_unaligned).collect()
}
