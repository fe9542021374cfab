//! Layouts with neighbours of every kind: thin, empty, replicated, on meshes of up to three axes.

use isotherm::prelude::*;

use crate::layouts;

/// Everything of `common/layouts.rs`, and what only stencils care about.
pub(crate) fn all(shape: &Shape, ranks: usize) -> Vec<Layout> {
    let mut all = layouts::all(shape, ranks);
    let blocks = |axis: usize, over, parts| Distribution::blocks(over, &layouts::uneven(shape[axis], parts));
    if ranks.is_multiple_of(2) && shape.ndim() > 1 {
        // Uneven tiles, with empty ones among them; and all tiles of one axis over both mesh axes.
        let mesh = Mesh::new(&[2, ranks / 2]).unwrap();
        let mut tiles = vec![Distribution::Whole; shape.ndim()];
        tiles[0] = blocks(0, 1..2, ranks / 2);
        tiles[shape.ndim() - 1] = Distribution::balanced(0..1);
        all.push(Layout::new(shape.clone(), mesh.clone(), tiles).unwrap());
        let mut rows = vec![Distribution::Whole; shape.ndim()];
        rows[1] = blocks(1, 0..2, ranks);
        all.push(Layout::new(shape.clone(), mesh, rows).unwrap());
    }
    if ranks == 8 && shape.ndim() == 3 {
        let mesh = Mesh::new(&[2, 2, 2]).unwrap();
        let axes =
            (0..3).map(|axis| if axis == 1 { blocks(1, 1..2, 2) } else { Distribution::balanced(axis..axis + 1) });
        all.push(Layout::new(shape.clone(), mesh, axes.collect()).unwrap());
    }
    all
}
