//! From where to where, axis by axis.

use std::cmp::Reverse;

use smallvec::SmallVec;

/// One axis of a copy: its extent, and how far each side goes with every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) extent: usize,
    pub(crate) from: isize,
    pub(crate) into: isize,
}

/// Elements at `from + sum of k * step.from`, which go to `into + sum of k * step.into`.
///
/// In one form: no axis of extent 1, the destination ascends along every axis, its slowest axis is the first, and no two neighbours
/// could be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(super) from: usize,
    pub(super) into: usize,
    pub(super) steps: SmallVec<[Step; 6]>,
}

impl Grid {
    /// The grid of these axes, in any order. No two elements may have the same destination.
    pub(crate) fn new(from: usize, into: usize, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut grid = Self { from, into, steps: steps.into_iter().filter(|step| step.extent != 1).collect() };
        if grid.len() > 0 {
            grid.ascend();
            grid.steps.sort_by_key(|step| Reverse(step.into));
            grid.merge();
        }
        grid
    }

    /// The same elements, of a source and a destination that begin so much earlier.
    pub(crate) fn shifted(&self, from: usize, into: usize) -> Self {
        Self { from: self.from + from, into: self.into + into, steps: self.steps.clone() }
    }

    /// Where the first element comes from and where it goes, and the axes.
    #[cfg(feature = "gpu")]
    pub(crate) fn parts(&self) -> (usize, usize, &[Step]) {
        (self.from, self.into, &self.steps)
    }

    /// The number of elements.
    pub(crate) fn len(&self) -> usize {
        self.steps.iter().map(|step| step.extent).product()
    }

    /// Turns axes round along which the destination goes back.
    fn ascend(&mut self) {
        for step in self.steps.iter_mut().filter(|step| step.into < 0) {
            let last = step.extent as isize - 1;
            self.from = self.from.wrapping_add_signed(last * step.from);
            self.into = self.into.wrapping_add_signed(last * step.into);
            (step.from, step.into) = (-step.from, -step.into);
        }
    }

    /// Makes one of neighbours that both sides walk as one.
    fn merge(&mut self) {
        for k in (1..self.steps.len()).rev() {
            let (outer, inner) = (self.steps[k - 1], self.steps[k]);
            let extent = inner.extent as isize;
            if (outer.from, outer.into) == (inner.from * extent, inner.into * extent) {
                self.steps[k - 1] = Step { extent: outer.extent * inner.extent, ..inner };
                self.steps.remove(k);
            }
        }
    }

    /// About `parts` grids that together are this one, in ascending order of their destinations: cut along the slowest axes.
    pub(super) fn cut(self, parts: usize) -> Vec<Self> {
        let Some(&slowest) = self.steps.first() else { return vec![self] };
        let each = slowest.extent.div_ceil(parts).max(1);
        let within = parts.div_ceil(slowest.extent.max(1));
        let pieces = (0..slowest.extent).step_by(each).map(|start| {
            let mut piece = self.clone();
            piece.from = piece.from.wrapping_add_signed(start as isize * slowest.from);
            piece.into = piece.into.wrapping_add_signed(start as isize * slowest.into);
            piece.steps[0].extent = each.min(slowest.extent - start);
            piece
        });
        if each > 1 || within == 1 {
            return pieces.collect();
        }
        pieces
            .flat_map(|mut piece| {
                piece.steps.remove(0);
                piece.cut(within)
            })
            .collect()
    }

    /// The number of places from the first destination to the last.
    pub(super) fn reach(&self) -> usize {
        self.steps.iter().map(|step| (step.extent - 1) * step.into as usize).sum::<usize>() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(extent: usize, from: isize, into: isize) -> Step {
        Step { extent, from, into }
    }

    #[test]
    fn axes_that_both_sides_walk_as_one_are_one() {
        let plain = Grid::new(3, 5, [step(2, 12, 12), step(1, 7, 9), step(3, 4, 4), step(4, 1, 1)]);
        assert_eq!((plain.from, plain.into, plain.steps.as_slice()), (3, 5, &[step(24, 1, 1)][..]));
        let turned = Grid::new(0, 0, [step(3, 1, 8), step(2, 12, 4), step(4, 3, 1)]);
        assert_eq!(turned.steps.as_slice(), [step(3, 1, 8), step(8, 3, 1)]);
    }

    #[test]
    fn a_destination_that_goes_back_is_turned_round() {
        let grid = Grid::new(0, 9, [step(10, 1, -1)]);
        assert_eq!((grid.from, grid.into, grid.steps.as_slice()), (9, 0, &[step(10, -1, 1)][..]));
    }

    #[test]
    fn parts_are_the_whole() {
        for parts in 1..30 {
            let grid = Grid::new(0, 0, [step(3, 1, 100), step(5, 3, 20), step(7, 15, 2)]);
            let cut = grid.clone().cut(parts);
            assert_eq!(cut.iter().map(Grid::len).sum::<usize>(), grid.len(), "{parts}");
            assert!(cut.len() <= 2 * parts.max(3) && 2 * cut.len() >= parts.min(15), "{parts} became {}", cut.len());
            assert!(cut.windows(2).all(|pair| pair[0].into + pair[0].reach() <= pair[1].into));
        }
    }
}
