//! The evaluation of expressions: one layout for all operands, then one pass over this rank's blocks.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use crate::array::lower::{self, Computed, Lowered, MOST_OPERATIONS};
use crate::array::{align, reduce};
use crate::context::Context;
use crate::device::{Evaluation, Leaf, Made, Target, View};
use crate::dtype::{DType, with_dtype};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Identity, Node};
use crate::layout::{Layout, Progression};
use crate::local::{AnyLocal, Local, Typed};
use crate::memory::{AnySlice, Erase};
use crate::program;
use crate::shape::Shape;

/// A value on this rank, and the layout of the array that it is a block of.
pub(super) type Value = (AnyLocal, Layout);

/// What is to be computed from a node.
#[derive(Clone, Hash)]
pub(super) enum What {
    Array,
    Fold { fold: program::Fold, axes: smallvec::SmallVec<[usize; 4]>, keep: bool },
}

/// A node and what is to be computed from it.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) node: Rc<Node>,
    pub(super) what: What,
}

/// Compute all requests; those over the same shape in one evaluation.
#[track_caller]
pub(super) fn evaluate(requests: &[Request]) -> Result<Vec<Value>> {
    if let Some(error) = requests.iter().find_map(|request| request.node.error.clone()) {
        return Err(error);
    }
    let Some(first) = requests.first() else { return Ok(Vec::new()) };
    let cx = context(&first.node)?;
    let computed = computed_ahead(&cx, requests)?;
    let mut values: Vec<Option<Value>> = requests.iter().map(|_| None).collect();
    for Batch { places, joint, .. } in batches(&cx, requests, &computed)? {
        for (place, value) in places.into_iter().zip(joint.run()?) {
            values[place] = Some(value);
        }
    }
    Ok(values.into_iter().map(|value| value.expect("every request is in one batch")).collect())
}

/// Requests that are computed together.
struct Batch {
    /// Their places among all requests.
    places: Vec<usize>,
    /// The nodes of all of them, shared ones counted as often as they occur.
    nodes: usize,
    joint: Joint,
}

/// The requests in batches: those whose results lie alike, as many as one program takes.
fn batches(cx: &Context, requests: &[Request], computed: &Computed) -> Result<Vec<Batch>> {
    let mut batches: Vec<Batch> = Vec::with_capacity(1);
    for (place, request) in requests.iter().enumerate() {
        let shape = &request.node.shape;
        let mut lowered = Lowered::default();
        let root = lowered.add(&request.node, shape.ndim(), computed);
        let (layout, nodes) = (lowered.layout(shape, cx.size())?, lowered.program.nodes.len());
        // Only the last batch of a layout may have room.
        let last = batches.iter_mut().rev().find(|batch| batch.joint.layout == layout);
        if let Some(batch) = last.filter(|batch| batch.nodes + nodes <= MOST_OPERATIONS) {
            batch.places.push(place);
            batch.nodes += nodes;
            batch.joint.add(request, computed);
        } else {
            let mut joint = Joint { requests: Vec::with_capacity(1), cx: cx.clone(), lowered, layout };
            joint.ask(request, root);
            batches.push(Batch { places: vec![place], nodes, joint });
        }
    }
    Ok(batches)
}

/// The values at which expressions that are too long for one program are cut.
#[track_caller]
pub(super) fn computed_ahead(cx: &Context, requests: &[Request]) -> Result<Computed> {
    let mut computed = Computed::new();
    for request in requests {
        compute_ahead(cx, &request.node, requests, &mut computed)?;
    }
    Ok(computed)
}

/// Compute what `root`, a part of the requests, needs so that one program can do the rest.
#[track_caller]
fn compute_ahead(cx: &Context, root: &Rc<Node>, requests: &[Request], computed: &mut Computed) -> Result<()> {
    /// How many values are computed before those without readers are looked for: that walks over the whole expression.
    const BETWEEN_SWEEPS: usize = 8;
    if root.operations <= MOST_OPERATIONS {
        return Ok(()); // as nearly always, without a look at the graph
    }
    loop {
        let cuts = lower::cuts(root, computed);
        if cuts.is_empty() {
            return Ok(());
        }
        for (done, node) in (1..).zip(cuts) {
            compute_ahead(cx, &node, requests, computed)?;
            let ahead = [Request { node: node.clone(), what: What::Array }];
            let value = batches(cx, &ahead, computed)?.remove(0).joint.run()?.remove(0);
            computed.insert(Rc::as_ptr(&node), Rc::new(leaf(node.dtype, value, cx)));
            if done % BETWEEN_SWEEPS == 0 {
                lower::sweep(requests.iter().map(|request| &request.node), computed);
            }
        }
    }
}

