//! What comes again is launched as it was, and nothing else is.

use super::*;
use crate::device::gpu::kernel::Kernel;
use crate::memory::strided::{Grid, Step};

/// `x op y * c`, of blocks of `dtype` and a scalar.
fn fused(op: Binary, dtype: DType) -> Program {
    let nodes = vec![
        node(Op::Block(0), dtype, &[]),
        node(Op::Block(1), dtype, &[]),
        node(Op::Scalar(0), dtype, &[]),
        node(Op::Binary(op), dtype, &[0, 1]),
        node(Op::Binary(Binary::Multiply), dtype, &[3, 2]),
    ];
    Program { nodes, roots: vec![] }
}

/// Passes and programs that are kept.
fn kept(gpu: &Gpu) -> (usize, usize) {
    gpu.0.plans.lens()
}

fn last(gpu: &Gpu) -> Arc<Kernel> {
    gpu.work().stream.last_kernel().expect("one was launched")
}

fn operand(memory: &Arc<Memory>, offset: isize, strides: &[isize]) -> Operand {
    Operand { memory: Some(memory.clone()), view: view(offset, strides) }
}

#[test]
fn equal_programs_of_any_scalars_are_one_plan() {
    let gpu = Gpu::open_with(0, Options::default()).expect("there is a device");
    let shape = Shape::from([5]);
    let arrays = [0, 1, 2].map(|k| up(&gpu, &[k as f32, 1.0, 2.0, 3.0, 4.0]));
    let mut kernel = None;
    for round in 0..30 {
        let program = fused(Binary::Add, DType::F32);
        let [x, y, into] = [0, 1, 2].map(|k| &arrays[(round + k) % 3]);
        let blocks = vec![operand(x, 0, &[1]), operand(y, 0, &[1])];
        let (x, y): (Vec<f32>, Vec<f32>) = (down(&gpu, x), down(&gpu, y));
        let scalars = [Scalar::F32(1.0 / (round + 1) as f32)];
        let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
        work.store(&gpu, &[&Root::Array(4)], &[into], &View::row_major(&shape));
        let kernel = kernel.get_or_insert_with(|| last(&gpu));
        assert!(Arc::ptr_eq(kernel, &last(&gpu)));
        for (k, &value) in down::<f32>(&gpu, into).iter().enumerate() {
            let want = (x[k] + y[k]) / (round + 1) as f32;
            assert!((value - want).abs() <= 1e-6 * want.abs(), "{value} {want}");
        }
    }
    assert_eq!(kept(&gpu), (1, 1));
    assert_eq!(gpu.work().stream.groups(), 3, "one bind group for each row of arrays");
}

#[test]
fn a_loop_over_slices_is_one_plan_and_one_kernel() {
    let gpu = Gpu::open_with(0, Options::default()).expect("there is a device");
    let (len, shape) = (150, Shape::from([50]));
    let x: Vec<f32> = (0..len).map(|k| k as f32).collect();
    let (block, sliced, sum) = (up(&gpu, &x), Arc::new(gpu.empty(50, 4)), gpu.empty(50, 4));
    let program = fused(Binary::Add, DType::F32);
    let mut kernels = Vec::new();
    for offset in 0..100 {
        // A slice that is made, and one that is seen where it lies.
        gpu.copy(&Grid::new(offset, 0, [Step { extent: 50, from: 1, into: 1 }]), &block, &sliced);
        kernels.push(last(&gpu));
        let blocks = vec![operand(&sliced, 0, &[1]), operand(&block, offset as isize, &[1])];
        let scalars = [Scalar::F32(1.0)];
        let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
        work.store(&gpu, &[&Root::Array(4)], &[&sum], &View::row_major(&shape));
        kernels.push(last(&gpu));
        let got: Vec<f32> = down(&gpu, &sum);
        assert!(got.iter().enumerate().all(|(k, &value)| value == 2.0 * (offset + k) as f32), "{offset}");
    }
    assert!(kernels.iter().zip(&kernels[2..]).all(|(one, next)| Arc::ptr_eq(one, next)));
    assert_eq!(kept(&gpu), (2, 1), "a copy and a program");
    assert_eq!(gpu.work().stream.groups(), 2);
}

