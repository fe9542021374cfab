//! The value that says which rank holds which element.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::{Cuts, Distribution, Mesh};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Shape;

/// Which rank holds which element of an array: its shape, a mesh of ranks, and one distribution per axis.
///
/// Two layouts are equal when they deal the same shape in the same way over the same mesh. A mesh axis that no
/// distribution uses replicates.
///
/// ```
/// use isotherm::layout::{Distribution, Layout, Mesh};
///
/// let rows = Layout::split((1000, 64), 0, 4)?;
/// assert_eq!(rows.to_string(), "(1000, 64) split 0 over 4");
/// assert_eq!(rows.local_shape(3), (250, 64).into());
/// assert_eq!(rows.owner(&[250, 0]), 1);
///
/// // 2 x 2 ranks: the rows dealt over one mesh axis, every column block held twice.
/// let tall = Layout::new((1000, 64), Mesh::new(&[2, 2])?, vec![Distribution::balanced(0..1), Distribution::Whole])?;
/// assert_eq!((tall.replicas(), tall.holds(1, &[0, 0]), tall.holds(2, &[0, 0])), (2, true, false));
/// # Ok::<(), isotherm::Error>(())
/// ```
///
/// Clones share one description, so they cost next to nothing and are found equal at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Layout(Arc<Parts>);

#[derive(PartialEq, Eq, Hash)]
struct Parts {
    shape: Shape,
    mesh: Mesh,
    distributions: SmallVec<[Distribution; 3]>,
}

impl Layout {
    /// An array of `shape` dealt over `mesh`, axis by axis.
    ///
    /// **Local.** Every rank must make the same one.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when the elements cannot be counted; [`ErrorKind::Layout`] unless there is one distribution per
    /// axis, each mesh axis is used at most once, blocks are not empty, and offsets ascend from 0 to the extent with one
    /// part per rank.
    #[track_caller]
    pub fn new(shape: impl Into<Shape>, mesh: Mesh, distributions: Vec<Distribution>) -> Result<Self> {
        let shape = shape.into().checked(1)?;
        if distributions.len() != shape.ndim() {
            let message = format!("{} distributions for the axes of {shape}", distributions.len());
            return Err(Error::new(ErrorKind::Layout, message));
        }
        let mut used = [false; Mesh::MAX_AXES];
        for (axis, distribution) in distributions.iter().enumerate() {
            let problem = claim(&mut used[..mesh.ndim()], distribution)
                .or_else(|| check(distribution, shape[axis], parts_over(&mesh, &distribution.over())));
            if let Some(problem) = problem {
                return Err(Error::new(ErrorKind::Layout, format!("axis {axis} of {shape}: {problem}")));
            }
        }
        let canonical = |(axis, distribution)| match distribution {
            Distribution::Blocks { over, cuts } => {
                let parts = parts_over(&mesh, &over);
                Distribution::Blocks { over, cuts: Cuts::canonical(cuts, shape[axis], parts) }
            }
            other => other,
        };
        let distributions = distributions.into_iter().enumerate().map(canonical).collect();
        Ok(Self(Arc::new(Parts { shape, mesh, distributions })))
    }

    /// Balanced blocks of one axis over all ranks in a line.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] for an axis that the shape lacks; otherwise as [`Layout::new`].
    #[track_caller]
    pub fn split(shape: impl Into<Shape>, axis: usize, ranks: usize) -> Result<Self> {
        Self::along(shape.into(), axis, ranks, Distribution::balanced(0..1))
    }

    /// Blocks of one axis, cut at `offsets`, over all ranks in a line; one more offset than ranks.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`Layout::split`].
    #[track_caller]
    pub fn from_offsets(shape: impl Into<Shape>, axis: usize, offsets: &[usize]) -> Result<Self> {
        let ranks = offsets.len().saturating_sub(1);
        Self::along(shape.into(), axis, ranks, Distribution::blocks(0..1, offsets))
    }

    /// The whole array on every one of some ranks in a line.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`Layout::new`].
    #[track_caller]
    pub fn replicated(shape: impl Into<Shape>, ranks: usize) -> Result<Self> {
        let shape = shape.into();
        let distributions = vec![Distribution::Whole; shape.ndim()];
        Self::new(shape, Mesh::line(ranks)?, distributions)
    }

    #[track_caller]
    fn along(shape: Shape, axis: usize, ranks: usize, distribution: Distribution) -> Result<Self> {
        if axis >= shape.ndim() {
            return Err(Error::new(ErrorKind::Axis, format!("axis {axis} of an array of shape {shape}")));
        }
        let mut distributions = vec![Distribution::Whole; shape.ndim()];
        distributions[axis] = distribution;
        Self::new(shape, Mesh::line(ranks)?, distributions)
    }

