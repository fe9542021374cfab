//! What a rank computes on.
//!
//! With `digits.rs` the only file that knows both devices. Without the feature `gpu` some of its questions have one answer.
#![cfg_attr(not(feature = "gpu"), allow(dead_code, unused_variables, clippy::unused_self, clippy::unnecessary_wraps))]

use std::any::Any;
#[cfg(feature = "gpu")]
use std::sync::Arc;

use crate::device::cpu::{self, BlockLeaf, Cpu, Folded, Part, States};
#[cfg(feature = "gpu")]
use crate::device::gpu::{Gpu, Memory, program};
use crate::device::request::Device;
use crate::device::space::View;
use crate::dtype::{AnySlice, AnySliceMut, DType, Erase, with_dtype};
use crate::error::LocalError;
use crate::layout::Progression;
use crate::memory::Block;
use crate::program::{Program, Root, Scalar};
use crate::shape::Shape;

/// A rank's share of the CPU, and of a GPU where its arrays are on one.
#[derive(Clone)]
pub(crate) struct Engine {
    cpu: Cpu,
    #[cfg(feature = "gpu")]
    gpu: Option<Gpu>,
    /// Whether sums of floats on a GPU are exact, as those on the CPU are.
    exact_sums: bool,
}

/// Where the elements of a leaf are: each device asks for them where it can read them.
pub(crate) trait Source {
    /// In the memory of the host.
    fn host(&self) -> AnySlice<'_>;
    /// In the memory of a device.
    #[cfg(feature = "gpu")]
    fn card(&self, gpu: &Gpu) -> Arc<Memory>;
}

/// A block as a leaf: its elements, and how the iteration space walks them.
#[derive(Clone)]
pub(crate) struct Leaf<'a> {
    /// Nothing when they are those of the output, before they are overwritten.
    pub(crate) source: Option<&'a dyn Source>,
    pub(crate) view: View,
}

impl Leaf<'_> {
    /// The output itself, for a program that updates it in place.
    pub(crate) fn output(shape: &Shape) -> Self {
        Self { source: None, view: View::row_major(shape) }
    }
}

/// A program with everything it reads on this rank.
pub(crate) struct Evaluation<'a> {
    pub(crate) program: &'a Program,
    /// This rank's extents of the iteration space.
    pub(crate) shape: &'a Shape,
    /// What the block slots hold.
    pub(crate) blocks: Vec<Leaf<'a>>,
    /// What the scalar slots hold.
    pub(crate) scalars: &'a [Scalar],
    /// The global indices along each axis.
    pub(crate) indices: &'a [Progression],
}

/// Elements that a pass has made, where it made them.
pub(crate) enum Made {
    /// A `Block` of their dtype.
    Host(Box<dyn Any + Send>),
    #[cfg(feature = "gpu")]
    Card(Memory),
}

/// Elements that a pass writes, where they are.
pub(crate) enum Target<'a> {
    Host(AnySliceMut<'a>),
    #[cfg(feature = "gpu")]
    Card(&'a Memory),
}

/// What a reduction came to on this rank.
pub(crate) enum Reduced {
    /// Its results: no other rank has a part in them.
    Finished(Made),
    /// States that must still be merged with those of other ranks.
    Partial(Box<dyn States>),
}

impl Engine {
    pub(crate) fn new(cpu: Cpu) -> Self {
        Self {
            cpu,
            #[cfg(feature = "gpu")]
            gpu: None,
            exact_sums: false,
        }
    }

    /// The same engine, whose sums of floats are exact everywhere or only on the CPU.
    pub(crate) fn with_exact_sums(&self, exact_sums: bool) -> Self {
        Self { exact_sums, ..self.clone() }
    }

    /// The share of the CPU alone.
    pub(crate) fn host(&self) -> Self {
        Self::new(self.cpu.clone())
    }

    /// The share of the CPU: what has no kernels runs there.
    pub(crate) fn cpu(&self) -> &Cpu {
        &self.cpu
    }

    /// Whether it reads elements in the memory of the host as soon as it is called: then small or special work needs no program.
    pub(crate) fn computes_at_once(&self) -> bool {
        #[cfg(feature = "gpu")]
        return self.gpu.is_none();
        #[cfg(not(feature = "gpu"))]
        true
    }

    /// Hand over what was asked for so far, so that it is computed while this rank waits for something else.
    pub(crate) fn submit(&self) {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            gpu.submit();
        }
    }

    /// Whether ranks of one process can copy from each other's blocks: on GPUs, when all of them are on one.
    pub(crate) fn is_shared(&self) -> bool {
        #[cfg(feature = "gpu")]
        return self.gpu.as_ref().is_none_or(|gpu| gpu.abilities().shared);
        #[cfg(not(feature = "gpu"))]
        true
    }
}

