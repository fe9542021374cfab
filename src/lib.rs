//! Distributed n-dimensional arrays: one program, any number of ranks, the same results.
//!
//! This page is the lecture. It takes ten minutes, and every program on it is run by the tests.
//!
//! # The model
//!
//! A program is run by several **ranks** at once. Each runs the same lines in the same order (*single program, multiple
//! data*), each has memory of its own, and an array is dealt out over them: every rank holds one **block**.
//!
//! ```text
//!                    the program, on every rank              x, 8 rows, split along axis 0
//!
//!   rank 0    read ── mean ── subtract ── write               ┌─────────┐ rows 0 1 2
//!   rank 1    read ── mean ── subtract ── write               ├─────────┤ rows 3 4 5
//!   rank 2    read ── mean ── subtract ── write               ├─────────┤ rows 6 7
//!                      │                                      └─────────┘
//!                 one exchange                                mean, on every rank
//! ```
//!
//! You write as if the array were whole: `x.mean(0)` is the mean over *all* rows. Here ranks are threads of one process; their memory
//! is as separate as if they were machines, and everything that passes between them is a counted message. Under `mpirun` the same
//! program runs as processes, on one machine or many.
//!
//! ```
//! use isotherm::prelude::*;
//!
//! isotherm::run_on(3, |cx| {
//!     // Normal numbers, the rows dealt over the ranks. Element i is a function of the seed and i alone.
//!     let x = cx.random_normal::<f64>((1000, 4), 0, 42)?;
//!
//!     // Two results of one evaluation. Both are small, and every rank has them whole.
//!     let (mean, std) = (x.mean(0), x.std(0)).eval()?;
//!
//!     // An expression: nothing runs until `eval`; then every rank walks over its own rows once.
//!     let z = ((&x - &mean) / &std).eval()?;
//!     assert_eq!((z.shape(), z.split()), (&Shape::from((1000, 4)), Some(0)));
//!
//!     // A single number, the same bits on every rank and for any number of ranks.
//!     let largest = z.abs().max(None).item()?;
//!     isotherm::println!(cx, "the farthest element is {largest:.2} deviations out");
//!
//!     // What one rank alone can see of it: no message, no copy.
//!     assert_eq!(z.local().len(), if cx.rank() == 0 { 334 * 4 } else { 333 * 4 });
//!     Ok(())
//! })?;
//! # Ok::<(), isotherm::Error>(())
//! ```
//!
//! A program of its own calls [`run`] in `main` instead: one rank, or as many threads as the environment variable `ISOTHERM_RANKS` says, or the
//! processes that an MPI launcher started.
//!
//! # The words
//!
//! | word | meaning |
//! |---|---|
//! | *rank* | one of the runners of the program, and its number; [`Context::rank`], [`Context::size`] |
//! | *context* | whom a rank talks to and where it computes: the `cx` that your closure is given; [`Context`] |
//! | *array* | a block here, a layout, a context; [`DistArray`]; [`AnyArray`] when its dtype is a value |
//! | *layout* | which rank holds which element: a value, equal on every rank; [`Layout`] |
//! | *split* | the axis that is dealt over all ranks in blocks: `Some(0)` deals rows |
//! | *replicated* | whole on every rank; the result of a full reduction is |
//! | *placement* | where a new array shall lie: an axis, `None` for replicated, or a layout; [`Placement`] |
//! | *plan* | what has to move between two layouts, known before it moves; [`layout::Plan`] |
//! | *expression* | element-wise work not yet done; operators and functions build it, `eval` does it; [`Expr`] |
//! | *reduction* | a sum, mean, maximum ... over axes, not yet done; [`Reduction`] |
//!
//! # Local or collective
//!
//! A **local** call needs this rank only. A **collective** one needs all of them: *every rank makes it, in the same order, with
//! arguments that agree.* The documentation of each function says which it is, and what a collective one costs. The rule to
//! remember: what depends on the rank (`cx.rank()`, `x.local()`) must not decide whether a collective is called.
//!
//! * Nothing that looks innocent is collective: printing with `{:?}`, cloning, dropping, `shape()`, `layout()`, `local()`.
//!   There is no `x[i]` and no `==` on arrays; [`get`](DistArray::get) and `x.equal(&y)` say what they do.
//! * A collective that only some ranks make is an error on those that wait, with each rank's call and source line. It is not a hang:
//!
//! ```
//! let error = isotherm::run_on(2, |cx| {
//!     if cx.rank() == 0 {
//!         cx.comm().barrier()?; // and rank 1 goes home
//!     }
//!     Ok(())
//! }).unwrap_err();
//! assert_eq!(error.kind(), isotherm::ErrorKind::Collective);
//! ```
//!
//! * What communicates stays on its rank's thread: it is neither `Send` nor `Sync`, so that `x.map(closure)`, `rayon` and
//!   [`Context::on_root`] cannot capture it. Such a program does not compile.
//!
//! # Two kinds of error
//!
//! An [`Error`] is the same on every rank, because it follows from what all of them know (shapes, layouts, dtypes) or was agreed
//! upon. So `?` is safe: the ranks leave together. A [`LocalError`] is one rank's own trouble and does not convert into `Error`;
//! [`Context::agree`] is the bridge, a collective that gives every rank the first failing rank's message.
//!
//! Building an expression never fails. A mismatch is kept with the line of the operator that caused it, and `eval` returns it:
//!
//! ```
//! # use isotherm::prelude::*;
//! isotherm::run_on(2, |cx| {
//!     let (x, y) = (cx.ones::<f64>(3, 0)?, cx.ones::<f64>(4, 0)?);
//!     let error = (&x + &y).sqrt().eval().unwrap_err();
//!     assert_eq!(error.kind(), ErrorKind::Shape);
//!     assert_eq!(error.location().line(), line!() - 2);
//!     Ok(())
//! })?;
//! # Ok::<(), isotherm::Error>(())
//! ```
//!
//! # What a result promises
//!
//! | class | promise | examples |
//! |---|---|---|
//! | Exact | the same bits for any ranks, layout and number of threads; the one right answer | movement, comparisons, integers, `min`, `max`, uniform random numbers |
//! | Reproducible | the same bits for any ranks, layout and number of threads | `sum`, `mean`, `var`, `std`, `norm`, `dot`, `exp`, normal random numbers, [distances](spatial::cdist), [k-means](cluster::KMeans) |
//! | Bounded | within a stated bound of the true value; the last bits may depend on the ranks | `prod` and [`matmul`](linalg::matmul) of floats, [factorisations](linalg), [PCA](decomposition::PCA) |
//!
//! Reproducible sums are the exact sum, rounded once ([`exact`]); elementary functions are the library's own ([`math`]) and not
//! the platform's.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `cli` | yes | the program `isotherm`; a library that depends on this crate can do without |
//! | `ndarray` | no | `x.view()`: this rank's block as an `ndarray` view, without a copy |
//! | `mpi` | no | ranks as processes, on one machine or many, started by `mpirun` or `srun`; `Context::from_mpi` for programs that start MPI themselves. Needs an MPI library and libclang when it is built; use one `target` folder for each MPI library |
//! | `gpu` | no | any vendor's GPU through Vulkan: `Context::on`, `ISOTHERM_DEVICE`, `adapters`. Nothing has to be installed to build it; the Vulkan loader is looked for when a device is opened |
//!
//! # Where to go on
//!
//! * Creating arrays: the methods of [`Context`]. Moving, slicing, joining: those of [`DistArray`].
//! * Computing: [`expr::Arithmetic`], [`expr::Functions`], [`expr::Logic`], [`expr::select`]; [`expr::Reductions`]; [`Roots::eval`].
//! * Formulas over neighbours: [`stencil::sweep`](stencil::sweep()).
//! * Files: [`io::read`] and [`io::write`]. Matrices: [`linalg`]. Distances: [`spatial`]. Estimators: [`cluster`], [`decomposition`]. Messages of one's own: [`comm::Comm`].
//! * The guide: [coming from NumPy](guide::for_numpy_users), [coming from Heat](guide::for_heat_users), [layouts](guide::layouts),
//!   [collectives and errors](guide::collectives_and_errors), [launching](guide::launching).
//! * `examples/` in the repository holds whole programs, and `ARCHITECTURE.md` is the map of the code.
#![deny(unsafe_code)]

