//! Random tables, cut anywhere: the quantiles are those of the oracle.

use isotherm::prelude::*;
use isotherm::stats;
use proptest::prelude::*;

use crate::{golden, oracle, world};

/// Floats of few and of all magnitudes, with ties, NaNs and infinities among them.
fn element() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => any::<u64>().prop_map(f64::from_bits),
        3 => (-3_i32..3).prop_map(|x| f64::from(x) / 2.0),
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(-0.0), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ]
}

/// Some rows and columns with their elements, a number of ranks, and cuts of the rows for as many ranks as there can be.
fn table() -> impl Strategy<Value = ((usize, usize), Vec<f64>, usize, Vec<usize>)> {
    (0_usize..40, 1_usize..5, 1_usize..7).prop_flat_map(|(rows, columns, ranks)| {
        let (elements, cuts) = (prop::collection::vec(element(), rows * columns), prop::collection::vec(0..=rows, 64));
        (Just((rows, columns)), elements, Just(ranks), cuts)
    })
}

/// The first of some cuts, in ascending order, with the ends.
fn offsets(cuts: &[usize], ranks: usize, rows: usize) -> Vec<usize> {
    let mut offsets = [&cuts[..ranks - 1], &[0, rows]].concat();
    offsets.sort_unstable();
    offsets
}

proptest! {
    #![proptest_config(world::cases(ProptestConfig::with_cases(96)))]
    #[test]
    fn any_table_has_the_quantiles_of_its_sorted_columns((shape, values, ranks, cuts) in table(), level in 0.0_f64..=1.0) {
        for ranks in world::sizes([ranks]) {
            world::run_on(ranks, |cx| {
                let x = cx.from_slice(&values, shape, Layout::from_offsets(shape, 0, &offsets(&cuts, ranks, shape.0))?)?;
                for ignore in [false, true] {
                    let asked = stats::quantile(&x, level, 0);
                    let found = if ignore { asked.ignore_nan() } else { asked }.eval()?.to_vec()?;
                    let groups = oracle::groups(&values, &shape.into(), Some(0));
                    let expected: Vec<f64> = groups.iter().map(|group| oracle::quantile(group, level, ignore)).collect();
                    golden::assert_same("quantile", &found, &expected);
                }
                Ok(())
            })
            .unwrap();
        }
    }
}