#[cfg(feature = "gpu")]
impl Engine {
    /// The share of a GPU.
    pub(crate) fn gpu(&self) -> Option<&Gpu> {
        self.gpu.as_ref()
    }
}

/// What the devices of some ranks have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Abilities {
    pub(crate) f64: bool,
    pub(crate) i64: bool,
    /// Bytes of memory.
    pub(crate) memory: Option<u64>,
    /// Whether they are one device.
    pub(crate) shared: bool,
}

impl Engine {
    /// The GPUs of this machine.
    pub(crate) fn gpus() -> usize {
        #[cfg(feature = "gpu")]
        return crate::device::gpu::adapters().len();
        #[cfg(not(feature = "gpu"))]
        0
    }

    /// This share of the CPU with a share of a GPU of this machine, opened and tried out, where one is asked for. `rank` is this one's number among
    /// those on the machine.
    pub(crate) fn opened(&self, device: Device, rank: usize) -> Result<Self, LocalError> {
        #[cfg(feature = "gpu")]
        let number = match device {
            Device::Cpu => None,
            Device::AnyGpu => Some(rank % Self::gpus().max(1)),
            Device::Gpu(number) => Some(number),
        };
        #[cfg(feature = "gpu")]
        if let Some(number) = number {
            let gpu = Gpu::open(number)?.served_by(&self.cpu);
            gpu.try_out(&self.cpu)?;
            return Ok(Self { gpu: Some(gpu), ..self.clone() });
        }
        Ok(Self::new(self.cpu.clone()).with_exact_sums(self.exact_sums))
    }

    /// What this rank's device can do.
    pub(crate) fn abilities(&self) -> Abilities {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            return gpu.abilities();
        }
        Abilities { f64: true, i64: true, memory: None, shared: true }
    }

    /// A number that ranks of one process share when they are on one device.
    pub(crate) fn identity(&self) -> usize {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            return gpu.identity();
        }
        0
    }

    /// The same engine, which does only what those of all ranks can do.
    pub(crate) fn limited(self, common: Abilities) -> Self {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            gpu.limit(common);
        }
        self
    }

    /// Print where a GPU's time went when this share of it ends, if the environment asks for that. `of` says whose share it is.
    pub(crate) fn report_profile(&self, of: impl FnOnce() -> String) {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            gpu.report_profile(of);
        }
    }

    /// Whether arrays of this dtype can be there; what would work, otherwise.
    pub(crate) fn takes(&self, dtype: DType) -> Result<(), String> {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu
            && !gpu.supports(dtype)
        {
            let known: Vec<&str> =
                DType::ALL.into_iter().filter(|&dtype| gpu.supports(dtype)).map(DType::name).collect();
            return Err(format!(
                "no kernels for {dtype} on every rank's GPU: there are {}, or the CPU",
                known.join(", ")
            ));
        }
        Ok(())
    }
}

