//! Factorisations of matrices on a GPU: LAPACK's ratios hold as on the CPU, and rows stay where they are where their Gram matrix serves.

use isotherm::decomposition::PCA;
use isotherm::linalg::{self, Field};
use isotherm::prelude::*;
use isotherm::{Complex, Device};

use crate::matrices::{self, Entry, Kind};
use crate::ratios::{ALARM, Matrix, orthogonality, residual, svd_residual};
use crate::{layouts, world};

/// Enough rows for the way by the Gram matrix on three ranks.
const TALL: [usize; 2] = [800, 4];

/// What came down from this rank's GPU meanwhile.
fn down<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<(R, u64)> {
    let gpu = cx.gpu().expect("a context on a GPU");
    let before = gpu.traffic().down;
    let result = action()?;
    Ok((result, gpu.traffic().down - before))
}

/// The ratios of Q and R, and of the singular values and vectors.
fn ratios<T: Field + Entry>(cx: &Context, values: &[T], layout: &Layout) -> Result<[f64; 2]> {
    let [m, n] = [layout.shape()[0], layout.shape()[1]];
    let k = m.min(n);
    let a = cx.from_slice(values, layout.shape().clone(), layout)?;
    let dense = Matrix::new(values, [m, n]);
    let qr = linalg::qr(&a)?;
    assert!(qr.q.context().is(cx) && qr.r.context().is(cx));
    assert_eq!(linalg::qr_r(&a)?.gather()?, qr.r.gather()?, "R alone of {layout}");
    let (q, r) = (Matrix::new(&qr.q.gather()?, [m, k]), Matrix::new(&qr.r.gather()?, [k, n]));
    assert!((0..k).all(|i| (0..i).all(|j| r.at(i, j).norm() == 0.0)), "below the diagonal of {layout}");
    let svd = linalg::svd(&a)?;
    let s: Vec<f64> = svd.s.cast::<f64>().eval()?.to_vec()?;
    let alone: Vec<f64> = linalg::svd_values(&a)?.cast::<f64>().eval()?.to_vec()?;
    let limit = 10.0 * m.max(n) as f64 * T::UNIT * s.first().copied().unwrap_or(0.0);
    assert!(s.iter().zip(&alone).all(|(x, y)| (x - y).abs() <= limit), "{s:?} {alone:?}");
    let (u, vt) = (Matrix::new(&svd.u.gather()?, [m, k]), Matrix::new(&svd.vt.gather()?, [k, n]));
    let of_qr = residual(&dense, &q, &r, T::UNIT).max(orthogonality(&q, T::UNIT));
    let of_svd = svd_residual(&dense, &u, &s, &vt, T::UNIT).max(orthogonality(&u, T::UNIT));
    Ok([of_qr, of_svd])
}

fn ratios_hold<T: Field + Entry>(shapes: &[[usize; 2]]) {
    for (number, &[m, n]) in shapes.iter().enumerate() {
        for kind in [Kind::Mode(3), Kind::Deficient, Kind::Zero] {
            let a: Vec<T> = matrices::rounded(&matrices::make(kind, T::COMPLEX, [m, n], 30.0, 1.0, 3));
            for ranks in world::sizes([1, 3]) {
                world::run_on(ranks, |cx| {
                    let cx = &cx.on(Device::AnyGpu)?;
                    let layouts = layouts::all(&(m, n).into(), ranks);
                    for layout in layouts.iter().skip(number % 2).step_by(2) {
                        let found = ratios(cx, &a, layout)?;
                        assert!(found.iter().all(|ratio| *ratio < ALARM), "{kind:?} of {m} x {n}, {layout}: {found:?}");
                    }
                    Ok(())
                })
                .unwrap();
            }
        }
    }
}

#[test]
fn ratios_hold_for_all_dtypes_and_shapes() {
    ratios_hold::<f64>(&[TALL, [30, 6], [5, 12]]);
    ratios_hold::<f32>(&[TALL, [12, 5]]);
    ratios_hold::<Complex<f64>>(&[[700, 3], [3, 7]]);
    ratios_hold::<Complex<f32>>(&[[700, 3]]);
}

#[test]
fn rows_stay_on_the_gpu_where_the_gram_matrix_serves() {
    let [m, n] = [4096, 4];
    for ranks in world::sizes([1, 2, 3, 5, 8]) {
        world::run_on(ranks, |cx| {
            let there = cx.on(Device::AnyGpu)?;
            let numbers = |i: &[usize]| ((i[0] * 37 + i[1] * 101 + i[0] * i[1] * 7) % 211) as f64;
            let a = cx.from_fn((m, n), 0, numbers)?;
            let x = a.to_device(&there)?;
            x.sum(None).eval()?;
            let ((q, scores), bytes) = down(&there, || {
                let qr = linalg::qr(&x)?;
                let (fit, scores) = PCA::new(2).fit_transform(&x)?;
                Ok((qr.q, (fit.inverse_transform(&scores)? - &x).eval()?))
            })?;
            assert!(bytes < 4096, "{bytes} bytes of {}", m * n * 8 / ranks);
            let on_cpu = linalg::qr(&a)?.q;
            let far = (q.to_device(cx)? - &on_cpu).abs().max(None).eval()?.item()?;
            assert!(far < 1e-13, "Q is {far} from that of the CPU");
            let (fit, on_cpu) = PCA::new(2).fit_transform(&a)?;
            let wanted = (fit.inverse_transform(&on_cpu)? - &a).eval()?;
            let far = (scores.to_device(cx)? - &wanted).abs().max(None).eval()?.item()?;
            assert!(far < 1e-9, "what two components leave out is {far} from that of the CPU");
            Ok(())
        })
        .unwrap();
    }
}
