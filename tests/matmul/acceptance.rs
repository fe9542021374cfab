//! AC-13: integer products bit for bit in four dtypes, and a graded real one within the error bound of every summation order.

use isotherm::linalg::matmul;
use isotherm::prelude::*;

use crate::oracle::{Dense, Ring, assert_equal};
use crate::{layouts, world};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/acceptance/ac13_matmul_");

/// The array of an NPY file of version 1, its elements as `read` makes them of so many bytes.
fn npy<T, const N: usize>(name: &str, descr: &str, read: impl Fn([u8; N]) -> T) -> Dense<T> {
    let file = std::fs::read(format!("{FOLDER}{name}.npy")).unwrap();
    assert!(file.starts_with(b"\x93NUMPY\x01\x00"), "{name}");
    let data = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
    let header = String::from_utf8_lossy(&file[10..data]);
    assert!(header.contains(&format!("'descr': '{descr}', 'fortran_order': False")), "{name}: {header}");
    let extents = header.split("'shape': (").nth(1).unwrap().split(')').next().unwrap().split(',').map(str::trim);
    let shape: Shape = extents.filter(|text| !text.is_empty()).map(|text| text.parse::<usize>().unwrap()).collect();
    let elements: Vec<T> = file[data..].as_chunks().0.iter().map(|&bytes| read(bytes)).collect();
    assert_eq!(elements.len(), shape.size(), "{name}");
    Dense { shape, elements }
}

fn integers<T: Ring>(number: usize) -> (Dense<T>, Dense<T>, Dense<T>) {
    let small = |name: &str| npy(&format!("{name}{number}"), "<i2", |bytes| T::small(i16::from_le_bytes(bytes).into()));
    let product = npy(&format!("C{number}"), "<i4", |bytes| T::small(i32::from_le_bytes(bytes).into()));
    (small("A"), small("B"), product)
}

fn every_case<T: Ring>(ranks: usize) {
    let cases: Vec<_> = (0..9).map(integers::<T>).collect();
    world::run_on(ranks, |cx| {
        for (a, b, wanted) in &cases {
            let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
            for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                let product = matmul(&a.placed(cx, from)?, &b.placed(cx, other)?)?;
                assert_equal(&format!("{} {from} by {other}", T::DTYPE), &product, wanted);
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn acceptance_13_integer_products_are_exact() {
    for ranks in world::sizes([1, 2, 3, 4, 5, 8]) {
        every_case::<f64>(ranks);
        every_case::<i32>(ranks);
    }
    for ranks in world::sizes([3, 4]) {
        every_case::<f32>(ranks);
        every_case::<i64>(ranks);
    }
}

/// `|C - AB| ≤ γ |A| |B|` for each element, with `γ = k u / (1 - k u)`, and the golden product is itself rounded once.
#[test]
fn acceptance_13_a_graded_product_is_within_the_bound() {
    let read = |name: &str| npy(name, "<f8", f64::from_le_bytes);
    let (a, b, exact) = (read("Ar"), read("Br"), read("ABr_exact_rounded"));
    let magnitudes =
        |x: &Dense<f64>| Dense { shape: x.shape.clone(), elements: x.elements.iter().map(|e| e.abs()).collect() };
    let scale = magnitudes(&a).matmul(&magnitudes(&b)).unwrap();
    let (k, unit) = (a.shape[1] as f64, f64::EPSILON / 2.0);
    let gamma = k * unit / (1.0 - k * unit);
    for ranks in world::sizes([1, 2, 3, 5, 8]) {
        world::run_on(ranks, |cx| {
            let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
            for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                let product = matmul(&a.placed(cx, from)?, &b.placed(cx, other)?)?;
                for run in product.region().runs() {
                    for (global, local) in run.global.zip(run.local..) {
                        let error = (product.local()[local] - exact.elements[global]).abs();
                        let bound =
                            gamma * scale.elements[global] * (1.0 + f64::EPSILON) + unit * exact.elements[global].abs();
                        assert!(error <= bound, "element {global} of {from} by {other}: {error} > {bound}");
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    }
}
