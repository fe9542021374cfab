//! Products of matrices on a GPU: right for all ranks and layouts; on the host there are messages, and nothing else.

use isotherm::linalg::{Algorithm, MatmulPlan, matmul, plan_matmul};
use isotherm::prelude::*;
use isotherm::{Complex, Device};

use crate::devices::taken;
use crate::oracle::{Dense, Ring, assert_equal};
use crate::{layouts, world};

/// Of each size m, k, n every layout of `a` with every layout of `b`.
fn all_pairs<T: Ring>(ranks: usize, staging: usize, sizes: &[(usize, usize, usize)]) {
    world::run_on(ranks, |cx| {
        let cx = &cx.on(Device::AnyGpu)?.with_staging_limit(staging);
        for &(m, k, n) in sizes {
            let (a, b) = (Dense::<T>::small((m, k), 1), Dense::<T>::small((k, n), 2));
            let wanted = a.matmul(&b).unwrap();
            let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
            for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                let (x, y) = (a.placed(cx, from)?, b.placed(cx, other)?);
                let plan = plan_matmul(&x, &y)?;
                let product = matmul(&x, &y)?;
                assert!(product.context().is(cx), "{plan}");
                assert_equal(&format!("{plan}"), &product, &wanted);
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn every_pair_of_layouts_gives_the_product() {
    for ranks in world::sizes([1, 3]) {
        all_pairs::<f32>(ranks, 32 << 20, &[(7, 5, 6), (12, 12, 1), (0, 3, 4), (3, 0, 4)]);
    }
    for ranks in world::sizes([5]) {
        all_pairs::<f32>(ranks, 64, &[(7, 5, 6)]);
    }
    for ranks in world::sizes([2]) {
        all_pairs::<i64>(ranks, 32 << 20, &[(9, 4, 5), (1, 12, 1)]);
        all_pairs::<i64>(ranks, 64, &[(5, 9, 4)]);
        all_pairs::<u8>(ranks, 64, &[(7, 5, 6)]);
    }
}

#[test]
fn stacks_and_vectors_follow_numpy() {
    let stacks: [(&[usize], &[usize]); 8] = [
        (&[3, 4, 5], &[3, 5, 2]),
        (&[4, 5], &[3, 5, 2]),
        (&[3, 4, 5], &[5, 2]),
        (&[2, 1, 2, 5], &[1, 3, 5, 2]),
        (&[5], &[3, 5, 2]),
        (&[3, 4, 5], &[5]),
        (&[4, 7], &[7]),
        (&[9], &[9]),
    ];
    for ranks in world::sizes([1, 2]) {
        world::run_on(ranks, |cx| {
            let cx = &cx.on(Device::AnyGpu)?.with_staging_limit(if ranks == 1 { 32 << 20 } else { 64 });
            for (left, right) in stacks {
                let (a, b) = (Dense::<Complex<f32>>::small(left, 1), Dense::<Complex<f32>>::small(right, 2));
                let wanted = a.matmul(&b).unwrap();
                let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
                for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                    let product = matmul(&a.placed(cx, from)?, &b.placed(cx, other)?)?;
                    assert_equal(&format!("{from} by {other}"), &product, &wanted);
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

/// `|C - AB| <= γ |A| |B|` for each element, with `γ = k u / (1 - k u)`; the oracle is a product of twice as many bits.
#[test]
fn a_product_of_reals_is_within_the_bound() {
    world::on_each([1, 3, 5, 8], |cx| {
        let gpu = cx.on(Device::AnyGpu)?;
        let draw = |shape, seed| (cx.random_uniform::<f32>(shape, 0, seed)? - 0.5_f32).eval();
        let (a, b) = (draw((40, 700), 1)?, draw((700, 35), 2)?);
        let product = matmul(&a.to_device(&gpu)?, &b.to_device(&gpu)?)?.to_device(cx)?;
        let wide = |x: &DistArray<f32>| x.cast::<f64>().eval();
        let exact = matmul(&wide(&a)?, &wide(&b)?)?;
        let size = matmul(&wide(&a)?.abs().eval()?, &wide(&b)?.abs().eval()?)?;
        let (k, unit) = (700.0, f64::from(f32::EPSILON) / 2.0);
        let gamma = k * unit / (1.0 - k * unit);
        let beyond = ((wide(&product)? - &exact).abs() - &size * gamma).max(None).eval()?.item()?;
        assert!(beyond <= 0.0, "{beyond} beyond the bound");
        let error = (wide(&product)? - &exact).abs().max(None).eval()?.item()?;
        assert!(error > 0.0, "such a product is not exact");
        Ok(())
    });
}

/// Operands that were computed on the GPU, as they are dealt.
type Operands = (DistArray<f32>, DistArray<f32>);

fn computed(cx: &Context, shape: (usize, usize), split: Option<usize>) -> Result<DistArray<f32>> {
    (cx.random_uniform::<f32>(shape, split, 1)? * 2.0_f32).eval()
}

/// The bytes that a product takes on the host, and its plan.
fn hopped(cx: &Context, (a, b): &Operands) -> Result<(usize, MatmulPlan)> {
    let plan = plan_matmul(a, b)?;
    let (bytes, _) = taken(cx, || matmul(a, b))?;
    Ok((bytes, plan))
}

#[test]
fn what_does_not_move_takes_nothing_on_the_host() {
    world::on_each([1, 3, 5, 8], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        for (a, b) in [(None, None), (Some(0), None), (None, Some(1))] {
            let operands = (computed(&cx, (60, 50), a)?, computed(&cx, (50, 70), b)?);
            let (bytes, plan) = hopped(&cx, &operands)?;
            assert_eq!(bytes, 0, "{plan}");
        }
        Ok(())
    });
}

#[test]
fn what_moves_takes_no_more_than_messages_on_the_host() {
    world::on_each([2, 3, 5, 8], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        if cx.size() == 1 {
            return Ok(());
        }
        let cases = [
            (Algorithm::StationaryC, (600, 40, 8), (Some(0), Some(0))),
            (Algorithm::StationaryA, (8, 900, 8), (Some(1), Some(0))),
        ];
        for (algorithm, (m, k, n), (split_a, split_b)) in cases {
            let operands = (computed(&cx, (m, k), split_a)?, computed(&cx, (k, n), split_b)?);
            let (bytes, plan) = hopped(&cx, &operands)?;
            assert_eq!(plan.algorithm(), algorithm, "{plan}");
            let traffic = plan.traffic()?;
            let messages = traffic.send_bytes + traffic.receive_bytes;
            assert!(bytes > 0 && bytes <= messages, "{bytes} bytes on the host\n{plan}");
        }
        Ok(())
    });
}
