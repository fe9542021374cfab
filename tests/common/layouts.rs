//! Layouts to try: one of every kind that a shape and a number of ranks allow.
#![allow(dead_code, reason = "each test crate uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

use isotherm::prelude::*;

/// Every rank everything; every split, balanced, unbalanced with empty blocks, and cyclic; a 2 x 2 (or 2 x p/2) mesh where it fits.
pub(crate) fn all(shape: &Shape, ranks: usize) -> Vec<Layout> {
    let mut layouts = vec![Layout::replicated(shape.clone(), ranks).unwrap()];
    for axis in 0..shape.ndim() {
        layouts.push(Layout::split(shape.clone(), axis, ranks).unwrap());
        layouts.push(Layout::from_offsets(shape.clone(), axis, &uneven(shape[axis], ranks)).unwrap());
        layouts.push(cyclic(shape, axis, ranks, 1 + axis % 2));
    }
    if ranks.is_multiple_of(2) && ranks > 2 && shape.ndim() > 0 {
        layouts.extend(on_a_mesh(shape, ranks));
    }
    layouts
}

/// Offsets that leave the first rank and every third one with nothing.
pub(crate) fn uneven(extent: usize, ranks: usize) -> Vec<usize> {
    let mut offsets: Vec<usize> = (0..=ranks).map(|rank| (rank - rank % 3) * extent / ranks).collect();
    offsets[1.min(ranks - 1)] = 0;
    offsets[ranks] = extent;
    offsets
}

pub(crate) fn cyclic(shape: &Shape, axis: usize, ranks: usize, block: usize) -> Layout {
    let mut distributions = vec![Distribution::Whole; shape.ndim()];
    distributions[axis] = Distribution::cyclic(0..1, block);
    Layout::new(shape.clone(), Mesh::line(ranks).unwrap(), distributions).unwrap()
}

/// Tiles, one of them cyclic, and an array that is dealt along one mesh axis and replicated along the other.
fn on_a_mesh(shape: &Shape, ranks: usize) -> Vec<Layout> {
    let mesh = Mesh::new(&[2, ranks / 2]).unwrap();
    let last = shape.ndim() - 1;
    let mut replicas = vec![Distribution::Whole; shape.ndim()];
    replicas[last] = Distribution::balanced(1..2);
    let mut made = vec![replicas.clone()];
    if last > 0 {
        let mut tiles = replicas.clone();
        tiles[0] = Distribution::balanced(0..1);
        let mut mixed = replicas;
        mixed[0] = Distribution::cyclic(1..2, 1);
        mixed[last] = Distribution::balanced(0..1);
        made.extend([tiles, mixed]);
    }
    made.into_iter().map(|distributions| Layout::new(shape.clone(), mesh.clone(), distributions).unwrap()).collect()
}
