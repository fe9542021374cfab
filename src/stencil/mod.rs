//! Formulas over an element's neighbours, on arrays that are dealt out.

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

pub use boundary::{Boundary, Halo};
pub use formula::{Formula, Neighbours, Offset, Term};
pub use ghosted::{Exchanging, Full, Ghosted, Own, State};
pub use inputs::Inputs;
pub use outputs::Outputs;
pub use places::Places;
pub use sweep::sweep;
