//! Formulas over an element's neighbours, on arrays that are dealt out.
//!
//! [`sweep`](sweep()) computes one formula for every element, from elements near it, into another array. Which elements a rank
//! needs from others follows from the offsets that the formula names; nobody declares a halo, and no stale one can be read,
//! because a shifted element exists only inside the formula. For loops that no formula says there is [`Ghosted`]: a block with
//! a margin, whose type says what may be read when.
//!
//! ```text
//!    u.at([-1, 0])        a rank's block:  # # # # # # #
//!         ↓                                # . . . . . #      . interior: computed while messages fly
//!  → u.at([0, 0]) ←                        # . . . . . #      # rim: computed when the neighbours' elements are there
//!         ↑                                # # # # # # #
//! ```
//!
//! # Beyond the edges
//!
//! A bare `&u` has open edges: elements whose formula would reach beyond are not computed, and the output keeps what it
//! holds there. That is what `next[1:-1, 1:-1] = ...` does in NumPy, and the only boundary that invents no values. It suits walls
//! whose values are in the array from the beginning. Everything else is said: `u.halo().boundary(Boundary::Periodic)`, or
//! [side by side](Halo::before). Corners follow axis by axis, as in `numpy.pad`: an element outside along two axes is what the
//! boundary of the later axis makes of what the boundary of the earlier one made. Reflections that reach farther than the
//! whole array go on as if the other side had the same boundary.
//!
//! # How a sweep runs
//!
//! 1. The closure runs once, and gives an expression over shifted leaves. Their offsets say how far each input is reached over.
//! 2. Per axis, [places](Places) outside the block are mapped to indices by the boundary, and these to the parts that hold
//!    them (`segments.rs`). The products of these segments are the ghosts of a block, each with its rank (`margin.rs`). Both ends
//!    of a message derive the same list, so that nothing but elements is sent.
//! 3. One exchange is started. Meanwhile the interior is computed from the block itself: in a row-major block an offset
//!    is a distance, so no copy is needed and every operand is read side by side.
//! 4. When the messages are there, the rim is computed from small slabs that hold their margin.
//!
//! ```
//! use isotherm::prelude::*;
//! use isotherm::stencil::{Boundary, sweep};
//! isotherm::run_on(4, |cx| {
//!     // Waves: two fields on a ring, each moved by the other.
//!     let mut height = cx.from_fn(64, 0, |i| f64::from(u8::from(i[0] / 8 == 3)))?;
//!     let mut speed = cx.zeros::<f64>(64, 0)?;
//!     let (mut height_next, mut speed_next) = (height.clone(), speed.clone());
//!     for _ in 0..100 {
//!         let ring = |x: &DistArray<f64>| x.halo().boundary(Boundary::Periodic);
//!         sweep((ring(&height), ring(&speed)), (&mut height_next, &mut speed_next), |(h, v)| {
//!             let faster = v.at(0) + 0.2 * (h.at(1) - 2.0 * h.at(0) + h.at(-1));
//!             (h.at(0) + &faster, faster)
//!         })?;
//!         std::mem::swap(&mut height, &mut height_next);
//!         std::mem::swap(&mut speed, &mut speed_next);
//!     }
//!     assert!((height.sum(None).item()? - 8.0).abs() < 1e-9);
//!     Ok(())
//! }).unwrap();
//! ```

mod boundary;
mod exchange;
mod formula;
mod ghosted;
mod inputs;
mod margin;
mod operators;
mod outputs;
mod places;
mod segments;
mod sweep;

pub use boundary::{Boundary, Halo, ValueAt};
pub use formula::{Formula, Neighbours, Offset, Term};
pub use ghosted::{Exchanging, Full, Ghosted, Own, State};
pub use inputs::Inputs;
pub use outputs::Outputs;
pub use places::Places;
pub use sweep::sweep;
