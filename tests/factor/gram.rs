//! Tall matrices whose condition decides how they are factored: by their Gram matrix, or by reflections.

use isotherm::Complex;
use isotherm::comm::Kind as Call;
use isotherm::decomposition::PCA;
use isotherm::linalg::{self, Field};
use isotherm::prelude::*;

use crate::layouts;
use crate::matrices::{self, Entry, Kind};
use crate::qr::factored;
use crate::ratios::{ALARM, Matrix, orthogonality, svd_residual};
use crate::world;

/// Rows enough for several chunks, and for 64 of each column on every rank.
const SHAPE: [usize; 2] = [12_000, 6];
/// So many more that one pass serves more than matrices with nearly orthonormal columns.
const LONG: [usize; 2] = [32_768, 6];

/// How often Gram matrices were summed, and whether triangles went up a tree, in `action`.
fn steps<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<(R, u64, bool)> {
    let before = cx.comm().counters();
    let result = action()?;
    let made = cx.comm().counters() - before;
    Ok((result, made.of(Call::Reduce).calls, made.of(Call::Exchange).calls > 0))
}

/// A matrix with these singular values' condition, each column times its factor.
fn scaled(kind: Kind, cond: f64, factor: impl Fn(usize) -> f64) -> Vec<f64> {
    scaled_of(SHAPE, kind, cond, factor)
}

fn scaled_of(shape: [usize; 2], kind: Kind, cond: f64, factor: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut a: Vec<f64> = matrices::rounded(&matrices::make(kind, false, shape, cond, 1.0, 4));
    a.iter_mut().enumerate().for_each(|(at, value)| *value *= factor(at % SHAPE[1]));
    a
}

/// Matrices with whether their Gram matrix serves, where that is known.
fn cases() -> Vec<(String, Vec<f64>, Option<bool>)> {
    let mut cases = Vec::new();
    for mode in 1..=6 {
        for (cond, serves) in [(2.0, true), (1e3, true), (1e7, false), (1e14, false)] {
            for scale in [1.0, 1e130, 1e-130] {
                let a = scaled(Kind::Mode(mode), cond, |_| scale);
                // The singular values of modes 5 and 6 are drawn: `cond` is the most that their condition can be.
                let known = (serves || mode < 5).then_some(serves);
                cases.push((format!("mode {mode}, condition {cond:e}, scale {scale:e}"), a, known));
            }
        }
    }
    let graded = |j: usize| [1.0, 1e-60, 1e80, 1e-130, 1e130, 1e-5][j];
    cases.push(("graded columns".into(), scaled(Kind::Mode(4), 10.0, graded), Some(true)));
    for scale in [1e-170, 5e-293, 1e170, 1e290] {
        cases.push((format!("squares out of range at {scale:e}"), scaled(Kind::Mode(4), 10.0, |_| scale), Some(false)));
    }
    for kind in [Kind::Deficient, Kind::Zero, Kind::RankOne, Kind::Diagonal] {
        let serves = kind == Kind::Diagonal;
        cases.push((format!("{kind:?}"), scaled(kind, 10.0, |_| 1.0), Some(serves)));
    }
    for far in [1e-3, 1e-9] {
        let mut near = scaled(Kind::Random, 1.0, |_| 1.0);
        near.chunks_exact_mut(SHAPE[1]).for_each(|row| row[3] = row[2] + far * row[3]);
        cases.push((format!("columns {far:e} apart"), near, Some(far > 1e-6)));
    }
    cases
}

