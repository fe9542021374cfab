//! From elements to ranks and back: the questions that a [`Layout`] answers.

use smallvec::SmallVec;

use super::{Layout, Progression, Region};
use crate::shape::Shape;

/// The index of an element, one entry per axis.
pub type Index = SmallVec<[usize; 4]>;

impl Layout {
    /// The part of `axis` that `rank` holds.
    ///
    /// **Local.** O(1).
    pub fn progression(&self, axis: usize, rank: usize) -> Progression {
        self.part_progression(axis, self.part(axis, rank))
    }

    /// The block that `rank` holds.
    ///
    /// **Local.**
    pub fn region(&self, rank: usize) -> Region {
        Region::new(self.shape().clone(), (0..self.shape().ndim()).map(|axis| self.progression(axis, rank)))
    }

    /// The shape of the block that `rank` holds.
    ///
    /// **Local.**
    pub fn local_shape(&self, rank: usize) -> Shape {
        (0..self.shape().ndim()).map(|axis| self.progression(axis, rank).len()).collect()
    }

    /// The number of elements that `rank` holds.
    ///
    /// **Local.**
    pub fn local_len(&self, rank: usize) -> usize {
        self.local_shape(rank).size()
    }

    /// The largest number of elements that any rank holds.
    ///
    /// **Local.**
    pub fn max_local_len(&self) -> usize {
        let longest = |axis: usize| self.distribution(axis).longest(self.shape()[axis], self.parts(axis));
        (0..self.shape().ndim()).map(longest).collect::<Shape>().size()
    }

    /// The lowest rank that holds the element at `index`.
    ///
    /// **Local.** O(1) for balanced and cyclic deals, a binary search for others. The index must be inside the shape.
    pub fn owner(&self, index: &[usize]) -> usize {
        let mut coordinates: SmallVec<[usize; 4]> = smallvec::smallvec![0; self.mesh().ndim()];
        for (axis, distribution) in self.distributions().iter().enumerate() {
            self.mesh().set_part(&mut coordinates, distribution.over(), self.part_of(axis, index[axis]));
        }
        self.mesh().rank_at(&coordinates)
    }

    /// Whether `rank` holds the element at `index`.
    ///
    /// **Local.**
    pub fn holds(&self, rank: usize, index: &[usize]) -> bool {
        index.iter().enumerate().all(|(axis, &i)| self.progression(axis, rank).contains(i))
    }

    /// Where the element at `index` stands in the block of `rank`, if it holds it.
    ///
    /// **Local.**
    pub fn to_local(&self, rank: usize, index: &[usize]) -> Option<Index> {
        index.iter().enumerate().map(|(axis, &i)| self.progression(axis, rank).position(i)).collect()
    }

    /// The index of the element at `local` in the block of `rank`.
    ///
    /// **Local.** The inverse of [`Layout::to_local`].
    pub fn to_global(&self, rank: usize, local: &[usize]) -> Index {
        local.iter().enumerate().map(|(axis, &i)| self.progression(axis, rank).nth(i)).collect()
    }

    /// Which part of `axis` goes to `rank`: its row-major number among the mesh axes that deal this axis.
    pub(crate) fn part(&self, axis: usize, rank: usize) -> usize {
        let over = self.distribution(axis).over();
        if over.is_empty() {
            return 0;
        }
        let extents = self.mesh().extents();
        let behind: usize = extents[over.end..].iter().product();
        rank / behind % extents[over].iter().product::<usize>()
    }

    /// The part of `axis` that holds `index`.
    pub(crate) fn part_of(&self, axis: usize, index: usize) -> usize {
        self.distribution(axis).part_of(self.shape()[axis], self.parts(axis), index)
    }

    /// The rank that has these parts, one for each axis, and stands where `rank` does along the mesh axes that replicate.
    pub(crate) fn rank_with_parts(&self, rank: usize, parts: &[usize]) -> usize {
        let mut coordinates = self.mesh().coordinates(rank);
        for (distribution, &part) in self.distributions().iter().zip(parts) {
            self.mesh().set_part(&mut coordinates, distribution.over(), part);
        }
        self.mesh().rank_at(&coordinates)
    }

    /// The indices of one part of `axis`.
    pub(crate) fn part_progression(&self, axis: usize, part: usize) -> Progression {
        self.distribution(axis).progression(self.shape()[axis], self.parts(axis), part)
    }

    /// Whether two ranks stand at the same place along every mesh axis that replicates.
    pub(super) fn same_replica(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.mesh().coordinates(one), self.mesh().coordinates(other));
        self.replicating_axes().all(|axis| one[axis] == other[axis])
    }
}
