//! What can be asked for.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand};
use isotherm::{Context, DType, Launch, Placement};

use crate::progress::Progress;

const EXAMPLES: &str = "\
Examples:
  isotherm describe data/iris.csv --ranks 2
  isotherm kmeans data/digits.csv -k 10 --ranks 4 --plot clusters.svg
  isotherm kmeans points.npy -k 8 --init random --seed 7 --out results --quiet
  isotherm plan --shape 100,50,50 --from 0 --to 2 --ranks 64 --dtype f64
  isotherm info --json";

/// Distributed n-dimensional arrays: the same results on any number of ranks.
#[derive(Parser)]
#[command(name = "isotherm", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What every command takes.
#[derive(Args)]
pub(crate) struct Common {
    /// Ranks to run on, as threads of this process, or to plan for [default: what a launcher such as mpirun started,
    /// else the environment variable `ISOTHERM_RANKS`, else 1]
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=4096), global = true)]
    pub(crate) ranks: Option<usize>,
    /// Print one JSON object on standard output, and nothing else there
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// Print neither progress nor results (but the JSON object, if that is asked for)
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Count, mean, deviation, extremes and quartiles of each column of a table or matrix
    Describe(Describe),
    /// Show what the program runs on: ranks, transport, cores, memory, features
    Info,
    /// Cluster the rows of a table or matrix around K centres
    Kmeans(KMeans),
    /// Show what a redistribution would move, per rank and in all, without running it
    Plan(Plan),
}

impl Common {
    /// A line of progress: on rank 0, and not with `--quiet` or `--json`.
    pub(crate) fn progress(&self, cx: &Context) -> Progress {
        Progress::new(cx.rank() == 0 && !self.quiet && !self.json)
    }
}

impl Arguments {
    /// The ranks that the command runs on. A plan for a given number of ranks needs none of them.
    pub(crate) fn launch(&self) -> Result<Launch, clap::Error> {
        let refused = |message: &str| Self::command().error(clap::error::ErrorKind::ValueValidation, message);
        let launch = Launch::from_environment().map_err(|error| refused(error.message()))?;
        let by_launcher = launch.transport() == "mpi";
        let wanted = match (&self.command, self.common.ranks) {
            (Command::Plan(_), Some(_)) => (!by_launcher).then_some(1),
            (_, ranks) => ranks,
        };
        match wanted.filter(|&ranks| ranks != launch.ranks()) {
            None => Ok(launch),
            Some(ranks) if by_launcher => {
                Err(refused(&format!("--ranks {ranks}, but {} were started", launch.ranks())))
            }
            Some(ranks) => Launch::threads(ranks).map_err(|error| refused(error.message())),
        }
    }
}

#[derive(Args)]
pub(crate) struct Describe {
    /// The table: `.npy` of one axis or two, or text with one row a line (`.csv`, `.tsv`, `.txt`)
    pub(crate) file: PathBuf,
    /// Deal out this axis of the data over the ranks, or `none`: all of it on every rank
    #[arg(long, value_name = "AXIS|none", default_value = "0", value_parser = placement, allow_hyphen_values = true)]
    pub(crate) split: Placement,
}

#[derive(Args)]
pub(crate) struct KMeans {
    /// The rows: `.npy`, or text with one row a line (`.csv`, `.tsv`, `.txt`)
    pub(crate) file: PathBuf,
    /// The number of clusters
    #[arg(short = 'k', long = "clusters", value_name = "K", value_parser = positive())]
    pub(crate) k: usize,
    /// Where the centres begin: `plusplus`, `random`, or a file with one centre a row
    #[arg(long, value_name = "plusplus|random|FILE", default_value = "plusplus")]
    pub(crate) init: PathBuf,
    /// The most iterations
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = positive())]
    pub(crate) max_iter: usize,
    /// Stop when the centres move by a squared distance of at most this times the mean variance of the columns; 0:
    /// when no row changes its cluster
    #[arg(long, value_name = "X", default_value_t = 1e-4, value_parser = tolerance)]
    pub(crate) tol: f64,
    /// What the random starts are a function of
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Compute in this dtype: f32 or f64 [default: that of an `.npy` file of f32, else f64]
    #[arg(long, value_name = "DTYPE", value_parser = real_dtype)]
    pub(crate) dtype: Option<DType>,
    /// Deal out this axis of the data over the ranks, or `none`: all of it on every rank
    #[arg(long, value_name = "AXIS|none", default_value = "0", value_parser = placement, allow_hyphen_values = true)]
    pub(crate) split: Placement,
    /// Write `labels.npy` and `centers.npy` into this folder, which is made if it is missing
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the clusters; of many columns, the plane in which the centres lie farthest apart
    #[arg(long, value_name = "FILE.svg", help_heading = "Output")]
    pub(crate) plot: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Plan {
    /// The extents of the array, such as 100,50,50
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', required = true)]
    pub(crate) shape: Vec<usize>,
    /// The axis that is dealt out before, or `none`: all of the array on every rank
    #[arg(long, value_name = "AXIS|none", value_parser = placement, allow_hyphen_values = true)]
    pub(crate) from: Placement,
    /// The axis that is dealt out afterwards, or `none`
    #[arg(long, value_name = "AXIS|none", value_parser = placement, allow_hyphen_values = true)]
    pub(crate) to: Placement,
    /// The type of the elements
    #[arg(long, value_name = "DTYPE", default_value = "f64", value_parser = dtype)]
    pub(crate) dtype: DType,
}

/// Numbers from 1 on.
fn positive() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

fn dtype(name: &str) -> Result<DType, String> {
    name.parse().map_err(|error: isotherm::Error| error.message().to_owned())
}

fn real_dtype(name: &str) -> Result<DType, String> {
    dtype(name).and_then(|dtype| if dtype.is_real() { Ok(dtype) } else { Err("only f32 and f64".to_owned()) })
}

fn placement(text: &str) -> Result<Placement, String> {
    match text {
        "none" => Ok(Placement::Replicated),
        number => number.parse::<i32>().map(Placement::from).map_err(|_| "an axis is an integer, or none".to_owned()),
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..f64::INFINITY).contains(number));
    number.ok_or_else(|| "a tolerance is a number from 0 on".to_owned())
}

/// The parser's own check of what is written above.
#[cfg(test)]
#[test]
fn the_arguments_are_consistent() {
    Arguments::command().debug_assert();
}
