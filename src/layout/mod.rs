//! Where the elements of an array live, what has to move, and the moving itself on plain slices.
//!
//! Three nouns, as in every good library for this:
//!
//! * **where** a [`Layout`] says which rank holds which element. It is a product: the ranks form a [`Mesh`], and each
//!   array axis has its own one-dimensional [`Distribution`] over a group of adjacent mesh axes. One rank's part of one
//!   axis is a [`Progression`], its block a [`Region`].
//! * **what moves** a [`Plan`] compares layouts under a few [`Move`]s and says, for one rank, how many elements go to and
//!   come from whom, in how many rounds, and what that costs, before anything runs.
//! * **moving** the plan packs the stream of one peer into a buffer, and unpacks it on the other side.
//!
//! ```text
//!   (6, 4) split 0 over 2      (6, 4) split 1 over 2        (6, 4) in 2 x 2 tiles       cyclic by 1 over 2
//!
//!     0 0 0 0                    0 0 1 1                      0 0 1 1                     0 0 0 0
//!     0 0 0 0                    0 0 1 1                      0 0 1 1                     1 1 1 1
//!     0 0 0 0      a plan        0 0 1 1                      0 0 1 1                     0 0 0 0
//!     1 1 1 1    --------->      0 0 1 1                      2 2 3 3                     1 1 1 1
//!     1 1 1 1                    0 0 1 1                      2 2 3 3                     0 0 0 0
//!     1 1 1 1                    0 0 1 1                      2 2 3 3                     1 1 1 1
//! ```
//!
//! A mesh axis that no array axis uses replicates: the ranks along it hold the same elements. Everything here is
//! arithmetic on a few integers. Nothing communicates, nothing holds data, and every value is the same on every rank, so
//! that 4,096 ranks are tested in one process.

mod carried;
mod display;
mod distribution;
#[expect(clippy::module_inception, reason = "the file is named after its one type")]
mod layout;
mod linear;
mod maps;
mod mesh;
mod ownership;
pub mod plan;
mod progression;
mod region;
mod variants;

pub use distribution::{Cuts, Distribution};
pub use layout::Layout;
pub use maps::{AxisMap, Move};
pub use mesh::Mesh;
pub use ownership::Index;
pub use plan::Plan;
pub use progression::Progression;
pub use region::{Region, Run};
