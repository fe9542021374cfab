//! Which element goes where: affine maps between a space of iteration and the arrays on both sides.

use super::Layout;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Shape;

/// The index of one array axis as a function of a place `t` in a space of iteration: `offset + step * t[along]`, or just
/// `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AxisMap {
    /// The axis of the space of iteration that moves this index, if any does.
    pub along: Option<usize>,
    /// How far the index goes per step; negative goes backwards.
    pub step: isize,
    /// The index at `t[along] = 0`.
    pub offset: isize,
}

impl AxisMap {
    /// `offset + step * t[along]`.
    ///
    /// **Local.**
    pub fn along(along: usize, step: isize, offset: isize) -> Self {
        Self { along: Some(along), step, offset }
    }

    /// The same index everywhere.
    ///
    /// **Local.**
    pub fn fixed(index: usize) -> Self {
        Self { along: None, step: 0, offset: index as isize }
    }
}

/// One copy, said without ranks: for every `t` in a space of iteration, the element of source number `source` at `from(t)`
/// goes to the destination at `into(t)`.
///
/// Slices, strided assignment, transposes, broadcasts, rolls and flips are one or a few of these; a concatenation is one
/// per source; a pad is a fill and one of these. For maps that no constructor makes, give the fields:
/// `Move { from: maps, ..Move::identity(&extent) }`.
///
/// ```
/// use isotherm::Shape;
/// use isotherm::layout::Move;
/// let shape = Shape::from((4, 6));
/// // x[::-1, 1::2] becomes an array of its own.
/// let flipped = Move::slice(0, &[4, 3], &[(3, -1), (1, 2)]);
/// assert_eq!(flipped.extent, (4, 3).into());
/// // Every move can be given another place to arrive at.
/// let lower = Move::identity(&shape).arriving_at(&[4, 0]);
/// assert_eq!(lower.into[0].offset, 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Move {
    /// Which of the plan's sources it reads.
    pub source: usize,
    /// The space of iteration.
    pub extent: Shape,
    /// One map per axis of the source.
    pub from: Vec<AxisMap>,
    /// One map per axis of the destination.
    pub into: Vec<AxisMap>,
}

impl Move {
    /// Every element to its own place.
    ///
    /// **Local.**
    pub fn identity(shape: &Shape) -> Self {
        let maps: Vec<_> = (0..shape.ndim()).map(|axis| AxisMap::along(axis, 1, 0)).collect();
        Self { source: 0, extent: shape.clone(), from: maps.clone(), into: maps }
    }

    /// Element `t` comes from `start + step * t` along each axis; a step of 0 repeats one index. It goes to `t`.
    ///
    /// **Local.**
    pub fn slice(source: usize, extent: &[usize], start_and_step: &[(usize, isize)]) -> Self {
        let from = start_and_step.iter().enumerate().map(|(axis, &(start, step))| match step {
            0 => AxisMap::fixed(start),
            _ => AxisMap::along(axis, step, start as isize),
        });
        Self { source, from: from.collect(), ..Self::identity(&extent.into()) }
    }

    /// The destination's axis `k` is the source's axis `axes[k]`, which has the extent `shape[axes[k]]`.
    ///
    /// **Local.**
    pub fn permute(shape: &Shape, axes: &[usize]) -> Self {
        let mut from = vec![AxisMap::fixed(0); axes.len()];
        for (new, &old) in axes.iter().enumerate() {
            from[old] = AxisMap::along(new, 1, 0);
        }
        let extent: Shape = axes.iter().map(|&axis| shape[axis]).collect();
        Self { from, ..Self::identity(&extent) }
    }

    /// NumPy's broadcasting, written out: the axes of `shape` are the last ones of `wider`, and an extent of one stretches.
    ///
    /// **Local.** Every element of the destination is an element of its own, also on the way: repeated ones are sent as often
    /// as they are needed.
    pub fn broadcast(shape: &Shape, wider: &Shape) -> Self {
        let new = wider.ndim() - shape.ndim();
        let from = shape.iter().enumerate().map(|(axis, &extent)| match extent {
            1 => AxisMap::fixed(0),
            _ => AxisMap::along(axis + new, 1, 0),
        });
        Self { from: from.collect(), ..Self::identity(wider) }
    }

    /// The same move reading source number `source`.
    ///
    /// **Local.**
    #[must_use]
    pub fn reading(self, source: usize) -> Self {
        Self { source, ..self }
    }

    /// The same move arriving further along each axis of the destination.
    ///
    /// **Local.**
    #[must_use]
    pub fn arriving_at(mut self, offsets: &[usize]) -> Self {
        for (map, &offset) in self.into.iter_mut().zip(offsets) {
            map.offset += offset as isize;
        }
        self
    }

    /// The same move arriving at every `step`th index along each axis of the destination; negative steps go backwards.
    ///
    /// **Local.** Applies to maps as they are: `offset` stays.
    #[must_use]
    pub fn arriving_with_steps(mut self, steps: &[isize]) -> Self {
        for (map, &step) in self.into.iter_mut().zip(steps) {
            map.step *= step;
        }
        self
    }

    /// Checks that it reads and writes inside the arrays, and that no two elements have the same destination.
    #[track_caller]
    pub(super) fn check(&self, sources: &[&Layout], into: &Layout) -> Result<()> {
        let problem = match sources.get(self.source) {
            None => Some(format!("source {} of {}", self.source, sources.len())),
            Some(from) => check_maps(&self.extent, &self.from, from.shape())
                .or_else(|| check_maps(&self.extent, &self.into, into.shape()))
                .or_else(|| self.written_twice()),
        };
        problem
            .map_or(Ok(()), |problem| Err(Error::new(ErrorKind::Index, format!("move of {}: {problem}", self.extent))))
    }

    /// An axis of iteration that does not move the destination writes every place once per step.
    fn written_twice(&self) -> Option<String> {
        let stuck = (0..self.extent.ndim())
            .find(|&t| self.extent[t] > 1 && self.into.iter().all(|map| map.along != Some(t)))?;
        Some(format!("axis {stuck} of it does not move the destination"))
    }
}

fn check_maps(extent: &Shape, maps: &[AxisMap], shape: &Shape) -> Option<String> {
    if maps.len() != shape.ndim() {
        return Some(format!("{} axis maps for shape {shape}", maps.len()));
    }
    let mut used = vec![false; extent.ndim()];
    for (axis, map) in maps.iter().enumerate() {
        let steps = match map.along {
            None => 1,
            Some(along) if along >= used.len() => return Some(format!("axis {axis} follows axis {along} of the move")),
            Some(along) if used[along] => return Some(format!("two axes of {shape} follow axis {along} of the move")),
            Some(_) if map.step == 0 => return Some(format!("axis {axis} of {shape} follows the move with step 0")),
            Some(along) => {
                used[along] = true;
                extent[along]
            }
        };
        let inside = |index: Option<isize>| index.is_some_and(|i| i >= 0 && (i as usize) < shape[axis]);
        let last = map.step.checked_mul(steps.saturating_sub(1) as isize).and_then(|far| far.checked_add(map.offset));
        if extent.size() > 0 && !(inside(Some(map.offset)) && inside(last)) {
            let message = format!("indices {} to {last:?} of axis {axis} of {shape}", map.offset);
            return Some(message);
        }
    }
    None
}
