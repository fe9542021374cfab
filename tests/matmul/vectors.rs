//! Inner and outer products.

use isotherm::linalg::{dot, outer, vdot, vecdot};
use isotherm::{Complex, DType};

use crate::oracle::{Dense, Ring, assert_equal};
use crate::{layouts, world};

#[test]
fn inner_products_of_every_pair_of_layouts() {
    let (x, y) = (Dense::<i32>::small((4, 6), 1), Dense::<i32>::small((4, 6), 2));
    let row = |i: usize| (0..6).fold(0, |sum: i32, j| sum.mul_add(x.elements[6 * i + j], y.elements[6 * i + j]));
    let rows = Dense { shape: 4.into(), elements: (0..4).map(row).collect() };
    let total: i32 = rows.elements.iter().sum();
    for ranks in world::sizes([1, 2, 4, 8]) {
        world::run_on(ranks, |cx| {
            let all = layouts::all(&x.shape, ranks);
            for (from, other) in all.iter().flat_map(|from| all.iter().map(move |other| (from, other))) {
                let (a, b) = (x.placed(cx, from)?, y.placed(cx, other)?);
                assert_equal(&format!("vecdot of {from} and {other}"), &vecdot(&a, &b, -1)?, &rows);
                assert_eq!(vdot(&a, &b)?.item()?, total, "vdot of {from} and {other}");
                assert_eq!(dot(&a.flatten()?, &b.flatten()?)?.item()?, total, "dot of {from} and {other}");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn the_first_vector_is_conjugated_but_not_by_dot() {
    world::on_each([3], |cx| {
        let i = Complex::new(0.0, 1.0);
        let (x, y) = (cx.from_slice(&[i, i + 1.0], 2, 0)?, cx.from_slice(&[i, i * 2.0], 2, None)?);
        assert_eq!(vecdot(&x, &y, 0)?.item()?, Complex::new(3.0, 2.0));
        assert_eq!(vdot(&x, &y)?.item()?, Complex::new(3.0, 2.0));
        assert_eq!(dot(&x, &y)?.item()?, Complex::new(-3.0, 2.0));
        Ok(())
    });
}

/// (a + b) - a in a sum whose terms cancel: the inner product is exact but for its products, on any number of ranks.
#[test]
fn an_inner_product_is_the_exact_sum_of_its_products() {
    for ranks in world::sizes([1, 2, 3, 8]) {
        world::run_on(ranks, |cx| {
            let x = cx.from_slice(&[1e100, 1.0, -1e100, 1e-30, 3.0], 5, 0)?;
            assert_eq!(dot(&x, &cx.ones(5, 0)?)?.item()?, 4.0);
            assert_eq!(vdot(&x.reshape((1, 5))?, &cx.ones(5, None)?)?.item()?, 4.0);
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn integers_keep_their_dtype_and_wrap() {
    world::on_each([2], |cx| {
        let x = cx.full(4, 100_u8, 0)?;
        let sum = dot(&x, &x)?;
        assert_eq!((sum.dtype(), sum.item()?), (DType::U8, 40_000_u32 as u8));
        assert_eq!(x.matmul(&x)?.item()?, 40_000_u32 as u8);
        assert_eq!(vecdot(&cx.full((2, 3), i32::MAX, 1)?, &cx.full(3, 2, 0)?, -1)?.gather()?, [-6, -6]);
        Ok(())
    });
}

#[test]
fn outer_products_lie_with_the_longer_vector() {
    let (x, y) = (Dense::<i64>::small(9, 1), Dense::<i64>::small(4, 2));
    let elements = (0..36).map(|at| x.elements[at / 4] * y.elements[at % 4]).collect();
    let wanted = Dense { shape: (9, 4).into(), elements };
    for ranks in world::sizes([1, 2, 5]) {
        world::run_on(ranks, |cx| {
            for (from, other) in [(Some(0), Some(0)), (Some(0), None), (None, Some(0)), (None, None)] {
                let product = outer(&x.placed(cx, from)?, &y.placed(cx, other)?)?;
                assert_equal("outer", &product, &wanted);
                let split = if from.is_some() { Some(0) } else { other.map(|_| 1) };
                assert_eq!(product.split(), split);
            }
            Ok(())
        })
        .unwrap();
    }
}
