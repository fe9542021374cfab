//! Where the elements of a piece lie: its dimensions merged, and lines of WGSL that compute positions.

use smallvec::SmallVec;

use crate::device::gpu::program::emit::Words;
use crate::device::gpu::program::group::FOUR;
use crate::device::gpu::program::text::Text;
use crate::device::space::View;

/// Dimensions that a kernel counts through, merged where all views walk on, and the views' steps along them.
pub(super) struct Walk {
    extents: SmallVec<[usize; 4]>,
    steps: Vec<SmallVec<[isize; 4]>>,
}

impl Walk {
    /// The dimensions from `range` of a box that these views see.
    pub(super) fn new(extents: &[usize], views: &[View], range: std::ops::Range<usize>) -> Self {
        let steps = views.iter().map(|view| view.strides[range.clone()].into()).collect();
        let mut walk = Self { extents: extents[range].into(), steps };
        for dimension in (0..walk.extents.len()).rev() {
            if walk.extents[dimension] == 1 {
                walk.remove(dimension);
            }
        }
        for dimension in (1..walk.extents.len()).rev() {
            let extent = walk.extents[dimension];
            if walk.steps.iter().all(|steps| steps[dimension - 1] == steps[dimension] * extent as isize) {
                for steps in &mut walk.steps {
                    steps[dimension - 1] = steps[dimension];
                }
                walk.extents[dimension - 1] *= extent;
                walk.remove(dimension);
            }
        }
        walk
    }

    fn remove(&mut self, dimension: usize) {
        self.extents.remove(dimension);
        for steps in &mut self.steps {
            steps.remove(dimension);
        }
    }

    /// The dimensions.
    pub(super) fn extents(&self) -> &[usize] {
        &self.extents
    }

    /// The steps of a view along them.
    pub(super) fn steps(&self, view: usize) -> &[isize] {
        &self.steps[view]
    }

    /// The walk through all dimensions but these, which ascend.
    pub(super) fn without(&self, dimensions: [usize; 2]) -> Self {
        let mut walk = Self { extents: self.extents.clone(), steps: self.steps.clone() };
        dimensions.into_iter().rev().for_each(|dimension| walk.remove(dimension));
        walk
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.extents.iter().product()
    }

    /// Whether neighbours along the innermost dimension are neighbours in the first view.
    pub(super) fn is_contiguous(&self) -> bool {
        self.steps.first().and_then(|steps| steps.last()).is_some_and(|&step| step == 1)
    }

    /// Whether four elements from a multiple of four on never lie in two rows.
    pub(super) fn has_rows_of_fours(&self) -> bool {
        self.extents.len() < 2 || self.inner_extent().is_multiple_of(FOUR)
    }

    /// Whether the elements of `view` from a multiple of four on are the bytes of words, and no word is of elements beyond, but for the last one: that view
    /// begins at `offset`.
    pub(super) fn has_words(&self, view: usize, offset: isize) -> bool {
        let (steps, is_fours) = (&self.steps[view], |step: isize| step % FOUR as isize == 0);
        let mut dense = 1;
        let runs_on = steps.iter().zip(&self.extents).rev().all(|(&step, &extent)| {
            let expected = step == dense;
            dense *= extent as isize;
            expected
        });
        let (_, outer) = steps.split_last().unwrap_or((&1, &[]));
        let in_rows = self.inner_step(view) == 1
            && self.inner_extent().is_multiple_of(FOUR)
            && outer.iter().all(|&step| is_fours(step));
        is_fours(offset) && (runs_on || in_rows)
    }

    /// The step of `view` along the innermost dimension.
    pub(super) fn inner_step(&self, view: usize) -> isize {
        self.steps[view].last().copied().unwrap_or(0)
    }

    fn inner_extent(&self) -> usize {
        self.extents.last().copied().unwrap_or(1)
    }

    /// Lines that set `{to}{view}` to where each view has element `counter`, from `{from}{view}` on; the words that they read go to `values`.
    pub(super) fn positions(
        &self,
        counter: &str,
        [from, to]: [&str; 2],
        words: &mut Words,
        values: &mut Vec<u32>,
    ) -> Text {
        let mut text = Text::default();
        let last = self.extents.len().saturating_sub(1);
        let mut rest = counter.to_owned();
        for dimension in (0..self.extents.len()).rev() {
            let name = format!("{to}_index{dimension}");
            if dimension == 0 {
                text.line(format_args!("let {name} = {rest};"));
            } else {
                let (extent, next) = (self.extents[dimension] as u32, format!("{to}_rest{dimension}"));
                values.push(extent);
                let its = words.next();
                if words.is_long {
                    values.extend(reciprocal(extent));
                    text.line(format_args!("let {next} = quotient({rest}, {});", words.list(2)));
                } else {
                    text.line(format_args!("let {next} = {rest} / {its};"));
                }
                text.line(format_args!("let {name} = {rest} - {next} * {its};"));
                rest = next;
            }
        }
        for (view, steps) in self.steps.iter().enumerate() {
            let mut sum = format!("{from}{view}");
            for (dimension, &step) in steps.iter().enumerate() {
                if step == 1 && dimension == last {
                    sum = format!("{sum} + {to}_index{dimension}");
                } else if step != 0 {
                    values.push(step as u32);
                    let word = words.next();
                    sum = format!("{sum} + {to}_index{dimension} * {word}");
                }
            }
            text.line(format_args!("let {to}{view} = {sum};"));
        }
        text
    }
}

/// Lines that set `{to}{view}` to where each view begins.
pub(super) fn origins(views: &[View], to: &str, words: &mut Words, values: &mut Vec<u32>) -> Text {
    let mut text = Text::default();
    for (view, its) in views.iter().enumerate() {
        values.push(its.offset as u32);
        text.line(format_args!("let {to}{view} = {};", words.next()));
    }
    text
}

/// A factor and a shift: n / `divisor` = n * factor >> shift for all n below 2^31. A division takes a GPU some twenty operations, this takes three.
///
/// # References
/// T. Granlund, P. L. Montgomery, *Division by invariant integers using multiplication*, 1994, doi:10.1145/178243.178249.
fn reciprocal(divisor: u32) -> [u32; 2] {
    let shift = 31 + divisor.next_power_of_two().ilog2();
    [(1_u64 << shift).div_ceil(divisor.into()) as u32, shift]
}

#[cfg(test)]
mod tests {
    use super::reciprocal;

    #[test]
    fn reciprocals_divide_exactly() {
        let most = (1_u32 << 31) - 1;
        for divisor in (1..200).chain([255, 256, 257, 641, 65_535, 65_537, (1 << 30) - 1, 1 << 30, (1 << 30) + 1, most])
        {
            let [factor, shift] = reciprocal(divisor);
            let multiples =
                [1, 2, 3, most / divisor / 2, most / divisor].map(|times| times.min(most / divisor) * divisor);
            for n in
                multiples.into_iter().flat_map(|n| [n.saturating_sub(1), n, n + 1]).chain(0..50).chain([most - 1, most])
            {
                if n <= most {
                    assert_eq!(((u64::from(n) * u64::from(factor)) >> shift) as u32, n / divisor, "{n} / {divisor}");
                }
            }
        }
    }
}
