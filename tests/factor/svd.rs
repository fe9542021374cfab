//! SVD: ratios on all kinds of matrices, worlds, layouts and dtypes; singular values that are known.

use isotherm::linalg::{self, Field};
use isotherm::prelude::*;
use isotherm::{Complex, math};

use crate::layouts;
use crate::matrices::{self, Entry, Kind};
use crate::ratios::{ALARM, Matrix, SVD_LIMIT, orthogonality, svd_residual};
use crate::world;

const KINDS: [Kind; 12] = [
    Kind::Mode(1),
    Kind::Mode(2),
    Kind::Mode(3),
    Kind::Mode(4),
    Kind::Mode(5),
    Kind::Mode(6),
    Kind::Deficient,
    Kind::Zero,
    Kind::RankOne,
    Kind::Hilbert,
    Kind::Upper,
    Kind::Random,
];

const _: () = assert!(ALARM < SVD_LIMIT);

/// How far singular values may be from the true ones, in max(m, n) ε s₁.
const VALUES: f64 = 10.0;

/// The singular values, and the largest of the three ratios.
fn decomposed<T: Field + Entry>(cx: &Context, values: &[T], layout: &Layout) -> Result<(Vec<f64>, f64)> {
    let [m, n] = [layout.shape()[0], layout.shape()[1]];
    let k = m.min(n);
    let a = cx.from_slice(values, layout.shape().clone(), layout)?;
    let svd = linalg::svd(&a)?;
    let s: Vec<f64> = svd.s.to_vec()?.into_iter().map(math::cast).collect();
    assert!(s.windows(2).all(|pair| pair[0] >= pair[1]) && s.iter().all(|&s| s >= 0.0), "{layout}: {s:?}");
    let alone: Vec<f64> = linalg::svd_values(&a)?.to_vec()?.into_iter().map(math::cast).collect();
    let slack = VALUES * m.max(n) as f64 * 2.0 * T::UNIT * s[0];
    assert!(s.iter().zip(&alone).all(|(x, y)| (x - y).abs() <= slack), "values alone of {layout}: {alone:?} {s:?}");
    let (u, vt) = (Matrix::new(&svd.u.gather()?, [m, k]), Matrix::new(&svd.vt.gather()?, [k, n]));
    let ratio = svd_residual(&Matrix::new(values, [m, n]), &u, &s, &vt, T::UNIT);
    let ratio = ratio.max(orthogonality(&u, T::UNIT)).max(orthogonality(&vt.adjoint(), T::UNIT));
    assert!(!ratio.is_nan(), "{layout}");
    Ok((s, ratio))
}

fn ratios_hold<T: Field + Entry>() {
    let small = if matrices::is_single::<T>() { 1e-30 } else { 5e-293 };
    let conds = [2.0, (0.1 / T::UNIT).sqrt(), 0.1 / T::UNIT];
    for ranks in world::sizes([1, 3, 8]) {
        for (number, kind) in KINDS.into_iter().enumerate() {
            for [m, n] in [[60, 8], [50, 10], [37, 37], [10, 3], [3, 2], [1, 1], [2, 5], [5, 50]] {
                let (cond, scale) = (conds[(number + m) % 3], [1.0, small, 1.0 / small][(number + n) % 3]);
                let a: Vec<T> = matrices::rounded(&matrices::make(kind, T::COMPLEX, [m, n], cond, scale, 3));
                world::run_on(ranks, |cx| {
                    let (s, ratio) = decomposed(cx, &a, &Layout::split((m, n), 0, ranks)?)?;
                    let of = format!("{kind:?} {m} x {n}, cond {cond:e}, scale {scale:e}, {ranks} ranks");
                    assert!(ratio < ALARM, "{of}: {ratio}");
                    if matches!(kind, Kind::Mode(_) | Kind::Deficient) {
                        let expected = matrices::singular_values(kind, m.min(n), cond, 3);
                        let far = s.iter().zip(&expected).map(|(s, e)| (s / scale - e).abs()).fold(0.0, f64::max);
                        let limit = VALUES * m.max(n) as f64 * 2.0 * T::UNIT * expected[0];
                        assert!(far <= limit, "{of}: {far} from the true values");
                    }
                    Ok(())
                })
                .unwrap();
            }
        }
    }
}

#[test]
fn ratios_hold_in_double_precision() {
    ratios_hold::<f64>();
}

#[test]
fn ratios_hold_in_single_precision() {
    ratios_hold::<f32>();
}

#[test]
fn ratios_hold_for_complex_numbers() {
    ratios_hold::<Complex<f64>>();
    ratios_hold::<Complex<f32>>();
}

/// Beyond the size up to which the triangle is decomposed by the QR iteration.
#[test]
fn ratios_hold_where_the_triangle_is_divided() {
    for kind in [Kind::Mode(3), Kind::Mode(1), Kind::Deficient, Kind::Random, Kind::Zero] {
        let a: Vec<f64> = matrices::rounded(&matrices::make(kind, false, [200, 150], 1e15, 1.0, 4));
        for ranks in world::sizes([2]) {
            world::run_on(ranks, |cx| {
                let (_, ratio) = decomposed(cx, &a, &Layout::split((200, 150), 0, ranks)?)?;
                assert!(ratio < ALARM, "{kind:?}: {ratio}");
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn every_layout_and_world_gives_the_same_values_and_signs() {
    for shape in [[23, 4], [40, 1], [6, 6], [4, 11], [2, 3]] {
        let a: Vec<f64> = matrices::rounded(&matrices::make(Kind::Mode(4), false, shape, 100.0, 1.0, 5));
        let factors = |cx: &Context, layout: &Layout| {
            let svd = linalg::svd(&cx.from_slice(&a, shape, layout)?)?;
            Ok([svd.u.gather()?, svd.s.gather()?, svd.vt.gather()?].concat())
        };
        let expected = factors(&crate::alone(), &Layout::replicated(shape, 1).unwrap()).unwrap();
        for ranks in world::sizes([1, 2, 3, 5, 8, 30]) {
            world::run_on(ranks, |cx| {
                for layout in layouts::all(&shape.into(), ranks) {
                    let (_, ratio) = decomposed(cx, &a, &layout)?;
                    assert!(ratio < ALARM, "{layout}: {ratio}");
                    let own = factors(cx, &layout)?;
                    let far = own.iter().zip(&expected).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
                    assert!(far < 1e-11, "{layout}: {far} from the answer of one rank");
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn matrices_without_elements_have_factors_of_their_shapes() {
    for ranks in world::sizes([3]) {
        world::run_on(ranks, |cx| {
            for [m, n] in [[0, 0], [0, 4], [4, 0]] {
                for layout in layouts::all(&[m, n].into(), ranks) {
                    let a = cx.zeros::<f64>((m, n), &layout)?;
                    let svd = linalg::svd(&a)?;
                    assert_eq!((&**svd.u.shape(), &**svd.vt.shape()), ([m, 0].as_slice(), [0, n].as_slice()));
                    assert_eq!((svd.s.size(), linalg::svd_values(&a)?.size()), (0, 0));
                }
            }
            Ok(())
        })
        .unwrap();
    }
}
