//! Groups of elements in every form: one, four apart, four beside each other, in words or not.

use super::*;
use crate::program::Compare;

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
        node(Op::Compare(Compare::Less), DType::Bool, &[0, 3]),
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
    let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &[Scalar::F32(50.0)], indices: &[] };
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
        folded(gpu, &work, axes, |k| (bytes[place(k)], floats[place(k)] < 50.0));
    }
}

/// The sums and the places of the greatest of node 2, and whether any of node 4 is true, along `axes`. `elements` gives those of both nodes.
fn folded(gpu: &Gpu, work: &Work<'_>, axes: &[usize], elements: impl Fn(usize) -> (u8, bool)) {
    let (shape, asked) = (work.shape, [(Fold::Sum, 2), (Fold::Any, 4), (Fold::ArgMax, 2)]);
    let mut want = std::collections::BTreeMap::new();
    for k in 0..shape.size() {
        let index = shape.unravel(k);
        let key: Vec<usize> = (0..shape.ndim()).filter(|axis| !axes.contains(axis)).map(|axis| index[axis]).collect();
        let number = axes.iter().fold(0, |number, &axis| number * shape[axis] + index[axis]) as i32;
        let (byte, less) = elements(k);
        let entry = want.entry(key).or_insert((0_u64, 0_i32, (-1, -1)));
        entry.0 += u64::from(byte);
        entry.1 |= i32::from(less);
        if i32::from(byte) > entry.2.0 {
            entry.2 = (i32::from(byte), number);
        }
    }
    let mut joined = fold::fold(gpu, work, &asked, axes, false).into_iter().map(|partial| partial.joined(gpu));
    let [sum, any, place] = std::array::from_fn(|_| joined.next().expect("one for each"));
    assert_eq!(down::<u64>(gpu, &sum.memory), want.values().map(|want| want.0).collect::<Vec<_>>(), "{axes:?}");
    assert_eq!(down::<i32>(gpu, &any.memory), want.values().map(|want| want.1).collect::<Vec<_>>(), "{axes:?}");
    let numbers: Vec<i32> = down(gpu, &place.numbers.expect("places are numbered"));
    assert_eq!(numbers, want.values().map(|want| want.2.1).collect::<Vec<_>>(), "{axes:?} of {shape}");
}

#[test]
fn groups_of_elements_in_every_form() {
    let gpus = [16, 64, 1024].map(|segment| Gpu::open_with_segments_of(0, segment).expect("a device"));
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