#[test]
fn ratios_hold_on_both_sides_of_the_border() {
    let cases = cases();
    for ranks in world::sizes([1, 3, 8]) {
        world::run_on(ranks, |cx| {
            let layout = Layout::split(SHAPE, 0, ranks)?;
            for (what, a, serves) in &cases {
                let (_, ratio) = factored(cx, a, &layout)?;
                assert!(ratio < ALARM, "{what}, {ranks} ranks: {ratio}");
                let a = cx.from_slice(a, SHAPE, &layout)?;
                let (_, sums, tree) = steps(cx, || linalg::qr_r(&a))?;
                let served = sums == 2;
                assert!(served || sums == 1, "{what}: {sums} sums");
                assert!(serves.is_none_or(|serves| serves == served), "{what}: {serves:?} is expected");
                assert_eq!(tree, ranks > 1 && !served, "{what}");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn every_layout_gives_the_same_factors() {
    let a = scaled(Kind::Mode(3), 50.0, |j| 1.0 + j as f64);
    let (expected, _) = factored(&crate::alone(), &a, &Layout::replicated(SHAPE, 1).unwrap()).unwrap();
    for ranks in world::sizes([1, 3, 4]) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&SHAPE.into(), ranks) {
                let ((r, ratio), sums, _) = steps(cx, || factored(cx, &a, &layout))?;
                assert!(ratio < ALARM && sums == 4, "{layout}: {ratio}");
                let far = r.values.iter().zip(&expected.values).map(|(x, y)| (x - y).norm()).fold(0.0, f64::max);
                assert!(far < 1e-12, "R of {layout} is {far} from that of one rank");
            }
            Ok(())
        })
        .unwrap();
    }
}

fn served<T: Field + Entry>() {
    let a: Vec<T> = matrices::rounded(&matrices::make(Kind::Mode(5), T::COMPLEX, SHAPE, 30.0, 1.0, 4));
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let ((_, ratio), sums, _) = steps(cx, || factored(cx, &a, &Layout::split(SHAPE, 0, ranks)?))?;
            assert!(ratio < ALARM, "{ratio}");
            assert_eq!(sums, 4, "two for Q and R, two for R alone");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn complex_numbers_and_single_precision_are_served() {
    served::<Complex<f64>>();
    served::<f32>();
    served::<Complex<f32>>();
}

/// Singular values of single precision take one pass, whatever the columns are.
#[test]
fn dependent_and_vanishing_columns_of_single_precision_are_served() {
    let n = LONG[1];
    let spread = |i: &[usize]| ((i[0] * (37 + 2 * i[1]) + i[0] / 7 * i[1]) % (16 + i[1])) as f32;
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            // Columns: two of their own, the sum of these, zeros, 1e-30 times the first, and 1e20 of a third of their own.
            let value = |i: &[usize]| match i[1] {
                2 => spread(&[i[0], 0]) + spread(&[i[0], 1]),
                3 => 0.0,
                4 => 1e-30 * spread(&[i[0], 0]),
                5 => 1e20 * spread(i),
                _ => spread(i),
            };
            let x = cx.from_fn(LONG, 0, value)?;
            let (s, sums, tree) = steps(cx, || linalg::svd_values(&x)?.to_vec())?;
            assert_eq!((sums, tree), (1, false));
            let wide = linalg::svd_values(&x.cast::<f64>().eval()?)?.to_vec()?;
            // Beside 1e20 nothing of the others is seen, but the largest is right to its last digits.
            assert!((f64::from(s[0]) - wide[0]).abs() < 1e-6 * wide[0], "{s:?} {wide:?}");
            let near = x.slice((.., ..5))?;
            let (s, sums, tree) = steps(cx, || linalg::svd_values(&near)?.to_vec())?;
            assert_eq!((sums, tree), (1, false));
            let wide = linalg::svd_values(&near.cast::<f64>().eval()?)?.to_vec()?;
            let close = |(&s, &value): (&f32, &f64)| (f64::from(s) - value).abs() < 1e-6 * wide[0];
            assert!(s.iter().zip(&wide).all(close), "{s:?} {wide:?}");
            let (fit, sums, tree) = steps(cx, || PCA::new(2).fit(&near))?;
            assert_eq!((sums, tree, fit.components.shape()[1]), (1, false, n - 1));
            Ok(())
        })
        .unwrap();
    }
}

