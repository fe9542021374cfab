//! The way between host and device memory: a ring of buffers that both see, so that a copy on one side overlaps one on the other.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wgpu::{Buffer, BufferUsages, MapMode, WriteOnly};

use crate::device::gpu::card::Card;
use crate::device::gpu::stream::Stream;

/// The bytes of one buffer.
const CHUNK: usize = 8 << 20;

/// Buffers of one direction.
const RING: usize = 4;

/// Buffers between the two memories.
pub(super) struct Staging {
    card: Arc<Card>,
    up: VecDeque<Slot>,
    down: VecDeque<Slot>,
}

/// A buffer of the ring, and whether the host may look into it.
struct Slot {
    buffer: Buffer,
    mapped: Arc<AtomicBool>,
}

impl Slot {
    fn new(card: &Card, usage: BufferUsages) -> Self {
        Self { buffer: card.buffer(CHUNK as u64, usage), mapped: Arc::default() }
    }

    /// Ask for it as soon as the device is done with it.
    fn map(&self, mode: MapMode) {
        let mapped = self.mapped.clone();
        self.buffer.slice(..).map_async(mode, move |result| {
            // An error is that of a lost device, which polling reports.
            mapped.store(result.is_ok(), Ordering::Release);
        });
    }

    fn wait(&self, stream: &mut Stream) {
        if !self.mapped.load(Ordering::Acquire) {
            stream.wait_until(|| self.mapped.load(Ordering::Acquire));
        }
    }

    fn unmap(&self) {
        self.buffer.unmap();
        self.mapped.store(false, Ordering::Relaxed);
    }
}

impl Staging {
    pub(super) fn new(card: Arc<Card>) -> Self {
        Self { card, up: VecDeque::new(), down: VecDeque::new() }
    }

    /// Copy `bytes` to the place `at`, a multiple of four, of `into`. What is recorded before sees the old bytes. Up to three bytes behind the last one are
    /// overwritten.
    pub(super) fn upload(&mut self, stream: &mut Stream, bytes: &[u8], into: &Buffer, at: u64) {
        self.send(stream, bytes.len(), into, at, |part, mut room| room.copy_from_slice(&bytes[part]));
    }

    /// As [`Staging::upload`], of `len` bytes that `write` brings: it is given each part of them and the room for it.
    pub(super) fn send(
        &mut self,
        stream: &mut Stream,
        len: usize,
        into: &Buffer,
        at: u64,
        mut write: impl FnMut(Range<usize>, WriteOnly<'_, [u8]>),
    ) {
        for first in (0..len).step_by(CHUNK) {
            let part = first..len.min(first + CHUNK);
            if self.up.len() < RING {
                let slot = Slot::new(&self.card, BufferUsages::MAP_WRITE | BufferUsages::COPY_SRC);
                slot.map(MapMode::Write);
                self.up.push_front(slot);
            }
            let slot = self.up.pop_front().expect("the ring has buffers");
            slot.wait(stream);
            let bytes = part.len().next_multiple_of(4) as u64;
            let mut view = slot.buffer.slice(..bytes).get_mapped_range_mut().expect("it is mapped");
            write(part.clone(), view.slice(..part.len()));
            drop(view);
            slot.unmap();
            stream.copy((&slot.buffer, 0), (into, at + first as u64), bytes);
            stream.submit();
            slot.map(MapMode::Write);
            self.up.push_back(slot);
        }
    }

    /// Copy from the place `at`, a multiple of four, of `from`, and wait for it.
    pub(super) fn download(&mut self, stream: &mut Stream, from: &Buffer, at: u64, bytes: &mut [u8]) {
        self.receive(stream, from, at, bytes.len(), |part, read| bytes[part].copy_from_slice(read));
    }

    /// As [`Staging::download`], of `len` bytes that `read` takes: it is given each part of them.
    pub(super) fn receive(
        &mut self,
        stream: &mut Stream,
        from: &Buffer,
        at: u64,
        len: usize,
        mut read: impl FnMut(Range<usize>, &[u8]),
    ) {
        let mut under_way: VecDeque<(Slot, Range<usize>)> = VecDeque::new();
        let mut parts = (0..len).step_by(CHUNK).map(|first| first..len.min(first + CHUNK));
        loop {
            let next = if under_way.len() < RING { parts.next() } else { None };
            if let Some(part) = next {
                let usage = BufferUsages::MAP_READ | BufferUsages::COPY_DST;
                let slot = self.down.pop_front().unwrap_or_else(|| Slot::new(&self.card, usage));
                let bytes = part.len().next_multiple_of(4) as u64;
                stream.copy((from, at + part.start as u64), (&slot.buffer, 0), bytes);
                stream.submit();
                slot.map(MapMode::Read);
                under_way.push_back((slot, part));
            } else if let Some((slot, part)) = under_way.pop_front() {
                slot.wait(stream);
                let view = slot.buffer.slice(..).get_mapped_range().expect("it is mapped");
                read(part.clone(), &view[..part.len()]);
                drop(view);
                slot.unmap();
                self.down.push_back(slot);
            } else {
                return;
            }
        }
    }
}
