//! Kernels against the same in plain Rust, on a device with tiny segments and on one with its own.

use std::rc::Rc;
use std::sync::Arc;

use bytemuck::{NoUninit, Pod};

use super::*;
use crate::device::Source;
use crate::device::cpu::{Cpu, digits as host};
use crate::device::digits::{Bounds, Keyed, Lens, Round};
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::{AnySlice, DType, Element};
use crate::program::Fold;
use crate::shape::Shape;

fn gpus() -> [Gpu; 2] {
    [Gpu::open_with_segments_of(0, 64).unwrap(), Gpu::open(0).unwrap()]
}

fn up<T: NoUninit>(gpu: &Gpu, elements: &[T]) -> Memory {
    gpu.upload(bytemuck::cast_slice(elements), size_of::<T>())
}

fn down<T: Pod>(gpu: &Gpu, memory: &Memory) -> Vec<T> {
    let mut elements = vec![T::zeroed(); memory.len()];
    gpu.download(memory, bytemuck::cast_slice_mut(&mut elements));
    elements
}

/// Numbers without a pattern.
fn scattered(len: usize) -> impl Iterator<Item = u64> {
    (1..=len as u64).map(|k| k.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

/// The scan of a block of three extents along its middle one.
fn scanned<T: Copy, S: Copy>(
    elements: &[T],
    [outer, rows, inner]: [usize; 3],
    start: S,
    exclusive: bool,
    both: impl Fn(S, T) -> S,
) -> Vec<S> {
    let mut results = vec![start; elements.len()];
    for line in 0..outer * inner {
        let mut state = start;
        for row in 0..rows {
            let at = (line / inner * rows + row) * inner + line % inner;
            let after = both(state, elements[at]);
            results[at] = if exclusive { state } else { after };
            state = after;
        }
    }
    results
}

#[test]
fn scans_of_integers() {
    let shapes = [[1, 1, 1], [1, 300, 1], [2, 0, 3], [5, 37, 1], [3, 41, 5], [1, 2000, 2], [1, 9000, 1], [300, 2, 3]];
    for gpu in gpus() {
        for extents in shapes {
            let len = extents.iter().product();
            let elements: Vec<i32> = scattered(len).map(|bits| bits as i32).collect();
            let (memory, shape) = (up(&gpu, &elements), Shape::from(extents));
            for exclusive in [false, true] {
                let scan = Scan { fold: Fold::Sum, from: DType::I32, into: DType::I64, exclusive };
                let got: Vec<i64> = down(&gpu, &gpu.scan(&memory, &shape, 1, scan));
                assert_eq!(got, scanned(&elements, extents, 0, exclusive, |sum, x| sum + i64::from(x)), "{extents:?}");
            }
            let scan = Scan { fold: Fold::Max, from: DType::I32, into: DType::I32, exclusive: false };
            let got: Vec<i32> = down(&gpu, &gpu.scan(&memory, &shape, 1, scan));
            assert_eq!(got, scanned(&elements, extents, i32::MIN, false, i32::max), "{extents:?}");
        }
    }
}

#[test]
fn scans_of_bytes_and_products() {
    let (extents, gpu) = ([3, 50, 2], Gpu::open_with_segments_of(0, 64).unwrap());
    let bytes: Vec<u8> = scattered(300).map(|bits| bits as u8).collect();
    let (memory, shape) = (up(&gpu, &bytes), Shape::from(extents));
    let scan = Scan { fold: Fold::Min, from: DType::U8, into: DType::U8, exclusive: false };
    let got: Vec<u8> = down(&gpu, &gpu.scan(&memory, &shape, 1, scan));
    assert_eq!(got, scanned(&bytes, extents, u8::MAX, false, u8::min));
    let scan = Scan { fold: Fold::Prod, from: DType::U8, into: DType::U64, exclusive: false };
    let got: Vec<u64> = down(&gpu, &gpu.scan(&memory, &shape, 1, scan));
    assert_eq!(got, scanned(&bytes, extents, 1_u64, false, |product, x| product.wrapping_mul(x.into())));
}

/// Whole numbers, so that no rounding touches their sums.
#[test]
fn scans_of_floats() {
    for gpu in gpus() {
        for (extents, axis) in [([1, 5000, 1], 1), ([7, 30, 3], 1)] {
            let elements: Vec<f32> = scattered(extents.iter().product()).map(|bits| (bits % 64) as f32).collect();
            let scan = Scan { fold: Fold::Sum, from: DType::F32, into: DType::F32, exclusive: false };
            let got: Vec<f32> = down(&gpu, &gpu.scan(&up(&gpu, &elements), &Shape::from(extents), axis, scan));
            assert_eq!(got, scanned(&elements, extents, 0.0, false, |sum, x| sum + x), "{extents:?}");
        }
        let complex: Vec<[f64; 2]> = scattered(2000).map(|bits| [(bits % 8) as f64, 1.0]).collect();
        let scan = Scan { fold: Fold::Sum, from: DType::C64, into: DType::C64, exclusive: false };
        let got: Vec<[f64; 2]> = down(&gpu, &gpu.scan(&up(&gpu, &complex), &Shape::from([2000]), 0, scan));
        assert_eq!(got, scanned(&complex, [1, 2000, 1], [0.0; 2], false, |sum, x| [sum[0] + x[0], sum[1] + x[1]]));
    }
}

/// More lines than there are workgroups, each of more than one tile.
#[test]
fn scans_of_many_long_lines() {
    let (extents, gpu) = ([1100, 800, 1], Gpu::open(0).unwrap());
    let complex: Vec<[f64; 2]> = scattered(1100 * 800).map(|bits| [(bits % 8) as f64, 1.0]).collect();
    let scan = Scan { fold: Fold::Sum, from: DType::C64, into: DType::C64, exclusive: false };
    let got: Vec<[f64; 2]> = down(&gpu, &gpu.scan(&up(&gpu, &complex), &Shape::from(extents), 1, scan));
    assert!(got == scanned(&complex, extents, [0.0; 2], false, |sum, x| [sum[0] + x[0], sum[1] + x[1]]));
}

/// That elements come in the order of `key`, equal ones in the order in which they were.
#[track_caller]
fn sorts<T: Element + NoUninit, K: Ord>(gpu: &Gpu, elements: &[T], key: impl Fn(&T) -> K) {
    let mut places: Vec<u32> = (0..elements.len() as u32).collect();
    places.sort_by_key(|&place| key(&elements[place as usize]));
    let want: Vec<T> = places.iter().map(|&place| elements[place as usize]).collect();
    let memory = up(gpu, elements);
    let bytes = |memory: &Memory| {
        let mut bytes = vec![0_u8; memory.len() * memory.width()];
        gpu.download(memory, &mut bytes);
        bytes
    };
    let what = format!("{} of {}", elements.len(), T::DTYPE);
    assert!(bytes(&gpu.sorted(&memory, T::DTYPE)) == bytemuck::cast_slice::<T, u8>(&want), "{what}");
    let (sorted, got) = gpu.sorted_with_places(&memory, T::DTYPE);
    assert!(bytes(&sorted) == bytemuck::cast_slice::<T, u8>(&want), "{what}, with places");
    assert_eq!(down::<u32>(gpu, &got), places, "{what}");
}

#[test]
fn integers_are_sorted() {
    let [tiny, whole] = gpus();
    for len in [0, 1, 2, 63, 300] {
        sorts(&tiny, &scattered(len).map(|bits| bits as i32).collect::<Vec<_>>(), |&x| x);
    }
    for gpu in [tiny, whole] {
        sorts(&gpu, &scattered(100).map(|bits| bits as i64).collect::<Vec<_>>(), |&x| x);
        sorts(&gpu, &scattered(100).collect::<Vec<u64>>(), |&x| x);
        sorts(&gpu, &scattered(200).map(|bits| bits as u8).collect::<Vec<_>>(), |&x| x);
        sorts(&gpu, &scattered(200).map(|bits| bits % 3 == 0).collect::<Vec<_>>(), |&x| x);
    }
}

/// Several tiles and parts, of one segment and of two.
#[test]
fn many_integers_are_sorted() {
    for gpu in [Gpu::open_with_segments_of(0, 8192).unwrap(), Gpu::open(0).unwrap()] {
        sorts(&gpu, &scattered(9000).map(|bits| bits as i32).collect::<Vec<_>>(), |&x| x);
        sorts(&gpu, &vec![7_i32; 5000], |&x| x);
        sorts(&gpu, &(-4000..4000).collect::<Vec<i32>>(), |&x| x);
        sorts(&gpu, &(-4000..4000).rev().collect::<Vec<i32>>(), |&x| x);
        sorts(&gpu, &scattered(9000).map(|bits| (bits % 3) as u8).collect::<Vec<_>>(), |&x| x);
        let mut elements: Vec<i32> = scattered(15_000).map(|bits| bits as i32).collect();
        let (sorted, _) = gpu.sorted_in(2, &up(&gpu, &elements), DType::I32, false);
        elements.sort_unstable();
        assert!(down::<i32>(&gpu, &sorted) == elements, "parts of two tiles");
    }
}

/// NaN of both signs come last, in their order.
#[test]
fn floats_are_sorted() {
    let special = [0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, -5e-324, f64::MAX, -1.5];
    let doubles: Vec<f64> = scattered(150)
        .map(|bits| if bits % 5 == 0 { special[bits as usize % 10] } else { bits as i64 as f64 })
        .collect();
    let floats: Vec<f32> = doubles.iter().map(|&x| x as f32).collect();
    for gpu in gpus() {
        sorts(&gpu, &doubles, |x| if x.is_nan() { i64::MAX } else { ordered(*x) });
        sorts(&gpu, &floats, |x| if x.is_nan() { i64::MAX } else { ordered(f64::from(*x)) });
    }
}

/// An integer in the order of floats, -0 before 0.
fn ordered(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

fn rows_of<T: Element + NoUninit + Pod>(gpu: &Gpu, elements: &[T], columns: usize, wide: bool) {
    let rows = elements.len() / columns;
    let numbers: Vec<usize> = scattered(2 * rows + 1).map(|bits| bits as usize % rows).collect();
    let up_numbers = |numbers: &[usize]| {
        if wide {
            up(gpu, &numbers.iter().map(|&number| number as i64).collect::<Vec<_>>())
        } else {
            up(gpu, &numbers.iter().map(|&number| number as u32).collect::<Vec<_>>())
        }
    };
    let memory = up(gpu, elements);
    let got: Vec<T> = down(gpu, &gpu.gathered(&memory, columns, &up_numbers(&numbers)));
    let want: Vec<T> = numbers.iter().flat_map(|&row| elements[row * columns..][..columns].to_vec()).collect();
    assert!(got == want, "rows of {columns} {}", T::DTYPE);
    // Some of the rows, each once, the last one first.
    let numbers: Vec<usize> = (0..rows).rev().step_by(2).collect();
    let (source, mut want) = (&elements[..numbers.len() * columns], elements.to_vec());
    for (row, number) in source.chunks(columns).zip(&numbers) {
        want[number * columns..][..columns].copy_from_slice(row);
    }
    let destination = up(gpu, elements);
    gpu.scatter(&up(gpu, source), columns, &up_numbers(&numbers), &destination);
    assert!(down::<T>(gpu, &destination) == want, "scattered rows of {columns} {}", T::DTYPE);
}

#[test]
fn rows_come_and_go_by_their_numbers() {
    for gpu in gpus() {
        rows_of(&gpu, &scattered(300).map(|bits| bits as u8).collect::<Vec<_>>(), 3, false);
        for columns in [1, 7, 100] {
            rows_of(&gpu, &scattered(1400).map(|bits| bits as i32).collect::<Vec<_>>(), columns, false);
        }
        rows_of(&gpu, &scattered(990).collect::<Vec<u64>>(), 33, true);
        let complex =
            scattered(160).map(|bits| num_complex::Complex::new(f64::from(bits as i32), 2.0)).collect::<Vec<_>>();
        rows_of(&gpu, &complex, 5, true);
    }
}

/// Numbers of no row are passed over.
#[test]
fn rows_that_there_are_not() {
    for gpu in gpus() {
        let destination = up(&gpu, &[0_i32; 100]);
        gpu.scatter(&up(&gpu, &[1_i32, 2, 3, 4]), 2, &up(&gpu, &[50_u32, 1]), &destination);
        let mut want = [0; 100];
        want[2..4].copy_from_slice(&[3, 4]);
        assert_eq!(down::<i32>(&gpu, &destination), want);
    }
}

/// Elements that are uploaded when a device asks for them.
struct Elements<'a, T>(&'a [T]);

impl<T: Keyed + NoUninit> Source for Elements<'_, T> {
    fn host(&self) -> AnySlice<'_> {
        T::erase(self.0)
    }

    fn card(&self, gpu: &Gpu) -> Arc<Memory> {
        Arc::new(up(gpu, self.0))
    }
}

