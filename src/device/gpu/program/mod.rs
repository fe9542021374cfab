//! Fused programs: straight-line calls of the function library, inside a hand-written skeleton.
//!
//! [`emit`] writes the calls, [`place`] where elements lie, [`pieces`] cuts what is larger than a segment; [`map`] stores, [`fold`] reduces.

pub(super) mod accumulator;
mod copy;
pub(super) mod emit;
mod exact;
mod finish;
mod fold;
mod group;
mod known;
mod map;
pub(super) mod pieces;
mod place;
mod plan;
pub(super) mod text;
mod transpose;

use std::sync::Arc;

use smallvec::SmallVec;
use wgpu::Buffer;

use crate::device::cpu::{Cpu, States, states};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::program::accumulator::Accumulator;
use crate::device::gpu::program::emit::{Words, is_bytes, stored};
use crate::device::gpu::program::pieces::Piece;
use crate::device::gpu::program::text::Text;
use crate::device::gpu::{Gpu, Memory, library};
use crate::device::space::View;
use crate::dtype::DType;
use crate::layout::Progression;
use crate::program::{NodeId, Op, Program, Root, Scalar};
use crate::shape::Shape;

pub(crate) use known::Known;
pub(in crate::device::gpu) use plan::Plans;

/// A program with everything it reads on this rank.
pub(crate) struct Work<'a> {
    pub(crate) program: Known<'a>,
    /// This rank's extents of the iteration space.
    pub(crate) shape: &'a Shape,
    /// What the block slots hold.
    pub(crate) blocks: Vec<Operand>,
    /// What the scalar slots hold.
    pub(crate) scalars: &'a [Scalar],
    /// The global indices along each axis.
    pub(crate) indices: &'a [Progression],
}

/// A block as a leaf.
pub(crate) struct Operand {
    /// Nothing when it is the first output, before it is overwritten.
    pub(crate) memory: Option<Arc<Memory>>,
    pub(crate) view: View,
}

/// A leaf of a walk.
#[derive(Clone, Copy, PartialEq)]
enum LeafOf {
    Block(usize),
    /// The index along an axis.
    Index(usize),
    /// The number of the row in a reduction.
    Number,
}

/// The leaves of some nodes, each once.
type Leaves = SmallVec<[LeafOf; 4]>;

/// Words of arguments that are no part of a plan.
type Values = SmallVec<[u32; 16]>;

/// Words of arguments that a kernel may have, beside the few that every one has.
const MOST_WORDS: usize = 240;

fn leaves(program: &Program, nodes: &[NodeId]) -> Leaves {
    let mut leaves = Leaves::new();
    for &node in nodes {
        let leaf = match program.nodes[node].op {
            Op::Block(slot) => LeafOf::Block(slot),
            Op::Index(axis) => LeafOf::Index(axis),
            _ => continue,
        };
        if !leaves.contains(&leaf) {
            leaves.push(leaf);
        }
    }
    leaves
}

fn reductions(roots: &[&Root]) -> Vec<fold::Asked> {
    let asked = |root: &&Root| match **root {
        Root::Array(_) => None,
        Root::Reduction { fold, node, .. } => Some((fold, node)),
    };
    roots.iter().filter_map(asked).collect()
}

/// Whether a device has kernels for all that these roots need over a rank's part `shape` of the space, with `exact` sums or without; otherwise the CPU computes
/// them.
fn has_kernels(gpu: &Gpu, program: &Program, shape: &Shape, roots: &[&Root], exact: bool) -> bool {
    let nodes = emit::reached(program, roots.iter().map(|root| root.node()));
    let known = |&node: &NodeId| {
        gpu.supports(program.nodes[node].dtype) && emit::function(program, node).is_none_or(|name| library::has(&name))
    };
    let mut arrays = leaves(program, &nodes).len();
    // Exact sums have passes of their own.
    let (mut together, mut alone, words) = (0, 0, most_words(arrays, nodes.len(), shape.ndim()));
    for root in roots {
        arrays += 1;
        let Root::Reduction { node, fold, .. } = **root else { continue };
        let Some(rule) = Accumulator::new(fold, program.nodes[node].dtype, gpu, exact) else { return false };
        // The rows of an output are numbered by 32 bits, one of them for none.
        if rule.places && i32::try_from(shape.size()).is_err() {
            return false;
        }
        arrays += usize::from(rule.places);
        let shared = (rule.dtype.bytes() * rule.words() + DType::I32.bytes()) * gpu.workgroup();
        if rule.is_exact {
            alone = shared;
        } else {
            together += shared;
        }
    }
    let shared = alone.max(together);
    nodes.iter().all(known) && arrays <= gpu.most_arrays() && shared <= gpu.most_shared() && words <= MOST_WORDS
}

