//! What a pass counts on the device: how it lies there, and what it comes to.

use crate::device::tally::Tally;
use crate::dtype::DType;
use crate::exact::Accumulator;

/// Bits that a sum of fewer than 2^32 values, each raised or lowered, has above the largest.
const HEADROOM: u32 = 33;

/// Words of the state that a workgroup keeps, at most: half of the memory that every device gives it.
const LOCAL: usize = 4096;

/// How floats lie in wide integers.
#[derive(Clone, Copy)]
pub(super) struct Wide {
    /// The least exponent field.
    pub(super) base: u32,
    /// Words of 32 bits.
    pub(super) words: usize,
    /// The exponent of field 0, were its numbers whole.
    bias: i32,
}

impl Wide {
    /// For sums of floats with these exponent fields.
    pub(super) fn new(dtype: DType, fields: [u32; 2]) -> Self {
        let (mantissa, bias) = if dtype == DType::F32 { (24, 150) } else { (53, 1075) };
        let [base, top] = fields.map(|field| field.max(1));
        let words = (top.max(base) - base + mantissa + HEADROOM) / 32 + 1;
        Self { base, words: words as usize, bias }
    }

    /// For sums of any floats.
    pub(super) fn whole(dtype: DType) -> Self {
        Self::new(dtype, [1, if dtype == DType::F32 { 254 } else { 2046 }])
    }

    /// Add a number whose words these are, `step` apart from `at` on.
    fn add(self, sum: &mut Accumulator, state: &[u32], at: usize, step: usize, negative: bool) {
        let words = state[at..].iter().step_by(step).take(self.words);
        for (exponent, &word) in (self.base as i32 - self.bias..).step_by(32).zip(words) {
            sum.add_scaled(word.into(), exponent, negative);
        }
    }
}

/// Where everything stands in the state, in words: see `shaders/clusters/pass.wgsl`.
pub(super) struct Plan {
    pub(super) sum: Wide,
    inertia_sum: Wide,
    pub(super) clusters: usize,
    columns: usize,
    /// Words of an element.
    width: usize,
    /// Segments of labels, each with a counter of its own.
    segments: usize,
}

/// Words of rows in doubt that the state shows for each segment, so that they come with it.
const SHOWN: usize = 4096;

impl Plan {
    pub(super) fn new(dtype: DType, fields: [u32; 2], clusters: usize, columns: usize, segments: usize) -> Self {
        let (sum, inertia_sum) = (Wide::new(dtype, fields), Wide::whole(dtype));
        Self { sum, inertia_sum, clusters, columns, width: dtype.bytes() / 4, segments }
    }

    pub(super) fn inertia(&self) -> usize {
        1 + self.clusters
    }

    pub(super) fn sums(&self) -> usize {
        self.inertia() + self.inertia_sum.words
    }

    /// The counter of a segment's doubts.
    pub(super) fn counter(&self, segment: usize) -> usize {
        let end = self.sums() + 2 * self.sum.words * self.clusters * self.columns;
        end + segment * (1 + self.shown() * self.shown_width())
    }

    /// How many rows in doubt the state shows for each segment.
    pub(super) fn shown(&self) -> usize {
        SHOWN / self.shown_width()
    }

    /// Words for one of them: its label's number, its label, its elements.
    pub(super) fn shown_width(&self) -> usize {
        2 + self.columns * self.width
    }

    pub(super) fn len(&self) -> usize {
        self.counter(self.segments)
    }

    /// Words of the state that a workgroup keeps; none where they are too many.
    pub(super) fn kept(&self) -> usize {
        Some(self.counter(0)).filter(|&words| words <= LOCAL).unwrap_or_default()
    }

    /// How many rows of each segment are in doubt, and those of them that are shown.
    pub(super) fn doubts<'s>(
        &self,
        state: &'s [u32],
    ) -> impl Iterator<Item = (usize, std::slice::ChunksExact<'s, u32>)> {
        let counts = (0..self.segments).map(|segment| self.counter(segment));
        counts.map(|at| {
            let count = state[at] as usize;
            let shown = count.min(self.shown()) * self.shown_width();
            (count, state[at + 1..][..shown].chunks_exact(self.shown_width()))
        })
    }

    /// Change a tally by what a pass has counted, with or without the inertia.
    pub(super) fn apply(&self, state: &[u32], tally: &mut Tally, inertia: bool) {
        tally.moved = state[0].into();
        tally.inertia = Accumulator::default();
        if inertia {
            self.inertia_sum.add(&mut tally.inertia, state, self.inertia(), 1, false);
        }
        for (size, &change) in tally.sizes.iter_mut().zip(&state[1..]) {
            // There are fewer than 2^32 rows, and what leaves a cluster is counted modulo that.
            *size = (*size as u32).wrapping_add(change).into();
        }
        let step = self.clusters * self.columns;
        for (cell, sum) in tally.sums.iter_mut().enumerate() {
            let raised = self.sums() + cell;
            self.sum.add(sum, state, raised, step, false);
            self.sum.add(sum, state, raised + self.sum.words * step, step, true);
        }
    }
}
