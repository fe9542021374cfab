//! AC-14 and AC-16: LAPACK's ratios on stored matrices, singular values to 60 digits; every world and layout.

use isotherm::linalg;
use isotherm::prelude::*;

use crate::golden::{GoldenArray, decimal, json, npy};
use crate::layouts;
use crate::matrices::UNIT;
use crate::ratios::{Matrix, QR_LIMIT, SVD_LIMIT, orthogonality, residual, svd_residual};
use crate::world;

const WORLDS: [usize; 7] = [1, 2, 3, 4, 5, 7, 8];

fn on_every_layout(file: &str, check: impl Fn(&DistArray<f64>, &Matrix, &str) -> Result<()> + Send + Sync) {
    let golden: GoldenArray = npy(&format!("acceptance/{file}.npy"));
    let (values, shape) = (golden.values::<f64>(), golden.shape.clone());
    for ranks in world::sizes(WORLDS) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&shape, ranks) {
                let a = cx.from_slice(&values, shape.clone(), &layout)?;
                check(&a, &Matrix::new(&values, [shape[0], shape[1]]), &format!("{file}, {layout}"))?;
            }
            Ok(())
        })
        .unwrap();
    }
}

/// As stored, and its triangle does not depend on the world where it is unique (the first column is always).
#[test]
fn ac14_qr() {
    for case in json("acceptance/ac14_qr.json")["cases"].as_array().unwrap() {
        on_every_layout(&format!("ac14_qr_A{}", case["i"]), |a, dense, what| {
            let ([m, n], k) = ([dense.rows, dense.columns], dense.rows.min(dense.columns));
            assert_eq!([m as u64, n as u64].map(Some), ["m", "n"].map(|key| case[key].as_u64()));
            let qr = linalg::qr(a)?;
            let (q, r) = (Matrix::new(&qr.q.gather()?, [m, k]), Matrix::new(&qr.r.gather()?, [k, n]));
            let ratios = [residual(dense, &q, &r, UNIT), orthogonality(&q, UNIT)];
            assert!(ratios.iter().all(|&ratio| ratio < QR_LIMIT), "{what}: {ratios:?}");
            assert!((0..k).all(|i| (0..i).all(|j| r.at(i, j).norm() == 0.0)), "{what}: R is no triangle");
            let length = (0..m).map(|i| (dense.at(i, 0) / dense.norm_1().max(1e-300)).norm_sqr()).sum::<f64>().sqrt();
            assert!((r.at(0, 0).re - length * dense.norm_1()).abs() <= 1e-14 * dense.norm_1(), "{what}: R begins anew");
            Ok(())
        });
    }
}

#[test]
fn ac16_svd() {
    for case in json("acceptance/ac16_svd.json")["cases"].as_array().unwrap() {
        let exact: Vec<f64> = case["singular_values"].as_array().unwrap().iter().map(decimal).collect();
        on_every_layout(&format!("ac16_svd_{}", case["case"].as_str().unwrap()), |a, dense, what| {
            let ([m, n], k) = ([dense.rows, dense.columns], dense.rows.min(dense.columns));
            let svd = linalg::svd(a)?;
            let s = svd.s.to_vec()?;
            let limit = 10.0 * m.max(n) as f64 * f64::EPSILON * exact[0];
            for values in [&s, &linalg::svd_values(a)?.to_vec()?] {
                assert_eq!(values.len(), exact.len(), "{what}");
                assert!(values.windows(2).all(|pair| pair[0] >= pair[1]) && values[k - 1] >= 0.0, "{what}: {values:?}");
                assert!(values.iter().zip(&exact).all(|(s, e)| (s - e).abs() <= limit), "{what}: {values:?}");
            }
            let (u, vt) = (Matrix::new(&svd.u.gather()?, [m, k]), Matrix::new(&svd.vt.gather()?, [k, n]));
            let rest = svd_residual(dense, &u, &s, &vt, UNIT);
            let ratios = [rest, orthogonality(&u, UNIT), orthogonality(&vt.adjoint(), UNIT)];
            assert!(ratios.iter().all(|&ratio| ratio < SVD_LIMIT), "{what}: {ratios:?}");
            Ok(())
        });
    }
}
