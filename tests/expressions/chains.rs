//! Chains of cheap operations between others, at lengths around the strips, blocks and trays in which they run.

use isotherm::Context;
use isotherm::math::Elementary;
use isotherm::prelude::*;

use crate::world;

const LENGTHS: [usize; 14] = [0, 1, 7, 8, 63, 64, 65, 129, 511, 513, 1025, 2049, 4097, 16_385];

fn numbers(len: usize, seed: usize) -> Vec<f32> {
    (0..len).map(|k| ((k * 37 + seed * 11) % 101) as f32 / 8.0 - 5.0).collect()
}

fn placed(cx: &Context, values: &[f32]) -> Result<DistArray<f32>> {
    cx.from_fn(values.len(), 0, |index| values[index[0]])
}

fn bits(x: &DistArray<f32>) -> Result<Vec<u32>> {
    Ok(x.gather()?.into_iter().map(f32::to_bits).collect())
}

#[test]
fn every_length_gives_what_one_element_gives() {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            for len in LENGTHS {
                let (a, b) = (numbers(len, 1), numbers(len, 2));
                let (x, y) = (placed(cx, &a)?, placed(cx, &b)?);
                let chain = (&x * &x + &y * &y).sqrt() * 0.5 + (-&x).exp() - (1.0 - &y) * 3.0;
                let one = |(&x, &y): (&f32, &f32)| {
                    (x * x + y * y).sqrt() * 0.5 + <f32 as Elementary>::exp(-x) - (1.0 - y) * 3.0
                };
                let expected: Vec<f32> = a.iter().zip(&b).map(one).collect();
                let (array, sum) = (chain.clone(), chain.sum(None)).eval()?;
                let whole: Vec<u32> = expected.iter().map(|value| value.to_bits()).collect();
                assert_eq!(bits(&array)?, whole, "{len} elements");
                assert_eq!(sum.item()?.to_bits(), placed(cx, &expected)?.sum(None).item()?.to_bits(), "{len} elements");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn an_array_is_updated_in_its_own_memory() {
    world::on_each([2], |cx| {
        for len in LENGTHS {
            let (a, b) = (numbers(len, 3), numbers(len, 4));
            let (mut x, y) = (placed(cx, &a)?, placed(cx, &b)?);
            x.assign(&x * 0.25 + &y * &x - &x)?;
            let expected: Vec<u32> = a.iter().zip(&b).map(|(&x, &y)| (x * 0.25 + y * x - x).to_bits()).collect();
            assert_eq!(bits(&x)?, expected, "{len} elements");
        }
        Ok(())
    });
}

#[test]
fn large_results_go_past_the_caches_unchanged() {
    world::on_each([1], |cx| {
        let len = (5 << 20) + 37;
        let (a, b) = (numbers(len, 5), numbers(len, 6));
        let (x, y) = (placed(cx, &a)?, placed(cx, &b)?);
        let pairs = || a.iter().zip(&b);
        let sum = (&x * 0.5 + &y).eval()?;
        assert!(sum.gather()?.iter().zip(pairs()).all(|(z, (x, y))| *z == x * 0.5 + y));
        let larger = select(x.less(&y), &y, &x).eval()?;
        assert!(larger.gather()?.iter().zip(pairs()).all(|(z, (x, y))| *z == if x < y { *y } else { *x }));
        let wide = x.cast::<f64>().eval()?;
        assert!(wide.gather()?.iter().zip(&a).all(|(z, x)| *z == f64::from(*x)));
        Ok(())
    });
}
