//! Moves that go axis by axis: each axis of the array in pieces, each piece shifted as a whole.

use crate::layout::{AxisMap, Move};

/// Some indices of one axis of a source, `from + step * t` for `t` in `0..count`, which go to `into + t`. A step of 0 repeats one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) step: isize,
    pub(super) into: usize,
    pub(super) count: usize,
}

impl Piece {
    /// The indices `from..from + count`, to `into..into + count`.
    pub(super) fn shifted(from: usize, into: usize, count: usize) -> Self {
        Self { from, step: 1, into, count }
    }

    /// A whole axis, to the same place.
    pub(super) fn whole(extent: usize) -> Self {
        Self::shifted(0, 0, extent)
    }
}

/// The moves from source number `source` that take every combination of one piece of each axis.
pub(super) fn moves(source: usize, axes: &[Vec<Piece>]) -> Vec<Move> {
    let mut combinations: Vec<Vec<Piece>> = vec![Vec::new()];
    for pieces in axes {
        let with = |before: &Vec<Piece>, piece: &Piece| before.iter().copied().chain([*piece]).collect();
        combinations = combinations
            .iter()
            .flat_map(|before| pieces.iter().filter(|piece| piece.count > 0).map(move |piece| with(before, piece)))
            .collect();
    }
    combinations.iter().map(|pieces| one(source, pieces)).collect()
}

fn one(source: usize, pieces: &[Piece]) -> Move {
    let from = pieces.iter().enumerate().map(|(axis, piece)| match piece.step {
        0 => AxisMap::fixed(piece.from),
        step => AxisMap::along(axis, step, piece.from as isize),
    });
    let into = pieces.iter().enumerate().map(|(axis, piece)| AxisMap::along(axis, 1, piece.into as isize));
    Move {
        source,
        extent: pieces.iter().map(|piece| piece.count).collect(),
        from: from.collect(),
        into: into.collect(),
    }
}