impl Evaluation<'_> {
    /// One pass for these roots: arrays, in their order, and full reductions.
    pub(crate) fn linear(&self, engine: &Engine, roots: &[&Root]) -> (Vec<Made>, Vec<Box<dyn States>>) {
        #[cfg(feature = "gpu")]
        if let Some((gpu, work)) = self.on_gpu(engine, roots) {
            let (arrays, states) = work.linear(gpu, engine.cpu(), roots, engine.exact_sums);
            return (arrays.into_iter().map(Made::Card).collect(), states);
        }
        let arrays = roots.iter().filter(|root| matches!(root, Root::Array(_)));
        let mut outputs: Vec<Output> = arrays.map(|root| self.output(engine, root)).collect();
        let slices = outputs.iter_mut().map(Output::slice).collect();
        let states = self.host().linear(engine.cpu(), roots, slices);
        (outputs.into_iter().map(|output| Made::Host(output.block)).collect(), states)
    }

    /// Compute the only root, an array, into `output`, which holds as many elements. A leaf without a source reads that before it is overwritten.
    pub(crate) fn write(&self, engine: &Engine, roots: &[&Root], output: Target<'_>) {
        match output {
            Target::Host(output) => drop(self.host().linear(engine.cpu(), roots, vec![output])),
            #[cfg(feature = "gpu")]
            Target::Card(memory) => match self.on_gpu(engine, roots) {
                Some((gpu, work)) => work.store(gpu, roots, &[memory], &View::row_major(self.shape)),
                None => with_dtype!(self.program.nodes[roots[0].node()].dtype, T => {
                    let mut block = memory.gpu().block::<T>(memory, engine.cpu().pool());
                    self.host().linear(engine.cpu(), roots, vec![T::erase_mut(&mut block)]);
                    memory.gpu().upload_into(bytemuck::cast_slice(&block), memory);
                }),
            },
        }
    }

    /// Compute the roots, arrays, at a part of the space. The indices along each axis are intervals.
    pub(crate) fn within(&self, engine: &Engine, roots: &[&Root], part: &Part<'_>, outputs: Vec<Target<'_>>) {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = engine.gpu() {
            return self.within_on(gpu, engine, roots, part, &outputs);
        }
        let slice = |output| match output {
            Target::Host(output) => output,
            #[cfg(feature = "gpu")]
            Target::Card(_) => unreachable!("arrays are where the engine computes"),
        };
        self.host().within(engine.cpu(), roots, part, outputs.into_iter().map(slice).collect());
    }

    /// One pass for reductions over the same `axes`; of `complete` many elements each when all of them are on this rank.
    pub(crate) fn folding(
        &self,
        engine: &Engine,
        roots: &[&Root],
        axes: &[usize],
        complete: Option<u64>,
    ) -> Vec<Reduced> {
        #[cfg(feature = "gpu")]
        if let Some((gpu, work)) = self.on_gpu(engine, roots) {
            let exact = engine.exact_sums;
            return match complete.filter(|_| self.shape.size() > 0) {
                Some(count) => {
                    let results = work.results(gpu, roots, axes, count, exact);
                    results.into_iter().map(|result| Reduced::Finished(Made::Card(result))).collect()
                }
                None => work.states(gpu, engine.cpu(), roots, axes, exact).into_iter().map(Reduced::Partial).collect(),
            };
        }
        let folded = self.host().folding(engine.cpu(), roots, axes, complete);
        let reduced = folded.into_iter().map(|folded| match folded {
            Folded::Finished(block) => Reduced::Finished(Made::Host(block)),
            Folded::Partial(states) => Reduced::Partial(states),
        });
        reduced.collect()
    }

    fn host(&self) -> cpu::Evaluation<'_> {
        let elements = self.blocks.iter().map(|leaf| leaf.source.map(|source| source.host()));
        let blocks = elements.zip(&self.blocks).map(|(elements, leaf)| BlockLeaf { elements, view: leaf.view.clone() });
        cpu::Evaluation {
            program: self.program,
            shape: self.shape,
            blocks: blocks.collect(),
            scalars: self.scalars,
            indices: self.indices,
        }
    }

    fn output(&self, engine: &Engine, root: &Root) -> Output {
        let (dtype, len) = (self.program.nodes[root.node()].dtype, self.shape.size());
        Output { dtype, block: with_dtype!(dtype, T => Box::new(engine.cpu().pool().take::<T>(len))) }
    }

    /// What the engine's GPU needs for these roots, if it has one with kernels for all of them.
    #[cfg(feature = "gpu")]
    pub(super) fn on_gpu<'e>(&self, engine: &'e Engine, roots: &[&Root]) -> Option<(&'e Gpu, program::Work<'_>)> {
        let gpu = engine.gpu()?;
        let program = gpu.know(self.program);
        if !gpu.can_compute(program, self.shape, roots, engine.exact_sums) {
            return None;
        }
        let operand = |leaf: &Leaf<'_>| program::Operand {
            memory: leaf.source.map(|source| source.card(gpu)),
            view: leaf.view.clone(),
        };
        let Self { shape, scalars, indices, .. } = *self;
        Some((
            gpu,
            program::Work { program, shape, blocks: self.blocks.iter().map(operand).collect(), scalars, indices },
        ))
    }
}

/// A block that is being written.
struct Output {
    dtype: DType,
    block: Box<dyn Any + Send>,
}

impl Output {
    fn slice(&mut self) -> AnySliceMut<'_> {
        with_dtype!(self.dtype, T => T::erase_mut(self.block.downcast_mut::<Block<T>>().expect("it was made of this dtype")))
    }
}
