//! Collectives and errors: how ranks stay together, and what you see when they do not.
//!
//! All ranks run the same lines. Where they need each other they meet in a **collective** call, and a rank that waits for others that
//! never come would wait for ever. That is the one danger of this model. Four things stand against it.
//!
//! # It is written on every function
//!
//! The second paragraph of each function's documentation begins with **Local** or **Collective**, with the cost: *one
//! all-reduce*, *one exchange per round*. "Collective when the layouts differ" is decided by layouts, which are equal on every
//! rank, so that all decide alike.
//!
//! # The compiler refuses what it can see
//!
//! Contexts, communicators, arrays and expressions are neither `Send` nor `Sync`. Closures that run on worker threads, or on rank 0
//! alone, cannot capture them:
//!
//! ```compile_fail,E0277
//! # use isotherm::prelude::*;
//! isotherm::run_on(2, |cx| {
//!     let x = cx.ones::<f64>(4, 0)?;
//!     cx.on_root(|| x.sum(None).eval()); // rank 0 would wait for the others
//!     Ok(())
//! });
//! ```
//!
//! # The ranks compare what they do
//!
//! What the compiler cannot see is found when it runs. Before data is exchanged, the ranks compare the operation, the dtype, the
//! counts where they must be equal, the root, the plan and the *source line*. A rank that has returned takes part with the word
//! "left", one that panicked with its message. Every rank that still runs gets the same report:
//!
//! ```
//! # use isotherm::prelude::*;
//! let error = isotherm::run_on(3, |cx| {
//!     if cx.rank() == 1 {
//!         return Ok(()); // what the others are about to do, this one will not
//!     }
//!     let x = cx.ones::<f64>(6, 0)?;
//!     x.sum(None).eval()?;
//!     Ok(())
//! }).unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Collective);
//! assert!(error.message().starts_with("a rank has left while others call it"));
//! println!("{error}");
//! ```
//!
//! ```text
//! a rank has left while others call it
//!   ranks 0, 2  all_reduce_bytes at src/main.rs:8:21
//!   rank 1      left (at src/main.rs:8)
//! ```
//!
//! No clock is involved: on threads such a fault is found at once, and never by mistake. A rank that only computes for long is not a fault.
//!
//! # Two types of error
//!
//! [`Error`](crate::Error) is the same on every rank; returning it with `?` makes all of them leave at the same line.
//! [`LocalError`](crate::LocalError) is what went wrong on this rank alone, and `?` does not turn it into an `Error`. The bridge is a
//! collective:
//!
//! ```
//! # use isotherm::prelude::*;
//! let error = isotherm::run_on(3, |cx| {
//!     let own = if cx.rank() == 2 { "two" } else { "7" }; // what each rank read somewhere
//!     let number = cx.agree(own.parse::<i64>())?; // all have a number, or all return rank 2's message
//!     isotherm::println!(cx, "{number}");
//!     Ok(())
//! }).unwrap_err();
//! assert_eq!(error.message(), "rank 2: invalid digit found in string");
//! ```
//!
//! # Habits
//!
//! * Let values that every rank has decide: `x.shape()`, a reduction's `item()?`, `cx.agree(...)?`. Never `cx.rank()`, a clock, or
//!   this rank's elements.
//! * Print with `isotherm::println!(cx, ...)`: its arguments are evaluated on every rank, so they may be collective.
//! * For work that only rank 0 does, `cx.on_root(|| ...)`; for elements that only rank 0 needs, `x.gather_on(0)?`.
