//! Which ranks compute what: the candidates for a product and what each would move.
//!
//! Everything here is a pure function of the operands' layouts, so that every rank chooses alike.

use std::ops::Range;

use super::{Algorithm, alike, parts};
use crate::layout::{Distribution, Layout, Mesh};
use crate::shape::Shape;

/// One of the two factors of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factor {
    A,
    B,
}

impl Factor {
    /// Its axis that is an axis of the product; the product's axis has the same number.
    pub(super) fn outer(self, ndim: usize) -> usize {
        if self == Self::A { ndim - 2 } else { ndim - 1 }
    }

    /// Its axis that is summed over. The product's axis of this number is the other factor's outer one.
    pub(super) fn inner(self, ndim: usize) -> usize {
        if self == Self::A { ndim - 1 } else { ndim - 2 }
    }
}

/// A way to compute a product.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) algorithm: Algorithm,
    /// How the product lies when it has been computed.
    pub(super) computed: Layout,
    /// How it shall lie in the end.
    pub(super) result: Layout,
    /// Elements that move, about.
    moved: usize,
}

/// The way that moves the fewest elements, the first of equals.
///
/// The result lies as the cheapest direct candidate leaves it. Tiles on a mesh of all ranks are a detour that is taken when it
/// moves less, with the way of the product to that layout.
pub(super) fn choose(a: &Layout, b: &Layout, shape: &Shape) -> Choice {
    if a.is_replicated() && b.is_replicated() {
        let computed = laid(shape, a.mesh(), vec![Distribution::Whole; shape.ndim()]);
        return Choice { algorithm: Algorithm::StationaryC, result: computed.clone(), computed, moved: 0 };
    }
    let leads = [led_by(Factor::A, a, b, shape), led_by(Factor::B, b, a, shape)];
    let mut candidates: Vec<Choice> =
        leads.into_iter().filter(|tiles| !tiles.is_replicated()).map(|tiles| tiled(a, b, tiles, None)).collect();
    candidates.extend(kept(Factor::A, a, b, shape));
    candidates.extend(kept(Factor::B, b, a, shape));
    // Where only an axis of extent 1 is dealt, which stretches, nothing is left to follow.
    let everywhere = || tiled(a, b, laid(shape, a.mesh(), vec![Distribution::Whole; shape.ndim()]), None);
    let direct = cheapest(candidates).unwrap_or_else(everywhere);
    let ranks = a.ranks();
    let grids =
        (1..=ranks).filter(|rows| ranks.is_multiple_of(*rows)).filter_map(|rows| grid(shape, rows, ranks / rows));
    let detours = grids.map(|tiles| tiled(a, b, tiles, Some(direct.result.clone())));
    cheapest(std::iter::once(direct.clone()).chain(detours)).unwrap_or(direct)
}

fn cheapest(choices: impl IntoIterator<Item = Choice>) -> Option<Choice> {
    choices.into_iter().reduce(|best, next| if next.moved < best.moved { next } else { best })
}

/// Each rank computes its tile of the product.
fn tiled(a: &Layout, b: &Layout, tiles: Layout, result: Option<Layout>) -> Choice {
    let factors = [(Factor::A, a), (Factor::B, b)];
    let mut moved: usize =
        factors.iter().map(|&(factor, from)| elements_moved(from, &needed(factor, from, &tiles))).sum();
    if let Some(result) = &result {
        moved = moved.saturating_add(elements_moved(&tiles, result));
    }
    Choice {
        algorithm: Algorithm::StationaryC,
        result: result.unwrap_or_else(|| tiles.clone()),
        computed: tiles,
        moved,
    }
}

/// Tiles of the product that lie as `factor` does: its leading and outer axes as it has them; the others as the other factor has
/// them where both share the mesh, else the other factor's outer axis in blocks over the ranks that deal this one's inner axis.
fn led_by(factor: Factor, own: &Layout, other: &Layout, shape: &Shape) -> Layout {
    let ndim = shape.ndim();
    let (outer, inner) = (factor.outer(ndim), factor.inner(ndim));
    let mut distributions = vec![Distribution::Whole; ndim];
    for axis in (0..ndim).filter(|&axis| axis != inner && own.shape()[axis] == shape[axis]) {
        distributions[axis] = own.distribution(axis).clone();
    }
    if own.mesh() == other.mesh() {
        for axis in (0..ndim).filter(|&axis| axis != outer && other.shape()[axis] == shape[axis]) {
            let theirs = other.distribution(axis);
            if distributions[axis] == Distribution::Whole && is_free(&distributions, &theirs.over()) {
                distributions[axis] = theirs.clone();
            }
        }
    }
    let over = own.distribution(inner).over();
    let room = distributions[inner] == Distribution::Whole && is_free(&distributions, &over);
    if room && !over.is_empty() && shape[inner] >= parts(own, inner) {
        distributions[inner] = Distribution::balanced(over);
    }
    laid(shape, own.mesh(), distributions)
}

/// Whether none of these mesh axes deals an axis yet.
fn is_free(distributions: &[Distribution], over: &Range<usize>) -> bool {
    over.clone().all(|axis| !distributions.iter().any(|taken| taken.over().contains(&axis)))
}

