//! Coming from Heat.
//!
//! The idea is Heat's: one program on many ranks, arrays with a `split`. Rust is the smaller part of what is different.
//!
//! # Words
//!
//! | Heat | here |
//! |---|---|
//! | `mpirun -n 4 python program.py` | `mpirun -n 4 program`, or `ISOTHERM_RANKS=4 program` for threads of one process: see [launching](super::launching) |
//! | `ht.zeros((4, 3), split=0)` | `cx.zeros::<f64>((4, 3), 0)?`: the placement is always said, `None` for a copy on every rank |
//! | `ht.array(data, split=0)` | `cx.from_slice(&data, shape, 0)?` |
//! | `ht.array(data, is_split=0)` | `cx.from_blocks(&own, own_shape, 0)?` |
//! | `x.split`, `x.lshape`, `x.larray` | `x.split()`, `x.local_shape()`, `x.local()` and `x.local_mut()` |
//! | `x.lshape_map` | `x.layout().local_shape(rank)`: arithmetic, no message |
//! | `x.resplit(1)`, `x.resplit(None)` | `x.resplit(1)?`, `x.resplit(None)?` |
//! | `x.balance_()`, `x.redistribute_(...)` | `x.balance()?`, `x.redistribute(&layout)?` |
//! | `x.numpy()` | `x.gather()?`; on one rank only, `x.gather_on(0)?` |
//! | `x.comm`, `x.comm.rank` | `cx.comm()`, `cx.rank()` |
//! | `print(x)` | `isotherm::println!(cx, "{}", x.preview()?)`; `{:?}` prints no elements and sends nothing |
//! | `ht.random.seed(7); ht.random.randn(n, m)` | `cx.random_normal::<f64>((n, m), 0, 7)?` |
//! | `ht.load(path, split=0)`, `ht.save(x, path)` | `io::read::<f64>(cx, path, 0)?`, `io::write(&x, path)?` |
//! | `a @ b`, `ht.linalg.qr(a)`, `ht.linalg.svd(a)` | `a.matmul(&b)?`, `linalg::qr(&a)?`, `linalg::svd(&a)?` |
//! | `ht.percentile(x, 25, axis=0)`, `ht.median(x)` | `stats::quantile(&x, 0.25, 0).eval()?`, `stats::median(&x, None).eval()?` |
//! | `ht.spatial.cdist(x, y)` | `spatial::cdist(&x, &y, Metric::Euclidean)?` |
//! | `x.get_halo(1)` and loops | `stencil::sweep(&u, &mut next, \|u\| ..)?`, or a `stencil::Ghosted` block |
//! | `ht.cluster.KMeans(n_clusters=8).fit(x)` | `KMeans::new(8).fit(&x)?` |
//! | `ht.decomposition.PCA(n_components=3).fit(x)` | `PCA::new(3).fit(&x)?` |
//!
//! # What is different
//!
//! * **More layouts than a split**: several axes over a mesh of ranks, cyclic deals, partial replication. See
//!   [layouts](super::layouts).
//! * **Movement has a price tag**: `x.plan_to(&layout)?` prints bytes, messages, rounds and peak memory without moving.
//! * **Work waits for `eval`**, and a chain of operations makes one pass over memory instead of one for each.
//! * **Random numbers, sums, means, variances, distances and k-means have the same bits for any number of ranks.**
//! * **Local or collective is written on every function**, and a rank that goes astray is an error on all instead of a hang.
//! * **Methods that end in `_`** do not exist: movement gives a new array, and `set` and `assign` write in place.
//!
//! # What Heat has and this has not yet
//!
//! Most kernels for GPUs, HDF5 and other scientific formats; solvers and eigenvalues, FFT, sorting, cumulative functions; sparse arrays; the estimators besides k-means and PCA.
//!
//! ```
//! use isotherm::cluster::KMeans;
//! use isotherm::prelude::*;
//!
//! isotherm::run_on(4, |cx| {
//!     let own = vec![cx.rank() as f64; 2 * (cx.rank() + 1)];
//!     let x = cx.from_blocks(&own, (cx.rank() + 1, 2), 0)?; // is_split=0
//!     assert_eq!((x.shape(), x.split()), (&Shape::from((10, 2)), Some(0)));
//!     assert_eq!(x.layout().local_shape(3), (4, 2).into()); // any rank's, without asking it
//!
//!     let x = x.balance()?;
//!     assert_eq!(x.local_shape()[0], if cx.rank() < 2 { 3 } else { 2 });
//!     assert_eq!(x.resplit(None)?.local().len(), 20);
//!
//!     let fit = KMeans::new(4).fit(&x)?;
//!     assert_eq!(fit.inertia, 0.0);
//!     Ok(())
//! })?;
//! # Ok::<(), isotherm::Error>(())
//! ```
