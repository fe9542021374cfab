//! The global indices of a region, in numbers for a kernel.

use smallvec::SmallVec;

use crate::layout::{Progression, Region};

/// Axes beside the one of the runs that a kernel takes.
const MOST_AXES: usize = 24;

/// Positions of an axis, and runs of a row, that a kernel takes: it adds them by 32 bits.
pub(super) const LONGEST: usize = 1 << 30;

/// A region as runs of indices that follow each other, in rows, in axes of rows.
pub(super) struct Walk {
    /// From which index steps are counted.
    origin: u64,
    /// Elements of a run; the last one of a row may have fewer.
    run: usize,
    /// Indices from one run to the next.
    run_step: u64,
    /// Elements of a row.
    row: usize,
    /// From the innermost one.
    axes: SmallVec<[Axis; 4]>,
}

struct Axis {
    part: Progression,
    /// Indices from one position to the next.
    step: u64,
}

/// What one launch makes: elements of one segment.
pub(super) struct Part {
    pub(super) segment: usize,
    pub(super) invocations: usize,
    /// What follows seed and parameters.
    pub(super) arguments: Vec<u32>,
}

/// A number of 64 bits, the low word first.
pub(super) fn words(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// Visit the walks that a region consists of, in the order of its elements, and the position of the first element of each: most often one. A
/// region is parted along its outermost axis where a kernel could not count its places.
pub(super) fn each(region: &Region, longest: usize, visit: &mut impl FnMut(&Walk, usize)) {
    each_from(region, 0, longest, visit);
}

fn each_from(region: &Region, local: usize, longest: usize, visit: &mut impl FnMut(&Walk, usize)) {
    if region.is_empty() {
        return;
    }
    let walk = Walk::new(region);
    if walk.counts(longest) {
        return visit(&walk, local);
    }
    let outermost = region.parts().iter().position(|part| part.len() > 1);
    let axis = outermost.expect("a single element is a walk that any kernel counts");
    let part = region.parts()[axis];
    let half = part.len() / 2;
    let middle = if part.run() < part.len() { (half - half % part.run()).max(part.run()) } else { half };
    let mut at = local;
    for range in [0..middle, middle..part.len()] {
        let cut = Progression::new(part.nth(range.start), part.run(), part.period(), part.nth(range.end - 1) + 1);
        let parts = region.parts().iter().enumerate().map(|(k, part)| if k == axis { cut } else { *part });
        let half = Region::new(region.whole().clone(), parts);
        each_from(&half, at, longest, visit);
        at += half.len();
    }
}

impl Walk {
    /// The walk through a region that is not empty.
    fn new(region: &Region) -> Self {
        let mut axes = region.whole().iter().zip(region.parts()).rev().peekable();
        let mut width = 1;
        while let Some((&extent, _)) = axes.next_if(|(extent, part)| part.is_interval() && part.len() == **extent) {
            width *= extent;
        }
        let mut walk = Self { origin: 0, run: width, run_step: 0, row: width, axes: SmallVec::new() };
        let Some((&extent, part)) = axes.next() else { return walk };
        walk.origin = (part.start() * width) as u64;
        walk.run = part.run() * width;
        walk.run_step = (part.period() * width) as u64;
        walk.row = part.len() * width;
        let mut step = (extent * width) as u64;
        for (&extent, part) in axes {
            walk.origin = walk.origin.wrapping_add(part.start() as u64 * step);
            if part.len() > 1 {
                walk.axes.push(Axis { part: *part, step });
            }
            step *= extent as u64;
        }
        walk
    }

    /// So many indices from this one on.
    #[cfg(test)]
    pub(super) fn interval(origin: u64, len: usize) -> Self {
        Self { origin, run: len, run_step: 0, row: len, axes: SmallVec::new() }
    }

    /// Whether a kernel's numbers are large enough.
    fn counts(&self, longest: usize) -> bool {
        let counted = |axis: &Axis| axis.part.len() <= longest;
        self.axes.len() <= MOST_AXES && self.runs() <= longest && self.axes.iter().all(counted)
    }

    /// Runs of a row.
    fn runs(&self) -> usize {
        self.row.div_ceil(self.run)
    }

    fn len(&self) -> usize {
        self.row * self.axes.iter().map(|axis| axis.part.len()).product::<usize>()
    }

    /// Visit the parts of this walk whose first element is at `local` of an array in segments of `segment` elements, `2^shift` to a block.
    pub(super) fn parts(&self, local: usize, segment: usize, shift: u32, visit: &mut impl FnMut(&Part)) {
        let (end, mut at) = (local + self.len(), local);
        while at < end {
            let mut until = end.min((at / segment + 1) * segment);
            let run = self.run_with(at - local);
            if self.run > segment {
                // One run of this segment, or a part of one.
                until = until.min(local + run.first + run.len);
            }
            let single = until <= local + run.first + run.len;
            let part = if single {
                self.alone(&run, at, until, at - local - run.first, segment, shift)
            } else {
                self.several(&run, at, until, local, segment, shift)
            };
            visit(&part);
            at = until;
        }
    }

    /// Elements `at..until` of an array, which are those from `skipped` on of this run.
    fn alone(&self, run: &Run, at: usize, until: usize, skipped: usize, segment: usize, shift: u32) -> Part {
        let origin = self.index(run).wrapping_add(skipped as u64);
        let (begin, len) = (at % segment, until - at);
        let invocations = ((origin as usize & ((1 << shift) - 1)) + len).div_ceil(1 << shift);
        let [low, high] = words(origin);
        let numbers = [begin, begin + len, invocations, begin, len, len, 1, 0, 0, 0, 0, 0, 0, 0];
        let arguments = [low, high].into_iter().chain(numbers.iter().map(|&number| number as u32)).collect();
        Part { segment: at / segment, invocations, arguments }
    }

    /// Elements `at..until` of an array, of several runs from this one on.
    fn several(&self, run: &Run, at: usize, until: usize, local: usize, segment: usize, shift: u32) -> Part {
        let per = 1_usize << shift;
        let place = |run: &Run| self.index(run) as usize & (per - 1);
        let last = self.run_with(until - 1 - local);
        let blocks = (self.run + self.farthest(per)).div_ceil(per);
        let first_block = (place(run) + at - local - run.first) / per;
        let last_block = (place(&last) + until - 1 - local - last.first) / per;
        let invocations = (last.number - run.number) * blocks + last_block + 1 - first_block;
        let begin = at % segment;
        // Before the segment it is a number modulo 2^32.
        let position = (local + run.first).wrapping_sub(at - begin);
        let numbers = [
            begin,
            begin + until - at,
            invocations,
            position,
            self.run,
            self.row,
            self.runs(),
            blocks,
            run.number % self.runs(),
            first_block,
        ];
        let mut arguments: Vec<u32> = words(self.origin).to_vec();
        arguments.extend(numbers.iter().map(|&number| number as u32));
        arguments.extend(words(self.run_step));
        let last_run = self.row - (self.runs() - 1) * self.run;
        arguments.extend([last_run as u32, self.axes.len() as u32]);
        let mut rest = run.number / self.runs();
        for Axis { part, step } in &self.axes {
            arguments.extend([part.len(), rest % part.len(), part.run(), 0].map(|number| number as u32));
            arguments.extend(words(*step));
            arguments.extend(words(step.wrapping_mul(part.period() as u64)));
            rest /= part.len();
        }
        Part { segment: at / segment, invocations, arguments }
    }

    /// The farthest place in a block, of `per` elements, at which a run may begin.
    fn farthest(&self, per: usize) -> usize {
        let whole = |number: u64| number.is_multiple_of(per as u64);
        let aligned = whole(self.origin) && whole(self.run_step) && self.axes.iter().all(|axis| whole(axis.step));
        if aligned { 0 } else { per - 1 }
    }

    /// The run with the element at this position.
    fn run_with(&self, position: usize) -> Run {
        let (row, within) = (position / self.row, position % self.row);
        let column = within / self.run;
        let first = row * self.row + column * self.run;
        Run { number: row * self.runs() + column, first, len: self.run.min(self.row - column * self.run) }
    }

    /// The global index of a run's first element.
    fn index(&self, run: &Run) -> u64 {
        let (mut rest, column) = (run.number / self.runs(), run.number % self.runs());
        let mut index = self.origin.wrapping_add((column as u64).wrapping_mul(self.run_step));
        for Axis { part, step } in &self.axes {
            let along = part.nth(rest % part.len()) - part.start();
            index = index.wrapping_add((along as u64).wrapping_mul(*step));
            rest /= part.len();
        }
        index
    }
}

/// A run of a walk.
struct Run {
    number: usize,
    /// The position of its first element.
    first: usize,
    len: usize,
}
