//! `isotherm kmeans`.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use isotherm::cluster::{Coordinate, Init, KMeans, KMeansFit};
use isotherm::io::{self, csv};
use isotherm::math::cast;
use isotherm::prelude::*;
use serde_json::json;

use crate::arguments::{self, Common};
use crate::report::{Facts, Report};
use crate::rows::Work;
use crate::table::{self, Table};
use crate::{input, json, picture};

/// What is said of a fit.
struct Answer {
    facts: Facts,
    rows: usize,
    columns: usize,
    centers: Vec<f64>,
    sizes: Vec<u64>,
    inertia: f64,
    iterations: usize,
    converged: bool,
    relocated: usize,
    /// Seconds to read the file, and to cluster its rows.
    reading: f64,
    clustering: f64,
}

/// Cluster the rows of a file. Where results shall be written is looked at before the work begins.
pub(crate) fn run(cx: &Context, arguments: &arguments::KMeans, common: &Common) -> Result<Report> {
    let (out, plot) = (arguments.out.as_deref(), arguments.plot.as_deref());
    let work = Work::begin(cx, &arguments.rows, out, plot, common)?;
    let answer = match work.dtype(cx)? {
        DType::F32 => cluster::<f32>(cx, arguments, work),
        _ => cluster::<f64>(cx, arguments, work),
    }?;
    Ok(answer.report(arguments))
}

/// Read, cluster, write.
fn cluster<T: Coordinate + csv::Field>(
    cx: &Context,
    arguments: &arguments::KMeans,
    mut work: Work<'_>,
) -> Result<Answer> {
    let x = work.read::<T>(cx)?;
    let reading = work.seconds();
    work.progress.say("choosing the first centres");
    let kmeans = KMeans::new(arguments.k)
        .init(init(cx, &arguments.init)?)
        .max_iter(arguments.max_iter)
        .tol(arguments.tol)
        .seed(arguments.seed);
    let fit = kmeans.fit_observed(&x, |now| {
        let (inertia, moved) = (table::real(now.inertia), table::count(now.moved));
        work.progress.say(format_args!("iteration {}: inertia {inertia}, {moved} rows moved", now.number));
    })?;
    let clustering = work.seconds() - reading;
    if let Some(folder) = &arguments.out {
        io::write_npy(&fit.labels, folder.join("labels.npy"))?;
        io::write_npy(&fit.centers, folder.join("centers.npy"))?;
    }
    let title = work.title();
    if let Some(plot) = work.plot {
        plot.write(cx, picture::draw(&x, &fit, &title)?.as_deref())?;
    }
    answer(&x, fit, work.start, [reading, clustering])
}

fn init(cx: &Context, init: &Path) -> Result<Init> {
    match init.to_str() {
        Some("plusplus") => Ok(Init::PlusPlus),
        Some("random") => Ok(Init::Random),
        _ => Ok(Init::Given(input::read::<f64>(cx, init, &Placement::Replicated)?.to_vec()?)),
    }
}

fn answer<T: Coordinate>(
    x: &DistArray<T>,
    fit: KMeansFit<T>,
    start: Instant,
    [reading, clustering]: [f64; 2],
) -> Result<Answer> {
    Ok(Answer {
        facts: Facts::of(x, start)?,
        rows: x.shape()[0],
        columns: x.shape()[1],
        centers: fit.centers.to_vec()?.into_iter().map(cast).collect(),
        sizes: fit.sizes,
        inertia: fit.inertia,
        iterations: fit.iterations,
        converged: fit.converged,
        relocated: fit.relocated,
        reading,
        clustering,
    })
}

impl Answer {
    fn report(self, arguments: &arguments::KMeans) -> Report {
        let text = self.text(arguments);
        let own = [
            ("inertia", json::number(self.inertia)),
            ("iterations", json!(self.iterations)),
            ("converged", json!(self.converged)),
            ("sizes", json!(self.sizes)),
            ("centers", json::matrix(&self.centers, self.columns)),
        ];
        Report::new(self.facts, own, text)
    }

    fn text(&self, arguments: &arguments::KMeans) -> String {
        let mut sizes = Table::new(["cluster", "points", "share"]);
        for (cluster, &size) in self.sizes.iter().enumerate() {
            let share = size as f64 / self.rows as f64 * 100.0;
            sizes.row([cluster.to_string(), table::count(size), format!("{share:.1} %")]);
        }
        let end = if self.converged { "converged" } else { "stopped, not converged" };
        let times = [self.reading, self.clustering, self.facts.seconds].map(table::seconds);
        let mut facts = vec![
            ("inertia", table::real(self.inertia)),
            ("iterations", format!("{} ({end})", self.iterations)),
            ("time", format!("{} ({} to read, {} to cluster)", times[2], times[0], times[1])),
            ("exchanged", self.facts.traffic()),
        ];
        if self.relocated > 0 {
            facts.push(("refilled", format!("{} times an empty cluster", self.relocated)));
        }
        facts.extend(arguments.out.iter().map(|folder| {
            let [labels, centers] = ["labels.npy", "centers.npy"].map(|name| folder.join(name));
            ("written", format!("{}, {}", labels.display(), centers.display()))
        }));
        facts.extend(arguments.plot.iter().map(|plot| ("plotted", plot.display().to_string())));
        let (n, columns) = (table::count(self.rows as u64), table::count(self.columns as u64));
        let mut text = format!("{}: {n} rows of {columns} columns ", arguments.rows.file.display());
        let (dtype, k) = (self.facts.dtype.map_or("", DType::name), self.sizes.len());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "({dtype}) in {k} clusters, {}\n\n{sizes}", self.facts.place());
        for (name, value) in facts {
            let _ = writeln!(text, "{name:<11} {value}");
        }
        text
    }
}
