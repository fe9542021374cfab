//! Multiply two matrices that lie in tiles on a mesh of ranks, see what moves before it moves, and check the product.
//!
//! ```sh
//! ISOTHERM_RANKS=6 cargo run --release --example matmul
//! ```
//!
//! What to see: no rank ever has a whole factor; panels of the rows and columns that a tile needs come to it (SUMMA), and the plan
//! says how many bytes that takes. The check costs two products with a vector instead of a second product.

use std::process::ExitCode;

use isotherm::linalg::{MatrixNorm, VectorNorm, matmul, matrix_norm, plan_matmul, vector_norm};
use isotherm::prelude::*;

const M: usize = 600;
const K: usize = 900;
const N: usize = 700;

fn main() -> ExitCode {
    isotherm::run(|cx| {
        // The ranks as a grid, as square as can be.
        let rows = (1..=cx.size().isqrt()).rev().find(|&rows| cx.size().is_multiple_of(rows)).unwrap_or(1);
        let mesh = Mesh::new(&[rows, cx.size() / rows])?;
        let tiles = vec![Distribution::balanced(0..1), Distribution::balanced(1..2)];
        let a = cx.random_normal::<f64>((M, K), Layout::new((M, K), mesh.clone(), tiles.clone())?, 1)?;
        let b = cx.random_normal::<f64>((K, N), Layout::new((K, N), mesh, tiles)?, 2)?;

        isotherm::println!(cx, "{}", plan_matmul(&a, &b)?);
        let c = matmul(&a, &b)?;

        // C x = A (B x) for any x, within the rounding errors of the products: k u |A| |B| |x| in the infinity norm.
        let x = cx.random_uniform::<f64>(N, 0, 3)?;
        let (left, right) = (c.matmul(&x)?, a.matmul(&b.matmul(&x)?)?);
        let difference = (&left - &right).eval()?;
        let error = vector_norm(&difference, VectorNorm::Inf, None)?.item()?;
        let size = |x| matrix_norm(x, MatrixNorm::Inf)?.item();
        let bound = (2 * K + N) as f64
            * f64::EPSILON
            * size(&a)?
            * size(&b)?
            * vector_norm(&x, VectorNorm::Inf, None)?.item()?;
        isotherm::println!(
            cx,
            "|C x - A (B x)| = {error:.2e}, at most {bound:.2e}: {}",
            if error <= bound { "right" } else { "wrong" }
        );
        Ok(())
    })
}
