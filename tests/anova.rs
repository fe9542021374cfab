//! AC-03: NIST's analyses of variance, by the masks and exact sums that a user would write.
#![allow(clippy::unwrap_used, reason = "a golden file that is not as described fails its test")]

#[path = "common/golden.rs"]
mod golden;
#[path = "common/world.rs"]
mod world;

use golden::{decimal, json, npy, relative_error};
use isotherm::prelude::*;

/// Sums of squares within the groups, Σ (y - m)² with m the mean of y's group, and between them, Σ n (m - mean)².
fn sums_of_squares(y: &DistArray<f64>, group: &DistArray<i64>) -> Result<(f64, f64)> {
    let mean = y.mean(None).item()?;
    let (mut within, mut between) = (0.0, 0.0);
    for number in group.min(None).item()?..=group.max(None).item()? {
        let inside = group.equal(number);
        let sum = select(&inside, y, 0.0).sum(None).item()?;
        let count = inside.cast::<f64>().sum(None).item()?;
        let distance = select(&inside, y - sum / count, 0.0);
        within += distance.square().sum(None).item()?;
        between += count * (sum / count - mean) * (sum / count - mean);
    }
    Ok((within, between))
}

#[test]
fn nists_analyses_of_variance() {
    let exact = &json("acceptance/ac03_nist_anova.json")["exact_on_f64"];
    // SmLs07 has thirteen leading digits in common: the mean's own rounding is what limits it.
    for (name, within, between) in [("SiRstv", 1e-11, 1e-11), ("SmLs07", 1e-4, 1e-2)] {
        let values = npy(&format!("acceptance/ac03_nist_anova_{name}_y.npy")).values::<f64>();
        let groups = npy(&format!("acceptance/ac03_nist_anova_{name}_group.npy")).values::<i64>();
        let mut bits = None;
        for ranks in world::sizes([1, 2, 3, 4, 5, 7, 8]) {
            for placement in [None, Some(0)] {
                let found = world::run_on(ranks, |cx| {
                    let y = cx.from_slice(&values, values.len(), placement)?;
                    sums_of_squares(&y, &cx.from_slice(&groups, groups.len(), placement)?)
                });
                for found in found.unwrap() {
                    assert!(relative_error(found.0, decimal(&exact[name]["ss_within"])) <= within, "{name}: {found:?}");
                    assert!(
                        relative_error(found.1, decimal(&exact[name]["ss_between"])) <= between,
                        "{name}: {found:?}"
                    );
                    let first = *bits.get_or_insert((found.0.to_bits(), found.1.to_bits()));
                    assert_eq!((found.0.to_bits(), found.1.to_bits()), first, "{name} on {ranks} ranks");
                }
            }
        }
    }
}
