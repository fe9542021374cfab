//! Packing, unpacking and keeping: the elements themselves, on plain slices.

use std::ops::Range;

use super::Plan;
use super::kernels::{copy, gather, scatter};
use super::link::{Deal, Link, Pair, Transfer};
use super::selection::Selection;
use super::side::Side;
use super::stream::{Nest, NestAxis, Piece};

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
    pub fn pack<T: Copy>(&self, sources: &[&[T]], peer: usize, range: Range<usize>, mut out: &mut [T]) {
        self.check_sources(sources);
        assert_eq!(out.len(), range.len(), "a buffer of the length of the range");
        self.walk_stream(End::Source, peer, range, |transfer, piece| {
            let (part, rest) = std::mem::take(&mut out).split_at_mut(piece.len());
            gather(sources[transfer.source], piece, part);
            out = rest;
        });
    }

    /// Puts `data`, the elements number `range` of the stream from `peer` to this rank, into their places.
    ///
    /// **Local.** `destination` is this rank's block with its ghost cells. Exact.
    ///
    /// # Panics
    /// When the block or `data` does not have the length that the layouts and `range` say.
    pub fn unpack<T: Copy>(&self, peer: usize, range: Range<usize>, mut data: &[T], destination: &mut [T]) {
        self.check_destination(destination);
        assert_eq!(data.len(), range.len(), "data of the length of the range");
        self.walk_stream(End::Destination, peer, range, |_, piece| {
            let (part, rest) = data.split_at(piece.len());
            scatter(part, piece, destination);
            data = rest;
        });
    }

    /// Copies what this rank takes from itself, without staging.
    ///
    /// **Local.** Exact.
    ///
    /// # Panics
    /// When a block does not have the length that the layouts say.
    pub fn copy_own<T: Copy>(&self, sources: &[&[T]], destination: &mut [T]) {
        self.check_sources(sources);
        self.check_destination(destination);
        let into = self.destination_deal();
        for transfer in &self.transfers {
            let from = Deal::of(&self.sources[transfer.source]);
            let (from_strides, into_strides) =
                (self.strides(from, transfer, End::Source), self.strides(into, transfer, End::Destination));
            let nest = Nest::new(transfer.pairs.iter().enumerate().map(|(k, pair)| {
                let source = self.own_side(from, &pair.from, pair).with_stride(from_strides[k]);
                let place = self.own_side(into, &pair.into, pair).with_stride(into_strides[k]);
                NestAxis { selection: Selection::between(&source, &place), sides: [source, place] }
            }));
            nest.walk(0..nest.len(), |piece| copy(sources[transfer.source], piece, destination));
        }
    }

    /// Visits a part of the stream with `peer`, as it lies in this rank's block at one end.
    fn walk_stream(&self, end: End, peer: usize, range: Range<usize>, mut visit: impl FnMut(&Transfer, Piece<1>)) {
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
                nest.walk(part, |piece| visit(transfer, piece));
            }
            before += nest.len();
        }
        assert!(range.end <= before, "elements {range:?} of a stream of {before}");
    }

    /// The elements of `transfer` shared with `peer`.
    fn nest(&self, end: End, transfer: &Transfer, from: Deal<'_>, peer: usize) -> Nest<1> {
        let into = self.destination_deal();
        let strides = match end {
            End::Source => self.strides(from, transfer, end),
            End::Destination => self.strides(into, transfer, end),
        };
        Nest::new(transfer.pairs.iter().enumerate().map(|(k, pair)| {
            let (mine, my_link, theirs, link) = match end {
                End::Source => (from, &pair.from, into, &pair.into),
                End::Destination => (into, &pair.into, from, &pair.from),
            };
            let side = self.own_side(mine, my_link, pair).with_stride(strides[k]);
            let other = theirs.side(link, pair.extent, theirs.part(link, peer));
            NestAxis { selection: Selection::between(&side, &other), sides: [side] }
        }))
    }

    fn own_side(&self, deal: Deal<'_>, link: &Link, pair: &Pair) -> Side {
        deal.side(link, pair.extent, deal.part(link, self.rank))
    }

    /// For each axis of iteration, the distance between neighbours in this rank's block; 0 where the block does not move.
    fn strides(&self, deal: Deal<'_>, transfer: &Transfer, end: End) -> Vec<usize> {
        let strides = deal.local_shape(self.rank).strides();
        let link = |pair: &Pair| match end {
            End::Source => pair.from.axes.clone(),
            End::Destination => pair.into.axes.clone(),
        };
        transfer.pairs.iter().map(|pair| link(pair).last().map_or(0, |axis| strides[axis])).collect()
    }

    fn check_sources<T>(&self, sources: &[&[T]]) {
        assert_eq!(sources.len(), self.sources.len(), "one block per source");
        for (block, layout) in sources.iter().zip(&self.sources) {
            assert_eq!(block.len(), layout.local_len(self.rank), "the block of rank {} of {layout}", self.rank);
        }
    }

    fn check_destination<T>(&self, destination: &[T]) {
        let expected = self.destination_deal().local_shape(self.rank).size();
        assert_eq!(destination.len(), expected, "the block of rank {} of {}", self.rank, self.into);
    }
}
