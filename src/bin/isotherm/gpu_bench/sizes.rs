//! How large the arrays are: for a card as its memory allows, for a driver in software so small that all of it takes a minute.

use isotherm::{Adapter, AdapterKind};

/// Extents of the workloads.
pub(super) struct Sizes {
    /// Elements of the arrays that are streamed; a square.
    pub(super) elements: usize,
    /// Extents of square products of f32, and those of f64 among them.
    pub(super) products: &'static [usize],
    pub(super) double_products: &'static [usize],
    /// Rows of 16 columns.
    pub(super) points: usize,
    /// Rows of 64 columns.
    pub(super) table: usize,
    /// Whether the sizes are those for which the targets hold.
    pub(super) full: bool,
}

impl Sizes {
    pub(super) fn of(adapter: &Adapter, quick: bool) -> Self {
        let software = adapter.kind == AdapterKind::Software;
        let (largest, points, table) = match (software, quick) {
            (false, false) => (1 << 28, 10_000_000, 2_000_000),
            (false, true) => (1 << 24, 1_000_000, 200_000),
            (true, false) => (1 << 16, 10_000, 2_000),
            (true, true) => (1 << 12, 500, 300),
        };
        let (products, double_products): (&[usize], &[usize]) = match (software, quick) {
            (false, false) => (&[1024, 2048, 4096, 8192], &[1024, 2048, 4096]),
            (false, true) => (&[1024, 2048], &[1024]),
            (true, _) => (&[64], &[64]),
        };
        // Sixteen arrays of f32 fit in a quarter of the memory.
        let share = adapter.memory.map_or(usize::MAX, |bytes| (bytes / 256) as usize);
        let side = 1 << (largest.min(share).ilog2() / 2);
        Self {
            elements: side * side,
            products,
            double_products,
            points: points.min(share / 4),
            table: table.min(share / 16),
            full: !software && !quick,
        }
    }

    /// The extent of a square of all elements.
    pub(super) fn side(&self) -> usize {
        self.elements.isqrt()
    }

    /// All elements as an array of three axes.
    pub(super) fn cube(&self) -> [usize; 3] {
        let outer = 1 << (self.elements.ilog2() / 3);
        [outer, self.elements / (outer * outer), outer]
    }
}