/// One pass where the condition is small, two where it is not, none where it is large.
#[test]
fn singular_values_hold_on_all_three_ways() {
    let [m, n] = LONG;
    for ranks in world::sizes([1, 3]) {
        for (cond, sums_of_values, sums_of_all) in [(2.0, 1, 2), (1e3, 2, 2), (1e9, 1, 1)] {
            let a = scaled_of(LONG, Kind::Mode(3), cond, |_| 1.0);
            let known = matrices::singular_values(Kind::Mode(3), n, cond, 4);
            world::run_on(ranks, |cx| {
                let x = cx.from_slice(&a, LONG, 0)?;
                let limit = 10.0 * m as f64 * matrices::UNIT;
                let close = |s: &[f64]| s.iter().zip(&known).all(|(s, known)| (s - known).abs() <= limit);
                let (values, sums, _) = steps(cx, || linalg::svd_values(&x))?;
                assert!(close(&values.to_vec()?) && sums == sums_of_values, "condition {cond:e}: {sums} sums");
                let (svd, sums, _) = steps(cx, || linalg::svd(&x))?;
                let (s, u) = (svd.s.to_vec()?, Matrix::new(&svd.u.gather()?, LONG));
                let vt = Matrix::new(&svd.vt.to_vec()?, [n, n]);
                assert!(close(&s) && sums == sums_of_all, "condition {cond:e}: {sums} sums");
                let ratio = svd_residual(&Matrix::new(&a, LONG), &u, &s, &vt, matrices::UNIT);
                let ratio = ratio.max(orthogonality(&u, matrices::UNIT));
                assert!(ratio < ALARM, "condition {cond:e}: {ratio}");
                Ok(())
            })
            .unwrap();
        }
    }
}

/// The same principal components by one pass as by two, which a table with a column that hardly varies asks for: it changes
/// nothing of the others. Differences and means of the distant table are exact.
#[test]
fn components_far_from_the_origin_are_those_of_a_near_table() {
    let [_, n] = LONG;
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let spread = |i: &[usize]| ((i[0] * (37 + 2 * i[1]) + i[0] / 7 * i[1]) % (16 + i[1])) as f64;
            let near = cx.from_fn(LONG, 0, spread)?;
            let far = cx.from_fn(LONG, 0, |i| spread(i) + 1e9)?;
            let (near, sums, _) = steps(cx, || PCA::all().fit(&near))?;
            assert_eq!(sums, 1, "one pass serves");
            let far = PCA::all().fit(&far)?;
            let still =
                cx.from_fn((LONG[0], n + 1), 0, |i| if i[1] == n { 1e-9 * (i[0] % 2) as f64 } else { spread(i) })?;
            let (still, sums, tree) = steps(cx, || PCA::new(n).fit(&still))?;
            assert_eq!((sums, tree), (2, false), "scaled columns are far from dependent");
            for ((near, far), still) in
                near.singular_values.iter().zip(&far.singular_values).zip(&still.singular_values)
            {
                assert!((near - far).abs() <= 1e-12 * near && (near - still).abs() <= 1e-12 * near);
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn values_that_are_no_numbers_are_refused_with_many_rows_as_well() {
    for bad in [f64::NAN, f64::INFINITY] {
        let message = crate::failures::refused(ErrorKind::Argument, |cx| {
            let a = cx.from_fn(SHAPE, 0, |i| {
                if i[0] == 7 && i[1] == 3 { bad } else { ((i[0] * 7 + i[1] * i[0]) % 11) as f64 }
            })?;
            linalg::qr(&a).map(drop)
        });
        assert_eq!(message, "qr of a matrix with NaN or infinity");
    }
    crate::failures::refused(ErrorKind::Argument, |cx| linalg::qr(&cx.full(SHAPE, f64::MAX, 0)?).map(drop));
    let message = crate::failures::refused(ErrorKind::Argument, |cx| {
        let a = cx.from_fn(SHAPE, 0, |i| if i[0] % 7 == i[1] { 3e38_f32 } else { 0.0 })?;
        linalg::qr(&a).map(drop)
    });
    assert_eq!(message, "qr of a matrix whose norm is beyond the range of f32: scale it");
}

#[test]
fn nothing_but_sums_and_broadcasts_of_small_matrices_is_sent() {
    let n = SHAPE[1];
    for ranks in world::sizes([1, 2, 8]) {
        world::run_on(ranks, |cx| {
            let a = cx.random_normal::<f64>(SHAPE, 0, 1)?;
            let before = cx.comm().counters();
            linalg::qr(&a)?;
            let made = cx.comm().counters() - before;
            assert_eq!((made.of(Call::Reduce).calls, made.of(Call::Broadcast).calls), (2, 3));
            assert_eq!(made.total().calls, 5);
            assert!(made.of(Call::Reduce).bytes <= (2 * n * n * 8 * ranks) as u64);
            Ok(())
        })
        .unwrap();
    }
}
