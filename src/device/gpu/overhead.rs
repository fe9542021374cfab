//! What a dispatch costs the host: `cargo test --all-features --lib device::gpu::overhead -- --ignored --nocapture`.
//!
//! Arrays of one element, in bursts of as many submissions as may be under way, so that nobody waits for the device.

use std::sync::Arc;
use std::time::Instant;

use crate::device::cpu::Cpu;
use crate::device::gpu::program::{Operand, Work};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::device::{Device, Engine, Evaluation, Leaf, Source};
use crate::dtype::{AnySlice, DType};
use crate::program::{Binary, Node, Op, Program, Root, Scalar, Unary};
use crate::shape::Shape;

const DISPATCHES: usize = 7 * 64;
const BURSTS: usize = 40;

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

/// The least and the median microseconds of a dispatch, over all bursts.
fn measure(gpu: &Gpu, what: &str, mut dispatch: impl FnMut(usize)) {
    let mut rounds: Vec<f64> = Vec::new();
    for _ in 0..BURSTS {
        gpu.work().stream.finish();
        let begun = Instant::now();
        (0..DISPATCHES).for_each(&mut dispatch);
        rounds.push(begun.elapsed().as_secs_f64() * 1e6 / DISPATCHES as f64);
    }
    rounds.sort_by(f64::total_cmp);
    println!("{what:40} {:6.2} us at least, {:6.2} us the median", rounds[0], rounds[BURSTS / 2]);
}

#[test]
#[ignore = "it prints times"]
fn host_time_of_a_dispatch() {
    let engine = Engine::new(Cpu::new(1)).opened(Device::Gpu(0), 0).expect("a device");
    let gpu = engine.gpu().expect("it was opened");
    let (program, shape, scalars) = (program(), Shape::from([1]), [Scalar::F32(0.5)]);
    let root = Root::Array(4);
    let arrays: Vec<Arc<Memory>> = (0..3).map(|_| Arc::new(gpu.upload(&[0; 4], 4))).collect();
    measure(gpu, "recording and submitting a fused program", |k| {
        let (from, into) = (&arrays[k % 3], &arrays[(k + 1) % 3]);
        let blocks = vec![Operand { memory: Some(from.clone()), view: View::row_major(&shape) }];
        let work = Work { program: &program, shape: &shape, blocks, scalars: &scalars, indices: &[] };
        work.store(gpu, &[&root], &[into]);
    });
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
}
