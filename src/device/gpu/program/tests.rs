//! Kernels of programs against the same in plain Rust, on a device with tiny segments.

mod copies;
mod exact;
mod groups;
mod plans;

use super::*;
use crate::device::gpu::options::Options;
use crate::dtype::DType;
use crate::program::{Binary, Fold, Node, Unary};

fn gpus() -> [Gpu; 4] {
    let open = |segment, workgroup, canaries| Gpu::open_with(0, Options { segment, workgroup, canaries }).unwrap();
    [open(Some(64), None, false), open(None, None, false), open(None, Some(128), false), open(Some(64), Some(64), true)]
}

fn up<T: bytemuck::NoUninit>(gpu: &Gpu, elements: &[T]) -> Arc<Memory> {
    Arc::new(gpu.upload(bytemuck::cast_slice(elements), size_of::<T>()))
}

fn down<T: bytemuck::Pod>(gpu: &Gpu, memory: &Memory) -> Vec<T> {
    let mut elements = vec![T::zeroed(); memory.len()];
    gpu.download(memory, bytemuck::cast_slice_mut(&mut elements));
    elements
}

fn node(op: Op, dtype: DType, arguments: &[NodeId]) -> Node {
    Node { op, dtype, arguments: arguments.into() }
}

fn view(offset: isize, strides: &[isize]) -> View {
    View { offset, strides: strides.into() }
}

/// `-x * y + 0.5`, where x is transposed and y is a row.
fn program() -> Program {
    let nodes = vec![
        node(Op::Block(0), DType::F32, &[]),
        node(Op::Block(1), DType::F32, &[]),
        node(Op::Scalar(0), DType::F32, &[]),
        node(Op::Unary(Unary::Negative), DType::F32, &[0]),
        node(Op::Binary(Binary::Multiply), DType::F32, &[3, 1]),
        node(Op::Binary(Binary::Add), DType::F32, &[4, 2]),
    ];
    Program { nodes, roots: vec![] }
}

#[test]
fn elements_are_stored_where_they_belong() {
    for gpu in gpus() {
        let (rows, columns) = (13, 37);
        let x: Vec<f32> = (0..rows * columns).map(|k| k as f32).collect();
        let y: Vec<f32> = (0..columns).map(|k| k as f32 / 4.0).collect();
        let (program, shape) = (program(), Shape::from([rows, columns]));
        let blocks = vec![
            Operand { memory: Some(up(&gpu, &x)), view: view(0, &[1, rows as isize]) },
            Operand { memory: Some(up(&gpu, &y)), view: view(0, &[0, 1]) },
        ];
        let work =
            Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &[Scalar::F32(0.5)], indices: &[] };
        let out = gpu.empty(rows * columns, 4);
        map::store(&gpu, &work, &[5], &[&out], &View::row_major(&shape));
        let got: Vec<f32> = down(&gpu, &out);
        for (k, value) in got.iter().enumerate() {
            let (row, column) = (k / columns, k % columns);
            assert_eq!(*value, -x[column * rows + row] * y[column] + 0.5, "{row} {column}");
        }
    }
}

#[test]
fn folds_see_every_element_once() {
    for gpu in gpus() {
        let extents = [3, 50, 7];
        let x: Vec<i32> = (0..1050).map(|k| (k * 7919) % 1000 - 300).collect();
        let shape = Shape::from(extents);
        let program = Program { nodes: vec![node(Op::Block(0), DType::I32, &[])], roots: vec![] };
        for axes in [&[0][..], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]] {
            let operand = Operand { memory: Some(up(&gpu, &x)), view: view(0, &[350, 7, 1]) };
            let work =
                Work { program: gpu.know(&program), shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
            let partial = fold::fold(&gpu, &work, &[(Fold::Sum, 0), (Fold::Max, 0)], axes, false);
            let mut want = std::collections::BTreeMap::new();
            for (k, &value) in x.iter().enumerate() {
                let index = shape.unravel(k);
                let key: Vec<usize> = (0..3).filter(|axis| !axes.contains(axis)).map(|axis| index[axis]).collect();
                let (sum, max) = want.entry(key).or_insert((0, i32::MIN));
                (*sum, *max) = (*sum + i64::from(value), value.max(*max));
            }
            let mut partial = partial.into_iter().map(|partial| partial.joined(&gpu).memory);
            let sums: Vec<i64> = down(&gpu, &partial.next().unwrap());
            let maxima: Vec<i32> = down(&gpu, &partial.next().unwrap());
            assert_eq!(sums, want.values().map(|value| value.0).collect::<Vec<_>>(), "{axes:?}");
            assert_eq!(maxima, want.values().map(|value| value.1).collect::<Vec<_>>(), "{axes:?}");
        }
    }
}

#[test]
fn bytes_and_indices() {
    let gpu = Gpu::open_with_segments_of(0, 16).unwrap();
    let nodes = vec![
        node(Op::Index(1), DType::I64, &[]),
        node(Op::Block(0), DType::Bool, &[]),
        node(Op::Unary(Unary::LogicalNot), DType::Bool, &[1]),
    ];
    let (program, shape) = (Program { nodes, roots: vec![] }, Shape::from([5, 7]));
    let x: Vec<bool> = (0..35).map(|k| k % 3 == 0).collect();
    let indices = [Progression::interval(0..5), Progression::new(3, 2, 5, 100)];
    let operand = Operand { memory: Some(up(&gpu, &x)), view: view(34, &[-7, -1]) };
    let work =
        Work { program: gpu.know(&program), shape: &shape, blocks: vec![operand], scalars: &[], indices: &indices };
    let (index, not) = (gpu.empty(35, 8), gpu.empty(35, 1));
    map::store(&gpu, &work, &[0], &[&index], &View::row_major(&shape));
    map::store(&gpu, &work, &[2], &[&not], &View::row_major(&shape));
    let bytes: Vec<u8> = down(&gpu, &not);
    let index: Vec<i64> = down(&gpu, &index);
    for k in 0..35 {
        assert_eq!(bytes[k], u8::from(!x[34 - k]), "{k}");
        assert_eq!(index[k], indices[1].nth(k % 7) as i64, "{k}");
    }
}

/// Sums of floats are rounded in an order that the sizes of arrays alone decide.
#[test]
fn sums_of_floats_do_not_depend_on_the_size_of_workgroups() {
    let x: Vec<f32> = (0..7000).map(|k| ((k * 7919) % 1000) as f32 / 7.0 - 30.0).collect();
    let (shape, program) =
        (Shape::from([70, 100]), Program { nodes: vec![node(Op::Block(0), DType::F32, &[])], roots: vec![] });
    let sums = |workgroup| {
        let gpu = Gpu::open_with(0, Options { workgroup: Some(workgroup), ..Options::default() }).unwrap();
        let sums = [&[0][..], &[1], &[0, 1]].map(|axes| {
            let operand = Operand { memory: Some(up(&gpu, &x)), view: view(0, &[100, 1]) };
            let work =
                Work { program: gpu.know(&program), shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
            let results =
                work.results(&gpu, &[&Root::Reduction { node: 0, fold: Fold::Sum, axes: axes.into() }], axes, 1, false);
            down::<u32>(&gpu, &results[0])
        });
        let (of_all, exact) = (f64::from(f32::from_bits(sums[2][0])), x.iter().map(|&x| f64::from(x)).sum::<f64>());
        assert!((of_all - exact).abs() < 1e-2, "{of_all} {exact}");
        sums
    };
    let whole = sums(256);
    assert_eq!(sums(128), whole);
    assert_eq!(sums(64), whole);
}
