//! Cluster the rows of a table, and compare the clusters with labels that somebody gave.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --example kmeans
//! ```
//!
//! What to see: an estimator is a builder that gives a struct with named fields; what the library lacks is a loop over
//! this rank's elements and one reduction over the ranks.

use std::process::ExitCode;

use isotherm::cluster::KMeans;
use isotherm::comm::Exact;
use isotherm::io;
use isotherm::prelude::*;

const DIGITS: usize = 10;

fn main() -> ExitCode {
    isotherm::run(|cx| {
        let x = io::read::<f64>(cx, "data/digits.csv", 0)?;
        let fit = KMeans::new(DIGITS).seed(7).fit(&x)?;
        isotherm::println!(cx, "inertia {:.3} after {} iterations", fit.inertia, fit.iterations);

        let truth = io::read::<i64>(cx, "data/digits_labels.csv", 0)?.reshape(-1)?;
        let table = contingency(&fit.labels, &truth)?;
        isotherm::println!(cx, "cluster   size   mostly");
        for (cluster, counts) in table.chunks_exact(DIGITS).enumerate() {
            let (digit, count) = (0..).zip(counts).max_by_key(|&(_, count)| count).unwrap_or((0, &0));
            isotherm::println!(cx, "{cluster:7} {:6}   {digit} ({count})", fit.sizes[cluster]);
        }
        Ok(())
    })
}

/// How many rows of each cluster show each digit, on every rank.
fn contingency(labels: &DistArray<i64>, truth: &DistArray<i64>) -> Result<Vec<u64>> {
    // Each rank counts what it holds, so both arrays must lie alike. Nothing moves when they already do.
    let truth = truth.redistribute(labels.layout())?;
    let mut counts = vec![0_u64; DIGITS * DIGITS];
    for (&cluster, &digit) in labels.local().iter().zip(truth.local()) {
        counts[cluster as usize * DIGITS + digit as usize] += 1;
    }
    labels.context().comm().all_reduce_exact(&counts, Exact::Sum)
}
