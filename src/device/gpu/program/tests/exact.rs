//! Exact sums on a device against those on the host; means of complex numbers.

use num_complex::Complex;

use super::*;
use crate::device::cpu::states;
use crate::dtype::Erase;
use crate::memory::Block;

/// Elements whose sums ask for every digit: exponents all over, cancellation, and what `special` adds.
fn hard(len: usize, special: &[f32]) -> Vec<f32> {
    let number = |k: usize| {
        let bits = (k as u64 / 2 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let field = (bits >> 40) as u32 % 255;
        let value = f32::from_bits(field << 23 | (bits as u32 & 0x7f_ffff));
        if k.is_multiple_of(2) { value } else { -value * if bits >> 60 == 0 { 0.5 } else { 1.0 } }
    };
    (0..len).map(|k| special.get(k % 97).copied().filter(|_| k % 97 == k).unwrap_or_else(|| number(k))).collect()
}

/// What is among the elements beside finite numbers.
const CASES: [(&str, &[f32]); 7] = [
    ("finite", &[]),
    ("one more", &[f32::MAX, f32::MAX, f32::MIN_POSITIVE, 1e-45, -0.0]),
    ("inf", &[f32::INFINITY]),
    ("-inf", &[1.0, f32::NEG_INFINITY, f32::NEG_INFINITY]),
    ("both", &[f32::INFINITY, f32::NEG_INFINITY]),
    ("nan", &[-f32::NAN]),
    ("nan and inf", &[f32::NAN, f32::INFINITY]),
];

/// Bits, where all NaN are one.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| if value.is_nan() { 0 } else { value.to_bits() }).collect()
}

/// That sums and means along `axis` are those of the host, to the bits, as results and as states.
fn check(gpu: &Gpu, name: &str, extents: [usize; 2], axis: usize, x: &[f32]) {
    let (shape, cpu) = (Shape::from(extents), Cpu::new(1));
    let program = Program { nodes: vec![node(Op::Block(0), DType::F32, &[])], roots: vec![] };
    let operand = Operand { memory: Some(up(gpu, x)), view: view(0, &[extents[1] as isize, 1]) };
    let work = Work { program: gpu.know(&program), shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
    let (outputs, count) = (extents[1 - axis], extents[axis]);
    for fold in [Fold::Sum, Fold::Mean] {
        let asked = || fold::fold(gpu, &work, &[(fold, 0)], &[axis], true).remove(0);
        let mut want = states(fold, DType::F32).fresh(outputs);
        for output in 0..outputs {
            let (start, step) = if axis == 1 { (output * count, 1) } else { (output, outputs) };
            let line: Vec<f32> = (0..count).map(|k| x[start + k * step]).collect();
            want.fold_strip(f32::erase(&line), 1, 0, output..output + 1);
        }
        let about = format!("{fold:?} of {name}, {extents:?} along {axis}, segments of {}", gpu.segment());
        let results = want.finish(count as u64, cpu.pool());
        let results = results.downcast_ref::<Block<f32>>().expect("results are of f32");
        let finished: Vec<f32> = down(gpu, &asked().finished(gpu, fold, DType::F32, count as u64));
        assert_eq!(bits(&finished), bits(results), "{about}");
        assert!(asked().on_host(gpu, &cpu, fold, DType::F32).write() == want.write(), "{about}");
    }
}

#[test]
fn exact_sums_and_means_are_those_of_the_host() {
    let several: &[([usize; 2], usize)] = &[([1, 300], 1), ([7, 60], 1), ([60, 7], 0), ([1, 1], 0)];
    let long: &[([usize; 2], usize)] = &[([300, 3], 1), ([2, 9000], 1)];
    for (segment, spaces) in [(16, several), (64, several), (1024, long), (1 << 20, long)] {
        let gpu = Gpu::open_with_segments_of(0, segment).expect("a device");
        for &(extents, axis) in spaces {
            let len = extents[0] * extents[1];
            for (name, special) in CASES {
                check(&gpu, name, extents, axis, &hard(len, special));
            }
            check(&gpu, "-0", extents, axis, &vec![-0.0; len]);
            check(&gpu, "tiny", extents, axis, &vec![-1e-45; len]);
        }
    }
}

/// Part by part, where dividing by a complex number would make NaN of infinite parts.
#[test]
fn means_of_complex_numbers_stay_on_the_device() {
    let gpu = Gpu::open_with_segments_of(0, 64).expect("a device");
    let number = |k: usize| Complex::new(k as f32, if k == 7 { f32::INFINITY } else { -(k as f32) });
    let x: Vec<Complex<f32>> = (0..300).map(number).collect();
    let program = Program { nodes: vec![node(Op::Block(0), DType::C32, &[])], roots: vec![] };
    let shape = Shape::from([100, 3]);
    let operand = Operand { memory: Some(up(&gpu, &x)), view: view(0, &[3, 1]) };
    let work = Work { program: gpu.know(&program), shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
    let states = fold::fold(&gpu, &work, &[(Fold::Mean, 0)], &[1], false).remove(0);
    let means: Vec<Complex<f32>> = down(&gpu, &states.finished(&gpu, Fold::Mean, DType::C32, 3));
    for (k, mean) in means.into_iter().enumerate() {
        let middle = (3 * k + 1) as f32;
        assert_eq!(mean, Complex::new(middle, if k == 2 { f32::INFINITY } else { -middle }), "{k}");
    }
}
