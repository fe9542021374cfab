//! The rate at which a device copies.

use std::time::Instant;

use crate::device::gpu::{AdapterKind, Gpu};
use crate::memory::strided::{Grid, Step};

impl Gpu {
    /// Bytes that a kernel reads and writes in a second when it copies an array that no cache can hold.
    ///
    /// **Local.** It takes two arrays of 256 MiB for some milliseconds (16 MiB on a software device): the median of several copies, after some that are not counted.
    pub fn copy_bandwidth(&self) -> f64 {
        /// Copies between two looks at the clock, so that handing them over takes no part of it.
        const TIMES: usize = 8;
        const ROUNDS: usize = 7;
        let software = self.adapter().kind == AdapterKind::Software;
        let elements = if software { 4 << 20 } else { 64 << 20 };
        let (source, destination) = (self.empty(elements, 4), self.empty(elements, 4));
        let grid = Grid::new(0, 0, [Step { extent: elements, from: 1, into: 1 }]);
        let round = || {
            let begun = Instant::now();
            (0..TIMES).for_each(|_| self.copy(&grid, &source, &destination));
            self.work().stream.finish();
            (2 * 4 * elements * TIMES) as f64 / begun.elapsed().as_secs_f64()
        };
        round();
        let mut rates: Vec<f64> = (0..ROUNDS).map(|_| round()).collect();
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    }
}