/// `factor` stays, the other comes, and products are summed over the ranks that deal the inner axis; nothing when it is whole, or
/// when an axis that stretches is dealt, so that some ranks would have nothing to multiply.
fn kept(factor: Factor, own: &Layout, other: &Layout, shape: &Shape) -> Option<Choice> {
    let ndim = shape.ndim();
    let (outer, inner) = (factor.outer(ndim), factor.inner(ndim));
    let over = own.distribution(inner).over();
    let stretches = |axis: usize| axis != inner && own.shape()[axis] != shape[axis];
    if over.is_empty() || (0..ndim).any(|axis| stretches(axis) && *own.distribution(axis) != Distribution::Whole) {
        return None;
    }
    let (ranks, partial) = (parts(own, inner), partial(factor, own, shape));
    let among = |axis: usize| partial.with_distribution(axis, Distribution::balanced(over.clone())).ok();
    let computed = match () {
        () if *own.distribution(outer) == Distribution::Whole && shape[outer] >= ranks => among(outer),
        () if shape[inner] >= ranks => among(inner),
        () => None,
    };
    // A sum over p ranks sends what p - 1 of them have when its parts stay apart, and ⌈log₂ p⌉ times everything otherwise.
    let copies = partial.replicas() / ranks;
    let sent = if computed.is_some() { ranks - 1 } else { ranks * ranks.next_power_of_two().trailing_zeros() as usize };
    let summed = shape.size().saturating_mul(copies).saturating_mul(sent);
    let coming = elements_moved(other, &matching(factor, own, other, shape));
    let computed = computed.unwrap_or(partial);
    let algorithm = if factor == Factor::A { Algorithm::StationaryA } else { Algorithm::StationaryB };
    Some(Choice { algorithm, result: computed.clone(), computed, moved: coming.saturating_add(summed) })
}

/// How the products lie that `factor` gives where it is, before they are summed.
pub(super) fn partial(factor: Factor, own: &Layout, shape: &Shape) -> Layout {
    let inner = factor.inner(shape.ndim());
    let own_axis = |axis: usize| axis != inner && own.shape()[axis] == shape[axis];
    let distribution = |axis| if own_axis(axis) { own.distribution(axis).clone() } else { Distribution::Whole };
    laid(shape, own.mesh(), (0..shape.ndim()).map(distribution).collect())
}

/// How the other factor is needed where `factor` is: its inner axis dealt as that one's.
pub(super) fn matching(factor: Factor, own: &Layout, other: &Layout, shape: &Shape) -> Layout {
    let ndim = shape.ndim();
    let (outer, inner) = (factor.outer(ndim), factor.inner(ndim));
    let partial = partial(factor, own, shape);
    let distribution = |axis: usize| match axis {
        _ if axis == outer => own.distribution(inner).clone(),
        _ if axis == inner || other.shape()[axis] != shape[axis] => Distribution::Whole,
        _ => partial.distribution(axis).clone(),
    };
    laid(other.shape(), own.mesh(), (0..ndim).map(distribution).collect())
}

/// How `factor`, which lies as `from`, is needed for tiles of the product.
pub(super) fn needed(factor: Factor, from: &Layout, tiles: &Layout) -> Layout {
    let inner = factor.inner(tiles.shape().ndim());
    let own_axis = |axis: usize| axis != inner && from.shape()[axis] == tiles.shape()[axis];
    let distribution = |axis| if own_axis(axis) { tiles.distribution(axis).clone() } else { Distribution::Whole };
    laid(from.shape(), tiles.mesh(), (0..from.shape().ndim()).map(distribution).collect())
}

/// Tiles on a mesh of so many rows and columns of ranks, when the product has at least as many.
fn grid(shape: &Shape, rows: usize, cols: usize) -> Option<Layout> {
    let ndim = shape.ndim();
    if shape[ndim - 2] < rows || shape[ndim - 1] < cols {
        return None;
    }
    let mut distributions = vec![Distribution::Whole; ndim];
    distributions[ndim - 2] = Distribution::balanced(0..1);
    distributions[ndim - 1] = Distribution::balanced(1..2);
    Some(laid(shape, &Mesh::new(&[rows, cols]).expect("a mesh of the ranks that there are"), distributions))
}

/// The elements that ranks need and do not have, about: exact where an axis is whole on one side or dealt alike on both, and
/// blocks are balanced. An axis that is dealt in two ways counts as if a rank had its share by chance.
fn elements_moved(from: &Layout, into: &Layout) -> usize {
    let apart = (0..from.shape().ndim()).filter(|&axis| !alike(from, into, axis));
    let share: usize = apart.map(|axis| parts(from, axis)).product();
    let needed = from.shape().size().saturating_mul(into.replicas());
    needed - needed / share
}

fn laid(shape: &Shape, mesh: &Mesh, distributions: Vec<Distribution>) -> Layout {
    Layout::new(shape.clone(), mesh.clone(), distributions).expect("parts of layouts over one mesh are a layout")
}
