//! What products send, against the documented formulas.

use isotherm::comm::{Counters, Kind};
use isotherm::linalg::{Algorithm, matmul, plan_matmul};
use isotherm::prelude::*;

use crate::{layouts, world};

/// Bytes and messages of all ranks together while `action` runs, without the making of communicators.
fn sent_by_all<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<(usize, usize)> {
    let before = cx.comm().counters();
    action()?;
    let (bytes, messages) = data(&(cx.comm().counters() - before));
    let sums = cx.comm().all_reduce(&[bytes as u64, messages as u64], |a, b| a + b)?;
    Ok((sums[0] as usize, sums[1] as usize))
}

fn data(counters: &Counters) -> (usize, usize) {
    let (total, split) = (counters.total(), counters.of(Kind::Split));
    ((total.bytes - split.bytes) as usize, (total.messages - split.messages) as usize)
}

/// So many ranks, if they can be had: the formulas of this test are for this number.
fn exactly(ranks: usize) -> Vec<usize> {
    world::sizes([ranks]).into_iter().filter(|&had| had == ranks).collect()
}

const RANKS: [usize; 5] = [1, 2, 8, 64, 256];

/// The rows of both factors dealt: the second comes to all, or, when that is less, tiles are computed on a mesh.
#[test]
fn a_square_product_moves_panels_to_tiles() {
    const N: usize = 256;
    // The mesh of each number of ranks.
    for (ranks, p, q) in [(1, 1, 1), (2, 2, 1), (8, 2, 4), (64, 8, 8), (256, 16, 16)] {
        for ranks in exactly(ranks) {
            world::run_on(ranks, |cx| {
                let (a, b) = (cx.random_normal::<f64>((N, N), 0, 1)?, cx.random_normal::<f64>((N, N), 0, 2)?);
                let (bytes, _) = sent_by_all(cx, || matmul(&a, &b))?;
                // m k (q - 1) + k n (p - 1 / q) + m n (1 - 1 / q)
                let elements = N * N * (q - 1) + (N * N * p - N * N / q) + (N * N - N * N / q);
                assert_eq!(bytes, 8 * elements, "{ranks} ranks: {}", plan_matmul(&a, &b)?);
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn a_tall_product_sends_the_small_factor_to_all() {
    let (k, n) = (256, 8);
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            let (a, b) = (cx.ones::<f64>((8 * 256, k), 0)?, cx.ones::<f64>((k, n), 0)?);
            let (bytes, messages) = sent_by_all(cx, || matmul(&a, &b))?;
            assert_eq!((bytes, messages), (8 * k * n * (ranks - 1), ranks * (ranks - 1)));
            let (bytes, _) = sent_by_all(cx, || matmul(&a, &cx.ones((k, n), None)?))?;
            assert_eq!(bytes, 0, "a factor that all ranks have");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn an_inner_product_of_matrices_sends_the_product() {
    let (m, k, n) = (16, 1024, 16);
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            let (a, b) = (cx.ones::<f64>((m, k), 1)?, cx.ones::<f64>((k, n), 0)?);
            let plan = plan_matmul(&a, &b)?;
            let (bytes, messages) = sent_by_all(cx, || matmul(&a, &b))?;
            let doublings = ranks.next_power_of_two().trailing_zeros() as usize;
            let wanted = match ranks {
                1 => (0, 0),
                // Each row has its rank.
                2..=16 => (8 * m * n * (ranks - 1), ranks * (ranks - 1)),
                // Fewer rows and columns than ranks: all get all of it.
                _ => (8 * m * n * ranks * doublings, ranks * doublings),
            };
            assert_eq!((bytes, messages), wanted, "{plan}");
            assert_eq!(ranks > 1, plan.algorithm() == Algorithm::StationaryA, "{plan}");
            Ok(())
        })
        .unwrap();
    }
}

/// SUMMA: m k (q - 1) + k n (p - 1) elements on p x q ranks, for blocks and for block-cyclic tiles.
#[test]
fn tiles_on_a_mesh_move_along_its_rows_and_columns() {
    let (m, k, n) = (64, 48, 96);
    for (p, q) in [(2, 2), (2, 4), (8, 8)] {
        for ranks in exactly(p * q) {
            world::run_on(ranks, |cx| {
                let blocks = [Distribution::balanced(0..1), Distribution::balanced(1..2)];
                let cyclic = [Distribution::cyclic(0..1, 2), Distribution::cyclic(1..2, 2)];
                for deal in [blocks, cyclic] {
                    let tiles = |shape: (usize, usize)| Layout::new(shape, Mesh::new(&[p, q])?, deal.to_vec());
                    let (a, b) = (cx.ones::<f64>((m, k), tiles((m, k))?)?, cx.ones::<f64>((k, n), tiles((k, n))?)?);
                    let (bytes, _) = sent_by_all(cx, || matmul(&a, &b))?;
                    assert_eq!(bytes, 8 * (m * k * (q - 1) + k * n * (p - 1)), "{}", plan_matmul(&a, &b)?);
                    assert_eq!(*plan_matmul(&a, &b)?.layout(), tiles((m, n))?);
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

/// A matrix in tiles stays when it meets a vector: k n elements for each row of ranks come, and the sums go round.
#[test]
fn a_dealt_matrix_stays_when_it_meets_a_vector() {
    let (m, k) = (64, 64);
    for ranks in [4, 64].into_iter().flat_map(exactly) {
        world::run_on(ranks, |cx| {
            let side = ranks.isqrt();
            let tiles = vec![Distribution::balanced(0..1), Distribution::balanced(1..2)];
            let a = cx.ones::<f64>((m, k), Layout::new((m, k), Mesh::new(&[side, side])?, tiles)?)?;
            let x = cx.ones::<f64>(k, 0)?;
            let plan = plan_matmul(&a, &x)?;
            assert_eq!(plan.algorithm(), Algorithm::StationaryA, "{plan}");
            let (bytes, _) = sent_by_all(cx, || a.matmul(&x))?;
            let doublings = side.trailing_zeros() as usize;
            // Of k / side elements a rank has k / ranks, if they are among them.
            assert!(bytes <= 8 * (k * side + m * side * doublings), "{plan}");
            assert!(bytes >= 8 * (k * (side - 1) + m * side * doublings), "{plan}");
            Ok(())
        })
        .unwrap();
    }
}

/// From every kind of layout to every other one, in large panels and small ones.
#[test]
fn what_the_plan_says_is_what_is_sent() {
    for ranks in world::sizes([1, 3, 8]) {
        world::run_on(ranks, |cx| {
            for staging in [256, 32 << 20] {
                let cx = &cx.with_staging_limit(staging);
                for (m, k, n) in [(12, 40, 9), (40, 3, 2), (2, 3, 50), (3, 60, 1)] {
                    let (of_a, of_b) = (layouts::all(&(m, k).into(), ranks), layouts::all(&(k, n).into(), ranks));
                    for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                        let (a, b) = (cx.ones::<f32>((m, k), from)?, cx.ones::<f32>((k, n), other)?);
                        let plan = plan_matmul(&a, &b)?;
                        let before = cx.comm().counters();
                        matmul(&a, &b)?;
                        let (bytes, messages) = data(&(cx.comm().counters() - before));
                        let traffic = plan.traffic()?;
                        assert_eq!((bytes, messages), (traffic.send_bytes, traffic.messages), "{plan}");
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    }
}