    /// A layout whose parts are known to fit.
    pub(super) fn of_parts(shape: Shape, mesh: Mesh, distributions: impl Iterator<Item = Distribution>) -> Self {
        let parts = Parts { shape, mesh, distributions: distributions.collect() };
        debug_assert_eq!(parts.shape.ndim(), parts.distributions.len());
        Self(Arc::new(parts))
    }

    /// The shape of the whole array.
    ///
    /// **Local.**
    pub fn shape(&self) -> &Shape {
        &self.0.shape
    }

    /// The mesh of the ranks.
    ///
    /// **Local.**
    pub fn mesh(&self) -> &Mesh {
        &self.0.mesh
    }

    /// The number of ranks.
    ///
    /// **Local.**
    pub fn ranks(&self) -> usize {
        self.0.mesh.ranks()
    }

    /// How each axis is dealt.
    ///
    /// **Local.**
    pub fn distributions(&self) -> &[Distribution] {
        &self.0.distributions
    }

    /// How `axis` is dealt.
    ///
    /// **Local.**
    pub fn distribution(&self, axis: usize) -> &Distribution {
        &self.0.distributions[axis]
    }

    /// The axis that is dealt in blocks over all ranks while every other is whole, if this is such a layout.
    ///
    /// **Local.** The cuts may be any.
    pub fn split_axis(&self) -> Option<usize> {
        let all = 0..self.0.mesh.ndim();
        self.0.distributions.iter().position(|d| matches!(d, Distribution::Blocks { over, .. } if *over == all))
    }

    /// Whether no axis is dealt: every rank holds the whole array.
    ///
    /// **Local.**
    pub fn is_replicated(&self) -> bool {
        self.0.distributions.iter().all(|d| *d == Distribution::Whole)
    }

    /// Whether every dealt axis is in balanced blocks.
    ///
    /// **Local.**
    pub fn is_balanced(&self) -> bool {
        *self == self.balanced()
    }

    /// How many ranks hold each element: the product of the mesh axes that no array axis uses.
    ///
    /// **Local.**
    pub fn replicas(&self) -> usize {
        self.replicating_axes().map(|axis| self.0.mesh.extents()[axis]).product()
    }

    /// The mesh axes that no array axis uses.
    pub(super) fn replicating_axes(&self) -> impl Iterator<Item = usize> {
        (0..self.0.mesh.ndim()).filter(|axis| !self.0.distributions.iter().any(|d| d.over().contains(axis)))
    }

    /// The bytes that it takes, with the offsets that it may share with others.
    pub(super) fn memory_bytes(&self) -> usize {
        let offsets = self.0.distributions.iter().map(|distribution| match distribution {
            Distribution::Blocks { cuts, .. } => cuts.offsets().map_or(0, std::mem::size_of_val),
            _ => 0,
        });
        let spilled = if self.0.distributions.spilled() { size_of_val(self.0.distributions.as_slice()) } else { 0 };
        size_of::<Parts>() + spilled + offsets.sum::<usize>()
    }

    /// The number of parts that `axis` is dealt into.
    pub(crate) fn parts(&self, axis: usize) -> usize {
        parts_over(&self.0.mesh, &self.0.distributions[axis].over())
    }
}

fn parts_over(mesh: &Mesh, over: &Range<usize>) -> usize {
    mesh.extents()[over.clone()].iter().product()
}

/// Marks the mesh axes of `distribution` as used, or says why it may not use them.
fn claim(used: &mut [bool], distribution: &Distribution) -> Option<String> {
    let over = distribution.over();
    let whole = *distribution == Distribution::Whole;
    if !whole && (over.is_empty() || over.end > used.len()) {
        return Some(format!("mesh axes {over:?} of a mesh with {} axes", used.len()));
    }
    if used[over.clone()].contains(&true) {
        return Some(format!("one of the mesh axes {over:?} already deals another axis"));
    }
    used[over].fill(true);
    None
}

/// Why `distribution` does not suit an axis of `extent` that goes to `parts`, if it does not.
fn check(distribution: &Distribution, extent: usize, parts: usize) -> Option<String> {
    match distribution {
        Distribution::Cyclic { block: 0, .. } => Some("cyclic blocks of no elements".into()),
        Distribution::Cyclic { block, .. } if block.checked_mul(parts).is_none() => {
            Some(format!("cyclic blocks of {block} elements are too long to count"))
        }
        Distribution::Blocks { cuts, .. } => cuts.offsets().and_then(|offsets| {
            let fits = offsets.len() == parts + 1
                && offsets[0] == 0
                && offsets[parts] == extent
                && offsets.windows(2).all(|pair| pair[0] <= pair[1]);
            let shown = &offsets[..offsets.len().min(8)];
            (!fits).then(|| format!("offsets {shown:?} do not ascend from 0 to {extent} in {parts} parts"))
        }),
        _ => None,
    }
}
