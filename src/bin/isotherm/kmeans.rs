//! `isotherm kmeans`.

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use isotherm::LocalError;
use isotherm::cluster::{Coordinate, Init, KMeans, KMeansFit};
use isotherm::comm::Exact;
use isotherm::io::{self, Staged, csv};
use isotherm::math::cast;
use isotherm::prelude::*;
use serde_json::json;

use crate::arguments::{self, Common};
use crate::progress::Progress;
use crate::report::{Facts, Failure, Report};
use crate::table::{self, Table};
use crate::{input, json, picture};

/// What rank 0 brings back.
struct Answer {
    dtype: DType,
    shape: Vec<usize>,
    transport: &'static str,
    centers: Vec<f64>,
    sizes: Vec<u64>,
    inertia: f64,
    iterations: usize,
    converged: bool,
    relocated: usize,
    picture: Option<String>,
    /// Seconds to read the file, and to cluster its rows.
    reading: f64,
    clustering: f64,
    /// By all ranks together.
    bytes_sent: u64,
    messages: u64,
}

/// Cluster the rows of a file. Where results shall be written is looked at before the work begins.
pub(crate) fn run(arguments: &arguments::KMeans, common: &Common) -> std::result::Result<Report, Failure> {
    let start = Instant::now();
    let ranks = common.ranks();
    if let Some(folder) = &arguments.out {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|error| LocalError::new(format!("cannot make the folder {}: {error}", folder.display())))?;
    }
    let plot = arguments.plot.as_ref().map(Staged::create).transpose()?;
    let answers = isotherm::run_on(ranks, |cx| {
        let dtype = arguments.dtype.map_or_else(|| input::real_dtype(cx, &arguments.file), Ok)?;
        let mut progress = Progress::new(cx.rank() == 0 && !common.quiet && !common.json);
        match dtype {
            DType::F32 => cluster::<f32>(cx, arguments, &mut progress),
            _ => cluster::<f64>(cx, arguments, &mut progress),
        }
    })?;
    let answer = answers.into_iter().next().expect("there is a rank 0");
    if let Some((plot, svg)) = plot.zip(answer.picture.as_ref()) {
        let part = plot.open_part()?;
        part.write_all_at(svg.as_bytes(), 0)?;
        part.finish()?;
        plot.commit()?;
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(answer.report(arguments, ranks, seconds))
}

/// Read, cluster, write.
fn cluster<T: Coordinate + csv::Field>(
    cx: &Context,
    arguments: &arguments::KMeans,
    progress: &mut Progress,
) -> Result<Answer> {
    let start = Instant::now();
    progress.say(format_args!("reading {}", arguments.file.display()));
    let x = input::read::<T>(cx, &arguments.file, &arguments.split)?;
    let reading = start.elapsed().as_secs_f64();
    progress.say("choosing the first centres");
    let kmeans = KMeans::new(arguments.k)
        .init(init(cx, &arguments.init)?)
        .max_iter(arguments.max_iter)
        .tol(arguments.tol)
        .seed(arguments.seed);
    let fit = kmeans.fit_observed(&x, |now| {
        let (inertia, moved) = (table::real(now.inertia), table::count(now.moved));
        progress.say(format_args!("iteration {}: inertia {inertia}, {moved} rows moved", now.number));
    })?;
    let clustering = start.elapsed().as_secs_f64() - reading;
    if let Some(folder) = &arguments.out {
        io::write_npy(&fit.labels, folder.join("labels.npy"))?;
        io::write_npy(&fit.centers, folder.join("centers.npy"))?;
    }
    let title = || arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let picture = if arguments.plot.is_some() { picture::draw(&x, &fit, &title())? } else { None };
    answer(cx, &x, fit, picture, [reading, clustering])
}

fn init(cx: &Context, init: &Path) -> Result<Init> {
    match init.to_str() {
        Some("plusplus") => Ok(Init::PlusPlus),
        Some("random") => Ok(Init::Random),
        _ => Ok(Init::Given(input::read::<f64>(cx, init, &Placement::Replicated)?.to_vec()?)),
    }
}

fn answer<T: Coordinate>(
    cx: &Context,
    x: &DistArray<T>,
    fit: KMeansFit<T>,
    picture: Option<String>,
    [reading, clustering]: [f64; 2],
) -> Result<Answer> {
    let sent = cx.comm().counters().total();
    let all = cx.comm().all_reduce_exact(&[sent.bytes, sent.messages], Exact::Sum)?;
    Ok(Answer {
        dtype: T::DTYPE,
        shape: x.shape().to_vec(),
        transport: cx.comm().transport(),
        centers: fit.centers.to_vec()?.into_iter().map(cast).collect(),
        sizes: fit.sizes,
        inertia: fit.inertia,
        iterations: fit.iterations,
        converged: fit.converged,
        relocated: fit.relocated,
        picture,
        reading,
        clustering,
        bytes_sent: all[0],
        messages: all[1],
    })
}

impl Answer {
    fn report(self, arguments: &arguments::KMeans, ranks: usize, seconds: f64) -> Report {
        let text = self.text(arguments, ranks, seconds);
        let own = [
            ("inertia", json::number(self.inertia)),
            ("iterations", json!(self.iterations)),
            ("converged", json!(self.converged)),
            ("sizes", json!(self.sizes)),
            ("centers", json::matrix(&self.centers, self.shape[1])),
        ];
        let facts = Facts {
            shape: Some(self.shape),
            dtype: Some(self.dtype),
            ranks,
            transport: self.transport.to_owned(),
            seconds,
            bytes_sent: self.bytes_sent,
        };
        Report::new(facts, own, text)
    }

    fn text(&self, arguments: &arguments::KMeans, ranks: usize, seconds: f64) -> String {
        let rows = self.shape[0] as f64;
        let mut sizes = Table::new(["cluster", "points", "share"]);
        for (cluster, &size) in self.sizes.iter().enumerate() {
            sizes.row([cluster.to_string(), table::count(size), format!("{:.1} %", size as f64 / rows * 100.0)]);
        }
        let (file, k, dtype, transport) = (arguments.file.display(), self.sizes.len(), self.dtype, self.transport);
        let (n, columns) = (table::count(self.shape[0] as u64), table::count(self.shape[1] as u64));
        let end = if self.converged { "converged" } else { "stopped, not converged" };
        let times = [self.reading, self.clustering, seconds].map(table::seconds);
        let sent = (table::bytes(self.bytes_sent), table::count(self.messages));
        let mut facts = vec![
            ("inertia", table::real(self.inertia)),
            ("iterations", format!("{} ({end})", self.iterations)),
            ("time", format!("{} ({} to read, {} to cluster)", times[2], times[0], times[1])),
            ("exchanged", format!("{} in {} messages, all ranks together", sent.0, sent.1)),
        ];
        if self.relocated > 0 {
            facts.push(("refilled", format!("{} times an empty cluster", self.relocated)));
        }
        facts.extend(arguments.out.iter().map(|folder| {
            let [labels, centers] = ["labels.npy", "centers.npy"].map(|name| folder.join(name));
            ("written", format!("{}, {}", labels.display(), centers.display()))
        }));
        facts.extend(arguments.plot.iter().map(|plot| ("plotted", plot.display().to_string())));
        let mut text = format!("{file}: {n} rows of {columns} columns ({dtype}) in {k} clusters, ");
        let noun = if ranks == 1 { "rank" } else { "ranks" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "on {ranks} {noun} ({transport})\n\n{sizes}");
        for (name, value) in facts {
            let _ = writeln!(text, "{name:<11} {value}");
        }
        text
    }
}