/// A sum of products by axis 1 of what a block of 30 x 40 holds, seen from `offset` on.
fn sums(gpu: &Gpu, x: &Arc<Memory>, offset: usize, exact: bool) -> Vec<f32> {
    let nodes = vec![
        node(Op::Block(0), DType::F32, &[]),
        node(Op::Scalar(0), DType::F32, &[]),
        node(Op::Binary(Binary::Multiply), DType::F32, &[0, 1]),
    ];
    let (program, shape) = (Program { nodes, roots: vec![] }, Shape::from([3, 300]));
    let (blocks, scalars) = (vec![operand(x, offset as isize, &[300, 1])], [Scalar::F32(2.0)]);
    let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
    let root = Root::Reduction { node: 2, fold: Fold::Sum, axes: SmallVec::from_slice(&[1]) };
    down(gpu, &work.results(gpu, &[&root], &[1], 300, exact)[0])
}

#[test]
fn reductions_of_slices_are_one_plan_each() {
    for (segment, is_one_piece) in [(None, true), (Some(64), false)] {
        let gpu = Gpu::open_with(0, Options { segment, ..Options::default() }).expect("there is a device");
        let numbers = |salt: usize| (0..1000).map(|k| ((k * 7 + salt) % 64) as f32).collect::<Vec<_>>();
        for exact in [false, true] {
            let mut plans = None;
            for round in 0..8 {
                let x = numbers(round);
                let (row, offset) = (|at: usize| 2.0 * x[at..at + 300].iter().sum::<f32>(), round * 9);
                let want: Vec<f32> = (0..3).map(|k| row(offset + 300 * k)).collect();
                assert_eq!(sums(&gpu, &up(&gpu, &x), offset, exact), want, "{round}");
                let plans = plans.get_or_insert_with(|| kept(&gpu));
                assert!(!is_one_piece || *plans == kept(&gpu), "{round}");
            }
        }
    }
}

/// Bytes are written as words where they begin at one; segments end in the middle of slices.
#[test]
fn slices_of_bytes_and_over_segments_are_what_they_are() {
    for segment in [16, 64, 1024] {
        let gpu = Gpu::open_with_segments_of(0, segment).expect("there is a device");
        let x: Vec<u8> = (0..200).map(|k| (k * 37) as u8).collect();
        let (block, shape, program) = (up(&gpu, &x), Shape::from([12]), fused(Binary::Add, DType::U8));
        for offset in (0..100).chain(40..60) {
            let into = gpu.upload(&[9; 200], 1);
            let blocks = vec![operand(&block, offset, &[1]), operand(&block, 3, &[0])];
            let scalars = [Scalar::U8(3)];
            let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &scalars, indices: &[] };
            work.store(&gpu, &[&Root::Array(4)], &[&into], &view(offset + 5, &[1]));
            let copied = gpu.upload(&[9; 200], 1);
            let step = Step { extent: 12, from: 1, into: 1 };
            gpu.copy(&Grid::new(offset as usize + 5, offset as usize, [step]), &into, &copied);
            let (into, copied): (Vec<u8>, Vec<u8>) = (down(&gpu, &into), down(&gpu, &copied));
            let at = offset as usize;
            let want = |k: usize| x[at + k].wrapping_add(x[3]).wrapping_mul(3);
            for k in 0..200 {
                let inside = (at + 5..at + 17).contains(&k);
                assert_eq!(into[k], if inside { want(k - at - 5) } else { 9 }, "{k} from {at} of {segment}");
                let inside = (at..at + 12).contains(&k);
                assert_eq!(copied[k], if inside { want(k - at) } else { 9 }, "{k} from {at} of {segment}, copied");
            }
        }
        let (passes, _) = kept(&gpu);
        assert!(if segment == 1024 { passes == 8 } else { passes > 8 }, "{passes}");
    }
}

/// A pass that differs from the first one in one thing, by name.
struct Different<'a> {
    what: &'static str,
    program: Program,
    shape: Shape,
    blocks: Vec<Operand>,
    root: NodeId,
    into: &'a Memory,
}

/// What passes read and write.
struct Arrays {
    x: Arc<Memory>,
    y: Arc<Memory>,
    out: Memory,
    narrow: Memory,
}

impl Arrays {
    fn new(gpu: &Gpu) -> Self {
        let x: Vec<f32> = (1..=32).map(|k| k as f32).collect();
        let y: Vec<f32> = (1..=32).map(|k| (k * k) as f32).collect();
        Self { x: up(gpu, &x), y: up(gpu, &y), out: gpu.empty(32, 4), narrow: gpu.empty(32, 1) }
    }

