//! Passes that come again: their launches are kept, so that nothing is cut into pieces, written or looked for a second time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;
use wgpu::Buffer;

use crate::device::gpu::kernel::{Access, Kernel};
use crate::device::gpu::key::Key;
use crate::device::gpu::launch::Cost;
use crate::device::gpu::program::{Work, has_kernels};
use crate::device::gpu::stream::Recorded;
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::program::{NodeId, Program, Root};
use crate::shape::Shape;

/// A pass over arrays: launches that follow from its key.
pub(super) struct Pass<'a> {
    /// All that decides about the launches, but for what follows here.
    pub(super) key: Key,
    /// What it reads and writes.
    pub(super) memories: SmallVec<[&'a Memory; 8]>,
    /// The words with which the arguments of all its kernels end.
    pub(super) values: Vec<u32>,
    pub(super) cost: Cost,
}

/// A launch of a pass, over whatever memories and values.
struct Kept {
    kernel: Arc<Kernel>,
    /// What is done with each array, the memory's number, and the segment's there.
    arrays: SmallVec<[(Access, usize, usize); 4]>,
    arguments: Vec<u32>,
    groups: usize,
}

/// What one share of a device has done before.
#[derive(Default)]
pub(in crate::device::gpu) struct Plans {
    passes: Mutex<HashMap<Key, Arc<Vec<Kept>>>>,
    programs: Mutex<HashMap<Key, bool>>,
}

/// The most passes that are kept, and programs. Beyond them it begins anew: a program that has so many hardly comes back to one.
const MOST: usize = 4096;

/// The most launches of a pass that is kept: of one with more, planning is a small part.
const MOST_LAUNCHES: usize = 16;

fn add<T>(known: &Mutex<HashMap<Key, T>>, key: Key, value: T) {
    let mut known = locked(known);
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(key, value);
}

fn locked<T>(known: &Mutex<HashMap<Key, T>>) -> MutexGuard<'_, HashMap<Key, T>> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// [`has_kernels`], asked once for each program.
pub(crate) fn can_compute(gpu: &Gpu, program: &Program, shape: &Shape, roots: &[&Root]) -> bool {
    let counted = i32::try_from(shape.size()).is_ok();
    let key = Key::default().and(&program.nodes).and(roots).and(&shape.ndim()).and(&counted);
    let known = locked(&gpu.0.plans.programs).get(&key).copied();
    known.unwrap_or_else(|| {
        let answer = has_kernels(gpu, program, shape, roots);
        add(&gpu.0.plans.programs, key, answer);
        answer
    })
}

impl Pass<'_> {
    /// Launch the kernels of this pass: those that are kept, or else those that `launch` launches.
    pub(super) fn run(self, gpu: &Gpu, launch: impl FnOnce()) {
        let Self { key, memories, values, cost } = self;
        // The same memory may stand in several places.
        let first = |memory: &&Memory| memories.iter().position(|other| std::ptr::eq(*other, *memory));
        let key = memories.iter().fold(key, |key, memory| key.and(&first(memory)));
        let known = locked(&gpu.0.plans.passes).get(&key).cloned();
        if let Some(kept) = known {
            let stream = &mut gpu.work().stream;
            stream.charge(cost);
            kept.iter().for_each(|kept| {
                let segment = |&(access, memory, segment): &(Access, usize, usize)| {
                    (access, &memories[memory].segments()[segment])
                };
                let arrays: SmallVec<[(Access, &Buffer); 8]> = kept.arrays.iter().map(segment).collect();
                let arguments = [&*kept.arguments, &*values];
                stream.launch(&kept.kernel, &arrays, &arguments, kept.groups);
            });
            return;
        }
        gpu.work().stream.record(cost);
        launch();
        let recorded = gpu.work().stream.recorded();
        if recorded.len() <= MOST_LAUNCHES {
            let kept = recorded.into_iter().map(|launch| kept(launch, &memories, &values));
            add(&gpu.0.plans.passes, key, Arc::new(kept.collect()));
        }
    }
}

/// A launch over these memories with these values as one over any.
fn kept(recorded: Recorded, memories: &[&Memory], values: &[u32]) -> Kept {
    let Recorded { kernel, arrays, mut arguments, groups } = recorded;
    let place = |(access, array): (Access, Buffer)| {
        let mut places = memories.iter().map(|memory| memory.segments().iter().position(|segment| *segment == array));
        let memory = places.by_ref().position(|place| place.is_some());
        let memory = memory.expect("a pass launches kernels over its memories");
        let segment = memories[memory].segments().iter().position(|segment| *segment == array);
        (access, memory, segment.expect("it was found there"))
    };
    let own = arguments.len() - values.len();
    assert!(arguments[own..] == *values, "arguments end with the values of scalars");
    arguments.truncate(own);
    Kept { kernel, arrays: arrays.into_iter().map(place).collect(), arguments, groups }
}

impl Work<'_> {
    /// A pass of this sort, in which these nodes are computed: over its blocks, and over `outputs`.
    pub(super) fn pass<'a>(
        &'a self,
        sort: &str,
        nodes: &[NodeId],
        outputs: impl Iterator<Item = &'a Memory>,
    ) -> Pass<'a> {
        let extents = |key: Key| self.shape.iter().fold(key.and(&self.shape.ndim()), |key, extent| key.and(extent));
        let mut key = extents(Key::default().and(sort)).and(nodes).and(&self.program.nodes);
        let (mut memories, mut cost) = (SmallVec::new(), Cost::default());
        for block in &self.blocks {
            key = seen(key, &block.view).and(&block.memory.is_some());
            if let Some(memory) = block.memory.as_deref() {
                cost.bytes += read(&block.view, self.shape) * memory.width() as u64;
                memories.push(memory);
            }
        }
        for memory in outputs {
            cost.bytes += (memory.len() * memory.width()) as u64;
            memories.push(memory);
        }
        let calls = nodes.iter().filter(|&&node| !self.program.nodes[node].arguments.is_empty()).count();
        cost.operations = calls as u64 * self.shape.size() as u64;
        Pass { key, memories, values: self.values(nodes), cost }
    }
}

/// With where a view sees elements.
pub(super) fn seen(key: Key, view: &View) -> Key {
    view.strides.iter().fold(key.and(&view.offset).and(&view.strides.len()), |key, step| key.and(step))
}

/// The elements that a view sees of a space, each once.
fn read(view: &View, shape: &Shape) -> u64 {
    let moved = shape.iter().zip(&view.strides).filter(|&(_, &step)| step != 0);
    moved.map(|(&extent, _)| extent as u64).product()
}
