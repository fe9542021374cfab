//! What a dispatch costs the host: `cargo test --all-features --lib device::gpu::overhead -- --ignored --nocapture`.
//!
//! Arrays of one element. A software device computes on the host's time, and within submissions: so what is recorded here is made ready to be submitted, 64 dispatches
//! at a time as it always is, and taken back. What handing over costs comes last.

use std::sync::Arc;
use std::time::Instant;

use crate::device::cpu::Cpu;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::program::{Operand, Work};
use crate::device::gpu::{Gpu, Memory};
use crate::device::product::Product;
use crate::device::space::View;
use crate::device::{Device, Engine, Evaluation, Leaf, Source};
use crate::dtype::{AnySlice, DType};
use crate::memory::strided::{Grid, Step};
use crate::program::{Binary, Fold, Node, Op, Program, Root, Scalar, Unary};
use crate::shape::Shape;

const DISPATCHES: usize = 64;
const BURSTS: usize = 2000;

/// A block that is on the device.
struct There(Arc<Memory>);

impl Source for There {
    fn host(&self) -> AnySlice<'_> {
        unreachable!("the device computes")
    }

    fn card(&self, _: &Gpu) -> Arc<Memory> {
        self.0.clone()
    }
}

/// `-x * 0.5 + x`.
fn program() -> Program {
    let node = |op, arguments: &[usize]| Node { op, dtype: DType::F32, arguments: arguments.into() };
    let nodes = vec![
        node(Op::Block(0), &[]),
        node(Op::Scalar(0), &[]),
        node(Op::Unary(Unary::Negative), &[0]),
        node(Op::Binary(Binary::Multiply), &[2, 1]),
        node(Op::Binary(Binary::Add), &[3, 0]),
    ];
    Program { nodes, roots: vec![Root::Array(4)] }
}

/// The time for which this thread was on a core, in seconds, to a few milliseconds: on a busy machine it has waited besides.
fn busy() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
}

/// Print the microseconds of a dispatch: the median of all bursts by the clock, and their mean on the core.
pub(crate) fn measure(gpu: &Gpu, what: &str, mut dispatch: impl FnMut(usize)) {
    gpu.work().stream.finish();
    let (mut bursts, before) = (Vec::with_capacity(BURSTS), busy());
    for _ in 0..BURSTS {
        let begun = Instant::now();
        (0..DISPATCHES).for_each(&mut dispatch);
        gpu.work().stream.discard();
        bursts.push(begun.elapsed().as_secs_f64());
    }
    let busy = before.zip(busy()).map_or(f64::NAN, |(before, after)| after - before);
    bursts.sort_by(f64::total_cmp);
    let each = 1e6 / DISPATCHES as f64;
    println!("{what:45} {:6.2} us, {:6.2} us on the core", bursts[BURSTS / 2] * each, busy * each / BURSTS as f64);
}

#[test]
#[ignore = "it prints times"]
fn host_time_of_a_dispatch() {
    let engine = Engine::new(Cpu::new(1)).opened(Device::Gpu(0), 0).expect("a device");
    let gpu = engine.gpu().expect("it was opened");
    let (program, shape, scalars) = (program(), Shape::from([1]), [Scalar::F32(0.5)]);
    let root = Root::Array(4);
    let arrays: Vec<Arc<Memory>> = (0..3).map(|_| Arc::new(gpu.upload(&[0; 4], 4))).collect();
    let store = |k: usize| {
        let (from, into) = (&arrays[k % 3], &arrays[(k + 1) % 3]);
        let blocks = vec![Operand { memory: Some(from.clone()), view: View::row_major(&shape) }];
        let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
        work.store(gpu, &[&root], &[into], &View::row_major(&shape));
    };
    store(0);
    let kernel = gpu.work().stream.last_kernel().expect("it was launched");
    let segments = |k: usize| {
        let [from, into] = [k, k + 1].map(|k| &arrays[k % 3].segments()[0]);
        [(Access::Read, from), (Access::Write, into)]
    };
    measure(gpu, "a kernel that is at hand, recorded", |k| {
        gpu.work().stream.launch(&kernel, &segments(k), &[&[0; 20]], 1);
    });
    measure(gpu, "a fused program, its kernel looked for", store);
    measure(gpu, "whether there are kernels", |_| {
        assert!(gpu.can_compute(gpu.know(&program), &shape, &[&root], false));
    });
    measure(gpu, "room for an output", |_| drop(gpu.empty(1, 4)));
    let mut last = arrays[0].clone();
    measure(gpu, "an evaluation with its output", |_| {
        let source = There(last.clone());
        let leaf = Leaf { source: Some(&source), view: View::row_major(&shape) };
        let (program, shape) = (&program, &shape);
        let evaluation = Evaluation { program, shape, blocks: vec![leaf], scalars: &scalars, indices: &[] };
        let (made, _) = evaluation.linear(&engine, &[&root]);
        let Some(crate::device::Made::Card(made)) = made.into_iter().next() else { unreachable!("an array there") };
        last = Arc::new(made);
    });
    let nothing = || {
        gpu.work().stream.launch(&kernel, &segments(0), &[&[0; 20]], 1);
        gpu.work().stream.submit();
    };
    let begun = Instant::now();
    (0..BURSTS).for_each(|_| nothing());
    gpu.work().stream.finish();
    println!(
        "{:45} {:6.2} us",
        "a submission, its device's work included",
        begun.elapsed().as_secs_f64() * 1e6 / BURSTS as f64
    );
}

#[test]
#[ignore = "it prints times"]
fn host_time_of_other_kernels() {
    let engine = Engine::new(Cpu::new(1)).opened(Device::Gpu(0), 0).expect("a device");
    let gpu = engine.gpu().expect("it was opened");
    let (program, shape, scalars) = (program(), Shape::from([1]), [Scalar::F32(0.5)]);
    let arrays: Vec<Arc<Memory>> = (0..3).map(|_| Arc::new(gpu.upload(&[0; 4], 4))).collect();
    let largest = Root::Reduction { node: 4, fold: Fold::Max, axes: [0].as_slice().into() };
    measure(gpu, "a fused reduction with its output", |k| {
        let blocks = vec![Operand { memory: Some(arrays[k % 3].clone()), view: View::row_major(&shape) }];
        let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
        drop(work.results(gpu, &[&largest], &[0], 1, false));
    });
    for (what, n) in [("a product with a vector", 1), ("a product of matrices", 4)] {
        let matrices: Vec<Memory> = (0..2).map(|_| gpu.empty(n * n, 4)).collect();
        let (shape, view) = (Shape::from([n, n]), View::row_major(&Shape::from([n, n])));
        let product = Product { shape, inner: n, a: view.clone(), b: view, at: 0, add: false };
        measure(gpu, what, |k| {
            gpu.multiply(&product, DType::F32, [&matrices[k % 2]; 2], &matrices[(k + 1) % 2]);
        });
    }
    measure(gpu, "a fill", |k| gpu.fill(&arrays[k % 3], 1.5_f32));
    let one = Grid::new(0, 0, [Step { extent: 1, from: 1, into: 1 }]);
    measure(gpu, "a copy", |k| gpu.copy(&one, &arrays[k % 3], &arrays[(k + 1) % 3]));
}
