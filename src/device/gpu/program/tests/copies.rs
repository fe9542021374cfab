//! Copies on a device against copies byte by byte.

use crate::device::gpu::Gpu;
use crate::memory::strided::{Grid, Step};
use crate::shape::Shape;

/// Copies of elements of `N` bytes with these steps, given as extents, steps of the source, steps of the destination.
fn copied<const N: usize>(gpu: &Gpu, from: usize, into: usize, steps: &[(usize, isize, isize)]) {
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
    for gpu in [16, 64, 1024].map(|segment| Gpu::open_with_segments_of(0, segment).expect("a device")) {
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
    for gpu in [Gpu::open(0).expect("a device"), Gpu::open_with_segments_of(0, 1024).expect("a device")] {
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
