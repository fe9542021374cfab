//! `isotherm pca`.

use std::fmt::Write;

use isotherm::decomposition::{Components, Feature, PCA, PCAFit};
use isotherm::io::{self, csv};
use isotherm::math::cast;
use isotherm::prelude::*;
use serde_json::{Value, json};

use crate::arguments::{self, Common};
use crate::json;
use crate::report::{Facts, Report};
use crate::rows::Work;
use crate::scree::Scree;
use crate::table::{self, Table};

/// Components that the text lists.
const LISTED: usize = 20;

/// The principal components of a file's rows. Where results shall be written is looked at before the work begins.
pub(crate) fn run(cx: &Context, arguments: &arguments::Pca, common: &Common) -> Result<Report> {
    let (out, plot) = (arguments.out.as_deref(), arguments.plot.as_deref());
    let work = Work::begin(cx, &arguments.rows, out, plot, common)?;
    match work.dtype(cx)? {
        DType::F32 => analyse::<f32>(cx, arguments, work),
        _ => analyse::<f64>(cx, arguments, work),
    }
}

/// Read, analyse, write.
fn analyse<T: Feature + csv::Field>(cx: &Context, arguments: &arguments::Pca, mut work: Work<'_>) -> Result<Report> {
    let x = work.read::<T>(cx)?;
    let reading = work.seconds();
    work.progress.say("factoring the rows");
    let fit = PCA::new(arguments.components.unwrap_or(Components::All)).whiten(arguments.whiten).fit(&x)?;
    let fitting = work.seconds() - reading;
    if let Some(folder) = &arguments.out {
        work.progress.say("writing");
        io::write_npy(&fit.components, folder.join("components.npy"))?;
        io::write_npy(&fit.transform(&x)?, folder.join("scores.npy"))?;
    }
    let title = work.title();
    if let Some(plot) = work.plot {
        let draw = || Scree { title: &title, shares: &fit.explained_variance_ratio }.to_svg();
        plot.write(cx, cx.agree(cx.on_root(draw).transpose())?.as_deref())?;
    }
    let facts = Facts::of(&x, work.start)?;
    let text = text(&fit, arguments, &facts, [reading, fitting]);
    Ok(Report::new(facts, own(&fit)?, text))
}

fn own<T: Feature>(fit: &PCAFit<T>) -> Result<[(&'static str, Value); 6]> {
    let floats = |values: &[f64]| values.iter().copied().map(json::number).collect::<Value>();
    let [mean, components] = [&fit.mean, &fit.components].map(DistArray::to_vec);
    let doubles = |values: Vec<T>| values.into_iter().map(cast).collect::<Vec<f64>>();
    Ok([
        ("mean", floats(&doubles(mean?))),
        ("components", json::matrix(&doubles(components?), fit.mean.size())),
        ("explained_variance", floats(&fit.explained_variance)),
        ("explained_variance_ratio", floats(&fit.explained_variance_ratio)),
        ("singular_values", floats(&fit.singular_values)),
        ("noise_variance", json!(fit.noise_variance)),
    ])
}

fn text<T: Feature>(fit: &PCAFit<T>, arguments: &arguments::Pca, facts: &Facts, times: [f64; 2]) -> String {
    let shares = &fit.explained_variance_ratio;
    let mut components = Table::new(["component", "variance", "share", "together"]);
    let mut together = 0.0;
    for (number, (&variance, share)) in fit.explained_variance.iter().zip(shares).enumerate().take(LISTED) {
        together += share;
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        components.row([(number + 1).to_string(), table::real(variance), percent(*share), percent(together)]);
    }
    if shares.len() > LISTED {
        components.row(["..."]);
    }
    let [reading, fitting, all] = [times[0], times[1], facts.seconds].map(table::seconds);
    let explained = shares.iter().sum::<f64>() * 100.0;
    let mut lines = vec![
        ("explained", format!("{explained:.2} % of the variance, by {} components", shares.len())),
        ("left out", format!("{} in each other direction", table::real(fit.noise_variance))),
        ("time", format!("{all} ({reading} to read, {fitting} to factor)")),
        ("exchanged", facts.traffic()),
    ];
    if shares.len() == fit.samples.min(fit.mean.size()) {
        lines.remove(1);
    }
    lines.extend(arguments.out.iter().map(|folder| {
        let [components, scores] = ["components.npy", "scores.npy"].map(|name| folder.join(name));
        ("written", format!("{}, {}", components.display(), scores.display()))
    }));
    lines.extend(arguments.plot.iter().map(|plot| ("plotted", plot.display().to_string())));
    let [n, columns] = [fit.samples, fit.mean.size()].map(|count| table::count(count as u64));
    let dtype = facts.dtype.map_or("", DType::name);
    let mut text =
        format!("{}: {n} rows of {columns} columns ({dtype}), {}\n", arguments.rows.file.display(), facts.place());
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n{components}");
    for (name, value) in lines {
        let _ = writeln!(text, "{name:<11} {value}");
    }
    text
}
