//! Packing, unpacking and keeping: the elements themselves, on plain slices.

use std::ops::Range;

use super::Plan;
use super::link::{Deal, Transfer};
use super::nest::Nest;
use super::selection::Selection;
use crate::dtype::Element;
use crate::memory::strided::{Alone, Grid, copy};

/// A stream is seen from the end that this rank is at.
#[derive(Clone, Copy)]
enum End {
    Source,
    Destination,
}

impl Plan {
    /// Fills `out` with the elements number `range` of the stream from this rank to `peer`.
    ///
    /// **Local.** `sources` are this rank's blocks, one per source layout. Exact.
    ///
    /// # Panics
    /// When a block or `out` does not have the length that the layouts and `range` say.
    pub fn pack<T: Element>(&self, sources: &[&[T]], peer: usize, range: Range<usize>, out: &mut [T]) {
        self.check_sources(sources, self.rank);
        assert_eq!(out.len(), range.len(), "a buffer of the length of the range");
        self.each_packed(peer, range, |source, grid| copy(grid, sources[source], out, &Alone));
    }

    /// Visits the copies that fill a message with the elements number `range` of the stream to `peer`: from which source, and how.
    pub(crate) fn each_packed(&self, peer: usize, range: Range<usize>, mut visit: impl FnMut(usize, &Grid)) {
        let mut done = 0;
        self.walk_stream(End::Source, peer, range, |transfer, nest, range| {
            let len = range.len();
            nest.walk(range, |grid| visit(transfer.source, &grid.shifted(0, done)));
            done += len;
        });
    }

    /// Puts `data`, the elements number `range` of the stream from `peer` to this rank, into their places.
    ///
    /// **Local.** `destination` is this rank's block with its ghost cells. Exact.
    ///
    /// # Panics
    /// When the block or `data` does not have the length that the layouts and `range` say.
    pub fn unpack<T: Element>(&self, peer: usize, range: Range<usize>, data: &[T], destination: &mut [T]) {
        self.check_destination(destination);
        assert_eq!(data.len(), range.len(), "data of the length of the range");
        self.each_unpacked(peer, range, |grid| copy(grid, data, destination, &Alone));
    }

    /// Visits the copies that bring a message with the elements number `range` of the stream from `peer` to their places.
    pub(crate) fn each_unpacked(&self, peer: usize, range: Range<usize>, mut visit: impl FnMut(&Grid)) {
        let mut done = 0;
        self.walk_stream(End::Destination, peer, range, |_, nest, range| {
            let len = range.len();
            nest.walk(range, |grid| visit(&grid.shifted(done, 0)));
            done += len;
        });
    }

    /// Copies what this rank takes from itself, without staging.
    ///
    /// **Local.** Exact.
    ///
    /// # Panics
    /// When a block does not have the length that the layouts say.
    pub fn copy_own<T: Element>(&self, sources: &[&[T]], destination: &mut [T]) {
        self.check_sources(sources, self.rank);
        self.check_destination(destination);
        self.each_from(self.rank, |source, grid| copy(grid, sources[source], destination, &Alone));
    }

    /// Visits the copies that bring what this rank takes from `peer`: from which of its blocks, and how.
    pub(crate) fn each_from(&self, peer: usize, mut visit: impl FnMut(usize, &Grid)) {
        let into = self.destination_deal();
        for transfer in &self.transfers {
            let from = Deal::of(&self.sources[transfer.source]);
            if !from.layout.same_replica(self.rank, peer) {
                continue;
            }
            let (mine, theirs) =
                (into.strides(transfer, |pair| &pair.into, self.rank), from.strides(transfer, |pair| &pair.from, peer));
            let nest = Nest::new(transfer.pairs.iter().enumerate().map(|(k, pair)| {
                let source = from.rank_side(&pair.from, pair.extent, peer).with_stride(theirs[k]);
                let place = into.rank_side(&pair.into, pair.extent, self.rank).with_stride(mine[k]);
                (Selection::between(&source, &place), [Some(source), Some(place)])
            }));
            nest.walk(0..nest.len(), |grid| visit(transfer.source, grid));
        }
    }

    /// Visits the part of the stream with `peer` that each transfer has in `range`.
    fn walk_stream(
        &self,
        end: End,
        peer: usize,
        range: Range<usize>,
        mut visit: impl FnMut(&Transfer, &Nest, Range<usize>),
    ) {
        let mut before = 0;
        for transfer in &self.transfers {
            if before >= range.end {
                break;
            }
            let from = Deal::of(&self.sources[transfer.source]);
            if !from.layout.same_replica(self.rank, peer) {
                continue;
            }
            let nest = self.nest(end, transfer, from, peer);
            let part = range.start.max(before) - before..range.end.min(before + nest.len()).max(before) - before;
            if part.start < part.end {
                visit(transfer, &nest, part);
            }
            before += nest.len();
        }
        assert!(range.end <= before, "elements {range:?} of a stream of {before}");
    }

    /// The elements of `transfer` shared with `peer`.
    fn nest(&self, end: End, transfer: &Transfer, from: Deal<'_>, peer: usize) -> Nest {
        let into = self.destination_deal();
        let (source, destination) = match end {
            End::Source => (self.rank, peer),
            End::Destination => (peer, self.rank),
        };
        let strides = match end {
            End::Source => from.strides(transfer, |pair| &pair.from, source),
            End::Destination => into.strides(transfer, |pair| &pair.into, destination),
        };
        Nest::new(transfer.pairs.iter().enumerate().map(|(k, pair)| {
            let read = from.rank_side(&pair.from, pair.extent, source);
            let written = into.rank_side(&pair.into, pair.extent, destination);
            let selection = Selection::between(&read, &written);
            let sides = match end {
                End::Source => [Some(read.with_stride(strides[k])), None],
                End::Destination => [None, Some(written.with_stride(strides[k]))],
            };
            (selection, sides)
        }))
    }

    fn check_sources<T>(&self, sources: &[&[T]], rank: usize) {
        assert_eq!(sources.len(), self.sources.len(), "one block per source");
        for (block, layout) in sources.iter().zip(&self.sources) {
            assert_eq!(block.len(), layout.local_len(rank), "the block of rank {rank} of {layout}");
        }
    }

    fn check_destination<T>(&self, destination: &[T]) {
        let expected = self.destination_deal().local_shape(self.rank).size();
        assert_eq!(destination.len(), expected, "the block of rank {} of {}", self.rank, self.into);
    }
}