mod array;
mod axis;
pub mod cluster;
pub mod comm;
mod context;
pub mod decomposition;
mod device;
mod dtype;
mod error;
pub mod exact;
pub mod expr;
pub mod guide;
pub mod io;
mod launch;
pub mod layout;
pub mod linalg;
mod local;
pub mod math;
pub mod memory;
pub mod prelude;
pub mod program;
pub mod random;
mod run;
mod shape;
pub mod spatial;
pub mod stats;
pub mod stencil;
mod sync;
mod timer;

pub use array::any::{self, AnyArray};
pub use array::{AxisRange, Ellipsis, Extent, Extents, Index, IndexItem, NewAxis, RangeEnd};
pub use array::{DistArray, EvaluationPlan, Placement, Root, Roots, concatenate, range, stack};
pub use axis::{Axes, Axis};
pub use context::Context;
#[cfg(feature = "gpu")]
pub use device::gpu::{Adapter, AdapterKind, Finding, Gpu, KernelTime, Traffic, Transfers, adapters};
pub use device::{Cpu, Device};
pub use dtype::{DType, Element, Float, Floating, Numeric, Real};
pub use error::{Error, ErrorKind, LocalError, Place, Result};
pub use expr::{Expr, Reduction, Statistic};
pub use launch::{DEVICE, Launch, RANKS, THREADS, TRANSPORT};
pub use layout::{Distribution, Layout, Mesh};
pub use local::Local;
pub use num_complex::Complex;
pub use run::{run, run_on};
pub use shape::Shape;
pub use timer::{Timer, Timing, Timings};

/// The programs of the README, so that they are run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
