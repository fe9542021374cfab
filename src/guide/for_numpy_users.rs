//! Coming from NumPy.
//!
//! Names are NumPy's and the array API's. Three things are new: where an array lies, when work is done, and that mistakes
//! are values.
//!
//! 1. **Where.** Whatever makes an array takes a *placement* after the shape: the axis to deal out, or `None` for all of it on
//!    every rank. After that, no function asks.
//! 2. **When.** Operators and functions build expressions; `eval()?` computes them in one pass, without temporaries. Movement
//!    (slices, joins, `reshape`, `transpose`) is done at once.
//! 3. **Mistakes** are returned, never raised: `?` passes them on, on all ranks together.
//!
//! # Words
//!
//! | NumPy | here |
//! |---|---|
//! | `np.zeros((4, 3))`, `np.full(...)`, `np.eye(...)` | `cx.zeros::<f64>((4, 3), 0)?`, `cx.full(...)?`, `cx.eye(...)?` |
//! | `np.arange(0, 10, 2)`, `np.linspace(...)` | `cx.arange(0, 10, 2, 0)?`, `cx.linspace(...)?` |
//! | `np.fromfunction(f, shape)` | `cx.from_fn(shape, 0, \|index\| ...)?`, one call for each element |
//! | `np.array(list)` | `cx.from_slice(&list, shape, 0)?`, the same list on every rank |
//! | `rng.normal(size=shape)` | `cx.random_normal::<f64>(shape, 0, seed)?`: equal seeds give equal arrays |
//! | `x.shape`, `x.ndim`, `x.size`, `x.dtype` | `x.shape()`, `x.ndim()`, `x.size()`, `x.dtype()` |
//! | `x + y`, `2 * x`, `-x`, `m & n`, `~m` | `&x + &y`, `2.0 * &x`, `-&x`, `&m & &n`, `!&m` |
//! | `x // y`, `x % y`, `x ** y` | `x.floor_divide(&y)`, `x.remainder(&y)`, `x.pow(&y)` |
//! | `x < 3`, `x == y` | `x.less(3.0)`, `x.equal(&y)` |
//! | `np.where(c, a, b)`, `np.clip(x, a, b)` | `select(c, a, b)`, `x.clip(a, b)` |
//! | `np.sqrt(x)`, `np.maximum(x, y)` | `x.sqrt()`, `x.maximum(&y)` |
//! | `x.astype(np.float32)` | `x.cast::<f32>()` |
//! | `np.vectorize(f)(x)` | `x.map(f)` |
//! | `a @ b`, `np.vdot(a, b)`, `np.outer(a, b)` | `a.matmul(&b)?`, `linalg::vdot(&a, &b)?`, `linalg::outer(&a, &b)?` |
//! | `scipy.spatial.distance.cdist(x, y, 'cityblock')` | `spatial::cdist(&x, &y, Metric::Manhattan)?` |
//! | `x.sum()`, `x.sum(0)`, `x.sum((0, 2))` | `x.sum(None)`, `x.sum(0)`, `x.sum([0, 2])`, each with `.eval()?` |
//! | `x.var(0, ddof=1, keepdims=True)` | `x.var(0).ddof(1).keep().eval()?` |
//! | `np.quantile(x, [0.1, 0.9], axis=0)`, `np.nanmedian(x)` | `stats::quantile(&x, [0.1, 0.9], 0).eval()?`, `stats::median(&x, None).ignore_nan().eval()?` |
//! | `x[1:3]`, `x[1:-1, ::2]` | `x.slice(1..3)?`, `x.slice((range(1, -1), range(None, None).step(2)))?` |
//! | `x[-1]`, `x[..., 0]`, `x[None]` | `x.slice(-1)?`, `x.slice((Ellipsis, 0))?`, `x.slice(NewAxis)?` |
//! | `x[1, 2]` as a number | `x.get(&[1, 2])?` |
//! | `x[1:3] = y`, `x += 1` | `x.set(1..3, &y)?`, `x.assign(&x + 1.0)?` |
//! | `x.T`, `np.transpose(x, axes)` | `x.transpose()?`, `x.permute_dims(&axes)?` |
//! | `x.reshape(3, -1)`, `x.ravel()` | `x.reshape((3, -1))?`, `x.flatten()?` |
//! | `np.concatenate([x, y], 1)`, `np.stack([x, y])` | `concatenate(&[&x, &y], 1)?`, `stack(&[&x, &y], 0)?` |
//! | `y[1:-1] = x[:-2] + x[2:]` | `stencil::sweep(&x, &mut y, \|x\| x.at(-1) + x.at(1))?`; with boundaries as in `scipy.ndimage`: `x.halo()` |
//! | `np.flip`, `np.roll`, `np.pad`, `np.tile`, `np.repeat`, `np.take`, `np.diff` | the methods of these names |
//! | `print(x)` | `isotherm::println!(cx, "{}", x.preview()?)` |
//! | `np.load`, `np.save`, `np.loadtxt` | [`io::read`](crate::io::read), [`io::write`](crate::io::write) |
//! | `x.item()`, `x.tolist()` | `x.item()?`, `x.gather()?` |
//!
//! # Differences that bite
//!
//! * **No promotion of arrays.** Both sides of an operator have one dtype; cast by name. A scalar must be of the array's type:
//!   `2.0 * &x`. ([`AnyArray`](crate::AnyArray), whose dtype is a value, promotes by the array API's table.)
//! * **`/` is for floats.** Integers have `floor_divide`, and divide by zero to 0, as in NumPy without its warning.
//! * **Reductions end an expression.** `&x - x.mean(0)` does not compile: `&x - x.mean(0).eval()?` does. Several reductions in a
//!   tuple share their pass.
//! * **Slices are arrays of their own**, not views: writing one does not write `x`. To write a part of `x`, `x.set(...)`.
//! * **Not here yet**: sorting, `unique`, cumulative sums, indexing by arrays and masks, FFT.
//!
//! # Exercise
//!
//! ```
//! use isotherm::prelude::*;
//!
//! isotherm::run_on(3, |cx| {
//!     let x = cx.arange(0.0_f64, 12.0, 1.0, 0)?.reshape((3, -1))?; // np.arange(12.0).reshape(3, -1)
//!     let y = select(x.greater(5.0), &x, -1.0).eval()?; //         np.where(x > 5, x, -1)
//!     assert_eq!(y.gather()?[4..8], [-1.0, -1.0, 6.0, 7.0]);
//!
//!     let centred = (&x - x.mean(0).keep().eval()?).eval()?; //    x - x.mean(0, keepdims=True)
//!     assert_eq!(centred.slice((.., 0))?.gather()?, [-4.0, 0.0, 4.0]);
//!
//!     let (low, high) = (x.min(1), x.max(1)).eval()?; //           x.min(1), x.max(1), in one pass
//!     assert_eq!(low.gather()?, [0.0, 4.0, 8.0]);
//!     assert_eq!(high.gather()?, [3.0, 7.0, 11.0]);
//!
//!     let mut n = x.cast::<i64>().eval()?; //                      x.astype(np.int64)
//!     n.set((1.., -1), 0)?; //                                     n[1:, -1] = 0
//!     let halves = n.floor_divide(2).eval()?; //                   n // 2
//!     assert_eq!(halves.gather()?, [0, 0, 1, 1, 2, 2, 3, 0, 4, 4, 5, 0]);
//!
//!     assert_eq!(x.get(&[1, -1])?, 7.0); //                        x[1, -1]
//!     assert_eq!(x.transpose()?.shape(), &Shape::from((4, 3))); // x.T.shape
//!     assert_eq!(x.remainder(5.0).pow(2.0).sum([0, 1]).item()?, 61.0);
//!     Ok(())
//! })?;
//! # Ok::<(), isotherm::Error>(())
//! ```
