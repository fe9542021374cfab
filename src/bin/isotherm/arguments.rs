//! What can be asked for.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use isotherm::decomposition::Components;
use isotherm::{Context, DType, Device, Launch, Placement, Shape};

use crate::progress::Progress;

const EXAMPLES: &str = "\
Examples:
  isotherm describe data/iris.csv --ranks 2
  isotherm kmeans data/digits.csv -k 10 --ranks 4 --plot clusters.svg
  isotherm kmeans points.npy -k 8 --init random --seed 7 --out results --quiet
  isotherm pca data/digits.csv -n 10 --ranks 4 --plot scree.svg
  isotherm diffuse --size 2048,2048 --steps 500 --ranks 4 --plot heat.svg
  isotherm plan --shape 100,50,50 --from 0 --to 2 --ranks 64 --dtype f64
  isotherm describe data/iris.csv --device gpu
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
    /// Compute on the CPU, on a GPU for each rank (`gpu`), or on the GPU of this number (`gpu:1`): see `isotherm info`
    /// [default: the environment variable `ISOTHERM_DEVICE`, else cpu]
    #[arg(long, value_name = "cpu|gpu|gpu:N", value_parser = device, global = true)]
    pub(crate) device: Option<Device>,
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
    /// Check a GPU against the CPU, and measure it against what it can do at all
    #[cfg(feature = "gpu")]
    GpuBench(GpuBench),
    /// Show what the program runs on: ranks, transport, cores, memory, features, GPUs
    Info,
    /// Cluster the rows of a table or matrix around K centres
    Kmeans(KMeans),
    /// Find the directions along which the rows of a table or matrix vary most
    Pca(Pca),
    /// Let heat spread on a line, a square or a cube, and compare with the closed-form solution
    Diffuse(Diffuse),
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
        let launch = match wanted.filter(|&ranks| ranks != launch.ranks()) {
            None => launch,
            Some(ranks) if by_launcher => {
                return Err(refused(&format!("--ranks {ranks}, but {} were started", launch.ranks())));
            }
            Some(ranks) => Launch::threads(ranks).map_err(|error| refused(error.message()))?,
        };
        Ok(match self.common.device.or_else(|| self.command.device()) {
            Some(device) => launch.on(device),
            None => launch,
        })
    }
}

impl Command {
    /// Where a command runs if nobody says it: what measures GPUs, on a GPU.
    fn device(&self) -> Option<Device> {
        #[cfg(feature = "gpu")]
        if let Self::GpuBench(_) = self {
            return std::env::var_os(isotherm::DEVICE).is_none().then_some(Device::AnyGpu);
        }
        None
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

/// The points that a command works on.
#[derive(Args)]
pub(crate) struct Rows {
    /// The rows: `.npy`, or text with one row a line (`.csv`, `.tsv`, `.txt`)
    pub(crate) file: PathBuf,
    /// Compute in this dtype: f32 or f64 [default: that of an `.npy` file of f32, else f64]
    #[arg(long, value_name = "DTYPE", value_parser = real_dtype)]
    pub(crate) dtype: Option<DType>,
    /// Deal out this axis of the data over the ranks, or `none`: all of it on every rank
    #[arg(long, value_name = "AXIS|none", default_value = "0", value_parser = placement, allow_hyphen_values = true)]
    pub(crate) split: Placement,
}

#[derive(Args)]
pub(crate) struct KMeans {
    #[command(flatten)]
    pub(crate) rows: Rows,
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
    /// Write `labels.npy` and `centers.npy` into this folder, which is made if it is missing
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the clusters; of many columns, the plane in which the centres lie farthest apart
    #[arg(long, value_name = "FILE.svg", help_heading = "Output")]
    pub(crate) plot: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Pca {
    #[command(flatten)]
    pub(crate) rows: Rows,
    /// The number of components, or, between 0 and 1, the share of the variance that they shall explain [default: all]
    #[arg(short = 'n', long = "components", value_name = "N|SHARE", value_parser = components)]
    pub(crate) components: Option<Components>,
    /// Scale every score to variance 1
    #[arg(long)]
    pub(crate) whiten: bool,
    /// Write `components.npy` and `scores.npy` into this folder, which is made if it is missing
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the share of the variance that each component explains, and how they add up
    #[arg(long, value_name = "FILE.svg", help_heading = "Output")]
    pub(crate) plot: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Diffuse {
    /// The cells along each of one to three axes, such as 2048,2048
    #[arg(long, value_name = "N,N,...", value_parser = size)]
    pub(crate) size: Shape,
    /// Steps in time
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = positive())]
    pub(crate) steps: usize,
    /// What is beyond the edges: the other side, walls at 0, or walls that let no heat through
    #[arg(long, value_enum, default_value_t = Walls::Insulated)]
    pub(crate) boundary: Walls,
    /// The diffusivity
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = above_zero)]
    pub(crate) alpha: f64,
    /// The time step, as a share of the largest that is stable
    #[arg(long, value_name = "X", default_value_t = 0.5, value_parser = share)]
    pub(crate) cfl: f64,
    /// Deal out this axis over the ranks, or `none`: all of it on every rank
    #[arg(long, value_name = "AXIS|none", default_value = "0", value_parser = placement, allow_hyphen_values = true)]
    pub(crate) split: Placement,
    /// Write the last state
    #[arg(long, value_name = "FILE.npy", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Draw the last state; of three axes, the slice in the middle
    #[arg(long, value_name = "FILE.svg", help_heading = "Output")]
    pub(crate) plot: Option<PathBuf>,
}