/// The next digits of all elements that begin with one of `prefixes`, of groups with these bounds.
fn round(bounds: &[Bounds], prefixes: &[u64], taken: u32) -> Rc<Round> {
    let mut round = Round::default();
    for (group, bounds) in bounds.iter().enumerate() {
        let bits = u64::BITS - bounds.greatest.saturating_sub(bounds.least).leading_zeros();
        let (known, start) = (taken.min(bits), round.prefixes.len());
        let width = (bits - known).min(8);
        if width > 0 {
            // Not the same ones in each group, and of some groups none.
            let these = &prefixes[..prefixes.len() - group % (prefixes.len() + 1)];
            round.prefixes.extend(these.iter().filter(|&&prefix| prefix >> known == 0));
        }
        let slots = start..round.prefixes.len();
        round.lenses.push(Lens { least: bounds.least, shift: bits - known - width, width, slots });
    }
    Rc::new(round)
}

/// That bounds and counts are those that the host finds.
fn counts<T: Keyed + NoUninit>(gpu: &Gpu, elements: &[T], extents: [usize; 3], nans: bool) {
    let (cpu, source) = (Cpu::new(1), Elements(elements));
    let here = host::Digits::new(&cpu, elements, extents);
    let there: Digits<T> = Digits::new(gpu, &cpu, &source, extents).expect("there are kernels");
    let bounds = here.bounds();
    let what = format!("{extents:?} {}", T::DTYPE);
    for (group, (want, got)) in bounds.iter().zip(there.bounds()).enumerate() {
        assert_eq!(got.nan, want.nan, "{what} {group}");
        assert!(got == *want || want.least > want.greatest && got.least > got.greatest, "{what} {group}");
    }
    let all = extents[0] * extents[2];
    // Where NaN would be counted is left open.
    for groups in [0..all, all / 3..all - all / 4].into_iter().filter(|groups| !nans && !groups.is_empty()) {
        for (prefixes, taken) in [(&[0_u64][..], 0), (&[0, 1, 2, 5, 9, 200, 255], 8)] {
            let round = round(&bounds[groups.clone()], prefixes, taken);
            let want = here.search(groups.clone()).count(&round);
            let got = there.search(groups.clone()).count(&round);
            assert!(got[..] == want[..], "{what} {groups:?} {prefixes:?}");
        }
    }
}

