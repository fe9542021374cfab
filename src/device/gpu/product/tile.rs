//! How products are cut: tiles of the product, and parts of the inner axis.

use crate::dtype::DType;

/// Inner indices of a panel: `DEPTH` of the kernel.
pub(super) const PANEL: usize = 8;

/// The most inner indices of a part: some software devices end all loops after 65535 trips, and a panel takes one more than it has indices.
pub(super) const TRIPS: usize = 32 << 10;

/// Groups that keep a large device busy, some for each of its processors.
const BUSY: usize = 512;

/// Fewer groups leave a large device idle.
const FEW: usize = 128;

/// Inner indices that are worth a part of their own.
const DEEP: usize = 256;

/// A tile, square, `TILE` of the kernel a side, of which an invocation has `rows` x `columns` elements, twice as many invocations as `side`.
#[derive(Clone, Copy, Debug, PartialEq, Hash)]
pub(super) struct Tile {
    pub(super) side: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// The tiles, largest first.
const TILES: [Tile; 3] = [
    Tile { side: 128, rows: 8, columns: 8 },
    Tile { side: 64, rows: 8, columns: 4 },
    Tile { side: 32, rows: 4, columns: 4 },
];

impl Tile {
    /// Bytes of workgroup memory: two panels of either factor.
    fn shared(self, dtype: DType) -> usize {
        2 * 2 * PANEL * (self.side / 4 + 1) * 4 * in_registers(dtype)
    }

    /// Numbers of 32 bits that an invocation adds up in.
    fn registers(self, dtype: DType) -> usize {
        self.rows * self.columns * in_registers(dtype) / 4
    }

    /// Tiles of a product.
    pub(super) fn over(self, m: usize, n: usize) -> usize {
        m.div_ceil(self.side) * n.div_ceil(self.side)
    }

    /// The tile for `count` products of these extents: the largest whose sums stay in registers, that is filled to half, and of which there are enough. The
    /// device has `room` bytes of workgroup memory.
    pub(super) fn choose(dtype: DType, room: usize, count: usize, [m, n, k]: [usize; 3]) -> Self {
        let [.., least] = TILES;
        let fits = |tile: &&Self| tile.registers(dtype) <= 64 && tile.shared(dtype) <= room;
        let filled = |tile: &&Self| 2 * m.min(n) > tile.side;
        let enough = |tile: &&Self| count * tile.over(m, n) * k.div_ceil(DEEP) >= FEW;
        let tile = TILES.iter().filter(fits).filter(filled).find(enough);
        tile.copied().unwrap_or(least)
    }
}

/// The most additions that an element of a product with so many inner indices goes through, where its factors lie in a few segments.
pub(in crate::device::gpu) fn additions(k: usize) -> usize {
    const PIECES: usize = 8;
    k.min(TRIPS + BUSY + k / TRIPS + PIECES)
}

/// Bytes of an element in registers.
fn in_registers(dtype: DType) -> usize {
    dtype.bytes().max(4)
}

/// The inner axis in `parts` of `depth` indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parts {
    pub(super) parts: usize,
    pub(super) depth: usize,
}

impl Parts {
    /// Of `k` indices, so that as many `groups` for each part keep a device busy; at most `most` parts, which may leave some indices over where a part has
    /// the most that it may have. A function of the extents alone: runs give the same bits.
    pub(super) fn new(groups: usize, k: usize, most: usize) -> Self {
        let wanted = (BUSY / groups.max(1)).min(k / DEEP).max(k.div_ceil(TRIPS)).clamp(1, most.max(1));
        let depth = k.div_ceil(wanted).next_multiple_of(PANEL).min(TRIPS);
        Self { parts: k.div_ceil(depth).min(wanted), depth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(dtype: DType, extents: [usize; 3]) -> usize {
        Tile::choose(dtype, 32 << 10, 1, extents).side
    }

    #[test]
    fn large_products_have_large_tiles_and_small_ones_enough_of_them() {
        assert_eq!(
            [DType::F32, DType::F64, DType::C32, DType::C64].map(|dtype| tile(dtype, [4096; 3])),
            [128, 64, 64, 32]
        );
        assert_eq!([4096, 1024, 512, 100].map(|n| tile(DType::F32, [n; 3])), [128, 128, 64, 32]);
        assert_eq!(tile(DType::F32, [1 << 20, 8, 64]), 32, "a narrow one");
        assert_eq!(tile(DType::F32, [128, 128, 1 << 20]), 128, "a deep one");
    }

    #[test]
    fn every_tile_fits_every_device() {
        for dtype in DType::ALL {
            let most = TILES.iter().filter(|tile| tile.registers(dtype) <= 64).map(|tile| tile.shared(dtype)).max();
            assert!(most.unwrap() <= 32 << 10, "{dtype}");
        }
    }

    #[test]
    fn parts_are_the_whole() {
        for groups in [1, 7, 100, 512, 10_000] {
            for k in [1, 8, 100, 255, 256, 5000, 32 << 10, 100_000, 1 << 26] {
                let all = Parts::new(groups, k, usize::MAX);
                assert!(all.parts * all.depth >= k, "{all:?} of {k}");
                assert!((all.parts - 1) * all.depth < k && all.depth <= TRIPS, "{all:?}");
                assert!(Parts::new(groups, k, 3).parts <= 3);
            }
        }
        assert_eq!(Parts::new(64, 1024, 100), Parts { parts: 4, depth: 256 });
        assert_eq!(Parts::new(1000, 1024, 100), Parts { parts: 1, depth: 1024 });
    }
}