/// The context of the arrays in an expression.
#[track_caller]
pub(super) fn context(node: &Node) -> Result<Context> {
    if let Some(cx) = &node.cx {
        return Ok(cx.clone());
    }
    Err(Error::new(ErrorKind::Context, "an expression without an array has no context to be computed in"))
}

/// A computed value as an operand.
pub(super) fn leaf(dtype: DType, (local, layout): Value, cx: &Context) -> Node {
    Node::leaf(dtype, local, layout, Identity::new(cx), cx.clone())
}

/// Requests over one shape, lowered to one program.
pub(super) struct Joint {
    /// The dtype of each request's node, and what is to be computed from it.
    requests: Vec<(DType, What)>,
    cx: Context,
    pub(super) lowered: Lowered,
    /// How the iteration space is dealt.
    layout: Layout,
}

impl Joint {
    /// One request whose iteration space is dealt as `layout`.
    pub(super) fn new(cx: &Context, request: &Request, computed: &Computed, layout: Layout) -> Self {
        let mut joint = Self { requests: Vec::new(), cx: cx.clone(), lowered: Lowered::default(), layout };
        joint.add(request, computed);
        joint
    }

    /// One request more.
    fn add(&mut self, request: &Request, computed: &Computed) {
        let node = self.lowered.add(&request.node, self.layout.shape().ndim(), computed);
        self.ask(request, node);
    }

    /// Compute what is requested from `node` of the program.
    fn ask(&mut self, request: &Request, node: program::NodeId) {
        self.lowered.program.roots.push(match &request.what {
            What::Array => program::Root::Array(node),
            What::Fold { fold, axes, .. } => program::Root::Reduction { node, fold: *fold, axes: axes.clone() },
        });
        self.requests.push((request.node.dtype, request.what.clone()));
    }

    /// Move the operands where they are needed and compute.
    #[track_caller]
    pub(super) fn run(self) -> Result<Vec<Value>> {
        for (dtype, what) in &self.requests {
            match what {
                What::Array => self.cx.charge(&self.layout, *dtype)?,
                What::Fold { fold, axes, keep } => {
                    let layout = reduce::result_layout(&self.layout, axes, *keep);
                    self.cx.charge(&layout, reduced_dtype(*fold, *dtype))?;
                }
            }
        }
        let here = self.here(None)?;
        self.passes(&here.evaluation(&self))
    }

    /// Compute the only request, an array, into this block. Block slot `own`, if there is one, reads that same block.
    #[track_caller]
    pub(super) fn run_into(&self, own: Option<usize>, output: Target<'_>) -> Result<()> {
        let here = self.here(own)?;
        let roots: Vec<&program::Root> = self.lowered.program.roots.iter().collect();
        here.evaluation(self).write(self.cx.engine(), &roots, output);
        Ok(())
    }

    /// The operands but `own`, moved where they are needed.
    #[track_caller]
    fn here(&self, own: Option<usize>) -> Result<Here> {
        let mut blocks = Vec::with_capacity(self.lowered.blocks.len());
        for (slot, node) in self.lowered.blocks.iter().enumerate() {
            blocks.push(if own == Some(slot) {
                None
            } else {
                let local = align::moved(node, &self.layout, &self.cx)?;
                let elsewhere = with_dtype!(node.dtype, T => local.elsewhere::<T>());
                let (local, view) = elsewhere.unwrap_or_else(|| {
                    let view = View::row_major(local.shape());
                    (local, view)
                });
                Some((Typed { dtype: node.dtype, local }, view))
            });
        }
        let rank = self.cx.rank();
        let axes = 0..self.layout.shape().ndim();
        let indices = axes.map(|axis| self.layout.progression(axis, rank)).collect();
        Ok(Here { blocks, indices, shape: self.layout.local_shape(rank) })
    }

    /// One pass for arrays and full reductions, and one for each other set of axes.
    #[track_caller]
    fn passes(&self, evaluation: &Evaluation<'_>) -> Result<Vec<Value>> {
        let roots = &self.lowered.program.roots;
        let mut values: Vec<Option<Value>> = roots.iter().map(|_| None).collect();
        let everything = self.layout.shape().ndim();
        let is_linear = |root: &program::Root| match root {
            program::Root::Array(_) => true,
            program::Root::Reduction { axes, .. } => axes.len() == everything,
        };
        let linear: Vec<usize> = (0..roots.len()).filter(|&k| is_linear(&roots[k])).collect();
        if !linear.is_empty() {
            self.linear(evaluation, &linear, &mut values)?;
        }
        while let Some(first) = values.iter().position(Option::is_none) {
            let program::Root::Reduction { axes, .. } = &roots[first] else { unreachable!("arrays are linear") };
            let same = |root: &program::Root| matches!(root, program::Root::Reduction { axes: its, .. } if its == axes);
            let joint: Vec<usize> = (first..roots.len()).filter(|&k| values[k].is_none() && same(&roots[k])).collect();
            let its: Vec<&program::Root> = joint.iter().map(|&k| &roots[k]).collect();
            let merging = reduce::Merging::new(&self.cx, &self.layout, axes);
            let folded = evaluation.folding(self.cx.engine(), &its, axes, merging.complete());
            for (&place, block) in joint.iter().zip(merging.finish(folded, || self.label())?) {
                values[place] = Some(self.reduced(place, block));
            }
        }
        Ok(values.into_iter().map(|value| value.expect("every root is linear or a reduction")).collect())
    }

