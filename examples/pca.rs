//! What a table of pictures is made of: its principal components, and how few of them are enough.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --example pca
//! ```
//!
//! What to see: scores lie on the ranks of their rows and components on every rank, so that a projection sends
//! nothing; the fit sends a few small messages, whatever the number of rows.

use std::process::ExitCode;

use isotherm::decomposition::PCA;
use isotherm::io;
use isotherm::prelude::*;

fn main() -> ExitCode {
    isotherm::run(|cx| {
        let x = io::read::<f64>(cx, "data/digits.csv", 0)?;
        let before = cx.comm().counters();
        let fit = PCA::new(0.9).fit(&x)?;
        let sent = cx.comm().counters() - before;
        let (k, columns) = (fit.components.shape()[0], fit.components.shape()[1]);
        isotherm::println!(cx, "{k} of {columns} components explain 90 % of the variance of {} rows", fit.samples);
        isotherm::println!(cx, "the fit took {} collective calls", sent.total().calls);

        isotherm::println!(cx, "component   variance   together");
        let mut together = 0.0;
        for (number, (variance, ratio)) in fit.explained_variance.iter().zip(&fit.explained_variance_ratio).enumerate()
        {
            together += ratio;
            isotherm::println!(cx, "{:9} {variance:10.2} {:8.1} %", number + 1, 100.0 * together);
        }

        // What is lost is the noise that was left out: (columns - k) times its variance in each row.
        let back = fit.inverse_transform(&fit.transform(&x)?)?;
        let lost = (&back - &x).square().sum(None).eval()?.item()? / (fit.samples - 1) as f64;
        let expected = fit.noise_variance * (columns - k) as f64;
        isotherm::println!(cx, "a row loses {lost:.3} of its variance, as the components say: {expected:.3}");
        Ok(())
    })
}