    fn pass(&self, what: &'static str, program: Program) -> Different<'_> {
        let blocks = vec![operand(&self.x, 0, &[1]), operand(&self.y, 0, &[1])];
        Different { what, program, shape: Shape::from([8]), blocks, root: 4, into: &self.out }
    }

    /// The same program with one node changed.
    fn changed(&self, what: &'static str, change: impl FnOnce(&mut Vec<Node>)) -> Different<'_> {
        let mut program = fused(Binary::Add, DType::F32);
        change(&mut program.nodes);
        self.pass(what, program)
    }

    fn programs(&self) -> Vec<Different<'_>> {
        let less = Op::Compare(crate::program::Compare::Less);
        vec![
            self.changed("nothing", |_| {}),
            self.pass("an operation", fused(Binary::Subtract, DType::F32)),
            self.pass("a dtype", fused(Binary::Add, DType::I32)),
            self.changed("an argument", |nodes| nodes[4].arguments[1] = 1),
            self.changed("the order of arguments", |nodes| nodes[3].arguments.swap(0, 1)),
            self.changed("a slot", |nodes| nodes[1].op = Op::Block(0)),
            self.changed("a function", |nodes| nodes[4] = node(Op::Unary(Unary::Negative), DType::F32, &[3])),
            self.changed("another function", |nodes| nodes[4] = node(Op::Unary(Unary::Square), DType::F32, &[3])),
            Different { root: 3, ..self.changed("a root", |_| {}) },
            Different {
                into: &self.narrow,
                ..self.changed("bytes", |nodes| nodes[4] = node(less, DType::Bool, &[0, 2]))
            },
        ]
    }

    fn views(&self) -> Vec<Different<'_>> {
        let (x, y) = (&self.x, &self.y);
        let seen = |what, blocks| Different { blocks, ..self.changed(what, |_| {}) };
        vec![
            Different { shape: Shape::from([9]), ..self.changed("an extent", |_| {}) },
            seen("a step", vec![operand(x, 0, &[2]), operand(y, 0, &[1])]),
            seen("a direction", vec![operand(x, 7, &[-1]), operand(y, 0, &[1])]),
            seen("an array twice", vec![operand(x, 0, &[1]), operand(x, 0, &[1])]),
            Different {
                shape: Shape::from([2, 4]),
                ..seen("axes", vec![operand(x, 0, &[4, 1]), operand(y, 0, &[4, 1])])
            },
            seen("in place", vec![operand(x, 0, &[1]), Operand { memory: None, view: view(0, &[1]) }]),
        ]
    }
}

impl Different<'_> {
    /// The passes that are kept then, and what was stored.
    fn run(&self, gpu: &Gpu) -> (usize, Vec<u8>) {
        let Self { program, shape, root, into, .. } = self;
        let there = |operand: &Operand| Operand { memory: operand.memory.clone(), view: operand.view.clone() };
        let blocks = self.blocks.iter().map(there).collect();
        let scalar = if program.nodes[2].dtype == DType::I32 { Scalar::I32(3) } else { Scalar::F32(3.0) };
        let work = Work { program: gpu.know(program), shape, blocks, scalars: &[scalar], indices: &[] };
        gpu.upload_into(&vec![7; into.len() * into.width()], into);
        work.store(gpu, &[&Root::Array(*root)], &[into], &View::row_major(shape));
        let mut bytes = vec![0; into.len() * into.width()];
        gpu.download(into, &mut bytes);
        (kept(gpu).0, bytes)
    }
}

#[test]
fn passes_that_differ_in_one_thing_share_nothing() {
    let gpu = Gpu::open_with(0, Options::default()).expect("there is a device");
    let arrays = Arrays::new(&gpu);
    let all: Vec<Different<'_>> = arrays.programs().into_iter().chain(arrays.views()).collect();
    let mut first = Vec::new();
    for (number, different) in (1..).zip(&all) {
        let (passes, bytes) = different.run(&gpu);
        assert_eq!(passes, number, "{}", different.what);
        first.push(bytes);
    }
    for (different, first) in all.iter().zip(&first) {
        let (passes, again) = different.run(&gpu);
        assert_eq!((passes, &again), (all.len(), first), "{}", different.what);
    }
    first.sort();
    first.dedup();
    // But for an order of arguments, axes, and one array in two ways.
    assert_eq!(first.len(), all.len() - 3, "results differ");
}