#[test]
fn digits_are_counted_as_on_the_host() {
    for gpu in gpus() {
        for extents in [[1, 700, 1], [1, 90, 7], [5, 40, 3], [4, 30, 1], [2, 0, 3], [1, 1, 1], [0, 5, 2]] {
            let len = extents.iter().product();
            counts(&gpu, &scattered(len).map(|bits| bits as i32 % 1000).collect::<Vec<_>>(), extents, false);
            counts(&gpu, &scattered(len).map(|bits| bits as u8).collect::<Vec<_>>(), extents, false);
            counts(&gpu, &scattered(len).map(|bits| bits as i64).collect::<Vec<_>>(), extents, false);
            let numbers = |bits: u64| f64::from_bits(bits & !(1 << 52));
            counts(&gpu, &scattered(len).map(numbers).collect::<Vec<_>>(), extents, false);
            let some_nan = |bits: u64| if bits.is_multiple_of(3) { f32::NAN } else { (bits as i32) as f32 };
            counts(&gpu, &scattered(len).map(some_nan).collect::<Vec<_>>(), extents, true);
        }
    }
}

/// More slots than have room in shared memory, of so many elements that each outer index is worth a launch.
#[test]
fn digits_of_long_groups() {
    let elements: Vec<i32> = scattered(20 * 70_000).map(|bits| bits as i32).collect();
    counts(&Gpu::open(0).unwrap(), &elements, [20, 70_000, 1], false);
}

#[test]
fn what_the_host_gives_is_sorted_summed_and_picked() {
    let gpu = Gpu::open_with_segments_of(0, 64).unwrap();
    assert_eq!(gpu.sort(&[3.0_f32, -1.0, 2.0]), [-1.0, 2.0, 3.0]);
    assert_eq!(gpu.argsort(&[3_i32, 1, 3, 2]), [1, 3, 0, 2]);
    assert_eq!(gpu.argsort::<i32>(&[]), [0; 0]);
    assert_eq!(gpu.cumulative_sum(&[1_u8, 255, 3]), [1_u64, 256, 259]);
    assert_eq!(gpu.take_rows(&[1_i32, 2, 3, 4, 5, 6], 2, &[2, 0, 2]), [5, 6, 1, 2, 5, 6]);
    assert_eq!(gpu.put_rows(&[0_i32; 6], 2, &[2, 0], &[1, 2, 3, 4]), [3, 4, 0, 0, 1, 2]);
}
