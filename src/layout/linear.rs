//! A block as a set of row-major linear positions.

use std::ops::Range;

use smallvec::SmallVec;

use super::Progression;

/// The row-major linear positions of a product of progressions, found by arithmetic.
///
/// Axes are merged from the last one on as long as the product is itself a progression: a whole axis merges into anything
/// (every run grows by its extent), and an interval of single runs, such as some columns of some rows, is a progression whose
/// period is the row. One level is left for almost every layout; more are left for cyclic deals of several axes.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    /// Slowest first. Positions of one level step by the product of the widths of the faster ones.
    levels: SmallVec<[Level; 1]>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    extent: usize,
    part: Progression,
    /// Positions that one index of this level covers.
    width: usize,
    /// Local positions that one index of this level covers.
    local_width: usize,
}

impl Level {
    /// The one position of a scalar.
    const UNIT: Self = Self { extent: 1, part: Progression::ONE, width: 1, local_width: 1 };
}

impl Linear {
    /// The product of one progression per axis of these extents.
    pub(super) fn new(axes: &[(usize, Progression)]) -> Self {
        let mut levels: SmallVec<[Level; 1]> = smallvec::smallvec![Level::UNIT];
        for &(extent, part) in axes.iter().rev() {
            let faster = levels.last_mut().expect("it begins with one level");
            if let Some(both) = merged(extent, part, faster) {
                *faster = both;
            } else {
                let (width, local_width) = (faster.width * faster.extent, faster.local_width * faster.part.len());
                levels.push(Level { extent, part, width, local_width });
            }
        }
        levels.reverse();
        Self { levels }
    }

    /// The progression that this is, if one level is left.
    pub(super) fn as_progression(&self) -> Option<&Progression> {
        match self.levels.as_slice() {
            [one] => Some(&one.part),
            _ => None,
        }
    }

    /// Positions that bound the set: it begins with the slowest level's first index and ends with its last.
    pub(super) fn span(&self) -> Range<usize> {
        if self.levels.iter().any(|level| level.part.is_empty()) {
            return 0..0;
        }
        let slowest = self.levels[0];
        slowest.part.start() * slowest.width..slowest.part.end() * slowest.width
    }

    /// Inside its span the set repeats after this many positions.
    pub(super) fn period(&self) -> usize {
        let slowest = self.levels[0];
        if slowest.part.is_interval() { slowest.width } else { slowest.part.period().saturating_mul(slowest.width) }
    }

    /// Where a position of the set stands in the local block.
    pub(super) fn local(&self, mut position: usize) -> usize {
        let mut local = 0;
        for level in &self.levels {
            local += level.part.before(position / level.width) * level.local_width;
            position %= level.width;
        }
        local
    }

    /// The first run, or the rest of one, that begins at or after `position`. Local positions within it are consecutive.
    pub(super) fn next_run(&self, position: usize) -> Option<Range<usize>> {
        let (base, run) = next_in(&self.levels, position)?;
        Some(base + run.start..base + run.end)
    }
}

/// Finds the next run among the positions of `levels`, as the base of the slower levels and a run of the fastest.
fn next_in(levels: &[Level], position: usize) -> Option<(usize, Range<usize>)> {
    let (level, faster) = levels.split_first()?;
    let index = position / level.width;
    if faster.is_empty() {
        return level.part.next_run(index).map(|run| (0, run));
    }
    // In the rest of this index if it is held and has one; else at the beginning of the next.
    let held = level.part.contains(index);
    if held && let Some((base, run)) = next_in(faster, position % level.width) {
        return Some((index * level.width + base, run));
    }
    let index = level.part.next_run(index + usize::from(held))?.start;
    let (base, run) = next_in(faster, 0)?;
    Some((index * level.width + base, run))
}

/// The axis of `extent`, just slower than `level`, and `level` as one, when their product is a progression.
fn merged(extent: usize, part: Progression, level: &Level) -> Option<Level> {
    let inner = level.part;
    let both = if inner.len() == level.extent {
        part.widened(level.extent)
    } else if part.is_empty() || inner.is_empty() {
        Progression::interval(0..0)
    } else if part.is_interval() && inner.is_interval() {
        let last = (part.end() - 1) * level.extent + inner.end();
        Progression::new(part.start() * level.extent + inner.start(), inner.len(), level.extent, last)
    } else {
        return None;
    };
    Some(Level { extent: extent * level.extent, part: both, ..*level })
}
