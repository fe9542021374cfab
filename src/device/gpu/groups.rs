//! Bind groups, made once for each row of arrays that kernels of one sort see.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex};

use smallvec::SmallVec;
use wgpu::{BindGroup, BindGroupDescriptor, BindGroupEntry, BindingResource, Buffer, BufferBinding};

use crate::device::gpu::card::Card;
use crate::device::gpu::kernel::{ARGUMENTS, Bindings};
use crate::device::gpu::memo::Mixed;

/// The most that are kept. A chain of evaluations walks through a few dozen: as many as its outputs find idle buffers.
const MOST: usize = 512;

/// Numbers of buffers that were let go, which no group may keep alive.
pub(super) type Gone = Arc<Mutex<Vec<u64>>>;

/// A buffer's number. Should two have the same, groups are made again that need not be.
pub(super) fn number(buffer: &Buffer) -> u64 {
    Mixed::default().hash_one(buffer)
}

/// The bind groups of one stream.
///
/// A group keeps its buffers alive, so [`forget`](Groups::forget) must be told of those that are let go.
pub(super) struct Groups {
    known: HashMap<u64, Entry, Mixed>,
    /// Counts what was asked for.
    clock: u64,
}

struct Entry {
    bindings: usize,
    arrays: SmallVec<[Buffer; 4]>,
    group: BindGroup,
    /// When it was asked for last.
    used: u64,
}

impl Groups {
    pub(super) fn new() -> Self {
        Self { known: HashMap::default(), clock: 0 }
    }

    /// The group of `arena`, which is the same in all calls, and these arrays.
    pub(super) fn get(&mut self, card: &Card, bindings: &Bindings, arena: &Buffer, arrays: &[&Buffer]) -> &BindGroup {
        self.clock += 1;
        let key = Mixed::default().hash_one((bindings.number, arrays));
        let is = |entry: &Entry| entry.bindings == bindings.number && entry.arrays.iter().eq(arrays.iter().copied());
        if !self.known.get(&key).is_some_and(is) {
            if self.known.len() >= MOST {
                self.drop_half();
            }
            let windows: SmallVec<[BufferBinding<'_>; 8]> = arrays.iter().map(|&array| whole(array)).collect();
            let group = group(card, bindings, arena, &windows);
            let arrays = arrays.iter().copied().cloned().collect();
            self.known.insert(key, Entry { bindings: bindings.number, arrays, group, used: 0 });
        }
        let entry = self.known.get_mut(&key).expect("it was found or made");
        entry.used = self.clock;
        &entry.group
    }

    /// Let go of the half that was asked for longest ago.
    fn drop_half(&mut self) {
        let mut used: Vec<u64> = self.known.values().map(|entry| entry.used).collect();
        let middle = used.len() / 2;
        let (_, &mut oldest, _) = used.select_nth_unstable(middle);
        self.known.retain(|_, entry| entry.used >= oldest);
    }

    /// Let go of all groups with a buffer of these numbers.
    pub(super) fn forget(&mut self, gone: &[u64]) {
        self.known.retain(|_, entry| !entry.arrays.iter().any(|array| gone.contains(&number(array))));
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}

fn whole(buffer: &Buffer) -> BufferBinding<'_> {
    BufferBinding { buffer, offset: 0, size: None }
}

/// A new group: the arguments, then these parts of buffers.
pub(super) fn group(card: &Card, bindings: &Bindings, arena: &Buffer, windows: &[BufferBinding<'_>]) -> BindGroup {
    let arguments = BufferBinding { buffer: arena, offset: 0, size: std::num::NonZero::new(ARGUMENTS) };
    let all = std::iter::once(arguments).chain(windows.iter().cloned());
    let entry = |(binding, window)| BindGroupEntry { binding, resource: BindingResource::Buffer(window) };
    let entries: SmallVec<[BindGroupEntry<'_>; 9]> = (0..).zip(all).map(entry).collect();
    let descriptor = BindGroupDescriptor { label: None, layout: &bindings.layout, entries: &entries };
    card.device.create_bind_group(&descriptor)
}
