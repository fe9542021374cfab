//! Kernels of programs against the same in plain Rust, on a device with tiny segments.

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
        let work = Work { program: &program, shape: &shape, blocks, scalars: &[Scalar::F32(0.5)], indices: &[] };
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
            let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
            let partial = fold::fold(&gpu, &work, &[(Fold::Sum, 0), (Fold::Max, 0)], axes);
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
    let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &indices };
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

/// A row-major space whose blocks begin at `offset` of their arrays, seen through `strides`: `x < y`, `!z`, `u + w`, `x`, in every form of a kernel.
fn compared(gpu: &Gpu, extents: &[usize], strides: &[isize], offset: usize) {
    let shape = Shape::from(extents);
    let reach: usize = extents.iter().zip(strides).map(|(extent, step)| (extent - 1) * step.unsigned_abs()).sum();
    let (len, reach) = (shape.size(), reach + offset + 1);
    let floats: Vec<f32> = (0..reach).map(|k| ((k * 7919) % 101) as f32).collect();
    let bools: Vec<bool> = (0..reach).map(|k| (k * 31) % 3 == 0).collect();
    let bytes: Vec<u8> = (0..reach).map(|k| (k * 37) as u8).collect();
    let dtypes = [DType::F32, DType::Bool, DType::U8];
    let mut nodes: Vec<Node> = (0..3).map(|slot| node(Op::Block(slot), dtypes[slot], &[])).collect();
    nodes.extend([
        node(Op::Scalar(0), DType::F32, &[]),
        node(Op::Compare(crate::program::Compare::Less), DType::Bool, &[0, 3]),
        node(Op::Unary(Unary::LogicalNot), DType::Bool, &[1]),
        node(Op::Binary(Binary::Add), DType::U8, &[2, 2]),
    ]);
    let program = Program { nodes, roots: vec![] };
    let seen = || view(offset as isize, strides);
    let blocks = vec![
        Operand { memory: Some(up(gpu, &floats)), view: seen() },
        Operand { memory: Some(up(gpu, &bools)), view: seen() },
        Operand { memory: Some(up(gpu, &bytes)), view: seen() },
    ];
    let work = Work { program: &program, shape: &shape, blocks, scalars: &[Scalar::F32(50.0)], indices: &[] };
    let place = |k: usize| {
        let index = shape.unravel(k);
        offset + index.iter().zip(strides).map(|(&i, &step)| i * step as usize).sum::<usize>()
    };
    let outputs = [1, 1, 1, 4].map(|width| gpu.empty(len, width));
    map::store(gpu, &work, &[4, 5, 6, 0], &outputs.each_ref(), &View::row_major(&shape));
    let [less, not, twice, same] = outputs;
    let (less, not, twice): (Vec<u8>, Vec<u8>, Vec<u8>) = (down(gpu, &less), down(gpu, &not), down(gpu, &twice));
    let same: Vec<f32> = down(gpu, &same);
    for k in 0..len {
        let at = place(k);
        let want = (u8::from(floats[at] < 50.0), u8::from(!bools[at]), bytes[at].wrapping_mul(2));
        assert_eq!((less[k], not[k], twice[k]), want, "{k} of {extents:?} {strides:?} {offset}");
        assert_eq!(same[k], floats[at], "{k} of {extents:?} {strides:?} {offset}");
    }
    let (all, alone): (Vec<usize>, _) = ((0..extents.len()).collect(), gpu.empty(len, 4));
    map::store(gpu, &work, &[0], &[&alone], &View::row_major(&shape));
    assert_eq!(down::<f32>(gpu, &alone), same, "words by themselves");
    for axes in [&all[..], &all[1..], &all[..1]] {
        let asked = [(Fold::Sum, 2), (Fold::Any, 4), (Fold::ArgMax, 2)];
        let folded = fold::fold(gpu, &work, &asked, axes);
        let mut want = std::collections::BTreeMap::new();
        for k in 0..len {
            let index = shape.unravel(k);
            let key: Vec<usize> = all.iter().filter(|axis| !axes.contains(axis)).map(|&axis| index[axis]).collect();
            let number = axes.iter().fold(0, |number, &axis| number * extents[axis] + index[axis]) as i32;
            let (value, less) = (bytes[place(k)], floats[place(k)] < 50.0);
            let entry = want.entry(key).or_insert((0_u64, 0_i32, (-1, -1)));
            entry.0 += u64::from(value);
            entry.1 |= i32::from(less);
            if i32::from(value) > entry.2.0 {
                entry.2 = (i32::from(value), number);
            }
        }
        let mut joined = folded.into_iter().map(|partial| partial.joined(gpu));
        let [sum, any, place] = std::array::from_fn(|_| joined.next().unwrap());
        assert_eq!(down::<u64>(gpu, &sum.memory), want.values().map(|want| want.0).collect::<Vec<_>>(), "{axes:?}");
        assert_eq!(down::<i32>(gpu, &any.memory), want.values().map(|want| want.1).collect::<Vec<_>>(), "{axes:?}");
        let numbers: Vec<i32> = down(gpu, &place.numbers.unwrap());
        assert_eq!(numbers, want.values().map(|want| want.2.1).collect::<Vec<_>>(), "{axes:?} {extents:?}");
    }
}

