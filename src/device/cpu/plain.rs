//! Reductions of plain arrays: the elements are folded where they lie, a whole task at a time and not block by block, because there is
//! nothing to compute in between.

use std::ops::Range;

use smallvec::SmallVec;

use crate::device::cpu::Cpu;
use crate::device::cpu::lines::Lines;
use crate::device::cpu::pass::{Deal, Evaluation, Folded, started};
use crate::device::cpu::states::States;
use crate::device::cpu::tape::{Kept, LeafKind, Source, Tape};
use crate::device::cpu::walk::Walk;
use crate::device::space::Space;
use crate::dtype::{AnySlice, with_dtype};
use crate::memory::Erase;

impl Evaluation<'_> {
    /// Whether all roots are reductions of arrays whose elements lie side by side in the order of the space.
    pub(super) fn is_plain(&self, tape: &Tape) -> bool {
        let axes: SmallVec<[usize; 4]> = (0..self.shape.ndim()).collect();
        let space = self.space(tape, self.shape, &axes, &[]);
        let size = self.shape.size();
        let lies_whole = |leaf| size == 0 || space.contiguous(leaf, 0, size).is_some();
        let folds = self.folds(tape);
        folds.is_some_and(|folds| folds.iter().all(|fold| lies_whole(fold.leaf)))
    }

    /// The reductions of the tape, when all roots are reductions of arrays.
    fn folds(&self, tape: &Tape) -> Option<SmallVec<[Fold<'_>; 2]>> {
        let fold = |kept: &Kept| {
            let &Kept::Folded { source: Source::Leaf(leaf), state } = kept else { return None };
            let LeafKind::Block(slot) = tape.leaves[leaf].0 else { return None };
            let elements = self.blocks[slot].elements?;
            Some(Fold { leaf, elements, first: self.blocks[slot].view.offset as usize, state })
        };
        tape.is_of_reductions_alone().then(|| tape.roots.iter().map(fold).collect())?
    }

    /// The states of a batch of strips of [plain](Self::is_plain) arrays, where the rows of a strip lie `apart`.
    pub(super) fn strips(
        &self,
        tape: &Tape,
        walk: &Walk,
        apart: usize,
        batch: Range<usize>,
        fresh: &[Box<dyn States>],
    ) -> Vec<Box<dyn States>> {
        let strides = self.shape.strides();
        let outputs = batch.clone().map(|group| walk.strip(group).1).sum();
        let mut states = started(fresh, outputs);
        for Fold { elements, first, state, .. } in self.folds(tape).expect("the arrays are plain") {
            let mut done = 0;
            for (start, columns) in batch.clone().map(|group| walk.strip(group)) {
                let at = first + start.iter().zip(&strides).map(|(index, stride)| index * stride).sum::<usize>();
                let values = part(elements, at, at + (walk.rows() - 1) * apart + columns);
                states[state].fold_strip(values, apart, 0, done..done + columns);
                done += columns;
            }
        }
        states
    }

    /// The results of reductions of arrays that lie whole, line by line, where all of them can do without states.
    pub(super) fn lines(
        &self,
        cpu: &Cpu,
        tape: &Tape,
        axes: &[usize],
        rules: &[Box<dyn States>],
    ) -> Option<Vec<Folded>> {
        let lines = Lines::new(self.shape, axes).filter(|lines| lines.suffice(cpu.threads()))?;
        if !rules.iter().all(|rule| rule.finishes_lines()) || !self.is_plain(tape) {
            return None;
        }
        let result = |fold: Fold<'_>| {
            let values = part(fold.elements, fold.first, fold.first + self.shape.size());
            Folded::Finished(rules[fold.state].lines(values, &lines, cpu))
        };
        Some(self.folds(tape)?.into_iter().map(result).collect())
    }

    /// Folds the elements at `range` of `space`, when all roots are reductions of arrays whose rows, or runs, lie in one piece. Otherwise
    /// nothing has been folded.
    pub(super) fn direct(
        &self,
        tape: &Tape,
        space: &Space,
        range: &Range<usize>,
        deal: Deal,
        states: &mut [Box<dyn States>],
    ) -> bool {
        if range.is_empty() {
            return true;
        }
        let Some(folds) = self.folds(tape) else { return false };
        let rows = folds.iter().map(|fold| space.rows(fold.leaf, range, deal.row())).collect();
        let Some::<Vec<_>>(rows) = rows else { return false };
        for (Fold { elements, state, .. }, rows) in folds.into_iter().zip(rows) {
            for run in rows {
                let values = part(elements, run.start, run.end());
                match deal {
                    Deal::Columns(columns) => {
                        states[state].fold_rows(values, run.stride, (run.position / columns) as u64);
                    }
                    Deal::Runs { len, first } => states[state].fold_runs(values, len, run.position / len - first),
                }
            }
        }
        true
    }
}

/// A reduction of an array.
struct Fold<'a> {
    leaf: usize,
    elements: AnySlice<'a>,
    /// The array's first element.
    first: usize,
    state: usize,
}

/// The elements from `start` to `end`.
fn part(elements: AnySlice<'_>, start: usize, end: usize) -> AnySlice<'_> {
    with_dtype!(elements.dtype(), T => {
        let elements = T::slice(elements).expect("the dtype was asked for");
        T::erase(&elements[start..end])
    })
}
