//! Reductions of plain arrays: the elements are folded where they lie, a whole task at a time and not block by block, because there is
//! nothing to compute in between.

use smallvec::SmallVec;

use crate::device::cpu::Cpu;
use crate::device::cpu::lines::Lines;
use crate::device::cpu::pass::{Deal, Evaluation, Folded};
use crate::device::cpu::space::Space;
use crate::device::cpu::states::States;
use crate::device::cpu::tape::{Kept, LeafKind, Source, Tape};
use crate::dtype::{AnySlice, with_dtype};
use crate::memory::Erase;

impl Evaluation<'_> {
    /// Whether all roots are reductions of arrays whose elements lie side by side in the order of the space.
    pub(super) fn is_plain(&self, tape: &Tape) -> bool {
        let axes: SmallVec<[usize; 4]> = (0..self.shape.ndim()).collect();
        let space = self.space(tape, self.shape, &axes, &[]);
        let is_block =
            |&(kind, _): &(LeafKind, _)| matches!(kind, LeafKind::Block(slot) if self.blocks[slot].elements.is_some());
        let size = self.shape.size();
        let lies_whole = |leaf| size == 0 || space.contiguous(leaf, 0, size).is_some();
        tape.is_of_reductions_alone() && tape.leaves.iter().all(is_block) && (0..tape.leaves.len()).all(lies_whole)
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
        if !self.is_plain(tape) {
            return None;
        }
        let result = |kept: &Kept| {
            let &Kept::Folded { source: Source::Leaf(leaf), state } = kept else { return None };
            let LeafKind::Block(slot) = tape.leaves[leaf].0 else { return None };
            let start = self.blocks[slot].view.offset as usize;
            let values = part(self.blocks[slot].elements?, start, start + self.shape.size());
            rules[state].lines(values, &lines, cpu).map(Folded::Finished)
        };
        tape.roots.iter().map(result).collect()
    }

    /// Folds the elements at `range` of `space`, when all roots are reductions of arrays whose rows, or runs, lie in one piece. Otherwise
    /// nothing has been folded.
    pub(super) fn direct(
        &self,
        tape: &Tape,
        space: &Space,
        range: &std::ops::Range<usize>,
        deal: Deal,
        states: &mut [Box<dyn States>],
    ) -> bool {
        if range.is_empty() || !tape.is_of_reductions_alone() {
            return range.is_empty();
        }
        let mut folds = Vec::with_capacity(tape.roots.len());
        for kept in &tape.roots {
            let &Kept::Folded { source: Source::Leaf(leaf), state } = kept else { return false };
            let LeafKind::Block(slot) = tape.leaves[leaf].0 else { return false };
            let Some(elements) = self.blocks[slot].elements else { return false };
            let Some(rows) = space.rows(leaf, range, deal.row()) else { return false };
            folds.push((elements, rows, state));
        }
        for (elements, rows, state) in folds {
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

/// The elements from `start` to `end`.
fn part(elements: AnySlice<'_>, start: usize, end: usize) -> AnySlice<'_> {
    with_dtype!(elements.dtype(), T => {
        let elements = T::slice(elements).expect("the dtype was asked for");
        T::erase(&elements[start..end])
    })
}