/// The most words of arguments for a program of so many leaves and nodes: four for a scalar; for each leaf, a number and an output an offset and steps, one of
/// them twice; and the extents with their reciprocals.
fn most_words(leaves: usize, nodes: usize, ndim: usize) -> usize {
    nodes * 4 + (leaves + 2) * (ndim + 2) + 3 * ndim
}

impl Work<'_> {
    /// The arrays among these roots, in their order, and the states of the reductions, which are over everything.
    pub(crate) fn linear(
        &self,
        gpu: &Gpu,
        cpu: &Cpu,
        roots: &[&Root],
        exact: bool,
    ) -> (Vec<Memory>, Vec<Box<dyn States>>) {
        let array = |root: &&Root| if let Root::Array(node) = **root { Some(node) } else { None };
        let arrays: SmallVec<[NodeId; 4]> = roots.iter().filter_map(array).collect();
        let (len, width) = (self.shape.size(), |&node: &NodeId| self.program.nodes[node].dtype.bytes());
        let outputs: Vec<Memory> = arrays.iter().map(|node| gpu.empty(len, width(node))).collect();
        if !arrays.is_empty() {
            let outputs: SmallVec<[&Memory; 4]> = outputs.iter().collect();
            map::store(gpu, self, &arrays, &outputs, &View::row_major(self.shape));
        }
        let axes: SmallVec<[usize; 4]> = (0..self.shape.ndim()).collect();
        (outputs, self.states(gpu, cpu, roots, &axes, exact))
    }

    /// The states of the reductions among these roots, which are along `axes`.
    pub(crate) fn states(
        &self,
        gpu: &Gpu,
        cpu: &Cpu,
        roots: &[&Root],
        axes: &[usize],
        exact: bool,
    ) -> Vec<Box<dyn States>> {
        let asked = reductions(roots);
        if asked.is_empty() {
            return Vec::new();
        }
        let dtype = |node: NodeId| self.program.nodes[node].dtype;
        if self.shape.size() == 0 {
            let kept = (0..self.shape.ndim()).filter(|axis| !axes.contains(axis));
            let outputs = kept.map(|axis| self.shape[axis]).product();
            return asked.iter().map(|&(fold, node)| states(fold, dtype(node)).fresh(outputs)).collect();
        }
        let partial = fold::fold(gpu, self, &asked, axes, exact);
        partial
            .into_iter()
            .zip(asked)
            .map(|(partial, (fold, node))| partial.on_host(gpu, cpu, fold, dtype(node)))
            .collect()
    }

    /// The results of reductions along `axes`, of `count` elements each, all of which are here. There are some.
    pub(crate) fn results(&self, gpu: &Gpu, roots: &[&Root], axes: &[usize], count: u64, exact: bool) -> Vec<Memory> {
        let asked = reductions(roots);
        let finished = |(partial, (fold, node)): (fold::Partial, fold::Asked)| {
            partial.finished(gpu, fold, self.program.nodes[node].dtype, count)
        };
        fold::fold(gpu, self, &asked, axes, exact).into_iter().zip(asked).map(finished).collect()
    }

    /// Store the elements of these array roots where `view` sees them in the outputs.
    pub(crate) fn store(&self, gpu: &Gpu, roots: &[&Root], outputs: &[&Memory], view: &View) {
        let nodes: SmallVec<[NodeId; 4]> = roots.iter().map(|root| root.node()).collect();
        map::store(gpu, self, &nodes, outputs, view);
    }

    fn leaves(&self, nodes: &[NodeId]) -> Leaves {
        leaves(&self.program, nodes)
    }

    fn view(&self, leaf: LeafOf) -> View {
        match leaf {
            LeafOf::Block(slot) => self.blocks[slot].view.clone(),
            LeafOf::Index(axis) => {
                let strides = (0..self.shape.ndim()).map(|its| isize::from(its == axis)).collect();
                View { offset: 0, strides }
            }
            LeafOf::Number => unreachable!("reductions count their rows"),
        }
    }

    /// The name of the array that a leaf reads, and its dtype, if it is a block.
    fn array(&self, leaf: LeafOf) -> Option<(String, DType)> {
        let LeafOf::Block(slot) = leaf else { return None };
        let name = if self.blocks[slot].memory.is_some() { format!("a{slot}") } else { "b0".to_owned() };
        let node = self.program.nodes.iter().find(|node| node.op == Op::Block(slot)).expect("the slot of a node");
        Some((name, node.dtype))
    }

    /// The element of a leaf that is a block; its byte of the group's word if it is `packed`. See [`emit::load`] for `shared`.
    fn element(&self, leaves: &[LeafOf], leaf: usize, packed: bool, shared: bool) -> String {
        let (array, dtype) = self.array(leaves[leaf]).expect("it is a block");
        if packed {
            return format!("load_{}(w{leaf}, k)", dtype.name());
        }
        emit::load(dtype, &array, &format!("p{leaf}"), shared && array.starts_with('b'))
    }

    /// For each leaf its array, if its elements are bytes.
    fn bytes(&self, leaves: &[LeafOf]) -> Vec<Option<String>> {
        let array = |&leaf: &LeafOf| self.array(leaf).filter(|(_, dtype)| is_bytes(*dtype)).map(|(array, _)| array);
        leaves.iter().map(array).collect()
    }

    /// The calls of `nodes`, and the words of their scalars. `block` gives the element of a leaf that is a block.
    fn body(
        &self,
        nodes: &[NodeId],
        leaves: &[LeafOf],
        words: &mut Words,
        block: impl Fn(usize) -> String,
    ) -> (Text, Values) {
        let place = |leaf| leaves.iter().position(|known| *known == leaf).expect("the leaves of these nodes");
        let leaf = |node: NodeId| match self.program.nodes[node].op {
            Op::Block(slot) => block(place(LeafOf::Block(slot))),
            Op::Index(axis) => format!("p{}", place(LeafOf::Index(axis))),
            _ => unreachable!("only leaves are asked for"),
        };
        (emit::body(&self.program, nodes, leaf, words), self.values(nodes))
    }

    /// The words that these calls read.
    fn values(&self, nodes: &[NodeId]) -> Values {
        let mut values = Values::new();
        for &node in nodes {
            match self.program.nodes[node].op {
                Op::Scalar(slot) => values.extend(scalar_words(self.scalars[slot])),
                Op::Index(axis) => {
                    let its = &self.indices[axis];
                    let numbers = [its.start(), its.run(), its.period()];
                    values.extend(numbers.iter().flat_map(|&number| halves(number as u64)));
                }
                _ => {}
            }
        }
        values
    }
}

