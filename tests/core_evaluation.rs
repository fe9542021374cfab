//! The evaluation of expressions: what moves, what is kept alive, and whom errors blame.
#![allow(clippy::unwrap_used, reason = "a program that fails fails its test")]

#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;

fn table(cx: &Context, split: usize) -> Result<DistArray<f64>> {
    cx.from_fn((6, 4), split, |index| (10 * index[0] + index[1]) as f64)
}

#[test]
fn a_write_on_one_rank_does_not_change_what_moves() {
    world::on_each([3], |cx| {
        let mut x = table(cx, 0)?;
        let y = x.clone();
        if cx.rank() == 0 {
            x.local_mut()[0] = 1000.0;
        }
        let z = table(cx, 1)?;
        let sum = (&z + &x + &y).eval()?.gather()?;
        assert_eq!(sum[..2], [1000.0, 3.0]);
        Ok(())
    });
}

#[test]
fn an_expression_keeps_what_its_array_was() {
    world::on_each([2], |cx| {
        let mut x = table(cx, 0)?;
        let before = x.expr();
        x.local_mut().fill(1.0);
        assert_eq!((&before - &x).eval()?.gather()?[23], 52.0);
        let before = x.expr();
        x.assign(&x * 3.0)?;
        assert_eq!((&before - &x).eval()?.gather()?, [-2.0; 24]);
        let before = x.expr();
        x.set(0, 7.0)?;
        assert_eq!((&before - &x).eval()?.gather()?[..5], [-4.0, -4.0, -4.0, -4.0, 0.0]);
        Ok(())
    });
}

#[test]
fn roots_of_other_layouts_stay_where_they_are() {
    world::on_each([2], |cx| {
        let (x, y) = (table(cx, 0)?, table(cx, 1)?);
        let (a, b) = (&x + 1.0, &y + 1.0).eval()?;
        assert_eq!((a.layout(), b.layout()), (x.layout(), y.layout()));
        let (a, b) = (x.std(0), y.std(0)).eval()?;
        assert_eq!((a.split(), b.split()), (None, Some(0)));
        assert_eq!(a.gather()?, b.gather()?);
        Ok(())
    });
}

#[test]
fn a_long_expression_keeps_few_values_alive() {
    const LEN: usize = 10_000;
    const LINKS: usize = 4_000;
    world::on_each([1], |cx| {
        let x = cx.ones::<f64>(LEN, 0)?;
        let (mut left, mut right) = (x.expr(), x.expr());
        for _ in 0..LINKS {
            left = left * 1.0 + &x;
            right = &x * 1.0 + right;
        }
        for chain in [left, right] {
            let before = cx.pool().in_use();
            cx.pool().reset_peak();
            let sum = chain.eval()?;
            assert!(sum.local().iter().all(|&value| value == 1.0 + LINKS as f64));
            let arrays = (cx.pool().peak() - before) / (8 * LEN);
            assert!(arrays <= 24, "{arrays} arrays were alive at once");
        }
        Ok(())
    });
}

#[test]
fn an_expression_that_doubles_back_is_cut_and_right() {
    world::on_each([2], |cx| {
        let x = cx.from_fn(100, 0, |index| index[0] as u64)?;
        let (mut nodes, mut golden) = (vec![x.expr(), &x + 1], vec![[0_u64, 99], [1, 100]]);
        for k in 2..1500 {
            // Each reads two earlier ones, far apart.
            nodes.push(&nodes[k - 1] + &nodes[k / 3]);
            golden.push([0, 1].map(|end| golden[k - 1][end].wrapping_add(golden[k / 3][end])));
        }
        let last = nodes[1499].eval_clone()?;
        assert_eq!([last[0], last[99]], golden[1499]);
        Ok(())
    });
}

trait EvalClone {
    fn eval_clone(&self) -> Result<Vec<u64>>;
}

impl EvalClone for Expr<u64> {
    fn eval_clone(&self) -> Result<Vec<u64>> {
        self.clone().eval()?.gather()
    }
}

#[test]
fn an_expression_without_an_array_blames_the_line_that_evaluates_it() {
    world::on_each([1], |_| {
        let one = || 1.0_f64.operand();
        let errors = [
            one().eval().err(),
            one().sum(None).eval().err(),
            vec![one()].eval().err(),
            (one(), one().sum(None)).eval().err(),
        ];
        for error in errors {
            assert_eq!(error.unwrap().location().file(), file!());
        }
        Ok(())
    });
}

#[test]
fn a_reduction_is_charged_like_an_array() {
    world::on_each([2], |cx| {
        let cx = &cx.with_memory_budget(2000);
        let x = cx.ones::<u8>((2, 1000), 0)?;
        let error = x.sum(0).eval().unwrap_err(); // 64-bit sums
        assert_eq!(error.kind(), ErrorKind::Memory, "{error}");
        Ok(())
    });
}

#[test]
fn many_roots_are_many_passes_of_few_operations() {
    world::on_each([2], |cx| {
        let x = cx.from_fn(50, 0, |index| index[0] as i64)?;
        let roots: Vec<_> = (0..300_i64).map(|k| ((&x + k) * 2 - k).sum(None)).collect();
        for (k, sum) in (0..300).zip(roots.eval()?) {
            assert_eq!(sum.item()?, 2 * 1225 + 50 * k);
        }
        Ok(())
    });
}