#[test]
fn groups_of_elements_in_every_form() {
    let gpus = [16, 64, 1024].map(|segment| Gpu::open_with_segments_of(0, segment).unwrap());
    for gpu in &gpus {
        for len in [1, 2, 3, 4, 7, 61, 129] {
            compared(gpu, &[len], &[1], len % 4);
        }
        compared(gpu, &[5, 8], &[8, 1], 1);
        compared(gpu, &[5, 8], &[1, 5], 0);
        compared(gpu, &[6, 7], &[9, 1], 2);
        compared(gpu, &[3, 4, 12], &[0, 12, 1], 3);
        compared(gpu, &[9, 12], &[24, 2], 0);
    }
}

#[test]
fn bytes_are_copied_beside_others() {
    use crate::memory::strided::{Grid, Step};
    for gpu in [16, 64, 1024].map(|segment| Gpu::open_with_segments_of(0, segment).unwrap()) {
        let source: Vec<u8> = (0..200).map(|k| (k * 37 + 1) as u8).collect();
        // Words, rows of words, rows that are none, columns, unaligned on either side.
        for (from, into, steps) in [
            (0, 0, vec![(197, 1, 1)]),
            (3, 8, vec![(101, 1, 1)]),
            (1, 3, vec![(50, 1, 1)]),
            (5, 4, vec![(6, 20, 16), (8, 1, 1)]),
            (0, 0, vec![(6, 20, 9), (7, 1, 1)]),
            (2, 0, vec![(12, 1, 12), (12, 12, 1)]),
            (0, 1, vec![(40, 2, 3)]),
        ] {
            let steps = steps.into_iter().map(|(extent, from, into)| Step { extent, from, into });
            let grid = Grid::new(from, into, steps.clone());
            let destination = up(&gpu, &[200_u8; 200]);
            gpu.copy(&grid, &up(&gpu, &source), &destination);
            let mut want = vec![200_u8; 200];
            let shape: Shape = steps.clone().map(|step| step.extent).collect();
            for k in 0..shape.size() {
                let index = shape.unravel(k);
                let at = |step: fn(&Step) -> isize, start: usize| {
                    start + index.iter().zip(steps.clone()).map(|(&i, its)| i * step(&its) as usize).sum::<usize>()
                };
                want[at(|step| step.into, into)] = source[at(|step| step.from, from)];
            }
            assert_eq!(down::<u8>(&gpu, &destination), want, "{grid:?}");
        }
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
            let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
            let results =
                work.results(&gpu, &[&Root::Reduction { node: 0, fold: Fold::Sum, axes: axes.into() }], axes, 1);
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
