//! The lines of an array that lies whole, and how they are cut into tasks: their reductions are finished at once, without states.

use std::ops::Range;

use crate::device::cpu::Cpu;
use crate::device::cpu::pass::{INLINE, cut};
use crate::device::cpu::tape::STRIP;
use crate::dtype::Element;
use crate::memory::Block;
use crate::shape::Shape;

/// The lines along neighbouring axes of a row-major array: of each of `groups` blocks of `len` rows, each of `width` columns is one.
pub(crate) struct Lines {
    groups: usize,
    len: usize,
    width: usize,
}

/// The lines of one task: some groups whole, or some columns of one group.
struct Part {
    groups: Range<usize>,
    columns: Range<usize>,
}

impl Lines {
    /// The lines of a block of this shape along `axes`, unless there are others between them, or no elements.
    pub(super) fn new(shape: &Shape, axes: &[usize]) -> Option<Self> {
        let (&first, &last) = (axes.iter().min()?, axes.iter().max()?);
        let of = |axes: Range<usize>| shape[axes].iter().product();
        let lines = Self { groups: of(0..first), len: of(first..last + 1), width: of(last + 1..shape.ndim()) };
        (last - first < axes.len() && lines.size() > 0).then_some(lines)
    }

    fn size(&self) -> usize {
        self.groups * self.len * self.width
    }

    /// Whether there are so many that no thread has to wait for a share in one.
    pub(super) fn suffice(&self, threads: usize) -> bool {
        threads == 1 || self.size() <= INLINE || self.groups * self.width.div_ceil(STRIP) >= 2 * threads
    }

    /// The result of each line of `values`: `runs(values, len, results)` finds those of whole runs, `rows(values, stride, results)` those of the
    /// columns of some rows.
    pub(super) fn results<T: Element, R: Element>(
        &self,
        cpu: &Cpu,
        values: &[T],
        runs: impl Fn(&[T], usize, &mut [R]) + Sync,
        rows: impl Fn(&[T], usize, &mut [R]) + Sync,
    ) -> Block<R> {
        let &Self { groups, len, width } = self;
        let mut block = cpu.pool().take::<R>(groups * width);
        cpu.each(self.tasks(cpu.threads(), &mut block), |(part, results): (Part, &mut [R])| {
            let values = &values[part.groups.start * len * width..part.groups.end * len * width];
            if width == 1 {
                return runs(values, len, results);
            }
            for (group, results) in values.chunks(len * width).zip(results.chunks_mut(part.columns.len())) {
                rows(&group[part.columns.start..group.len() - (width - part.columns.end)], width, results);
            }
        });
        block
    }

    /// Each task with its own part of the results, one for each line.
    fn tasks<'r, R>(&self, threads: usize, mut results: &'r mut [R]) -> Vec<(Part, &'r mut [R])> {
        let parts = if self.groups >= 2 * threads || self.size() <= INLINE {
            let parts = cut(self.groups, self.len * self.width, threads);
            parts.into_iter().map(|groups| Part { groups, columns: 0..self.width }).collect()
        } else {
            let group = |group| move |columns| Part { groups: group..group + 1, columns };
            (0..self.groups).flat_map(|number| self.strips(threads).into_iter().map(group(number))).collect::<Vec<_>>()
        };
        let part = |part: Part| {
            let (its, rest) = std::mem::take(&mut results).split_at_mut(part.groups.len() * part.columns.len());
            results = rest;
            (part, its)
        };
        parts.into_iter().map(part).collect()
    }

    /// The columns of a group in pieces of whole strips.
    fn strips(&self, threads: usize) -> Vec<Range<usize>> {
        cut(self.width.div_ceil(STRIP), self.len * STRIP, threads)
            .into_iter()
            .map(|strips| strips.start * STRIP..self.width.min(strips.end * STRIP))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_take_every_line_once() {
        for (shape, axes, threads) in [
            (vec![3, 5, 1300], vec![1], 4),
            (vec![40, 900, 7], vec![1], 2),
            (vec![6, 7000], vec![0], 3),
            (vec![700, 90], vec![1], 2),
        ] {
            let lines = Lines::new(&Shape::from(shape), &axes).expect("one axis has no gaps");
            let mut results = vec![0; lines.groups * lines.width];
            for (part, results) in lines.tasks(threads, &mut results) {
                let mut results = results.iter_mut();
                for group in part.groups {
                    for column in part.columns.clone() {
                        *results.next().expect("a result for each line") += group * lines.width + column + 1;
                    }
                }
            }
            assert!(results.iter().enumerate().all(|(line, &result)| result == line + 1));
        }
        assert!(Lines::new(&Shape::from(vec![2, 3, 4]), &[0, 2]).is_none());
    }
}
