//! Layouts: who holds what, and what it costs to change that.
//!
//! A [`Layout`](crate::Layout) deals an array's axes over a [`Mesh`](crate::Mesh) of ranks, one
//! [`Distribution`](crate::Distribution) for each axis: `Whole`; `Blocks`, cut anywhere; or `Cyclic`, blocks dealt like cards. It is a
//! value of a few words: equal on every rank, made without data, for any number of ranks.
//!
//! ```text
//!   split 0 over 3        blocks x blocks      cyclic by 1           rows over mesh axis 0,
//!   (uneven is fine)      over 2 x 2           over 2                copies along mesh axis 1 (2 x 2)
//!
//!     0 0 0 0               0 0 1 1              0 0 0 0               01 01 01 01
//!     0 0 0 0               0 0 1 1              1 1 1 1               01 01 01 01
//!     1 1 1 1               2 2 3 3              0 0 0 0               23 23 23 23
//!     2 2 2 2               2 2 3 3              1 1 1 1               23 23 23 23
//! ```
//!
//! ```
//! use isotherm::prelude::*;
//!
//! let mesh = Mesh::new(&[2, 2])?;
//! let (rows, columns) = (Distribution::balanced(0..1), Distribution::balanced(1..2));
//! let tiles = Layout::new((4, 4), mesh.clone(), vec![rows.clone(), columns])?;
//! assert_eq!(tiles.owner(&[1, 2]), 1);
//! let copies = Layout::new((4, 4), mesh, vec![rows, Distribution::Whole])?;
//! assert_eq!((copies.replicas(), copies.local_shape(3)), (2, (2, 4).into()));
//! # Ok::<(), isotherm::Error>(())
//! ```
//!
//! Most programs need only a number: `0` where a placement is asked for is `Layout::split(shape, 0, ranks)`, `None` is
//! `Layout::replicated(shape, ranks)`.
//!
//! # What a function does to a layout
//!
//! | function | result |
//! |---|---|
//! | operators, element-wise functions | the operands' layout; when they differ, the one for which the fewest bytes move, the leftmost of equals |
//! | a reduction | kept axes stay dealt; over what reduced axes were dealt along, replicated |
//! | `slice` | elements stay where they are along axes in blocks with a positive step, so blocks become uneven: `balance()` evens them |
//! | `transpose`, `flip`, `roll`, `expand_dims` | dealt as before, axis by axis |
//! | `concatenate`, `stack` | dealt as the first operand that is dealt at all |
//! | `reshape` | kept where the dealt axes keep their places, else balanced blocks of one axis |
//! | `assign`, `set` | the written array keeps its layout |
//!
//! Layouts never change values, shapes or dtypes, only where elements lie and how long it takes.
//!
//! # What it costs
//!
//! Movement is planned before it happens. A plan knows, for each rank, the bytes that it sends and receives (exactly the elements
//! that a rank needs and does not hold), the messages, the rounds and the peak of memory: the old block, the new block and at most twice the staging
//! limit ([`Context::with_staging_limit`](crate::Context::with_staging_limit), 32 MiB unless you say otherwise).
//!
//! ```
//! use isotherm::layout::{Layout, Plan, plan::{Cost, Options}};
//!
//! // From rows to columns on 4,096 ranks: 1 GiB of f64, in no time and without it.
//! let (rows, columns) = (Layout::split((16384, 8192), 0, 4096)?, Layout::split((16384, 8192), 1, 4096)?);
//! let plan = Plan::redistribute(&rows, &columns, 17, Options::new(8))?;
//! assert_eq!(plan.to_string(), "sends 255.9 KiB in 4095 messages, receives 255.9 KiB from 4095 ranks, keeps 8 elements; \
//!     1 round, all-to-all, peak 1023.9 KiB");
//!
//! // All ranks together; for 16 of them.
//! let (rows, columns) = (Layout::split((64, 64), 0, 16)?, Layout::split((64, 64), 1, 16)?);
//! let cost = Cost::of(16, |rank| Plan::redistribute(&rows, &columns, rank, Options::new(8)))?;
//! assert_eq!((cost.total_bytes, cost.total_messages), (64 * 64 * 8 * 15 / 16, 16 * 15));
//! # Ok::<(), isotherm::Error>(())
//! ```
//!
//! On the command line: `isotherm plan --shape 16384,8192 --from 0 --to 1 --ranks 64`.
