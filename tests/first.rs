//! The first programs, on several numbers of ranks.

#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;

#[test]
fn a_sum_over_every_axis() {
    for ranks in world::sizes([1, 2, 3, 5]) {
        world::run_on(ranks, |cx| {
            for placement in [None, Some(0), Some(1)] {
                let x = cx.from_fn((7, 5), placement, |index| (index[0] * 5 + index[1]) as f64)?;
                assert_eq!(x.sum(None).eval()?.item()?, 595.0);
                assert_eq!(x.sum(0).eval()?.gather()?, [105.0, 112.0, 119.0, 126.0, 133.0]);
                assert_eq!(x.sum(1).eval()?.gather()?, [10.0, 35.0, 60.0, 85.0, 110.0, 135.0, 160.0]);
                assert_eq!(x.argmax(0).eval()?.gather()?, [6; 5]);
                assert_eq!(x.argmin(None).eval()?.item()?, 0);
                let y = (&x * 2.0 - x.mean(0).eval()?).eval()?;
                assert_eq!(y.gather()?[0], -15.0);
                let z = (&x + x.resplit(1)?).eval()?;
                assert_eq!(z.gather()?[34], 68.0);
                assert!((x.std(None).ddof(1).eval()?.item()? - 10.246_950_765_959_598).abs() < 1e-14);
                let (low, high) = (x.min(0), x.max(0)).eval()?;
                assert_eq!((low.gather()?[4], high.gather()?[4]), (4.0, 34.0));
                let w = (x.index(0)? * 10 + x.index(1)?).eval()?;
                assert_eq!(w.gather()?[7], 12);
                assert_eq!(select(x.greater(3.0), &x, -1.0).eval()?.gather()?[..5], [-1.0, -1.0, -1.0, -1.0, 4.0]);
            }
            Ok(())
        })
        .unwrap();
    }
}