/// What is beyond the edges of a plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Walls {
    Periodic,
    Fixed,
    Insulated,
}

impl Walls {
    /// As the arguments say it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Periodic => "periodic",
            Self::Fixed => "fixed walls",
            Self::Insulated => "insulated walls",
        }
    }
}

/// What is to be checked and measured.
#[cfg(feature = "gpu")]
#[derive(Args)]
pub(crate) struct GpuBench {
    /// Only what begins so: `findings`, `checks`, or workloads such as `sum` or `matmul` [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Small sizes and two dtypes: whether everything works, not how fast. On a driver in software sizes are small anyway
    #[arg(long)]
    pub(crate) quick: bool,
    /// Write what is measured into this JSON file, after each line
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
}

#[cfg(feature = "gpu")]
impl GpuBench {
    /// Whether what has this name is asked for.
    pub(crate) fn chooses(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|begin| name.starts_with(begin.as_str()))
    }
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

/// A count, or what is written as a fraction.
fn components(text: &str) -> Result<Components, String> {
    let count = text.parse::<usize>().ok().filter(|&count| count > 0).map(Components::Count);
    let share = || text.parse().ok().filter(|share| (0.0..1.0).contains(share) && *share > 0.0).map(Components::Share);
    count.or_else(share).ok_or_else(|| "a number of components, or a share between 0 and 1".to_owned())
}

fn dtype(name: &str) -> Result<DType, String> {
    name.parse().map_err(|error: isotherm::Error| error.message().to_owned())
}

fn real_dtype(name: &str) -> Result<DType, String> {
    dtype(name).and_then(|dtype| if dtype.is_real() { Ok(dtype) } else { Err("only f32 and f64".to_owned()) })
}

/// Without the line of the source, which is no line of the user's.
fn device(name: &str) -> Result<Device, String> {
    name.parse().map_err(|error: isotherm::Error| error.message().to_owned())
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

fn size(text: &str) -> Result<Shape, String> {
    let extents: Option<Vec<usize>> = text.split(',').map(|extent| extent.parse().ok().filter(|&n| n > 0)).collect();
    let size = extents.filter(|extents| extents.len() <= 3).ok_or("one to three numbers from 1 on")?;
    Shape::from(size).checked(size_of::<f64>()).map_err(|error| error.message().to_owned())
}

fn above_zero(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_normal() && *number > 0.0);
    number.ok_or_else(|| "a number above 0".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| *number > 0.0 && *number <= 1.0);
    number.ok_or_else(|| "a number above 0, up to 1".to_owned())
}

/// The parser's own check of what is written above.
#[cfg(test)]
#[test]
fn the_arguments_are_consistent() {
    Arguments::command().debug_assert();
}
