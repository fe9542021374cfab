//! The way between host and device memory: a ring of buffers that both see, so that a copy on one side overlaps one on the other.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wgpu::{Buffer, BufferUsages, MapMode, WriteOnly};

use crate::device::cpu::Cpu;
use crate::device::gpu::card::Card;
use crate::device::gpu::stream::Stream;

/// The bytes of one buffer.
const CHUNK: usize = 8 << 20;

/// Buffers of one direction.
const RING: usize = 4;

/// Bytes that are worth a thread of the host: one alone copies slower than the link to a large card.
const PIECE: usize = 512 << 10;

/// Buffers between the two memories.
pub(super) struct Staging {
    card: Arc<Card>,
    /// Who copies to and from the ring.
    pub(super) hands: Cpu,
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
        Self { card, hands: Cpu::new(1), up: VecDeque::new(), down: VecDeque::new() }
    }

    /// Copy `bytes` to the place `at`, a multiple of four, of `into`. What is recorded before sees the old bytes. Up to three bytes behind the last one are
    /// overwritten.
    pub(super) fn upload(&mut self, stream: &mut Stream, bytes: &[u8], into: &Buffer, at: u64) {
        let hands = self.hands.clone();
        self.send(stream, bytes.len(), into, at, |part, room| bring(&hands, &bytes[part], room));
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
        let hands = self.hands.clone();
        self.receive(stream, from, at, bytes.len(), |part, read| {
            let pieces = bytes[part].chunks_mut(PIECE).zip(read.chunks(PIECE)).collect();
            hands.each(pieces, |(piece, read): (&mut [u8], &[u8])| piece.copy_from_slice(read));
        });
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

/// Copy to the ring, piece by piece.
fn bring(hands: &Cpu, bytes: &[u8], room: WriteOnly<'_, [u8]>) {
    let (whole, tail) = bytes.split_at(bytes.len() / PIECE * PIECE);
    let (pieces, mut rest) = room.into_chunks::<PIECE>();
    let pieces = pieces.into_iter().zip(whole.chunks_exact(PIECE)).collect();
    hands.each(pieces, |(piece, bytes): (WriteOnly<'_, [u8; PIECE]>, &[u8])| {
        WriteOnly::<[u8]>::from(piece).copy_from_slice(bytes);
    });
    rest.copy_from_slice(tail);
}