    #[track_caller]
    fn linear(&self, evaluation: &Evaluation<'_>, places: &[usize], values: &mut [Option<Value>]) -> Result<()> {
        let roots: Vec<&program::Root> = places.iter().map(|&k| &self.lowered.program.roots[k]).collect();
        let (arrays, states) = evaluation.linear(self.cx.engine(), &roots);
        let stored = places.iter().filter(|&&k| matches!(self.requests[k].1, What::Array));
        for (&place, made) in stored.zip(arrays) {
            values[place] = Some((self.made(self.requests[place].0, made, &self.layout), self.layout.clone()));
        }
        let axes: Vec<usize> = (0..self.layout.shape().ndim()).collect();
        let merging = reduce::Merging::new(&self.cx, &self.layout, &axes);
        let folds = places.iter().filter(|&&k| !matches!(self.requests[k].1, What::Array));
        for (&place, block) in folds.zip(merging.finish_states(states, || self.label())?) {
            values[place] = Some(self.reduced(place, block));
        }
        Ok(())
    }

    /// A number that ranks share when they compute the same from arrays that are dealt alike.
    fn label(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.layout, &self.requests).hash(&mut hasher);
        hasher.finish()
    }

    /// This rank's block of an array of `layout`.
    fn made(&self, dtype: DType, made: Made, layout: &Layout) -> AnyLocal {
        let shape = layout.local_shape(self.cx.rank());
        with_dtype!(dtype, T => Local::<T>::made(made, shape, self.cx.engine()).into())
    }

    /// The result of a reduction as a value.
    fn reduced(&self, place: usize, made: Made) -> Value {
        let (dtype, What::Fold { fold, axes, keep }) = &self.requests[place] else {
            unreachable!("only reductions are reduced")
        };
        let layout = reduce::result_layout(&self.layout, axes, *keep);
        (self.made(reduced_dtype(*fold, *dtype), made, &layout), layout)
    }
}

fn reduced_dtype(fold: program::Fold, dtype: DType) -> DType {
    fold.result(dtype).expect("the types of reductions say so")
}

/// What this rank's pass reads: the operands where they are needed.
struct Here {
    /// Blocks, and where their elements are in them; nothing for an operand that is the output itself.
    blocks: Vec<Option<(Typed, View)>>,
    indices: Vec<Progression>,
    shape: Shape,
}

impl Here {
    fn evaluation<'a>(&'a self, joint: &'a Joint) -> Evaluation<'a> {
        let operands = joint.lowered.blocks.iter().zip(&self.blocks);
        let leaf = |(node, block): (&Rc<Node>, &'a Option<(Typed, View)>)| match block {
            Some((source, own)) => Leaf { source: Some(source), view: walked(node, own, joint.layout.shape()) },
            None => Leaf::output(&self.shape),
        };
        Evaluation {
            program: &joint.lowered.program,
            shape: &self.shape,
            blocks: operands.map(leaf).collect(),
            scalars: &joint.lowered.scalars,
            indices: &self.indices,
        }
    }
}

/// How an iteration space of `shape` walks the block of an operand.
pub(crate) fn view(node: &Node, block: &AnyLocal, shape: &Shape) -> View {
    walked(node, &View::row_major(block.shape()), shape)
}

/// How it walks an operand that `own` sees.
fn walked(node: &Node, own: &View, shape: &Shape) -> View {
    let missing = shape.ndim() - node.shape.ndim();
    let stride = |axis: usize| match axis.checked_sub(missing) {
        Some(its) if node.shape[its] == shape[axis] => own.strides[its],
        _ => 0,
    };
    View { offset: own.offset, strides: (0..shape.ndim()).map(stride).collect() }
}

/// The elements of an operand.
pub(super) fn elements<'b>(node: &Node, block: &'b AnyLocal) -> AnySlice<'b> {
    with_dtype!(node.dtype, T => T::erase(block.as_slice::<T>().expect("a leaf has the dtype of its node")))
}
