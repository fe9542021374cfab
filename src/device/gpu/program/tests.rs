//! Kernels of programs against the same in plain Rust, on a device with tiny segments.

use super::*;
use crate::dtype::{DType, Erase};
use crate::program::{Binary, Fold, Node, Unary};

fn gpus() -> [Gpu; 2] {
    [Gpu::open_with_segments_of(0, 64).unwrap(), Gpu::open(0).unwrap()]
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
        map::store(&gpu, &work, &[5], &[&out]);
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
    let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &indices };
    let (index, not) = (gpu.empty(35, 8), gpu.empty(35, 1));
    map::store(&gpu, &work, &[0], &[&index]);
    map::store(&gpu, &work, &[2], &[&not]);
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
    map::store(gpu, &work, &[4, 5, 6, 0], &outputs.each_ref());
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
    map::store(gpu, &work, &[0], &[&alone]);
    assert_eq!(down::<f32>(gpu, &alone), same, "words by themselves");
    for axes in [&all[..], &all[1..], &all[..1]] {
        let asked = [(Fold::Sum, 2), (Fold::Any, 4), (Fold::ArgMax, 2)];
        let folded = fold::fold(gpu, &work, &asked, axes, false);
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

/// Copies of elements of `N` bytes with these steps, given as extents, steps of the source, steps of the destination.
fn copied<const N: usize>(gpu: &Gpu, from: usize, into: usize, steps: &[(usize, isize, isize)]) {
    use crate::memory::strided::{Grid, Step};
    let steps: Vec<Step> = steps.iter().map(|&(extent, from, into)| Step { extent, from, into }).collect();
    let reach =
        |step: fn(&Step) -> isize| steps.iter().map(|its| (its.extent - 1) * step(its) as usize).sum::<usize>() + 1;
    let random = |k: usize| (k.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8;
    let bytes = |elements: usize, salt: usize| (0..elements * N).map(|k| random(k + salt)).collect::<Vec<u8>>();
    let (source, old) = (bytes(from + reach(|step| step.from), 1), bytes(into + reach(|step| step.into) + 5, 7));
    let destination = gpu.upload(&old, N);
    gpu.copy(&Grid::new(from, into, steps.clone()), &gpu.upload(&source, N), &destination);
    let mut want = old;
    let shape: Shape = steps.iter().map(|step| step.extent).collect();
    for k in 0..shape.size() {
        let index = shape.unravel(k);
        let at =
            |step: fn(&Step) -> isize| index.iter().zip(&steps).map(|(&i, its)| i * step(its) as usize).sum::<usize>();
        let (read, written) = (N * (from + at(|step| step.from)), N * (into + at(|step| step.into)));
        want[written..written + N].copy_from_slice(&source[read..read + N]);
    }
    let mut got = vec![0; want.len()];
    gpu.download(&destination, &mut got);
    assert!(got == want, "{N} bytes from {from} to {into} by {steps:?}");
}

#[test]
fn bytes_are_copied_beside_others() {
    for gpu in [16, 64, 1024].map(|segment| Gpu::open_with_segments_of(0, segment).unwrap()) {
        // Words, rows of words, rows that are none, columns, unaligned on either side.
        copied::<1>(&gpu, 0, 0, &[(197, 1, 1)]);
        copied::<1>(&gpu, 3, 8, &[(101, 1, 1)]);
        copied::<1>(&gpu, 1, 3, &[(50, 1, 1)]);
        copied::<1>(&gpu, 5, 4, &[(6, 20, 16), (8, 1, 1)]);
        copied::<1>(&gpu, 0, 0, &[(6, 20, 9), (7, 1, 1)]);
        copied::<1>(&gpu, 2, 0, &[(12, 1, 12), (12, 12, 1)]);
        copied::<1>(&gpu, 0, 1, &[(40, 2, 3)]);
        copied::<4>(&gpu, 3, 1, &[(401, 1, 1)]);
        copied::<8>(&gpu, 0, 0, &[(30, 1, 2), (10, 30, 60)]);
    }
}

#[test]
fn transposes_of_every_width_and_ragged_size() {
    for gpu in [Gpu::open(0).unwrap(), Gpu::open_with_segments_of(0, 1024).unwrap()] {
        for (rows, columns) in [(16, 16), (33, 64), (65, 31), (100, 140)] {
            let (r, c) = (rows as isize, columns as isize);
            let wide = (c + 3) / 4 * 4;
            copied::<1>(&gpu, 0, 0, &[(rows, 1, wide), (columns, r, 1)]);
            copied::<1>(&gpu, 3, 4, &[(rows, 1, wide + 4), (columns, r + 1, 1)]);
            copied::<1>(&gpu, 3, 2, &[(rows, 1, c), (columns, r, 1)]);
            copied::<4>(&gpu, 5, 3, &[(rows, 1, c + 1), (columns, r + 2, 1)]);
            copied::<8>(&gpu, 0, 1, &[(rows, 1, c), (columns, r, 1)]);
            copied::<16>(&gpu, 1, 0, &[(rows, 1, c), (columns, r, 1)]);
            // Planes: before, between, and both.
            copied::<4>(&gpu, 0, 0, &[(3, r * c, r * c), (rows, 1, c), (columns, r, 1)]);
            copied::<1>(&gpu, 0, 0, &[(3, r * c, r * wide), (rows, 1, wide), (columns, r, 1)]);
            copied::<4>(&gpu, 2, 0, &[(2, r * c * 3, c * 3), (rows, 1, c * 6), (3, r * c, c), (columns, r, 1)]);
        }
    }
}

/// Elements whose sums ask for every digit: exponents all over, cancellation, and what `special` adds.
fn hard(len: usize, special: &[f32]) -> Vec<f32> {
    let number = |k: usize| {
        let bits = (k as u64 / 2 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let field = (bits >> 40) as u32 % 255;
        let value = f32::from_bits(field << 23 | (bits as u32 & 0x7f_ffff));
        if k % 2 == 0 { value } else { -value * if bits >> 60 == 0 { 0.5 } else { 1.0 } }
    };
    (0..len).map(|k| special.get(k % 97).copied().filter(|_| k % 97 == k).unwrap_or_else(|| number(k))).collect()
}

#[test]
fn exact_sums_and_means_are_those_of_the_host() {
    use crate::device::cpu::states;
    let (inf, nan, cpu) = (f32::INFINITY, f32::NAN, Cpu::new(1));
    let cases: [(&str, &[f32]); 7] = [
        ("finite", &[]),
        ("one more", &[f32::MAX, f32::MAX, f32::MIN_POSITIVE, 1e-45, -0.0]),
        ("inf", &[inf]),
        ("-inf", &[1.0, -inf, -inf]),
        ("both", &[inf, -inf]),
        ("nan", &[-nan]),
        ("nan and inf", &[nan, inf]),
    ];
    let bits = |values: &[f32]| {
        values.iter().map(|value| if value.is_nan() { 0 } else { value.to_bits() }).collect::<Vec<_>>()
    };
    for gpu in [64, 1024, 1 << 20].map(|segment| Gpu::open_with_segments_of(0, segment).unwrap()) {
        for (extents, axes) in [([1, 700], 1), ([7, 130], 1), ([130, 7], 0), ([300, 3], 1), ([1, 1], 0), ([2, 9000], 1)]
        {
            if extents[1] > 1000 && gpu.segment() < 1024 {
                continue;
            }
            let shape = Shape::from(extents);
            let all = cases.iter().map(|&(name, special)| (name, hard(shape.size(), special)));
            for (name, x) in all.chain([("-0", vec![-0.0; shape.size()]), ("tiny", vec![-1e-45; shape.size()])]) {
                let program = Program { nodes: vec![node(Op::Block(0), DType::F32, &[])], roots: vec![] };
                let operand = Operand { memory: Some(up(&gpu, &x)), view: view(0, &[extents[1] as isize, 1]) };
                let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
                for fold in [Fold::Sum, Fold::Mean] {
                    let asked = || fold::fold(&gpu, &work, &[(fold, 0)], &[axes], true).remove(0);
                    let (outputs, count) = (extents[1 - axes], extents[axes]);
                    let mut want = states(fold, DType::F32).fresh(outputs);
                    for output in 0..outputs {
                        let steps = if axes == 1 { (output * count, 1) } else { (output, outputs) };
                        let line: Vec<f32> = (0..count).map(|k| x[steps.0 + k * steps.1]).collect();
                        want.fold_strip(Erase::erase(&line[..]), 1, 0, output..output + 1);
                    }
                    let result = want.finish(count as u64, cpu.pool());
                    let result = bits(result.downcast_ref::<crate::memory::Block<f32>>().unwrap());
                    let finished: Vec<f32> = down(&gpu, &asked().finished(&gpu, fold, DType::F32, count as u64));
                    assert_eq!(bits(&finished), result, "{fold:?} of {name}, {extents:?}, {}", gpu.segment());
                    let merged = asked().on_host(&gpu, &cpu, fold, DType::F32);
                    assert!(merged.write() == want.write(), "{fold:?} of {name}, {extents:?}, {}", gpu.segment());
                }
            }
        }
    }
}

/// Part by part, where dividing by a complex number would make NaN of infinite parts.
#[test]
fn means_of_complex_numbers_stay_on_the_device() {
    use num_complex::Complex;
    let gpu = Gpu::open_with_segments_of(0, 64).unwrap();
    let number = |k: usize| Complex::new(k as f32, if k == 7 { f32::INFINITY } else { -(k as f32) });
    let x: Vec<Complex<f32>> = (0..300).map(number).collect();
    let program = Program { nodes: vec![node(Op::Block(0), DType::C32, &[])], roots: vec![] };
    let shape = Shape::from([100, 3]);
    let operand = Operand { memory: Some(up(&gpu, &x)), view: view(0, &[3, 1]) };
    let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
    let states = fold::fold(&gpu, &work, &[(Fold::Mean, 0)], &[1], false).remove(0);
    let means: Vec<Complex<f32>> = down(&gpu, &states.finished(&gpu, Fold::Mean, DType::C32, 3));
    for (k, mean) in means.into_iter().enumerate() {
        let middle = (3 * k + 1) as f32;
        assert_eq!(mean, Complex::new(middle, if k == 2 { f32::INFINITY } else { -middle }), "{k}");
    }
}