/// The declarations of the arrays that leaves read, from binding 1 on, and their segments in a piece.
fn bindings<'w>(work: &'w Work<'_>, leaves: &[LeafOf], piece: &Piece) -> (Text, Vec<(Access, &'w Buffer)>) {
    let (mut head, mut arrays) = (Text::default(), Vec::new());
    for (leaf, (segment, _)) in leaves.iter().zip(&piece.views) {
        let LeafOf::Block(slot) = *leaf else { continue };
        let Some(memory) = &work.blocks[slot].memory else { continue };
        let (_, dtype) = work.array(*leaf).expect("it is a block");
        let stored = stored(dtype);
        arrays.push((Access::Read, &memory.segments()[*segment]));
        head.line(format_args!("@group(0) @binding({}) var<storage, read> a{slot}: array<{stored}>;", arrays.len()));
    }
    (head, arrays)
}

/// Indices and numbers count from the first element of all: what was taken off for their segment is put back.
fn absolute(piece: &mut Piece, leaves: &[LeafOf], segment: usize) {
    for (leaf, (number, view)) in leaves.iter().zip(&mut piece.views) {
        if matches!(leaf, LeafOf::Index(_) | LeafOf::Number) {
            view.offset += (*number * segment) as isize;
        }
    }
}

fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// A scalar as words of a kernel's arguments.
fn scalar_words(scalar: Scalar) -> SmallVec<[u32; 4]> {
    let long = |number: u64| SmallVec::from_slice(&halves(number));
    match scalar {
        Scalar::Bool(value) => SmallVec::from_slice(&[u32::from(value)]),
        Scalar::U8(value) => SmallVec::from_slice(&[u32::from(value)]),
        Scalar::I32(value) => SmallVec::from_slice(&[value as u32]),
        Scalar::I64(value) => long(value as u64),
        Scalar::U64(value) => long(value),
        Scalar::F32(value) => SmallVec::from_slice(&[value.to_bits()]),
        Scalar::F64(value) => long(value.to_bits()),
        Scalar::C32(value) => SmallVec::from_slice(&[value.re.to_bits(), value.im.to_bits()]),
        Scalar::C64(value) => {
            let parts = [value.re, value.im].map(f64::to_bits).map(halves);
            SmallVec::from_slice(&parts.concat())
        }
    }
}

#[cfg(test)]
mod tests;
